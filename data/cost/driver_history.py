"""Drivers of many months, read at once: a first load allocates years of months, and their windows overlap."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Date, cast, func

from data.cost.drivers import PAIR, drivers, kinds, live, read_weights, tickets, users
from data.cost.weights import Drivers
from data.metrics.metric import Current
from data.periods import first_day, last_of_month, months, months_before
from data.schema import fact_ticket, fact_usage


class DriverHistory:
    """Drivers of months as drivers() gives them; of several months tickets and users are read once.

    asked: months (first days), each with the months that its plan looks back over.
    """

    def __init__(self, connection: Connection, asked: Iterable[tuple[date, int]]) -> None:
        self._connection = connection
        self._asked = list(asked)
        self._tickets: _Monthly | None = None
        self._users: _Monthly | None = None
        if len(self._asked) > 1:
            self._read()

    def of(self, month: date, window_months: int) -> Drivers:
        """Of one of the months asked for."""
        if self._tickets is None or self._users is None:
            return drivers(self._connection, month, window_months)
        first = months_before(month, window_months - 1)
        return Drivers(
            {
                "tickets": self._tickets.within(first, month, "sum"),
                "users": self._users.within(first, month, "max"),
                "municipalities": read_weights(self._connection, live(Current(None), last_of_month(month))),
            },
            self._kinds,
        )

    def _read(self) -> None:
        first = min(months_before(month, window - 1) for month, window in self._asked)
        last = last_of_month(max(month for month, _ in self._asked))
        found = []
        for query, day in ((tickets, fact_ticket.c.resolved_on), (users, fact_usage.c.period_on)):
            cut = cast(func.date_trunc("month", day), Date).label("month")
            found.append(_Monthly(read_weights(self._connection, query(Current(None), first, last, cut)), first, last))
        self._tickets, self._users = found
        self._kinds = kinds(self._connection)


class _Monthly:
    """Weights as a matrix: a row for each service and municipality, a column for each month."""

    def __init__(self, rows: pd.DataFrame, first: date, last: date) -> None:
        self._places = {first_day(month): place for place, month in enumerate(months(first, last))}
        pairs = rows.groupby(list(PAIR), sort=False)
        self._pairs = rows.loc[~rows.duplicated(list(PAIR)), list(PAIR)].reset_index(drop=True)
        self._weights = np.zeros((len(self._pairs), len(self._places)), dtype=np.int64)
        columns = pd.to_datetime(rows["month"]).dt.date.map(self._places).to_numpy(dtype=np.intp)
        self._weights[pairs.ngroup().to_numpy(), columns] = rows["weight"].to_numpy()

    def within(self, first: date, last: date, how: Literal["sum", "max"]) -> pd.DataFrame:
        part = self._weights[:, self._places[first] : self._places[last] + 1]
        found = part.sum(axis=1) if how == "sum" else part.max(axis=1)
        return self._pairs.assign(weight=found)[found > 0]
