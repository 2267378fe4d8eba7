"""Which column names the service: one whose values are services, before the queue that an adapter would take."""

from collections.abc import Mapping, Sequence

from etl.analyst.init.codes import canonical, passes
from etl.analyst.init.headings import readings
from etl.analyst.init.people import is_free_text
from etl.analyst.init.tables import Column
from etl.analyst.init.vocabulary import ranks
from etl.config import Heading

MOST = 0.5  # of the values are services


def naming_services(
    record: str, columns: Sequence[Column], people: Mapping[Heading, str], given: Column | None
) -> Column | None:
    """The column that names the services best: by its values, else by its heading; given where none is better."""
    others = [column for column in columns if column is not given and _may(column, people)]
    best = max(others, key=_share, default=None)
    own = _share(given) if given is not None else 0.0
    if best is not None and _share(best) > max(own, MOST):
        return best
    if own > MOST:
        return given
    named = [column for column in others if _says_service(record, column)]
    return named[0] if named else given


def _may(column: Column, people: Mapping[Heading, str]) -> bool:
    heading = column.heading
    if not isinstance(heading, str) or not column.values or heading in people:
        return False
    return not is_free_text(heading, column.values)


def _share(column: Column) -> float:
    """How many of the values are known services."""
    some = column.values[:2000]
    return sum(passes("service", value) or canonical("service", value) is not None for value in some) / max(
        len(some), 1
    )


def _says_service(record: str, column: Column) -> bool:
    known = ranks(record).get("service", {})
    return any(form.replace(" ", "") in known for form in readings(str(column.heading)))
