"""Which months of the ledger may have to be allocated again since a run."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Date, cast, func, or_, select

from data.cost.marks import lacking
from data.cost.plan import MOST_MONTHS
from data.periods import months_before
from data.schema import fact_budget, fact_contract_service, fact_ticket, fact_usage

ARRIVES = {  # the day that decides which months a new row is a driver of
    "tickets": fact_ticket.c.resolved_on,
    "users": fact_usage.c.period_on,
    "municipalities": fact_contract_service.c.live_on,
}


def touched_months(connection: Connection, since: int, known: Mapping[date, str]) -> set[date]:
    """Months (first days) of fiscal years that have a ledger line of a newer run, or one that it ended; and months
    that lacked a driver (`known`: month -> fingerprint) where there are newer rows of it."""
    return {*_of_ledger(connection, since), *_of_drivers(connection, since, known)}


def _of_ledger(connection: Connection, since: int) -> Iterator[date]:
    line = fact_budget.c
    # A line can make a subtotal of another one of its year (budget_lines.py).
    years = select(line.fiscal_year).where(or_(line.loaded_run > since, line.superseded_run > since))
    for day in connection.scalars(select(line.period_on).where(line.fiscal_year.in_(years)).distinct()):
        yield day.replace(day=1)


def _of_drivers(connection: Connection, since: int, known: Mapping[date, str]) -> Iterator[date]:
    missing = {month: lacking(mark) for month, mark in known.items()}
    for name, day in ARRIVES.items():
        months = [month for month, names in missing.items() if name in names]
        new = _new_months(connection, day, since) if months else set()
        for month in months:
            earliest = months_before(month, MOST_MONTHS) if name != "municipalities" else date.min
            if any(earliest <= at <= month for at in new):
                yield month


def _new_months(connection: Connection, day: ColumnElement[Any], since: int) -> set[date]:
    month = cast(func.date_trunc("month", day), Date)
    found = select(month).where(day.table.c.loaded_run > since, day.is_not(None)).distinct()
    return {pd.Timestamp(at).date() for at in connection.scalars(found)}
