"""sources.toml: where facts come from and how their columns map to canonical fields."""

import base64
import codecs
import difflib
import hashlib
import json
import re
import tomllib
from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import quote, quote_plus
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from data.errors import AspError
from etl.connections import AnyConnection, MissingSecret
from etl.fields import FIELDS, JOBS, PERSON_FIELDS, Kind, kind_of
from etl.limits import Limits
from etl.settings import Settings


class ConfigError(AspError):
    """sources.toml cannot be used as it is written."""


SECTIONS = ("source", "schedule", "alerts")  # schedule and alerts: etl/service/operation.py
Job = Literal["tickets", "contracts", "training", "budget", "usage"]
Format = Literal["csv", "tsv", "xlsx", "xls", "ods", "json", "jsonl", "ocds", "kgr", "fdp"]
KGR_FIELDS = {
    "fiscal_year": "year",
    "account_id": "account",
    "function_id": "function",
    "period_on": "period",
    "line_id": "line_id",
    "original_huf": "original",
    "appropriated_huf": "modified",
    "committed_huf": "committed",
    "spent_huf": "performed",
}
"""What the columns of a treasury form mean, unless a source maps a field otherwise."""
Heading = str | int
"""A column by its heading, or by its position (1 is the first)."""


def _as_text(value: object) -> object:
    """TOML's own numbers, flags and dates as the text a file would hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float | date | datetime) else value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str | int) else value


def _checked_pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"'{value}' is not a regular expression: {error}") from error
    return value


def _checked_date_format(value: str) -> str:
    if value == "iso":
        return value
    if not re.search(r"%[Yy]", value):
        raise ValueError(f"'{value}' is not a date format; write 'iso' or something like '%d/%m/%Y %H:%M'")
    try:
        datetime.strptime(datetime(2024, 2, 29, 13, 5).strftime(value), value)
    except ValueError as error:
        raise ValueError(f"'{value}' is not a date format: {error}") from error
    return value


def _checked_encoding(value: str) -> str:
    try:
        "".encode(value)  # also refuses the codecs that are no text encodings
    except LookupError as error:
        raise ValueError(f"'{value}' is not a known encoding; try utf-8, windows-1250 or iso-8859-2") from error
    return codecs.lookup(value).name


def _checked_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (LookupError, ValueError, OSError) as error:
        raise ValueError(f"'{value}' is not a time zone; try Europe/Budapest or UTC") from error
    return value


Text = Annotated[str, BeforeValidator(_as_text)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Base(_Model):
    """The day that relative days count from, looked up by another column."""

    column: Heading
    values: dict[str, Text]


class FieldMap(_Model):
    """Where the value of one canonical field comes from: a constant, a column, or several columns."""

    value: Text | None = None
    column: Heading | None = None
    columns: tuple[Heading, ...] = ()
    separator: str = " "
    first: bool = False  # the first of columns that is not missing, instead of all of them joined
    pattern: Annotated[str, Field(min_length=1)] | None = None
    base: Annotated[str, BeforeValidator(_as_text)] | Base | None = None
    pad: Annotated[int, Field(ge=1, le=100)] | None = None  # fill up with zeros on the left
    round: bool = False  # a fraction of a forint or of a whole number is rounded, halves away from zero
    optional: bool = False  # the column may be absent; the field is missing then

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("columns"), list):
            return {**value, "columns": tuple(value["columns"])}
        return value

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if sum([self.value is not None, self.column is not None, bool(self.columns)]) != 1:
            raise ValueError("give exactly one of value, column, columns")
        if self.pattern is not None and re.compile(_checked_pattern(self.pattern)).groups < 1:
            raise ValueError(f"'{self.pattern}' needs a group: the part in round brackets is the value")
        if isinstance(self.base, str):
            _checked_day(self.base)
        if isinstance(self.base, Base):
            for day in self.base.values.values():
                _checked_day(day)
        return self

    @property
    def headings(self) -> tuple[Heading, ...]:
        """Every column that the value is made of."""
        own = self.columns if self.column is None else (self.column,)
        return (*own, self.base.column) if isinstance(self.base, Base) else own


def _checked_day(value: str) -> None:
    try:
        date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"base '{value}' is not a day; write it as 2013-10-01") from error


class Unpivot(_Model):
    """A matrix: one row per data cell."""

    id: Annotated[
        tuple[Heading, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
    ]
    header: Annotated[tuple[str, ...], BeforeValidator(lambda value: tuple(_listed(value)))]
    header_rows: Annotated[tuple[int, ...], BeforeValidator(lambda value: tuple(_listed(value)))] = ()
    value: str
    skip_empty: bool = True

    @model_validator(mode="after")
    def _one_row_per_header(self) -> Self:
        if self.header_rows and len(self.header_rows) != len(self.header):
            raise ValueError("header and header_rows must name as many columns as rows")
        if len(self.header) > 1 and not self.header_rows:
            raise ValueError("several headers need header_rows = [1, 2, ...]")
        return self


def _listed(value: Any) -> Any:
    return _as_list(value)


class Person(_Model):
    """Fields whose values are replaced by a keyed hash before anything else sees them."""

    fields: Annotated[
        tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
    ]


Strings = Annotated[tuple[str, ...], BeforeValidator(lambda value: tuple(_listed(value)))]
Dates = Annotated[Strings, Field(min_length=1)]


class Source(_Model):
    """One source of sources.toml, checked. See docs for the meaning of each setting."""

    name: Annotated[str, Field(min_length=1)]
    system: str = ""
    job: Job
    record: Literal[
        "ticket", "event", "event_log", "contract", "amendment", "contract_service", "role_holder", "training",
        "budget", "usage",
    ]  # fmt: skip
    path: Strings = ()
    connect: AnyConnection | None = None
    member: str | None = None
    format: Format | None = None
    encoding: str = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    quote: Annotated[str, Field(max_length=1)] = '"'
    decimal: Annotated[str, Field(min_length=1, max_length=1)] = "."
    thousands: Strings = ()
    dates: Dates = ("iso",)
    time_zone: str = "Europe/Budapest"
    missing: Strings = ()
    sheet: Strings | None = None
    header_row: Annotated[int, Field(ge=1)] = 1
    json_path: str | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None  # of OCDS and FDP amounts that name none
    unit: Literal["forint", "thousand"] | None = None  # of KGR amounts, where the workbook does not say it
    cumulative: bool | None = None  # whether KGR reports count from 1 January; they do unless their head says else
    forms: Strings = ()  # of KGR: those that are read ("01" to "07")
    expect: Strings = ()
    only: dict[str, str] = {}  # column -> pattern that its text must contain for a row to count as one
    skip: dict[str, str] = {}  # column -> pattern that makes a row none (totals, notes)
    unpivot: Unpivot | None = None
    fields: Annotated[dict[str, FieldMap], Field(min_length=1)]
    values: dict[str, dict[str, Text]] = {}
    person: Person = Person(fields=())

    _key: bytes | None = PrivateAttr(None)
    _limits: Limits = PrivateAttr(default_factory=Limits)
    _secrets: dict[str, str] = PrivateAttr(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, value: Any) -> Any:
        """A heading alone stands for { column = heading }; the system is the source's name unless given."""
        if not isinstance(value, dict):
            return value
        value = {"system": value.get("name", ""), **value}
        if value.get("format") == "kgr" and isinstance(value.get("fields", {}), dict):
            value["fields"] = {**KGR_FIELDS, **value.get("fields", {})}
        if isinstance(value.get("fields"), dict):
            value["fields"] = {
                field: {"column": origin} if isinstance(origin, str | int) else origin
                for field, origin in value["fields"].items()
            }
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if bool(self.path) == (self.connect is not None):
            raise ValueError("give exactly one of path (files) and [source.connect] (a live system)")
        if JOBS[self.record] != self.job:
            raise ValueError(f"record '{self.record}' belongs to job '{JOBS[self.record]}', not '{self.job}'")
        _checked_encoding(self.encoding)
        _checked_zone(self.time_zone)
        for form in self.dates:
            _checked_date_format(form)
        for pattern in (*self.only.values(), *self.skip.values()):
            _checked_pattern(pattern)
        if self.decimal in self.thousands:
            raise ValueError(f"'{self.decimal}' is both the decimal mark and a thousands mark")
        if self.delimiter is not None and self.delimiter == self.quote:
            raise ValueError("quote and delimiter are the same character")
        self._check_forms()
        for field in (*self.fields, *self.values, *self.person.fields):
            self._check_field(field)
        self._check_people()
        return self

    def _check_forms(self) -> None:
        """What only treasury forms and fiscal packages have."""
        if self.format in ("kgr", "fdp") and self.record != "budget":
            raise ValueError(f"format '{self.format}' holds records 'budget', not '{self.record}'")
        if self.format != "kgr" and (self.unit or self.forms or self.cumulative is not None):
            raise ValueError('unit, forms and cumulative are of format = "kgr" only')
        if unknown := sorted(set(self.forms) - {f"0{number}" for number in range(1, 8)}):
            raise ValueError(f"'{unknown[0]}' is no form that is read; forms are '01' to '07'")

    def _check_field(self, field: str) -> None:
        known = FIELDS[self.record]
        if field not in known:
            raise ValueError(f"'{field}' is not a field of record '{self.record}'{did_you_mean(field, known)}")
        if field not in self.fields:
            raise ValueError(f"'{field}' has values or is a person's field, but fields does not map it")

    def _check_people(self) -> None:
        for field, origin in self.fields.items():
            if origin.base is not None and kind_of(field) is not Kind.DATE:
                raise ValueError(f"'{field}' is no date, so it can have no base")
            if origin.round and kind_of(field) not in (Kind.WHOLE, Kind.LONG, Kind.HUF):
                raise ValueError(f"'{field}' is no whole number, so it cannot be rounded to one")
            secret = set(origin.headings) & self.person_headings
            if secret and field not in self.person_fields and (origin.pattern or origin.base):
                raise ValueError(
                    f"'{field}' takes a part of column {sorted(map(str, secret))}, which holds a person's key and is"
                    " hashed before it is read; deliver that part in a column of its own"
                )

    @cached_property
    def person_fields(self) -> frozenset[str]:
        """Canonical fields that are hashed."""
        return (PERSON_FIELDS | set(self.person.fields)) & set(self.fields)

    @cached_property
    def person_headings(self) -> frozenset[Heading]:
        """Columns whose delivered values are hashed.

        A column of a person's own, or a part of a joined person field that no other field reads (a name, a birthday);
        a part that others read too (the course of an enrolment number) says nothing about a person.
        """
        hashed = [self.fields[field] for field in self.person_fields]
        others = {
            heading
            for field, origin in self.fields.items()
            if field not in self.person_fields
            for heading in origin.headings
        }
        own = {origin.column for origin in hashed if origin.column is not None}
        parts = {heading for origin in hashed for heading in origin.columns}
        return frozenset(own | (parts - others))

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """Columns that must be there, each once, in the order of the fields."""
        mapped = (heading for origin in self.fields.values() if not origin.optional for heading in origin.headings)
        return tuple(dict.fromkeys((*mapped, *self.only, *self.skip)))

    @cached_property
    def optional_headings(self) -> tuple[Heading, ...]:
        """Columns that are read if they are there."""
        mapped = (heading for origin in self.fields.values() for heading in origin.headings)
        return tuple(dict.fromkeys(heading for heading in mapped if heading not in self.headings))

    @cached_property
    def description_hash(self) -> str:
        """SHA-256 of everything that changes what is read and what it means; not of where the files lie."""
        meaning = self.model_dump(mode="json", exclude={"path", "member", "sheet", "connect"})
        if self.connect is not None:
            meaning["connect"] = self.connect.meaning()
        return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()

    @property
    def key(self) -> bytes:
        """The key of people's hashes."""
        assert self._key is not None, "a source with person fields needs equipped(settings) before it is read"
        return self._key

    @property
    def limits(self) -> Limits:
        """How far an input may expand."""
        return self._limits

    @property
    def address(self) -> str:
        """Where it is read from, for people."""
        if self.connect is None:
            return ", ".join(self.path)
        return self.connect.address

    @cached_property
    def secret_names(self) -> tuple[str, ...]:
        """The environment variables that hold its secrets."""
        named = self.connect.model_dump() if self.connect else {}
        return tuple(value for name, value in named.items() if name.endswith("_env") and value)

    def secret(self, variable: str) -> str:
        """The value of an environment variable that the source names. Raises MissingSecret when it is not set."""
        if variable not in self._secrets:
            raise MissingSecret(
                f"source '{self.name}': {variable} is not set. Put the secret into the environment or into .env."
            )
        return self._secrets[variable]

    def scrub(self, text: str) -> str:
        """The text without the source's secrets, for messages and logs."""
        user = getattr(self.connect, "user", None) or ""
        for value in sorted(self._secrets.values(), key=len, reverse=True):
            basic = base64.b64encode(f"{user}:{value}".encode()).decode()
            for spelled in (value, quote(value, safe=""), quote_plus(value), basic):
                text = text.replace(spelled, "…")
        return text

    def equipped(self, settings: Settings) -> Self:
        """The source with the limits, the secrets, and where it names people the key, that the settings give."""
        copy = self.model_copy()
        found = {name: settings.secret(name) for name in self.secret_names}
        copy._secrets = {name: value for name, value in found.items() if value}
        copy._limits = Limits(settings.max_expanded_bytes, settings.max_workbook_bytes, settings.max_ratio)
        if self.person_fields:
            copy._key = settings.key()
        return copy


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """`; did you mean 'x'?` for the closest known word, else nothing."""
    close = difflib.get_close_matches(word.lower(), [name.lower() for name in known], n=1, cutoff=0.6)
    match = next((name for name in known if close and name.lower() == close[0]), None)
    return f"; did you mean '{match}'?" if match else ""


