"""The headings of a form: which column holds what. Headings may stand in several lines, under merged ones."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from etl.sources.kgr.words import Kind, column_of, folded, function_in

_NAME = re.compile(r"^(rovat\w* )?(meg)?nevezes\w*$|^rovat(ok)? (meg)?nevezese$|^megnevezes\b")
_NUMBER = re.compile(r"^(#|sor ?szam\w*|s(or)?\.? ?sz(am)?\.?|ssz\.?|sor)$")
_CODE = re.compile(r"^rovat(ok)?( ?(kod|szam|rend|azonosito)\w*)?$|^(rovat)?kod\w*$")
_FUNCTION = re.compile(r"^(kormanyzati )?funkcio\w*( ?(kod|szam)\w*)?$|^cofog\w*$")
_TOTAL = re.compile(r"^(mind)?osszesen\b|^osszeg\b")
_TALLEST = 4


@dataclass
class Columns:
    """Places of a form's columns (0 is the first); amounts: place -> function (None: all or not told) and amount.

    unclear: amounts that several columns could be, with their headings.
    """

    name: int
    number: int | None = None
    code: int | None = None
    function: int | None = None
    amounts: dict[int, tuple[str | None, Kind]] = field(default_factory=dict)
    unclear: dict[str, list[str]] = field(default_factory=dict)

    @property
    def places(self) -> list[int]:
        """Where amounts stand."""
        return list(self.amounts)


def is_heading(row: Sequence[Any]) -> bool:
    """Whether a row holds the heading of the names of lines, beside others."""
    texts = [folded(str(cell)) for cell in row if str(cell).strip()]
    named = any(_NAME.match(text) for text in texts)
    coded = any(_CODE.match(text) for text in texts) and any(column_of(text) for text in texts)
    return len(texts) > 1 and (named or coded)


def is_numbering(row: Sequence[Any]) -> bool:
    """Whether a row numbers the columns: "1 2 3 4" or "A B C"."""
    texts = [str(cell).strip().rstrip(".").lower() for cell in row if str(cell).strip()]
    if len(texts) < 2:
        return False
    numbers = [_ordinal(text) for text in texts]
    return all(one and two == one + 1 for one, two in itertools.pairwise(numbers))


def _ordinal(text: str) -> int:
    if re.fullmatch(r"\d{1,2}(\.0)?", text):
        return int(float(text))
    return ord(text) - 96 if re.fullmatch("[a-z]", text) else 0


def columns_of(rows: Sequence[Sequence[Any]], at: int) -> tuple[Columns, int]:
    """The columns under the headings that begin at a row, and how many lines the headings take."""
    texts = [folded(str(cell)) for cell in rows[at]]
    name = next(place for form in (_NAME, _CODE) for place, text in enumerate(texts) if form.match(text))
    height = _height(rows, at, name)
    block = [[str(cell).strip() for cell in row] for row in rows[at : at + height]]
    if at and _continues(rows[at - 1], name):
        block.insert(0, [str(cell).strip() for cell in rows[at - 1]])
    columns = Columns(name)
    stacked = _stacked(block)
    for place, text in enumerate(stacked):
        _place(columns, place, text)
    _choose(columns, stacked)
    return columns, height


def _height(rows: Sequence[Sequence[Any]], at: int, name: int) -> int:
    """Lines of headings: those below have nothing where names and numbers of lines stand, and no amount."""
    height = 1
    while at + height < len(rows) and height < _TALLEST:
        row = rows[at + height]
        filled = [cell for cell in row if str(cell).strip()]
        if not filled or str(row[name]).strip() or any(str(cell).strip() for cell in row[:name]):
            break
        if not all(isinstance(cell, str) or function_in(str(cell)) for cell in filled) or is_numbering(row):
            break
        height += 1
    return height


def _continues(row: Sequence[Any], name: int) -> bool:
    """Whether the line above the headings is one of them: functions or amounts, and nothing over the names."""
    filled = [str(cell) for cell in row if str(cell).strip()]
    own = str(row[name]).strip() if name < len(row) else ""
    return not own and bool(filled) and all(function_in(text) or column_of(text) for text in filled)


def _stacked(block: list[list[str]]) -> list[str]:
    """The headings over each column; a merged one stands over the columns to its right that have one of their own."""
    width = max(map(len, block))
    padded = [row + [""] * (width - len(row)) for row in block]
    for upper, lower in itertools.pairwise(padded):
        for place in range(1, width):
            if not upper[place] and lower[place] and upper[place - 1]:
                upper[place] = upper[place - 1]
    return [" ".join(row[place] for row in padded if row[place]) for place in range(width)]


def _place(columns: Columns, place: int, text: str) -> None:
    plain = folded(text)
    if place == columns.name or not plain:
        return
    if _NUMBER.match(plain):
        columns.number = place
    elif _CODE.match(plain):
        columns.code = place
    elif _FUNCTION.match(plain):
        columns.function = place


def _choose(columns: Columns, texts: list[str]) -> None:
    """Give each amount its column; "összesen" and "összeg" hold one where no heading says which amounts there are."""
    taken = {columns.name, columns.number, columns.code, columns.function}
    free = {place: text for place, text in enumerate(texts) if text and place not in taken}
    found: dict[int, tuple[str | None, Kind]] = {}
    for place, text in free.items():
        if kind := column_of(text):
            found[place] = (function_in(text), kind)
        elif function := function_in(text):
            found[place] = (function, "value")
    told = any(kind != "value" for _, kind in found.values())
    totals = {} if told else {place: text for place, text in free.items() if _TOTAL.match(folded(text))}
    found |= dict.fromkeys(totals, (None, "value"))
    for place, key in sorted(found.items()):
        if key in columns.amounts.values():
            columns.unclear.setdefault(key[1], []).append(texts[place])
        else:
            columns.amounts[place] = key
