"""GLPI by apirest.php: tickets (or problems, changes) by the time of their last change, and their history.

Columns: those of glpi_record.COLUMNS as GLPI's database has them; entity, category, location (whole names),
request_type, group (the newest of those that hold it) and groups; waiting_minutes; entity.<column> and history.<column>
where mapped. No column of people, no title, no text.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from etl.config import Source
from etl.connections import Glpi
from etl.sources.api.client import Client, Request
from etl.sources.api.desk import (
    HISTORY,
    Part,
    Past,
    check_groups,
    check_key,
    event_records,
    history_columns,
    rules,
    slices,
    wants,
)
from etl.sources.api.glpi_log import changes
from etl.sources.api.glpi_record import ENTITY, record_of
from etl.sources.api.glpi_rest import ACCEPTED, Rest, error_code
from etl.sources.api.history import State
from etl.sources.api.wall import FIRST, Wall, wall_of
from etl.sources.errors import SourceError
from etl.sources.pull import Record, Slice, Span

PROPOSED = {
    "ticket": {
        "ticket_id": "id",
        "opened_at": "date",
        "ticket_type": "type",
        "municipality": "entity",
        "service": "category",
        "status": "status",
        "priority": "priority",
        "first_response_at": "takeintoaccountdate",
        "resolved_at": "solvedate",
        "closed_at": "closedate",
        "updated_at": "date_mod",
        "waiting": "history.waiting",
        "escalated_at": "history.escalated_at",
        "reassignment_count": "history.reassignment_count",
        "reopen_count": "history.reopen_count",
        "level": "history.level",
    },
    "event": {
        "ticket_id": "ticket_id",
        "event_id": "event_id",
        "event_at": "event_at",
        "event_type": "event_type",
        "status": "status",
        "assignment_group": "group",
        "level": "level",
    },
}
SOLVED, PENDING = ("5", "6"), ("4",)  # solved, closed; pending


def pull(source: Source, span: Span) -> Iterator[Slice]:
    """Changed tickets, or their events. Raises SourceError when GLPI can't be read on."""
    check_key(source, "id")
    connect = source.connect
    assert isinstance(connect, Glpi), "another kind of system"
    with Client(source, authenticate=_login(source, connect), accept=ACCEPTED) as client:
        wall = wall_of(source)
        desk = _Desk(source, connect, Rest(source, connect, client, wall), wall)
        yield from slices(source, span, desk.parts(span), desk.keys)
        _log_out(client)


def _login(source: Source, connect: Glpi) -> Callable[[Client], Mapping[str, str]]:
    """Gives the headers of a new session. Raises SourceError where there is no apirest.php."""

    def log_in(client: Client) -> Mapping[str, str]:
        app = {"App-Token": source.secret(connect.app_token_env)} if connect.app_token_env else {}
        user = {"Authorization": f"user_token {source.secret(connect.token_env)}"}
        answer = client.plain(Request("/initSession", headers={**user, **app}))
        if answer.status in (404, 410):
            raise SourceError(
                f"source '{source.name}': {source.address} answers {answer.status}: no apirest.php is there. url must"
                " end with /apirest.php, and the REST API be on (Setup > General > API). The newer api.php (v2) of"
                " GLPI 11 is not supported; GLPI 11 still has apirest.php as its legacy API."
            )
        token = answer.json.get("session_token") if isinstance(answer.json, dict) else None
        if not token:
            raise SourceError(
                f"source '{source.name}': GLPI gives no session: {error_code(answer) or answer.status}. Check"
                f" {', '.join(source.secret_names)}, and the addresses that its API client allows."
            )
        return {"Session-Token": token, **app}

    return log_in


def _log_out(client: Client) -> None:
    """The session of a pull that broke off ends by itself. That this one can't be ended harms nothing."""
    try:
        client.get("/killSession")
    except SourceError:
        return


class _Desk:
    """One GLPI during one pull."""

    def __init__(self, source: Source, connect: Glpi, rest: Rest, wall: Wall) -> None:
        self._source, self._connect, self._rest, self._wall = source, connect, rest, wall
        self._rules = rules(source, "status", SOLVED, PENDING)
        self._entities = rest.entities() if wants(source, "entity.") else {}
        if connect.second_level and (source.record == "event" or wants(source, HISTORY)):
            check_groups(source, rest.groups())

    def parts(self, span: Span) -> Iterator[Part]:
        """What changed since the cursor, oldest first; before it what was put into the trash."""
        since = span.start(self._connect.overlap_hours)
        start, end = self._wall.since(since) if since else FIRST, self._wall.until(span.started_at)
        until = self._wall.until(span.until) if span.until else None
        for window in self._rest.by_change(deleted=True).windows(start, end, until):
            yield Part([], tuple(str(row["id"]) for row in window.rows))
        for window in self._rest.by_change().windows(start, end, until):
            yield self._part(window.rows, self._wall.at(window.stop))

    def keys(self) -> Iterable[str]:
        """Ids of all items out of the trash."""
        return map(str, self._rest.ids())

    def _part(self, rows: Sequence[Record], until: datetime | None) -> Part:
        items = self._rest.items([int(row["id"]) for row in rows])
        there = [(row, items[int(row["id"])]) for row in rows if int(row["id"]) in items]
        # The item may be newer than the row that led to it: the row's own time is what has been read up to.
        newest = max(filter(None, (self._wall.moment(row["date_mod"]) for row, _ in there)), default=None)
        return Part(self._records([record_of(row, item) for row, item in there]), (), newest, until)

    def _records(self, tickets: list[Record]) -> list[Record]:
        if self._source.record == "event":
            return [event for past in self._pasts(tickets) for event in event_records(past, self._rules)]
        for ticket in tickets:
            own = self._entities.get(str(ticket["entity"]), {})
            ticket |= {f"entity.{name}": own.get(name) for name in ENTITY} if self._entities else {}
        if wants(self._source, HISTORY):
            for ticket, past in zip(tickets, self._pasts(tickets), strict=True):
                ticket |= history_columns(past, self._rules)
        return tickets

    def _pasts(self, tickets: list[Record]) -> list[Past]:
        logs = self._rest.logs([int(one["id"]) for one in tickets]) if tickets else []
        return [self._past(ticket, lines) for ticket, lines in zip(tickets, logs, strict=True)]

    def _past(self, ticket: Record, lines: list[Record]) -> Past:
        created = self._wall.moment(ticket["date_creation"] or ticket["date"])
        assert created is not None, "a ticket without a creation"
        now = State(created, str(ticket["status"]), ticket["group"], str(ticket["priority"]))
        return Past(str(ticket["id"]), created, now, changes(lines, ticket["groups"], self._wall))
