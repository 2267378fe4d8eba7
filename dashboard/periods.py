"""Periods that pages ask about where the reader has set none, or only part of one."""

import calendar
from collections.abc import Callable
from datetime import date, timedelta

from dashboard.answers import Answer, answers
from data.metrics.catalogue import metric
from data.selection import Selection

Period = Callable[[Selection], Selection]
OF_COURSES = ("training_completion_rate",)
COURSE_DAYS = 30  # a course that began later may still be running


def recent(selection: Selection) -> Selection:
    """The reader's period; without one the last twelve whole months that there are data of.

    A period with one end only is closed by the last day of data, or by the twelve months before its end.
    """
    last_day = answers().last_day()
    if last_day is None or (selection.first and selection.last):
        return selection
    last = selection.last or (last_day if selection.first else end_of_last_whole_month(last_day))
    return selection.with_period(selection.first or _year_before(last), max(last, selection.first or last))


def recent_before(selection: Selection) -> Selection:
    """The period of the same length before recent()."""
    return recent(selection).previous()


def latest(selection: Selection) -> Selection:
    """For what holds on a day: the end of the reader's period; without one the last day there are data of."""
    if selection.last or answers().last_day() is None:
        return selection
    return selection.with_period(selection.first, answers().last_day())


def latest_before(selection: Selection) -> Selection:
    """The end of the period before; without a period the same day a year earlier."""
    if selection.first and selection.last:
        return selection.previous()
    last = latest(selection).last
    return selection if last is None else selection.with_period(None, last - timedelta(days=365))


def every_run(selection: Selection) -> Selection:
    """For what runs did: all of them. They are counted by the day they ran, which is after any period of the data."""
    return selection.with_period(None, None)


def finished_courses(selection: Selection) -> Selection:
    """Two years, without the months whose courses may still be running: they would count as not completed."""
    return _until_finished(two_years(selection))


def periods_of(name: str) -> tuple[Period, Period]:
    """The period that a metric is asked for and the one it is compared with: a day for a stock, else a year."""
    if name in OF_COURSES:
        return (lambda one: _until_finished(recent(one))), recent_before
    return (latest, latest_before) if metric(name).kind == "stock" else (recent, recent_before)


def two_years(selection: Selection) -> Selection:
    """The reader's period; without one the last 24 whole months and the running one, for lines over time."""
    last_day = answers().last_day()
    if last_day is None or selection.first or selection.last:
        return selection
    first = _year_before(end_of_last_whole_month(last_day))
    return selection.with_period(first.replace(year=first.year - 1), last_day)


def three_years(selection: Selection) -> Selection:
    """A year more than two_years(), or than the reader's period: sums of twelve months need those before."""
    wide = two_years(selection)
    if wide.first is None:
        return wide
    return wide.with_period(_year_before(wide.first.replace(day=28)), wide.last)


def fiscal_year(selection: Selection) -> Selection:
    """From the first of January to the end of the reader's period, or to the last day of data."""
    last = min(filter(None, (selection.last, answers().last_day())), default=None)
    return selection if last is None else selection.with_period(date(last.year, 1, 1), last)


def running_month(answer: Answer) -> str | None:
    """The month (`2026-11`) that is not over yet in an answer; None where its last month is whole."""
    last = answer.freshness.newest_at.date() if answer.freshness.newest_at else answers().last_day()
    if last is None or last == _month_end(last):
        return None
    return last.strftime("%Y-%m")


def end_of_last_whole_month(day: date) -> date:
    """The day itself where it ends a month, else the end of the month before."""
    return day if day == _month_end(day) else day.replace(day=1) - timedelta(days=1)


def _until_finished(selection: Selection) -> Selection:
    last_day = answers().last_day()
    if last_day is None or selection.last is None:
        return selection
    known = end_of_last_whole_month(last_day - timedelta(days=COURSE_DAYS))
    if selection.last <= known or (selection.first and selection.first > known):
        return selection
    return selection.with_period(selection.first, known)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _year_before(last: date) -> date:
    """First day of the twelve months that end with the month of last."""
    months = last.year * 12 + last.month - 12
    return date(months // 12, months % 12 + 1, 1)
