"""A batch of rows as read becomes fact rows, beside the rows that are set aside: no I/O, no database."""

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.tseries.offsets import MonthEnd

from etl.columns import folded, texts
from etl.lookups import Lookups
from etl.places import Unmatched
from etl.pool import Pooled
from etl.quarantine import KEY_PARTS
from etl.records import Facts, Record
from etl.validate import judge, with_headings


@dataclass(frozen=True)
class Taken:
    """What a batch gave.

    read: input -> its rows, torn ones included. facts: table -> rows with their line and input (counted_for).
    rejected: place (position in the batch, missing for a torn row), input_id, line, reasons (JSON list), row (JSON
    object), row_key (missing where the row has none that can be read), one per row set aside.
    newest: input -> newest event time among its good rows.
    """

    read: dict[int, int]
    facts: Facts
    rejected: pd.DataFrame
    newest: dict[int, pd.Timestamp]


def take(pooled: Pooled, record: Record, lookups: Lookups, unmatched: Unmatched) -> Taken:
    """Validate, place and conform a batch; unmatched is added to. An empty batch gives empty frames."""
    batch = pooled.batch
    rows = _spelled(batch.rows, record)
    verdict = judge(rows, record.schema, batch.problems, record.unknown(rows, lookups))
    lines = pd.Series(batch.lines)
    placed = lookups.places.place(verdict.good, record.no_service, unmatched)
    facts = {
        table: _with_place(frame, batch.lines, pooled.owners) if "line" in table.c else frame
        for table, frame in record.facts(placed, lines, lookups).items()
    }
    return Taken(
        pooled.read, facts, _rejected(pooled, record, verdict.reasons), _newest(verdict.good, record, pooled.owners)
    )


def _spelled(rows: pd.DataFrame, record: Record) -> pd.DataFrame:
    low = {name: folded(rows[name], str.lower) for name in record.low if name in rows}
    high = {name: folded(rows[name], str.upper) for name in record.high if name in rows}
    return rows.assign(**low, **high)


def _with_place(frame: pd.DataFrame, lines: np.ndarray, owners: np.ndarray) -> pd.DataFrame:
    return frame.assign(line=lines[frame.index], counted_for=owners[frame.index])


def _rejected(pooled: Pooled, record: Record, reasons: dict[int, list[str]]) -> pd.DataFrame:
    batch, places = pooled.batch, sorted(reasons)
    delivered = batch.raw.iloc[places].astype(object)
    delivered = delivered.where(delivered.notna(), None)
    torn = batch.torn
    whole = {
        "place": [*places, *(None for _ in torn)],
        "input_id": [*pooled.owners[places].tolist(), *pooled.torn_owners.tolist()],
        "line": [*batch.lines[places].tolist(), *(row.line for row in torn)],
        "reasons": [
            *(_json(with_headings(reasons[place], batch.headings)) for place in places),
            *(_json([row.reason]) for row in torn),
        ],
        "row": [*(_json(row) for row in delivered.to_dict("records")), *("{}" for _ in torn)],
        "row_key": [*_keys(batch.rows.iloc[places], record), *(None for _ in torn)],
    }
    types = {"place": "Int64", "input_id": "int64", "line": "Int64", "reasons": "str", "row": "str", "row_key": "str"}
    return pd.DataFrame(whole).astype(types)


def _keys(rows: pd.DataFrame, record: Record) -> list[str | None]:
    """What names each row in its source; None where a part of it is missing, or the record is named by no field."""
    parts = [texts(rows, name).tolist() for name in record.key]
    if not parts:
        return [None] * len(rows)
    return [
        KEY_PARTS.join(key) if all(isinstance(part, str) for part in key) else None for key in zip(*parts, strict=True)
    ]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _newest(rows: pd.DataFrame, record: Record, owners: np.ndarray) -> dict[int, pd.Timestamp]:
    found: dict[int, pd.Timestamp] = {}
    for name in record.newest:
        if name in rows:
            times = rows[name] + MonthEnd(0) if record.by_month else rows[name]
            for owner, moment in times.groupby(owners[rows.index]).max().dropna().items():
                found[int(str(owner))] = max(moment, found.get(int(str(owner)), moment))
    return found
