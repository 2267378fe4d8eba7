"""Jira Service Management: issues by the time of their last change, their changelog, their SLA clocks.

Columns: id and key; a field by its id or name (option, status, group … by its name, times in UTC) with parts .id, .key,
.category (of a status: new, indeterminate, done) and .child (of a cascading option); sla.<clock>.<part> and
history.<column>, which are read where mapped. Nothing about people, and nothing they wrote, is asked for.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from etl.config import Source
from etl.connections import Jira
from etl.sources.api.client import Answer, Client, Expired, Request
from etl.sources.api.desk import HISTORY, Part, check_key, event_records, history_columns, slices, wants
from etl.sources.api.jira_fields import SLA, Fields, record, sla_columns
from etl.sources.api.jira_history import Changelog
from etl.sources.api.jira_search import ACCEPTED, SETTLES, Issue, Search
from etl.sources.api.wall import Wall
from etl.sources.errors import SourceError
from etl.sources.pull import Record, Slice, Span, moment

PROPOSED: dict[str, dict[str, str]] = {
    "ticket": {
        "ticket_id": "id",
        "opened_at": "created",
        "ticket_type": "issuetype",
        "priority": "priority",
        "status": "status.category",
        "service": "components",
        "municipality": "Organizations",
        "resolved_at": "resolutiondate",
        "updated_at": "updated",
        "first_response_at": "sla.Time to first response.first_stopped_at",
        "made_sla": "sla.Time to resolution.met",
        "escalated_at": "history.escalated_at",
        "acknowledged_at": "history.acknowledged_at",
        "reassignment_count": "history.reassignment_count",
        "reopen_count": "history.reopen_count",
        "level": "history.level",
        "waiting": "history.waiting",
    },
    "event": {
        "ticket_id": "ticket_id",
        "event_id": "event_id",
        "event_at": "event_at",
        "event_type": "event_type",
        "status": "status",
        "assignment_group": "group",
        "priority": "priority",
        "level": "level",
    },
}
"""record -> field -> column"""
CLOCKS = 50  # SLA clocks of an answer


def pull(source: Source, span: Span) -> Iterator[Slice]:
    """Changed issues, or their events. Raises SourceError when Jira can't be read on."""
    check_key(source, "id")
    connect = source.connect
    assert isinstance(connect, Jira), "another kind of system"
    headers = _login(source, connect)
    with Client(source, authenticate=lambda _: headers, check=_check, accept=ACCEPTED) as client:
        desk = _Desk(source, connect, client, span)
        yield from slices(source, span, desk.parts(span), desk.keys)


class _Desk:
    """One Jira during one pull."""

    def __init__(self, source: Source, connect: Jira, client: Client, span: Span) -> None:
        self._source, self._connect, self._client = source, connect, client
        fields = Fields(source, self._read("field"))
        self._columns = fields.columns()
        self._logged = source.record == "event" or wants(source, HISTORY)
        wanted = {"created", "updated", *(field for field, _ in self._columns.values())}
        if self._logged:
            self._log = self._changelog(fields)
            self._rules = self._log.rules()
            wanted |= {"status", "priority", *(self._log.group or ())[:1]}
        zone = str(self._read("myself").get("timeZone") or "UTC")
        self._search = Search(
            client,
            source,
            connect,
            Wall(ZoneInfo(zone)),
            span.started_at - SETTLES,
            sorted(wanted),
            "changelog" if self._logged else "",
        )

    def parts(self, span: Span) -> Iterator[Part]:
        """The issues that changed in the span, oldest change first."""
        start = span.start(self._connect.overlap_hours)
        for found in self._search.changed(start, span.until):
            issues = [issue for issue in found.issues if not span.backfill or _within(issue, span)]
            yield Part(list(self._records(issues)), newest=found.newest)

    def keys(self) -> Iterable[str]:
        return self._search.ids()

    def _records(self, issues: Sequence[Issue]) -> Iterator[Record]:
        clocks = self._clocks(issues) if wants(self._source, SLA) else [{} for _ in issues]
        for issue, clock in zip(issues, clocks, strict=True):
            own = {**record(issue, self._columns), **clock}
            if not self._logged:
                yield own
                continue
            past = self._log.past(issue)
            if self._source.record == "event":
                yield from ({**own, **event} for event in event_records(past, self._rules))
            else:
                yield {**own, **history_columns(past, self._rules)}

    def _clocks(self, issues: Sequence[Issue]) -> list[dict[str, Any]]:
        """The SLA clocks of each issue as columns; of an issue that is no request those that are mapped, empty."""
        mapped = (str(one) for one in (*self._source.headings, *self._source.optional_headings))
        none = {column: None for column in mapped if column.startswith(SLA)}
        path = "rest/servicedeskapi/request/{}/sla"
        asked = [Request(path.format(issue["id"]), params={"start": 0, "limit": CLOCKS}) for issue in issues]
        return [
            sla_columns(self._all_clocks(request.path, answer)) or none
            for request, answer in zip(asked, self._client.each(asked), strict=True)
        ]

    def _all_clocks(self, path: str, answer: Answer) -> list[Mapping[str, Any]]:
        clocks: list[Mapping[str, Any]] = []
        while answer.status == 200:
            page = answer.json.get("values") or []
            clocks += page
            if answer.json.get("isLastPage", True) or not page:
                break
            answer = self._client.get(path, {"start": len(clocks), "limit": CLOCKS})
        return clocks

    def _changelog(self, fields: Fields) -> Changelog:
        group = None
        if self._connect.group_field:
            key, _ = fields.split(self._connect.group_field)
            group = (key, next(str(one.get("name")) for one in fields.known if one["id"] == key))
        return Changelog(self._client, self._source, self._connect, self._read("status"), group)

    def _read(self, what: str) -> Any:
        answer = self._client.get(f"rest/api/{self._connect.api}/{what}")
        if answer.status != 200:
            raise SourceError(
                f"source '{self._source.name}': {self._source.address} answers {answer.status} for"
                f" rest/api/{self._connect.api}/{what}. Check url and api: 3 is the cloud, 2 Data Center."
            )
        return answer.json


def _within(issue: Issue, span: Span) -> bool:
    at = moment(issue["fields"]["updated"])
    return (span.since is None or at >= span.since) and (span.until is None or at < span.until)


def _check(answer: Answer) -> None:
    """A login that is no longer good is answered as if nobody had logged in: nothing found, and status 200."""
    if "AUTHENTICATED_FAILED" in answer.headers.get("X-Seraph-LoginReason", ""):
        raise Expired


def _login(source: Source, connect: Jira) -> dict[str, str]:
    token = source.secret(connect.token_env)
    if connect.user is None:
        return {"Authorization": f"Bearer {token}"}
    return {"Authorization": f"Basic {b64encode(f'{connect.user}:{token}'.encode()).decode()}"}
