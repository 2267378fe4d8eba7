"""JSON documents and JSON Lines."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, BinaryIO

from etl.config import Source, did_you_mean
from etl.sources.batch import TornRow
from etl.sources.cells import Cells, cells_of
from etl.sources.errors import UnreadableInput
from etl.sources.headings import INPUT_COLUMNS, key_of
from etl.sources.rendering import rendered
from etl.sources.stream import read_whole, texts

_ROWS = 20_000
_DEEPEST = 100
_ALL_BROKEN = 20


def read_json(stream: BinaryIO, name: str, source: Source) -> Iterator[Cells]:
    """Objects of the list in a JSON document (at json_path); their line, or their number in a list further in.

    Raises UnreadableInput (syntax, with its line; no list there; a mapped key that no object has).
    """
    text = _text(stream, name, source)
    yield from read_items(list(_items(text, name, source)), name, source)


def read_items(items: Sequence[tuple[int, Any]], name: str, source: Source) -> Iterator[Cells]:
    """Objects with their places; what is Broken, or no object, is torn. Raises UnreadableInput for a missing key."""
    _check_keys([item for _, item in items if _is_object(item)], name, source)
    for start in range(0, len(items), _ROWS):
        yield _cells(items[start : start + _ROWS], source)


def read_document(stream: BinaryIO, name: str, source: Source) -> Any:
    """A JSON document, numbers with a point as Decimals. Raises UnreadableInput (syntax, with its line)."""
    return _document(_text(stream, name, source), name)


def read_lines(stream: BinaryIO, name: str, source: Source) -> Iterator[tuple[int, Any]]:
    """What stands on each line of JSON Lines that is not blank; Broken where it is no JSON."""
    return ((line, _line_value(text, source)) for line, text in _lines(stream, name, source) if text.strip())


def read_json_lines(stream: BinaryIO, name: str, source: Source) -> Iterator[Cells]:
    """The object on each line; a line that is no object is torn.

    Raises UnreadableInput (encoding, not one object among the first lines, a mapped key that no object of them has).
    """
    held: list[tuple[int, Any]] = []
    checked = False
    for line, text in _lines(stream, name, source):
        if text.strip():
            held.append((line, _line_value(text, source)))
        if len(held) == _ROWS:
            if not checked:
                _check_lines(held, name, source)
                checked = True
            yield _cells(held, source)
            held = []
    if held:
        if not checked:
            _check_lines(held, name, source)
        yield _cells(held, source)


def read_records(
    records: Sequence[dict[str, Any]], name: str, source: Source, known: frozenset[str]
) -> Iterator[Cells]:
    """Records of a live source; a record's place is its number in the slice, 1 is the first.

    known: columns that the source delivered before: a slice in which nobody has one is none the worse for it.
    Raises UnreadableInput for a mapped column that neither has.
    """
    _check_keys([record for record in records if _is_object(record)], name, source, known)
    numbered = list(enumerate(records, start=1))
    for start in range(0, len(numbered), _ROWS):
        # A database knows days and times to be such, so they come in ISO 8601 whatever the source's formats are.
        yield replace(_cells(numbered[start : start + _ROWS], source), typed=True)


class Broken(dict[str, Any]):
    """What stands where an object should: nothing, and why."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


def _lines(stream: BinaryIO, name: str, source: Source) -> Iterator[tuple[int, str]]:
    """Numbered lines; of one that is too long, only as much as shows that it is."""
    pending, number = "", 1
    for block in texts(stream, name, source.encoding):
        *whole, pending = (pending + block.decode()).split("\n")
        for line in whole:
            yield number, line
            number += 1
        pending = pending[: source.limits.record + 1]
    if pending:
        yield number, pending


def _line_value(text: str, source: Source) -> Any:
    if len(text) > source.limits.record:
        return Broken(f"longer than {source.limits.record:,} characters")
    try:
        return _loads(text)
    except (ValueError, RecursionError) as error:
        at = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        return Broken(f"not JSON{at}")


def _check_lines(held: Sequence[tuple[int, Any]], name: str, source: Source) -> None:
    objects = [item for _, item in held if _is_object(item)]
    if not objects and len(held) >= _ALL_BROKEN:
        advice = "Check that the right file was exported, or set format."
        raise UnreadableInput(name, f"none of its first {len(held)} lines is a JSON object.", advice, held[0][0])
    if objects:
        _check_keys(objects, name, source)


def _text(stream: BinaryIO, name: str, source: Source) -> str:
    content = read_whole(stream, name, source.limits.document)
    return b"".join(texts(io.BytesIO(content), name, source.encoding)).decode()


