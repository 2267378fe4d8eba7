"""One item of the log: what was recorded, the figure then and now, what came since, and what can be added."""

from datetime import date
from typing import Any
from uuid import uuid4

import dash_bootstrap_components as dbc
from dash import Input, Output, State, callback, dcc, html, no_update, register_page
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.icons import icon
from dashboard.guard import check_same_origin
from dashboard.locale import N_, language
from dashboard.locale import translate as _
from dashboard.look import query_of
from dashboard.record import form, view, words
from dashboard.record.checks import check_entry
from dashboard.record.compared import then_and_now
from dashboard.record.database import record
from dashboard.record.errors import LogReadOnly, LogUnreachable, NoSuchItem
from dashboard.record.items import Item
from dashboard.record.link import LOG, SPOKEN, carried, log_href, record_href
from dashboard.record.notices import failure, notice
from dashboard.record.reading import item
from dashboard.record.state import TAKEN, today
from dashboard.record.writing import NewEntry, add_entry
from data.errors import AspError


def exists(number: str = "", **query: str) -> bool:
    """Whether the log has such an item. Raises LogUnreachable."""
    try:
        return bool(_item(number))
    except NoSuchItem:
        return False


register_page(
    __name__, path_template=f"{LOG}/<number>", name=N_("Item of the decision log"), exists=exists, nav=False,
    filters=False, order=47,
)  # fmt: skip

PAGE = "decisions-one"
FIELDS = ("kind", "due", "text", "name", "role")
SECTIONS = {"figure": N_("The figure then and now"), "trail": N_("What has happened since"), "form": N_("Add to it")}


def layout(number: str = "", **query: str) -> Component:
    return html.Div(
        [html.Div(content(number, language()), id=f"{PAGE}-content"), *form.focus_parts(PAGE)], className="page"
    )


def content(number: str, spoken: str, done: str = "") -> list[Any]:
    """The item of a number as the address gives it. done: what was just recorded, if anything."""
    back = html.P(dcc.Link(_("Decision log", spoken), href=log_href()), className="back-link")
    try:
        found = _item(number)
        closed = found.state == "closed"
        return [
            back,
            html.H1(words.title_of(found, spoken), className="page-title"),
            html.P(done, id=f"{PAGE}-done", role="status", className="log-done", tabIndex=-1),
            html.Div([view.plain_text(found.text), view.facts(found, spoken)], className="chart-card"),
            _section("figure", spoken, then_and_now(found, spoken), html.P(view.view_link(found, spoken))),
            _section("trail", spoken, view.trail(found, spoken)),
            _next(found, spoken) if closed else _section("form", spoken, _form(found, spoken)),
            view.seal(found, spoken),
        ]
    except (NoSuchItem, LogUnreachable, LogReadOnly) as error:
        return [back, html.H1(_("Decision log", spoken), className="page-title"), notice(error, spoken)]


@callback(
    Output(f"{PAGE}-content", "children"),
    Output(f"{PAGE}-summary", "children"),
    *[Output(f"{PAGE}-{name}-error", "children") for name in FIELDS],
    Output(f"{PAGE}-focus", "data"),
    Input(f"{PAGE}-form", "n_submit"),
    State(f"{PAGE}-of", "data"),
    *[State(f"{PAGE}-{name}", "value") for name in FIELDS],
    prevent_initial_call=True,
)
def submit(clicks: int | None, of: dict[str, Any] | None, *typed: Any) -> tuple[Any, ...]:
    """Record the entry and show the item with it; or say what is to be corrected."""
    if not clicks or not of:
        raise PreventUpdate
    spoken = language()
    try:
        due_shown = date.fromisoformat(of["due"])
        checked = check_entry(dict(zip(FIELDS, typed, strict=True)), today(), due_shown, spoken)
        if checked.complaints:
            first = next(name for name in FIELDS if name in checked.complaints)
            said = form.complaints(checked.complaints, FIELDS)
            told = form.summary(len(checked.complaints), spoken)
            return no_update, told, *said, form.focus(f"{PAGE}-{first}")
        check_same_origin()
        add_entry(record(), int(of["number"]), _new(str(of["token"]), checked.values))
    except AspError as error:
        return no_update, failure(error, spoken), *([[]] * len(FIELDS)), form.focus(f"{PAGE}-summary")
    done = _("Recorded: {name}", spoken, name=_(words.ENTRIES[checked.values["kind"]], spoken))
    shown = content(str(of["number"]), spoken, done)
    return shown, no_update, *([no_update] * len(FIELDS)), form.focus(f"{PAGE}-done")


form.focuses(PAGE)


def _item(number: str) -> Item:
    if not number.isdecimal() or len(number) > 9:
        raise NoSuchItem(f"{number!r} is not the number of an item.")
    return item(int(number))


def _section(name: str, spoken: str, *inside: Any) -> html.Section:
    title = html.H2(_(SECTIONS[name], spoken), className="section-title")
    return html.Section([title, html.Div(list(inside), className="chart-card")], className="page-section")


def _next(found: Item, spoken: str) -> html.P:
    """What can still be done with a closed item: to go on from it with another."""
    query = query_of(found.figure.selection) | {"follows": str(found.number)} | carried(SPOKEN)
    query.pop("run", None)
    said = _("Record a new item that goes on from this one", spoken)
    href = record_href(found.figure.metric_id, found.view, query)
    return html.P(dcc.Link([icon("record"), " ", said], href=href, className="btn btn-primary"))


def _form(found: Item, spoken: str) -> Component:
    kinds: dict[str, str] = {kind: _(words.TO_RECORD[kind], spoken) for kind in TAKEN[found.state]}
    of = {"number": found.number, "token": uuid4().hex, "due": found.due_on.isoformat()}
    day = form.day_field(f"{PAGE}-due", _("New due date", spoken), found.due_on.isoformat(), today().isoformat())
    return dbc.Form(
        [
            form.choice(f"{PAGE}-kind", _("What is recorded", spoken), kinds, next(iter(kinds))),
            html.Div(day, className="only-due"),
            form.text_field(f"{PAGE}-text", _("Text", spoken), spoken),
            form.signature(PAGE, spoken),
            *form.ended(PAGE, _("Record", spoken), spoken),
            dcc.Store(id=f"{PAGE}-of", data=of),
        ],
        id=f"{PAGE}-form",
        prevent_default_on_submit=True,
        class_name="log-form",
    )


def _new(token: str, values: dict[str, Any]) -> NewEntry:
    return NewEntry(
        token=token[:64],
        kind=values["kind"],
        text=values["text"],
        due_on=values["due"],
        author_name=values["name"],
        author_role=values["role"],
    )
