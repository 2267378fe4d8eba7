"""Who is charged what: a month's lines by actor, service and application, and municipalities' shares."""

from datetime import date

import pandas as pd
from sqlalchemy import Connection, select

from data.cost.sums import allocated_sums
from data.metrics.metric import Current
from data.schema import UNKNOWN_MUNICIPALITY, cost_line, cost_month, cost_share

FLOW = ("actor_id", "service_id", "account_id", "application_id", "is_placed", "amount_huf")
LINES = ("source", "line_id", "actor_id", "service_id", "account_id", "amount_huf")
SHARES = ("municipality_id", "application_id", "amount_huf")


def allocated_months(connection: Connection, as_of: int | None = None) -> pd.DataFrame:
    """Months that are allocated, the earliest first: month, plan_version, loaded_run, ledger_huf, placed_huf."""
    columns = (cost_month.c[name] for name in ("month", "plan_version", "loaded_run", "ledger_huf", "placed_huf"))
    found = pd.read_sql(select(*columns).where(Current(as_of)(cost_month)).order_by(cost_month.c.month), connection)
    return found.assign(month=pd.to_datetime(found["month"]).dt.date)


def flow(connection: Connection, month: date, as_of: int | None = None) -> pd.DataFrame:
    """A month's cost by actor, service as booked, rovat and application it came to: FLOW, sorted by them.

    Σ amount_huf is the month's ledger; what is not placed stands on the service it could not be moved from.
    """
    return allocated_sums(connection, cost_line, FLOW[:-1], month, month, as_of)


def ledger_lines(connection: Connection, month: date, as_of: int | None = None) -> pd.DataFrame:
    """A month's ledger lines with their performance, the largest first: LINES."""
    found = allocated_sums(connection, cost_line, LINES[:-1], month, month, as_of)
    return found.sort_values("amount_huf", ascending=False, kind="stable", ignore_index=True)


def shares(connection: Connection, first: date, last: date, as_of: int | None = None) -> pd.DataFrame:
    """What each municipality is charged in the months from first to last, by application: SHARES.

    UNKNOWN_MUNICIPALITY, which holds what could not be shared out, is left out.
    """
    somebody = cost_share.c.municipality_id != UNKNOWN_MUNICIPALITY
    return allocated_sums(connection, cost_share, SHARES[:-1], first, last, as_of, somebody)


def grouped(charged: pd.DataFrame, places: pd.DataFrame, cut: str) -> pd.DataFrame:
    """Whom a line was charged, by a cut of the municipalities: cut, municipalities, amount_huf; sorted by the cut.

    charged: municipality_id, amount_huf. places: municipality_id and the cut. No row is lost: what has no member of the
    cut, or was charged to nobody, is under "unknown".
    """
    members = charged["municipality_id"].map(places.set_index("municipality_id")[cut].to_dict())
    rows = charged.assign(**{cut: members.where(members.notna(), "unknown")})
    sums = rows.groupby(cut).agg(municipalities=("municipality_id", "nunique"), amount_huf=("amount_huf", "sum"))
    return sums.reset_index().sort_values(cut, ignore_index=True)


def own_share(table: pd.DataFrame, municipality_id: str, peers: list[str], people: pd.Series) -> pd.DataFrame:
    """A municipality's share by application beside its peers': application_id, amount_huf, per_head, peers_per_head.

    table: from shares(). people: inhabitants by municipality. per_head in forints; the peers' is the median over those
    with inhabitants, 0 where one is charged nothing. The last row, application_id blank, is of all together.
    """
    known = [code for code in peers if people.get(code, 0) and code != municipality_id]
    wide = table.pivot_table(
        index="municipality_id", columns="application_id", values="amount_huf", aggfunc="sum", fill_value=0
    )
    wide[""] = wide.sum(axis=1)
    heads = wide.reindex(known, fill_value=0).div(people.reindex(known).astype(float), axis=0)
    own = wide.loc[municipality_id] if municipality_id in wide.index else pd.Series(0, index=wide.columns)
    inhabitants = people.get(municipality_id)
    rows = pd.DataFrame({"amount_huf": own.astype("int64"), "peers_per_head": heads.median() if known else None})
    rows["per_head"] = rows["amount_huf"] / inhabitants if inhabitants else None
    rows = rows.rename_axis("application_id").reset_index()
    return rows[(rows["amount_huf"] != 0) | (rows["application_id"] == "")].sort_values(
        "application_id", key=lambda names: names.replace("", "~"), ignore_index=True
    )
