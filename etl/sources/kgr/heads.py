"""What stands around the tables of a report: unit, year and period, and whose report it is."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from etl.sources.kgr.words import folded, unit_in

_DAY = r"(20\d\d)[ .\-/]+(\d{1,2})[ .\-/]+(\d{1,2})(?!\d)(?:t[\d:.]+)?\.?"
_DAYS = re.compile(rf"{_DAY}\s*(?:[-–—]|tol)+\s*(?:{_DAY}|(\d{{1,2}})[ .\-/]+(\d{{1,2}}))")
_NUMBER = r"(xii|xi|x|ix|viii|vii|vi|v|iv|iii|ii|i|1[0-2]|0?[1-9])"
_QUARTER = re.compile(rf"(?:(?<!\w){_NUMBER}\.?\s*[-–—]\s*)?(?<!\w){_NUMBER}\.?\s*negyedev")
_HALF = re.compile(r"(?:(?<!\w)(ii|i|1|2)\.?\s*)felev")
_MONTH = re.compile(rf"(?:(?<!\w){_NUMBER}\.?\s*[-–—]\s*)?(?<!\w){_NUMBER}\.?\s*(?:havi|honap|ho\b)")
_NAMES = (
    "januar", "februar", "marcius", "aprilis", "majus", "junius", "julius", "augusztus", "szeptember", "oktober",
    "november", "december",
)  # fmt: skip
_NAMED = "|".join(_NAMES)
_MONTHS = re.compile(rf"({_NAMED})\s*[-–—]\s*({_NAMED})")
_ONE_MONTH = re.compile(rf"({_NAMED})\s*(?:havi|honap|ho\b)")
_YEAR = re.compile(
    r"(?<!\d)(20\d\d)\.?\s*(?:koltsegvetesi\s*)?ev(?!i?\s+[ivxlcdm]+\.?\s*torv)|\bev\s*[:=]?\s*(20\d\d)(?!\d)"
)
_ANY_YEAR = re.compile(r"(?<![\d.])(20\d\d)(?!\d)")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11,
          "xii": 12}  # fmt: skip
_BODY_ID = re.compile(r"(?:torzs\w*\s*(?:azonosito\s*)?(?:nyilvantartasi\s*)?szam\w*|\bpir\b)[^\d]{0,30}(\d{6})")
_BODY = re.compile(
    r"^(?:a |az )?(?:riportolo |beszamolo )?(?:intezmeny|szervezet|szerv|onkormanyzat|koltsegvetesi szerv"
    r"|adatszolgaltato|megnevezes|nev)(?: (?:neve|megnevezese|megnevezese, szekhelye))?\s*:"
)
_OWN_NAME = re.compile(r"^(.{2,100}?\bönkormányzata?)\b", re.I)


@dataclass(frozen=True)
class Period:
    """Months first to last of a year; plan: what was planned before it began; whole: a report of the year."""

    year: int
    first: int = 1
    last: int = 12
    plan: bool = False
    whole: bool = False

    @property
    def words(self) -> str:
        """Unique within its body."""
        if self.plan:
            return f"{self.year} plan"
        return f"{self.year}" if self.whole else f"{self.year}-{self.first:02}..{self.last:02}"


@dataclass
class Head:
    """What the lines around a table say; what they do not say is missing."""

    units: set[str] = field(default_factory=set)
    years: set[int] = field(default_factory=set)
    months: set[tuple[int, int]] = field(default_factory=set)
    plan: bool = False
    body: str | None = None
    body_id: str | None = None

    def add(self, other: "Head") -> None:
        """Take over what another head says."""
        self.units |= other.units
        self.years |= other.years
        self.months |= other.months
        self.plan |= other.plan
        self.body = self.body or other.body
        self.body_id = self.body_id or other.body_id


def head_of(rows: Iterable[Sequence[Any]]) -> Head:
    """The head that some rows make."""
    head = Head()
    for row in rows:
        cells = [str(cell).strip() for cell in row if str(cell).strip()]
        _read(head, cells)
    return head


def _read(head: Head, cells: list[str]) -> None:
    text = folded(" ".join(cells))
    head.units |= {unit for cell in cells if (unit := unit_in(cell))}
    head.plan |= "elemi koltsegvetes" in text
    months = list(_months(text))
    head.months |= {(first, last) for _, first, last in months}
    years = {year for year, _, _ in months if year} or {int(one or two) for one, two in _YEAR.findall(text)}
    if months and not years:
        years = {int(year) for year in _ANY_YEAR.findall(text)}
    head.years |= years
    if found := _BODY_ID.search(text):
        head.body_id = head.body_id or found[1]
    head.body = head.body or _body(cells)


def _months(text: str) -> Iterator[tuple[int | None, int, int]]:
    """Year if it is told, first and last month of each period in a folded text; the most precise wording counts."""
    if days := _DAYS.search(text):
        yield int(days[1]), int(days[2]), int(days[5] or days[7])
    elif quarter := _QUARTER.search(text):
        last = _number(quarter[2])
        yield None, 3 * (_number(quarter[1]) if quarter[1] else 1) - 2, 3 * last
    elif half := _HALF.search(text):
        yield None, 1, 6 * _number(half[1])
    elif named := _MONTHS.search(text):
        yield None, _NAMES.index(named[1]) + 1, _NAMES.index(named[2]) + 1
    elif named := _ONE_MONTH.search(text):
        yield None, 1, _NAMES.index(named[1]) + 1
    elif month := _MONTH.search(text):
        yield None, _number(month[1]) if month[1] else 1, _number(month[2])


def _number(text: str) -> int:
    return _ROMAN.get(text) or int(text)


def _body(cells: list[str]) -> str | None:
    for at, cell in enumerate(cells):
        if _BODY.match(folded(cell)):
            own = cell.partition(":")[2].strip() or next(iter(cells[at + 1 : at + 2]), "")
            if re.search(r"[^\W\d]", own):
                return " ".join(own.split())
    names = (_OWN_NAME.match(cell) for cell in cells)
    return next((" ".join(name[1].split()) for name in names if name), None)
