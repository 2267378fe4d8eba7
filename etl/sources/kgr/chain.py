"""The reports of a source in their order, so that cumulative ones become what each adds to the one before."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from etl.config import Source
from etl.sources.cells import Cells, cells_of
from etl.sources.errors import UnreadableInput
from etl.sources.headings import positions
from etl.sources.kgr.heads import Period
from etl.sources.kgr.increments import increments
from etl.sources.kgr.lowest import Place, Row
from etl.sources.kgr.report import Report, Sheets, identity, report_of
from etl.sources.kgr.words import AMOUNTS
from etl.sources.rendering import rendered
from etl.sources.workbooks import read_sheets

if TYPE_CHECKING:
    from etl.sources.inputs import Input

_SAID = ("form", "line", "name", "account", "function")
_TOLD = ("unit", "year", "period", "body", "body_id", "line_id")
COLUMNS = (*_SAID, *AMOUNTS, *_TOLD)
"""What a form's line gives; original to performed in forints, period as a day, line_id a key of the line."""

_LABELS = ("_file", "_member")
_BODY = "_body"
"""Label of an input that says whose report it is, whatever each of its heads says."""


@dataclass(frozen=True)
class _Known:
    """A workbook whose head could be read. body_id, body: what its head says; told: what the source's fields say."""

    input: "Input"
    body_id: str | None
    body: str | None
    told: str | None
    period: Period
    cumulative: bool

    @property
    def order(self) -> tuple[int, bool]:
        """A plan comes before the first month, a report of the year after that of its last month."""
        return (0 if self.period.plan else self.period.last, self.period.whole)


def chained(found: Iterable["Input"], source: Source) -> Iterator["Input"]:
    """Each workbook with the earlier cumulative reports of its body and year as parts, in the order found.

    One that cannot be read holds back every other, unless it is the only one or the source is not cumulative: it may be
    the one that another builds on.
    """
    inputs = list(found)
    known, broken = _known(inputs, source)
    alone = len(inputs) == 1 or source.cumulative is False
    bodies = _bodies(known)
    groups: dict[tuple[str, int], list[_Known]] = defaultdict(list)
    for at, report in known.items():
        if report.cumulative:
            groups[bodies[at], report.period.year].append(report)
    for at, one in enumerate(inputs):
        if at in broken:
            yield replace(one, opener=_raising(broken[at]))
        elif broken and not alone:
            problem = f"is not loaded while {inputs[min(broken)].name} cannot be read: it may build on it."
            yield replace(one, opener=_raising(UnreadableInput(one.name, problem, "Correct that one first.")))
        else:
            own = known[at]
            yield _linked(own, bodies[at], groups[bodies[at], own.period.year] if own.cumulative else [own])


def _known(inputs: Iterable["Input"], source: Source) -> tuple[dict[int, _Known], dict[int, Exception]]:
    """By place: what could be told of a workbook, or why nothing could."""
    known: dict[int, _Known] = {}
    broken: dict[int, Exception] = {}
    for at, one in enumerate(inputs):
        try:
            head, period = identity(_sheets(one, source), one.name, source, _year(one, source))
            cumulative = _is_cumulative(period, one.name, source)
            known[at] = _Known(one, head.body_id, head.body, _told(one, source), period, cumulative)
        except Exception as error:  # whatever a broken file does to a parser, it is that file that fails
            broken[at] = error
    return known, broken


def _bodies(known: Mapping[int, _Known]) -> dict[int, str]:
    """Whose each report is: by number, else by the number of a namesake, else by what names it; the only body of a
    source has the reports that name none."""
    numbers = {one.body: one.body_id for one in known.values() if one.body and one.body_id}
    named = {at: one.body_id or numbers.get(one.body or "") or one.told or one.body for at, one in known.items()}
    only = {name for name in named.values() if name}
    return {at: name or (next(iter(only)) if len(only) == 1 else "") for at, name in named.items()}


def _sheets(one: "Input", source: Source) -> Sheets:
    with one.open() as stream:
        return read_sheets(stream, one.name, source)


def _told(one: "Input", source: Source) -> str | None:
    """The body that the source's fields tell, by the file's name or for all."""
    fields = ("municipality", "actor")
    constants = (source.fields[field].value for field in fields if field in source.fields)
    return next((name for name in (*(_labelled(one, source, field) for field in fields), *constants) if name), None)


