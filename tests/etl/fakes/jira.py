"""A Jira with a service desk, of the cloud or of Data Center, as far as its search goes, with its traps."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.etl.fakes.server import Call, Reply

Issue = dict[str, Any]
_TIMES = re.compile(r'(updated|created) (>=|<) "(\d{4}-\d\d-\d\d \d\d:\d\d)"')
_PROJECT = re.compile(r"project = (\w+)")
FIELDS = [
    {"id": "created", "name": "Created", "schema": {"type": "datetime"}},
    {"id": "updated", "name": "Updated", "schema": {"type": "datetime"}},
    {"id": "resolutiondate", "name": "Resolved", "schema": {"type": "datetime"}},
    {"id": "status", "name": "Status", "schema": {"type": "status"}},
    {"id": "priority", "name": "Priority", "schema": {"type": "priority"}},
    {"id": "issuetype", "name": "Issue Type", "schema": {"type": "issuetype"}},
    {"id": "components", "name": "Components", "schema": {"type": "array", "items": "component"}},
    {
        "id": "customfield_10002",
        "name": "Organizations",
        "schema": {"type": "array", "items": "sd-customerorganization"},
    },
    {"id": "summary", "name": "Summary", "schema": {"type": "string"}},
    {"id": "assignee", "name": "Assignee", "schema": {"type": "user"}},
    {"id": "customfield_10050", "name": "Support group", "schema": {"type": "group"}},
    {"id": "customfield_10060", "name": "Municipality", "schema": {"type": "option-with-child"}},
    {"id": "customfield_10070", "name": "Approvers", "schema": {"type": "array", "items": "user"}},
    {"id": "customfield_10081", "name": "Area", "schema": {"type": "option"}},
    {"id": "customfield_10082", "name": "Area", "schema": {"type": "option"}},
]
STATUSES = [
    {"id": "1", "name": "Open", "statusCategory": {"key": "new"}},
    {"id": "3", "name": "In Progress", "statusCategory": {"key": "indeterminate"}},
    {"id": "5", "name": "Resolved", "statusCategory": {"key": "done"}},
]


@dataclass
class Desk:
    """issues by id.

    cloud: or Data Center; zone: of the login, in which JQL times are read; most: issues that a page holds at most;
    uses: requests that a token of a page is good for; bound: histories in a search; indexed: id -> the change that
    the index knows an issue by, where it lags behind; unlisted: ids that are not in the index yet; totals: whether
    Data Center tells how many there are; token: the login that is accepted, any if None; clocks: SLA clocks of an
    issue; after_page: called after each page of a search.
    """

    issues: dict[str, Issue] = field(default_factory=dict)
    cloud: bool = True
    zone: str = "Europe/Budapest"
    most: int = 100
    uses: int | None = None
    bound: int = 100
    indexed: dict[str, str] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    totals: bool = True
    token: str | None = None
    clocks: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    after_page: Callable[[], None] | None = None

    def add(self, *issues: Issue) -> None:
        self.issues.update({issue["id"]: issue for issue in issues})

    def handle(self, call: Call) -> Reply:
        if self.token and self.token not in call.headers.get("authorization", ""):
            return self._anonymous(call)
        version, _, what = call.path.removeprefix("/rest/api/").partition("/")
        if call.path.startswith("/rest/servicedeskapi/"):
            return self._sla(call)
        if version != ("3" if self.cloud else "2"):
            return Reply({"errorMessages": ["null for uri"]}, 410 if self.cloud and what == "search" else 404)
        if what == "myself":
            return Reply({"accountId": "1", "displayName": "Reader", "timeZone": self.zone})
        if what in ("field", "status"):
            return Reply(FIELDS if what == "field" else STATUSES)
        if what.endswith("/changelog"):
            return self._changelog(call, self.issues[what.split("/")[1]])
        return self._searched(call)

    def _anonymous(self, call: Call) -> Reply:
        if call.path.endswith("/search/jql"):
            return Reply({"issues": [], "isLast": True}, 200, {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})
        return Reply({"message": "Client must be authenticated"}, 401)

    def _searched(self, call: Call) -> Reply:
        asked = call.json
        found = self._matching(asked["jql"])
        if found is None:
            return Reply({"errorMessages": ["Unbounded JQL queries are not allowed here."]}, 400)
        token = asked.get("nextPageToken")
        if token and self.uses is not None:
            if self.uses == 0:
                self.uses = None
                return Reply({"errorMessages": ["The provided next page token is invalid or expired."]}, 400)
            self.uses -= 1
        start = int(token.removeprefix("after ")) if token else int(asked.get("startAt") or 0)
        page = found[start : start + min(self.most, asked["maxResults"])]
        issues = [self._shown(issue, asked) for issue in page]
        if self.after_page:
            self.after_page()
        if not self.cloud:
            total = len(found) if self.totals else None
            return Reply({"startAt": start, "maxResults": self.most, "total": total, "issues": issues})
        more = start + len(page) < len(found)
        return Reply(
            {"issues": issues} | ({"nextPageToken": f"after {start + len(page)}"} if more else {"isLast": True})
        )

    def _matching(self, jql: str) -> list[Issue] | None:
        condition, _, order = jql.partition(" ORDER BY ")
        times, project = _TIMES.findall(condition), _PROJECT.search(condition)
        if not times and not project:
            return None
        name = order.split()[0]

        def fits(issue: Issue) -> bool:
            if project and not issue["key"].startswith(f"{project[1]}-"):
                return False
            own = {which: self._known(issue, which) for which, _, _ in times}
            return all(own[which] >= self._at(at) if sign == ">=" else own[which] < self._at(at)
                       for which, sign, at in times)  # fmt: skip

        found = [issue for issue in self.issues.values() if issue["id"] not in self.unlisted and fits(issue)]
        return sorted(found, key=lambda issue: (self._known(issue, name), int(issue["key"].split("-")[1])))

    def _known(self, issue: Issue, which: str) -> datetime:
        text = self.indexed.get(issue["id"]) if which == "updated" else None
        return datetime.fromisoformat(text or issue["fields"][which])

    def _at(self, text: str) -> datetime:
        """Of the hour that comes twice in autumn the second one."""
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(self.zone), fold=1)

    def _shown(self, issue: Issue, asked: dict[str, Any]) -> dict[str, Any]:
        shown = {"id": issue["id"], "key": issue["key"], "fields": {name: issue["fields"].get(name)
                 for name in asked["fields"] if name != "id"}}  # fmt: skip
        if "changelog" in (asked.get("expand") or ""):
            newest = issue["histories"][::-1][: self.bound]
            shown["changelog"] = {"startAt": 0, "total": len(issue["histories"]), "histories": newest}
        return shown

    def _changelog(self, call: Call, issue: Issue) -> Reply:
        start, most = int(call.args["startAt"]), min(int(call.args["maxResults"]), self.bound)
        page = issue["histories"][start : start + most]
        last = start + len(page) >= len(issue["histories"])
        return Reply({"startAt": start, "total": len(issue["histories"]), "isLast": last, "values": page})

    def _sla(self, call: Call) -> Reply:
        clocks = self.clocks.get(call.path.split("/")[4])
        if clocks is None:
            return Reply({"errorMessage": "The request is not visible"}, 404)
        start = int(call.args["start"])
        return Reply({"values": clocks[start : start + 1], "isLastPage": start + 1 >= len(clocks)})


def stamp(at: datetime) -> str:
    return at.astimezone(ZoneInfo("Europe/Budapest")).strftime("%Y-%m-%dT%H:%M:%S.000%z")


def issue(number: int, updated: datetime, status: int = 1, **fields: Any) -> Issue:
    """A request of project ASP, made on 2 January 2026 at 8:00 UTC; status: place in STATUSES."""
    created = stamp(datetime(2026, 1, 2, 8, tzinfo=UTC))
    own = {
        "created": created, "updated": stamp(updated), "status": STATUSES[status],
        "priority": {"id": "3", "name": "Medium"},
        "summary": "Words of a test person", "assignee": {"accountId": "9", "displayName": "Test Person"},
        "customfield_10050": {"name": "First level"}, "resolutiondate": stamp(updated) if status == 2 else None,
    }  # fmt: skip
    return {"id": str(10_000 + number), "key": f"ASP-{number}", "fields": own | fields, "histories": []}


def history(number: int, at: datetime, *items: tuple[str, str | None, str | None], kind: str = "atlassian") -> Issue:
    """A change by an agent (atlassian) or a customer: (field, old, new)."""
    ids = {str(one["name"]): str(one["id"]) for one in STATUSES}
    fields = {"Support group": "customfield_10050"}
    told = [
        {"field": name, "fieldId": fields.get(name, name), "from": ids.get(old or "", old), "fromString": old,
         "to": ids.get(new or "", new), "toString": new}
        for name, old, new in items
    ]  # fmt: skip
    author = {"accountId": "9", "accountType": kind, "displayName": "Test Person"}
    return {"id": str(number), "created": stamp(at), "author": author, "items": told}
