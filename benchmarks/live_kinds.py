"""How each kind of live source is described for a measurement: as the templates of docs/sources.md do it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks import live_filled as filled
from etl.sources.api import moodle as moodle_adapter
from etl.sources.api import xapi as xapi_adapter
from tests.etl.fakes import glpi, moodle, ocds, rt, xapi, zammad, znuny
from tests.etl.fakes.server import Handle

Described = dict[str, Any]
FEW = 2_000  # records of a kind that is asked for each of them
HISTORY = {"reassignment_count": "history.reassignment_count", "reopen_count": "history.reopen_count"}
EVENTS = {
    "ticket_id": "ticket_id", "event_id": "event_id", "event_at": "event_at", "event_type": "event_type",
    "status": "status", "assignment_group": "group", "level": "level",
}  # fmt: skip
RT = {
    "ticket_id": "id", "opened_at": "Created", "status": "Status", "priority": "Priority", "resolved_at": "Resolved",
    "updated_at": "LastUpdated", "municipality": "CustomFields.KSH", **HISTORY,
}  # fmt: skip
ZAMMAD = {
    "ticket_id": "id", "opened_at": "created_at", "municipality": "organization.ksh", "category": "group",
    "status": "state", "closed_at": "close_at", "updated_at": "updated_at",
}  # fmt: skip
ZNUNY = {
    "ticket_id": "TicketID", "opened_at": "Created", "municipality": "DynamicField.Municipality", "category": "Queue",
    "status": "State", "closed_at": "Closed", "updated_at": "Changed", "service": "Service", **HISTORY,
}  # fmt: skip
GLPI = {
    "ticket_id": "id", "opened_at": "date", "municipality": "entity.registration_number", "service": "category",
    "category": "group", "status": "status", "resolved_at": "solvedate", "updated_at": "date_mod",
}  # fmt: skip
JIRA = {
    "ticket_id": "id", "opened_at": "created", "status": "status.category", "resolved_at": "resolutiondate",
    "updated_at": "updated", **HISTORY,
}  # fmt: skip
SERVICENOW = {
    "ticket_id": "number", "opened_at": "opened_at", "status": "state.value", "priority": "priority.value",
    "municipality": "company", "service": "business_service", "resolved_at": "resolved_at",
    "updated_at": "sys_updated_on", **HISTORY,
}  # fmt: skip
REPORT = {
    "enrolment_id": {"columns": ["Course ID number", "user_key"], "separator": "/"}, "person": "user_key",
    "course_id": "Course ID number", "started_on": "Time started", "completed_on": "Time completed",
    "municipality": "Department", "score": "Grade",
}  # fmt: skip
CONTRACT = {
    "contract_id": "key", "contract_kind": {"value": "underpinning"}, "signed_on": "contract.dateSigned",
    "value_huf": "contract.value.amount",
}  # fmt: skip
SQL = {"ticket_id": "id", "opened_at": "opened", "status": "state", "priority": "priority", "closed_at": "closed"}
CODES = {"1": "open", "2": "open", "5": "resolved", "6": "resolved"}
WORDS = {"new": "open", "closed successful": "closed", "indeterminate": "open", "done": "resolved"}


@dataclass(frozen=True)
class Kind:
    """A live source to measure. fill: gives a fake with so many records (None: a database); most: how many at most.

    connect: without kind and url, which ends with path. records: record -> fields, a source each.
    """

    kind: str
    job: str
    records: dict[str, Described]
    connect: Described
    fill: Callable[[int], Handle] | None = None
    path: str = ""
    secrets: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    most: int | None = None

    def described(self, url: str) -> list[Described]:
        """Entries of sources.toml."""
        connect = {"kind": self.kind, "url": url + self.path, **self.connect}
        shared = {"job": self.job, "system": "desk", "connect": connect}
        return [
            {"name": record, "record": record, "fields": fields, **shared,
             "values": {name: told for name, told in self.values.items() if name in fields}}
            for record, fields in self.records.items()
        ]  # fmt: skip


def _desk(kind: str, fields: Described, fill: Callable[[int], Handle], connect: Described, **more: Any) -> Kind:
    status = CODES if kind in ("glpi", "servicenow") else WORDS
    priority = {"0": "P4", "50": "P3", "3": "P3"}
    values = {"status": status, "priority": priority}
    return Kind(kind, "tickets", {"ticket": fields} | more.pop("events", {}), connect, fill, values=values, **more)


_ZAMMAD: dict[str, Any] = {"secrets": {"BENCH_TOKEN": zammad.TOKEN}}
_GLPI: dict[str, Any] = {"secrets": {"BENCH_TOKEN": glpi.USER, "BENCH_APP": glpi.APP}, "path": "/apirest.php"}
_TOKEN: Described = {"token_env": "BENCH_TOKEN"}
_APP = _TOKEN | {"app_token_env": "BENCH_APP"}
_ZNUNY = {"user": "reader", "password_env": "BENCH_TOKEN", "history_route": "/TicketHistoryGet"}
_JIRA = _TOKEN | {"user": "reader@desk.example", "group_field": "Support group"}
_LOGIN = {"user": "reader", "password_env": "BENCH_TOKEN"}
_STORE = _TOKEN | {"since_parameter": "since", "path": "list"}

KINDS: dict[str, Kind] = {
    "rt": _desk("rt", RT, filled.rt_desk, _TOKEN, events={"event": EVENTS}, secrets={"BENCH_TOKEN": rt.Desk.token}),
    "zammad": _desk("zammad", ZAMMAD, filled.zammad_desk, _TOKEN, **_ZAMMAD),
    "zammad_history": _desk("zammad", ZAMMAD | HISTORY, filled.zammad_desk, _TOKEN, most=FEW, **_ZAMMAD),
    "znuny": _desk(
        "znuny", ZNUNY, filled.znuny_desk, _ZNUNY, path="/Webservice/desk",
        secrets={"BENCH_TOKEN": znuny.LOGIN["Password"]},
    ),
    "glpi": _desk("glpi", GLPI, filled.glpi_desk, _APP, **_GLPI),
    "glpi_history": _desk("glpi", GLPI | HISTORY, filled.glpi_desk, _APP, most=FEW, **_GLPI),
    "jira": _desk("jira", JIRA, filled.jira_desk, _JIRA, secrets={"BENCH_TOKEN": "of nobody"}),
    "servicenow": _desk(
        "servicenow", SERVICENOW, filled.servicenow_table, _LOGIN, secrets={"BENCH_TOKEN": "of nobody"}
    ),
    "moodle": Kind(
        "moodle", "training", {"training": moodle_adapter.PROPOSED["training"]}, _TOKEN, filled.moodle_services,
        secrets={"BENCH_TOKEN": moodle.TOKEN}, most=FEW,
    ),
    "moodle_report": Kind(
        "moodle_report", "training", {"training": REPORT}, _TOKEN | {"report": 1}, filled.moodle_report,
        secrets={"BENCH_TOKEN": moodle.TOKEN},
    ),
    "xapi": Kind(
        "xapi", "training", {"training": xapi_adapter.PROPOSED["training"]}, _TOKEN, filled.xapi_store, "/lrs/xapi",
        {"BENCH_TOKEN": xapi.TOKEN},
    ),
    "ocds": Kind(
        "ocds", "contracts", {"contract": CONTRACT}, _STORE, filled.ocds_publisher, "/api",
        {"BENCH_TOKEN": ocds.TOKEN},
    ),
    "sql": Kind("sql", "tickets", {"ticket": SQL}, {"query": "SELECT * FROM desk", "cursor": "changed"}),
}  # fmt: skip
