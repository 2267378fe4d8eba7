"""Tables of what is stuck: whose turn it is, and how it is counted."""

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import Ask
from dashboard.components import states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.freshness import footnote
from dashboard.components.stage_origin import SOURCES
from dashboard.components.stuck_read import STEP, list_of, page_href
from dashboard.components.stuck_words import NEXT_STEPS, actors_text, days_text
from dashboard.components.titled import figure_table, titled
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.stage_words import stage_name
from dashboard.subtitles import day_of
from dashboard.tabulate import LINKS
from data.adoption.evidence import PROXY_DAYS
from data.adoption.stuck import GRACE_DAYS, IDLE_DAYS
from data.adoption.stuck_counts import by_step, excused

WORD_COLUMNS = 4
TITLE = N_("Whose turn is it?")
HOW = N_("How it is counted")
GRACE_REASONS = {
    "contracted": N_("a contract is prepared and signed in about a quarter"),
    "staffed": N_("a decision of the municipality is needed; its council meets every month or two"),
    "trained": N_("a course and an examination take about a quarter to arrange"),
    "live": N_("data are moved and tested before going live, which takes up to half a year"),
    "in_use": N_("use is counted by the month, and reports to the treasury are quarterly"),
}
RULES = (
    N_("An item is one next step of one municipality. Training and the question of use are items of the joint office "
       "where several of its members are concerned, since the same people work for all of them."),
    N_("A pair of municipality and application is asked about its first missing stage only. The list begins with the "
       "earliest stage, since it holds up all others; within it with what has been missing longest. Municipalities are "
       "not ranked by any result."),
    N_("Applications that a municipality neither has to use nor has contracted are not counted. Where its use is not "
       "compulsory, a contracted application is never called stuck for not being used."),
    N_("Whose turn: the actors with the letter R for the process of the stage in the responsibility matrix. "
       "Appointments are the municipality's own by the operating model. Accountable: the letter A."),
    N_("Where an application does not count its use, tickets and trainings stand in for it: “no sign of use” does not "
       "mean that it is not used."),
)  # fmt: skip
IDLE_RULE = N_(
    "Last step taken: the newest contract, provision, going live or appointment, or a key user's enrolment or "
    "certificate. Without progress: there was none in the last {days} days."
)


def turn_table(id: str, ask: Ask) -> Block:
    """Declare the table: per next step its items, pairs, longest wait, who has to act and who answers."""

    def show(answered: Answered, look: Look) -> Component:
        work, heading = list_of(answered[0].selection), _(TITLE, look.language)
        found = by_step(work)
        table = turn_rows(found, look.language)
        if table.empty:
            nothing = states.empty(look.language, _("Nothing is stuck in this selection.", look.language), " ")
            return titled(heading, day_of(answered, look), nothing)
        selection = answered[0].selection
        table.attrs[LINKS] = [page_href(selection, **{STEP: stage}) for stage in found["missing"]]
        return titled(
            heading, day_of(answered, look), figure_table(table, heading, WORD_COLUMNS),
            footnote(answered, look.language, sources=SOURCES),
        )  # fmt: skip

    return block(id, ask, show=show, height=220, class_name="chart-card")


def turn_rows(found: pd.DataFrame, language: str) -> pd.DataFrame:
    """by_step() as ready text."""
    numbers = {
        _("Items", language): "items",
        _("Pairs", language): "pairs",
        _("Municipalities", language): "municipalities",
    }
    return pd.DataFrame(
        {
            _("Next step", language): [_(NEXT_STEPS[one], language) for one in found["next_step"]],
            _("Missing stage", language): [stage_name(one, language) for one in found["missing"]],
            _("Whose turn", language): [actors_text(one, language) for one in found["turn"]],
            _("Accountable", language): [actors_text(one, language) for one in found["accountable"]],
            **{name: [formats.number(one, language) for one in found[column]] for name, column in numbers.items()},
            _("Median wait", language): [days_text(one, language) for one in found["missing_days_median"]],
            _("Longest wait", language): [days_text(one, language) for one in found["missing_days_max"]],
        }
    )


def how_counted(id: str, ask: Ask) -> Block:
    """Declare the rules, with the time allowed for each stage and what is left out; the section is its heading."""

    def show(answered: Answered, look: Look) -> Component:
        left = excused(list_of(answered[0].selection))
        rules = html.Ul([html.Li(one) for one in [*rules_text(look.language), left_out(left, look.language)]])
        allowed = figure_table(grace_rows(look.language), _("Time allowed", look.language), 99)
        return html.Div([html.Div(rules, className="rule"), allowed], className="stuck-rules")

    return block(id, ask, show=show, height=320, class_name="chart-card")


def rules_text(language: str) -> list[str]:
    """The rules as sentences."""
    idle = _(IDLE_RULE, language, days=IDLE_DAYS)
    return [*(_(one, language) for one in RULES), idle]


def meaning(language: str) -> Component:
    """The definition of every count of the page, for the panel of a card."""
    return html.Section(
        [
            html.H3(_(HOW, language)),
            html.Ul([html.Li(one) for one in rules_text(language)]),
            figure_table(grace_rows(language), _("Time allowed", language), 99),
        ],
        className="definition",
    )


def left_out(counts: dict[str, int], language: str) -> str:
    """What is not called stuck."""
    return _(
        "Left out at present: {grace} pairs within the time allowed, {optional} pairs whose use is not compulsory.",
        language,
        grace=formats.number(counts.get("grace", 0), language),
        optional=formats.number(counts.get("optional", 0), language),
    )


def grace_rows(language: str) -> pd.DataFrame:
    """The time allowed for each stage with its reason."""
    days = [days_text(one, language) for one in GRACE_DAYS.values()]
    days[-1] += _("; by tickets and trainings {days}", language, days=days_text(PROXY_DAYS, language))
    return pd.DataFrame(
        {
            _("Stage", language): [stage_name(one, language) for one in GRACE_DAYS],
            _("Time allowed", language): days,
            _("Reason (assumption)", language): [_(GRACE_REASONS[one], language) for one in GRACE_DAYS],
        }
    )
