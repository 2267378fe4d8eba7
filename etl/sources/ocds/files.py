"""OCDS files of a source, read together: the releases of a contracting process may be spread over all of them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from etl.config import Source
from etl.sources.cells import Cells
from etl.sources.documents import Broken, read_document, read_items, read_lines
from etl.sources.errors import UnreadableInput
from etl.sources.inputs import Input
from etl.sources.ocds.packages import Found, Release, Unusable, releases_in
from etl.sources.ocds.rows import Row, by_process, rows_of

_LINES = (".jsonl", ".ndjson")


def read_ocds(parts: Iterable[Input], name: str, source: Source) -> Iterator[Cells]:
    """Rows of the processes in all parts; a row's place is the number of the newest release that tells of it.

    Raises UnreadableInput for a part that can't be read or holds no release: without it, the others would tell an
    earlier state, so that nothing of them is loaded either.
    """
    found = list(_numbered(parts, source))
    torn: list[tuple[int, Any]] = [(one.line, _item(one)) for one in found if isinstance(one, Unusable)]
    processes = by_process(one for one in found if isinstance(one, Release))
    rows = [
        (line, Broken(row.reason) if isinstance(row, Unusable) else row) for line, row in rows_of(processes, source)
    ]
    yield from read_items([*torn, *rows], name, source)


def _item(row: Row | Unusable) -> Row | Broken:
    return Broken(row.reason) if isinstance(row, Unusable) else row


def _numbered(parts: Iterable[Input], source: Source) -> Iterator[Found]:
    """Releases of all parts, counted through; what is none says in which part it stands."""
    line = 0
    for part in parts:
        found = list(_found(part, source))
        if found and not any(isinstance(one, Release) for one in found):
            first = next(one for one in found if isinstance(one, Unusable))
            raise UnreadableInput(part.name, f"holds no release: {first.reason}.", "Check what was exported.")
        for one in found:
            line += 1
            placed = replace(one, line=line)
            yield replace(placed, reason=f"{part.name}: {placed.reason}") if isinstance(placed, Unusable) else placed


def _found(part: Input, source: Source) -> Iterator[Found]:
    with part.open() as stream:
        if not part.name.lower().removesuffix(".gz").endswith(_LINES):
            yield from releases_in(read_document(stream, part.name, source))
            return
        for number, item in read_lines(stream, part.name, source):
            if isinstance(item, Broken):
                yield Unusable(f"line {number}: {item.reason}")
            else:
                yield from releases_in(item)
