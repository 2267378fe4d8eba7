"""Mappings that would set most rows aside: fields that take few values, and columns that hold others."""

from collections.abc import Sequence

from etl.analyst.init.codes import ALLOWED, canonical, passes
from etl.analyst.init.fitting import fits
from etl.fields import Kind, kind_of

MOST_UNREAD = 0.5  # of the values; of a column with fewer, the rest is listed to be decided
_TAKE_ANY = ("channel",)


def reads(field: str, value: str) -> bool:
    """Whether a row with this value would be loaded by what is proposed for it.

    A number may count up or down, so no number is proposed as a priority: which end is urgent is for the reader.
    """
    numbered = field.endswith("priority") and value.isdigit()
    return passes(field, value) or (canonical(field, value) is not None and not numbered)


def is_doubtful(field: str, values: Sequence[str]) -> bool:
    """Whether the field is better left out until somebody says what the values mean; its default holds until then."""
    if not values or field in _TAKE_ANY:
        return False
    if kind_of(field) is Kind.FLAG:
        return not fits(field, values)
    if field not in ALLOWED:
        return False
    return sum(not reads(field, value) for value in values) > MOST_UNREAD * len(values)
