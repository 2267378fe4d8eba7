"""Rows of a sheet as tables: which form each is, what stands above it, its columns and its lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from etl.config import Source
from etl.sources.errors import UnreadableInput
from etl.sources.kgr.amounts import amount
from etl.sources.kgr.columns import Columns, columns_of, is_heading, is_numbering
from etl.sources.kgr.heads import Head, head_of
from etl.sources.kgr.words import Kind, Naming, folded, function_in, naming
from etl.sources.sheets import UNCOMPUTED

_TITLE = re.compile(r"^(?:urlap\s*)?(\d{1,2})\s*(?:[./]\s*[a-z]\b)?\s*[.:\-–— ]\s*\S")
_SHEET = re.compile(r"^(?:k\d*[ _\-]+)?(?:urlap|form)?[ _\-]*(\d{1,2})(?!\d)[ _.\-]*[a-z]?(?:\b|_|$)")
_WORDS = (
    ("07", r"maradvanykimutatas"),
    ("05", r"kiadas\w* .*kormanyzati funkcio"),
    ("06", r"bevetel\w* .*kormanyzati funkcio"),
    ("01", r"(?<![(\w])k1\s*[-–]\s*k8"),
    ("02", r"(?<![(\w])b1\s*[-–]\s*b7"),
    ("03", r"(?<![(\w])k9\b.*finanszirozasi kiadas"),
    ("04", r"(?<![(\w])b8\b.*finanszirozasi bevetel"),
)
LAST = 7
_HEADLESS = "Correct the headings above it."

Key = tuple[str | None, Kind]
"""Government function (None: all of them, or not told) and which amount."""


@dataclass(frozen=True)
class Line:
    """A line of a form with its amounts in the workbook's unit, zeros included, empty cells not.

    at: line of the sheet; number: sorszám, without leading zeros; uncomputed: an amount is a formula without value.
    """

    sheet: str
    at: int
    number: str
    name: str
    naming: Naming
    amounts: dict[Key, Decimal]
    uncomputed: bool = False

    @property
    def place(self) -> str:
        """The line, for people."""
        return f"sheet '{self.sheet}' line {self.at} '{self.name[:100]}'"


@dataclass
class Table:
    """One table: form ("01" to "20", None where nothing tells), its head, what its headings say, its lines in order.

    kinds: the amounts that it has columns for.
    """

    sheet: str
    form: str | None
    head: Head
    headings: Head
    lines: list[Line] = field(default_factory=list)
    kinds: set[Kind] = field(default_factory=set)


def tables(sheet: str, rows: Sequence[Sequence[Any]], name: str, source: Source) -> tuple[list[Table], Head]:
    """The tables of a sheet, top down, and the head of a sheet without any. name: of the workbook.

    Raises UnreadableInput for an amount that is none, and for headings of which two could be the same amount.
    """
    found: list[Table] = []
    above: list[Sequence[Any]] = []
    form, reader, at = form_of_sheet(sheet), None, 0
    while at < len(rows):
        row, height = rows[at], 1
        headed = columns_of(rows, at) if is_heading(row) else None
        if headed and headed[0].amounts:
            _refuse_lost(above, at, form, f"{name}[{sheet}]")
            columns, height = headed
            if above or not found:
                form = next((told for one in above if (told := form_of_title(one))), form)
                found.append(Table(sheet, form, head_of(above), head_of(rows[at : at + height])))
            reader = _Reader(found[-1], columns, above, name, source)
            reader.check(at + 1)
            above = []
        elif reader and reader.empty(row) and form_of_title(row, numbered=True):
            reader, above = None, [row]
        elif reader:
            reader.take(row, at + 1)
        else:
            above.append(row)
        at += height
    if found:
        _refuse_lost(above, at, form, f"{name}[{sheet}]")
    return found, Head() if found else head_of(rows)


def _refuse_lost(above: Sequence[Sequence[Any]], end: int, form: str | None, where: str) -> None:
    """Lines between two tables, or below the last, that no headings stand over: their amounts would be lost."""
    told = next((title for row in above if (title := form_of_title(row))), form)
    if told and int(told) > LAST:
        return
    for at, row in enumerate(above, start=end - len(above) + 1):
        if _is_line(row):
            raise UnreadableInput(where, "has a rovat and an amount, but stands below no headings.", _HEADLESS, at)


def _is_line(row: Sequence[Any]) -> bool:
    """Whether a row holds a rovat in brackets, and a number."""
    coded = any(isinstance(cell, str) and naming(cell).code and "(" in cell for cell in row)
    return coded and any(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in row)


class _Reader:
    """Takes the rows below a table's headings as its lines."""

    def __init__(
        self, table: Table, columns: Columns, above: Sequence[Sequence[Any]], name: str, source: Source
    ) -> None:
        self._table, self._columns, self._source = table, columns, source
        self._input = f"{name}[{table.sheet}]"
        table.kinds |= {kind for _, kind in columns.amounts.values()}
        self._function = next((code for row in above if (code := _block(row))), None)
        self._code: str | None = None
        self._parts_of: str | None = None

    def check(self, at: int) -> None:
        """Raises UnreadableInput where two columns could be the same amount."""
        for kind, headings in self._columns.unclear.items():
            said = " and ".join(f"'{heading[:60]}'" for heading in headings)
            raise UnreadableInput(
                self._input, f"more than one column could be the amount '{kind}': also {said}.",
                "Leave one of them in the workbook.", at,
            )  # fmt: skip

    def empty(self, row: Sequence[Any]) -> bool:
        """Whether a row has no amount."""
        return not any(str(_cell(row, at)).strip() for at in self._columns.amounts)

    def take(self, row: Sequence[Any], at: int) -> None:
        """Add a row to the table, if it is a line; one that names a function opens the block of that function."""
        name = " ".join(str(_cell(row, self._columns.name)).split())
        code = str(_cell(row, self._columns.code)).strip()
        if is_numbering(row) or (not code and re.fullmatch(r"[\d.=+]+|[A-Z]", name)):
            if _is_line(row):
                raise UnreadableInput(self._input, "has no name where the headings say that it is.", _HEADLESS, at)
            return
        said = self._part(naming(name, code))
        if self.empty(row):
            self._function = _block(row) or self._function
            if said.part and said.code is None:
                self._parts_of = self._code
            return
        own = function_in(str(_cell(row, self._columns.function))) or self._function
        number = re.sub(r"^0+(?=.)|\.0*$", "", str(_cell(row, self._columns.number)).strip())
        amounts = {(function or own, kind): value for (function, kind), value in self._amounts(row, at)}
        uncomputed = any(_cell(row, place) == UNCOMPUTED for place in self._columns.amounts)
        self._table.lines.append(Line(self._table.sheet, at, number, name, said, amounts, uncomputed))

    def _part(self, said: Naming) -> Naming:
        """What a name says; below a line "ebből:" the lines of the same rovat, or of none, are parts too."""
        if self._parts_of and not said.groups and not said.terms and said.code in (None, self._parts_of):
            return Naming(said.code, (), (), part=True)
        if not said.part:
            self._code, self._parts_of = said.code, None
        return said

    def _amounts(self, row: Sequence[Any], at: int) -> Iterator[tuple[Key, Decimal]]:
        for place, key in self._columns.amounts.items():
            cell = _cell(row, place)
            if cell == UNCOMPUTED:
                continue
            try:
                value = amount(cell, self._source)
            except ValueError as error:
                problem = f"column {place + 1}: '{str(cell)[:40]}' {error}."
                raise UnreadableInput(self._input, problem, "Correct the cell.", at) from error
            if value is not None:
                yield key, value


