"""Ledger and treasury-form lines: row schema, and a pure step from valid rows to facts."""

from collections.abc import Mapping

import pandas as pd

from data.schema import UNKNOWN
from etl.columns import each, looked_up, texts, times
from etl.jobs.rules import Row, Text, Time, Whole, between, day, huf, key, one_of, text
from etl.keys import content_keys
from etl.validate import Failure, failure

SPELLED_HIGH = ("account_id",)
AMOUNTS = ("original_huf", "appropriated_huf", "committed_huf", "spent_huf")
DIMENSIONS = ("fiscal_year", "period_on", "account_id", "function_id", "municipality_id", "actor_id", "service_id")
PURPOSES = ("ledger", "control")
NATURES = ("run", "change")
MADE = "#"  # begins a key that was made of content, so that it is never taken for one of the source's
LEAF_DIGITS = 6  # of a government function; spreadsheets cut the leading zero off


class BudgetRow(Row):
    """One row per ledger or form line; money in whole forints."""

    fiscal_year: pd.Int64Dtype = between(1990, 2100, nullable=False)
    account_id: str = key()
    period_on: Time = day()
    line_id: Text = text()
    function_id: Text = text()
    actor: Text = text()
    service: Text = text()
    original_huf: Whole = huf()
    appropriated_huf: Whole = huf()
    committed_huf: Whole = huf()
    spent_huf: Whole = huf()
    purpose: Text = one_of(*PURPOSES)
    nature: Text = one_of(*NATURES)


def unknown_accounts(rows: pd.DataFrame, sides: Mapping[str, str]) -> list[Failure]:
    """Rows whose account is no rovat that we know: without its side nothing can be said of its amount."""
    wrong = rows["account_id"].notna() & ~rows["account_id"].isin(list(sides))
    return [failure(wrong.to_numpy(), rows["account_id"], "a rovat code such as K11 or B34")] if wrong.any() else []


def conform(rows: pd.DataFrame, sides: Mapping[str, str], functions: frozenset[str]) -> pd.DataFrame:
    """Rows of fact_budget from valid, placed rows, index kept; no rows give no rows.

    sides: account -> expenditure or revenue. A line without a key of its own is known by its dimensions; several lines
    of the same dimensions and other amounts are numbered when they are merged, since each of them is money.
    """
    new_year = pd.to_datetime(rows["fiscal_year"].astype("str") + "-01-01", format="%Y-%m-%d").astype("datetime64[us]")
    facts = rows[[name for name in AMOUNTS if name in rows]].assign(
        fiscal_year=rows["fiscal_year"],
        period_on=times(rows, "period_on").fillna(new_year),
        side=looked_up(rows["account_id"], sides, None, None),
        account_id=each(rows["account_id"], str),
        function_id=each(texts(rows, "function_id"), lambda code: _function(code, functions), UNKNOWN),
        municipality_id=rows["municipality_id"],
        actor_id=rows["actor_id"],
        service_id=rows["service_id"],
        purpose=texts(rows, "purpose").replace(PURPOSES[0], None),
        nature=texts(rows, "nature"),
    )
    return facts.assign(line_id=texts(rows, "line_id").fillna(MADE + content_keys(facts, DIMENSIONS)))


def _function(code: str, known: frozenset[str]) -> str:
    padded = code.zfill(LEAF_DIGITS) if len(code) == LEAF_DIGITS - 1 else code
    return next((each_code for each_code in (code, padded) if each_code in known), UNKNOWN)
