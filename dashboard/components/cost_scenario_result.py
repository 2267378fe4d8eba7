"""The page of a saved scenario: what it is, what comes of it beside the present plan, and how to take it along."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import dash_bootstrap_components as dbc
import pandas as pd
import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.components import states
from dashboard.components.chips import with_query
from dashboard.components.cost_scenario_read import outcome_of, plan_of, sizes_of
from dashboard.components.cost_scenario_tables import base_said, names_of, steps_table, sums_table
from dashboard.components.cost_scenario_words import LABEL, PRESENT, SCENARIO, change_said, complaint_said, remarks
from dashboard.components.icons import icon
from dashboard.components.parts import part
from dashboard.components.tables import definition_list
from dashboard.components.titled import figure_table
from dashboard.figures.graph import graph
from dashboard.figures.marks import ordered
from dashboard.figures.scenario import contributed, height_of, paired, share_said
from dashboard.figures.template import apply_template
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.record import form
from dashboard.record.link import CARRIED, carried
from dashboard.record.scenarios import Saved
from data.cost.plan import Plan
from data.cost.scenario import BadScenario
from data.cost.scenario_run import Outcome

PAGE = "cost-scenario-one"
ROOT = "/cost/scenario"
SIZES = "sizes"


def href(number: int | None = None, **more: str) -> str:
    """Address of the list, or of a revision; the reader's selection and language go along."""
    return with_query(ROOT if number is None else f"{ROOT}/{number}", carried(CARRIED) | more)


def label(language: str) -> html.Strong:
    """What everything of a scenario carries."""
    return html.Strong([icon("alert"), " ", _(LABEL, language)], className="scenario-label")


def content(saved: Saved, look: Look, address: str, with_sizes: bool) -> list[Any]:
    """Everything of the page. address: its link, to be copied; with_sizes: whether size bands were asked for."""
    language, plan = look.language, plan_of(saved.base_month)
    head = [
        html.H1([label(language), " ", saved.name], className="page-title"),
        *_warned(saved, language),
    ]
    try:
        outcome = outcome_of(saved.scenario)
    except BadScenario as error:
        said = states.empty(
            language, _("This scenario cannot be worked out.", language), complaint_said(error, language)
        )
        return [*head, said, _facts(saved, None, plan, address, language)]
    return [
        *head,
        html.P(answer(outcome, language), className="answer-sentence"),
        _facts(saved, outcome, plan, address, language),
        _section(N_("What does each change do?"), language, _steps(outcome, plan, look)),
        _section(
            N_("What does it come to?"), language,
            _sums("actor_id", N_("Cost by the actor that bears it"), outcome, look),
            _sums("application_id", N_("Cost by application, after the allocation"), outcome, look),
            _cells(outcome, language),
        ),
        _section(N_("What reaches the municipalities?"), language, _sizes(saved, look, with_sizes)),
        _section(N_("Put aside") if not saved.archived else N_("Take up again"), language, _aside(saved, language)),
    ]  # fmt: skip


def answer(outcome: Outcome, language: str) -> str:
    """The finding in a sentence."""
    difference = outcome.scenario_huf - outcome.present_huf
    if difference == 0:
        moved = sum(one.moved_huf for one in outcome.steps)
        return _(
            "The cost of the twelve months stays {present}; the changes move {moved} between applications, one after "
            "the other.",
            language, present=formats.money_short(outcome.present_huf, language),
            moved=formats.money_short(moved, language),
        )  # fmt: skip
    return _(
        "In the scenario the twelve months cost {scenario} instead of {present}: {difference} ({share}).", language,
        scenario=formats.money_short(outcome.scenario_huf, language),
        present=formats.money_short(outcome.present_huf, language),
        difference=("+" if difference > 0 else "") + formats.money_short(difference, language),
        share=share_said(outcome.present_huf, difference, language),
    )  # fmt: skip


def _warned(saved: Saved, language: str) -> list[Component]:
    found = []
    if saved.number != saved.newest:
        link = dcc.Link(_("Open the newest one", language), href=href(saved.newest))
        found.append(html.P([icon("info"), " ", _("This is an earlier revision.", language), " ", link]))
    if saved.archived:
        found.append(html.P([icon("info"), " ", _("This scenario has been put aside.", language)]))
    return [html.Div(found, className="log-notice")] if found else []


def _facts(saved: Saved, outcome: Outcome | None, plan: Plan | None, address: str, language: str) -> Component:
    changes = html.Ol([html.Li(change_said(one, language, plan)) for one in saved.changes])
    pairs: dict[str, Any] = {
        _("Changes, in the order they are applied", language): changes,
        _("To be read with it", language): html.Div([html.P(one) for one in remarks(saved.changes, language)]),
        _("Base", language): base_said(outcome, language) if outcome else formats.month(saved.base_month, language),
        _("Run", language): str(saved.run_id),
        _("Recorded by", language): f"{saved.author_name}, {saved.author_role}",
        _("Recorded on", language): formats.moment(saved.created_at, language),
        _("Revision", language): str(saved.place),
        _("Note", language): saved.note,
    }
    if not remarks(saved.changes, language):
        pairs.pop(_("To be read with it", language))
    link = form.field(
        f"{PAGE}-link", _("Link to this scenario", language),
        dbc.Input(id=f"{PAGE}-link", value=address, readonly=True),
        _("Whoever opens it sees the same figures: base, run and changes are fixed.", language),
    )  # fmt: skip
    return html.Div(
        [
            definition_list({term: said for term, said in pairs.items() if said}),
            link,
            _buttons(saved, outcome, language),
        ],
        className="chart-card log-form scenario-facts",
    )


