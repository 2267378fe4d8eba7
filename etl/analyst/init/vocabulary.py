"""Every heading that some field is known by."""

from functools import cache

from etl.analyst.init.headings import plain, readings
from etl.analyst.init.synonyms import synonyms
from etl.fields import FIELDS


@cache
def _headings() -> frozenset[str]:
    return frozenset(
        plain(one).replace(" ", "")
        for record, fields in FIELDS.items()
        for field in fields
        for one in synonyms(record, field)
    )


def is_known(heading: str) -> bool:
    """Whether the heading means a field of some record."""
    return any(reading.replace(" ", "") in _headings() for reading in readings(heading))


@cache
def ranks(record: str) -> dict[str, dict[str, int]]:
    """Field -> its headings without spaces -> their rank (0 is the plainest)."""
    return {
        field: {plain(one).replace(" ", ""): rank for rank, one in reversed(list(enumerate(synonyms(record, field))))}
        for field in FIELDS[record]
    }
