"""Whether the values of a column can be what a field holds."""

from collections.abc import Sequence

from etl.analyst.init import values as told
from etl.analyst.init.codes import ALLOWED, canonical, passes
from etl.fields import Kind, kind_of

DATES = frozenset({Kind.TIME, Kind.DATE})
NUMBERS = frozenset({Kind.WHOLE, Kind.LONG, Kind.HUF, Kind.NUMBER})
FLAGS = frozenset({"true", "false", "1", "0", "yes", "no", "y", "n", "igen", "nem", "i", "igaz", "hamis"})
MONTH = "period_on"  # any day of a month stands for it, and so does the month alone
FEW = 60  # distinct codes of a column that is one
FIRST_YEAR, LAST_YEAR = 1990, 2100


def fits(field: str, values: Sequence[str]) -> bool:
    """Whether nearly all values could be values of the field; one without values fits everything but a yes or no."""
    kind = kind_of(field)
    if not values:
        return kind is not Kind.FLAG
    if kind in DATES:
        return told.is_date(values) or (field == MONTH and told.is_month(values))
    if kind is Kind.FLAG:
        return all(value.lower() in FLAGS for value in values[:500])
    if field == "level":
        return all(passes(field, value) or canonical(field, value) for value in values[:500])
    if kind in NUMBERS:
        return _is_number(field, values)
    if told.is_date(values) and field != "started_on":
        return field in ("run",)
    if field in ALLOWED:
        return len(set(values)) <= FEW
    return True


def _is_number(field: str, values: Sequence[str]) -> bool:
    if not told.is_number(values):
        return False
    if field == "fiscal_year":
        return all(value.isdigit() and FIRST_YEAR <= int(value) <= LAST_YEAR for value in values[:500])
    if field in ("satisfaction", "wave"):
        return all(len(value) == 1 for value in values[:500])
    return not any(value.count(".") == 2 and told.is_date(values) for value in values[:1])
