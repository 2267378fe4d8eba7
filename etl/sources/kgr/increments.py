"""Cumulative reports as increments."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from etl.sources.kgr.lowest import Place, Row
from etl.sources.kgr.report import Report
from etl.sources.kgr.words import AMOUNTS


def increments(reports: Iterable[Report]) -> dict[Place, Row]:
    """What the last of several cumulative reports of a year adds to those before it, in order.

    A rovat that it no longer has went back to nothing. An amount that none of its forms tells is unknown, not nothing.
    """
    *earlier, last = reports
    known: dict[Place, Row] = {}
    for report in earlier:
        known = _carried(known, report)
    rows: dict[Place, Row] = {}
    for place, row in {**last.rows, **{place: row for place, row in known.items() if place not in last.rows}}.items():
        now = last.rows[place].amounts if place in last.rows else {}
        before = known[place].amounts if place in known else {}
        rows[place] = replace(row, amounts={
            kind: now.get(kind, Decimal(0)) - before.get(kind, Decimal(0))
            for kind in AMOUNTS if kind in last.kinds and (kind in now or kind in before)
        })  # fmt: skip
    return rows


def _carried(known: Mapping[Place, Row], report: Report) -> dict[Place, Row]:
    """What is known of a year once another report came: the amounts that it tells replace those of before."""
    rows: dict[Place, Row] = {}
    for place, row in {**known, **report.rows}.items():
        kept = {kind: value for kind, value in (known[place].amounts if place in known else {}).items()
                if kind not in report.kinds}  # fmt: skip
        rows[place] = replace(row, amounts=kept | (report.rows[place].amounts if place in report.rows else {}))
    return rows
