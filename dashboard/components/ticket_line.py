"""A ticket's history as an ordered list: when, what, who held it and how long."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.ticket_words import field_name
from data.ticket_history import TicketHistory, timeline

NO_EVENTS = N_("The source delivers no events of this ticket; these are the moments that the ticket itself records.")
STATES = {
    "open": N_("being worked on"),
    "pending": N_("waiting for the customer"),
    "resolved": N_("resolved"),
    "closed": N_("closed"),
    "cancelled": N_("cancelled"),
}
MINUTES_OF_DAY = 24 * 60


def history_line(history: TicketHistory, until: datetime | None, look: Look) -> list[Component]:
    """The list, and a note where no event of the ticket is known."""
    steps = timeline(history, until).to_dict("records")
    shown: list[Component] = [
        html.Ol([_step(one, _before(steps, place), look) for place, one in enumerate(steps)], className="ticket-line")
    ]
    if history.events.empty:
        shown.append(html.P(_(NO_EVENTS, look.language), className="rows-note"))
    return shown


def _before(steps: list[Any], place: int) -> Mapping[Any, Any] | None:
    """The event before a step, to tell what has changed since."""
    return next((one for one in reversed(steps[:place]) if one["what"] == "event"), None)


def _step(step: Mapping[Any, Any], before: Mapping[Any, Any] | None, look: Look) -> Component:
    language = look.language
    at = pd.Timestamp(step["at"]).to_pydatetime()
    when = formats.moment(at, language)
    if step["is_day"]:
        day = pd.Timestamp(at, tz="UTC").tz_convert("Europe/Budapest").date()
        when = formats.day(day, language)
    if step["what"] != "event":
        return html.Li(
            [html.P(when, className="line-when"), html.P(field_name(step["what"], language), className="line-what")]
        )
    parts: list[Component] = [
        html.P(when, className="line-when"),
        html.P(_event_words(step, before, language), className="line-what"),
    ]
    if not formats.missing(step["held_minutes"]):
        parts.append(html.P(_held(step, language), className="line-held"))
    return html.Li(parts, className="waits" if step["is_waiting"] else "")


def _event_words(step: Mapping[Any, Any], before: Mapping[Any, Any] | None, language: str) -> str:
    """`megoldás alatt · NISZ, 2. szint · HELPDESK2 · P2`; of a later event what has changed."""
    said = []
    for name, text in (
        ("status", _state(step["status"], language)),
        ("actor_id", "" if formats.missing(step["actor_id"]) else words.label("actor", step["actor_id"], language)),
        ("level", _level(step["level"], language)),
        ("assignment_group", "" if formats.missing(step["assignment_group"]) else str(step["assignment_group"])),
        ("priority", "" if formats.missing(step["priority"]) else str(step["priority"])),
    ):
        if text and (before is None or name in ("status", "actor_id") or before[name] != step[name]):
            said.append(text)
    return " · ".join(said)


def _state(status: object, language: str) -> str:
    if formats.missing(status):
        return ""
    return _(STATES[str(status)], language) if str(status) in STATES else str(status)


def _level(level: Any, language: str) -> str:
    return "" if formats.missing(level) else _("level {number}", language, number=int(level))


def _held(step: Mapping[Any, Any], language: str) -> str:
    said = formats.duration(step["held_minutes"], language, MINUTES_OF_DAY)
    if step["is_waiting"]:
        return _("waited {time}", language, time=said)
    return _("held for {time}", language, time=said)
