"""Whether the monthly cells of a metric are what asking the facts would give: made by its definition, of these rows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, inspect, null, select, union_all

from data.kept import kept
from data.metrics.cuts import dimensions
from data.metrics.metric import Current, Derived, Metric
from data.metrics.period import JOBS
from data.metrics.statements import aggregates, conditions, with_derived
from data.schema import dim_municipality, etl_input, etl_run, metadata, rollup_state
from data.selection import Selection

LAYOUT = "2"  # another one when cells are made or laid out differently
RETRIED = "quarantine"  # the job of rows that were set aside and then loaded
REFERENCE = "reference"
OWNERS = {**JOBS, "fact_contract_amendment": "contracts"}
RUNS = (etl_run.name, etl_input.name)
# What is allocated is made from the ledger and, at first, from the drivers of every job.
ALLOCATED = {"cost_month", "cost_line", "cost_share", "cost_support"}
ALLOCATED_FROM = ("budget", "tickets", "usage", "contracts")


@dataclass(frozen=True)
class Definition:
    """What a metric is made of. text: hash of its statement; jobs: that bring in its facts; tables: others it reads."""

    text: str
    jobs: frozenset[str]
    tables: frozenset[str]


@dataclass(frozen=True)
class Newest:
    """The newest published run of each job, and of each reference table the newest that changed it."""

    jobs: Mapping[str, int]
    tables: Mapping[str, int]

    def run(self, of: Definition) -> int | None:
        """The newest run that could have changed the metric; None where its facts have never been loaded."""
        loads = [self.jobs[job] for job in of.jobs if job in self.jobs]
        if not loads:
            return None
        return max([*loads, self.jobs.get(RETRIED, 0), self.changed(of)])

    def changed(self, of: Definition) -> int:
        """The newest run that changed a reference table that the metric reads; 0 for none."""
        return max((self.tables.get(table, 0) for table in of.tables), default=0)


State = tuple[str, int]  # as in rollup_state: definition, run_id


def is_current(connection: Connection, metric: Metric) -> bool:
    """Whether the cells may be read in place of the facts."""
    return metric.id in _known(connection)[0] and is_made(connection, metric.id, definition(metric))


def is_made(connection: Connection, name: str, own: Definition) -> bool:
    """Whether what is kept in rollup_state under a name was made by a definition, of the newest rows."""
    states, newest = _known(connection)
    return name in states and states[name] == (own.text, newest.run(own))


def _known(connection: Connection) -> tuple[dict[str, State], Newest]:
    return kept(connection, "rollups", lambda: (read_states(connection), read_newest(connection)))


def read_states(connection: Connection) -> dict[str, State]:
    """What there is, by metric; nothing in a database that has not been brought to this schema."""
    if not inspect(connection).has_table(rollup_state.name):
        return {}
    return {row.rollup_id: (row.definition, row.run_id) for row in connection.execute(select(rollup_state))}


def read_newest(connection: Connection) -> Newest:
    """The newest published runs."""
    published = etl_run.c.status == "published"
    jobs = select(etl_run.c.job, null().label("source"), func.max(etl_run.c.run_id).label("run_id"))
    tables = select(etl_run.c.job, etl_input.c.source, func.max(etl_run.c.run_id)).join(
        etl_input, etl_input.c.run_id == etl_run.c.run_id
    )
    found = union_all(
        jobs.where(published, etl_run.c.job != REFERENCE).group_by(etl_run.c.job),
        tables.where(published, etl_run.c.job == REFERENCE).group_by(etl_run.c.job, etl_input.c.source),
    )
    rows = connection.execute(found).all()
    return Newest(
        {row.job: row.run_id for row in rows if row.job != REFERENCE},
        {row.source: row.run_id for row in rows if row.job == REFERENCE},
    )


def definition(metric: Metric) -> Definition:
    """Of a metric as it is now. Compiling it takes a few milliseconds, so it is kept as long as its formulas live."""
    formulas = _formulas(metric)
    key = (metric.id, metric.kind, metric.quantile, metric.cut_by, *map(id, formulas))
    if key not in _DEFINITIONS:
        # The formulas are kept with it: an id may be another object's once its owner is gone.
        _DEFINITIONS[key] = (_definition(metric), formulas)
    return _DEFINITIONS[key][0]


_DEFINITIONS: dict[tuple[Any, ...], tuple[Definition, tuple[Any, ...]]] = {}


def _formulas(metric: Metric) -> tuple[Any, ...]:
    return (
        metric.fact, metric.numerator, metric.denominator, metric.counted_by, metric.where, metric.measured,
        metric.starts_on, metric.ends_on, metric.counted,
    )  # fmt: skip


def _definition(metric: Metric) -> Definition:
    text = " ".join([LAYOUT, metric.id, metric.kind, *metric.cut_by, written(_statement(metric))])
    names = {table.name for table in metadata.sorted_tables if table.name in text}
    if "municipality_id" in metric.source.c:
        names.add(dim_municipality.name)  # for the county
    jobs = {OWNERS[name] for name in names if name in OWNERS}
    if names & ALLOCATED:
        names = names - ALLOCATED | {"allocation_plan"}
        jobs |= set(ALLOCATED_FROM)
    if names & set(RUNS):  # runs of any job are what it counts
        jobs |= set(OWNERS.values())
    return Definition(hashlib.sha256(text.encode()).hexdigest(), frozenset(jobs), frozenset(names - set(OWNERS)))


def _statement(metric: Metric) -> Select[Any]:
    """All that a definition can change in cells: what is counted, the days it is counted by, the rows. (How they are
    grouped is the same for all: LAYOUT.)"""
    current = Current(None)
    days = [day for day in (metric.counted_by, metric.starts_on, metric.ends_on) if day is not None]
    formulas: list[ColumnElement[Any]] = [*days, *aggregates(metric)]
    found = select(*formulas).select_from(metric.source)
    found = found.where(*conditions(metric, Selection(), dimensions(current), current))
    return with_derived(found, metric, current) if isinstance(metric.fact, Derived) else found


def written(statement: Select[Any]) -> str:
    """A statement and its values, the same on both engines."""
    compiled = statement.compile()
    return f"{compiled.string} {sorted((name, repr(value)) for name, value in compiled.params.items())}"
