"""Penalties that the measured level of service makes due, month by month, by the rules of penalty_rule.

The register's own figures stand beside them; nothing is changed by what is computed here.
"""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from data.cost.apportion import apportion
from data.cost.contract_levels import months_of
from data.schema import penalty_rule

ANY_MONTH = lcm(28, 29, 30, 31)
EVERY_SERVICE = "*"
COLUMNS = [
    "source", "contract_id", "metric_id", "month", "fee_huf", "value", "target", "points", "share", "due_huf", "why",
]  # fmt: skip
REASONS = ("running", "not_measured", "no_rule", "no_fee")
"""Why nothing is computed of a month, the first that holds; empty: due_huf is due, 0 where the target is met."""
Rule = Mapping[str, Any]


def fees(value_huf: int, first: date, last: date) -> dict[str, int]:
    """The value of a contract by calendar month (2026-05): whole months alike, parts of months by their days.

    Whole forints by largest remainder, so they add up to the value.
    """
    months = list(months_of(first, last, last))
    weights = [
        ((end - start).days + 1) * (ANY_MONTH // calendar.monthrange(start.year, start.month)[1])
        for start, end, _is_over in months
    ]
    parts = apportion(value_huf, weights)
    assert parts is not None, "a contract has a day at least"
    return {start.strftime("%Y-%m"): int(part) for (start, _end, _over), part in zip(months, parts, strict=True)}


def due_of(fee_huf: int, reached: Fraction, target: Fraction, rule: Rule) -> tuple[Fraction, int]:
    """The share of a month's fee that is due, and whole forints of it: parts of a percentage point count in part."""
    points = max(target - reached, Fraction(0)) * 100
    share = min(points * Fraction(str(rule["point_share"])), Fraction(str(rule["most_share"])), Fraction(1))
    parts = apportion(fee_huf, [share.numerator, share.denominator - share.numerator])
    assert parts is not None, "the two parts make one"
    return share, int(parts[0])


def penalties(connection: Connection, contracts: pd.DataFrame, levels: pd.DataFrame) -> pd.DataFrame:
    """One row per contract, figure and month of levels that has a rule or misses its target: COLUMNS.

    points: percentage points below the target; share: of the month's fee; due_huf null where why tells the reason
    (REASONS). contracts: as register(); levels: as levels().
    """
    rules = [dict(row) for row in connection.execute(select(penalty_rule)).mappings()]
    services = {_key(row): row["service_id"] for row in contracts.to_dict("records")}
    known = {
        _key(row): fees(int(row["value_huf"]), row["valid_from"], row["valid_to"])
        for row in contracts.to_dict("records")
        if not pd.isna(row["value_huf"]) and row["valid_from"] and row["valid_to"]
        and row["valid_to"] >= row["valid_from"]
    }  # fmt: skip
    made: list[dict[Any, Any]] = []
    for item in levels.to_dict("records"):
        key = _key(item)
        rule = rule_of(rules, item["metric_id"], services[key], item["last_on"])
        if rule is not None or item["is_met"] is False:
            made.append({**item, **_judged(item, rule, known.get(key, {}).get(item["month"]))})
    frame = pd.DataFrame(made, columns=COLUMNS)
    return frame.astype({"fee_huf": "Int64", "due_huf": "Int64", "points": "Float64", "share": "Float64"})


def by_contract(due: pd.DataFrame) -> pd.DataFrame:
    """source, contract_id, due_huf (Int64; null where nothing could be computed), judged (months and figures)."""
    known = due[due["due_huf"].notna()]
    found = known.groupby(["source", "contract_id"], as_index=False).agg(
        due_huf=("due_huf", "sum"), judged=("due_huf", "size")
    )
    return found.astype({"due_huf": "Int64"})


def rule_of(rules: Sequence[Rule], metric_id: str, service_id: str, day: date) -> Rule | None:
    """The rule that holds on a day: one for the service goes before one for every service."""
    holding = [
        rule for rule in rules
        if rule["metric_id"] == metric_id and rule["valid_from"] <= day
        and (rule["valid_to"] is None or day < rule["valid_to"])
    ]  # fmt: skip
    for scope in (service_id, EVERY_SERVICE):
        if found := [rule for rule in holding if rule["service_id"] == scope]:
            return max(found, key=lambda rule: rule["valid_from"])
    return None


def assumed(connection: Connection) -> list[str]:
    """What the rules are taken from, each once; the page says it."""
    return sorted({row.basis for row in connection.execute(select(penalty_rule.c.basis)) if row.basis})


def _judged(item: Mapping[Any, Any], rule: Rule | None, fee: int | None) -> dict[str, Any]:
    told: dict[str, Any] = dict.fromkeys(("value", "points", "share", "due_huf")) | {"fee_huf": fee}
    if item["denominator"]:
        reached, target = Fraction(item["numerator"], item["denominator"]), Fraction(str(item["target"]))
        told |= {"value": float(reached), "points": float(max(target - reached, Fraction(0)) * 100)}
    missing = (not item["is_over"], not item["denominator"], rule is None, fee is None)
    why = next((reason for reason, holds in zip(REASONS, missing, strict=True) if holds), "")
    if why or rule is None or fee is None:
        return told | {"why": why}
    share, due = due_of(fee, reached, target, rule)
    return told | {"share": float(share), "due_huf": due, "why": ""}


def _key(row: Mapping[Any, Any]) -> tuple[str, str]:
    return str(row["source"]), str(row["contract_id"])
