"""What a table is, and which column is which field: by its headings first, held against what its values allow."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.reference.names import fold_accents
from etl.analyst.init import values as told
from etl.analyst.init.codes import ALLOWED, canonical, passes
from etl.analyst.init.doubts import is_doubtful
from etl.analyst.init.fitting import DATES, NUMBERS, fits
from etl.analyst.init.headings import plain, readings
from etl.analyst.init.matrix import AMOUNT, PERIOD, unpivoted
from etl.analyst.init.people import is_address, is_free_text, is_name, why_people
from etl.analyst.init.ready import READY
from etl.analyst.init.services import naming_services
from etl.analyst.init.synonyms import FILE_WORDS
from etl.analyst.init.tables import Column, NotATable, Table
from etl.analyst.init.vocabulary import ranks
from etl.config import Heading
from etl.fields import FIELDS, PERSON_FIELDS, Kind, kind_of
from etl.records import RECORDS

MOST_CODES = 40  # distinct values that are listed
LAST_PART = 100  # how much less the last part of a dotted path says than the whole of it
Known = Mapping[str, Mapping[str, Any]]
"""record -> field -> column, or an entry of sources.toml: what an adapter proposes for its own records."""

MATRIX: Known = {"budget": {"period_on": PERIOD, "spent_huf": AMOUNT}}
CODED = (*ALLOWED, "service", "actor")
KEYS = {
    "ticket": "ticket_id", "event": "ticket_id", "event_log": "ticket_id", "contract": "contract_id",
    "amendment": "amendment_id", "contract_service": "contract_id", "role_holder": "holder_key",
    "training": "enrolment_id", "budget": "line_id", "usage": "usage_id",
}  # fmt: skip
_TYPE_WORDS = {
    "problem": "problema problemak problem problems",
    "change": "valtozas valtoztatas valtozasok valtoztatasok change changes",
    "demand": "igeny igenyek demand demands",
    "security_finding": "biztonsag biztonsagi megallapitas megallapitasok security finding findings audit",
    "continuity_test": "helyreallitas helyreallitasi proba probak continuity drill",
}
_KIND_WORDS = {
    "joining": "csatlakozas csatlakozasi joining",
    "award": "kozbeszerzes award awards tender tenders hirdetmeny",
    "underpinning": "szallito szallitoi supplier suppliers",
    "service": "szolgaltatasi",
}


@dataclass(frozen=True)
class Origin:
    """Where a field comes from: a column, or an entry of its own ({ value = … }); and why, where that is not plain."""

    field: str
    column: Column | None = None
    entry: Mapping[str, Any] | str | None = None
    note: str = ""


@dataclass(frozen=True)
class Proposal:
    """record and fields of a source. missing: required fields without a column; doubtful: fields that are a comment
    until somebody says what their values mean; left: columns that are not mapped, and why; codes: field -> delivered
    value -> canonical one, None where it is for the reader to say; kept_back: field -> values that may name people and
    are not listed; next_best: the record that came second."""

    table: Table
    name: str
    record: str
    fields: list[Origin]
    missing: list[str]
    doubtful: list[Origin]
    left: list[tuple[Heading, str]]
    codes: dict[str, dict[str, str | None]]
    kept_back: dict[str, int]
    dates: told.Dates
    numbers: told.Numbers
    marks: list[str]
    next_best: str = ""


def propose(table: Table, record: str | None, name: str | None, known: Known | None = None) -> Proposal:
    """The source that fits the table best. record: if it is known.

    Raises NotATable when no column means anything.
    """
    table = unpivoted(table)
    if "unpivot" in table.settings and not known:
        known = MATRIX
    standard = READY.get(table.settings.get("format", ""))
    if standard:
        known, record = standard, record or table.settings.get("record") or next(iter(standard))
    marks = told.missing_marks([column.values for column in table.columns])
    columns = [_without(column, marks) for column in table.columns]
    people = {column.heading: reason for column in columns if (reason := _people(column))}
    options = [record] if record else list(KEYS)
    judged = sorted(((_score(table, one, columns, people, known), one) for one in options), reverse=True)
    chosen = judged[0][1]
    origins = _origins(table, chosen, columns, people, known)
    if not origins:
        shown = ", ".join(str(column.heading) for column in columns if not is_address(str(column.heading)))
        raise NotATable(
            f"{table.name}: no column means anything to record '{chosen}' (columns: {shown[:500]})."
            " Name another record with --record, or write sources.toml by hand (docs: Sources)."
        )
    found = {origin.field for origin in origins}
    missing = [] if standard else [name for name in RECORDS[chosen].required if name not in found]
    mapped = {origin.column.heading for origin in origins if origin.column}
    codes, kept_back = _codes(origins)
    days, amounts = told.dates(_of_kind(origins, DATES)), told.numbers(_of_kind(origins, NUMBERS))
    doubtful = [origin for origin in origins if _in_doubt(origin, chosen)]
    runner = judged[1][1] if len(judged) > 1 and judged[1][0] > judged[0][0] - 3 else ""
    return Proposal(
        table, name or _slug(table, chosen), chosen,
        [origin for origin in origins if origin not in doubtful], missing, doubtful,
        [(column.heading, _why_left(column, people, chosen)) for column in columns if column.heading not in mapped],
        codes, kept_back, days, amounts, marks, runner,
    )  # fmt: skip


def propose_all(tables: Sequence[Table], record: str | None, name: str | None) -> tuple[list[Proposal], list[str]]:
    """A source per table, and why the others are none (sheets of notes, say). Raises NotATable when all are none."""
    found: list[Proposal] = []
    refused: list[NotATable] = []
    for at, table in enumerate(tables, start=1):
        own = name if name is None or len(tables) == 1 else f"{name}-{at}"
        try:
            found.append(propose(table, record, own))
        except NotATable as error:
            refused.append(error)
    if not found:
        raise refused[0]
    return found, [str(error) for error in refused]


def _without(column: Column, marks: Sequence[str]) -> Column:
    return Column(column.heading, [value for value in column.values if value not in marks], column.rows)


def _people(column: Column) -> str | None:
    return why_people(str(column.heading), column.values) if isinstance(column.heading, str) else None


# --- record -----------------------------------------------------------------------------------------------------


def _score(table: Table, record: str, columns: Sequence[Column], people: Mapping[Heading, str], known: Any) -> float:
    """How well a record fits: fields found, required ones most, and what the name of the file says."""
    found = _origins(table, record, columns, people, known)
    fields = {origin.field for origin in found}
    required = RECORDS[record].required
    score = float(len(fields)) + sum(3 if name in fields else -6 for name in required)
    score += 2 * bool(set(_tokens(table.words)) & set(FILE_WORDS.get(record, "").split()))
    key = next((origin.column for origin in found if origin.field == KEYS.get(record) and origin.column), None)
    several = key is not None and len(set(key.values)) < 0.8 * len(key.values)
    if record in ("ticket", "event_log", "event"):
        score -= 4 if several == (record == "ticket") else 0
    return score


def _tokens(words: str) -> list[str]:
    return re.findall(r"[a-z]+", fold_accents(words).lower())


def _slug(table: Table, record: str) -> str:
    """A name for the source from the names of its file and sheet, without suffixes and dates."""
    file = str(table.settings.get("path") or table.name).rsplit("/", 1)[-1]
    if "*" in file:
        file = table.name.rsplit("/", 1)[-1]
    stem = re.sub(r"(\.\w{2,5})+$", "", file)
    own = table.settings.get("sheet") or ("amendments" if record == "amendment" else "")
    text = fold_accents(f"{stem} {own}").lower()
    text = re.sub(r"[^a-z0-9]+", "-", re.sub(r"[-_ ]?(19|20)\d\d([-_.]?\d\d){0,2}", "", text))
    return text.strip("-") or "source"


# --- fields -----------------------------------------------------------------------------------------------------


def _origins(
    table: Table, record: str, columns: Sequence[Column], people: Mapping[Heading, str], known: Known | None
) -> list[Origin]:
    """A column for each field that has one, in the order of the fields, then constants for what must be said."""
    chosen: dict[str, Column] = {}
    given = (known or {}).get(record, {})
    by_heading = {column.heading: column for column in columns}
    for name, heading in given.items():
        if isinstance(heading, str) and heading in by_heading:
            chosen[name] = by_heading[heading]
    if isinstance(given.get("service"), str) and (
        named := naming_services(record, columns, people, chosen.get("service"))
    ):
        chosen["service"] = named
    taken = {column.heading for column in chosen.values()}
    for _, name, column in sorted(_candidates(record, columns, people), key=lambda one: one[0]):
        if name not in chosen and name not in given and column.heading not in taken:
            chosen[name] = column
            taken.add(column.heading)
    found = [
        Origin(name, chosen[name]) if name in chosen else _given(name, given[name], bool(columns))
        for name in FIELDS[record]
        if name in chosen or name in given
    ]
    return found + _constants(table, record, {**given, **chosen}) + _ends(record, chosen) if found else []


def _ends(record: str, chosen: Mapping[str, Column]) -> list[Origin]:
    """When a change or demand counts as resolved, where nothing else says it: when it went live."""
    live = chosen.get("implemented_on")
    if record != "ticket" or "resolved_at" in chosen or live is None:
        return []
    return [Origin("resolved_at", live)]


def _given(name: str, origin: Any, looked_at: bool) -> Origin:
    """What a standard says, or an adapter proposes beyond the columns of the first records that were looked at."""
    if isinstance(origin, Mapping) or not looked_at:
        return Origin(name, entry=origin)
    return Origin(name, entry={"column": origin, "optional": True}, note="not in the first records")


def _candidates(
    record: str, columns: Sequence[Column], people: Mapping[Heading, str]
) -> list[tuple[tuple[int, int], str, Column]]:
    """Fields and columns that could be each other's, with what speaks against it: the lower, the better."""
    found = []
    for place, column in enumerate(columns):
        if not isinstance(column.heading, str):
            continue
        forms = [form.replace(" ", "") for form in readings(column.heading)]
        last = plain(column.heading.rsplit(".", 1)[-1]).replace(" ", "") if "." in column.heading else ""
        for name, own in ranks(record).items():
            rank = min((own[form] + (LAST_PART if form == last else 0) for form in forms if form in own), default=None)
            may = name in PERSON_FIELDS or (column.heading not in people and not _is_text(column, name))
            if rank is not None and may and fits(name, column.values):
                found.append(((rank, place), name, column))
    return found


