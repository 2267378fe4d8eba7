"""How commands show what they found: tables for people, JSON for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from etl.analyst.check import Checked
from etl.quarantine import Quarantined
from etl.status import RunReport, zulu

OUT = Console(width=None if Console().is_terminal else 120)  # a file has no width of its own
ERR = Console(stderr=True)
COUNTS = ("read", "new", "changed", "unchanged", "duplicate", "quarantined", "withdrawn")
SHOWN = {"quarantined": "set aside", "withdrawn": "ended"}  # where a column must be narrow


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
        right = heading in COUNTS
        table.add_column(SHOWN.get(heading, heading), overflow="fold", justify="right" if right else "left")
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


def print_checked(found: Sequence[Checked]) -> None:
    """A block per source: its columns, what is wrong and where, names that are not known, and what to do next."""
    by_source: dict[str, list[Checked]] = {}
    for one in found:
        by_source.setdefault(one.source, []).append(one)
    for source, group in by_source.items():
        _print_source(source, group)
    if found:
        bad = sum(one.rows - one.good for one in found)
        told = f"{sum(one.rows for one in found):,} rows read, {bad:,} would be set aside; nothing was loaded."
        _say(told + (f" {unread} cannot be read." if (unread := sum(one.error is not None for one in found)) else ""))


def _print_source(source: str, group: Sequence[Checked]) -> None:
    rows, good = sum(one.rows for one in group), sum(one.good for one in group)
    read = group[0].input if len(group) == 1 else f"{len(group)} inputs"
    share = f", {rows - good:,} with problems ({(rows - good) / rows:.1%})" if rows > good else ""
    _say(f"{source} · {read}")
    for one in group:
        if one.error:
            _say(f"  cannot be read: {one.error}")
    if rows:
        first = "first " if any(one.partly for one in group) else ""
        _say(f"  {first}{rows:,} rows, {good:,} good{share}")
        _print_columns(group)
    _print_problems(group)
    _print_unknown([name for one in group for name in one.unmatched])
    _say("")


def _print_columns(group: Sequence[Checked]) -> None:
    """Each field with its column; one that no row has is worth a look."""
    columns: dict[str, dict[str, Any]] = {}
    for one in group:
        for name, column in one.columns.items():
            known = columns.setdefault(name, {**column, "filled": 0})
            known["filled"] += column["filled"]
    rows = sum(one.rows for one in group)
    print_table(
        ["  field", "column", "read as", "filled"],
        (
            [f"  {name}", column["column"], column["type"], _share(column["filled"], rows)]
            for name, column in columns.items()
        ),
    )


def _share(filled: int, rows: int) -> str:
    return "never" if not filled else "always" if filled == rows else f"{filled:,} of {rows:,}"


def _print_problems(group: Sequence[Checked]) -> None:
    kinds: dict[str, list[tuple[Checked, Mapping[str, Any]]]] = {}
    for one in group:
        for kind, problem in one.problems.items():
            kinds.setdefault(kind, []).append((one, problem))
    for places in sorted(kinds.values(), key=lambda own: -sum(problem["rows"] for _, problem in own)):
        one, first = places[0]
        where = f"{one.input}, " if len(group) > 1 else ""
        lines = ", ".join(map(str, first["lines"]))
        more = " …" if sum(problem["rows"] for _, problem in places) > len(first["lines"]) else ""
        place = f"{where}line{'s' if len(first['lines']) > 1 else ''} {lines}{more}: " if lines else ""
        _say(f"  {sum(problem['rows'] for _, problem in places):,} × {first['example']}")
        if place:
            _say(f"      {place.removesuffix(': ')}")


SHOWN_NAMES = 20


def _print_unknown(names: Sequence[Mapping[str, Any]]) -> None:
    """Names that match nothing, most rows first, each with what it may have meant."""
    together: dict[tuple[str, str], dict[str, Any]] = {}
    for name in names:
        known = together.setdefault((name["kind"], name["name"]), {**name, "rows": 0})
        known["rows"] += name["rows"]
    ranked = sorted(together.values(), key=lambda name: -name["rows"])
    for name in ranked[:SHOWN_NAMES]:
        _say(f"  {name['rows']:,} × {_not_known(name)}")
        for one in name.get("suggestions", ()):
            _say(f"      {one['command']}  # {_municipality(one)}")
    if len(ranked) > SHOWN_NAMES:
        _say(f"  and {len(ranked) - SHOWN_NAMES:,} more names that are not known; --json lists all")


def print_unmatched(found: Sequence[Mapping[str, Any]]) -> None:
    """Names that did not match, most rows first, with the commands that would confirm what they mean."""
    if not found:
        _say("Every name that was delivered is known.")
    for name in found:
        only = f" · confirmed in {', '.join(name['confirmed'])} only" if name["confirmed"] else ""
        _say(f"{name['rows']:,} rows · {_not_known(name)} · source {name['source']}, run {name['run']}{only}")
        for one in name["suggestions"]:
            _say(f"    {one['command']}  # {_municipality(one)}")
    if any(name["suggestions"] for name in found):
        _say(
            "Nothing of this is applied by itself: run the line that is right. Where a spelling means one place in one"
        )
        _say("county only, add --county NAME. Rows loaded before follow with `asp-etl run JOB --full`; none of them is")
        _say("in quarantine for its name, it stands under the unknown municipality until then.")


def _not_known(name: Mapping[str, Any]) -> str:
    if name["how"] == "ambiguous":
        return f"{name['kind']} {name['name']!r} could be any of these"
    look_alike = ", which looks like" if name.get("suggestions") else ""
    return f"{name['kind']} {name['name']!r} is not known{look_alike}"


def _municipality(one: Mapping[str, Any]) -> str:
    return f"{one['name']}, {one['county']}"


def _say(text: str) -> None:
    OUT.print(text, markup=False, highlight=False, soft_wrap=True)


def _plain(value: object) -> str:
    from rich.markup import escape

    return escape("" if value is None else str(value))
