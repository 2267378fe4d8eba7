"""One revision of a scenario: what comes of it beside the present plan. Its address is its link."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from dash import Input, Output, State, callback, dcc, html, no_update, register_page
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.callbacks.downloads import TYPES, sent, used_kind
from dashboard.components import states
from dashboard.components.cost_scenario_read import outcome_of, plan_of
from dashboard.components.cost_scenario_result import PAGE, ROOT, SIZES, content, href
from dashboard.components.cost_scenario_tables import scenario_file
from dashboard.components.cost_tabs import cost_tabs
from dashboard.components.parts import VIEW
from dashboard.guard import check_same_origin
from dashboard.locale import N_, language
from dashboard.locale import translate as _
from dashboard.look import look_of, query_of
from dashboard.record import form
from dashboard.record.checks import Checked, check_words
from dashboard.record.database import record
from dashboard.record.errors import NoSuchItem
from dashboard.record.notices import failure, notice
from dashboard.record.scenarios import Saved, put_aside, saved
from data.errors import AspError

register_page(
    __name__, path_template=f"{ROOT}/<number>", name=N_("A scenario"), nav=False, filters=False, order=47
)  # fmt: skip

SIGNED = ("name", "role")


def layout(number: str = "", **query: str) -> Component:
    return html.Div(
        [
            cost_tabs(ROOT),
            html.Div(states.loading(language()), id=f"{PAGE}-content", className="scenario-page"),
            dcc.Store(id=f"{PAGE}-number", data=number),
            *form.focus_parts(PAGE),
        ],
        className="page",
    )


@callback(
    Output(f"{PAGE}-content", "children"),
    Input(VIEW, "data"),
    State(f"{PAGE}-number", "data"),
)
def show(view: Mapping[str, Any] | None, number: str | None) -> Any:
    """The page for how the reader looks; what fails is said in its place."""
    if not view:
        raise PreventUpdate
    look = look_of(view)
    try:
        found = _found(str(number))
        wanted = bool(query_of(str(view.get("search") or "")).get(SIZES))
        return content(found, look, _address(view, found), wanted)
    except NoSuchItem as error:
        return [html.H1(_("A scenario", look.language), className="page-title"), notice(error, look.language)]
    except Exception as error:
        title = html.H1(_("A scenario", look.language), className="page-title")
        return [title, states.failed(error, look.language)]


@callback(
    Output("shell-download", "data", allow_duplicate=True),
    *[Input(f"{PAGE}-{kind}", "n_clicks") for kind in TYPES],
    State(VIEW, "data"),
    State(f"{PAGE}-number", "data"),
    prevent_initial_call=True,
)
def download(xlsx: int | None, csv: int | None, view: Mapping[str, Any] | None, number: str | None) -> Any:
    """The scenario as a file, which says in its name and in each sheet what it is."""
    if not view or not (xlsx or csv):
        raise PreventUpdate
    found, spoken = _found(str(number)), look_of(view).language
    outcome, plan = outcome_of(found.scenario), plan_of(found.base_month)
    return sent(*scenario_file(found, outcome, plan, spoken, _address(view, found), used_kind()))


@callback(
    Output("shell-address", "href", allow_duplicate=True),
    Output(f"{PAGE}-summary", "children"),
    *[Output(f"{PAGE}-{name}-error", "children") for name in SIGNED],
    Output(f"{PAGE}-focus", "data"),
    Input(f"{PAGE}-form", "n_submit"),
    State(f"{PAGE}-of", "data"),
    *[State(f"{PAGE}-{name}", "value") for name in SIGNED],
    prevent_initial_call=True,
)
def set_aside(sent: int | None, of: dict[str, Any] | None, name: Any, role: Any) -> tuple[Any, ...]:
    """Put the scenario aside, or take it up again, and go back to the list."""
    if not sent or not of:
        raise PreventUpdate
    spoken, checked = language(), Checked()
    check_words(checked, "name", name, _("Give your name.", spoken), spoken)
    check_words(checked, "role", role, _("Give your role.", spoken), spoken)
    if checked.complaints:
        first = next(iter(checked.complaints))
        said = form.complaints(checked.complaints, SIGNED)
        return no_update, form.summary(len(checked.complaints), spoken), *said, form.focus(f"{PAGE}-{first}")
    try:
        check_same_origin()
        author = (checked.values["name"], checked.values["role"])
        put_aside(record(), int(of["number"]), str(of["token"])[:64], author, aside=bool(of["aside"]))
    except AspError as error:
        return no_update, failure(error, spoken), [], [], form.focus(f"{PAGE}-summary")
    return href(), [], [], [], no_update


form.focuses(PAGE)


def _found(number: str) -> Saved:
    if not number.isdecimal() or len(number) > 9:
        raise NoSuchItem(f"{number!r} is not the number of a scenario.")
    with record().reading() as connection:
        return saved(connection, int(number))


def _address(view: Mapping[str, Any], found: Saved) -> str:
    """The link as others can open it: nothing of the reader's own selection or language in it."""
    seen = urlsplit(str(view.get("address") or ""))
    place = f"{ROOT}/{found.number}"
    return f"{seen.scheme}://{seen.netloc}{place}" if seen.netloc else place
