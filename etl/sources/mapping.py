"""Delivered columns turned into canonical fields."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.config import Base, FieldMap, Source
from etl.fields import Kind, kind_of
from etl.sources.batch import Batch
from etl.sources.cells import Cells
from etl.sources.headings import key_of
from etl.sources.person import hashed, on_texts, unmarked
from etl.sources.values import TYPES, Parsed, parsed

_SAMPLE = 2_000
_TYPES = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), pa.float64(): pd.Float64Dtype()}

Problems = list[tuple[int, str]]
"""Position of a row, and why one of its values cannot be read."""


@dataclass(frozen=True)
class Coded:
    """A column as its distinct texts and, per row, which of them it is (null: missing).

    rows is None when nearly all texts differ: then texts are the rows' own, one each.
    """

    texts: pa.Array
    rows: pa.Array | None

    def take(self, values: pa.Array) -> pa.Array:
        """values, one per distinct text, spread over the rows."""
        return values if self.rows is None else values.take(self.rows)


def mapped(cells: Cells, source: Source) -> Batch:
    """The rows of cells as canonical fields, with what could not be read."""
    raw = _hidden(cells.table, source)
    columns = _Columns(raw, source)
    rows: dict[str, pa.Array] = {}
    problems: Problems = []
    for field, origin in source.fields.items():
        rows[field], found = _field(field, origin, columns, source, cells.typed)
        problems += found
    return Batch(
        rows=pa.table(rows).to_pandas(types_mapper=_TYPES.get),
        lines=cells.lines,
        raw=raw.to_pandas(),
        problems=_frame(problems),
        torn=cells.torn,
        headings=_headings(source),
    )


def _headings(source: Source) -> dict[str, str]:
    """The column of each field, where one column alone gives it and its name says something new."""
    columns = {field: key_of(origin.column) for field, origin in source.fields.items() if origin.column is not None}
    return {field: column for field, column in columns.items() if column.lower() != field}


def counting(cells: Cells, source: Source) -> Cells:
    """The rows that are rows by the source's only and skip; totals, notes and the like are gone."""
    keep = np.ones(len(cells.lines), bool)
    for heading, pattern in source.only.items():
        keep &= _matching(cells.table.column(key_of(heading)), pattern)
    for heading, pattern in source.skip.items():
        keep &= ~_matching(cells.table.column(key_of(heading)), pattern)
    return cells.where(keep)


def _matching(column: pa.ChunkedArray, pattern: str) -> np.ndarray:
    coded = _coded(pc.fill_null(column, ""))
    search = re.compile(pattern).search
    found = pa.array([search(text) is not None for text in coded.texts.to_pylist()], pa.bool_())
    return coded.take(found).to_numpy(zero_copy_only=False)


def _hidden(table: pa.Table, source: Source) -> pa.Table:
    """The columns as delivered, those that hold a person's key hashed."""
    for heading in source.person_headings:
        coded = _coded(table.column(key_of(heading)))
        texts = _clean(coded.texts, source)
        for field in source.person_fields:
            origin = source.fields[field]
            if origin.column == heading and origin.pattern:
                texts = _grouped(texts, origin.pattern)
        place = table.column_names.index(key_of(heading))
        table = table.set_column(place, key_of(heading), coded.take(hashed(texts, source.key)))
    return table


class _Columns:
    """The columns of a table by heading, each taken apart once."""

    def __init__(self, table: pa.Table, source: Source) -> None:
        self._table, self._source = table, source
        self._hashed = {key_of(heading) for heading in source.person_headings}
        self._known: dict[str, Coded] = {}

    @property
    def count(self) -> int:
        return int(self._table.num_rows)

    def coded(self, key: str) -> Coded:
        """Delivered texts, trimmed, missing marks as null; a column that is not there is all missing."""
        if key not in self._known:
            self._known[key] = self._made(key)
        return self._known[key]

    def delivered(self, key: str) -> Coded:
        """Delivered texts, trimmed only."""
        if key not in self._table.column_names:
            return Coded(pa.array([None], pa.string()), pa.nulls(self.count, pa.int32()))
        return _coded(self._table.column(key))

    def _made(self, key: str) -> Coded:
        coded = self.delivered(key)
        texts = _clean(coded.texts, self._source)
        return Coded(on_texts(texts, unmarked) if key in self._hashed else texts, coded.rows)

    def texts(self, key: str) -> pa.Array:
        """One text per row."""
        coded = self.coded(key)
        return coded.take(coded.texts)


