"""Record a question or a decision about a figure: the figure as it is measured, then the form."""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, callback, html, no_update, register_page
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.callbacks.frame import ADDRESS
from dashboard.components import page, states
from dashboard.components.chips import written
from dashboard.guard import check_same_origin
from dashboard.locale import N_, language
from dashboard.locale import translate as _
from dashboard.look import query_of
from dashboard.record import form
from dashboard.record.actors import actors
from dashboard.record.checks import check_item
from dashboard.record.database import record
from dashboard.record.figure import measured, seen
from dashboard.record.items import Figure
from dashboard.record.link import NEW, log_href, view_path
from dashboard.record.new_form import PAGE, choose_figure, shown, warned
from dashboard.record.notices import failure
from dashboard.record.state import today
from dashboard.record.writing import NewItem, add_item
from data.errors import AspError, UnknownMetric
from data.metrics.catalogue import METRICS
from data.selection import Selection

register_page(
    __name__, path=NEW, name=N_("Record a question or a decision"), nav=False, filters=False, order=46
)  # fmt: skip

FIELDS = ("kind", "text", "actor", "due", "name", "role")


def layout(**query: str) -> Component:
    inside = html.Div(content(query, language()), id=f"{PAGE}-content")
    return page(N_("What do you ask or decide?"), inside, *form.focus_parts(PAGE))


def content(query: Mapping[str, str], spoken: str) -> list[Any]:
    """Figure and form; without a figure a choice of one."""
    wanted = query.get("metric")
    if wanted is None:
        return [choose_figure(spoken)]
    try:
        if wanted not in METRICS:
            raise UnknownMetric(wanted)
        figure = measured(wanted, seen(wanted, Selection.from_query(query)))
    except UnknownMetric:
        return [
            states.empty(spoken, _("There is no such figure.", spoken), _("Choose one:", spoken)),
            choose_figure(spoken),
        ]
    except AspError as error:
        return [states.failed(error, spoken)]
    view = view_path(query.get("view"))
    return [*warned(spoken), *shown(figure, view, _follows(query.get("follows")), spoken)]


@callback(
    Output(f"{PAGE}-content", "children"),
    Input(ADDRESS, "search"),
    State(ADDRESS, "pathname"),
    prevent_initial_call=True,
)
def follow_address(search: str | None, path: str | None) -> Any:
    """Another figure was chosen on the page itself."""
    if path != NEW:
        raise PreventUpdate
    return content(query_of(search or ""), language())


@callback(
    Output("shell-address", "search", allow_duplicate=True),
    Input(f"{PAGE}-metric", "value"),
    State(ADDRESS, "search"),
    prevent_initial_call=True,
)
def choose(metric: str | None, search: str | None) -> str:
    """The figure that was chosen goes into the address."""
    if not metric:
        raise PreventUpdate
    return f"?{written(query_of(search or '') | {'metric': metric})}"


@callback(
    Output("shell-address", "href", allow_duplicate=True),
    Output(f"{PAGE}-summary", "children"),
    *[Output(f"{PAGE}-{name}-error", "children") for name in FIELDS],
    Output(f"{PAGE}-focus", "data"),
    Input(f"{PAGE}-form", "n_submit"),
    State(f"{PAGE}-seen", "data"),
    *[State(f"{PAGE}-{name}", "value") for name in FIELDS],
    prevent_initial_call=True,
)
def submit(clicks: int | None, of: dict[str, Any] | None, *typed: Any) -> tuple[Any, ...]:
    """Record the item and lead to it; or say what is to be corrected, the focus on the first such field."""
    if not clicks or not of:
        raise PreventUpdate
    spoken = language()
    checked = check_item(dict(zip(FIELDS, typed, strict=True)), actors(spoken), today(), spoken)
    if checked.complaints:
        first = next(name for name in FIELDS if name in checked.complaints)
        said = form.complaints(checked.complaints, FIELDS)
        return no_update, form.summary(len(checked.complaints), spoken), *said, form.focus(f"{PAGE}-{first}")
    try:
        check_same_origin()
        number = add_item(record(), _new(of, checked.values), _measured_asshown(of))
    except AspError as error:
        return no_update, failure(error, spoken), *([[]] * len(FIELDS)), form.focus(f"{PAGE}-summary")
    return log_href(number), [], *([[]] * len(FIELDS)), no_update


form.focuses(PAGE)


def _measured_asshown(of: Mapping[str, Any]) -> Figure:
    """The figure of what was shown, measured anew as of its run: another may have been published meanwhile."""
    return measured(str(of["metric"]), Selection.from_query(query_of(str(of["selection"]))))


def _new(of: Mapping[str, Any], values: Mapping[str, Any]) -> NewItem:
    return NewItem(
        token=str(of["token"])[:64],
        kind=values["kind"],
        text=values["text"],
        follows=_follows(of.get("follows")),
        view=view_path(of.get("view")),
        responsible_id=values["actor"],
        due_on=values["due"],
        author_name=values["name"],
        author_role=values["role"],
    )


def _follows(text: object) -> int | None:
    return int(str(text)) if text is not None and str(text).isdecimal() and len(str(text)) < 10 else None
