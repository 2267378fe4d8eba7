"""How-to tickets, trainings and users of every municipality day by day, as matching needs them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Integer, cast, extract, func, literal, select

from data.adoption.evidence import BY_PEOPLE
from data.adoption.reading import read
from data.adoption.training_days import WINDOW, Counts, Floats, Histories, Ints, before_each
from data.adoption.training_nearest import QUIET
from data.metrics.metric import Current, days_between
from data.schema import UNKNOWN_MUNICIPALITY, dim_service
from data.schema import fact_contract_service as use
from data.schema import fact_ticket as ticket
from data.schema import fact_training as training
from data.schema import fact_usage as usage
from data.selection import Selection

HOW_TO = "how_to"
ALIKE = ("joining_type", "office_type", "size_band")
"""Only municipalities that agree in these are compared."""
NEVER = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Known:
    """The histories of one application. basis: what rates are per 100 of, users or municipalities. start: the day that
    they begin with; begin: the first day with a how-to ticket of any application."""

    service: str
    basis: str
    start: date
    begin: date
    histories: Histories

    def days(self, first: date | None, last: date | None) -> tuple[int, int]:
        """A period as days of the histories; where an end is open, all that there are tickets of."""
        return (
            ((first or self.begin) - self.start).days,
            self.histories.days if last is None else (last - self.start).days,
        )


def known_histories(connection: Connection, selection: Selection, everyone: pd.DataFrame, end: date) -> Iterator[Known]:
    """Each application selected that has how-to tickets and trainings. everyone: from places(), whose order is kept."""
    current = Current(selection.as_of)
    known = connection.scalars(select(dim_service.c.service_id).where(dim_service.c.kind == "application"))
    names = sorted(name for name in known if not selection.services or name in selection.services)
    begin = connection.scalar(select(func.min(ticket.c.opened_on)).where(current(ticket), _asked(names)))
    taught_from = connection.scalar(
        select(func.min(training.c.completed_on)).where(current(training), training.c.completed_on.is_not(None))
    )
    if begin is None or taught_from is None:
        return
    start = begin - timedelta(days=2 * QUIET)
    tickets, lessons = _tickets(connection, current, names, start), _lessons(connection, current, start)
    lives, users = _lives(connection, current, start), _usage(connection, current, names)
    place = pd.Index(everyone["municipality_id"])
    cell, office = (_numbers(everyone, list(columns)) for columns in (ALIKE, ("office_id",)))
    days = (end - start).days + 1
    month = _months(start, days)
    for name in names:
        counted = _of(users, name, place)
        mine, live = _of(lessons, name, place), _of(lives, name, place)
        live_from, live_to = np.full(len(place), NEVER, dtype=np.int64), np.full(len(place), NEVER, dtype=np.int64)
        live_from[live["at"]], live_to[live["at"]] = live["live_from"], live["live_to"]
        yield Known(
            name, "users" if len(counted) else "municipalities", start, begin,
            Histories(
                cell, office, everyone["population"].fillna(0).to_numpy(dtype=np.float64), live_from, live_to,
                _before(_of(tickets, name, place), len(place), days), _enabled(counted, len(place), month, start),
                month, mine[["at", "day", "is_key"]].to_numpy(dtype=np.int64),
                max((begin - start).days, (taught_from - start).days + QUIET - WINDOW), days - 1,
            ),
        )  # fmt: skip


def _asked(names: list[str]) -> ColumnElement[bool]:
    return (ticket.c.category == HOW_TO) & BY_PEOPLE & ticket.c.service_id.in_(names)


def _tickets(connection: Connection, current: Current, names: list[str], start: date) -> pd.DataFrame:
    """A row per municipality and application; opened: the day of each of its how-to tickets, counted from start."""
    day = days_between(literal(start), ticket.c.opened_on)
    query = select(ticket.c.municipality_id, ticket.c.service_id, func.array_agg(day).label("opened"))
    query = query.where(current(ticket), _asked(names), ticket.c.municipality_id != UNKNOWN_MUNICIPALITY)
    return read(connection, query.group_by(ticket.c.municipality_id, ticket.c.service_id))


def _lessons(connection: Connection, current: Current, start: date) -> pd.DataFrame:
    """A row per completion: municipality_id, service_id, day, is_key."""
    query = select(
        training.c.municipality_id,
        training.c.service_id,
        days_between(literal(start), training.c.completed_on).label("day"),
        cast(func.coalesce(training.c.role == "key_user", False), Integer).label("is_key"),
    )
    return read(connection, query.where(current(training), training.c.completed_on.is_not(None)))


def _lives(connection: Connection, current: Current, start: date) -> pd.DataFrame:
    """A row per municipality and application in live use: the first day, and the day after the last."""
    query = select(
        use.c.municipality_id,
        use.c.service_id,
        func.min(days_between(literal(start), use.c.live_on)).label("live_from"),
        func.max(func.coalesce(days_between(literal(start), use.c.ended_on), NEVER)).label("live_to"),
    ).where(current(use), use.c.live_on.is_not(None))
    return read(connection, query.group_by(use.c.municipality_id, use.c.service_id))


def _usage(connection: Connection, current: Current, names: list[str]) -> pd.DataFrame:
    """A row per municipality and application; months: first days of those with enabled users, users: as many each."""
    # a row of lists of numbers is read in a fraction of the time of a row each
    month = extract("year", usage.c.period_on) * 12 + extract("month", usage.c.period_on) - 1
    query = select(
        usage.c.municipality_id,
        usage.c.service_id,
        func.array_agg(cast(month, Integer)).label("months"),
        func.array_agg(cast(usage.c.enabled_users, Integer)).label("users"),
    ).where(current(usage), usage.c.enabled_users.is_not(None), usage.c.service_id.in_(names))
    return read(connection, query.group_by(usage.c.municipality_id, usage.c.service_id))


def _of(rows: pd.DataFrame, service: str, place: pd.Index) -> pd.DataFrame:
    """The rows of one application whose municipality is known; at: its place."""
    mine = rows[rows["service_id"] == service]
    at = place.get_indexer(pd.Index(mine["municipality_id"]))
    return mine.assign(at=at)[at >= 0]


def _before(rows: pd.DataFrame, places: int, days: int) -> Counts:
    """[days + 1, places]: tickets opened before each day."""
    opened, at = _flat(rows["opened"]), np.repeat(rows["at"].to_numpy(), rows["opened"].map(len).to_numpy(dtype="int"))
    return before_each(opened[opened < days], at[opened < days], days, places)


def _flat(lists: pd.Series) -> Ints:
    """The numbers of all rows, one after the other."""
    return np.concatenate([np.empty(0, dtype=np.int64), *lists], dtype=np.int64)


def _enabled(rows: pd.DataFrame, places: int, month: Ints, start: date) -> Floats:
    """[places, months]: enabled users, 0 taken as not known; one a municipality where none are counted at all."""
    if rows.empty:
        return np.ones((places, int(month[-1]) + 1))
    users = np.zeros((places, int(month[-1]) + 1))
    column = _flat(rows["months"]) - (start.year * 12 + start.month - 1)
    at = np.repeat(rows["at"].to_numpy(), rows["months"].map(len).to_numpy())
    inside = (column >= 0) & (column < users.shape[1])
    np.add.at(users, (at[inside], column[inside]), _flat(rows["users"])[inside])
    users[users <= 0] = np.nan
    return users


def _months(start: date, days: int) -> Ints:
    """[days]: months since the one that the histories begin in."""
    found = np.arange(np.datetime64(start, "D"), np.datetime64(start, "D") + days).astype("datetime64[M]")
    months: Ints = (found - found[:1]).astype(np.int64)
    return months


def _numbers(everyone: pd.DataFrame, columns: list[str]) -> Ints:
    """[places]: the same number for those that agree in the columns."""
    return everyone.groupby(columns, dropna=False, sort=True).ngroup().to_numpy().astype(np.int64)
