"""Outages on the clock of the service hours: rows for the figures of availability, as statements for both engines.

Every moment has a position: the agreed minutes that passed before it, counted from the calendar's first day. An outage
is a pair of positions, so that what lies outside service hours has no length, and the union of overlapping outages is
found by looking at starts and ends alone. The rule is told in words in docs/metrics.md and on the page.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    Time,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
)

from data.metrics.metric import Current, local_day
from data.metrics.ticket_rows import INCIDENTS, NOT_CANCELLED
from data.schema import dim_date, dim_service, service_hours
from data.schema import fact_ticket as ticket

SECONDS_A_MINUTE = 60
NEVER = 10**9  # a position after every other: of an outage that lasts
LONGEST = 10**8  # minutes that an outage may claim; a larger number is a wrong unit, and would overflow
ALWAYS = date(1900, 1, 1)
WHOLE = "whole"
KINDS = ("application", "component")

STARTED_AT = func.coalesce(ticket.c.outage_started_at, ticket.c.opened_at)
# The service is taken to be back when the incident was resolved, where nobody says when it was.
BACK_AT = func.coalesce(ticket.c.outage_ended_at, ticket.c.resolved_at, ticket.c.closed_at)
# Where no end is told but a length: so many minutes of service from its start (else the opening of its ticket) on.
BY_LENGTH = ticket.c.outage_ended_at.is_(None) & ticket.c.outage_minutes.is_not(None)
IS_OUTAGE = or_(ticket.c.outage_minutes > 0, ticket.c.outage_started_at.is_not(None))
COUNTS = INCIDENTS & NOT_CANCELLED & IS_OUTAGE & (ticket.c.outage_scope == WHOLE)


def calendar() -> CTE:
    """One row per day of the calendar, in order: day; opens_at (UTC); minutes agreed (0 where the service rests);
    before: minutes agreed on all earlier days."""
    hours = _hours()
    in_force = (
        (hours.c.weekday == dim_date.c.weekday)
        & (hours.c.since <= dim_date.c.date)
        & (hours.c.until.is_(None) | (hours.c.until > dim_date.c.date))
        & (hours.c.valid_to.is_(None) | (hours.c.valid_to > dim_date.c.date))
        & dim_date.c.is_working_day
    )
    opens_at, closes_at = (_moment(hours.c[name]) for name in ("opens", "closes"))
    days = (
        select(
            dim_date.c.date.label("day"),
            opens_at.label("opens_at"),
            func.coalesce(_minutes(opens_at, closes_at), 0).label("minutes"),
        )
        .select_from(dim_date.outerjoin(hours, in_force))
        .subquery("service_day")
    )
    passed = func.sum(days.c.minutes).over(order_by=days.c.day)
    return select(days, cast(passed - days.c.minutes, BigInteger).label("before")).cte("calendar")


def placed(current: Current, days: FromClause, which: ColumnElement[bool], *columns: ColumnElement[Any]) -> Subquery:
    """Outages of tickets that meet `which`: service_id, columns, and the positions from_minute and to_minute.

    days: calendar(). Times are taken to the whole minute.
    """
    started_at, back_at = (func.date_trunc("minute", at) for at in (STARTED_AT, BACK_AT))
    first, last = days.alias("first_day"), days.alias("last_day")
    from_minute = _position(first, started_at)
    length = func.least(ticket.c.outage_minutes, LONGEST)
    to_minute = case(
        (BY_LENGTH, from_minute + length), (BACK_AT.is_(None), literal(NEVER)), else_=_position(last, back_at)
    )
    source = ticket.join(first, first.c.day == local_day(started_at)).outerjoin(last, last.c.day == local_day(back_at))
    return (
        select(
            ticket.c.service_id,
            *columns,
            cast(from_minute, BigInteger).label("from_minute"),
            cast(to_minute, BigInteger).label("to_minute"),
        )
        .select_from(source)
        .where(current(ticket), which)
        .subquery("placed")
    )


def failures(outages: FromClause) -> Subquery:
    """Outages of a service that overlap, made one: service_id, from_minute, to_minute; without length there is none."""
    reached = func.max(outages.c.to_minute).over(
        partition_by=outages.c.service_id,
        order_by=[outages.c.from_minute, outages.c.to_minute],
        rows=(None, -1),
    )
    begun = (
        select(outages.c.service_id, outages.c.from_minute, outages.c.to_minute, reached.label("reached"))
        .where(outages.c.to_minute > outages.c.from_minute)
        .subquery("begun")
    )
    is_new = case((begun.c.from_minute < begun.c.reached, 0), else_=1)
    number = func.sum(is_new).over(
        partition_by=begun.c.service_id, order_by=[begun.c.from_minute, begun.c.to_minute], rows=(None, 0)
    )
    numbered = select(begun, number.label("number")).subquery("numbered")
    return (
        select(
            numbered.c.service_id,
            func.min(numbered.c.from_minute).label("from_minute"),
            func.max(numbered.c.to_minute).label("to_minute"),
        )
        .group_by(numbered.c.service_id, numbered.c.number)
        .subquery("failure")
    )


def service_days(current: Current) -> Select[Any]:
    """One row per application or component and day of service, from the day the first incident was opened on.

    Columns: service_id, kind, actor_id (who operates it), day, agreed_minutes, down_minutes (of the union of its
    outages), failures (that began on the day, in service hours).
    """
    days = calendar()
    failed = failures(placed(current, days, COUNTS))
    end = days.c.before + days.c.minutes
    overlap = func.least(failed.c.to_minute, end) - func.greatest(failed.c.from_minute, days.c.before)
    begins = (failed.c.from_minute >= days.c.before) & (failed.c.from_minute < end)
    down = (
        select(
            failed.c.service_id,
            days.c.day,
            func.sum(overlap).label("down_minutes"),
            func.count().filter(begins).label("failures"),
        )
        .select_from(
            failed.join(
                days, (days.c.minutes > 0) & (days.c.before < failed.c.to_minute) & (end > failed.c.from_minute)
            )
        )
        .group_by(failed.c.service_id, days.c.day)
        .subquery("down")
    )
    first = select(func.min(ticket.c.opened_on)).where(current(ticket), INCIDENTS).scalar_subquery()
    return (
        select(
            dim_service.c.service_id,
            dim_service.c.kind,
            dim_service.c.actor_id,
            days.c.day,
            cast(days.c.minutes, BigInteger).label("agreed_minutes"),
            cast(func.coalesce(down.c.down_minutes, 0), BigInteger).label("down_minutes"),
            cast(func.coalesce(down.c.failures, 0), BigInteger).label("failures"),
        )
        .select_from(
            dim_service.join(days, (days.c.minutes > 0) & (days.c.day >= first)).outerjoin(
                down, (down.c.service_id == dim_service.c.service_id) & (down.c.day == days.c.day)
            )
        )
        .where(dim_service.c.kind.in_(KINDS))
    )


def _hours() -> Subquery:
    """Service hours with the days each row holds: since, until (exclusive). A weekday's first hours hold before too."""
    of_day, by_start = service_hours.c.weekday, service_hours.c.valid_from
    is_first = func.row_number().over(partition_by=of_day, order_by=by_start) == 1
    since = case((is_first, literal(ALWAYS)), else_=service_hours.c.valid_from)
    until = func.lead(service_hours.c.valid_from).over(partition_by=of_day, order_by=by_start)
    return select(service_hours, since.label("since"), until.label("until")).subquery("hours")


def _moment(local: ColumnElement[str]) -> ColumnElement[Any]:
    """A time of day in Budapest, HH:MM, as the UTC time it is on the day; clock changes move it."""
    return func.timezone("UTC", func.timezone("Europe/Budapest", dim_date.c.date + cast(local, Time)))


def _minutes(first: ColumnElement[Any], last: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(extract("epoch", last - first) / SECONDS_A_MINUTE, BigInteger)


def _position(days: FromClause, at: ColumnElement[Any]) -> ColumnElement[int]:
    into_day = func.least(func.greatest(_minutes(days.c.opens_at, at), 0), days.c.minutes)
    return days.c.before + func.coalesce(into_day, 0)
