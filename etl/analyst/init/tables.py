"""A table as it stands in a file: its columns with the first of their values, and where its headings are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from data.errors import AspError
from etl.analyst.init.headings import readings
from etl.analyst.init.people import is_address
from etl.analyst.init.vocabulary import is_known
from etl.config import Heading
from etl.sources.inputs import Input

ROWS = 50_000  # looked at: rare codes come late
HEADING_LINES = 20  # among which the headings are sought


class NotATable(AspError):
    """The file shows nothing that a source could be made of."""


@dataclass(frozen=True)
class Column:
    """One column: its heading (or position, where the heading is empty or stands twice) and its texts, none of them
    empty; rows: how many rows were looked at."""

    heading: Heading
    values: list[str]
    rows: int

    @property
    def filled(self) -> float:
        return len(self.values) / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class Table:
    """settings: of the source, by name (path, sheet, delimiter …); notes: why, by the same name; words: names of file,
    member and sheet, which often tell what it is. typed: days come as ISO 8601 whatever the sheet shows."""

    name: str
    words: str
    settings: dict[str, Any]
    columns: list[Column]
    notes: dict[str, str] = field(default_factory=dict)
    typed: bool = False


def words_of(one: Input, *more: str) -> str:
    """The names of an input, which often tell what it is."""
    return " ".join([one.name, *more])


def heading_line(rows: Sequence[Sequence[str]]) -> int | None:
    """The line with most known headings; where none is known, the first that is filled like the rows below it."""
    first = rows[:HEADING_LINES]
    known = [known_headings(row) for row in first]
    if any(known):
        return known.index(max(known))
    widths = [sum(bool(text) for text in row) for row in first]
    return widths.index(max(widths)) if widths and max(widths) > 1 else None


def known_headings(row: Sequence[str]) -> int:
    """How many cells of a line are headings that some field is known by."""
    return sum(is_known(text) for text in row if text)


def columns_under(headings: Sequence[str], body: Sequence[Sequence[str]], name: str) -> list[Column]:
    """The columns of a table. Raises NotATable when its first line is data: people must not end up as headings."""
    tidy = [" ".join(heading.split()) for heading in headings]
    if any(is_address(heading) for heading in tidy) or _is_data(tidy):
        raise NotATable(f"{name}: its first line looks like data, not headings. Export it with its line of headings.")
    return [
        Column(
            heading if heading and tidy.count(heading) == 1 else at + 1,
            [row[at] for row in body if at < len(row) and row[at]],
            len(body),
        )
        for at, heading in enumerate(tidy)
        if heading or any(at < len(row) and row[at] for row in body)
    ]


def _is_data(headings: Sequence[str]) -> bool:
    filled = [heading for heading in headings if heading]
    digits = [heading for heading in filled if sum(map(str.isdigit, heading)) > len(heading) / 2]
    return not known_headings(filled) and (len(digits) > len(filled) / 2 or not any(map(readings, filled)))
