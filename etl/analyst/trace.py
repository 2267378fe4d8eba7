"""What became of one row of the reporting database: its versions, where each came from, and what changed.

Nothing here writes. A key is looked up in every system that has it; rows set aside are found by the delivered text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Table, and_, func, select

from data.schema import (
    FACTS,
    dim_municipality,
    etl_input,
    etl_run,
    fact_budget,
    fact_contract,
    fact_contract_amendment,
    fact_contract_service,
    fact_ticket,
    fact_ticket_event,
    fact_training,
    fact_usage,
)
from etl.analyst.near import near_keys
from etl.quarantine import Quarantined, quarantined_as, quarantined_by_id
from etl.staging import PROVENANCE

What = Literal["ticket", "contract", "enrolment", "budget_line", "usage"]
KEYS: dict[What, tuple[Table, str, str]] = {
    "ticket": (fact_ticket, "ticket_id", "tickets"),
    "contract": (fact_contract, "contract_id", "contracts"),
    "enrolment": (fact_training, "enrolment_id", "training"),
    "budget_line": (fact_budget, "line_id", "budget"),
    "usage": (fact_usage, "usage_id", "usage"),
}
"""what is traced -> its fact, key column and job"""

MORE: dict[What, tuple[Table, ...]] = {
    "ticket": (fact_ticket_event,),
    "contract": (fact_contract_amendment, fact_contract_service),
}
"""facts whose rows belong to a traced one: its events, its amendments and services"""


@dataclass(frozen=True)
class Version:
    """One version of a row. changed: column -> (before, after) against the version before; of the first, what it holds.

    run: the first that knew it; until_run: the first that no longer did. ended: superseded, withdrawn (the source no
    longer had it), None while current. delivered_run: the run that read its input, another one than run where the row
    came back from quarantine.
    """

    number: int
    run: int
    until_run: int | None
    ended: Literal["superseded", "withdrawn"] | None
    source: str
    input: str
    line: int | None
    delivered_run: int
    values: dict[str, Any]
    changed: dict[str, tuple[Any, Any]]

    def as_json(self) -> dict[str, Any]:
        shown = vars(self) | {"current": self.ended is None}
        return shown | {"changed": {name: list(pair) for name, pair in self.changed.items()}}


@dataclass(frozen=True)
class History:
    """Every version of one row, oldest first. key: its own columns, with the system first."""

    fact: str
    key: dict[str, str]
    versions: list[Version]

    @property
    def withdrawn(self) -> bool:
        """Whether no current version is left."""
        return self.versions[-1].ended is not None

    def as_json(self) -> dict[str, Any]:
        versions = [version.as_json() for version in self.versions]
        return {"fact": self.fact, "key": self.key, "withdrawn": self.withdrawn, "versions": versions}


@dataclass(frozen=True)
class Trace:
    """Everything known of a key. more: its events in the order they happened, or a contract's amendments and services.

    runs: those named above, by id. municipalities: names of the codes above. near: known keys that look like it, where
    nothing was found.
    """

    what: str
    key: str
    rows: list[History] = field(default_factory=list)
    more: list[History] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    runs: dict[int, dict[str, Any]] = field(default_factory=dict)
    municipalities: dict[str, str] = field(default_factory=dict)
    near: list[dict[str, str]] = field(default_factory=list)

    @property
    def found(self) -> bool:
        return bool(self.rows or self.more or self.quarantined)

    def as_json(self) -> dict[str, Any]:
        return {
            "what": self.what, "key": self.key, "found": self.found,
            "rows": [history.as_json() for history in self.rows],
            "more": [history.as_json() for history in self.more],
            "quarantined": [row.as_json() for row in self.quarantined],
            "runs": list(self.runs.values()), "municipalities": self.municipalities, "near": self.near,
        }  # fmt: skip


def trace(connection: Connection, what: What, key: str, system: str | None = None) -> Trace:
    """What is known of a key, in every system or in one (the system's name, or one of its sources')."""
    fact, column, job = KEYS[what]
    systems = _systems(connection, system)
    rows = _histories(connection, fact, fact.c[column] == key, systems)
    more = [
        history
        for table in MORE.get(what, ())
        for history in sorted(_histories(connection, table, table.c[column] == key, systems), key=_moment)
    ]
    aside = [row for row in quarantined_as(connection, job, key) if system is None or row.source in systems]
    near = [] if rows or more or aside else near_keys(connection, fact, column, key)
    return _complete(connection, Trace(what, key, rows, more, aside, near=near))


def trace_quarantined(connection: Connection, number: int) -> Trace:
    """A row set aside, and the row of a fact that it became once it was corrected."""
    aside = quarantined_by_id(connection, number)
    rows = [history for row in aside for history in _became(connection, row)]
    return _complete(connection, Trace("quarantine", str(number), rows, quarantined=aside))


def _systems(connection: Connection, system: str | None) -> frozenset[str]:
    """The names by which facts and quarantine know a system: its own and its sources'. Empty for all."""
    if system is None:
        return frozenset()
    named = (etl_input.c.source == system) | (etl_input.c.system == system)
    rows = connection.execute(select(etl_input.c.source, etl_input.c.system).where(named).distinct())
    return frozenset({system, *(name for row in rows for name in row)})


