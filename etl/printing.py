"""How commands show what they found: tables for people, JSON for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from etl.check import Checked
from etl.quarantine import Quarantined
from etl.status import RunReport, zulu

OUT = Console()
ERR = Console(stderr=True)
COUNTS = ("read", "new", "changed", "unchanged", "duplicate", "quarantined")


def print_json(value: Any) -> None:
    """The value alone, on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))  # noqa: T201


def print_runs(reports: Sequence[RunReport]) -> None:
    """A table per run with a line per source, then what failed; --json tells each input."""
    for report in reports:
        heading = f"run {report.run_id} · {report.job} · {report.status} · {zulu(report.finished_at)}"
        OUT.print(heading, markup=False, highlight=False)
        if report.message:
            OUT.print(report.message, markup=False, highlight=False)
        _print_inputs([taken.as_json() for taken in report.inputs])


def _print_inputs(inputs: Sequence[Mapping[str, Any]]) -> None:
    by_source: dict[str, list[Mapping[str, Any]]] = {}
    for taken in inputs:
        by_source.setdefault(taken["source"], []).append(taken)
    rows = [
        [source, _inputs_of(group), *(sum(taken[name] for taken in group) for name in COUNTS)]
        for source, group in by_source.items()
    ]
    if rows:
        print_table(["source", "inputs", *COUNTS], rows)
    for taken in inputs:
        if taken["status"] == "failed":
            OUT.print(f"failed: {taken['source']}: {taken['message']}", markup=False, highlight=False, soft_wrap=True)
    if any(taken["quarantined"] for taken in inputs):
        OUT.print("rows set aside: asp-etl quarantine list", markup=False, highlight=False)


def _inputs_of(group: Sequence[Mapping[str, Any]]) -> str:
    """How many inputs, and what became of those that were not loaded."""
    skipped = sum(taken["skipped"] for taken in group)
    failed = sum(taken["status"] == "failed" for taken in group)
    rest = [f"{count} {word}" for count, word in ((skipped, "skipped"), (failed, "failed")) if count]
    return f"{len(group)}" + (f" ({', '.join(rest)})" if rest else "")


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold", justify="right" if heading in COUNTS else "left")
    for row in rows:
        table.add_row(*(f"{value:,}" if isinstance(value, int) else _plain(value) for value in row))
    OUT.print(table)


def print_quarantine(rows: Sequence[Quarantined]) -> None:
    print_table(
        ["id", "run", "source", "input", "line", "reasons"],
        (
            [str(row.id), str(row.run), row.source, row.input, str(row.line or ""), " ".join(row.reasons)]
            for row in rows
        ),
    )


def print_checked(found: Iterable[Checked]) -> None:
    for one in found:
        OUT.print(f"{one.source}: {one.input}", markup=False, highlight=False)
        OUT.print(one.error or f"  {one.rows:,} rows, {one.good:,} good", markup=False, highlight=False)
        print_table(
            ["  field", "type", "filled"],
            ([f"  {name}", column["type"], column["filled"]] for name, column in one.columns.items()),
        )
        for kind, problem in one.problems.items():
            lines = ", ".join(map(str, problem["lines"]))
            OUT.print(
                f"  {problem['rows']:,} × {kind} (line {lines}: {problem['example']})", markup=False, highlight=False
            )
        for name in one.unmatched[:20]:
            OUT.print(
                f"  {name['rows']:,} × no {name['kind']} {name['name']!r} ({name['how']} {name['candidates']})",
                markup=False, highlight=False,
            )  # fmt: skip


def _plain(value: object) -> str:
    from rich.markup import escape

    return escape("" if value is None else str(value))
