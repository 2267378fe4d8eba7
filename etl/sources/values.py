"""Delivered texts read as what their field holds: numbers, forints, flags, days and times.

Every function here takes the distinct texts of a column, so that a value is read once however often it is delivered.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.config import Source
from etl.fields import Kind, kind_of
from etl.sources.dates import FIRST_YEAR, LAST_YEAR, moments, out_of_years, to_local_days, to_utc

_SHOWN = 40
_SPACES = "\u00a0\u202f\u2009"  # no-break and thin spaces: thousands marks whatever the source says
_FLAGS = {
    "true": True, "1": True, "yes": True, "y": True, "igen": True, "i": True, "igaz": True,
    "false": False, "0": False, "no": False, "n": False, "nem": False, "hamis": False,
}  # fmt: skip
_ERRORS = (
    r"(?i)^#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|FORMULA!"
    r"|HIV!|HIÁNYZIK|ÉRTÉK!|ZÉRÓOSZTÓ!|NÉV\?|NULLA!|SZÁM!)$"
)
_INT32, _INT64 = 2**31 - 1, 2**63 - 1


@dataclass(frozen=True)
class Parsed:
    """values: as the field's type, null where missing or unreadable; reasons: place of an unreadable text -> why."""

    values: pa.Array
    reasons: dict[int, str] = field(default_factory=dict)


def parsed(texts: pa.Array, name: str, source: Source, *, iso: bool = False, kind: Kind | None = None) -> Parsed:
    """Distinct texts of the canonical field name, read as its kind unless another is given.

    iso: days and times may come in ISO 8601 besides the source's formats (from sources.toml, from spreadsheets).
    """
    kind = kind or kind_of(name)
    bad = _errors(texts, name)
    if kind is Kind.TEXT:
        bad |= {int(at): f"{name}: the value holds a NUL character" for at in _where(pc.match_substring(texts, "\0"))}
    if bad:
        mask = np.zeros(len(texts), bool)
        mask[list(bad)] = True
        texts = pc.if_else(pa.array(mask), pa.scalar(None, pa.string()), texts)
    result = _READERS[kind](texts, name, source, iso)
    return Parsed(result.values, result.reasons | bad)


def _errors(texts: pa.Array, name: str) -> dict[int, str]:
    marked = pc.starts_with(texts, "#")
    if not pc.any(marked).as_py():
        return {}
    found = _where(pc.match_substring_regex(texts, _ERRORS))
    return {int(at): f"{_shown(texts, at, name)} is a spreadsheet error, not a value" for at in found}


def _text(texts: pa.Array, name: str, source: Source, iso: bool) -> Parsed:
    return Parsed(texts)


def _flag(texts: pa.Array, name: str, source: Source, iso: bool) -> Parsed:
    known = pc.index_in(pc.utf8_lower(texts), value_set=pa.array(list(_FLAGS)), skip_nulls=True)
    values = pa.array(list(_FLAGS.values())).take(known)
    return Parsed(values, _unread(texts, values, name, "is neither true nor false (true/false, 1/0, igen/nem)"))


def _whole(limit: int) -> Callable[[pa.Array, str, Source, bool], Parsed]:
    def read(texts: pa.Array, name: str, source: Source, iso: bool) -> Parsed:
        plain, reasons = _plain(texts, name, source)
        plain = pc.replace_substring_regex(plain, r"\.0*$", "")
        if source.fields[name].round:
            plain = _rounded(plain)
        for at in _where(pc.match_substring(plain, ".")):
            reasons[int(at)] = (
                f"{_shown(texts, at, name)} is not a whole {'amount of forints' if name.endswith('_huf') else 'number'}"
            )
        for at in _where(pc.match_substring_regex(plain, r"^-?0*[1-9][0-9]{18,}$")):
            # Python converts no more than 4,300 digits; nineteen decide.
            digits = plain[int(at)].as_py().lstrip("-0")
            if len(digits) > 19 or int(digits) > _INT64:
                reasons[int(at)] = f"{_shown(texts, at, name)} is too large"
        values = _without(plain, reasons).cast(pa.int64())
        for at in _where(pc.greater(pc.abs(values), limit)):
            reasons[int(at)] = f"{_shown(texts, at, name)} is too large"
        return Parsed(_without(values, reasons), reasons)

    return read


def _rounded(plain: pa.Array) -> pa.Array:
    """Digits with a fraction as the nearest whole, halves away from zero."""
    fractions = pc.fill_null(pc.match_substring(plain, "."), False).to_pylist()
    if not any(fractions):
        return plain
    pairs = zip(plain.to_pylist(), fractions, strict=True)
    whole = (
        format(Decimal(text).quantize(Decimal(1), ROUND_HALF_UP, Context(prec=2_000_000)), "f") if has else text
        for text, has in pairs
    )
    return pa.array(list(whole), pa.string())


def _number(texts: pa.Array, name: str, source: Source, iso: bool) -> Parsed:
    plain, reasons = _plain(texts, name, source)
    values = _without(plain, reasons).cast(pa.float64())
    for at in _where(pc.is_inf(values)):
        reasons[int(at)] = f"{_shown(texts, at, name)} is too large"
    return Parsed(_without(values, reasons), reasons)


