"""What if: scenarios of cost, saved apart from actuals, and the form that makes one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, html, no_update, register_page
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.answers import answers
from dashboard.components import page, section, states
from dashboard.components.cost_scenario_form import (
    CHANGE_FIELDS,
    PAGE,
    SAVE_FIELDS,
    change_typed,
    field_of,
    forms,
    listed,
)
from dashboard.components.cost_scenario_list import listed as saved_list
from dashboard.components.cost_scenario_read import allocated_months, outcome_of, plan_of
from dashboard.components.cost_scenario_result import ROOT, href, label
from dashboard.components.cost_scenario_words import COMPLAINTS, change_said, complaint_said
from dashboard.components.cost_tabs import cost_tabs
from dashboard.guard import check_same_origin
from dashboard.locale import N_, language
from dashboard.locale import translate as _
from dashboard.record import form
from dashboard.record.checks import MOST_TEXT, Checked, check_words
from dashboard.record.database import record
from dashboard.record.errors import LogReadOnly, LogUnreachable, NoSuchItem
from dashboard.record.new_form import warned
from dashboard.record.notices import failure, notice
from dashboard.record.scenarios import NewScenario, Saved, add_scenario, plain_changes, revisions, saved
from data.cost.plan import Plan
from data.cost.scenario import BadScenario, Change, Scenario, change_of, check_changes
from data.errors import AspError, NotPublished

register_page(__name__, path=ROOT, name=N_("What if"), nav=False, filters=False, order=46)

EXPLAINED = N_(
    "A scenario changes the twelve months of its base and shares them out again. It never enters a figure of the "
    "catalogue, the scorecard, an alert or a board pack."
)


def layout(**query: str) -> Component:
    spoken = language()
    return page(
        N_("What if prices, volumes, a contract or a driver were different?"),
        cost_tabs(ROOT),
        html.P([label(spoken), " ", _(EXPLAINED, spoken)], className="page-note"),
        *_whole(query.get("of"), spoken),
        *form.focus_parts(PAGE),
    )


def _whole(of: str | None, spoken: str) -> list[Component]:
    try:
        with record().reading() as connection:
            found = revisions(connection)
            before = saved(connection, int(of)) if of and of.isdecimal() and len(of) < 10 else None
    except (LogUnreachable, LogReadOnly, NoSuchItem) as error:
        return [notice(error, spoken)]
    made = N_("A changed revision of the scenario") if before else N_("A new scenario")
    try:
        filled = [*warned(spoken), *forms(_newest(before, found), spoken)]
        shown: Component = saved_list(found, spoken)
    except NotPublished as error:
        return [states.failed(error, spoken)]
    return [section(N_("Saved scenarios"), shown), section(made, html.Div(filled, className="card-stack"))]


def _newest(before: Saved | None, found: Sequence[Saved]) -> Saved | None:
    """What a changed revision starts from: always the newest, whichever was asked for."""
    return next((one for one in found if before and one.number == before.newest), None)


@callback(
    Output(f"{PAGE}-changes", "data"),
    Output(f"{PAGE}-list", "children"),
    Output(f"{PAGE}-added", "children"),
    *[Output(f"{PAGE}-{name}-error", "children") for name in CHANGE_FIELDS],
    Output(f"{PAGE}-focus", "data"),
    Input(f"{PAGE}-change-form", "n_submit"),
    Input({"scenario-remove": ALL}, "n_clicks"),
    State(f"{PAGE}-changes", "data"),
    *[State(f"{PAGE}-{name}", "value") for name in CHANGE_FIELDS],
    prevent_initial_call=True,
)
def change_list(sent: int | None, removed: Sequence[int | None], known: list[Any], *typed: Any) -> tuple[Any, ...]:
    """Add the change that was typed, or remove one; or say beside its field what is wrong."""
    if not ctx.triggered or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    spoken = language()
    quiet: list[Any] = [[]] * len(CHANGE_FIELDS)
    changes = _read(known)
    if isinstance(ctx.triggered_id, Mapping):
        gone = int(ctx.triggered_id["scenario-remove"])
        kept = [one for place, one in enumerate(changes) if place != gone]
        text = _("Removed.", spoken)
        return plain_changes(kept), listed(kept, spoken), text, *quiet, form.focus(f"{PAGE}-added")
    try:
        new = change_typed(dict(zip(CHANGE_FIELDS, typed, strict=True)))
        check_changes([*changes, new])
    except BadScenario as error:
        name = field_of(error.field)
        said = form.complaints({name: complaint_said(error, spoken)}, CHANGE_FIELDS)
        return no_update, no_update, [], *said, form.focus(f"{PAGE}-{name}")
    text = _("Added: {change}", spoken, change=change_said(new, spoken, _plan()))
    after = [*changes, new]
    return plain_changes(after), listed(after, spoken), text, *quiet, form.focus(f"{PAGE}-added")


@callback(
    Output("shell-address", "href", allow_duplicate=True),
    Output(f"{PAGE}-summary", "children"),
    *[Output(f"{PAGE}-{name}-error", "children") for name in SAVE_FIELDS],
    Output(f"{PAGE}-focus", "data", allow_duplicate=True),
    Input(f"{PAGE}-form", "n_submit"),
    State(f"{PAGE}-of", "data"),
    State(f"{PAGE}-changes", "data"),
    *[State(f"{PAGE}-{name}", "value") for name in SAVE_FIELDS[1:]],
    prevent_initial_call=True,
)
def save(sent: int | None, of: dict[str, Any] | None, known: list[Any], *typed: Any) -> tuple[Any, ...]:
    """Save the scenario and lead to it; or say what is to be corrected, the focus on the first such field."""
    if not sent or not of:
        raise PreventUpdate
    spoken = language()
    quiet: list[Any] = [[]] * len(SAVE_FIELDS)
    try:
        scenario, checked = _checked(known, dict(zip(SAVE_FIELDS[1:], typed, strict=True)), spoken)
        if scenario is None or checked.complaints:
            first = next(name for name in SAVE_FIELDS if name in checked.complaints)
            where = f"{PAGE}-{first}" + ("-error" if first == "changes" else "")
            said = form.complaints(checked.complaints, SAVE_FIELDS)
            return no_update, form.summary(len(checked.complaints), spoken), *said, form.focus(where)
        check_same_origin()
        number = add_scenario(record(), _new(of, scenario, checked.values))
    except AspError as error:
        return no_update, failure(error, spoken), *quiet, form.focus(f"{PAGE}-summary")
    return href(number), [], *quiet, no_update


form.focuses(PAGE)


def _plan() -> Plan | None:
    months = allocated_months()
    return plan_of(months[0]) if months else None


def _checked(known: Sequence[Any], typed: Mapping[str, Any], spoken: str) -> tuple[Scenario | None, Checked]:
    """What was typed, and the scenario where it can be worked out."""
    checked, scenario = Checked(), None
    changes = _read(known)
    try:
        month = date.fromisoformat(str(typed.get("month") or ""))
        scenario = Scenario(month, answers().freshness().run_id, tuple(changes))
        if changes:
            outcome_of(scenario)
        else:
            checked.complaints["changes"] = _(COMPLAINTS["none"], spoken)
    except ValueError:
        checked.complaints["month"] = _(COMPLAINTS["month"], spoken)
    except BadScenario as error:
        checked.complaints["month" if error.field == "month" else "changes"] = complaint_said(error, spoken)
    check_words(checked, "label", typed.get("label"), _("Give the scenario a name.", spoken), spoken)
    check_words(checked, "note", typed.get("note"), "", spoken, most=MOST_TEXT)
    check_words(checked, "name", typed.get("name"), _("Give your name.", spoken), spoken)
    check_words(checked, "role", typed.get("role"), _("Give your role.", spoken), spoken)
    return scenario, checked


def _new(of: Mapping[str, Any], scenario: Scenario, values: Mapping[str, Any]) -> NewScenario:
    parent = of.get("parent")
    return NewScenario(
        token=str(of["token"])[:64],
        name=values["label"],
        note=values["note"],
        scenario=scenario,
        author_name=values["name"],
        author_role=values["role"],
        parent=int(parent) if parent is not None else None,
    )


def _read(known: Sequence[Any] | None) -> list[Change]:
    """Changes as the browser kept them. Raises BadScenario."""
    return [change_of(one) for one in known or () if isinstance(one, Mapping)]
