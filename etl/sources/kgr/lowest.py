"""The lowest lines of a report's forms, each amount once: those of 05 and 06 take the place of the same in 01 to 04."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

from etl.config import Source
from etl.sources.kgr.balance import Entry, Mismatch, check_form, check_functions, check_result
from etl.sources.kgr.tables import Line, Table
from etl.sources.kgr.words import AMOUNTS, Amount

Place = tuple[str, str]
"""Rovat and government function ("" where it is not told)."""
_SIDES = {"K": ("01", "03", "05"), "B": ("02", "04", "06")}
_FINANCING = ("K9", "B8")


@dataclass(frozen=True)
class Row:
    """A lowest line, in forints (a fraction only if the form has one); at: line of its sheet."""

    form: str
    number: str
    name: str
    at: int
    amounts: dict[Amount, Decimal]


def lowest_rows(found: Sequence[Table], kind: Amount, source: Source) -> dict[Place, Row]:
    """Rows by rovat and function, in the order of the forms. kind: what an amount is whose heading does not say it.

    Raises Mismatch for forms that do not add up, or deny each other.
    """
    return dict(_rows(_sorted(found, kind), source))


def _sorted(found: Sequence[Table], kind: Amount) -> dict[str, list[list[Line]]]:
    """The lines of the tables by what they hold: K and B (forms 01 to 04), Kf and Bf (05 and 06), 07."""
    sorted_: dict[str, list[list[Line]]] = {}
    for table in found:
        if table.form == "07":
            sorted_.setdefault("07", []).append(table.lines)
            continue
        divided = table.form in ("05", "06") or any(function for line in table.lines for function, _ in line.amounts)
        lines = [_told(line, kind, divided) for line in table.lines]
        for side in _SIDES:
            if own := [line for line in lines if _side(line, lines) == side]:
                sorted_.setdefault(f"{side}{'f' * divided}", []).append(own)
    return sorted_


def _side(line: Line, lines: Sequence[Line]) -> str | None:
    """K or B, of a line without a rovat that of the first line that has one."""
    own = line.naming.code or next(iter(line.naming.groups), None)
    return own[0] if own else next((one.naming.code[0] for one in lines if one.naming.code), None)


def _told(line: Line, kind: Amount, divided: bool) -> Line:
    """The line with the amounts that no heading names as what its form holds."""
    if not any(own == "value" for _, own in line.amounts):
        return line
    if not divided:
        raise Mismatch(f"{line.place}: no heading says which amount this is (eredeti, módosított, teljesítés)")
    return replace(
        line, amounts={(f, kind if own == "value" else own): value for (f, own), value in line.amounts.items()}
    )


def _rows(found: Mapping[str, list[list[Line]]], source: Source) -> Iterator[tuple[Place, Row]]:
    """The lowest lines of both sides; Raises Mismatch."""
    performed: dict[str, Decimal] = {}
    for side, (budget, financing, divided) in _SIDES.items():
        wanted = source.forms or (budget, financing, divided)
        plain = check_form(found.get(side, [])) if {budget, financing} & set(wanted) else {}
        plain = {
            code: one for code, one in plain.items() if (financing if code[:2] in _FINANCING else budget) in wanted
        }
        by_function = check_form(found.get(f"{side}f", [])) if divided in wanted else {}
        for code, entry in plain.items():
            if (None, "performed") in entry.amounts:
                performed[code[:2]] = performed.get(code[:2], Decimal(0)) + entry.amounts[None, "performed"]
        replaced = _replaced(plain, by_function)
        yield from _plain_rows(plain, replaced, (budget, financing))
        yield from _divided_rows(by_function, divided)
    for lines in found.get("07", []):
        if not source.forms or "07" in source.forms:
            check_result(lines, performed)


def _replaced(plain: Mapping[str, Entry], divided: Mapping[str, Entry]) -> set[tuple[str, Amount]]:
    """Main groups and amounts that 05 or 06 give by function, so that 01 to 04 must not count them again."""
    told = {(code[:2], cast(Amount, kind)) for code, entry in divided.items() for _, kind in entry.amounts}
    own = {(code[:2], cast(Amount, kind)) for code, entry in plain.items() for _, kind in entry.amounts}
    for group, kind in sorted(told & own):
        check_functions(plain, divided, group, kind)
    return told & own


def _plain_rows(
    plain: Mapping[str, Entry], replaced: set[tuple[str, Amount]], forms: tuple[str, str]
) -> Iterator[tuple[Place, Row]]:
    for code, entry in plain.items():
        amounts = {kind: entry.amounts[None, kind] for kind in AMOUNTS if (None, kind) in entry.amounts}
        kept = {kind: value for kind, value in amounts.items() if (code[:2], kind) not in replaced}
        if kept:
            yield (code, ""), _row(entry, forms[code[:2] in _FINANCING], kept)


def _divided_rows(divided: Mapping[str, Entry], form: str) -> Iterator[tuple[Place, Row]]:
    """A row per function that has an amount; the column of all functions only where there are no others."""
    for code, entry in divided.items():
        functions: list[str | None] = [*dict.fromkeys(function for function, _ in entry.amounts if function)]
        for function in functions or [None]:
            amounts = {kind: entry.amounts[function, kind] for kind in AMOUNTS if (function, kind) in entry.amounts}
            if any(amounts.values()):
                yield (code, function or ""), _row(entry, form, amounts)


def _row(entry: Entry, form: str, amounts: dict[Amount, Decimal]) -> Row:
    return Row(form, entry.line.number, entry.line.name, entry.line.at, amounts)