def _became(connection: Connection, row: Quarantined) -> list[History]:
    """The rows that have a version from this place and the run that tried it again."""
    if row.closed_run is None or row.status != "retried":
        return []
    found = []
    for fact in FACTS:
        line = 0 if row.line is None else row.line  # as retry writes it
        place = (fact.c.loaded_run == row.closed_run, fact.c.input_id == row.input_id, fact.c.line == line)
        keys = connection.execute(select(*(fact.c[name] for name in fact.info["key"])).where(*place).distinct())
        for key in keys.mappings():
            own = and_(*(fact.c[name] == value for name, value in key.items()))
            found += _histories(connection, fact, own, frozenset())
    return found


def _histories(
    connection: Connection, fact: Table, wanted: ColumnElement[bool], systems: frozenset[str]
) -> list[History]:
    """The rows that are wanted, by key, each with its versions."""
    given = etl_input.alias("given")
    place = (given.c.source.label("given_source"), given.c.input, given.c.run_id.label("given_run"))
    query = (
        select(fact, *place)
        .join_from(fact, given, given.c.input_id == fact.c.input_id, isouter=True)
        .where(wanted)
        .order_by(*(fact.c[name] for name in fact.info["key"]), fact.c.loaded_run)
    )
    if systems:
        query = query.where(fact.c.source.in_(systems))
    by_key: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in connection.execute(query).mappings():
        by_key.setdefault(tuple(row[name] for name in fact.info["key"]), []).append(dict(row))
    return [
        History(fact.name, dict(zip(("system", *fact.info["key"][1:]), key, strict=True)), _versions(fact, rows))
        for key, rows in by_key.items()
    ]


def _versions(fact: Table, rows: Sequence[dict[str, Any]]) -> list[Version]:
    payload = [name for name in fact.c.keys() if name not in (*fact.info["key"], *PROVENANCE)]  # noqa: SIM118 - columns
    starts = {row["loaded_run"] for row in rows}
    found: list[Version] = []
    before: dict[str, Any] = dict.fromkeys(payload)
    for number, row in enumerate(rows, start=1):
        values = {name: row[name] for name in payload}
        changed = {name: (before[name], values[name]) for name in payload if before[name] != values[name]}
        until = row["superseded_run"]
        ended: Any = None if until is None else "superseded" if until in starts else "withdrawn"
        place = (row["given_source"], row["input"], row["line"], row["given_run"])
        found.append(Version(number, row["loaded_run"], until, ended, *place, values, changed))
        before = values
    return found


def _moment(history: History) -> tuple[bool, Any, str]:
    """By when it happened, as last known, then by the last part of its key."""
    last = history.versions[-1].values
    moment = last.get("event_at") or last.get("amended_on")
    return moment is None, moment, list(history.key.values())[-1]


def _complete(connection: Connection, found: Trace) -> Trace:
    versions = [version for history in (*found.rows, *found.more) for version in history.versions]
    numbers = {version.run for version in versions} | {version.delivered_run for version in versions}
    numbers |= {version.until_run for version in versions if version.until_run is not None}
    for row in found.quarantined:
        numbers |= {row.run} if row.closed_run is None else {row.run, row.closed_run}
    found.runs.update(_runs(connection, numbers))
    found.municipalities.update(_names(connection, {version.values["municipality_id"] for version in versions}))
    return found


def _runs(connection: Connection, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    rows = connection.execute(select(etl_run).where(etl_run.c.run_id.in_(list(numbers))).order_by(etl_run.c.run_id))
    columns = ("job", "status", "started_at", "finished_at", "mode", "message")
    return {row["run_id"]: {"run": row["run_id"]} | {name: row[name] for name in columns} for row in rows.mappings()}


def _names(connection: Connection, codes: Iterable[str]) -> dict[str, str]:
    register = dim_municipality.c
    named = select(register.municipality_id, func.max(register.name)).where(
        register.municipality_id.in_(list(codes)), register.valid_to.is_(None)
    )
    return {row[0]: row[1] for row in connection.execute(named.group_by(register.municipality_id))}
