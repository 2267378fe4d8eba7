"""A workbook as one report: whose, of which period, in which unit, and its lowest lines once everything agrees."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from etl.config import Source
from etl.sources.errors import UnreadableInput
from etl.sources.kgr.balance import Mismatch
from etl.sources.kgr.heads import Head, Period
from etl.sources.kgr.lowest import Place, Row, lowest_rows
from etl.sources.kgr.tables import LAST, Table, form_of_sheet, tables
from etl.sources.kgr.words import FACTORS, Amount

Sheets = Sequence[tuple[str, Sequence[Sequence[Any]]]]


@dataclass(frozen=True)
class Report:
    """kinds: the amounts that any of its forms tells; rows by rovat and function, in the order of the forms."""

    body: str | None
    body_id: str | None
    period: Period
    unit: str
    kinds: frozenset[Amount]
    rows: dict[Place, Row]


def report_of(sheets: Sheets, name: str, source: Source, year: int | None = None) -> Report:
    """The report that the sheets of a workbook are. year: of the source's description, where the workbook says none.

    Raises UnreadableInput: no form found, unit or year not told or told in two ways, a form that does not add up.
    """
    head, found = _read(sheets, name, source)
    period, unit = _period(head, name, year), _unit(head, name, source)
    try:
        rows = lowest_rows(found, "original" if period.plan else "performed", source)
    except Mismatch as error:
        advice = "Correct the workbook, or leave a line or form out with skip or forms of the source."
        raise UnreadableInput(name, f"does not add up: {error}.", f"Nothing of it is loaded. {advice}") from error
    scaled = {place: replace(row, amounts=_times(row.amounts, FACTORS[unit])) for place, row in rows.items()}
    kinds = frozenset(kind for row in rows.values() for kind in row.amounts)
    return Report(head.body, head.body_id, period, unit, kinds, scaled)


def _times(amounts: Mapping[Amount, Decimal], factor: int) -> dict[Amount, Decimal]:
    return {kind: value * factor for kind, value in amounts.items()}


def identity(sheets: Sheets, name: str, source: Source, year: int | None = None) -> tuple[Head, Period]:
    """Whose report it is, as far as its heads tell, and of which period. Raises UnreadableInput."""
    head, _ = _read(sheets, name, source)
    return head, _period(head, name, year)


def _read(sheets: Sheets, name: str, source: Source) -> tuple[Head, list[Table]]:
    """The tables of the forms that are ours, and what all heads say."""
    head, found = Head(), []
    for sheet, rows in sheets:
        own, other = tables(sheet, rows, name, source)
        head.add(other)
        _refuse_headless(sheet, rows, own, name)
        found += [_kept(table, source) for table in own]
    numbered = [table for table in found if table.form is None or int(table.form) <= LAST]
    ours = [table for table in numbered if table.form == "07" or any(line.naming.code for line in table.lines)]
    if not any(line.naming.code for table in ours for line in table.lines):
        shown = ", ".join(f"'{sheet}'" for sheet, _ in sheets)
        raise UnreadableInput(
            name,
            f"holds no form of the treasury's budget report; its sheets are {shown}.",
            "A form has headings (Megnevezés, Eredeti előirányzat, Teljesítés) and lines with a rovat such as (K1101).",
        )
    _refuse_unlike(ours, name)
    for table in ours:
        head.add(table.head)
        head.units |= table.headings.units
    if not head.years:
        head.years = set().union(*(table.headings.years for table in ours))
    return head, ours


def _refuse_unlike(ours: Sequence[Table], name: str) -> None:
    """Forms 01 to 04 of one report have the same columns: one that lacks a column has it under another heading."""
    plain = [table for table in ours if "value" not in table.kinds and table.form not in ("05", "06", "07")]
    told = set().union(*(table.kinds for table in plain)) - {"committed"}
    for table in plain:
        if lacking := sorted(told - table.kinds):
            problem = f"has no column for '{lacking[0]}', which other forms of the workbook have."
            raise UnreadableInput(f"{name}[{table.sheet}]", problem, "Correct its headings.")


def _refuse_headless(sheet: str, rows: Sequence[Sequence[Any]], own: list[Table], name: str) -> None:
    form = form_of_sheet(sheet)
    if (
        not own
        and form in {"01", "02", "03", "04", "05", "06"}
        and any(str(cell).strip() for row in rows for cell in row)
    ):
        problem = "looks like a form by its name, but no line of it has the headings Megnevezés and an amount."
        raise UnreadableInput(f"{name}[{sheet}]", problem, "Correct its headings, or name the other sheets with sheet.")


def _kept(table: Table, source: Source) -> Table:
    """The table without the lines that the source skips by their name."""
    pattern = source.skip.get("name")
    return replace(table, lines=[line for line in table.lines if not (pattern and re.search(pattern, line.name))])


def _unit(head: Head, name: str, source: Source) -> str:
    """The unit that the heads tell, or else the declared one."""
    if len(head.units) > 1:
        shown = ", ".join(sorted(head.units))
        raise UnreadableInput(name, f"tells its unit in several ways ({shown}).", "Correct the heads of its forms.")
    unit = next(iter(head.units), None) or source.unit
    if unit is None:
        advice = 'Write unit = "forint" or unit = "thousand" into the source.'
        raise UnreadableInput(name, "says nowhere whether its amounts are forints or thousands.", advice)
    if unit not in FACTORS:
        raise UnreadableInput(name, f"gives its amounts in {unit}s.", "Deliver it in forints or thousands of forints.")
    if source.unit and source.unit != unit:
        advice = "Correct unit of the source, or the head of the form."
        raise UnreadableInput(name, f"says that its unit is {unit}, the source says {source.unit}.", advice)
    return unit


def _period(head: Head, name: str, year: int | None) -> Period:
    shown = ", ".join(map(str, sorted(head.years)))
    if year is not None and head.years and year not in head.years:
        advice = "Correct fiscal_year of the source, or the head of the form."
        raise UnreadableInput(name, f"is of {shown}, the source says {year}.", advice)
    if year is None and len(head.years) > 1:
        raise UnreadableInput(
            name, f"names several years ({shown}).", "Write fiscal_year = { value = 2025 } or the like."
        )
    own = year if year is not None else next(iter(head.years), None)
    if own is None:
        raise UnreadableInput(
            name, "does not say its year.", "Write fiscal_year = { value = 2025 } into the fields of the source."
        )
    if len(head.months) > 1:
        raise UnreadableInput(name, "names several periods in its heads.", "Deliver a workbook per period.")
    if not head.months:
        return Period(own, plan=head.plan, whole=not head.plan)
    first, last = next(iter(head.months))
    if not 1 <= first <= last <= 12:
        raise UnreadableInput(name, f"names a period that is none (months {first} to {last}).", "Correct its head.")
    return Period(own, first, last, whole=(first, last) == (1, 12))
