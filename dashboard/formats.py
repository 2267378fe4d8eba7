"""Numbers, money, dates and durations as the reader writes them. Pure: the language is always given.

Hungarian groups thousands by a no-break space from four digits on, sets a space before % and a comma before decimals.
Every minus is a true minus, and nothing breaks between a number and its unit.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

SPACE = "\u00a0"
MINUS = "\u2212"
MOST_DECIMALS = 4  # of a rate that lies close to its limit
BUDAPEST = ZoneInfo("Europe/Budapest")
NOT_AVAILABLE = {"hu": f"n.{SPACE}a.", "en": "n/a"}
ROMAN = ("I.", "II.", "III.", "IV.")
_LOCALES = {"hu": "hu_HU", "en": "en_GB"}


@dataclass(frozen=True)
class Scale:
    """A power of ten that a column or an axis is written in."""

    factor: float
    words: dict[str, str]


UNITS = Scale(1, {"hu": "", "en": ""})
SCALES = (
    Scale(1e12, {"hu": "billió", "en": "tn"}),
    Scale(1e9, {"hu": "Mrd", "en": "bn"}),
    Scale(1e6, {"hu": "M", "en": "m"}),
    Scale(1e3, {"hu": "ezer", "en": "k"}),
    UNITS,
)


def missing(value: object) -> bool:
    """Whether there is nothing to write: None, NaN, NaT or NA."""
    if value is None:
        return True
    try:
        return bool(value != value)
    except TypeError:  # pandas.NA refuses to say
        return True


def number(value: float | None, language: str, decimals: int = 0) -> str:
    """`1 234 567`, `−0,5`; English `1,234,567`."""
    if value is None or missing(value) or math.isinf(value):
        return NOT_AVAILABLE[language]
    text = f"{abs(value):,.{decimals}f}"
    if language == "hu":
        text = text.replace(",", SPACE).replace(".", ",")
    return (MINUS if value < 0 and text.strip("0.,") else "") + text


def percent(rate: float | None, language: str, decimals: int = 1) -> str:
    """A rate of 0 to 1 as `92,4 %`; English `92.4%`."""
    if rate is None or missing(rate):
        return NOT_AVAILABLE[language]
    return number(rate * 100, language, decimals) + (f"{SPACE}%" if language == "hu" else "%")


def scale_of(largest: float, smallest_scaled: float = 1e4) -> Scale:
    """The scale in which a column or axis with this largest value is written."""
    size = abs(largest)
    if missing(size) or size < smallest_scaled:
        return UNITS
    return next(scale for scale in SCALES if size >= scale.factor)


def short(value: float | None, language: str, scale: Scale | None = None) -> str:
    """`20 ezer`, `1,2 M`, `340`; at most three figures that matter unless a scale is given."""
    if value is None or missing(value):
        return NOT_AVAILABLE[language]
    if value == 0:
        return number(0, language)
    chosen = scale or scale_of(value)
    scaled = value / chosen.factor
    text = _trimmed(scaled, language, 0 if chosen is UNITS and float(value).is_integer() else _decimals(scaled))
    return f"{text}{_word(chosen, language)}"


def money(huf: float | None, language: str) -> str:
    """Whole forints: `1 234 567 Ft`; English `HUF 1,234,567`."""
    if huf is None or missing(huf):
        return NOT_AVAILABLE[language]
    return _with_currency(number(huf, language), language)


def money_short(huf: float | None, language: str, scale: Scale | None = None) -> str:
    """`1,2 Mrd Ft`, `340 M Ft`, `20 ezer Ft`; English `HUF 1.2 bn`."""
    if huf is None or missing(huf):
        return NOT_AVAILABLE[language]
    return _with_currency(short(huf, language, scale), language)


def day(value: date | None, language: str) -> str:
    """`2026. nov. 23.`; English `23 Nov 2026`."""
    if value is None or missing(value):
        return NOT_AVAILABLE[language]
    pattern = "y. MMM d." if language == "hu" else "d MMM y"
    return _unbroken(format_date(value, pattern, _LOCALES[language]))


def iso_day(text: str, language: str) -> str:
    """A day given as `2026-11-23`."""
    return day(date.fromisoformat(text), language)


def moment(value: datetime | None, language: str) -> str:
    """A UTC time (naive or aware) as the clock in Budapest showed it: `2026. nov. 22. 23:00`."""
    if value is None or missing(value):
        return NOT_AVAILABLE[language]
    local = (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(BUDAPEST)
    pattern = "y. MMM d. HH:mm" if language == "hu" else "d MMM y, HH:mm"
    return _unbroken(format_datetime(local.replace(tzinfo=None), pattern, locale=_LOCALES[language]))


def month(value: date | str, language: str, *, whole: bool = False) -> str:
    """A month, as a day of it or as `2026-01`: `2026. jan.`, whole `2026. január`; English `Jan 2026`."""
    first = date.fromisoformat(f"{value}-01") if isinstance(value, str) else value
    name = "MMMM" if whole else "MMM"
    return _unbroken(format_date(first, f"y. {name}" if language == "hu" else f"{name} y", _LOCALES[language]))


def period(first: date | None, last: date | None, language: str) -> str:
    """`2025. jan. – 2025. dec.`, one month or year as such, days where it is no whole months; empty without ends."""
    if first is None and last is None:
        return ""
    if first and last and first.day == 1 and _ends_month(last):
        if (first.month, last.month, first.year) == (1, 12, last.year):
            return f"{first.year}." if language == "hu" else str(first.year)
        if (first.year, first.month) == (last.year, last.month):
            return month(first, language, whole=True)
    begins = _edge(first, language, whole=first is not None and first.day == 1)
    ends = _edge(last, language, whole=last is not None and _ends_month(last))
    return f"{begins} – {ends}".strip()


def _edge(value: date | None, language: str, *, whole: bool) -> str:
    if value is None:
        return ""
    return month(value, language) if whole else day(value, language)


def _ends_month(value: date) -> bool:
    return (value + timedelta(days=1)).day == 1


def quarter(value: str, language: str) -> str:
    """`2026-Q2` as `2026. II. negyedév`; English `Q2 2026`."""
    year, part = value.split("-Q")
    return f"{year}.{SPACE}{ROMAN[int(part) - 1]}{SPACE}negyedév" if language == "hu" else f"Q{part}{SPACE}{year}"


def week(value: str, language: str) -> str:
    """`2026-W14` as `2026. 14. hét`; English `week 14, 2026`."""
    year, part = value.split("-W")
    return f"{year}.{SPACE}{int(part)}.{SPACE}hét" if language == "hu" else f"week{SPACE}{int(part)}, {year}"


def duration(minutes: float | None, language: str, minutes_of_day: int | None = None) -> str:
    """`4 óra 20 perc`; with the length of a day given also `3 nap 4 óra`. Two units at most."""
    if minutes is None or missing(minutes):
        return NOT_AVAILABLE[language]
    whole = round(abs(minutes))
    parts = _parts(whole, minutes_of_day)
    words = {"hu": ("nap", "óra", "perc"), "en": ("d", "h", "min")}[language]
    said = [f"{number(amount, language)}{SPACE}{word}" for amount, word in zip(parts, words, strict=True) if amount][:2]
    return (MINUS if minutes < 0 and whole else "") + (SPACE.join(said) or f"0{SPACE}{words[2]}")


def value(amount: float | None, unit: str, language: str, decimals: int = 1) -> str:
    """A metric's value in its unit, as a sentence would say it. decimals: of rates."""
    match unit:
        case "rate":
            return percent(amount, language, _telling(amount, decimals))
        case "huf":
            return money_short(amount, language)
        case "minutes":
            return duration(amount, language)
        case "hours":
            return _counted(amount, language, {"hu": "óra", "en": "h"})
        case "days":
            return _counted(amount, language, {"hu": "nap", "en": "days"})
        case "months":
            return _counted(amount, language, {"hu": "hónap", "en": "months"})
        case "count":
            return number(amount, language) if _is_whole(amount) else number(amount, language, 1)
        case "per_100":
            return number(amount, language, 1)
    return number(amount, language, 2)


