"""Who answers for a process: the RACI matrix read at a day."""

from datetime import date

from sqlalchemy import Connection, and_, select

from data.schema import UNKNOWN, responsibility

EVERY_SERVICE = "*"


def accountable_actor(
    connection: Connection, process_id: str, service_id: str | None = None, on: date | None = None
) -> str:
    """The actor with the letter A for a process: the service's own where the matrix has one, else everyone's.

    on: the day the matrix is read at; by default, and for a day on which it names nobody (before it begins), its newest
    state. The unknown actor where that names nobody either: `asp-data responsibility check` reports it.
    """
    scopes = [EVERY_SERVICE] if service_id is None else [service_id, EVERY_SERVICE]
    query = select(responsibility.c.service_id, responsibility.c.actor_id).where(
        responsibility.c.process_id == process_id,
        responsibility.c.raci == "A",
        responsibility.c.service_id.in_(scopes),
    )
    newest = responsibility.c.valid_to.is_(None)
    then = and_(responsibility.c.valid_from <= on, newest | (responsibility.c.valid_to > on)) if on else newest
    for held in (then, newest) if on else (newest,):
        # Where a day has two, the first by name: the same one each time it is asked.
        rows = connection.execute(query.where(held).order_by(responsibility.c.actor_id.desc()))
        owners = {row.service_id: row.actor_id for row in rows}
        if found := next((owners[scope] for scope in scopes if scope in owners), None):
            return str(found)
    return UNKNOWN