def load_sources(path: Path, settings: Settings) -> list[Source]:
    """The sources of sources.toml, in its order, ready to be read.

    Raises ConfigError naming the file, the source, the setting and what is expected.
    """
    entries = _entries(path)
    sources = [_source(path, entry, place).equipped(settings) for place, entry in enumerate(entries, start=1)]
    names = [source.name for source in sources]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError(f"{path}: several sources are named {', '.join(map(repr, twice))}. Give each its own name.")
    return sources


def read_document(path: Path) -> dict[str, Any]:
    """sources.toml as it stands there, with no section that is unknown. Raises ConfigError."""
    try:
        document = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file. Name your description of the sources with --config.") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 (byte {error.start + 1}). Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}.") from error
    if unknown := sorted(set(document) - set(SECTIONS)):
        raise ConfigError(f"{path}: unknown section {unknown[0]!r}{did_you_mean(unknown[0], SECTIONS)}.")
    return document


def _entries(path: Path) -> list[Any]:
    entries = read_document(path).get("source")
    if not isinstance(entries, list) or not entries:
        raise ConfigError(f"{path}: holds no source. Add one with [[source]].")
    return entries


def _source(path: Path, entry: Any, place: int) -> Source:
    name = entry.get("name") if isinstance(entry, dict) else None
    try:
        return Source.model_validate(entry)
    except ValidationError as error:
        where = f"source '{name}'" if name else f"source no. {place}"
        raise ConfigError("\n".join(f"{path}: {where}: {_said(problem)}" for problem in error.errors())) from error


def _said(problem: Any) -> str:
    """One problem of pydantic's as `setting: what is wrong`."""
    place = [str(part) for part in problem["loc"]]
    if problem["type"] == "extra_forbidden":
        known = [*Source.model_fields, *FieldMap.model_fields, *Unpivot.model_fields]
        return f"'{'.'.join(place)}' is not a known setting{did_you_mean(place[-1], known)}."
    if problem["type"] == "missing":
        return f"'{'.'.join(place)}' is missing."
    reason = problem["msg"].removeprefix("Value error, ")
    return f"{'.'.join(place)}: {reason}." if place else f"{reason}."
