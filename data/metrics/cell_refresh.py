"""Which monthly cells are made anew when a run publishes: those whose facts or definition have changed since.

A run that changes a few tickets touches a few months; only these are counted again. Everything is, where the
definition is another one, where a run was rolled back, where a reference table changed that the metric reads, and of
figures whose rows are made of several facts or look at each other.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

from sqlalchemy import Connection, delete, insert, select

from data.attempts import Attempts
from data.metrics.cell_making import Together, make, together
from data.metrics.cell_state import Newest, State, definition, read_newest, read_states
from data.metrics.cells import has_cells
from data.metrics.metric import Derived, Metric
from data.metrics.touched import Touched
from data.schema import cost_month, etl_run, metric_cell, rollup_state, ticket_flow, ticket_time

OTHERS = (cost_month.name, ticket_flow.name, ticket_time.name)  # keep their own state


def refresh_cells(connection: Connection, attempts: Attempts | None = None) -> bool:
    """Make the cells that are not of the newest facts. True when any were made or taken away.

    Metrics that are counted together are one attempt: where it fails, theirs stay as they were, and are known as old.
    """
    attempts = attempts or Attempts(connection)
    from data.metrics.catalogue import METRICS

    states, newest = read_states(connection), read_newest(connection)
    wanted = _wanted(METRICS, newest)
    gone = [name for name in states if name not in wanted and name not in OTHERS]
    stale = {name: METRICS[name] for name in wanted if states.get(name) != wanted[name]}
    attempts.make(metric_cell.name, lambda: _forget(connection, gone))
    for since, metrics in _by_start(connection, stale, states, newest).items():
        touched = Touched(connection, since) if since is not None else None
        for group in together(metrics):
            attempts.make(group.one.id, partial(_make, connection, group, touched, wanted))
    if stale and connection.dialect.name == "duckdb":
        attempts.make(metric_cell.name, lambda: _sort(connection))
    return bool(stale or gone)


def of_these_definitions(connection: Connection) -> bool:
    """Whether the cells there are were made by the definitions of this version of the program."""
    from data.metrics.catalogue import METRICS

    states = read_states(connection)
    return all(states[name][0] == definition(METRICS[name]).text for name in states if name in METRICS)


def _make(connection: Connection, group: Together, touched: Touched | None, wanted: Mapping[str, State]) -> None:
    make(connection, group, touched.months(group) if touched else None)
    _remember(connection, {metric.id: wanted[metric.id] for metric in group.metrics})


def _wanted(metrics: Mapping[str, Metric], newest: Newest) -> dict[str, State]:
    """The state that cells should be of, for each metric that has some: its facts have been loaded."""
    found = {}
    for name, metric in metrics.items():
        own = definition(metric)
        run = newest.run(own)
        if run is not None and has_cells(metric):
            found[name] = (own.text, run)
    return found


def _by_start(
    connection: Connection, stale: Mapping[str, Metric], states: Mapping[str, State], newest: Newest
) -> dict[int | None, list[Metric]]:
    """The metrics by the run that their cells are of, so that only what changed since is counted; None: all of it."""
    published = set(connection.scalars(select(etl_run.c.run_id).where(etl_run.c.status == "published")))
    found: dict[int | None, list[Metric]] = defaultdict(list)
    for name, metric in stale.items():
        own = definition(metric)
        text, run = states.get(name, ("", 0))
        known = text == own.text and run in published and newest.changed(own) <= run and _is_plain(metric)
        found[run if known else None].append(metric)
    return found


def _is_plain(metric: Metric) -> bool:
    """Whether a row counts by itself, whatever other rows there are."""
    return not isinstance(metric.fact, Derived) and not callable(metric.where)


def _forget(connection: Connection, names: Sequence[str]) -> None:
    if names:
        connection.execute(delete(metric_cell).where(metric_cell.c.metric_id.in_(names)))
        connection.execute(delete(rollup_state).where(rollup_state.c.rollup_id.in_(names)))


def _remember(connection: Connection, states: Mapping[str, State]) -> None:
    if states:
        connection.execute(delete(rollup_state).where(rollup_state.c.rollup_id.in_(states)))
        rows = [{"rollup_id": name, "definition": text, "run_id": run} for name, (text, run) in states.items()]
        connection.execute(insert(rollup_state), rows)


def _sort(connection: Connection) -> None:
    """Cells that are read together lie together: DuckDB passes over other blocks by their least and greatest."""
    order = "ORDER BY grain, metric_id, month"
    for text in (
        f"CREATE TEMPORARY TABLE sorted_cells AS SELECT * FROM {metric_cell.name} {order}",
        f"DELETE FROM {metric_cell.name}",
        f"INSERT INTO {metric_cell.name} SELECT * FROM sorted_cells {order}",
        "DROP TABLE sorted_cells",
    ):
        connection.exec_driver_sql(text)
