"""Suppliers and awards: how concentrated, and how much of it with a single bid."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
from sqlalchemy import Connection, func, select

from data.metrics.contracts import AWARDED_HUF
from data.metrics.measure import period
from data.metrics.metric import Current
from data.schema import fact_contract as contract
from data.selection import Selection

TOP = 3
AWARD_SUMS = ["awards", "awarded_huf", "no_value", "known_bids", "known_huf", "single_bids", "single_huf"]


def concentration(rows: pd.DataFrame) -> pd.DataFrame:
    """Value in force by supplier, the largest first: supplier, contracts, value_huf, share. rows: as register().

    Contracts without a value or a supplier are left out. Σ share = 1; Σ (100 × share)² is the Herfindahl–Hirschman
    index, hhi().
    """
    held = rows[(rows["state"] == "in_force") & rows["value_huf"].notna() & rows["supplier"].notna()]
    found = held.groupby("supplier", as_index=False).agg(
        contracts=("value_huf", "size"), value_huf=("value_huf", "sum")
    )
    found = found.sort_values(["value_huf", "supplier"], ascending=[False, True], ignore_index=True)
    total = int(found["value_huf"].sum())
    held_only = found[found["value_huf"] > 0]
    return held_only.assign(share=held_only["value_huf"].astype("float64") / total)


def hhi(shares: Sequence[float]) -> float:
    """Herfindahl–Hirschman index of shares of 0 to 1: 0 to 10,000 (one supplier)."""
    return sum((100 * share) ** 2 for share in shares)


def awards(connection: Connection, selection: Selection) -> pd.DataFrame:
    """Procurement awards by year and buyer, up to the selection's last day: year, buyer, AWARD_SUMS (int).

    awarded_huf: original (else amended) value; no_value: awards without one; known_*: awards whose number of bids and
    value are known, the denominator of the single-bid share (CT07); single_*: those of them with one valid bid. The
    beginning of the period does not select: awards are few, and years are compared.
    """
    last = period(connection, AWARDED_HUF, selection)[1]
    value = func.coalesce(contract.c.original_huf, contract.c.value_huf)
    query = select(contract.c.signed_on, contract.c.buyer, value.label("huf"), contract.c.bids_count).where(
        Current(selection.as_of)(contract),
        contract.c.contract_kind == "award",
        contract.c.signed_on <= (last or date.min),
    )
    if selection.services:
        query = query.where(contract.c.service_id.in_(selection.services))
    if selection.actors:
        query = query.where(contract.c.actor_id.in_(selection.actors))
    found = [dict(row) for row in connection.execute(query).mappings()]
    counted = [
        {
            "year": row["signed_on"].year, "buyer": row["buyer"] or "", "awards": 1, "awarded_huf": row["huf"] or 0,
            "no_value": row["huf"] is None, "known_bids": known, "known_huf": row["huf"] if known else 0,
            "single_bids": known and row["bids_count"] == 1,
            "single_huf": row["huf"] if known and row["bids_count"] == 1 else 0,
        }
        for row in found
        for known in [row["bids_count"] is not None and row["huf"] is not None]
    ]  # fmt: skip
    frame = pd.DataFrame(counted, columns=["year", "buyer", *AWARD_SUMS]).astype(dict.fromkeys(AWARD_SUMS, "int64"))
    return frame.groupby(["year", "buyer"], as_index=False)[AWARD_SUMS].sum()


def summed_by(frame: pd.DataFrame, cut: str) -> pd.DataFrame:
    """Awards by year or by buyer alone, with single_share (by value; null where nothing is known)."""
    found = frame.groupby(cut, as_index=False)[AWARD_SUMS].sum()
    known = found["known_huf"].where(found["known_huf"] > 0).astype("Float64")
    return found.assign(single_share=found["single_huf"].astype("Float64") / known)
