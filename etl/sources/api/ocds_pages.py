"""The pages of an OCDS publisher's list, each with the address of the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from etl.config import Source
from etl.connections import Ocds
from etl.sources.api.client import Answer, Client
from etl.sources.errors import SourceError
from etl.sources.ocds.packages import Found, releases_in

NONE_THERE = frozenset({400, 404, 410})
"""Statuses of an address that is not, or no longer, good."""


@dataclass(frozen=True)
class Page:
    """What a page lists. records: it lists records, whose processes are whole; next: address of the next page."""

    number: int
    found: list[Found]
    records: bool
    next: str | None


class Pages:
    """The list of a publisher. Its client must accept the statuses NONE_THERE."""

    def __init__(self, client: Client, source: Source, connect: Ocds) -> None:
        self._client, self._source, self._connect = client, source, connect

    def since(self, start: datetime | None) -> Iterator[Page]:
        """All pages, of what changed since start if the publisher can tell."""
        connect = self._connect
        params: dict[str, Any] = {}
        if start and connect.since_parameter:
            params[connect.since_parameter] = start.strftime(connect.since_format)
        if connect.page_size and connect.page_size_parameter:
            params[connect.page_size_parameter] = connect.page_size
        address = self._client.address(connect.path) if connect.path else connect.url
        return self._following(address, self._client.get(address, params or None))

    def at(self, address: str) -> Iterator[Page] | None:
        """The page at an address and those after it; None when the address is no longer good."""
        answer = self._client.get(address)
        return None if answer.status in NONE_THERE else self._following(address, answer)

    def _following(self, address: str, answer: Answer) -> Iterator[Page]:
        seen = {address}
        while True:
            page = self._page(address, answer, len(seen))
            yield page
            if page.next is None:
                return
            if page.next in seen:
                raise self._failed(page.number, "links to a page before it, which would never end")
            seen.add(page.next)
            address, answer = page.next, self._client.get(page.next)

    def _page(self, address: str, answer: Answer, number: int) -> Page:
        document = answer.json
        if answer.status in NONE_THERE:
            raise self._failed(number, f"is not there (status {answer.status}); check url, path and since_parameter")
        if isinstance(document, list):
            return Page(number, list(releases_in(document)), False, None)
        if not isinstance(document, dict) or not {"releases", "records", "ocid"} & document.keys():
            raise self._failed(number, "is no package of releases or records; check url and path")
        links = document.get("links")
        link = links.get("next") if isinstance(links, dict) else document.get("next")
        following = self._absolute(address, link) if isinstance(link, str) and link else None
        return Page(number, list(releases_in(document)), isinstance(document.get("records"), list), following)

    def _absolute(self, address: str, link: str) -> str:
        """A link as a whole address; one that a server behind a proxy writes without TLS goes on with it."""
        found, own = urlsplit(urljoin(address, link)), urlsplit(self._connect.url)
        same = found.hostname == own.hostname and (found.scheme, own.scheme) == ("http", "https")
        return (found._replace(scheme="https", netloc=own.netloc) if same else found).geturl()

    def _failed(self, page: int, what: str) -> SourceError:
        return SourceError(f"source '{self._source.name}': {self._source.address}: page {page} {what}.")
