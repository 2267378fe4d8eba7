"""Find a municipality: by its name, with its accents or without, its county, its code."""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, callback, html, register_page
from dash.development.base_component import Component

from dashboard.answers import answers
from dashboard.components import page, states
from dashboard.components.adoption_tabs import adoption_tabs
from dashboard.components.chips import kept_query
from dashboard.components.parts import VIEW
from dashboard.components.profile_read import every_place_of
from dashboard.components.profile_search import (
    BOX,
    LIST,
    MOST_OFFERED,
    MOST_ROWS,
    PATH,
    STATUS,
    options,
    results,
    search_box,
)
from dashboard.locale import N_, language
from dashboard.look import look_of, query_of
from data.errors import NotPublished

register_page(__name__, path=PATH, name=N_("Find a municipality"), icon="search", filters=True, order=31)


def layout(name: str = "", **query: str) -> Component:
    spoken = language()
    return page(
        N_("Which municipality?"),
        adoption_tabs(PATH),
        search_box(spoken, name),
        html.Div(states.loading(spoken), id="municipality-results"),
    )


@callback(Output(LIST, "children"), Output(STATUS, "children"), Input(BOX, "value"))
def suggest(typed: str | None) -> tuple[list[Component], str]:
    """The list under the box, at each key."""
    try:
        found = answers().choices().finder.find(typed or "", MOST_OFFERED)
    except NotPublished:
        return [], ""
    return options(found, typed or "", kept_query(), language())


@callback(Output("municipality-results", "children"), Input(VIEW, "data"))
def show_results(view: Mapping[str, Any] | None) -> Any:
    """What the name in the address may mean."""
    look, query = look_of(view), query_of(str((view or {}).get("search") or ""))
    try:
        typed = query.get("name", "")[:80]
        found = answers().choices().finder.find(typed, MOST_ROWS)
        return results(found, typed, every_place_of(view), query, look.language)
    except Exception as error:
        return states.failed(error, look.language)
