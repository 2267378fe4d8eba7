"""Events that came before their ticket."""

from sqlalchemy import Integer, and_, case, insert, literal, or_, select, update

from data.schema import UNKNOWN, UNKNOWN_MUNICIPALITY, UNKNOWN_SERVICE, fact_ticket, fact_ticket_event
from data.store import Session
from etl.staging import analyse

FOLLOWED = (("municipality_id", UNKNOWN_MUNICIPALITY), ("service_id", UNKNOWN_SERVICE), ("actor_id", UNKNOWN))
"""What an event has of its ticket where it names none itself, and what it has without one."""


def follow_late_tickets(session: Session) -> None:
    """Give events of earlier runs what they lack and the tickets of this run know, as new versions.

    Only tickets that this run brought are looked at: the events of the others have followed them already.
    """
    event, ticket, run = fact_ticket_event, fact_ticket, session.run_id
    late = and_(
        event.c.source == ticket.c.source,
        event.c.ticket_id == ticket.c.ticket_id,
        event.c.superseded_run.is_(None),
        event.c.loaded_run < run,
        ticket.c.superseded_run.is_(None),
        ticket.c.loaded_run == run,
        or_(*(and_(event.c[name] == unknown, ticket.c[name] != unknown) for name, unknown in FOLLOWED)),
    )
    waits = or_(*(event.c[name] == unknown for name, unknown in FOLLOWED))
    waiting = select(literal(1)).where(event.c.superseded_run.is_(None), event.c.loaded_run < run, waits).limit(1)
    if session.connection.execute(waiting).first() is None:
        return
    for table in (event, ticket):
        analyse(session.connection, table)
    followed = {
        name: case((event.c[name] == unknown, ticket.c[name]), else_=event.c[name]) for name, unknown in FOLLOWED
    }
    own = {**followed, "loaded_run": literal(run, Integer)}
    columns = [column.name for column in event.c if column.name != "superseded_run"]
    versions = select(*(own.get(name, event.c[name]) for name in columns)).join_from(event, ticket, late)
    session.connection.execute(insert(event).from_select(columns, versions))
    known = select(literal(1)).select_from(ticket).where(late).exists()
    session.connection.execute(update(event).where(known).values(superseded_run=run))
