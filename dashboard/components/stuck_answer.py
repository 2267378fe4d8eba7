"""The answer of the page on what is stuck, in sentences. Pure; no word's ending depends on a name or a figure."""

from dash import html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import Ask
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.stuck_read import list_of
from dashboard.components.stuck_words import NEXT_STEPS, actors_text, days_text
from dashboard.locale import translate as _
from dashboard.look import Look
from data.adoption.stuck import IDLE_DAYS
from data.adoption.stuck_counts import Summary, summary
from data.adoption.stuck_items import WorkList


def stuck_answer(id: str, ask: Ask) -> Block:
    """Declare the answer: how much, which step, whose turn, what has not moved; the day it holds on."""

    def show(answered: Answered, look: Look) -> Component:
        work = list_of(answered[0].selection)
        day = _("as of {day}", look.language, day=formats.day(work.on, look.language)) if work.on else ""
        said = [html.P(one, className="answer-sentence") for one in sentences(work, look.language)]
        return html.Div([*said, html.P(day, className="answer-period")])

    return block(id, ask, show=show, height=96, class_name="answer")


def sentences(work: WorkList, language: str) -> list[str]:
    """Two sentences; one where nothing is stuck."""
    found = summary(work)
    if not found.items:
        return [_("Nothing is stuck in this selection.", language)]
    return [_how_much(found, language), _whose(found, language)]


def _how_much(found: Summary, language: str) -> str:
    return _(
        "{items} items are on the work list: {pairs} of {scope} pairs of municipality and application are stuck "
        "({share}), in {places} municipalities. No step was taken in the last {idle} days for {still} of the pairs.",
        language,
        items=formats.number(found.items, language),
        pairs=formats.number(found.pairs, language),
        scope=formats.number(found.scope, language),
        share=formats.percent(found.pairs / found.scope, language),
        places=formats.number(found.places, language),
        idle=IDLE_DAYS,
        still=formats.number(found.idle, language),
    )


def _whose(found: Summary, language: str) -> str:
    return _(
        "Most frequent next step: {step} ({count} items; longest wait: {days}). Whose turn: {turn}; accountable: "
        "{accountable}.",
        language,
        step=_(NEXT_STEPS[found.step], language).lower(),
        count=formats.number(found.step_items, language),
        days=days_text(found.longest, language),
        turn=actors_text(found.turn, language),
        accountable=actors_text(found.accountable, language),
    )
