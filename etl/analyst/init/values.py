"""What the values of columns say: missing marks, dates and in which order, decimal and thousands marks."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pyarrow as pa

from etl.sources.dates import moments, out_of_years, to_utc

MARKS = ("-", "--", "?", "n/a", "N/A", "n.a.", "NA", "#N/A", "#N/B", "#MULTIVALUE", "NULL", "null", "None", "nincs",
         "nincs adat", "ismeretlen", "0000-00-00", "0000-00-00 00:00:00")  # fmt: skip
MOST = 0.9  # of the values; the rest are what quarantine is for
_DAY_FIRST = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d.%m.%Y.")
_TIMES = ("", " %H:%M", " %H:%M:%S")
_YEAR_FIRST = ("%Y.%m.%d", "%Y.%m.%d.", "%Y. %m. %d.", "%Y/%m/%d", "%Y. %m. %d", "%Y%m%d")
_MONTHS = ("%Y-%m", "%Y.%m", "%Y.%m.", "%Y. %m.", "%Y/%m", "%Y%m")
FORMATS = [f"{day}{time}" for day in (*_YEAR_FIRST, *_DAY_FIRST) for time in _TIMES]
_NUMBER = re.compile(r"[+\-\u2212]?\d[\d.,  \u00a0\u202f\u2009']*")


@dataclass(frozen=True)
class Dates:
    """formats: of sources.toml. undecided: pairs of formats (day first, month first) that both read every value.
    zoned: some times say their zone; skipped: some do not exist in Budapest."""

    formats: list[str] = field(default_factory=list)
    undecided: list[tuple[str, str]] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    zoned: bool = False
    skipped: bool = False


@dataclass(frozen=True)
class Numbers:
    """How numbers are written; unsure: "1.234" may be either."""

    decimal: str = "."
    thousands: tuple[str, ...] = ()
    unsure: bool = False


def missing_marks(columns: Iterable[Sequence[str]]) -> list[str]:
    """Marks of a missing value that come back in a column among other values."""
    found: Counter[str] = Counter()
    for values in columns:
        counted = Counter(value for value in values if value in MARKS)
        rest = len(values) - sum(counted.values())
        found.update({mark: count for mark, count in counted.items() if count > 1 and rest})
    return [mark for mark in MARKS if mark in found]


def is_date(values: Sequence[str]) -> bool:
    """Whether nearly all values are days or times of some format that can be read."""
    return bool(values) and bool(reading(tuple(values[:500])))


def is_month(values: Sequence[str]) -> bool:
    """Whether nearly all values are months without a day, such as 2026.10. Numbers may look so: the heading decides."""
    return bool(values) and bool(_best(tuple(values[:500]), _MONTHS))


@lru_cache(maxsize=4096)
def reading(values: tuple[str, ...]) -> str | None:
    """The format that reads most of the values, if that is nearly all."""
    return _best(values, ("iso", *_all_formats()))


def _best(values: tuple[str, ...], formats: Iterable[str]) -> str | None:
    best, share = None, 0.0
    for form in formats:
        own = _share(values, form)
        if own > share:
            best, share = form, own
        if share == 1:
            break
    return best if share >= MOST else None


def dates(columns: Sequence[Sequence[str]]) -> Dates:
    """How the days and times of these columns are written. They are judged together, since one program wrote them."""
    found = Dates()
    forms: dict[str, list[str]] = {}
    for values in columns:
        some = tuple(values[:500])
        if form := reading(some) or _best(some, _MONTHS):
            forms.setdefault(_swapped(form) if form in _month_first() else form, []).extend(values)
    formats: list[str] = []
    for form, values in forms.items():
        if form != "iso" and form.startswith("%d"):
            day, month = _only(values, form)
            if day == 0 and month == 0:
                found.undecided.append((form, _swapped(form)))
                continue
            if day and month:
                found.mixed.append(form)
            form = form if day >= month else _swapped(form)
        formats.append(form)
    zoned = any(re.search(r"(Z|[+-]\d\d:?\d\d)$", value) for value in forms.get("iso", [])[:2000] if ":" in value)
    skipped = any(_skipped(values, form) for form, values in forms.items() if form in formats)
    return Dates(sorted(formats, key=lambda form: form != "iso"), found.undecided, found.mixed, zoned, skipped)


def is_number(values: Sequence[str]) -> bool:
    """Whether nearly all values are written in digits, with or without marks."""
    some = values[:500]
    return bool(some) and sum(bool(_NUMBER.fullmatch(value)) for value in some) >= MOST * len(some)


def numbers(columns: Iterable[Sequence[str]]) -> Numbers:
    """The marks of the numbers of these columns."""
    texts = [value.replace("\u00a0", "").replace("\u202f", "") for values in columns for value in values[:2000]]
    texts = [text for text in texts if _NUMBER.fullmatch(text)]
    comma, point = _decimal(texts, ","), _decimal(texts, ".")
    grouped = {mark for mark in (" ", ".", ",", "'") if any(_grouped(text, mark) for text in texts)}
    unsure = not comma and not point and bool(grouped & {".", ","})
    decimal = "," if (comma and not point) or (unsure and "." in grouped) else "."
    return Numbers(decimal, tuple(sorted(grouped - {decimal})), unsure)


def _decimal(texts: Sequence[str], mark: str) -> bool:
    """Whether the mark can only be a decimal one somewhere: once, after a bare 0 or not before three last digits."""
    part = re.compile(rf"(.*){re.escape(mark)}(\d+)$")
    ends = [match for text in texts if text.count(mark) == 1 and (match := part.search(text))]
    return any(len(match[2]) != 3 or match[1].lstrip("+-\u2212") in ("", "0") for match in ends)


def _grouped(text: str, mark: str) -> bool:
    return re.match(rf"[+\-\u2212]?\d{{1,3}}({re.escape(mark)}\d{{3}})+(?!\d)", text) is not None


def _all_formats() -> list[str]:
    return [*FORMATS, *_month_first()]


@lru_cache(maxsize=1)
def _month_first() -> tuple[str, ...]:
    return tuple(_swapped(form) for form in FORMATS if form.startswith("%d"))


def _swapped(form: str) -> str:
    return form.replace("%d", "%§").replace("%m", "%d").replace("%§", "%m")


def _only(values: Sequence[str], form: str) -> tuple[int, int]:
    """How many values only the day-first format reads, and how many only its twin."""
    day, month = _read(values, form), _read(values, _swapped(form))
    return int((day & ~month).sum()), int((month & ~day).sum())


def _share(values: Sequence[str], form: str) -> float:
    return float(_read(values, form).mean()) if values else 0.0


def _read(values: Sequence[str], form: str) -> np.ndarray:
    at = moments(pa.array(list(values), pa.string()), [form]).at
    return ~np.isnat(at) & ~out_of_years(at)


def _skipped(values: Sequence[str], form: str) -> bool:
    read = moments(pa.array(list(values), pa.string()), [form])
    local = np.where(read.in_utc | out_of_years(read.at), np.datetime64("NaT", "us"), read.at)
    return bool((np.isnat(to_utc(local, "Europe/Budapest")) & ~np.isnat(local)).any())
