"""Parts of the page of stages: cards and tables made from the pairs, their definitions."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import Answer, Ask
from dashboard.components import states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered, Card, chart_card
from dashboard.components.freshness import footnote
from dashboard.components.row_blocks import TEXT_COLUMNS
from dashboard.components.stage_origin import SOURCES, stage_meaning, stage_origin
from dashboard.components.stage_tables import bases_table, steps_table
from dashboard.components.stages_read import pairs_of, stages_of
from dashboard.components.stuck_read import STEP, page_href
from dashboard.components.tables import definition_list
from dashboard.components.titled import figure_table, titled
from dashboard.drill import KEY_OF_CUT
from dashboard.figures.funnel_stages import funnel_stages
from dashboard.figures.stage_heat import stage_heat
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.stage_words import MEANINGS, basis_sentence, cut_heading, stage_name, stages_sentence
from dashboard.subtitles import day_of
from data.adoption.stages import STAGES
from data.adoption.summary import bases, progress, widest_gap

MADE_OF = N_("Made of contracts, appointments, certificates, and use counted or its proxy; *: fewer than ten pairs")
Rows = Callable[[Answer], pd.DataFrame]
STAGES_OF: dict[str, Any] = {"meaning": stage_meaning, "origin": stage_origin, "sources": SOURCES}


def stages_answer(id: str, ask: Ask) -> Block:
    """Declare the sentences of how far the municipalities have come."""

    def show(answered: Answered, look: Look) -> Component:
        return html.P(stages_sentence(stages_of(answered[0]), look.language), className="answer-sentence")

    return block(id, ask, show=show, height=48, class_name="answer")


def funnel_card(id: str, ask: Ask, *, note: str, height: int) -> Card:
    """Declare the chart of all stages by type of joining. note: message id."""

    def steps(answered: Answered) -> pd.DataFrame:
        return progress(pairs_of(answered[0]), ["joining_type"])

    def draw(answered: Answered, look: Look) -> go.Figure:
        return funnel_stages(steps(answered), look, _leads(answered, steps(answered), "joining_type"))

    def title(answered: Answered, look: Look) -> str:
        gap = widest_gap(progress(pairs_of(answered[0])))
        if gap is None:
            return _("Stages by type of joining", look.language)
        rate = formats.percent(gap.reached / gap.before, look.language)
        name = stage_name(gap.stage, look.language)
        return _("Most are left behind at “{stage}”: {rate} come to it", look.language, stage=name, rate=rate)

    def table(answered: Answered, look: Look) -> pd.DataFrame:
        return steps_table(steps(answered), "joining_type", look.language)

    return chart_card(
        id, ask, draw=draw, title=title, table=table, subtitle=pairs_of_day, note=note, height=height,
        summary=lambda answered, look: stages_sentence(stages_of(answered[0]), look.language),
        **STAGES_OF,
    )  # fmt: skip


def heat_card(id: str, ask: Ask, cut: str, *, title: str, height: int) -> Card:
    """Declare the chart of the stages by the members of a cut of places or by application. title: message id."""

    def steps(answered: Answered) -> pd.DataFrame:
        return progress(pairs_of(answered[0]), [cut])

    def draw(answered: Answered, look: Look) -> go.Figure:
        return stage_heat(steps(answered), look, cut=cut, links=_leads(answered, steps(answered), cut))

    def table(answered: Answered, look: Look) -> pd.DataFrame:
        return steps_table(steps(answered), cut, look.language)

    def subtitle(answered: Answered, look: Look) -> str:
        return _("Share of pairs that hold the stage by itself", look.language) + f" · {day_of(answered, look)}"

    def summary(answered: Answered, look: Look) -> str:
        said = f"{_(title, look.language)} ({cut_heading(cut, look.language)})"
        return f"{said}. {stages_sentence(stages_of(answered[0]), look.language)}"

    return chart_card(
        id, ask, draw=draw, title=title, table=table, subtitle=subtitle, summary=summary, height=height, note=MADE_OF,
        **STAGES_OF,
    )  # fmt: skip


def rows_card(id: str, ask: Ask, rows: Rows, draw: Any, table: Any, *, title: str, subtitle: str, note: str) -> Card:
    """Declare a chart of rows made from the pairs. draw(rows, look), table(rows, language); texts: message ids."""

    def under(answered: Answered, look: Look) -> str:
        return f"{_(subtitle, look.language)} · {day_of(answered, look)}"

    return chart_card(
        id, ask, title=title, subtitle=under, note=note, height=420, **STAGES_OF,
        draw=lambda answered, look: draw(rows(answered[0]), look),
        table=lambda answered, look: table(rows(answered[0]), look.language),
        summary=lambda answered, look: f"{_(title, look.language)}: {_(subtitle, look.language)}",
    )  # fmt: skip


def rows_block(id: str, ask: Ask, rows: Rows, table: Any, *, title: str, note: str, height: int = 260) -> Block:
    """Declare a table of rows made from the pairs. table(rows, language); title and note: message ids."""

    def show(answered: Answered, look: Look) -> Component:
        told, heading = rows(answered[0]), _(title, look.language)
        under = day_of(answered, look)
        if told.empty:
            return titled(heading, under, states.empty(look.language))
        inside = figure_table(table(told, look.language), heading)
        return titled(heading, under, inside, footnote(answered, look.language, _(note, look.language), SOURCES))

    return block(id, ask, show=show, height=height, class_name="chart-card")


def meaning_block(id: str, ask: Ask, *, title: str) -> Block:
    """Declare what each stage means, and what "in use" rests on in each application. title: message id."""

    def show(answered: Answered, look: Look) -> Component:
        language, frame = look.language, pairs_of(answered[0])
        terms = {stage_name(stage, language): _(text, language) for stage, text in MEANINGS.items()}
        inside: list[Component] = [definition_list(terms)]
        if len(frame):
            heading = _("What “in use” rests on", language)
            inside += [
                html.P(html.Strong(basis_sentence(frame, language))),
                figure_table(bases_table(bases(frame), language), heading, TEXT_COLUMNS),
            ]
        return titled(_(title, language), day_of(answered, look), inside, footnote(answered, language, sources=SOURCES))

    return block(id, ask, show=show, height=320, class_name="chart-card")


def _leads(answered: Answered, steps: pd.DataFrame, cut: str) -> dict[tuple[str, str], str]:
    """By member and stage the work list of those that wait for the stage; none by kind of office, which no list is
    narrowed by."""
    cut = cut.removesuffix("_id")
    members = [] if cut == "office_type" else list(steps.iloc[:, 0].astype("str").unique())
    key, selection = KEY_OF_CUT.get(cut, cut), answered[0].selection
    return {
        (member, stage): page_href(selection, **{key: member, STEP: stage}) for member in members for stage in STAGES
    }


def pairs_of_day(answered: Answered, look: Look) -> str:
    """`önkormányzat–szakrendszer párok · 2026. nov. 22-i állapot · n = 21 926`."""
    count = formats.number(len(pairs_of(answered[0])), look.language)
    parts = (
        _("pairs of municipality and application", look.language),
        day_of(answered, look),
        f"n{formats.SPACE}={formats.SPACE}{count}",
    )
    return " · ".join(part for part in parts if part)
