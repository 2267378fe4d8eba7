"""What tests of service desks share: a source of a kind, a store to run it into, and what the facts then are."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from data.schema import etl_cursor, fact_ticket, fact_ticket_event
from data.store import Store
from etl.config import Source
from etl.pipeline import Options, run_job
from etl.sources.api import pull
from etl.sources.pull import Slice, Span
from etl.status import RunReport

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
PROVENANCE = {"input_id", "line", "loaded_run", "superseded_run"}
EVENT_FIELDS = {
    "ticket_id": "ticket_id",
    "event_id": "event_id",
    "event_at": "event_at",
    "event_type": "event_type",
    "status": "status",
    "assignment_group": "group",
    "level": "level",
}


def described(kind: str, record: str, fields: dict[str, Any], secrets: dict[str, str], **settings: Any) -> Source:
    """A source of the system "desk". settings: connect, and what else is to be set."""
    made = Source.model_validate(
        {
            "name": f"{kind} {record}s",
            "system": "desk",
            "job": "tickets",
            "record": record,
            "fields": fields,
            **settings,
            "values": {field: told for field, told in settings.get("values", {}).items() if field in fields},
            "connect": {"kind": kind, **settings["connect"]},
        }
    )
    made._secrets = dict(secrets)
    return made


def slices(source: Source, **span: Any) -> list[Slice]:
    return list(pull(source, Span(NOW, **span)))


def records(source: Source, **span: Any) -> list[dict[str, Any]]:
    return [record for part in slices(source, **span) for record in part.records]


def run(store: Store, *sources: Source, **options: Any) -> RunReport:
    return run_job(store, "tickets", sources, Path(), Options(**options))


def facts(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Current tickets and events, without where they came from."""
    return {table.name: list(_current(store, table)) for table in (fact_ticket, fact_ticket_event)}


def tickets(store: Store, *columns: str) -> dict[str, Any]:
    """Current tickets: ticket_id -> the column, or a tuple of the columns."""
    found = _rows(store, fact_ticket, ("ticket_id", *columns))
    return {row[0]: row[1] if len(columns) == 1 else row[1:] for row in found}


def events(store: Store, ticket_id: str, *columns: str) -> list[tuple[Any, ...]]:
    """Current events of a ticket in the order they happened."""
    found = _rows(store, fact_ticket_event, ("ticket_id", "event_at", "event_id", *columns))
    return [row[3:] for row in sorted(found) if row[0] == ticket_id]


def cursor(store: Store, source: Source) -> Any:
    """Where the source stands."""
    last = select(etl_cursor.c.position).where(etl_cursor.c.source == source.name).order_by(etl_cursor.c.run_id.desc())
    with store.reading() as connection:
        found = connection.scalar(last.limit(1))
    return json.loads(found) if found else None


def _current(store: Store, table: Table) -> Iterator[tuple[Any, ...]]:
    yield from sorted(_rows(store, table, [one.name for one in table.c if one.name not in PROVENANCE]), key=repr)


def _rows(store: Store, table: Table, columns: Any) -> list[tuple[Any, ...]]:
    wanted = select(*(table.c[name] for name in columns)).where(table.c.superseded_run.is_(None))
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(wanted)]
