"""What a source would give, without loading it: columns found, rows, and problems by reason."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.errors import AspError
from etl.config import Source
from etl.conform import take
from etl.lookups import Lookups
from etl.places import Unmatched
from etl.pool import alone
from etl.records import RECORDS
from etl.sources import Input, batches, inputs

FIRST_LINES = 5  # of each kind of problem
VALUE = re.compile(r"'[^']*'|\([^)]*\)")  # what differs between reasons of one kind


@dataclass
class Checked:
    """What reading one input found. columns: canonical field -> type, problems: reason without its values -> rows and
    first lines; error: why it cannot be read."""

    source: str
    input: str
    rows: int = 0
    good: int = 0
    columns: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: dict[str, dict[str, Any]] = field(default_factory=dict)
    unmatched: list[dict[str, Any]] = field(default_factory=list)
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


def check(sources: Sequence[Source], base: Path, lookups: Lookups, rows_per_batch: int) -> Iterator[Checked]:
    """Read every input to its end and tell what would be loaded; nothing is written."""
    for source in sources:
        try:
            for delivered in inputs(source, base):
                yield _checked(source, delivered, lookups, rows_per_batch)
        except AspError as error:
            yield Checked(source.name, ", ".join(source.path), error=str(error))


def _checked(source: Source, delivered: Input, lookups: Lookups, rows_per_batch: int) -> Checked:
    found, names = Checked(source.name, delivered.name), Unmatched()
    try:
        for batch in batches(delivered, source, rows_per_batch):
            taken = take(alone(batch), RECORDS[source.record], lookups, names)
            found.rows += sum(taken.read.values())
            found.good += sum(taken.read.values()) - len(taken.rejected)
            for name in batch.rows:
                column = found.columns.setdefault(str(name), {"type": str(batch.rows[name].dtype), "filled": 0})
                column["filled"] += int(batch.rows[name].notna().sum())
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


def _note(found: Checked, reason: str, line: Any) -> None:
    kind = VALUE.sub("…", reason)
    problem = found.problems.setdefault(kind, {"rows": 0, "lines": [], "example": reason})
    problem["rows"] += 1
    if len(problem["lines"]) < FIRST_LINES and line is not None:
        problem["lines"].append(int(line))
