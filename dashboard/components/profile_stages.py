"""How far a municipality has come with each application: marks with words, days, what is missing, the next step."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.components import states
from dashboard.components.icons import attributes, icon
from dashboard.components.profile_frame import scrolling
from dashboard.components.profile_words import day_text, order_of
from dashboard.components.stuck_words import NEXT_STEPS, REQUIREMENTS, lacks_text
from dashboard.components.titled import titled
from dashboard.locale import translate as _
from dashboard.stage_words import stage_name
from data.adoption.stages import STAGES

SINCE = {
    "contracted": "contracted_on", "staffed": "staffed_on", "trained": "certified_on", "live": "live_on",
    "in_use": "used_on",
}  # fmt: skip


def stage_table(rows: pd.DataFrame, open_steps: pd.DataFrame, under: str, language: str) -> Component:
    """rows: of data.adoption.stages, of one municipality; open_steps: of data.adoption.stuck.stuck_of()."""
    title = _("Stages, by application", language)
    if rows.empty:
        why = _("The municipality has no joining contract in force, so no stage can be told.", language)
        return titled(title, under, states.empty(language, why, " "))
    steps = {row["service_id"]: row for row in open_steps.to_dict("records")}
    ordered = sorted(rows.to_dict("records"), key=lambda row: order_of(row["service_id"]))
    heads = [_("Application", language), *(stage_name(one, language) for one in STAGES)]
    heads.append(_("What is missing, next step", language))
    head = html.Tr([html.Th(name, scope="col") for name in heads])
    body = [_row(row, steps.get(row["service_id"]), heads, language) for row in ordered]
    table = html.Table(
        [html.Caption(title, className="visually-hidden"), html.Thead(head), html.Tbody(body)],
        className="plain-table stage-table",
    )
    return titled(title, under, [scrolling(table, title), *_notes(rows, language)])


def _notes(rows: pd.DataFrame, language: str) -> list[Component]:
    said = [_("Days are those since when a stage holds; of use, the last day with a sign of it.", language)]
    if rows["trained_by"].eq("office").any():
        said.append(_("Where it says so, the key user trained is another member's of the joint office.", language))
    return [html.P(one, className="card-foot") for one in said]


def _row(row: Mapping[Any, Any], step: Mapping[Any, Any] | None, heads: list[str], language: str) -> html.Tr:
    service = words.label("service", row["service_id"], language)
    requirement = _(REQUIREMENTS[row["requirement"]], language)
    first = html.Th([html.Span(service, className="stage-service"), html.Span(requirement, className="stage-note")],
                    scope="row")  # fmt: skip
    cells = [
        html.Td(_mark(row, stage, language), className="stage-cell", **attributes({"data-head": heads[at + 1]}))
        for at, stage in enumerate(STAGES)
    ]
    last = html.Td(_missing(step, language), className="stage-step", **attributes({"data-head": heads[-1]}))
    return html.Tr([first, *cells, last])


def _mark(row: Mapping[Any, Any], stage: str, language: str) -> list[Component]:
    holds = bool(row[stage])
    sign = icon("check" if holds else "close")
    said = _("yes", language) if holds else _("no", language)
    day = row[SINCE[stage]] if holds or stage == "in_use" else None
    parts: list[Component] = [
        html.Span([sign, html.Span(said)], className=f"stage-mark {'holds' if holds else 'open'}"),
    ]
    if not formats.missing(day):
        parts.append(html.Span(day_text(day, language), className="stage-note"))
    if stage == "trained" and row["trained_by"] == "office":
        parts.append(html.Span(_("by the joint office", language), className="stage-note"))
    if stage == "in_use" and row["evidence"] in ("ticket", "training"):
        parts.append(html.Span(_("proxy: by tickets or trainings", language), className="stage-note"))
    return parts


def _missing(step: Mapping[Any, Any] | None, language: str) -> Any:
    if step is None:
        return html.Span(_("nothing is missing", language), className="stage-note")
    lacks = lacks_text(str(step["lacks"]), str(step["basis"]), language)
    since = day_text(step["missing_since"], language)
    actor = words.label("actor", step["accountable"], language)
    return [
        html.Span(_("{lacks}, since {day}", language, lacks=lacks, day=since) if since != "–" else lacks),
        html.Strong(_(NEXT_STEPS[str(step["next_step"])], language)),
        html.Span(_("accountable: {actor}", language, actor=actor), className="stage-note"),
    ]