def _is_text(column: Column, name: str) -> bool:
    """Whether a column holds sentences; names of organisations and courses may be long."""
    long_names = name in ("buyer", "supplier", "course_name", "municipality", "reference")
    return not long_names and is_free_text(str(column.heading), column.values)


def _constants(table: Table, record: str, chosen: Mapping[str, Any]) -> list[Origin]:
    if table.settings.get("format") in READY:  # the standard tells all that a file's name could
        return []
    words = set(_tokens(table.words))
    if record in ("ticket", "event_log") and "ticket_type" not in chosen:
        own = table.words.rsplit(" ", 1)[-1]  # a sheet says more than the file it is in
        for heard in (set(_tokens(own)), words):
            for kind, hints in _TYPE_WORDS.items():
                if heard & set(hints.split()):
                    return [Origin("ticket_type", entry={"value": kind}, note="by the name of the file or sheet")]
    if record == "contract" and "contract_kind" not in chosen:
        for kind, hints in _KIND_WORDS.items():
            if words & set(hints.split()):
                return [Origin("contract_kind", entry={"value": kind}, note="by the name of the file or sheet")]
    if record == "budget" and "fiscal_year" not in chosen:
        return _fiscal_year(table, chosen)
    return []


def _fiscal_year(table: Table, chosen: Mapping[str, Any]) -> list[Origin]:
    month = chosen.get("period_on")
    if isinstance(month, Column):
        entry = {"column": month.heading, "pattern": r"(\d{4})"}
        return [Origin("fiscal_year", entry=entry, note="the year of the period")]
    years = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", table.words))
    if len(years) != 1:
        return []
    return [Origin("fiscal_year", entry={"value": years.pop()}, note="by the name of the file or sheet")]


