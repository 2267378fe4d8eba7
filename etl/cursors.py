"""How far each live source has been read: kept in the reporting database, in the transaction of the data itself."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from data.schema import etl_cursor
from data.store import Session
from etl.sources.pull import Cursor
from etl.sources.shapes import Shape


@dataclass(frozen=True)
class State:
    """What is known of a live source. reconciled_at: UTC without zone; shape: the columns it has delivered."""

    position: Cursor | None = None
    shape: Shape = field(default_factory=dict)
    description_hash: str | None = None
    reconciled_at: datetime | None = None


def read_state(connection: Connection, source: str) -> State:
    """The state after the last run that got further; an empty one for a source never read."""
    last = select(etl_cursor).where(etl_cursor.c.source == source).order_by(etl_cursor.c.run_id.desc()).limit(1)
    row = connection.execute(last).first()
    if row is None:
        return State()
    return State(json.loads(row.position), json.loads(row.shape), row.description_hash, row.reconciled_at)


def keep_state(session: Session, source: str, state: State) -> None:
    """Make it the state after this run."""
    same = (etl_cursor.c.source == source) & (etl_cursor.c.run_id == session.run_id)
    session.connection.execute(delete(etl_cursor).where(same))
    session.connection.execute(
        insert(etl_cursor).values(
            source=source,
            run_id=session.run_id,
            position=json.dumps(state.position or {}, sort_keys=True),
            shape=json.dumps(state.shape, sort_keys=True),
            description_hash=state.description_hash,
            reconciled_at=state.reconciled_at,
        )
    )