def _buttons(saved: Saved, outcome: Outcome | None, language: str) -> html.Div:
    again = dcc.Link(
        [icon("record"), " ", _("Make a changed revision", language)], href=href(None, of=str(saved.newest)),
        className="btn btn-outline-secondary",
    )  # fmt: skip
    files = [_button(f"{PAGE}-{kind}", _("Export ({kind})", language, kind=kind.upper())) for kind in ("xlsx", "csv")]
    return html.Div([again, *(files if outcome else [])], className="log-buttons")


def _button(id: Any, text: str) -> html.Button:
    said: list[Any] = [icon("download"), " ", text]
    return html.Button(said, id=id, className="btn btn-outline-secondary", type="button", n_clicks=0)


def _steps(outcome: Outcome, plan: Plan | None, look: Look) -> Component:
    language = look.language
    names = [change_said(one.change, language, plan) for one in outcome.steps]
    drawn = contributed(
        [one.effect_huf for one in outcome.steps], names, outcome.present_huf,
        (_(PRESENT, language), _(SCENARIO, language)), look,
    )  # fmt: skip
    moves = any(one.effect_huf for one in outcome.steps)
    height = height_of(len(names) + 2) if moves else 120
    return _card(
        "steps", N_("What each change contributes to the whole"), drawn, height, outcome,
        steps_table(outcome, language, plan), look, opened=not moves,
    )  # fmt: skip


def _sums(column: str, title: str, outcome: Outcome, look: Look) -> Component:
    sums = outcome.by(column)
    return _pair_card(column, title, sums, outcome, look)


def _pair_card(column: str, title: str, sums: pd.DataFrame, outcome: Outcome, look: Look) -> Component:
    language = look.language
    sides = (_(PRESENT, language), _(SCENARIO, language))
    drawn = paired(sums, names_of(sums, column, language), look, sides)
    return _card(column, title, drawn, height_of(len(sums)), outcome, sums_table(sums, (column,), language), look)


def _cells(outcome: Outcome, language: str) -> html.Details:
    table = sums_table(outcome.cells, ("actor_id", "application_id"), language)
    title = _("Each actor's cost by application", language)
    return html.Details(
        [html.Summary([label(language), " ", title]), figure_table(table, f"{_(LABEL, language)}: {title}", 2)],
        className="chart-card",
    )


def _sizes(saved: Saved, look: Look, wanted: bool) -> Component:
    if not wanted:
        text = _("Work out what reaches the municipalities, by size (it takes some seconds)", look.language)
        return html.P(dcc.Link(text, href=href(saved.number, **{SIZES: "1"})))
    sums = sizes_of(saved.scenario)
    places = {name: place for place, name in enumerate(ordered(list(sums["size_band"]), "size_band", {}))}
    sums = sums.sort_values("size_band", key=lambda bands: bands.map(places), ignore_index=True)
    return _pair_card(
        "size_band", N_("Cost that reaches municipalities, by population"), sums, outcome_of(saved.scenario), look
    )


def _card(
    name: str, title: str, drawn: go.Figure, height: int, outcome: Outcome, table: pd.DataFrame, look: Look, *,
    opened: bool = False,
) -> html.Section:  # fmt: skip
    """A chart with its label, its table, and its images; the image takes the label along with the title."""
    language, id = look.language, f"{PAGE}-{name}"
    said = f"{_(LABEL, language)}: {_(title, language)}"
    under = f"{_('forints', language)} · {base_said(outcome, language)}"
    images = [
        _button(part(f"export-{kind}", id), _("Image ({kind})", language, kind=kind.upper())) for kind in ("png", "svg")
    ]
    return html.Section(
        [
            html.H3([label(language), html.Span(": ", className="visually-hidden"), _(title, language)],
                    className="card-title"),
            html.P(under, className="card-subtitle"),
            graph(f"{id}-graph", apply_template(drawn, look.theme, language), height=height, label=said),
            html.Details(
                [html.Summary(_("Table", language)), figure_table(table, said)], open=opened, className="scenario-table"
            ),
            html.Div(images, className="log-buttons scenario-images"),
        ],
        className="chart-card scenario-card",
        id=part("card", id),
    )  # fmt: skip


def _aside(saved: Saved, language: str) -> Component:
    if saved.number != saved.newest:
        return html.P(_("Only the newest revision can be put aside.", language), className="field-note")
    text = _("Nothing is deleted: the scenario and its link stay, only the list shows it apart.", language)
    done = _("Take up again", language) if saved.archived else _("Put aside", language)
    of = {"number": saved.number, "token": uuid4().hex, "aside": not saved.archived}
    return dbc.Form(
        [
            dcc.Store(id=f"{PAGE}-of", data=of),
            html.P(text, className="field-note"),
            form.signature(PAGE, language),
            dbc.Button(done, type="submit", color="secondary", outline=True, id=f"{PAGE}-send"),
            html.Div(id=f"{PAGE}-summary", role="alert", className="form-summary", tabIndex=-1),
        ],
        id=f"{PAGE}-form",
        prevent_default_on_submit=True,
        class_name="chart-card log-form",
    )


def _section(heading: str, language: str, *inside: Component) -> html.Section:
    cards: Sequence[Component] = inside
    return html.Section(
        [html.H2(_(heading, language), className="section-title"), html.Div(list(cards), className="card-stack")],
        className="page-section",
    )
