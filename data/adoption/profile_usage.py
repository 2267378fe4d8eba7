"""Use of applications by those that one office serves, month by month, as the applications count it."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import BigInteger, Connection, cast, func, select

from data.comparison.disclosure import WITHHELD, least_people
from data.kept import kept
from data.metrics.holders import memberships
from data.metrics.measure import measure
from data.metrics.metric import Current
from data.metrics.usage import ACTIVE_USER_RATE
from data.periods import last_of_month
from data.schema import fact_usage as usage
from data.selection import Selection

MONTHS = 6
"""The newest months that the use is told of."""
COUNTS = ("active_users", "transactions")
CELL = ["month", "service"]


def monthly_use(connection: Connection, municipalities: Sequence[str], selection: Selection) -> pd.DataFrame:
    """Added up over the members of one office (or of the municipality that has its own), one row per application and
    month, of the newest MONTHS of the selection: month (2025-01), service_id, active_users, transactions, withheld
    (whether one of the counts is missing).

    active_users: missing where AD03 is withheld of the office, application and month; where enabled users are not
    counted, where few were active. transactions: missing there, and wherever few were active, but some: of one or two
    users they are somebody's work. No usage delivered gives no row. Source: fact_usage.
    """
    assert selection.first is not None, "a closed period"
    assert selection.last is not None, "a closed period"
    counted = usage.c.enabled_users.is_not(None) & usage.c.active_users.is_not(None)
    query = (
        select(
            usage.c.period_on,
            usage.c.service_id,
            *(cast(func.coalesce(func.sum(usage.c[name]), 0), BigInteger).label(name) for name in COUNTS),
            func.count().filter(counted).label("of_rate"),
        )
        .where(
            Current(selection.as_of)(usage),
            usage.c.municipality_id.in_(municipalities),
            usage.c.period_on.between(selection.first, selection.last),
        )
        .group_by(usage.c.period_on, usage.c.service_id)
        .order_by(usage.c.period_on, usage.c.service_id)
    )
    rows = pd.read_sql(query, connection)
    days = pd.to_datetime(rows.pop("period_on"))
    newest = days.isin(sorted(days.unique())[-MONTHS:])
    rows.insert(0, "month", days.dt.strftime("%Y-%m"))
    rows, days = rows[newest].reset_index(drop=True), days[newest]
    if rows.empty:
        return rows.drop(columns="of_rate").assign(**{WITHHELD: pd.Series(dtype="bool")})
    asked = Selection(days.min().date(), last_of_month(days.max().date()), as_of=selection.as_of)
    return _shown(rows, _withheld(connection, municipalities[0], asked), least_people(connection))


def _shown(rows: pd.DataFrame, withheld: set[tuple[str, str]], least: int) -> pd.DataFrame:
    few = rows["active_users"].between(1, least - 1)
    of_rate = [cell in withheld for cell in zip(rows["month"], rows["service_id"], strict=True)]
    hidden = pd.Series(of_rate, rows.index) | (few & (rows.pop("of_rate") == 0))
    rows["active_users"] = rows["active_users"].astype("Int64").mask(hidden)
    rows["transactions"] = rows["transactions"].astype("Int64").mask(hidden | few)
    return rows.assign(**{WITHHELD: hidden | few})


def _withheld(connection: Connection, municipality_id: str, asked: Selection) -> set[tuple[str, str]]:
    """Months and applications that AD03 is withheld of. What is withheld of one office depends on the others: every
    office's cells are asked for at once, and what is withheld is kept with the snapshot."""
    days = (asked.first, asked.last, asked.as_of)
    hidden = kept(connection, ("use withheld", *days), lambda: _withheld_cells(connection, asked))
    office = memberships(connection, asked.as_of)["office"].get(municipality_id, municipality_id)
    return set(hidden.loc[hidden["office"] == office, CELL].itertuples(index=False, name=None))


def _withheld_cells(connection: Connection, asked: Selection) -> pd.DataFrame:
    cells = measure(connection, ACTIVE_USER_RATE, asked, ["office", *CELL])
    return cells.loc[cells[WITHHELD], ["office", *CELL]].astype("category")
