"""JSON documents and lines: a column per dotted path, or the contracts of an Open Contracting package."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from etl.analyst.init.nesting import flat, lists_in
from etl.analyst.init.ready import has_amendments, is_ocds
from etl.analyst.init.tables import ROWS, Column, NotATable, Table, words_of
from etl.analyst.init.texts import text_of
from etl.config import Source
from etl.sources.inputs import Input
from etl.sources.rendering import rendered
from etl.sources.stream import read_whole

_OCDS = (
    "Open Contracting releases or records: its columns are those of docs/sources.md; set currency if amounts lack it"
)


def documents(one: Input, probe: Source, settings: dict[str, Any], notes: dict[str, str]) -> Iterator[Table]:
    """The table of the longest list of objects. settings, notes: of the file, to be added to. Raises NotATable."""
    own = dict(settings)
    if one.format == "jsonl":
        text, encoding = text_of(one, probe)
        own |= {"encoding": encoding} if encoding != "utf-8" else {}
        found = [item for item in map(_item, text.split("\n")[:ROWS]) if isinstance(item, dict)]
    else:
        with one.open() as stream:
            text = read_whole(stream, one.name, probe.limits.document).decode("utf-8-sig", "replace")
        lists = lists_in(_item(text))
        if is_ocds(lists):
            yield from _ocds(one, text, settings, notes)
            return
        if not lists:
            raise NotATable(f"{one.name}: holds no list of objects. A source reads a list of records.")
        path, items = max(lists.items(), key=lambda entry: len(entry[1]))
        own |= {"json_path": path} if path else {}
        if others := [other for other in lists if other != path]:
            notes = notes | {"json_path": f"the longest list; there are lists at {', '.join(others[:5])} too"}
        found = items[:ROWS]
    columns = columns_of(found)
    if columns:
        yield Table(one.name, words_of(one), own, columns, dict(notes))


def _ocds(one: Input, text: str, settings: dict[str, Any], notes: dict[str, str]) -> Iterator[Table]:
    """The contracts of releases or records, and their amendments where there are any."""
    own, told = settings | {"format": "ocds"}, notes | {"format": _OCDS}
    if not has_amendments(text):
        yield Table(one.name, words_of(one), own | {"record": "contract"}, [], told)
        return
    system = Path(one.labels.get("_file", one.name)).name.split(".")[0]
    for record in ("contract", "amendment"):
        yield Table(one.name, words_of(one), own | {"record": record, "system": system}, [], told)


def _item(text: str) -> Any:
    try:
        return json.loads(text) if text.strip() else None
    except (ValueError, RecursionError):
        return None


def columns_of(items: Sequence[dict[str, Any]]) -> list[Column]:
    """A column per dotted path of the objects."""
    rows = [flat(item) for item in items]
    paths = dict.fromkeys(path for row in rows for path in row if _is_unicode(path))
    told = {path: [rendered(row.get(path), ".") for row in rows] for path in paths}
    return [
        Column(path, [text.strip() for text in values if text and text.strip() and _is_unicode(text)], len(rows))
        for path, values in told.items()
    ]


def _is_unicode(text: str) -> bool:
    """Whether the text can be written: JSON may escape half a character."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
