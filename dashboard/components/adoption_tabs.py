"""Links between the pages of adoption, under their heading."""

from dash import html

from dashboard.components.page_tabs import Tabs
from dashboard.locale import N_

ROOT = "/adoption"
TABS = {
    ROOT: N_("Stages"),
    f"{ROOT}/map": N_("Map"),
    f"{ROOT}/comparison": N_("Comparison"),
    f"{ROOT}/training": N_("Training"),
    f"{ROOT}/stuck": N_("What is stuck"),
    "/municipality": N_("Find a municipality"),
}
_TABS = Tabs("adoption-tabs", ROOT, TABS, N_("Pages of adoption")).declare()


def adoption_tabs(path: str) -> html.Nav:
    """The links, the page at `path` (one of TABS) marked as the current one."""
    return _TABS.view(path)
