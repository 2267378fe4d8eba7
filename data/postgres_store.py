"""PostgreSQL: publishing is the commit of one transaction, so readers never see half a run."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Table, create_engine, delete, func, inspect, select, text, update
from sqlalchemy.exc import OperationalError

from data.comparison import disclosure
from data.cost.plan_import import forget_plans
from data.errors import AspError, NotPublished, StoreBusy
from data.kept import OPTION
from data.rollups import refresh
from data.schema import (
    FACTS,
    cost_line,
    cost_month,
    cost_share,
    cost_support,
    etl_cursor,
    etl_input,
    etl_run,
    metadata,
    metric_cell,
    quarantine,
    rollup_state,
    ticket_flow,
    ticket_time,
    unmatched_name,
)
from data.session import Session, Snapshot

WRITE_LOCK = 0x415350  # "ASP": the advisory lock that one run at a time holds
ALLOCATED = (cost_month, cost_line, cost_share, cost_support)  # versioned as facts are
MADE = (*ALLOCATED, metric_cell, ticket_flow, ticket_time, rollup_state)


class PostgresStore:
    """The server store: one database, chosen by its URL."""

    def __init__(self, url: URL, rollups: bool = True, least_people: int = disclosure.LEAST_PEOPLE) -> None:
        self.url = url
        self.rollups = rollups
        self.least_people = least_people
        self.engine = create_engine(url, pool_pre_ping=True, connect_args={"options": "-c timezone=UTC"})

    def snapshot_id(self) -> str | None:
        with self._connect() as connection:
            run_id = _newest_run(connection)
        return None if run_id is None else f"run-{run_id:08d}"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        # One state for all queries of a page, whatever is committed meanwhile.
        with self._connect() as connection:
            options = {OPTION: {}, disclosure.OPTION: self.least_people}
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True, **options)
            if _newest_run(connection) is None:
                raise NotPublished(
                    f"{self._name()}: nothing is published yet. Run `asp-etl run all --config sources.toml`."
                )
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self._connect() as connection:
            if not connection.scalar(select(func.pg_try_advisory_lock(WRITE_LOCK))):
                raise StoreBusy(f"{self._name()}: another run is writing. Wait for it, or stop it first.")
            connection.commit()
            try:
                number = _next_number(connection)
                connection.commit()
                with connection.begin():
                    yield Session(connection, number)
                    # Without it the planner takes a freshly loaded fact for an empty one.
                    _analyze(connection, metadata.sorted_tables)
                    if self.rollups and refresh(connection):
                        _analyze(connection, MADE)
            finally:
                connection.scalar(select(func.pg_advisory_unlock(WRITE_LOCK)))
                connection.commit()

    def snapshots(self) -> list[Snapshot]:
        query = (
            select(etl_run.c.run_id, etl_run.c.finished_at)
            .where(etl_run.c.status == "published")
            .order_by(etl_run.c.run_id.desc())
        )
        with self._connect() as connection:
            rows = connection.execute(query).all() if _newest_run(connection) is not None else []
        return [
            Snapshot(
                id=f"run-{row.run_id:08d}", run_id=row.run_id, published_at=row.finished_at, is_current=number == 0
            )
            for number, row in enumerate(rows)
        ]

    def rollback(self, to: str | None = None) -> str:
        """Take back the runs after `to`: their versions go, what they superseded is current again.

        The rows taken back are gone here (a DuckDB folder still has the snapshot); their runs stay listed as
        rolled_back.
        """
        snapshots = self.snapshots()
        names = [snapshot.id for snapshot in snapshots]
        target = to or (names[1] if len(names) > 1 else None)
        if target is None:
            raise AspError(f"{self._name()}: there is no earlier run to roll back to.")
        if target not in names:
            raise AspError(f"{self._name()}: no run {target}; there are {', '.join(names)}.")
        last = snapshots[names.index(target)].run_id
        with self.writing() as session:
            _take_back(session.connection, last)
        return target

    def close(self) -> None:
        self.engine.dispose()

    def _connect(self) -> Connection:
        try:
            return self.engine.connect()
        except OperationalError as error:
            raise AspError(
                f"{self._name()}: the database can't be reached. Is it running, and is the URL right?"
            ) from error

    def _name(self) -> str:
        return self.url.render_as_string(hide_password=True)


def _analyze(connection: Connection, tables: Iterable[Table]) -> None:
    for table in tables:
        connection.exec_driver_sql(f"ANALYZE {table.name}")


def _newest_run(connection: Connection) -> int | None:
    if not inspect(connection).has_table(etl_run.name):
        return None
    return connection.scalar(select(func.max(etl_run.c.run_id)).where(etl_run.c.status != "rolled_back"))


def _next_number(connection: Connection) -> int:
    """A sequence is not rolled back with its transaction, so numbers are never reused."""
    connection.execute(text("CREATE SEQUENCE IF NOT EXISTS etl_run_number"))
    number = connection.scalar(text("SELECT nextval('etl_run_number')"))
    assert isinstance(number, int), "a sequence gives whole numbers"
    return number


def _take_back(connection: Connection, last: int) -> None:
    forget_plans(connection, last)
    for fact in (*FACTS, *ALLOCATED):
        connection.execute(delete(fact).where(fact.c.loaded_run > last))
        connection.execute(update(fact).where(fact.c.superseded_run > last).values(superseded_run=None))
    connection.execute(delete(quarantine).where(quarantine.c.run_id > last))
    connection.execute(
        update(quarantine).where(quarantine.c.closed_run > last).values(status="open", closed_run=None, note=None)
    )
    connection.execute(delete(unmatched_name).where(unmatched_name.c.run_id > last))
    # What is taken back will be read again from where the run before had got to.
    connection.execute(delete(etl_cursor).where(etl_cursor.c.run_id > last))
    connection.execute(
        update(etl_input).where(etl_input.c.run_id > last).values(content_hash=None, message="rolled back")
    )
    connection.execute(update(etl_run).where(etl_run.c.run_id > last).values(status="rolled_back"))
