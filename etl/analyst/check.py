"""What a source would give, without loading it: columns found, rows, and problems by reason."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.errors import AspError
from etl.analyst.suggestions import Suggester
from etl.config import Source
from etl.conform import take
from etl.fields import kind_of
from etl.lookups import Lookups
from etl.places import Unmatched
from etl.pool import alone
from etl.records import RECORDS
from etl.sources import Batch, Input, batches, inputs
from etl.sources.live import live_inputs
from etl.sources.pull import Span

FIRST_LINES = 5  # of each kind of problem
LIVE_ROWS = 5_000  # of a live source: its first slices say enough
VALUE = re.compile(r"'[^']*'|\((?!\")[^)]*\)")  # what differs between reasons of one kind; not the heading


@dataclass
class Checked:
    """What reading one input found.

    columns: canonical field -> type, column as delivered, rows that have it; problems: reason without its values ->
    rows and first lines; unmatched: names that are not known, municipalities with what they may have meant; error: why
    it cannot be read; partly: whether only the first records of a live source were read.
    """

    source: str
    input: str
    rows: int = 0
    good: int = 0
    columns: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: dict[str, dict[str, Any]] = field(default_factory=dict)
    unmatched: list[dict[str, Any]] = field(default_factory=list)
    error: str | None = None
    partly: bool = False

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


def check(
    sources: Sequence[Source], base: Path, lookups: Lookups, rows_per_batch: int, suggester: Suggester | None = None
) -> Iterator[Checked]:
    """Read every input to its end, and the beginning of live sources, and tell what would be loaded; nothing is
    written."""
    for source in sources:
        if missing := [name for name in RECORDS[source.record].required if name not in source.fields]:
            told = f"a record '{source.record}' needs the field(s) {', '.join(missing)}: map them in [source.fields]."
            yield Checked(source.name, source.address, error=f"Source '{source.name}': {told}")
            continue
        rows = 0
        try:
            for delivered in _inputs(source, base):
                found = _checked(source, delivered, lookups, rows_per_batch)
                _suggest(found, suggester)
                yield found
                rows += found.rows
                if source.connect is not None and rows >= LIVE_ROWS:
                    break
        except AspError as error:
            yield Checked(source.name, source.address, error=str(error))


def _inputs(source: Source, base: Path) -> Iterator[Input]:
    if source.connect is None:
        return inputs(source, base)
    return live_inputs(source, Span(started_at=datetime.now(UTC)))


def _checked(source: Source, delivered: Input, lookups: Lookups, rows_per_batch: int) -> Checked:
    found, names = Checked(source.name, delivered.name, partly=source.connect is not None), Unmatched()
    try:
        for batch in batches(delivered, source, rows_per_batch):
            taken = take(alone(batch), RECORDS[source.record], lookups, names)
            found.rows += sum(taken.read.values())
            found.good += sum(taken.read.values()) - len(taken.rejected)
            _count(found, batch, source)
            for line, reasons in zip(taken.rejected["line"], taken.rejected["reasons"], strict=True):
                for reason in json.loads(reasons):
                    _note(found, reason, line)
    except AspError as error:
        found.error = str(error)
    found.unmatched = [
        {"kind": kind, "name": name, "rows": rows, "how": how, "candidates": candidates}
        for (kind, name), (rows, how, candidates) in names.names.items()
    ]
    return found


def _count(found: Checked, batch: Batch, source: Source) -> None:
    for name in batch.rows:
        origin = source.fields[str(name)]
        told = ", ".join(map(str, origin.headings)) or f"= {origin.value}"
        column = found.columns.setdefault(str(name), {"type": kind_of(str(name)).value, "column": told, "filled": 0})
        column["filled"] += int(batch.rows[name].notna().sum())


def _note(found: Checked, reason: str, line: Any) -> None:
    kind = VALUE.sub("…", reason)
    problem = found.problems.setdefault(kind, {"rows": 0, "lines": [], "example": reason})
    problem["rows"] += 1
    if len(problem["lines"]) < FIRST_LINES and line is not None:
        problem["lines"].append(int(line))


def _suggest(found: Checked, suggester: Suggester | None) -> None:
    for name in found.unmatched:
        if suggester is not None and name["kind"] == "municipality":
            name["suggestions"] = suggester.offered(name["name"], name["candidates"])