def _plain(texts: pa.Array, name: str, source: Source) -> tuple[pa.Array, dict[int, str]]:
    """Numbers as digits with a decimal point; why the others are none."""
    marks, decimal = _class("".join(source.thousands) + _SPACES), _class(source.decimal)
    texts_ = pc.replace_substring(texts, "\u2212", "-")
    once = pc.match_substring_regex(texts_, rf"^[+-]?(?:[0-9]+(?:{decimal}[0-9]*)?|{decimal}[0-9]+)$")
    if not pc.all(pc.fill_null(once, True)).as_py():
        grouped = pc.match_substring_regex(texts_, rf"^[+-]?[0-9]{{1,3}}(?:{marks}[0-9]{{3}})+(?:{decimal}[0-9]*)?$")
        once = pc.or_(once, grouped)
        texts_ = pc.replace_substring_regex(texts_, marks, "")
    reasons = {int(at): _no_number(texts, at, name, source) for at in _where(pc.invert(once))}
    plain = _without(pc.replace_substring_regex(texts_, r"^\+", ""), reasons)
    plain = plain if source.decimal == "." else pc.replace_substring(plain, source.decimal, ".")
    return pc.replace_substring_regex(plain, r"^(-?)\.", r"\10.") if _bare(plain) else plain, reasons


def _bare(plain: pa.Array) -> bool:
    """Whether a number has no digit before its decimal point."""
    return bool(pc.any(pc.match_substring_regex(plain, r"^-?\.")).as_py())


def _no_number(texts: pa.Array, at: int | np.integer, name: str, source: Source) -> str:
    marks = " ".join(f"'{mark}'" for mark in source.thousands) or "none"
    expected = f"decimal mark '{source.decimal}', thousands marks in threes: {marks}"
    return f"{_shown(texts, at, name)} is not a number ({expected})"


def _day(texts: pa.Array, name: str, source: Source, iso: bool) -> Parsed:
    at, reasons, in_utc = _moments(texts, name, source, iso)
    if in_utc.any():
        at = np.where(in_utc, to_local_days(at, source.time_zone), at)
    days = at.astype("datetime64[D]").astype("datetime64[us]")
    return Parsed(_times(days, reasons), reasons)


def _time(texts: pa.Array, name: str, source: Source, iso: bool) -> Parsed:
    at, reasons, in_utc = _moments(texts, name, source, iso)
    utc = np.where(in_utc, at, to_utc(np.where(in_utc, np.datetime64("NaT", "us"), at), source.time_zone))
    for place in np.flatnonzero(np.isnat(utc) & ~np.isnat(at)):
        reasons[int(place)] = f"{_shown(texts, place, name)} does not exist in {source.time_zone} (the clock skips it)"
    return Parsed(_times(utc, reasons), reasons)


def _moments(texts: pa.Array, name: str, source: Source, iso: bool) -> tuple[np.ndarray, dict[int, str], np.ndarray]:
    formats = source.dates if not iso or "iso" in source.dates else (*source.dates, "iso")
    read = moments(texts, formats)
    valid = texts.is_valid().to_numpy(zero_copy_only=False)
    expected = " or ".join("YYYY-MM-DD[ HH:MM]" if form == "iso" else form for form in source.dates)
    reasons = {
        int(place): f"{_shown(texts, place, name)} is not a date (expected {expected})"
        for place in np.flatnonzero(valid & np.isnat(read.at))
    }
    for place in np.flatnonzero(out_of_years(read.at)):
        reasons[int(place)] = (
            f"{_shown(texts, place, name)} is outside {FIRST_YEAR} to {LAST_YEAR}: a swapped or mistyped date"
        )
    at = read.at
    if reasons:
        at = at.copy()
        at[list(reasons)] = np.datetime64("NaT")
    return at, reasons, read.in_utc


def _times(at: np.ndarray, reasons: dict[int, str]) -> pa.Array:
    return pa.array(at, pa.timestamp("us"), mask=np.isnat(at))


def _unread(texts: pa.Array, values: pa.Array, name: str, what: str) -> dict[int, str]:
    return {int(at): f"{_shown(texts, at, name)} {what}" for at in _where(pc.and_(texts.is_valid(), values.is_null()))}


def _without(values: pa.Array, reasons: dict[int, str]) -> pa.Array:
    """values, null where there is a reason."""
    if not reasons:
        return values
    mask = np.zeros(len(values), bool)
    mask[list(reasons)] = True
    return pc.if_else(pa.array(mask), pa.scalar(None, values.type), values)


def _where(mask: pa.Array) -> np.ndarray:
    return np.flatnonzero(pc.fill_null(mask, False).to_numpy(zero_copy_only=False))


def _class(characters: str) -> str:
    return "[" + "".join(f"\\x{{{ord(character):x}}}" for character in characters) + "]"


def _shown(texts: pa.Array, at: int | np.integer, name: str) -> str:
    text = texts[int(at)].as_py() or ""
    printable = "".join(character if character.isprintable() else "?" for character in text)
    return f"{name}: '{printable[:_SHOWN]}{'…' if len(printable) > _SHOWN else ''}'"


_READERS: dict[Kind, Callable[[pa.Array, str, Source, bool], Parsed]] = {
    Kind.TEXT: _text,
    Kind.FLAG: _flag,
    Kind.WHOLE: _whole(_INT32),
    Kind.LONG: _whole(_INT64),
    Kind.HUF: _whole(_INT64),
    Kind.NUMBER: _number,
    Kind.DATE: _day,
    Kind.TIME: _time,
}

TYPES: dict[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.FLAG: pa.bool_(),
    Kind.WHOLE: pa.int64(),
    Kind.LONG: pa.int64(),
    Kind.HUF: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.timestamp("us"),
    Kind.TIME: pa.timestamp("us"),
}