def _is_cumulative(period: Period, name: str, source: Source) -> bool:
    """Whether amounts count from the first day of the year, as the treasury's reports do unless they say else."""
    if source.cumulative and period.first != 1:
        problem = f"covers months {period.first} to {period.last} only, the source says cumulative = true."
        raise UnreadableInput(name, problem, "Correct cumulative of the source, or the head of the form.")
    return period.first == 1 if source.cumulative is None else source.cumulative


def _year(one: "Input", source: Source) -> int | None:
    told = _labelled(one, source, "fiscal_year") or source.fields["fiscal_year"].value or ""
    return int(told) if re.fullmatch(r"\d{4}", told) else None


def _labelled(one: "Input", source: Source, field: str) -> str | None:
    """The part of the file's or member's name that a field is mapped to."""
    origin = source.fields.get(field)
    if origin is None or origin.column not in _LABELS:
        return None
    found = re.search(origin.pattern or "(.*)", one.labels.get(str(origin.column), ""))
    return found[1] if found else None


def _linked(own: _Known, body: str, group: list[_Known]) -> "Input":
    """The input with its earlier reports; it fails when another has the same body and period."""
    twins = [one.input.name for one in group if one.order == own.order]
    if len(twins) > 1:
        problem = f"is one of several reports of the same body and period ({own.period.words}): {', '.join(twins)}."
        error = UnreadableInput(own.input.name, problem, "Leave only the one that counts in path.")
        return replace(own.input, opener=_raising(error))
    earlier = [one.input for one in sorted(group, key=lambda one: one.order) if one.order < own.order]
    labelled = replace(own.input, labels={**own.input.labels, _BODY: body})
    parts = (*earlier, labelled)
    digest = hashlib.sha256("/".join([body, *(str(part.content_hash) for part in parts)]).encode()).hexdigest()
    number = len(parts) if own.cumulative else None
    key, last = _key(body, own.period, number), own.order == max(one.order for one in group)
    return replace(
        labelled, content_hash=digest, parts=lambda: iter(parts), owns=lambda one: _is_own(one, key, number, last)
    )


def _is_own(line_id: str, key: tuple[str, str], number: int | None, last: bool) -> bool:
    """Whether a line is of the report with this key, or of one after the last, which is there no more."""
    if not line_id.startswith(f"{key[0]}/"):
        return False
    if number is None:
        return True
    ordinal = line_id.rsplit("/", 1)[-1]
    return ordinal.isdigit() and (int(ordinal) == number or (last and int(ordinal) > number))


def _raising(error: Exception) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        raise error

    return opened


def read_kgr(parts: Iterable["Input"], source: Source) -> Iterator[Cells]:
    """The lowest lines of the last of some reports, as what it adds to those before it.

    Raises UnreadableInput for a workbook that is no report, or does not add up.
    """
    inputs = list(parts)
    own, reports = inputs[-1], [_report(one, inputs[-1], source) for one in inputs]
    last = reports[-1]
    number = len(reports) if _is_cumulative(last.period, own.name, source) else None
    key = _key(own.labels[_BODY], last.period, number)
    rows = increments(reports)
    places = positions(COLUMNS, source, own.name)
    texts = [_texts(place, row, last, key, source) for place, row in rows.items()]
    cells = [[row[COLUMNS[at]] for at in places.values()] for row in texts]
    yield replace(cells_of(list(places), cells, [row.at for row in rows.values()]), typed=True)


def _report(one: "Input", own: "Input", source: Source) -> Report:
    try:
        return report_of(_sheets(one, source), one.name, source, _year(one, source))
    except UnreadableInput as error:
        if one is own:
            raise
        raise UnreadableInput(own.name, f"builds on an earlier report. {error}", "") from error


def _key(body: str, period: Period, number: int | None) -> tuple[str, str]:
    """What the keys of a report's lines begin and end with: by number, a report that takes the place of an only one
    before it keeps its keys."""
    head = f"{body}/" if body else ""
    return (f"{head}{period.year}", str(number)) if number else (f"{head}{period.words}", "")


def _texts(place: Place, row: Row, report: Report, key: tuple[str, str], source: Source) -> dict[str, str | None]:
    account, function = place
    period, first = report.period, key[1] == "1"
    month = 1 if period.plan or (period.whole and (first or not key[1])) else period.last
    return {
        "form": row.form, "line": row.number, "name": row.name, "account": account, "function": function or None,
        **{kind: rendered(row.amounts.get(kind), source.decimal) for kind in AMOUNTS},
        "unit": report.unit, "year": str(period.year), "period": f"{period.year}-{month:02}-01", "body": report.body,
        "body_id": report.body_id, "line_id": "/".join(part for part in (key[0], account, function, key[1]) if part),
    }  # fmt: skip
