"""One municipality: how far it has come, what service it receives, what it has contracted; printable for a visit."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from dash import MATCH, Input, Output, State, callback, dcc, html, register_page
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.answers import answers
from dashboard.components import states
from dashboard.components.adoption_tabs import adoption_tabs
from dashboard.components.parts import VIEW
from dashboard.components.profile_head import place_line, print_button
from dashboard.components.profile_parts import PARTS, asked_for
from dashboard.components.profile_read import head_for
from dashboard.components.profile_search import PATH, profile_href
from dashboard.components.suggest import place_label
from dashboard.locale import N_, language
from dashboard.locale import translate as _
from dashboard.look import look_of
from data.adoption.profile import Head
from data.errors import NotPublished

NAME = N_("Profile of a municipality")
SECTIONS = {
    "head": "",
    "stages": N_("How far has it come?"),
    "training": N_("Are its roles filled, is it trained, does it use the systems?"),
    "service": N_("What service does it receive?"),
    "money": N_("What has it contracted, and what does it cost?"),
}
MOST_SUGGESTED = 5


def titled(code: str = "", **query: str) -> str:
    """The title of the browser's tab: the municipality's name."""
    head = known(code)
    name = _(NAME) if head is None else str(head.place["name"])
    return f"{name} · {_('ASP supervision')}"


def exists(code: str = "", **query: str) -> bool:
    """Whether the newest data know a municipality of that code. Raises NotPublished."""
    return head_for(unquote(code).upper(), None) is not None


register_page(
    __name__, path_template=f"{PATH}/<code>", name=NAME, title=titled, exists=exists, nav=False, filters=True, order=32
)  # fmt: skip


def known(code: str) -> Head | None:
    """The municipality of a code, as the newest data know it."""
    try:
        return head_for(unquote(code).upper(), None)
    except NotPublished:
        return None


def layout(code: str = "", **query: str) -> Component:
    head, spoken = known(code), language()
    if head is None:
        return unknown(unquote(code), spoken)
    heading = html.Div(
        [
            html.Div([html.H1(head.place["name"], className="page-title"), html.P(place_line(head, spoken))]),
            print_button(spoken),
        ],
        className="profile-heading",
    )
    return html.Div(
        [heading, adoption_tabs(PATH), dcc.Store(id="municipality-code", data=head.code), *map(_section, SECTIONS)],
        className="page profile",
    )


def _section(name: str) -> Component:
    spoken = language()
    title = [html.H2(_(SECTIONS[name], spoken), className="section-title")] if SECTIONS[name] else []
    body = html.Div(states.loading(spoken), id={"municipality": name}, className="block")
    return html.Section([*title, body], className=f"page-section profile-{name}")


@callback(
    Output({"municipality": MATCH}, "children"),
    Input(VIEW, "data"),
    State("municipality-code", "data"),
    State({"municipality": MATCH}, "id"),
)
def show_part(view: Mapping[str, Any] | None, code: str | None, of: Mapping[str, str]) -> Any:
    """A part of the profile, for the period and the run of the address."""
    if not view or not code:
        raise PreventUpdate
    try:
        asked = asked_for(code, view)
        return states.empty(look_of(view).language) if asked is None else PARTS[of["municipality"]](asked)
    except Exception as error:
        return states.failed(error, look_of(view).language)


def unknown(code: str, spoken: str) -> Component:
    """An address that names no municipality: what it may have meant."""
    found = answers().choices().finder.find(code[:80], MOST_SUGGESTED)
    links = [
        html.Li(dcc.Link(place_label(row, spoken), href=profile_href(str(row["municipality_id"]), {})))
        for row in found.to_dict("records")
    ]
    suggested = [html.P(_("Did you mean one of these?", spoken)), html.Ul(links)] if links else []
    return html.Div(
        [
            html.H1(_("There is no such municipality", spoken)),
            html.P(_("No municipality has the KSH code {code}.", spoken, code=code[:80])),
            *suggested,
            dcc.Link(_("Find a municipality", spoken), href=PATH, className="btn btn-primary"),
        ],
        className="notice",
    )
