"""The tables in a file before anyone has said what they are: headings, the first rows, how it is written.

Only the beginning of a file is kept; its encoding is judged by all of it, up to a limit.
"""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from data.errors import AspError
from etl.analyst.init.books import sheets
from etl.analyst.init.documents import columns_of, documents
from etl.analyst.init.tables import NotATable, Table
from etl.analyst.init.texts import delimited
from etl.config import Source
from etl.sources.inputs import Input, inputs


def look(pattern: str, base: Path, sheet: str | None = None) -> list[Table]:
    """The tables of a file, archive or pattern of files (of which the last is looked at), one per sheet that has one.

    base: folder that paths of the sources start from. Raises NotATable, SourceError, UnreadableInput.
    """
    files = _files(pattern)
    path = os.path.relpath(files[-1] if len(files) == 1 else pattern, base).replace(os.sep, "/")
    probe = _probe(os.path.relpath(files[-1], base))
    found = list(inputs(probe, base))
    one = _readable(found)
    settings: dict[str, Any] = {"path": path}
    notes = {} if len(files) == 1 else {"path": f"{len(files)} files; the last one was looked at: {files[-1].name}"}
    if "_member" in one.labels:
        settings |= _member(one, found, notes)
    tables = list(_tables(one, probe, sheet, settings, notes))
    if not tables:
        raise NotATable(f"{one.name}: has no line of headings with rows below it. Export it with its headings.")
    return tables


def table_of(records_: Sequence[dict[str, Any]], name: str, settings: dict[str, Any]) -> Table:
    """The table of records as a server gives them: a column per dotted path."""
    return Table(name, name, settings, columns_of(records_), typed=True)


def _files(pattern: str) -> list[Path]:
    path = Path(pattern)
    if path.is_file():
        return [path]
    root = Path(path.anchor) if path.is_absolute() else Path()
    try:
        found = sorted(one for one in root.glob(str(path.relative_to(path.anchor))) if one.is_file())
    except (ValueError, NotImplementedError, OSError):
        found = []
    if not found:
        raise NotATable(f"{pattern}: no such file. Name a file, or a pattern of files in quotation marks.")
    return found


def _probe(path: str) -> Source:
    """A source that says nothing but where the file lies."""
    anything = {"name": "init", "job": "tickets", "record": "ticket", "path": path, "fields": {"ticket_id": 1}}
    return Source.model_validate(anything)


def _readable(found: Sequence[Input]) -> Input:
    """The first input that is of a known format; else the first, whose opening tells what is wrong."""
    for one in found:
        try:
            one.open().close()
        except AspError:
            continue
        return one
    found[0].open().close()
    raise AssertionError("an input that cannot be opened says why")


def _member(one: Input, found: Sequence[Input], notes: dict[str, str]) -> dict[str, Any]:
    """The member setting that takes the members that look like this one, and the others left out."""
    names = [other.labels.get("_member", "") for other in found]
    suffix = Path(one.labels["_member"]).suffix
    alike = [name for name in names if name.endswith(suffix)]
    if len(names) == 1:
        return {}
    member = alike[0] if len(alike) == 1 else f"{_beginning(alike)}*{suffix}"
    if left := [name for name in names if not fnmatchcase(name, member)]:
        notes["member"] = f"{len(left)} other files in the archive are left out"
    return {"member": member}


def _beginning(names: Sequence[str]) -> str:
    """The characters that all names begin with."""
    first, last = min(names), max(names)
    return next((first[:at] for at, letter in enumerate(first) if last[at : at + 1] != letter), first)


def _tables(
    one: Input, probe: Source, sheet: str | None, settings: dict[str, Any], notes: dict[str, str]
) -> Iterator[Table]:
    if one.format in ("xlsx", "xls", "ods"):
        yield from sheets(one, probe, sheet, settings, notes)
    elif one.format in ("json", "jsonl"):
        yield from documents(one, probe, settings, notes)
    else:
        yield from delimited(one, probe, settings, notes)