def _document(text: str, name: str) -> Any:
    try:
        return _loads(text)
    except json.JSONDecodeError as error:
        problem = f"is not JSON at column {error.colno}: {error.msg}."
        raise UnreadableInput(name, problem, "Export it again.", error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableInput(
            name, "is not JSON that can be read (nested too deeply, or a number too long).", "Export it again."
        ) from error


def _items(text: str, name: str, source: Source) -> Iterator[tuple[int, Any]]:
    """Items of the list with their place."""
    document = _document(text, name)
    listed = _inside(document, name, source)
    lines = _item_lines(text, len(listed)) if not source.json_path else range(1, len(listed) + 1)
    return zip(lines, listed, strict=True)


def _inside(document: Any, name: str, source: Source) -> list[Any]:
    path = source.json_path
    value = _value(document, path) if path else document
    if isinstance(value, list):
        return value
    lists = [key for key, own in document.items() if isinstance(own, list)] if isinstance(document, dict) else []
    where = f"at json_path '{path}'" if path else "at its top"
    found = f" It has lists at: {', '.join(map(repr, lists[:10]))}." if lists else ""
    raise UnreadableInput(name, f"holds no list {where}.{found}", "Set json_path to the list of records.")


def _item_lines(text: str, count: int) -> list[int]:
    """The line on which each item of a list at the top of the document starts."""
    decoder = json.JSONDecoder()
    lines, line, at = [], 1, text.index("[") + 1
    line += text.count("\n", 0, at)
    for _ in range(count):
        start = at
        while text[at] in " \t\r\n,":
            at += 1
        line += text.count("\n", start, at)
        lines.append(line)
        _, end = decoder.raw_decode(text, at)
        line += text.count("\n", at, end)
        at = end
    return lines


def _loads(text: str) -> Any:
    return json.loads(text, parse_constant=_constant, parse_float=Decimal)


def _constant(name: str) -> str | None:
    """NaN is how exports write a missing number; an infinite one is no number of ours."""
    return None if name == "NaN" else name


def _check_keys(
    objects: Sequence[dict[str, Any]], name: str, source: Source, known: frozenset[str] = frozenset()
) -> None:
    if not objects:
        return
    wanted = [heading for heading in (*source.headings, *source.expect) if heading not in INPUT_COLUMNS]
    missing = [
        key_of(one)
        for one in dict.fromkeys(wanted)
        if str(one) not in known and not any(has(item, str(one)) for item in objects)
    ]
    if missing:
        found = list(dict.fromkeys(key for item in objects[:100] for key in item))[:40]
        named = ", ".join(f"'{key}'{did_you_mean(key, found)}" for key in missing)
        advice = "Correct the export or the fields; a key that may be left out needs optional = true."
        raise UnreadableInput(name, f"no object has the key {named}; keys are {', '.join(map(repr, found))}.", advice)


_ABSENT = object()


def has(item: Any, path: str) -> bool:
    """Whether an object has a value, be it null, at a dotted path."""
    return _value(item, path) is not _ABSENT


def _value(item: Any, path: str) -> Any:
    """The value at a dotted path, whose numbers count from 0 in lists; a key that has dots itself comes first."""
    if isinstance(item, dict) and path in item:
        return item[path]
    for key in path.split("."):
        if isinstance(item, dict) and key in item:
            item = item[key]
        elif isinstance(item, list) and key.isdigit() and len(key) < 7 and int(key) < len(item):
            item = item[int(key)]
        else:
            return _ABSENT
    return item


def mapped_columns(record: dict[str, Any], source: Source) -> dict[str, Any]:
    """The columns of a record that its source names, by their paths; those that are not there are left out."""
    named = (str(one) for one in dict.fromkeys((*source.headings, *source.optional_headings, *source.expect)))
    found = {path: _value(record, path) for path in named}
    return {path: value for path, value in found.items() if value is not _ABSENT}


def _cells(items: Sequence[tuple[int, Any]], source: Source) -> Cells:
    headings = [one for one in (*source.headings, *source.optional_headings) if one not in INPUT_COLUMNS]
    rows, lines, torn = [], [], []
    longest = source.limits.record
    for line, item in items:
        fault = _fault(item, source)
        if fault:
            torn.append(TornRow(line, fault))
            continue
        values = [_value(item, str(heading)) for heading in headings]
        texts_ = [None if value is _ABSENT else rendered(value, source.decimal) for value in values]
        if any(text is not None and not _encodable(text) for text in texts_):
            torn.append(TornRow(line, "holds a character that is no valid Unicode"))
            continue
        if any(text is not None and len(text) > longest for text in texts_):
            torn.append(TornRow(line, f"a value longer than {longest:,} characters"))
            continue
        rows.append(texts_)
        lines.append(line)
    cells = cells_of([key_of(heading) for heading in headings], rows, lines)
    return Cells(cells.table, cells.lines, torn)


def _fault(item: Any, source: Source) -> str:
    if isinstance(item, Broken):
        return item.reason
    return "" if _is_object(item) else "not a JSON object"


def _is_object(item: Any) -> bool:
    return isinstance(item, dict) and not isinstance(item, Broken)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
