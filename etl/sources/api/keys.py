"""Keys of records as the source maps them: to say which rows a live system still has, or has no longer."""

from collections.abc import Sequence

from etl.config import Heading, Source
from etl.records import RECORDS
from etl.sources.documents import read_records
from etl.sources.errors import SourceError
from etl.sources.mapping import counting, mapped
from etl.sources.pull import Record


def key_field(source: Source) -> str:
    """The field that names a row. Raises SourceError where the source does not map it: no record can be told apart."""
    field = str(RECORDS[source.record].fact.info["key"][1])
    if field not in source.fields:
        raise SourceError(
            f"source '{source.name}': what was deleted there can't be told without a key of its own. Map {field} in"
            " [source.fields], to a column or to columns joined."
        )
    return field


def key_columns(source: Source) -> tuple[str, ...]:
    """Columns that the key, and whether a record is a row at all, are told by."""
    headings: tuple[Heading, ...] = (*source.fields[key_field(source)].headings, *source.only, *source.skip)
    return tuple(dict.fromkeys(str(one) for one in headings))


def mapped_keys(source: Source, records: Sequence[Record]) -> list[str]:
    """The key of each record that is a row and has one, as its fact carries it: joined, looked up, people hashed.

    The records may lack every column but key_columns.
    """
    field = key_field(source)
    columns = frozenset(str(one) for one in (*source.headings, *source.optional_headings, *source.expect))
    found: list[str] = []
    for cells in read_records(records, source.address, source, columns):
        found += mapped(counting(cells, source), source).rows[field].dropna().astype(str).tolist()
    return found
