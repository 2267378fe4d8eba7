"""The changelog of Jira issues: status, group and priority, and when somebody took them over."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from etl.config import Source
from etl.connections import Jira
from etl.sources.api.client import Client
from etl.sources.api.desk import Past, rules
from etl.sources.api.history import Change, Field, Rules, State
from etl.sources.api.jira_fields import parts
from etl.sources.api.jira_search import Issue
from etl.sources.pull import moment

DONE = "done"  # key of the category of statuses in which nobody works on an issue any more
PENDING = ("Waiting for customer",)
BOUND = 100  # histories that a search gives of one issue at most


@dataclass(frozen=True)
class Changelog:
    """Reads the histories of issues. statuses: those of the server; group: id and name of the field that names the
    group which holds an issue, None where there is none."""

    client: Client
    source: Source
    connect: Jira
    statuses: Sequence[Mapping[str, Any]]
    group: tuple[str, str] | None

    def rules(self) -> Rules:
        """The history has names of statuses; those of the category that is done are usually ended."""
        done = [str(one["name"]) for one in self.statuses if (one.get("statusCategory") or {}).get("key") == DONE]
        return rules(self.source, "status", done, PENDING)

    def past(self, issue: Issue) -> Past:
        values = issue["fields"]
        now = State(
            moment(values["updated"]),
            parts(values.get("status")).get(""),
            parts(values.get(self.group[0])).get("") if self.group else None,
            parts(values.get("priority")).get(""),
        )
        return Past(str(issue["id"]), moment(values["created"]), now, list(self._changes(issue)))

    def _changes(self, issue: Issue) -> Iterator[Change]:
        histories = sorted(self._histories(issue), key=lambda one: (moment(one["created"]), int(one["id"])))
        for history in histories:
            at = moment(history["created"])
            kind = (history.get("author") or {}).get("accountType")
            for number, item in enumerate(history.get("items") or []):
                field = self._field(item)
                if field is not None:
                    old, new = self._values(field, item)
                    by_customer = None if kind is None else kind == "customer"
                    yield Change(f"{history['id']}.{number}", at, field, old, new, by_customer)

    def _histories(self, issue: Issue) -> list[dict[str, Any]]:
        """A search gives the newest ones only; then all of them are read, a page at a time."""
        log = issue.get("changelog") or {}
        found: list[dict[str, Any]] = log.get("histories") or []
        total = log.get("total")
        if len(found) >= int(total) if total is not None else len(found) < BOUND:
            return found
        found, path = [], f"rest/api/{self.connect.api}/issue/{issue['id']}/changelog"
        while True:
            answer = self.client.get(path, {"startAt": len(found), "maxResults": BOUND}).json or {}
            page = answer.get("values") or []
            found += page
            if answer.get("isLast") is True or not page:
                return found

    def _field(self, item: Mapping[str, Any]) -> Field | None:
        names = {item.get("fieldId"), item.get("field")}
        if self.group and names & set(self.group):
            return "group"
        known: dict[str, Field] = {"status": "status", "priority": "priority", "assignee": "owner"}
        return next((field for name, field in known.items() if name in names), None)

    def _values(self, field: Field, item: Mapping[str, Any]) -> tuple[str | None, str | None]:
        """Old and new; of people only whether there is one."""
        if field == "owner":
            return None, "changed" if item.get("to") else None
        names = {str(one["id"]): str(one["name"]) for one in self.statuses} if field == "status" else {}
        old, new = (
            names.get(str(item.get(key)), item.get(text)) for key, text in (("from", "fromString"), ("to", "toString"))
        )
        return old or None, new or None
