"""Jira's search, of the cloud (tokens of pages, no total) and of Data Center (offsets): every issue that changed."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from etl.config import Source
from etl.connections import Jira
from etl.sources.api.client import Answer, Client
from etl.sources.api.wall import FIRST, Wall
from etl.sources.errors import SourceError
from etl.sources.pull import moment

ACCEPTED = frozenset({400, 404, 410})
SETTLES = timedelta(minutes=10)
"""The index lags behind: younger changes may be missing in it, and stand where an older change of the issue belongs."""
PAGE, KEYS = 100, {"3": 5_000, "2": 1_000}
TRIES = 6

Issue = dict[str, Any]


class _Stale(Exception):
    """The token of a page is no longer good."""


@dataclass(frozen=True)
class _Page:
    issues: list[Issue]
    following: str | None


@dataclass(frozen=True)
class Found:
    """Issues of one stretch; newest: change time up to which nothing is missing, as far as these tell."""

    issues: list[Issue]
    newest: datetime | None


@dataclass(frozen=True)
class Search:
    """What is searched. wall: the clock of the login, in which JQL reads times; settled: changes up to then are in
    the index; fields: that each issue is to have; expand: "changelog", or nothing."""

    client: Client
    source: Source
    connect: Jira
    wall: Wall
    settled: datetime
    fields: Sequence[str]
    expand: str = ""

    def changed(self, start: datetime | None, until: datetime | None) -> Iterator[Found]:
        """Issues by the minute of their last change, which is as fine as JQL is.

        A search that has passed a minute is begun anew at the next one, so that neither pages that shift because issues
        change nor tokens that expire lose any. Only a minute with more issues than a page holds is paged.
        """
        minute: int | None = (self.wall.since(start) if start else FIRST) // 60
        before = f' AND updated < "{self._text(math.ceil(self.wall.until(until) / 60))}"' if until else ""
        while minute is not None:
            jql = self._jql(f'updated >= "{self._text(minute)}"{before}', "updated")
            issues, minute = self._whole(jql, self.fields, self.connect.page_size or PAGE, self._passes(minute))
            times = [at for one in issues if not self._is_fresh(one) and (at := _updated(one)) is not None]
            yield Found(issues, max(times, default=None))

    def ids(self) -> Iterator[str]:
        """The id of every issue there is: of those that hold still, then of those that are just being made."""
        settled = self._text(self.wall.since(self.settled) // 60)
        for condition in (f'created < "{settled}"', f'created >= "{settled}"'):
            jql = self._jql(condition, "created")
            issues, _ = self._whole(jql, ("id",), KEYS[self.connect.api], lambda page: None)
            yield from (str(issue["id"]) for issue in issues)

    def _passes(self, minute: int) -> Callable[[list[Issue]], int | None]:
        """The minute that a page has reached if it is a later one. Fresh changes do not count: their place in the
        order may be that of an earlier one."""

        def reached(page: list[Issue]) -> int | None:
            times = [at for one in page if not self._is_fresh(one) and (at := _updated(one)) is not None]
            last = self.wall.since(times[-1]) // 60 if times else minute
            return last if last > minute else None

        return reached

    def _whole(
        self, jql: str, fields: Sequence[str], most: int, passes: Callable[[list[Issue]], int | None]
    ) -> tuple[list[Issue], int | None]:
        """Issues of a search up to the page that passes, and where it has come to; None at its end.

        One that takes several pages is read until it brings nothing new: issues that leave it meanwhile may have
        shifted others out of sight.
        """
        found: dict[str, Issue] = {}
        for _ in range(TRIES):
            try:
                issues, pages, reached = self._run(jql, fields, most, passes)
            except _Stale:
                continue
            new = [one for one in issues if str(one["id"]) not in found and not self._is_fresh(one)]
            found.update({str(issue["id"]): issue for issue in issues})
            if pages == 1 or not new:
                return list(found.values()), reached
        raise SourceError(
            f"source '{self.source.name}': Jira's pages did not hold still: {TRIES} readings of the same search gave"
            " different issues. Try again at a quieter hour."
        )

    def _run(
        self, jql: str, fields: Sequence[str], most: int, passes: Callable[[list[Issue]], int | None]
    ) -> tuple[list[Issue], int, int | None]:
        issues: list[Issue] = []
        token: str | None = None
        pages = 0
        while True:
            page = self._page(jql, fields, most, token)
            issues, pages = issues + page.issues, pages + 1
            reached = passes(page.issues)
            if page.following is None or reached is not None:
                return issues, pages, reached if page.following is not None else None
            if page.following == token:
                raise _Stale
            token = page.following

    def _page(self, jql: str, fields: Sequence[str], most: int, token: str | None) -> _Page:
        body: dict[str, Any] = {"jql": jql, "fields": list(fields), "maxResults": most}
        if self.connect.api == "2":
            body |= {"startAt": int(token or 0), "expand": [self.expand] if self.expand else []}
            return self._by_offset(self._found(self.client.post("rest/api/2/search", json=body), token))
        body |= {"expand": self.expand} if self.expand else {}
        body |= {"nextPageToken": token} if token else {}
        return self._by_token(self._found(self.client.post("rest/api/3/search/jql", json=body), token))

    def _by_token(self, found: dict[str, Any]) -> _Page:
        following = found.get("nextPageToken")
        if found.get("isLast") is False and not following:
            raise SourceError(f"source '{self.source.name}': Jira says that there are more issues, but not where.")
        return _Page(found["issues"], str(following) if following and found.get("isLast") is not True else None)

    def _by_offset(self, found: dict[str, Any]) -> _Page:
        """Whatever was asked for, the server may give fewer; and total may be missing."""
        behind = int(found.get("startAt") or 0) + len(found["issues"])
        total = found.get("total")
        more = bool(found["issues"]) and (total is None or behind < int(total))
        return _Page(found["issues"], str(behind) if more else None)

    def _found(self, answer: Answer, token: str | None) -> dict[str, Any]:
        other = {"3": "2 (Data Center)", "2": "3 (cloud)"}[self.connect.api]
        if answer.status in (404, 410):
            raise SourceError(
                f"source '{self.source.name}': this Jira has no search of api = \"{self.connect.api}\" (it answers"
                f" {answer.status}). Set api to {other}."
            )
        if answer.status == 400 and token:
            raise _Stale
        if answer.status == 400 or not isinstance(answer.json, dict) or not isinstance(answer.json.get("issues"), list):
            told = answer.json.get("errorMessages") if isinstance(answer.json, dict) else None
            raise SourceError(
                f"source '{self.source.name}': Jira does not take the search: {' '.join(map(str, told or []))[:300]}"
                " Check jql."
            )
        return answer.json

    def _is_fresh(self, issue: Issue) -> bool:
        at = _updated(issue)
        return at is not None and at > self.settled

    def _jql(self, condition: str, order: str) -> str:
        own = f"({self.connect.jql}) AND " if self.connect.jql else ""
        return f"{own}{condition} ORDER BY {order} ASC, key ASC"

    def _text(self, minute: int) -> str:
        return self.wall.text(minute * 60)[:16]


def _updated(issue: Issue) -> datetime | None:
    text = (issue.get("fields") or {}).get("updated")
    return moment(text) if text else None
