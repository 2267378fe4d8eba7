"""What a live system delivers: the first slice of it is pulled and looked at as a file would be."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from pydantic import ValidationError

from data.errors import AspError
from etl.analyst.init.headings import readings
from etl.analyst.init.looking import table_of
from etl.analyst.init.people import may_be_quoted
from etl.analyst.init.proposal import Proposal, propose
from etl.analyst.init.tables import ROWS, NotATable, Table
from etl.analyst.init.vocabulary import ranks
from etl.config import Source, did_you_mean
from etl.fields import JOBS
from etl.records import RECORDS
from etl.settings import Settings
from etl.sources.api import MODULES, pull
from etl.sources.pull import Span

RECORD_OF = {"moodle": "training", "moodle_report": "training", "xapi": "training", "ocds": "contract"}
"""kind -> the record it is for; of the others a ticket, and of SQL what the columns say"""


MET = 20


class BadConnection(AspError):
    """The server cannot be looked at by these settings."""


def propose_live(
    kind: str, connect: Mapping[str, Any], record: str | None, name: str | None, settings: Settings
) -> list[Proposal]:
    """A source per record that the kind delivers (or for the one that is named), by the first slice of each.

    Raises BadConnection for settings that cannot be, NotATable when nothing comes, and what the adapter raises.
    """
    if kind not in MODULES:
        raise BadConnection(f"--kind {kind} is none of {', '.join(MODULES)}{did_you_mean(kind, list(MODULES))}.")
    known = _known(kind)
    records = [record] if record else list(known) or [RECORD_OF.get(kind, "ticket")]
    given = {"kind": kind, **connect}
    own = name or kind
    found = []
    for one in records:
        source = _source(given, one, own, known.get(one, {}), settings)
        table = _table(source, given | {"system": own} if len(records) > 1 else given)
        table.notes.update(_unsaid(source, table))
        chosen = record or (one if kind != "sql" else None)
        label = own if one == records[0] else f"{own}-{one.replace('_', '-')}"
        found.append(propose(table, chosen, label, known))
    return found


def settings_of(pairs: Sequence[str]) -> dict[str, Any]:
    """NAME=VALUE as settings, values as TOML has them (numbers, true, lists); what is none is text."""
    found: dict[str, Any] = {}
    for pair in pairs:
        name, mark, value = pair.partition("=")
        if not mark or not name.strip():
            raise BadConnection(f"--set {pair}: expected NAME=VALUE, such as --set report=3.")
        try:
            found[name.strip()] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            found[name.strip()] = value
    return found


_UNSAID = {
    "second_level": (
        "assignment_group",
        "who works at the second level; without it levels and escalations are not told",
    ),
    "ended": ("status", "when nobody works on a ticket any more"),
}
"""setting -> the field in whose columns it is told, what it says"""


def _unsaid(source: Source, table: Table) -> dict[str, str]:
    """Settings that only people can tell, as notes with the values that were met."""
    assert source.connect is not None, "a live source"
    found = {}
    for setting, (field, why) in _UNSAID.items():
        if setting in type(source.connect).model_fields and setting not in table.settings["connect"]:
            met = _met(table, field)
            found[f"connect.{setting}"] = f"{why}{f'; met: {met}' if met else ''}"
    return found


def _met(table: Table, field: str) -> str:
    """The first values of the columns that go by the field's headings; none that may name a person."""
    known = ranks("event")[field]
    columns = [
        column
        for column in table.columns
        if any(form.replace(" ", "") in known for form in readings(str(column.heading)))
    ]
    values = dict.fromkeys(value for column in columns for value in column.values if may_be_quoted([value]))
    return ", ".join(sorted(values)[:MET])


def _known(kind: str) -> dict[str, dict[str, Any]]:
    """record -> field -> column, where the adapter proposes a mapping itself."""
    try:
        module = import_module(f"etl.sources.api.{MODULES[kind]}")
    except ModuleNotFoundError as error:
        raise BadConnection(f"--kind {kind} needs {error.name}, which is not installed.") from error
    return dict(getattr(module, "PROPOSED", {}))


def _source(given: Mapping[str, Any], record: str, name: str, known: Mapping[str, Any], settings: Settings) -> Source:
    """A source to pull with: its fields do not matter yet."""
    fields = dict(known) or dict.fromkeys(RECORDS[record].required, "id")
    entry = {"name": name, "job": JOBS[record], "record": record, "connect": dict(given), "fields": fields}
    try:
        return Source.model_validate(entry).equipped(settings)
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, one['loc'][2:]))} {one['msg']}".strip() for one in error.errors())
        raise BadConnection(f"--kind {given['kind']}: {told}. Other settings: --set NAME=VALUE.") from error


def _table(source: Source, given: Mapping[str, Any]) -> Table:
    slices = pull(source, Span(started_at=datetime.now(UTC)))
    records: list[dict[str, Any]] = []
    for one in slices:
        records += one.records
        if records:
            break
    if not records:
        raise NotATable(f"{source.address}: gave no {source.record} at all. Check the settings and the token's rights.")
    connect = {name: value for name, value in given.items() if name != "system"}
    settings = {"connect": connect} | ({"system": given["system"]} if "system" in given else {})
    return table_of(records[:ROWS], source.address, settings)
