"""Links between the pages of one subject, under their heading. Each keeps what the reader has selected."""

from collections.abc import Mapping
from dataclasses import dataclass

import dash
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.block import block
from dashboard.components.card import Answered
from dashboard.components.chips import kept_query, with_query
from dashboard.components.icons import aria
from dashboard.components.parts import part
from dashboard.locale import language
from dashboard.locale import translate as _
from dashboard.look import Look
from data.errors import BadSelection
from data.selection import Selection


@dataclass(frozen=True)
class Tabs:
    """The pages of a subject.

    id: what their blocks are called; root: the first one's path; pages: path -> name (message id); label: what the
    whole is called by screen readers (message id).
    """

    id: str
    root: str
    pages: Mapping[str, str]
    label: str

    def declare(self) -> "Tabs":
        """Declare a block for each page, so that its links follow the filters."""
        for path in self.pages:
            self._follow(path)
        return self

    def _follow(self, path: str) -> None:
        def show(answered: Answered, look: Look) -> Component:
            return self.links(path, look.language)

        block(self._block_id(path), show=show)

    def view(self, path: str) -> html.Nav:
        """The links, the page at `path` marked as the current one."""
        spoken = language()
        assert path in self.pages, f"no page of {self.id} is at {path}"
        # Its list is a block, so that it follows the filters; it is filled at once, so that nothing jumps.
        inside = html.Div(self.links(path, spoken), id=part("block", self._block_id(path)))
        return html.Nav(inside, className="service-tabs", **aria(label=_(self.label, spoken)))

    def links(self, path: str, spoken: str) -> html.Ul:
        """A link to each page that there is."""
        known = {page["path"] for page in dash.page_registry.values()}
        query = _selected()
        return html.Ul(
            [html.Li(_link(one, name, path, query, spoken)) for one, name in self.pages.items() if one in known]
        )

    def _block_id(self, path: str) -> str:
        return self.id + path.removeprefix(self.root).replace("/", "-")


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