def form_of_title(row: Sequence[Any], *, numbered: bool = False) -> str | None:
    """The form that a title line names ("01/A - K1-K8. Költségvetési kiadások"); numbered: only if by its number."""
    cells = [folded(cell) for cell in row if isinstance(cell, str) and cell.strip()]
    if len(cells) > 3:
        return None
    return next((form for cell in cells if (form := _titled(cell, numbered))), None)


def _titled(text: str, numbered: bool) -> str | None:
    worded = next((form for form, words in _WORDS if re.search(words, text)), None)
    found = _TITLE.match(text)
    if (
        found
        and 0 < int(found[1]) <= 20
        and (worded or int(found[1]) > LAST or re.search("urlap|kiadas|bevetel", text))
    ):
        return f"{int(found[1]):02}"
    return None if numbered else worded


def form_of_sheet(sheet: str) -> str | None:
    """The form that a sheet's name tells ("01", "01A", "01_űrlap", "1. űrlap"); None where it tells none."""
    plain = folded(sheet)
    found = _SHEET.match(plain)
    if found and int(found[1]):
        return f"{int(found[1]):02}"
    return next((form for form, words in _WORDS if re.search(words, plain)), None)


def _block(row: Sequence[Any]) -> str | None:
    """The function that a line such as "Kormányzati funkció: 011130 …" opens a block of."""
    text = " ".join(str(cell) for cell in row if str(cell).strip())
    return function_in(text) if re.match(r"(kormanyzati )?funkcio", folded(text)) else None


def _cell(row: Sequence[Any], at: int | None) -> Any:
    return row[at] if at is not None and at < len(row) else ""
