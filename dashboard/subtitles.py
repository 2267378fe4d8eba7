"""Subtitles of cards whose figures hold on a day, not over a period."""

from dashboard import formats, words
from dashboard.components.card import Answered
from dashboard.locale import translate as _
from dashboard.look import Look


def at_its_end(answered: Answered, look: Look) -> str:
    """Unit and period of what holds on a day, with the n of the newest day: n of several days would count twice."""
    answer, language = answered[0], look.language
    frame = answer.frame
    newest = int(frame.loc[frame[answer.by[0]] == frame[answer.by[0]].max(), "n"].sum()) if len(frame) else 0
    parts = [
        words.unit_name(answer.metric.unit, language),
        formats.period(answer.selection.first, answer.selection.last, language),
        f"n{formats.SPACE}={formats.SPACE}{formats.number(newest, language)}",
    ]
    return " · ".join(part for part in parts if part)


def on_the_day(answered: Answered, look: Look) -> str:
    """Unit, the day, n: `százalék · 2026. nov. 22-i állapot · n = 18 412`."""
    answer, language = answered[0], look.language
    parts = [
        words.unit_name(answer.metric.unit, language),
        day_of(answered, look),
        f"n{formats.SPACE}={formats.SPACE}{formats.number(answer.n, language)}",
    ]
    return " · ".join(part for part in parts if part)


def day_of(answered: Answered, look: Look) -> str:
    """`2026. nov. 22-i állapot`: the end of the period, or the newest day that there are data of."""
    newest = answered[0].freshness.newest_at
    days = [day for day in (answered[0].selection.last, newest.date() if newest else None) if day]
    return _("as of {day}", look.language, day=formats.day(min(days), look.language)) if days else ""
