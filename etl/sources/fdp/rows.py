"""Rows of a fiscal package's table: dimensions by columnType, an amount per phase."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from etl.config import Source
from etl.sources.batch import TornRow
from etl.sources.cells import Cells, cells_of
from etl.sources.delimited import read_delimited
from etl.sources.errors import UnreadableInput
from etl.sources.fdp.descriptor import CURRENCY, PHASES, Measure, Table, phase_of, tables_of
from etl.sources.headings import positions
from etl.sources.rendering import rendered

if TYPE_CHECKING:
    from etl.sources.inputs import Input

_FORINT = {"huf", "ft", "forint"}
_OF_ALL = ("value", "resource")


@dataclass
class _Row:
    """dimensions by heading; amounts by phase ("value": all of them); an unreadable amount stays as delivered."""

    line: int
    dimensions: dict[str, str | None]
    amounts: dict[str, Decimal | str] = field(default_factory=dict)


def read_fdp(parts: Iterable["Input"], source: Source) -> Iterator[Cells]:
    """Rows of the second part, a table, as the first, its descriptor, explains them.

    Columns: those of the table by columnType and heading, what the descriptor says of all rows, resource, value,
    and the phases. Rows that differ in their phase alone become one, with an amount per phase, unless the source maps
    value. Raises UnreadableInput (currency, phase, columns that are not there).
    """
    descriptor, own = parts
    with descriptor.open() as stream:
        tables = tables_of(stream, descriptor.name, source)
    table = next(one for one in tables if own.name == f"{descriptor.name}!{one.path}")
    reader = _Reader(table, own.name, source)
    rows = list(reader.rows(own) if reader.apart else _joined(reader.rows(own)))
    columns = {alias: heading for heading, aliases in table.columns.items() for alias in reversed(aliases)}
    phases = PHASES if reader.phased else ()
    places = positions([*dict.fromkeys((*columns, *table.constants, *phases, *_OF_ALL))], source, own.name)
    texts = [[_text(row, key, columns, table, source) for key in places] for row in rows]
    yield replace(cells_of(list(places), texts, [row.line for row in rows]), torn=reader.torn)


class _Reader:
    """Reads the amounts of a table. apart: whether phases stay rows; torn: the rows that did not split into columns."""

    def __init__(self, table: Table, name: str, source: Source) -> None:
        self._table, self._name, self._source = table, name, source
        self.torn: list[TornRow] = []
        self.apart = "value" in (*source.headings, *source.optional_headings)
        self._phases = [heading for heading, names in table.columns.items() if names[0].split(":")[0] == "phase"]
        self._currencies = [heading for heading, names in table.columns.items() if set(names) & set(CURRENCY)]
        self.phased = bool(self._phases or table.phase or any(measure.phase for measure in table.measures))

    def rows(self, own: "Input") -> Iterator[_Row]:
        """A row per amount."""
        with own.open() as stream:
            for cells in read_delimited(stream, own.name, _plain(self._table, self._source)):
                self.torn += cells.torn
                for line, row in zip(cells.lines.tolist(), cells.table.to_pylist(), strict=True):
                    kept = {key: self._present(text) for key, text in row.items()}
                    yield from (self._row(line, kept, one) for one in self._table.measures if kept[one.heading])

    def _present(self, text: str | None) -> str | None:
        trimmed = (text or "").strip()
        return None if not trimmed or trimmed in self._table.missing else trimmed

    def _row(self, line: int, row: Mapping[str, str | None], measure: Measure) -> _Row:
        """One amount of a line. Raises UnreadableInput for another currency, and a phase that is none or is missing."""
        self._refuse_currency(line, row, measure)
        value = _number(row[measure.heading] or "", measure)
        if self.apart:
            return _Row(line, {heading: row[heading] for heading in self._table.columns}, {"value": value})
        dimensions = {heading: row[heading] for heading in self._table.columns if heading not in self._phases}
        return _Row(line, dimensions, {self._phase(line, row, measure): value} if self.phased else {})

    def _phase(self, line: int, row: Mapping[str, str | None], measure: Measure) -> str:
        told = measure.phase or next((text for one in self._phases if (text := row[one])), None) or self._table.phase
        if told is None:
            raise UnreadableInput(self._name, "gives an amount without its phase.", "Complete the table.", line)
        return phase_of(told, self._name)

    def _refuse_currency(self, line: int, row: Mapping[str, str | None], measure: Measure) -> None:
        told = next((text for heading in self._currencies if (text := row[heading])), None)
        currency = told or measure.currency or self._table.currency or self._source.currency
        if currency is None:
            advice = 'If its amounts are forints, write currency = "HUF" into the source.'
            raise UnreadableInput(self._name, "says nowhere which currency its amounts are in.", advice)
        if currency.casefold() not in _FORINT:
            advice = "Only amounts in forints (HUF) can be loaded."
            raise UnreadableInput(self._name, f"has amounts in {currency[:20]}.", advice, line)


def _plain(table: Table, source: Source) -> Source:
    """The table as a delimited file of its own, all of its columns wanted."""
    plain = Source.model_validate(
        {
            "name": source.name, "job": "budget", "record": "budget", "path": table.path, "format": "csv",
            "delimiter": table.delimiter, "quote": table.quote, "encoding": table.encoding,
            "fields": {"fiscal_year": {"value": "0"}},
            "expect": [*table.columns, *(measure.heading for measure in table.measures)],
        }
    )  # fmt: skip
    plain._limits = source.limits
    return plain


def _number(text: str, measure: Measure) -> Decimal | str:
    """The amount times its factor; the text as it is where it is no number."""
    bare = "".join(text.split()).replace("\u2212", "-")
    bare = bare.replace(measure.group, "") if measure.group else bare
    try:
        value = Decimal(bare.replace(measure.decimal, ".")) * measure.factor
    except InvalidOperation:
        return text
    return value if value.is_finite() else text


def _joined(rows: Iterable[_Row]) -> Iterator[_Row]:
    """Rows of the same dimensions as one, amounts of the same phase added up; those with an unreadable one stay."""
    joined: dict[tuple[str | None, ...], _Row] = {}
    for row in rows:
        if any(isinstance(value, str) for value in row.amounts.values()):
            yield row
            continue
        own = joined.setdefault(tuple(row.dimensions.values()), _Row(row.line, row.dimensions))
        for phase, value in row.amounts.items():
            before = own.amounts.get(phase, Decimal(0))
            assert isinstance(before, Decimal), "unreadable amounts stay apart"
            assert isinstance(value, Decimal), "unreadable amounts stay apart"
            own.amounts[phase] = before + value
    yield from joined.values()


def _text(row: _Row, key: str, columns: Mapping[str, str], table: Table, source: Source) -> str | None:
    if key in columns:
        return row.dimensions.get(columns[key])
    if key in table.constants:
        return table.constants[key]
    return table.name if key == "resource" else rendered(row.amounts.get(key), source.decimal)
