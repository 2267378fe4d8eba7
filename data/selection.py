"""Selection: what a figure is about. Kept in the address, so a link reproduces a view."""

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

from data.errors import BadSelection

MONTH = re.compile(r"^(\d{4})-(\d{2})$")


@dataclass(frozen=True)
class Selection:
    """Period (both ends included), members of each dimension (empty: all), and the run as of which it is asked.

    Members are ids: ADO, nisz, KSH codes; counties by name. `as_of` is a run number; None is the newest.
    """

    first: date | None = None
    last: date | None = None
    services: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    ticket_types: tuple[str, ...] = ()
    joining_types: tuple[str, ...] = ()
    size_bands: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    as_of: int | None = None

    def __post_init__(self) -> None:
        if self.first and self.last and self.first > self.last:
            raise BadSelection(f"The period ends ({self.last}) before it begins ({self.first}). Swap the two.")

    @classmethod
    def of_year(cls, year: int) -> "Selection":
        """The whole calendar year."""
        return cls(first=date(year, 1, 1), last=date(year, 12, 31))

    @classmethod
    def from_query(cls, query: Mapping[str, str | None]) -> "Selection":
        """From an address' query or the command line. Unknown keys are left alone; raises BadSelection."""
        members = {field: _split(query.get(key)) for key, field in KEYS.items()}
        return cls(
            first=_day(query.get("from"), end=False),
            last=_day(query.get("to"), end=True),
            as_of=_run(query.get("run")),
            **members,
        )

    def to_query(self) -> dict[str, str]:
        """The shortest query that from_query reads back to the same selection."""
        query = {}
        if self.first:
            query["from"] = _written(self.first, end=False)
        if self.last:
            query["to"] = _written(self.last, end=True)
        for key, field in KEYS.items():
            if members := getattr(self, field):
                query[key] = ",".join(members)
        if self.as_of is not None:
            query["run"] = str(self.as_of)
        return query

    def previous(self) -> "Selection":
        """The period of the same length just before: whole months before whole months, else as many days."""
        if not (self.first and self.last):
            return self
        before = self.first - timedelta(days=1)
        if self.first.day == 1 and self.last == _month_end(self.last):
            months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
            year, month = divmod(self.first.year * 12 + self.first.month - 1 - months, 12)
            return replace(self, first=date(year, month + 1, 1), last=before)
        return replace(self, first=before - (self.last - self.first), last=before)

    def with_period(self, first: date | None, last: date | None) -> "Selection":
        """The same members in another period."""
        return replace(self, first=first, last=last)


KEYS = {
    "service": "services",
    "actor": "actors",
    "county": "counties",
    "municipality": "municipalities",
    "priority": "priorities",
    "type": "ticket_types",
    "joining": "joining_types",
    "size": "size_bands",
    "source": "sources",
}
assert set(KEYS.values()) < {field.name for field in fields(Selection)}, "every key names a field"


def _split(text: str | None) -> tuple[str, ...]:
    parts: Iterable[str] = (part.strip() for part in (text or "").split(","))
    return tuple(sorted({part for part in parts if part}))


def _day(text: str | None, *, end: bool) -> date | None:
    """A day, or the first or last day of a month."""
    if not text:
        return None
    try:
        if found := MONTH.match(text):
            first = date(int(found[1]), int(found[2]), 1)
            return _month_end(first) if end else first
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadSelection(f"{text!r} is not a period. Write 2025-03 or 2025-03-31.") from error


def _written(day: date, *, end: bool) -> str:
    whole = day == _month_end(day) if end else day.day == 1
    return day.strftime("%Y-%m") if whole else day.isoformat()


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _run(text: str | None) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise BadSelection(f"{text!r} is not a run. Write its number, as `asp-etl status` shows it.")
    return int(text)
