"""Do the forms of a report add up? Totals against their lowest lines, formulas, and the forms against each other."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from etl.sources.kgr.tables import Key, Line
from etl.sources.kgr.words import Kind, folded

Sums = dict[Key, Decimal]
_NIL = Decimal(0)
_FINANCING = ("K9", "B8")
_RESULT = re.compile(r"(alaptevekenyseg|vallalkozasi tevekenyseg) (koltsegvetesi|finanszirozasi) (bevetel|kiadas)ei\b")


class Mismatch(Exception):
    """Amounts of a report that should be equal and are not, or an amount that nothing explains."""


@dataclass(frozen=True)
class Entry:
    """A rovat of a form: its first line and its amounts, from as many lines as functions or tables give it in."""

    code: str
    line: Line
    amounts: Sums


def entries(lines: Iterable[Line]) -> dict[str, Entry]:
    """Every rovat of some lines; parts and lines without one are none. Raises Mismatch for one that stands twice."""
    found: dict[str, Entry] = {}
    for line in lines:
        code = line.naming.code
        if code is None or line.naming.part:
            continue
        known = found.get(code)
        if known and known.amounts.keys() & line.amounts.keys():
            raise Mismatch(
                f"rovat {code} stands twice, at {known.line.place} and {line.place}, the second not marked 'ebből'"
            )
        found[code] = Entry(code, known.line if known else line, {**(known.amounts if known else {}), **line.amounts})
    return found


def lowest(found: Mapping[str, Entry]) -> dict[str, Entry]:
    """The entries with no other of them below: the sum of these is the sum of the form."""
    return {code: entry for code, entry in found.items() if not any(_below(other, code) for other in found)}


def _below(code: str, parent: str) -> bool:
    return code != parent and code.startswith(parent)


def check_form(tables: Sequence[Sequence[Line]]) -> dict[str, Entry]:
    """The lowest entries of the tables of one side, once every total and every formula agrees with them.

    Raises Mismatch naming the line, what it says and what its parts sum up to.
    """
    found = entries(line for lines in tables for line in lines)
    leaves = lowest(found)
    _refuse_uncomputed(leaves, tables)
    for entry in found.values():
        if entry.code not in leaves:
            _agree(entry.line, entry.amounts, _total(one for one in leaves.values() if _below(one.code, entry.code)))
    for lines in tables:
        for line in lines:
            if not line.naming.part:
                _check_line(line, lines, leaves, found)
    for entry in found.values():
        _check_across(entry)
    return leaves


def _refuse_uncomputed(leaves: Mapping[str, Entry], tables: Sequence[Sequence[Line]]) -> None:
    """A total without a value says nothing; a lowest line without one would be lost."""
    for line in (line for lines in tables for line in lines):
        if line.uncomputed and not line.naming.part and line.naming.code in leaves:
            raise Mismatch(f"{line.place} holds a formula that was never computed; open the workbook and save it again")


def _check_line(line: Line, lines: Sequence[Line], leaves: Mapping[str, Entry], found: Mapping[str, Entry]) -> None:
    """A line that is its own total: one that sums parts only, a span of groups, a formula, or "összesen"."""
    code, groups = line.naming.code, line.naming.groups
    if code is not None:
        if code in leaves and (parts := _formula(line, lines)) is not None and _only_parts(line, lines):
            _agree(line, line.amounts, parts)
    elif groups:
        told = _total(one for one in leaves.values() if one.code[:2] in groups)
        missing = {group for group in groups if not any(known.startswith(group) for known in found)}
        if not missing & set(_FINANCING):  # those stand on another form, which may not be there
            _agree(line, line.amounts, told)
    elif (sums := _formula(line, lines)) is not None:
        _agree(line, line.amounts, sums)
    elif any(line.amounts.values()) and not _referred(line, lines):
        _check_unnamed(line, lines, leaves)


def _check_unnamed(line: Line, lines: Sequence[Line], leaves: Mapping[str, Entry]) -> None:
    own = {one.naming.code for one in lines}
    everything = _total(leaves.values())
    table = _total(entry for code, entry in leaves.items() if code in own)
    if "osszesen" not in folded(line.name) and "foosszeg" not in folded(line.name):
        raise Mismatch(f"{line.place} has amounts but no rovat and no formula, so nobody can tell what it is part of")
    if _difference(line.amounts, table):
        _agree(line, line.amounts, everything)


def _formula(line: Line, lines: Sequence[Line]) -> Sums | None:
    """What a line's formula gives; a line that is not printed counts as nothing. None without a formula to go by."""
    members = [(sign, one) for sign, one in _members(line, lines)]
    if not members:
        return None
    if any(not one.naming.part for _, one in members):
        members = [(sign, one) for sign, one in members if not one.naming.part]
    sums: Sums = {}
    for sign, one in members:
        for key, value in one.amounts.items():
            sums[key] = sums.get(key, _NIL) + sign * value
    return sums