def _coded(column: pa.ChunkedArray) -> Coded:
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], pa.string())
    if len(whole) > _SAMPLE and pc.count_distinct(whole.slice(0, _SAMPLE)).as_py() > _SAMPLE // 2:
        return Coded(whole, None)
    coded = whole.dictionary_encode()
    return Coded(coded.dictionary, coded.indices)


def _clean(texts: pa.Array, source: Source) -> pa.Array:
    """Texts trimmed; the empty one and the source's missing marks as null."""
    trimmed = pc.utf8_trim_whitespace(texts)
    marks = pa.array(["", *(mark.strip() for mark in source.missing)], pa.string())
    absent = pc.is_in(trimmed, value_set=marks, skip_nulls=True)
    return pc.if_else(absent, pa.scalar(None, pa.string()), trimmed) if pc.any(absent).as_py() else trimmed


def _field(field: str, origin: FieldMap, columns: _Columns, source: Source, typed: bool) -> tuple[pa.Array, Problems]:
    if origin.base is not None:
        return _relative(field, origin, columns, source)
    coded, own = _origin(field, origin, columns, source)
    read = parsed(coded.texts, field, source, iso=own or typed)
    return coded.take(read.values), _problems(coded, read)


def _origin(field: str, origin: FieldMap, columns: _Columns, source: Source) -> tuple[Coded, bool]:
    """The texts of a field, and whether they may be written in sources.toml."""
    if origin.value is not None:
        return Coded(pa.array([origin.value], pa.string()), pa.array(np.zeros(columns.count, np.int32))), True
    coded = columns.coded(key_of(origin.column)) if origin.column is not None else _several(origin, columns)
    texts = coded.texts
    whole_person = field in source.person_fields and origin.column is not None
    if origin.pattern and not whole_person:
        texts = _grouped(texts, origin.pattern)
    if origin.pad:
        texts = pc.utf8_lpad(texts, width=origin.pad, padding="0")
    if field in source.person_fields and origin.columns:
        texts = on_texts(hashed(texts, source.key), unmarked)
    values = source.values.get(field)
    if not values:
        return Coded(texts, coded.rows), False
    delivered = columns.delivered(key_of(origin.column)).texts if origin.column is not None else None
    return _looked_up(texts, delivered, coded, values), True


def _looked_up(texts: pa.Array, delivered: pa.Array | None, coded: Coded, values: dict[str, str]) -> Coded:
    """Texts by the value map; a missing mark may be listed too, and "" stands for missing."""
    other = values.get("*")
    known = {key.strip().lower(): value for key, value in values.items() if key != "*"}
    mapped = [
        _lookup(text, None if delivered is None else delivered[at].as_py(), known, other)
        for at, text in enumerate(texts.to_pylist())
    ]
    found = pa.array(mapped, pa.string())
    rows = coded.rows
    if "" in known and rows is not None and rows.null_count:
        found = pa.concat_arrays([found, pa.array([known[""] or None], pa.string())])
        rows = pc.fill_null(rows, len(mapped))
    return Coded(found, rows)


def _lookup(text: str | None, delivered: str | None, known: dict[str, str], other: str | None) -> str | None:
    if text is None:
        mark = (delivered or "").strip().lower()
        return known.get(mark, known.get("")) or None
    return (known.get(text.lower(), text if other is None else other)) or None


