"""Zammad's plain list of tickets, and the forms that its versions answer in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from etl.sources.api.client import Answer, Client
from etl.sources.errors import SourceError
from etl.sources.pull import Record

MOST = 100  # tickets of a page, whatever is asked for
NAMES = {"state": "TicketState", "group": "Group", "priority": "TicketPriority", "organization": "Organization"}


@dataclass(frozen=True)
class Found:
    """Tickets of one answer. total: how many there are in all, where the server tells."""

    tickets: list[Record]
    total: int | None


class Listing:
    """All tickets in the order of their ids, from the last page to the first.

    So a ticket that is deleted meanwhile moves others to pages that are still to be read: some come twice, none is
    missed.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def is_empty(self) -> bool:
        """Whether the login sees no ticket at all."""
        return not self._page(1)

    def pages(self) -> Iterator[list[Record]]:
        """The pages that hold something."""
        for number in range(self._last(), 0, -1):
            if page := self._page(number):
                yield page

    def _last(self) -> int:
        """Number of the last page that holds something, 0 when there is none: sought by halving."""
        beyond = 1
        while self._page(beyond):
            beyond *= 2
        last = beyond // 2
        while beyond - last > 1:
            middle = (beyond + last) // 2
            last, beyond = (middle, beyond) if self._page(middle) else (last, middle)
        return last

    def _page(self, number: int) -> list[Record]:
        params = {"page": number, "per_page": MOST, "expand": "true"}
        return found_in(self._client.get("/api/v1/tickets", params)).tickets


def found_in(answer: Answer) -> Found:
    """Tickets of any of the forms that versions answer in: a list, an object with the list, ids beside assets.

    Raises SourceError for anything else.
    """
    body: Any = answer.json
    if isinstance(body, list):
        return Found(body, None)
    if isinstance(body, dict):
        total = body.get("total_count")
        if isinstance(body.get("records"), list):
            return Found(body["records"], total)
        ids = body.get("tickets", body.get("record_ids"))
        if isinstance(ids, list) and isinstance(body.get("assets"), dict):
            return Found([_named(body["assets"], one) for one in ids if _held(body["assets"], "Ticket", one)], total)
    raise SourceError("Zammad answers a search in a form that is not known; check that url is that of a Zammad.")


def _held(assets: dict[str, Any], kind: str, number: Any) -> dict[str, Any]:
    one = (assets.get(kind) or {}).get(str(number))
    return one if isinstance(one, dict) else {}


def _named(assets: dict[str, Any], number: Any) -> Record:
    """A ticket of the assets, with names beside its ids."""
    ticket = _held(assets, "Ticket", number)
    names = {name: _held(assets, kind, ticket.get(f"{name}_id")).get("name") for name, kind in NAMES.items()}
    return {**ticket, **{name: text for name, text in names.items() if text is not None}}
