"""Links between the pages of service quality, under their heading. Each keeps what the reader has selected."""

from typing import Any

import dash
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.block import block
from dashboard.components.card import Answered
from dashboard.components.chips import kept_query, with_query
from dashboard.components.icons import aria
from dashboard.components.parts import part
from dashboard.locale import N_, language
from dashboard.locale import translate as _
from dashboard.look import Look
from data.errors import BadSelection
from data.selection import Selection

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


def service_tabs(path: str) -> html.Nav:
    """The links, the page at `path` (one of TABS) marked as the current one."""
    spoken = language()
    assert path in TABS, f"no page of service quality is at {path}"
    # Its list is a block, so that it follows the filters; it is filled at once, so that nothing jumps.
    inside = html.Div(links(path, spoken), id=part("block", _block_id(path)))
    return html.Nav(inside, className="service-tabs", **aria(label=_("Pages of service quality", spoken)))


def links(path: str, spoken: str) -> html.Ul:
    """A link to each page that there is."""
    known = {page["path"] for page in dash.page_registry.values()}
    query = _selected()
    return html.Ul([html.Li(_link(one, name, path, query, spoken)) for one, name in TABS.items() if one in known])


def _link(to: str, name: str, path: str, query: dict[str, str], spoken: str) -> Component:
    if to != path:
        return dcc.Link(_(name, spoken), href=with_query(to, query), className="service-tab")
    # dcc.Link takes no aria-current.
    return html.A(_(name, spoken), href=with_query(to, query), className="service-tab here", **aria(current="page"))


def _selected() -> dict[str, str]:
    """The selection in the address; what else stands there is not meant for the other pages."""
    try:
        return Selection.from_query(kept_query()).to_query()
    except BadSelection:
        return {}


def _block_id(path: str) -> str:
    return "service-tabs" + path.removeprefix(ROOT).replace("/", "-")


def _follow(path: str) -> None:
    def show(answered: Answered, look: Look) -> Any:
        return links(path, look.language)

    block(_block_id(path), show=show)


for _path in TABS:
    _follow(_path)
