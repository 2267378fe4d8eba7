"""Links between the pages of service quality, under their heading."""

from dash import html

from dashboard.components.page_tabs import Tabs
from dashboard.locale import N_

ROOT = "/service"
TABS = {
    ROOT: N_("Overview"),
    f"{ROOT}/times": N_("Response and restoration times"),
    f"{ROOT}/flow": N_("Flow and backlog"),
    f"{ROOT}/incidents": N_("Major incidents"),
    f"{ROOT}/changes": N_("Problems and changes"),
    f"{ROOT}/demand": N_("Demands and law changes"),
    f"{ROOT}/security": N_("Security and continuity"),
    f"{ROOT}/availability": N_("Availability"),
}
_TABS = Tabs("service-tabs", ROOT, TABS, N_("Pages of service quality")).declare()


def service_tabs(path: str) -> html.Nav:
    """The links, the page at `path` (one of TABS) marked as the current one."""
    return _TABS.view(path)


def links(path: str, spoken: str) -> html.Ul:
    """A link to each page of service quality that there is."""
    return _TABS.links(path, spoken)
