"""Who answers for a process: the RACI matrix read at a day."""

from datetime import date

from sqlalchemy import Connection, select

from data.kept import kept
from data.schema import UNKNOWN, responsibility

EVERY_SERVICE = "*"


def accountable_actor(
    connection: Connection, process_id: str, service_id: str | None = None, on: date | None = None
) -> str:
    """The actor with the letter A for a process: the service's own where the matrix has one, else everyone's.

    on: the day the matrix is read at; by default, and for a day on which it names nobody (before it begins), its newest
    state. The unknown actor where that names nobody either: `asp-data responsibility check` reports it.
    """
    return accountable_of(connection, process_id, service_id, on) or UNKNOWN


def accountable_of(connection: Connection, process_id: str, service_id: str | None, on: date | None) -> str | None:
    """As accountable_actor(); None where the matrix names nobody."""
    rows = kept(connection, ("accountable",), lambda: _owners(connection))
    for day in (on, None):
        for scope in (service_id, EVERY_SERVICE):
            for actor, valid_from, valid_to in rows.get((process_id, scope), ()):
                if valid_to is None if day is None else valid_from <= day and (valid_to is None or day < valid_to):
                    return actor
    return None


Owners = dict[tuple[str, str | None], list[tuple[str, date, date | None]]]


def _owners(connection: Connection) -> Owners:
    found: Owners = {}
    # Where a day has two, the first by name: the same one each time it is asked.
    asked = select(responsibility).where(responsibility.c.raci == "A").order_by(responsibility.c.actor_id)
    for row in connection.execute(asked):
        found.setdefault((row.process_id, row.service_id), []).append((row.actor_id, row.valid_from, row.valid_to))
    return found
