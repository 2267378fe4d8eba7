"""Znuny's GenericInterface: a session in the body of every request, errors as HTTP 200, no paging."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from etl.config import Source
from etl.connections import Znuny
from etl.sources.api.client import Client
from etl.sources.api.wall import Wall
from etl.sources.api.windows import Axis
from etl.sources.errors import SourceError
from etl.sources.pull import Record

DEFAULT_LIMIT = 500  # of a server that does not heed ours
MOST = 100_000  # asked for when more than limit changed within one second
BATCH = 50  # tickets of one answer
LIVE = ("new", "open", "pending reminder", "pending auto", "closed")  # types of states; the others: merged, removed
GONE = ("AccessDenied", "NotTicketData")


class Refusal(SourceError):
    """An error that Znuny told in an answer. code: as Znuny names it."""

    def __init__(self, text: str, code: str) -> None:
        super().__init__(text)
        self.code = code


class Service:
    """The web service of one source. Sessions that end are renewed."""

    def __init__(self, source: Source, connect: Znuny, client: Client, wall: Wall) -> None:
        self._source, self._connect, self._client, self._wall = source, connect, client, wall
        self._session: str | None = None

    def by_change(self) -> Axis[str]:
        """Ids of tickets by the second of their last change, on the server's wall clock."""
        return self._axis("TicketLastChangeTime")

    def by_creation(self) -> Axis[str]:
        """Ids of tickets that are neither merged nor removed by the second of their creation."""
        return self._axis("TicketCreateTime", {"StateType": list(LIVE)})

    def tickets(self, ids: Sequence[str]) -> list[Record]:
        """The tickets with their dynamic fields; those that are gone meanwhile are left out."""
        body = {"DynamicFields": 1, "Extended": 1}
        return self._batched(self._connect.get_route, "Ticket", ids, body)

    def histories(self, ids: Sequence[str]) -> dict[str, list[Record]]:
        """Lines of the history of each ticket, oldest first. Raises SourceError where history_route is not set."""
        if self._connect.history_route is None:
            raise SourceError(
                f"source '{self._source.name}': events and history.… columns need the operation TicketHistoryGet in the"
                " web service. Add it there and name its route with history_route."
            )
        found = self._batched(self._connect.history_route, "TicketHistory", ids, {})
        return {str(one["TicketID"]): _listed(one.get("History")) for one in found}

    def _axis(self, time: str, terms: Record | None = None) -> Axis[str]:
        most, search = self._connect.limit, partial(self._search, time, terms or {})
        return Axis(lambda start, stop: search(start, stop, most), lambda at: self._crowd(search, at), most)

    def _search(self, time: str, terms: Record, start: int, stop: int | None, limit: int) -> list[str] | None:
        """Ids of a window, None when the answer is full. Both ends of the server's window count."""
        body = {**terms, f"{time}NewerDate": self._wall.text(start), "Limit": limit, "SearchInArchive": "AllTickets"}
        if stop is not None:
            body[f"{time}OlderDate"] = self._wall.text(stop - 1)
        if self._connect.queues:
            body["Queues"] = list(self._connect.queues)
        found = [str(one) for one in _listed(self._ask(self._connect.search_route, body).get("TicketID"))]
        return None if len(found) >= limit or len(found) == DEFAULT_LIMIT else found

    def _crowd(self, search: Callable[[int, int, int], list[str] | None], at: int) -> list[str]:
        found = search(at, at + 1, MOST)
        if found is None:
            raise SourceError(
                f"source '{self._source.name}': the second {self._wall.text(at)} holds more tickets than one answer of"
                " TicketSearch, which has no pages. Name queues and read them as several sources."
            )
        return found

    def _batched(self, route: str, name: str, ids: Sequence[str], body: Record) -> list[Record]:
        size = self._connect.page_size or BATCH
        return [
            one for start in range(0, len(ids), size) for one in self._got(route, name, ids[start : start + size], body)
        ]

    def _got(self, route: str, name: str, ids: Sequence[str], body: Record) -> list[Record]:
        """One ticket that may not be read, or is no longer there, fails all those asked for with it: halved."""
        try:
            return _listed(self._ask(route, {**body, "TicketID": list(ids)}).get(name))
        except Refusal as error:
            if error.code not in GONE:
                raise
        if len(ids) == 1:
            return []
        half = len(ids) // 2
        return self._got(route, name, ids[:half], body) + self._got(route, name, ids[half:], body)

    def _ask(self, route: str, body: Record) -> Record:
        session = self._session or self._log_in()
        try:
            return self._sent(route, {**body, "SessionID": session})
        except Refusal as error:
            if error.code != "AuthFail":
                raise
        return self._sent(route, {**body, "SessionID": self._log_in()})

    def _log_in(self) -> str:
        password = self._source.secret(self._connect.password_env)
        body = {"UserLogin": self._connect.user, "Password": password}
        self._session = str(self._sent(self._connect.session_route, body).get("SessionID") or "")
        if not self._session:
            raise SourceError(
                f"source '{self._source.name}': {self._connect.session_route} gives no session; check url."
            )
        return self._session

    def _sent(self, route: str, body: Record) -> Record:
        """The answer. Raises Refusal for an error in it: its message may name people, so only its code is told."""
        answer: Any = self._client.post(route, json=body).json
        answer = answer if isinstance(answer, dict) else {}
        if not isinstance(error := answer.get("Error"), dict):
            return answer
        code = str(error.get("ErrorCode", ""))
        advice = f" Check {self._connect.password_env}." if code.endswith("AuthFail") else ""
        text = f"source '{self._source.name}': Znuny answers {route} with the error {code or 'without a code'}.{advice}"
        raise Refusal(text, code.rpartition(".")[2])


def _listed(value: Any) -> list[Any]:
    """A list of one thing may come as that thing."""
    return value if isinstance(value, list) else [] if value is None or value == "" else [value]
