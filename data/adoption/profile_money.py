"""What one municipality has contracted, and what the ledger books to it by itself."""

from datetime import date

import pandas as pd
from sqlalchemy import BigInteger, Connection, cast, func, select

from data.metrics.budget_lines import summed
from data.metrics.metric import Current
from data.schema import fact_budget as budget
from data.schema import fact_contract as contract
from data.schema import fact_contract_service as use
from data.selection import Selection

CONTRACT_COLUMNS = (
    "contract_id", "contract_kind", "joining_type", "wave", "reference", "signed_on", "valid_from", "valid_to"
)  # fmt: skip
SERVICE_COLUMNS = ("service_id", "contract_id", "contracted_on", "provisioned_on", "live_on", "ended_on")
HUF = ("appropriated_huf", "committed_huf", "spent_huf")


def contracts(connection: Connection, municipality_id: str, selection: Selection) -> pd.DataFrame:
    """Joining and service contracts signed by the last day of the selection, the oldest first: CONTRACT_COLUMNS."""
    query = select(*(contract.c[name] for name in CONTRACT_COLUMNS)).where(
        Current(selection.as_of)(contract),
        contract.c.municipality_id == municipality_id,
        contract.c.contract_kind.in_(("joining", "service")),
        func.coalesce(contract.c.signed_on, contract.c.valid_from) <= selection.last,
    )
    return pd.read_sql(query.order_by(contract.c.signed_on, contract.c.contract_id), connection)


def contracted_services(connection: Connection, municipality_id: str, selection: Selection) -> pd.DataFrame:
    """Applications contracted by the last day of the selection, by day: SERVICE_COLUMNS. Days after it are missing."""
    assert selection.last is not None, "stages are told of a day"
    query = select(*(use.c[name] for name in SERVICE_COLUMNS)).where(
        Current(selection.as_of)(use), use.c.municipality_id == municipality_id, use.c.contracted_on <= selection.last
    )
    rows = pd.read_sql(query.order_by(use.c.contracted_on, use.c.service_id), connection)
    for name in SERVICE_COLUMNS[2:]:
        days = pd.to_datetime(rows[name]).astype("datetime64[s]")
        rows[name] = days.where(days <= pd.Timestamp(selection.last))
    return rows


def own_lines(connection: Connection, municipality_id: str, selection: Selection) -> pd.DataFrame:
    """Ledger lines booked to the municipality in the fiscal year of the selection's last day, up to that day, added up.

    Columns: side, account_group (K1 …), HUF (whole forints). Sorted by them. Nothing booked gives no row.
    """
    assert selection.last is not None, "lines are added up to a day"
    group = func.substr(budget.c.account_id, 1, 2).label("account_group")
    sums = [cast(func.coalesce(func.sum(budget.c[name]), 0), BigInteger).label(name) for name in HUF]
    query = (
        select(budget.c.side, group, *sums)
        .where(
            Current(selection.as_of)(budget),
            summed(Current(selection.as_of)),
            budget.c.municipality_id == municipality_id,
            budget.c.period_on.between(date(selection.last.year, 1, 1), selection.last),
        )
        .group_by(budget.c.side, group)
        .order_by(budget.c.side, group)
    )
    return pd.read_sql(query, connection)