def _telling(rate: float | None, decimals: int) -> int:
    """As many decimals as it takes: a share that is nearly all must not read as all of it (99,97 %)."""
    if rate is None or missing(rate) or not 0.5 < rate < 1:
        return decimals
    return next((more for more in range(decimals, MOST_DECIMALS) if round(rate * 100, more) < 100), MOST_DECIMALS)


def value_beside(amount: float | None, unit: str, language: str, limits: Iterable[float]) -> str:
    """A value that lies beyond a limit, with as many decimals as it takes to see that: 89,97 % beside 90 %."""
    said = value(amount, unit, language)
    if unit != "rate" or amount is None or missing(amount):
        return said
    for decimals in range(1, MOST_DECIMALS + 1):
        said = value(amount, unit, language, decimals)
        if not any(amount != limit and said == value(limit, unit, language, decimals) for limit in limits):
            break
    return said


def change(difference: float | None, unit: str, language: str) -> str:
    """A difference with its sign; of rates in percentage points: `+1,3 százalékpont`."""
    if difference is None or missing(difference):
        return NOT_AVAILABLE[language]
    sign = "+" if difference > 0 else ""
    if unit == "rate":
        word = "százalékpont" if language == "hu" else "percentage points"
        return f"{sign}{number(difference * 100, language, 1)}{SPACE}{word}"
    return sign + value(difference, unit, language)


def _counted(amount: float | None, language: str, word: dict[str, str]) -> str:
    if missing(amount):
        return NOT_AVAILABLE[language]
    return f"{number(amount, language, 0 if _is_whole(amount) else 1)}{SPACE}{word[language]}"


def _is_whole(amount: float | None) -> bool:
    return amount is not None and not missing(amount) and float(amount).is_integer()


def _parts(whole: int, minutes_of_day: int | None) -> tuple[int, int, int]:
    days, rest = divmod(whole, minutes_of_day) if minutes_of_day else (0, whole)
    hours, minutes = divmod(rest, 60)
    return days, hours, minutes


def _decimals(scaled: float) -> int:
    """One decimal below a hundred; more where what is there would be written as nothing."""
    if 0 < abs(scaled) < 0.05:
        return -math.floor(math.log10(abs(scaled)))
    return 1 if abs(scaled) < 100 else 0


def _trimmed(scaled: float, language: str, decimals: int) -> str:
    """Without a decimal that says nothing: 20,0 is 20."""
    rounded = round(scaled, decimals)
    return number(rounded, language, 0 if float(rounded).is_integer() else decimals)


def _word(scale: Scale, language: str) -> str:
    return f"{SPACE}{scale.words[language]}" if scale.words[language] else ""


def _with_currency(text: str, language: str) -> str:
    return f"{text}{SPACE}Ft" if language == "hu" else f"HUF{SPACE}{text}"


def _unbroken(text: str) -> str:
    return text.replace(" ", SPACE).replace("\u202f", SPACE)