def _members(line: Line, lines: Sequence[Line]) -> Iterator[tuple[int, Line]]:
    for sign, term in line.naming.terms:
        for one in lines:
            if (
                one is not line
                and term in (one.number, one.naming.code)
                and not (term == one.naming.code and one.naming.part)
            ):
                yield sign, one


def _only_parts(line: Line, lines: Sequence[Line]) -> bool:
    return all(one.naming.part or one.naming.code is None for _, one in _members(line, lines))


def _referred(line: Line, lines: Sequence[Line]) -> bool:
    """Whether another line's formula accounts for a line."""
    return bool(line.number) and any((sign, line.number) in one.naming.terms for one in lines for sign in (1, -1))


def _check_across(entry: Entry) -> None:
    """The column of all functions against those of each."""
    for kind in {kind for _, kind in entry.amounts}:
        parts = [value for (function, own), value in entry.amounts.items() if function and own == kind]
        whole = entry.amounts.get((None, kind))
        if parts and whole is not None and sum(parts) != whole:
            raise Mismatch(f"{entry.line.place} says {whole:,} for all functions, but they sum up to {sum(parts):,}")


def check_result(lines: Sequence[Line], performed: Mapping[str, Decimal]) -> None:
    """Form 07 against its own formulas and the performance on forms 01 to 04 (by main group, "K1" ...)."""
    told: dict[tuple[str, ...], Decimal] = {}
    for line in lines:
        if any(not term.isdigit() for _, term in line.naming.terms):
            continue
        if (sums := _formula(line, lines)) is not None:
            _agree(line, line.amounts, sums)
        if found := _RESULT.search(folded(line.name)):
            own = next(iter(line.amounts.values()), _NIL)
            told[found[2], found[3]] = told.get((found[2], found[3]), _NIL) + own
    for (field, side), value in told.items():
        budgetary, letter = field == "koltsegvetesi", "K" if side == "kiadas" else "B"
        groups = [one for one in performed if one[0] == letter and (one not in _FINANCING) == budgetary]
        expected = sum((performed[group] for group in groups), _NIL)
        if groups and expected != value:
            which = f"{letter}, {'budgetary' if budgetary else 'financing'}"
            raise Mismatch(f"form 07 says {value:,} was performed ({which}), forms 01 to 04 say {expected:,}")


def check_functions(plain: Mapping[str, Entry], divided: Mapping[str, Entry], group: str, kind: Kind) -> None:
    """An amount of a main group on form 05 or 06 against 01 to 04, on the level that both have."""
    both = {code for code in (*plain, *divided) if code.startswith(group)}
    for top in sorted(code for code in both if not any(_below(code, other) for other in both)):
        sums = [
            sum(
                value
                for code, entry in found.items() if code.startswith(top)
                for value in _of(entry, kind)
            )
            for found in (plain, divided)
        ]  # fmt: skip
        if sums[0] != sums[1]:
            raise Mismatch(
                f"rovat {top}: {sums[1]:,} by function (form 05 or 06), but {sums[0]:,} on forms 01 to 04 ({kind})"
            )


def _of(entry: Entry, kind: Kind) -> list[Decimal]:
    """The amounts of a kind by function; the one of all functions where it is not divided."""
    parts = [value for (function, own), value in entry.amounts.items() if own == kind and function]
    return parts or [value for (function, own), value in entry.amounts.items() if own == kind]


def _total(found: Iterable[Entry]) -> Sums:
    sums: Sums = {}
    for entry in found:
        for key, value in entry.amounts.items():
            sums[key] = sums.get(key, _NIL) + value
    return sums


def _difference(told: Sums, sums: Sums) -> Key | None:
    return next((key for key, value in told.items() if value != sums.get(key, _NIL)), None)


def _agree(line: Line, told: Sums, sums: Sums) -> None:
    if key := _difference(told, sums):
        function = f", function {key[0]}" if key[0] else ""
        raise Mismatch(
            f"{line.place} says {told[key]:,} ({key[1]}{function}), but its lines sum up to {sums.get(key, _NIL):,}"
        )
