"""datapackage.json: the tables of a package, and what each of their columns means."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from etl.config import Source, did_you_mean
from etl.sources.errors import UnreadableInput
from etl.sources.stream import read_whole

PHASES = ("proposed", "approved", "adjusted", "executed")
_WORDS = {
    "proposed": "proposed draft proposal requested javaslat tervezet",
    "approved": "approved plan planned budgeted enacted original initial eredeti jóváhagyott elfogadott",
    "adjusted": "adjusted revised amended modified revisited módosított",
    "executed": "executed execution actual actuals spent outturn performed realised realized teljesítés tény",
}
_BY_WORD = {word: phase for phase, words in _WORDS.items() for word in words.split()}
CURRENCY = ("value-currency:code", "value-currency", "currency")


@dataclass(frozen=True)
class Measure:
    """A column of amounts: its heading, the phase of all of them (None: told by a column), how numbers are written."""

    heading: str
    phase: str | None
    factor: Decimal = Decimal(1)
    decimal: str = "."
    group: str = ""
    currency: str | None = None


@dataclass(frozen=True)
class Table:
    """A table of amounts. columns: heading -> the names that its values go by (columnType, heading); constants: name ->
    value of what the descriptor says of all rows; missing: marks of a missing value."""

    path: str
    name: str
    measures: tuple[Measure, ...]
    columns: dict[str, tuple[str, ...]]
    constants: dict[str, str]
    phase: str | None
    currency: str | None
    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    missing: tuple[str, ...] = ("",)


def tables_of(stream: BinaryIO, name: str, source: Source) -> list[Table]:
    """The tables of amounts that a descriptor tells of; others (code lists, maps) are left out.

    Raises UnreadableInput: no JSON, an older specification, no amounts, a table elsewhere than beside the descriptor.
    """
    content = read_whole(stream, name, source.limits.document)
    try:
        package = json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise UnreadableInput(name, "is not JSON.", "Export the package again.") from error
    resources = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(resources, list):
        raise UnreadableInput(name, "is no datapackage.json: it lists no resources.", "Name the descriptor with path.")
    if "model" in package or "mapping" in package:
        advice = "Describe its columns with columnType (Fiscal Data Package 1.0), or load its tables as plain CSV."
        raise UnreadableInput(name, "is of version 0.3 or older (it has a model or mapping).", advice)
    found = [_table(one, package, name) for one in resources if isinstance(one, dict) and _measured(one)]
    if not found:
        problem = "has no table with a column of amounts."
        raise UnreadableInput(name, problem, 'Give the column columnType = "value" in the descriptor.')
    return found


def _fields(resource: Mapping[str, Any], key: str = "fields") -> list[dict[str, Any]]:
    schema = resource.get("schema")
    fields = schema.get(key) if isinstance(schema, dict) else None
    return [field for field in fields or [] if isinstance(field, dict) and isinstance(field.get("name"), str)]


def _measured(resource: Mapping[str, Any]) -> bool:
    return any(_is_measure(field) for field in _fields(resource))


def _is_measure(field: Mapping[str, Any]) -> bool:
    return field.get("columnType") == "value" or bool(field.get("normalize"))


def _table(resource: Mapping[str, Any], package: Mapping[str, Any], name: str) -> Table:
    path = _path(resource, name)
    dialect = resource.get("dialect") or {}
    if dialect.get("header") is False:
        raise UnreadableInput(name, f"says that '{path}' has no line of headings.", "Deliver the table with headings.")
    extra = _fields(resource, "extraFields")
    constants = {field["name"]: str(field["constant"]) for field in extra if field.get("constant") is not None}
    types = {field["name"]: str(field.get("columnType") or "") for field in (*extra, *_fields(resource))}
    columns = {
        field["name"]: _names(field["name"], types[field["name"]])
        for field in _fields(resource) if not _is_measure(field)
    }  # fmt: skip
    told = {alias: value for own, value in constants.items() for alias in _names(own, types[own])}
    currency = next((told[one] for one in CURRENCY if one in told), None)
    return Table(
        path=path, name=str(resource.get("name") or path), columns=columns, constants=told,
        measures=tuple(_measure(field, types) for field in _fields(resource) if _is_measure(field)),
        phase=next((value for alias, value in told.items() if alias.startswith("phase")), None),
        currency=currency or resource.get("currency") or package.get("currency"),
        delimiter=str(dialect.get("delimiter") or ("\t" if path.lower().endswith((".tsv", ".tab")) else ",")),
        quote=str(dialect.get("quoteChar", '"')), encoding=str(resource.get("encoding") or "utf-8"),
        missing=tuple(map(str, (resource.get("schema") or {}).get("missingValues") or [""])),
    )  # fmt: skip


def _path(resource: Mapping[str, Any], name: str) -> str:
    """The table's place, relative to the descriptor and not outside its folder."""
    given = resource.get("path")
    paths = given if isinstance(given, list) else [given]
    if len(paths) != 1 or not isinstance(paths[0], str):
        problem = f"has a resource '{resource.get('name')}' that is not one file beside it."
        raise UnreadableInput(name, problem, "Deliver the table as one file beside datapackage.json.")
    path = paths[0].replace("\\", "/").removeprefix("./")
    if re.match(r"\w+:|/", path) or ".." in path.split("/"):
        problem = f"places a table elsewhere ('{paths[0][:60]}')."
        raise UnreadableInput(name, problem, "Deliver the table beside datapackage.json.")
    return path


def _names(heading: str, column_type: str) -> tuple[str, ...]:
    """What a column may be mapped by: its columnType, its heading, and one name for the fiscal year."""
    year = ("date:fiscal-year",) if re.fullmatch(r"date:fiscal[:-]year", column_type) else ()
    return tuple(dict.fromkeys(one for one in (*year, column_type, heading) if one))


def _measure(field: Mapping[str, Any], types: Mapping[str, str]) -> Measure:
    normal = field.get("normalize")
    told = normal if isinstance(normal, dict) else {}
    phase = next((str(value) for own, value in told.items() if types.get(own, own).startswith("phase")), None)
    return Measure(
        heading=field["name"], phase=phase or field.get("phase"), factor=Decimal(str(field.get("factor") or 1)),
        decimal=str(field.get("decimalChar") or "."), group=str(field.get("groupChar") or ""),
        currency=field.get("currency"),
    )  # fmt: skip


def phase_of(text: str, name: str) -> str:
    """The phase that a text names, one of PHASES. Raises UnreadableInput."""
    words = re.findall(r"\w+", text.casefold())
    found = {_BY_WORD[word] for word in words if word in _BY_WORD}
    if len(found) != 1:
        advice = f"Phases are {', '.join(PHASES)}; write them so, or map value instead of a phase."
        raise UnreadableInput(name, f"has the phase '{text[:40]}'{did_you_mean(text, PHASES)}, which is none.", advice)
    return found.pop()
