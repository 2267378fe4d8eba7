"""The register of service and supplier contracts: in force or not, how long, how far drawn, how much grown.

Amounts are as last delivered: the source tells no history of what was invoiced.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, select

from data.cost.contract_levels import levels
from data.cost.contract_penalties import penalties
from data.metrics.contracts import CONTRACT_VALUE_HUF, RENEWAL_DAYS
from data.metrics.measure import period
from data.metrics.metric import Current
from data.schema import fact_contract as contract
from data.schema import fact_contract_amendment as amendment
from data.selection import Selection

KEY = ["source", "contract_id"]
SUPPLY = ("service", "underpinning")
DRAWN = (0.9, 1.1)
"""Invoiced over what belongs to the time elapsed: outside of these a contract runs ahead or behind (CT06)."""
MOST_GROWTH = 0.15
"""Of the original value (CT05)."""
_TEXTS = ("source", "contract_id", "contract_kind", "actor_id", "service_id", "buyer", "supplier", "reference")
_DAYS = ("signed_on", "valid_from", "valid_to", "renewal_started_on")
_AMOUNTS = ("original_huf", "value_huf", "invoiced_huf", "penalty_due_huf", "penalty_applied_huf")


@dataclass(frozen=True)
class Book:
    """All that the page of contracts shows. on: the day it is of; None where nothing is loaded.

    rows: as register(); levels, due: as contract_levels.levels() and contract_penalties.penalties(), since each
    contract began; amendments: contract's key, amended_on, previous_huf, value_huf, previous_to, valid_to, in order;
    joining: joining contracts in force, which are counted only.
    """

    on: date | None
    rows: pd.DataFrame
    levels: pd.DataFrame
    due: pd.DataFrame
    amendments: pd.DataFrame
    joining: int


def book(connection: Connection, selection: Selection) -> Book:
    """The contracts that touch the selection's period or are still to begin, as of its last day.

    Services and actors select; places do not: a contract is for the whole country.
    """
    rows = register(connection, selection)
    on = period(connection, CONTRACT_VALUE_HUF, selection)[1]
    measured = levels(connection, selection, rows)
    return Book(
        on, rows, measured, penalties(connection, rows, measured), _amendments(connection, selection, rows),
        _joining(connection, selection, on),
    )  # fmt: skip


def register(connection: Connection, selection: Selection) -> pd.DataFrame:
    """One row per contract, those in force first, the one that ends first on top.

    Columns: texts, days (date or None) and whole forints (Int64) of fact_contract; state (in_force, ended, to_come);
    days_left (from the last day of the selection), is_expiring (as CT02); elapsed_share, invoiced_share, drawdown (as
    CT06), growth (as CT05), each float, null where an amount or a day is missing. Source: fact_contract.
    """
    first, on = period(connection, CONTRACT_VALUE_HUF, selection)
    names = [*_TEXTS, *_DAYS, *_AMOUNTS]
    query = select(*(contract.c[name] for name in names)).where(
        Current(selection.as_of)(contract), contract.c.contract_kind.in_(SUPPLY)
    )
    if selection.services:
        query = query.where(contract.c.service_id.in_(selection.services))
    if selection.actors:
        query = query.where(contract.c.actor_id.in_(selection.actors))
    found = [dict(row) for row in connection.execute(query).mappings()] if on else []
    rows = [row | _told(row, on) for row in found if on and _touches(row, first, on)]
    rows.sort(key=lambda row: (row["state"] != "in_force", row["valid_to"] or date.max, *(row[name] for name in KEY)))
    return _typed(rows, names)


TOLD = ("state", "days_left", "is_expiring", "elapsed_share", "invoiced_share", "drawdown", "growth")


def _touches(row: dict[str, Any], first: date | None, on: date) -> bool:
    begins = row["valid_from"] or row["signed_on"]
    if begins is None or (row["signed_on"] or begins) > on:  # without a day, or not known of yet on that day
        return False
    return first is None or row["valid_to"] is None or bool(row["valid_to"] >= first)


def _told(row: dict[str, Any], on: date) -> dict[str, Any]:
    begins, ends = row["valid_from"] or row["signed_on"], row["valid_to"]
    state = "to_come" if begins > on else "ended" if ends is not None and ends < on else "in_force"
    renewed = row["renewal_started_on"] is not None and row["renewal_started_on"] <= on
    soon = ends is not None and ends - timedelta(days=RENEWAL_DAYS) <= on
    value, invoiced, original = row["value_huf"], row["invoiced_huf"], row["original_huf"]
    all_days = (ends - row["valid_from"]).days + 1 if ends and row["valid_from"] else 0
    elapsed = min(max((on - row["valid_from"]).days + 1, 0), all_days) if all_days > 0 else 0
    expected = value * elapsed // all_days if value and elapsed else 0
    return {
        "state": state,
        "days_left": (ends - on).days if ends else None,
        "is_expiring": state == "in_force" and soon and not renewed,
        "elapsed_share": elapsed / all_days if all_days > 0 else None,
        "invoiced_share": invoiced / value if value and invoiced is not None else None,
        "drawdown": invoiced / expected if expected and invoiced is not None else None,
        "growth": (value - original) / original if original and value is not None else None,
    }


def _typed(rows: list[dict[str, Any]], names: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*names, *TOLD]).astype(object)
    kinds: dict[str, Any] = dict.fromkeys((*_AMOUNTS, "days_left"), "Int64")
    kinds |= dict.fromkeys(("elapsed_share", "invoiced_share", "drawdown", "growth"), "Float64")
    frame = frame.astype(kinds | {"is_expiring": "bool"})
    for name in _DAYS:
        frame[name] = pd.Series([None if pd.isna(day) else day for day in frame[name]], dtype=object)
    return frame


def _amendments(connection: Connection, selection: Selection, rows: pd.DataFrame) -> pd.DataFrame:
    names = [*KEY, "amendment_id", "amended_on", "previous_huf", "value_huf", "previous_to", "valid_to"]
    query = (
        select(*(amendment.c[name] for name in names))
        .where(Current(selection.as_of)(amendment), amendment.c.contract_id.in_(sorted(set(rows["contract_id"]))))
        .order_by(amendment.c.source, amendment.c.contract_id, amendment.c.amended_on, amendment.c.amendment_id)
    )
    known = set(zip(rows["source"], rows["contract_id"], strict=True))
    found = [dict(row) for row in connection.execute(query).mappings()] if known else []
    frame = pd.DataFrame([row for row in found if (row["source"], row["contract_id"]) in known], columns=names)
    return frame.astype(object).astype({"previous_huf": "Int64", "value_huf": "Int64"})


def _joining(connection: Connection, selection: Selection, on: date | None) -> int:
    if on is None:
        return 0
    begins = func.coalesce(contract.c.valid_from, contract.c.signed_on)
    query = select(func.count()).where(
        Current(selection.as_of)(contract), contract.c.contract_kind == "joining", begins <= on,
        contract.c.valid_to.is_(None) | (contract.c.valid_to >= on),
    )  # fmt: skip
    return int(connection.scalar(query) or 0)
