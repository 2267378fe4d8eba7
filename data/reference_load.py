"""Brings the schema and the reference data into a store, so that a first run finds its dimensions filled."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib.metadata import version

import pandas as pd
from sqlalchemy import Connection, Table, delete, func, insert, select

from data import schema
from data.errors import NotPublished
from data.metrics.cell_refresh import of_these_definitions
from data.migrate import migrate, newest_revision, schema_revision
from data.reference import register
from data.reference.calendar import working_calendar
from data.store import Session, Store

FIRST_DAY, LAST_DAY = date(2010, 1, 1), date(2030, 12, 31)
REGISTER_FROM = date(2024, 1, 1)  # the gazetteer the register is compiled from
PACKAGED = "packaged"


def prepare(store: Store) -> bool:
    """Migrate and load the packaged reference data where they are missing or older. True when a run was published.

    An upgrade that defines figures anew publishes too, so that their months are counted before a page asks for them.
    """
    if _is_current(store):
        return False
    with store.writing() as session:
        load_reference(session)
    return True


def load_reference(session: Session) -> None:
    """Bring the schema up and load every packaged table whose content differs from the loaded one.

    A table that a person replaced by a file (`asp-data reference import`) is left alone.
    """
    connection = session.connection
    started = datetime.now(UTC).replace(tzinfo=None)
    migrate(connection)
    loaded = _loaded_hashes(connection)
    changed = []
    for table, read in TABLES.items():
        frame = read()
        content = _hash(frame)
        if loaded.get(table.name, ("", PACKAGED))[1] == PACKAGED and loaded.get(table.name, ("", ""))[0] != content:
            replace_table(session, table, frame)
            changed.append((table.name, content, len(frame)))
    record_reference_run(session, started, changed, PACKAGED)


def replace_table(session: Session, table: Table, frame: pd.DataFrame) -> None:
    """The frame becomes the whole table; earlier content stays in the earlier snapshot."""
    session.connection.execute(delete(table))
    session.load_frame(table.name, frame[[column.name for column in table.c if column.name in frame]])


def record_reference_run(session: Session, started: datetime, changed: list[tuple[str, str, int]], origin: str) -> None:
    """Log a run of job reference: one input per table (name, content hash, rows). origin: packaged, or a file."""
    connection = session.connection
    now = datetime.now(UTC).replace(tzinfo=None)
    connection.execute(
        insert(schema.etl_run).values(
            run_id=session.run_id, job="reference", status="published", started_at=started, finished_at=now,
            mode="full", version=version("asp-dashboard"),
        )
    )  # fmt: skip
    first = (connection.scalar(select(func.max(schema.etl_input.c.input_id))) or 0) + 1
    for number, (name, content, rows) in enumerate(changed, first):
        connection.execute(
            insert(schema.etl_input).values(
                input_id=number, run_id=session.run_id, source=name, system=name, record="reference", input=origin,
                content_hash=content, status="loaded", read=rows, loaded_new=rows, loaded_changed=0, unchanged=0,
                duplicate=0, quarantined=0, unmatched_municipality=0, unmatched_service=0, unmatched_actor=0,
            )
        )  # fmt: skip


def _is_current(store: Store) -> bool:
    try:
        with store.reading() as connection:
            if schema_revision(connection) != newest_revision():
                return False
            loaded = _loaded_hashes(connection)
            if store.rollups and not of_these_definitions(connection):
                return False
    except NotPublished:
        return False
    return all(
        table.name in loaded and (loaded[table.name][1] != PACKAGED or loaded[table.name][0] == _hash(read()))
        for table, read in TABLES.items()
    )


def _loaded_hashes(connection: Connection) -> dict[str, tuple[str, str]]:
    """Table -> (content hash, origin) of the newest load."""
    inputs = (
        select(schema.etl_input.c.source, schema.etl_input.c.content_hash, schema.etl_input.c.input)
        .where(schema.etl_input.c.record == "reference")
        .order_by(schema.etl_input.c.input_id)
    )
    return {row.source: (row.content_hash, row.input) for row in connection.execute(inputs)}


def reference_origin(connection: Connection, table: str) -> tuple[str, str]:
    """Content hash of a loaded reference table, and where it came from (packaged, or a file's name)."""
    return _loaded_hashes(connection)[table]


def _hash(frame: pd.DataFrame) -> str:
    return hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()


def _municipalities() -> pd.DataFrame:
    frame = register.municipalities()
    frame = frame.assign(size_band=frame["population"].map(register.size_band), valid_from=REGISTER_FROM, valid_to=None)
    unknown = {
        "municipality_id": schema.UNKNOWN_MUNICIPALITY, "name": "Ismeretlen", "kind": "unknown",
        "legal_status": "unknown", "county": "unknown", "district": "unknown", "size_band": "unknown",
        "valid_from": REGISTER_FROM,
    }  # fmt: skip
    return pd.concat([frame, pd.DataFrame([unknown])], ignore_index=True)


def _dates() -> pd.DataFrame:
    days = working_calendar(FIRST_DAY, LAST_DAY)
    stamps = pd.to_datetime(days["date"])
    iso = stamps.dt.isocalendar()
    return days.assign(
        year=stamps.dt.year,
        quarter=stamps.dt.quarter,
        month=stamps.dt.month,
        iso_week=iso["week"].astype("int64"),
        weekday=iso["day"].astype("int64"),
    )


TABLES: dict[Table, Callable[[], pd.DataFrame]] = {
    schema.dim_date: _dates,
    schema.dim_municipality: _municipalities,
    schema.dim_actor: register.actors,
    schema.dim_service: register.services,
    schema.dim_process: register.processes,
    schema.dim_account: register.accounts,
    schema.dim_function: register.functions,
    schema.responsibility: register.responsibilities,
    schema.sla_target: register.sla_targets,
    schema.service_hours: register.service_hours,
    schema.metric_target: register.metric_targets,
    schema.control_rebase: register.control_rebases,
    schema.peak_period: register.peak_periods,
    schema.entitlement: register.entitlements,
    schema.allocation_plan: register.allocation_plans,
    schema.price_index: register.price_indices,
    schema.penalty_rule: register.penalty_rules,
}
