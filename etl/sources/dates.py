"""Days and times from text, many at once: exact, and without the padding that exports leave out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import product

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

FIRST_YEAR, LAST_YEAR = 1990, 2100
NOT_A_TIME = np.datetime64("NaT", "us")
_ISO_LAYOUTS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")
_ISO_UTC_LAYOUTS = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%MZ")
_ISO = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?\s?(Z|[+-]\d\d(:?\d\d)?)?)?")
_WIDTHS = {"Y": (4,), "y": (2,), "d": (2, 1), "m": (2, 1), "H": (2, 1), "M": (2, 1), "S": (2, 1)}
_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@dataclass(frozen=True)
class Moments:
    """Times read from texts. at: datetime64[us], NaT where none could be read; in_utc: those that said their zone."""

    at: np.ndarray
    in_utc: np.ndarray


def moments(texts: pa.Array, formats: Sequence[str]) -> Moments:
    """The time of each text by the first of formats that fits ("iso", or strptime's directives). Null gives NaT."""
    at = np.full(len(texts), NOT_A_TIME)
    in_utc = np.zeros(len(texts), bool)
    left = np.flatnonzero(texts.is_valid().to_numpy(zero_copy_only=False))
    for form in formats:
        if not len(left):
            break
        found, utc = _iso(texts.take(left)) if form == "iso" else (_formatted(texts.take(left), form), None)
        at[left] = found
        if utc is not None:
            in_utc[left] = utc
        left = left[np.isnat(found)]
    return Moments(at, in_utc)


def _iso(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    at = np.full(len(texts), NOT_A_TIME)
    in_utc = np.zeros(len(texts), bool)
    left = np.arange(len(texts))
    for layouts, utc in ((_ISO_LAYOUTS, False), (_ISO_UTC_LAYOUTS, True)):
        for layout in layouts:
            if not len(left):
                return at, in_utc
            found = _fixed(texts.take(left), [_pieces(layout, None)])
            at[left] = found
            in_utc[left] = utc & ~np.isnat(found)
            left = left[np.isnat(found)]
    for place in left:  # fractions and offsets are rare
        at[place], in_utc[place] = _iso_one(texts[int(place)].as_py())
    return at, in_utc


def _iso_one(text: str) -> tuple[np.datetime64, bool]:
    if not _ISO.fullmatch(text):
        return NOT_A_TIME, False
    try:
        moment = datetime.fromisoformat(text.replace(",", "."))
        naive = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return NOT_A_TIME, False
    return np.datetime64(naive, "us"), moment.tzinfo is not None


def _formatted(texts: pa.Array, form: str) -> np.ndarray:
    if set(re.findall(r"%(.)", form)) <= set(_WIDTHS):
        return _fixed(texts, list(_layouts(form)))
    found = pd.to_datetime(pd.Series(texts.to_pylist(), dtype=object), format=form, errors="coerce")
    if getattr(found.dtype, "tz", None) is not None:
        found = found.dt.tz_convert(None)
    return found.to_numpy().astype("datetime64[us]")


Piece = tuple[str, int]
"""A directive with its width, or "=" and the code of a literal byte."""


@lru_cache(maxsize=64)
def _layouts(form: str) -> tuple[tuple[Piece, ...], ...]:
    """Every way to write the format with or without padding, the padded first."""
    names = re.findall(r"%(.)", form)
    return tuple(_pieces(form, widths) for widths in product(*(_WIDTHS[name] for name in names)))


def _pieces(form: str, widths: tuple[int, ...] | None) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    width = iter(widths or ())
    for token in re.findall(r"%.|.", form, flags=re.S):
        if token.startswith("%") and len(token) == 2:
            pieces.append((token[1], next(width, _WIDTHS[token[1]][0])))
        else:
            pieces += [("=", byte) for byte in token.encode()]
    return tuple(pieces)


def _fixed(texts: pa.Array, layouts: Sequence[tuple[Piece, ...]]) -> np.ndarray:
    """Times of texts in which every part has a fixed place, by the first layout that fits."""
    at = np.full(len(texts), NOT_A_TIME)
    lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False)
    for size, group in _by_size(layouts):
        left = np.flatnonzero(lengths == size)
        if not len(left):
            continue
        marks = _marks(texts.take(left) if len(left) < len(texts) else texts, size)
        for layout in group:
            open_ = np.flatnonzero(np.isnat(at[left]))
            if not len(open_):
                break
            at[left[open_]] = _read(marks if len(open_) == len(left) else marks[open_], layout)
    return at


def _by_size(layouts: Sequence[tuple[Piece, ...]]) -> Iterator[tuple[int, list[tuple[Piece, ...]]]]:
    sizes = [sum(1 if name == "=" else width for name, width in layout) for layout in layouts]
    for size in dict.fromkeys(sizes):
        yield size, [layout for layout, own in zip(layouts, sizes, strict=True) if own == size]


def _marks(texts: pa.Array, size: int) -> np.ndarray:
    """Bytes of texts of one size, none of them null, a row each."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return np.frombuffer(texts.buffers()[2], np.uint8)[offsets[0] : offsets[-1]].reshape(-1, size)


def _read(marks: np.ndarray, layout: tuple[Piece, ...]) -> np.ndarray:
    """Times of rows of bytes; NaT where a literal or digit is not in its place, or there is no such day."""
    fits = np.ones(len(marks), bool)
    parts: dict[str, np.ndarray] = {}
    place = 0
    for name, width in layout:
        if name == "=":
            fits &= marks[:, place] == width
            place += 1
            continue
        value = np.zeros(len(marks), np.int16)
        for column in range(place, place + width):
            digit = marks[:, column] - np.uint8(48)  # wraps below "0", so one comparison tells a digit
            fits &= digit <= 9
            value = value * 10 + digit
        parts[name] = value
        place += width
    return _composed(parts, fits)


def _composed(parts: dict[str, np.ndarray], fits: np.ndarray) -> np.ndarray:
    year = parts["Y"] if "Y" in parts else 2000 + parts["y"] - 100 * (parts["y"] >= 69)  # as strptime does
    one = np.ones(len(fits), np.int16)
    month, day = parts.get("m", one), parts.get("d", one)
    hour, minute, second = (parts.get(name, one * 0) for name in "HMS")
    fits = fits & (month >= 1) & (month <= 12) & (day >= 1) & (hour <= 23) & (minute <= 59) & (second <= 59)
    month = np.where(fits, month, 1)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    fits &= (day <= _DAYS[month]) & (leap | (month != 2) | (day <= 28)) & (year >= 1)
    months = (np.where(fits, year, 1970) - 1970).astype(np.int64) * 12 + (month - 1)
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + (day - 1)
    seconds = (hour * np.int32(60) + minute) * np.int32(60) + second
    micros = days * 86_400 + seconds
    return np.where(fits, micros * 1_000_000, np.iinfo(np.int64).min).astype("datetime64[us]")


def out_of_years(at: np.ndarray) -> np.ndarray:
    """Times that no record of ours can have: before 1990 or after 2100."""
    first, after = np.datetime64(f"{FIRST_YEAR}-01-01", "us"), np.datetime64(f"{LAST_YEAR + 1}-01-01", "us")
    return ~np.isnat(at) & ((at < first) | (at >= after))


def to_utc(local: np.ndarray, zone: str) -> np.ndarray:
    """Local times in UTC; the earlier of an hour that comes twice; NaT for one that the clock skips."""
    index = pd.DatetimeIndex(local).tz_localize(zone, ambiguous=np.ones(len(local), bool), nonexistent="NaT")
    return index.tz_convert(None).to_numpy().astype("datetime64[us]")


def to_local_days(at: np.ndarray, zone: str) -> np.ndarray:
    """The local day of UTC times, as midnights."""
    local = pd.DatetimeIndex(at).tz_localize("UTC").tz_convert(zone).tz_localize(None)
    return local.to_numpy().astype("datetime64[D]").astype("datetime64[us]")
