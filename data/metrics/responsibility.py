"""Who answers for a process: the RACI matrix read at a day."""

from datetime import date

from sqlalchemy import Connection, select

from data.schema import responsibility

EVERY_SERVICE = "*"


def accountable_actor(
    connection: Connection, process_id: str, service_id: str | None = None, on: date | None = None
) -> str:
    """The actor with the letter A for a process: the service's own where the matrix has one, else everyone's.

    on: the day the matrix is read at; by default the rows still in force.
    """
    scopes = [EVERY_SERVICE] if service_id is None else [service_id, EVERY_SERVICE]
    query = select(responsibility.c.service_id, responsibility.c.actor_id).where(
        responsibility.c.process_id == process_id,
        responsibility.c.raci == "A",
        responsibility.c.service_id.in_(scopes),
    )
    if on is None:
        query = query.where(responsibility.c.valid_to.is_(None))
    else:
        query = query.where(
            responsibility.c.valid_from <= on,
            responsibility.c.valid_to.is_(None) | (responsibility.c.valid_to > on),
        )
    owners = {row.service_id: row.actor_id for row in connection.execute(query)}
    found = next((owners[scope] for scope in scopes if scope in owners), None)
    assert found is not None, f"the responsibility matrix names no accountable actor for {process_id}"
    return found
