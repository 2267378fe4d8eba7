"""Links between the pages of cost, under their heading."""

from dash import html

from dashboard.components.page_tabs import Tabs
from dashboard.locale import N_

ROOT = "/cost"
TABS = {
    ROOT: N_("Overview"),
    f"{ROOT}/allocation": N_("Who is charged what"),
    f"{ROOT}/unit": N_("Unit costs"),
    f"{ROOT}/execution": N_("Execution and forecast"),
    f"{ROOT}/contracts": N_("Contracts"),
    f"{ROOT}/scenario": N_("What if"),
    f"{ROOT}/reconciliation": N_("Reconciliation"),
}
_TABS = Tabs("cost-tabs", ROOT, TABS, N_("Pages of cost")).declare()


def cost_tabs(path: str) -> html.Nav:
    """The links, the page at `path` (one of TABS) marked as the current one."""
    return _TABS.view(path)
