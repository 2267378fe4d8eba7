"""How a delimited text is written: delimiter, headings, and where its rows begin."""

from dataclasses import dataclass, field

from etl.config import Source
from etl.sources.errors import UnreadableInput
from etl.sources.headings import positions, score
from etl.sources.records import Dialect, records

_DELIMITERS = (";", ",", "\t", "|")


@dataclass(frozen=True)
class Layout:
    """Columns and where rows begin: places by key (0 is the first), first_line of the rows, bytes before it."""

    dialect: Dialect
    width: int
    places: dict[str, int]
    first_line: int
    skipped_bytes: int
    headers: tuple[list[str], ...] = field(default=())


def layout_of(text: str, name: str, source: Source) -> Layout:
    """The layout, from the beginning of the text.

    Raises UnreadableInput when there are no headings, or mapped columns are not among them.
    """
    wanted_lines = _header_lines(source)
    lines = text.split("\n")
    first = lines[wanted_lines[0] - 1] if len(lines) >= wanted_lines[0] else ""
    if not first.strip():
        advice = "Correct the export, or header_row of the source."
        problem = "is empty." if not text.strip() else "the line of headings is empty."
        raise UnreadableInput(name, problem, advice, None if not text.strip() else wanted_lines[0])
    dialect = _guess(first, source)
    headers, after = [], 0
    for number in wanted_lines:
        record = next(records(lines[number - 1 :], dialect, None, final=True), None)
        if record is None or record.fields is None:
            reason = record.reason if record else "it is missing"
            raise UnreadableInput(
                name, f"the line of headings cannot be read: {reason}.", "Correct the export.", number
            )
        headers.append(record.fields)
        after = max(after, number - 1 + record.after)
    width = len(headers[0])
    places = positions(headers[0], source, name, wanted_lines[0])
    if source.unpivot:
        places = {f"#{at + 1}": at for at in range(width)}
    skipped = sum(len(line.encode()) + 1 for line in lines[:after])
    return Layout(dialect, width, places, after + 1, skipped, tuple(headers))


def _header_lines(source: Source) -> list[int]:
    rows = source.unpivot.header_rows if source.unpivot else ()
    return list(rows) or [source.header_row]


def _guess(line: str, source: Source) -> Dialect:
    """The delimiter that finds most of the mapped columns, then the one that gives most columns."""
    given = source.delimiter or ("\t" if source.format == "tsv" else None)
    options = [given] if given else list(_DELIMITERS)
    dialects = [Dialect(one, source.quote, source.limits.record, source.limits.record_lines) for one in options]
    return max(dialects, key=lambda dialect: _fit(line, dialect, source))


def _fit(line: str, dialect: Dialect, source: Source) -> tuple[int, int]:
    record = next(records([line], dialect, None, final=True), None)
    fields = record.fields if record and record.fields else []
    return score(fields, source), len(fields)