def _of_kind(origins: Sequence[Origin], kinds: frozenset[Kind]) -> list[list[str]]:
    return [origin.column.values for origin in origins if origin.column and kind_of(origin.field) in kinds]


def _in_doubt(origin: Origin, record: str) -> bool:
    """Whether a mapping would set most rows aside; what is required is mapped all the same."""
    if origin.column is None or origin.field in RECORDS[record].required:
        return False
    return is_doubtful(origin.field, origin.column.values)


# --- codes and what is left -------------------------------------------------------------------------------------


def _codes(origins: Sequence[Origin]) -> tuple[dict[str, dict[str, str | None]], dict[str, int]]:
    codes: dict[str, dict[str, str | None]] = {}
    kept_back: dict[str, int] = {}
    for origin in origins:
        if origin.field not in CODED or origin.column is None:
            continue
        distinct = list(dict.fromkeys(origin.column.values))
        if len(distinct) > MOST_CODES:
            continue
        secret = [value for value in distinct if is_address(value) or is_name(value)]
        shown = [value for value in distinct if value not in secret and not passes(origin.field, value)]
        if shown:
            codes[origin.field] = {value: canonical(origin.field, value) for value in sorted(shown)}
        if secret:
            kept_back[origin.field] = len(secret)
    return codes, kept_back


def _why_left(column: Column, people: Mapping[Heading, str], record: str) -> str:
    if column.heading in people:
        hashed = "; map it to person, and it is hashed" if "person" in FIELDS[record] else ""
        return f"people: {people[column.heading]}{hashed}"
    if not column.values:
        return "empty"
    if is_free_text(str(column.heading), column.values):
        return "free text, in which anything may stand"
    if meant := _meant(column, record):
        return f"its heading says {meant}, its values are none"
    return "no field goes by this heading"


def _meant(column: Column, record: str) -> str | None:
    """The field that a heading means, though its values do not fit."""
    forms = {form.replace(" ", "") for form in readings(str(column.heading))}
    named = [(own[form], name) for name, own in ranks(record).items() for form in forms & set(own)]
    return next((name for _, name in sorted(named) if not fits(name, column.values)), None)
