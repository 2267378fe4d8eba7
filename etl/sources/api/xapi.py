"""Statements of a learning record store (xAPI 1.0.3 and 2.0), folded into a row per person, activity and registration.

A statement tells one moment only, so a row is always made of all of them: whenever a statement arrives, or one is
voided, the others of its row are asked for again. On a first or full reading they all pass by anyway and are kept in
mind instead.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from etl.config import Source
from etl.connections import Xapi
from etl.sources.api.client import Answer, Client, Request
from etl.sources.api.keys import key_field, mapped_keys
from etl.sources.api.xapi_rows import Key, Statement, identified, read, row, short, voids
from etl.sources.errors import SourceError
from etl.sources.pull import Cursor, Record, Slice, Span, moment, zulu

STATEMENTS = 500
THROUGH = "X-Experience-API-Consistent-Through"
PROPOSED = {
    "training": {
        "enrolment_id": {"columns": ["actor", "activity", "registration"], "separator": "|"},
        "person": "actor",
        "course_id": "activity",
        "course_name": "activity_name",
        "started_on": "first_at",
        "enrolled_on": "registered_at",
        "completed_on": "completed_at",
        "withdrawn_on": "withdrawn_at",
        "result": "result",
        "attempted": "attempted",
        "score": "score",
    }
}


def pull(source: Source, span: Span) -> Iterator[Slice]:
    """Rows of the statements stored since the cursor, page by page; see xapi_rows.row for the columns.

    Raises SourceError where the mapping would let a person's identifier through, or gives rows no key.
    """
    connect = source.connect
    assert isinstance(connect, Xapi), "another kind of source"
    _check(source)
    # An answer 404 says that a voided statement was never there.
    with Client(source, _login(source, connect), accept=frozenset({404}), quotes=False) as client:
        yield from _Reader(source, connect, span, client).slices()


def _check(source: Source) -> None:
    """Rows need a key, to be withdrawn by when their statements are voided; and no person may pass in clear."""
    key_field(source)
    if "actor" not in source.person_headings:
        raise SourceError(
            f"source '{source.name}': the column actor identifies a person; map person = \"actor\", so that it is"
            " hashed wherever it is read."
        )


def _login(source: Source, connect: Xapi) -> Any:
    headers = {"X-Experience-API-Version": connect.version}
    if connect.token_env:
        headers["Authorization"] = f"Bearer {source.secret(connect.token_env)}"
    elif connect.user and connect.password_env:
        pair = f"{connect.user}:{source.secret(connect.password_env)}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    return lambda _: headers


class _Reader:
    """One pull. The statements of each row that was met, by id; and where each was voided."""

    def __init__(self, source: Source, connect: Xapi, span: Span, client: Client) -> None:
        self._source, self._connect, self._span, self._client = source, connect, span, client
        self._start = span.start(connect.overlap_hours)
        self._known: dict[Key, dict[str, Statement]] = {}
        self._voided: set[str] = set()
        self._newest: datetime | None = None

    def slices(self) -> Iterator[Slice]:
        """A slice per page."""
        since = f" stored since {zulu(self._start)}" if self._start else ""
        for number, (raws, through) in enumerate(self._pages(), start=1):
            named = f"{self._source.address} statements{since}, page {number}"
            touched = self._take(raws)
            rows = [row(key, told) for key in touched if (told := self._told(key))]
            gone = [key for key in touched if not self._told(key)]
            yield Slice(named, rows, self._advanced(raws, through), tuple(self._keys(gone)))

    def _pages(self) -> Iterator[tuple[list[Mapping[str, Any]], datetime | None]]:
        """Statements in the order they were stored, and until when the store vouches for having told all."""
        asked: dict[str, Any] = {"ascending": "true", "limit": self._connect.page_size or STATEMENTS}
        if self._start:
            asked["since"] = zulu(self._start)
        if self._span.until:
            asked["until"] = zulu(self._span.until)
        if self._connect.activity:
            asked["activity"] = self._connect.activity
        answer = self._client.get("/statements", params=asked)
        while True:
            through = answer.headers.get(THROUGH)
            yield self._listed(answer), moment(through) if through else None
            more = answer.json.get("more")
            if not more:
                return
            answer = self._client.get(self._link(more))

    def _listed(self, answer: Answer) -> list[Mapping[str, Any]]:
        told = answer.json
        if answer.status == 404 or not isinstance(told, dict) or not isinstance(told.get("statements"), list):
            raise SourceError(
                f"source '{self._source.name}': {self._source.address} gives no statements. Set url to the xAPI"
                " endpoint, what stands before /statements."
            )
        return list(told["statements"])

    def _link(self, more: str) -> str:
        """The whole address of the next page: the link counts from the host's root, not from the endpoint."""
        parts = urlsplit(self._source.address)
        return urljoin(f"{parts.scheme}://{parts.netloc}/", more)

    def _take(self, raws: Sequence[Mapping[str, Any]]) -> list[Key]:
        """Remember a page's statements; gives the rows they change, whose other statements are known then too."""
        voided = [target for raw in raws if (target := voids(raw))]
        self._voided.update(voided)
        fresh = {one.id: (one, raw) for raw in raws if (one := self._read(raw))}
        touched = {one.key: raw for one, raw in fresh.values()}
        for raw in self._originals(voided):
            if (one := read(raw)) is not None:
                touched.setdefault(one.key, raw)
        if self._start is not None or self._span.backfill:
            self._complete(touched, [one for one, _ in fresh.values()])
        else:
            told = {one.key for one, _ in fresh.values()}
            gone = {key: raw for key, raw in touched.items() if key not in told and key not in self._known}
            self._complete(gone, [])
        for one, _ in fresh.values():
            self._known.setdefault(one.key, {})[one.id] = one
        return list(touched)

    def _read(self, raw: Mapping[str, Any]) -> Statement | None:
        """A statement that counts."""
        verbs = {short(verb) for verb in self._connect.verbs}
        one = None if voids(raw) else read(raw)
        return one if one and (not verbs or one.verb in verbs) else None

    def _originals(self, voided: Sequence[str]) -> list[Mapping[str, Any]]:
        """The voided statements, which the store gives by their own number only; unknown ones are left out."""
        requests = [Request("/statements", params={"voidedStatementId": one}) for one in voided]
        answers = self._client.each(requests)
        return [one.json for one in answers if one.status != 404 and isinstance(one.json, dict) and "id" in one.json]

    def _complete(self, touched: Mapping[Key, Mapping[str, Any]], fresh: Sequence[Statement]) -> None:
        """Ask for all statements of the rows, unless an answer that is younger than the new ones is at hand."""
        newest: dict[Key, datetime] = {}
        for statement in fresh:
            newest[statement.key] = max(statement.stored, newest.get(statement.key, statement.stored))
        wanted = [key for key in touched if key.person and not self._is_known(key, newest.get(key))]
        first = self._client.each([self._question(key, touched[key]) for key in wanted])
        for key, answer in zip(wanted, first, strict=True):
            told = self._known[key] = {}
            while True:
                for raw in self._listed(answer):
                    if (one := self._read(raw)) and one.key == key:
                        told[one.id] = one
                more = answer.json.get("more")
                if not more:
                    break
                answer = self._client.get(self._link(more))

    def _is_known(self, key: Key, newest: datetime | None) -> bool:
        told = self._known.get(key)
        return (
            told is not None
            and newest is not None
            and newest <= max((one.stored for one in told.values()), default=newest)
        )

    def _question(self, key: Key, raw: Mapping[str, Any]) -> Request:
        """The query for a row's statements: by its registration where there is one, so that no person is in it."""
        asked: dict[str, Any] = {"activity": key.activity, "limit": self._connect.page_size or STATEMENTS}
        if key.registration:
            return Request("/statements", params=asked | {"registration": key.registration})
        return Request("/statements", params=asked | {"agent": json.dumps(identified(raw["actor"]))})

    def _told(self, key: Key) -> list[Statement]:
        """The statements of a row that are not voided."""
        return [one for one in self._known.get(key, {}).values() if one.id not in self._voided]

    def _keys(self, gone: Sequence[Key]) -> list[str]:
        records: list[Record] = [
            {"actor": key.person, "activity": key.activity, "registration": key.registration} for key in gone
        ]
        return mapped_keys(self._source, records)

    def _advanced(self, raws: Sequence[Mapping[str, Any]], through: datetime | None) -> Cursor | None:
        """The cursor after a page: its newest statement, but not beyond what the store vouches for."""
        times = [moment(str(raw["stored"])) for raw in raws]
        newest = max((*times, *([self._newest] if self._newest else [])), default=None)
        self._newest = newest
        bound = min(newest, through) if newest and through else newest
        return self._span.advanced(bound)