def _several(origin: FieldMap, columns: _Columns) -> Coded:
    """Several columns joined (missing parts empty, all missing is missing), or the first that is not missing."""
    parts = [columns.texts(key_of(heading)) for heading in origin.columns]
    if origin.first:
        return _coded(pa.chunked_array([pc.coalesce(*parts)]))
    joined = pc.binary_join_element_wise(*(pc.fill_null(part, "") for part in parts), origin.separator)
    there = pa.array(np.any([part.is_valid().to_numpy(zero_copy_only=False) for part in parts], axis=0))
    return _coded(pa.chunked_array([pc.if_else(there, joined, pa.scalar(None, pa.string()))]))


def _grouped(texts: pa.Array, pattern: str) -> pa.Array:
    """The first group of the pattern in each text, trimmed; null where it does not match."""
    search = re.compile(pattern).search

    def group(text: str) -> str | None:
        match = search(text)
        return ((match.group(1) or "").strip() or None) if match else None

    return on_texts(texts, group)


def _relative(field: str, origin: FieldMap, columns: _Columns, source: Source) -> tuple[pa.Array, Problems]:
    """Days counted from the base, as days of the calendar."""
    coded, _ = _origin(field, origin, columns, source)
    days = parsed(coded.texts, field, source, kind=Kind.WHOLE)
    count, problems = coded.take(days.values), _problems(coded, days)
    base, without = _base(field, origin, columns, count)
    problems += without
    there = count.is_valid().to_numpy(zero_copy_only=False) & ~np.isnat(base)
    number = pc.fill_null(count, 0).to_numpy(zero_copy_only=False)
    far = there & (np.abs(number) > 40_000)
    at = np.where(there & ~far, base + np.where(far, 0, number).astype("timedelta64[D]"), np.datetime64("NaT", "us"))
    problems += _all(np.flatnonzero(far), f"{field}: more days from its base than a hundred years")
    return pa.array(at.astype("datetime64[us]"), pa.timestamp("us"), mask=np.isnat(at)), problems


def _base(field: str, origin: FieldMap, columns: _Columns, count: pa.Array) -> tuple[np.ndarray, Problems]:
    if not isinstance(origin.base, Base):
        return np.full(len(count), np.datetime64(origin.base, "us")), []
    coded = columns.coded(key_of(origin.base.column))
    known = {key.strip().lower(): np.datetime64(day, "us") for key, day in origin.base.values.items()}
    days = [known.get((text or "").lower(), np.datetime64("NaT", "us")) for text in coded.texts.to_pylist()]
    at = coded.take(
        pa.array(np.array(days, "datetime64[us]"), pa.timestamp("us"), mask=np.isnat(np.array(days, "datetime64[us]")))
    )
    base = at.to_numpy(zero_copy_only=False).astype("datetime64[us]")
    lost = np.flatnonzero(np.isnat(base) & count.is_valid().to_numpy(zero_copy_only=False))
    return base, _all(lost, f"{field}: no base day for this value of column '{origin.base.column}'")


def _problems(coded: Coded, read: Parsed) -> Problems:
    if not read.reasons:
        return []
    everyone = np.arange(len(coded.texts))
    codes = everyone if coded.rows is None else pc.fill_null(coded.rows, -1).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(np.isin(codes, list(read.reasons)))
    return [(int(row), read.reasons[int(codes[row])]) for row in rows]


def _all(rows: np.ndarray, reason: str) -> Problems:
    return [(int(row), reason) for row in rows]


def _frame(problems: Problems) -> pd.DataFrame:
    rows = np.array([row for row, _ in problems], dtype=np.int64)
    return pd.DataFrame({"row": rows, "reason": pd.Series([reason for _, reason in problems], dtype="str")})


def empty_rows(source: Source) -> pd.DataFrame:
    """No rows, with the columns and types that the source's rows have."""
    return pa.table({field: pa.array([], TYPES[kind_of(field)]) for field in source.fields}).to_pandas(
        types_mapper=_TYPES.get
    )


assert set(TYPES) == set(Kind), "every kind of field has a type"
