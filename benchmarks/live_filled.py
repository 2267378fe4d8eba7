"""The fake systems of the tests, filled for a measurement: records of a few weeks of 2026, every third with a history.

Where a fake looks through everything it holds for each request, it is handed only the rows that the request is about:
the answer is the same, and making it does not take minutes.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.etl.fakes import glpi, jira, moodle, ocds, rt, servicenow, xapi, zammad, znuny
from tests.etl.fakes.server import Call, Handle, Reply

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NO_END = 10**9  # requests of a session
LOOKED_AT = 300  # tickets after the time that a search names: more than a page
COURSES = 10
PASSED = {"success": True, "completion": True, "score": {"scaled": 0.815}}


def rt_desk(records: int) -> Handle:
    desk = rt.Desk()
    for _ in range(records):
        number = desk.create(CustomFields={"KSH": ["01508"]})
        if number % 3 == 0:
            desk.set(number, "Queue", "ASP-ADO")
            desk.later(seconds=20)
            desk.set(number, "Status", "resolved")
        desk.later(seconds=20)
    tickets = sorted(desk.tickets.values(), key=lambda one: (one["LastUpdated"], one["id"]))
    times = [one["LastUpdated"] for one in tickets]
    transactions: dict[int, list[rt.Row]] = defaultdict(list)
    for one in desk.transactions:
        transactions[one["ObjectId"]].append(one)

    def handle(call: Call) -> Reply:
        query = call.form.get("query", "")
        if call.path.endswith("/transactions"):
            own = [one for number in re.findall(r"ObjectId = (\d+)", query) for one in transactions[int(number)]]
            return rt.Desk(transactions=own).handle(call)
        if since := re.match(r"id > 0 AND LastUpdated >= '([^']+)'", query):
            first = bisect_left(times, datetime.fromisoformat(since[1]).replace(tzinfo=UTC))
            near = {one["id"]: one for one in tickets[first : first + LOOKED_AT]}
            return rt.Desk(tickets=near).handle(call)
        return desk.handle(call)

    return handle


def zammad_desk(records: int) -> Handle:
    return zammad.filled(records, form="records").handle


def znuny_desk(records: int) -> Handle:
    return znuny.filled(records, sessions=NO_END).handle


def glpi_desk(records: int) -> Handle:
    return glpi.filled(records, sessions=NO_END).handle


def jira_desk(records: int) -> Handle:
    desk = jira.Desk()
    for number in range(1, records + 1):
        at = START + number * MINUTE
        made = jira.issue(number, at, 2 if number % 3 == 0 else 0)
        if number % 3 == 0:
            moved = ("Support group", "First level", "Operators")
            made["histories"] = [
                jira.history(2 * number, at - 5 * MINUTE, moved),
                jira.history(2 * number + 1, at, ("status", "Open", "Resolved")),
            ]
        desk.add(made)
    return desk.handle


def servicenow_table(records: int) -> Handle:
    instance = servicenow.Instance()
    instance.add("sys_user_group", *servicenow.groups(range(1, 4)))
    audits: dict[str, list[servicenow.Row]] = defaultdict(list)
    for number in range(1, records + 1):
        at = f"{START + number * MINUTE:%Y-%m-%d %H:%M:%S}"
        instance.add("incident", servicenow.incident(number, at, "6" if number % 3 == 0 else "2", 2))
        if number % 3 == 0:
            first, second = (servicenow.sys_id(90_000 + group) for group in (1, 2))
            audits[servicenow.sys_id(number)] = [
                servicenow.audit(2 * number, number, at, "assignment_group", first, second),
                servicenow.audit(2 * number + 1, number, at, "state", "2", "6"),
            ]

    def handle(call: Call) -> Reply:
        if not call.path.endswith("/sys_audit"):
            return instance.handle(call)
        part = servicenow.Instance(tables={"sys_audit": {}})
        for key in re.findall(r"[0-9a-f]{32}", call.args["sysparm_query"]):
            part.add("sys_audit", *audits.get(key, []))
        return part.handle(call)

    return handle


def moodle_services(records: int) -> Handle:
    """People in ten courses, half of them done."""
    each = records // COURSES
    courses: list[dict[str, Any]] = [
        {"id": number, "shortname": f"K-{number}", "fullname": f"Képzés {number}", "format": "topics",
         "startdate": 1736722800}
        for number in range(2, COURSES + 2)
    ]  # fmt: skip
    fields = [{"type": "text", "value": "iktató", "name": "Munkakör", "shortname": "munkakor"}]
    people: list[dict[str, Any]] = [
        {"id": number, "username": f"tanulo.{number}", "fullname": "Nem Való", "department": "01508",
         "customfields": fields, "roles": [{"roleid": 5, "shortname": "student"}]}
        for number in range(1, each + 1)
    ]  # fmt: skip
    statuses = {
        (course["id"], person["id"]): moodle.status(1754391472, 1754902433 if person["id"] % 2 else None)
        for course in courses
        for person in people
    }
    listed = {course["id"]: people for course in courses}
    return moodle.MoodleSite(courses, {}, listed, statuses).handle


def moodle_report(records: int) -> Handle:
    shown = moodle.shown("1754391472")
    rows = [
        [f"K-{number % COURSES}", f"tanulo.{number}", "", "", "", "01508", "No", shown, "", "Active", "Yes", shown,
         "81.50"]
        for number in range(records)
    ]  # fmt: skip
    return moodle.MoodleSite([], rows=rows).handle


class _NothingVoided(xapi.RecordStore):
    """Does not look for voided statements once for each statement."""

    voided = property(lambda _: set())


def xapi_store(records: int) -> Handle:
    """Two statements of each registration."""
    store = _NothingVoided(most=500)
    for number in range(records):
        for moment, (verb, more) in enumerate([("registered", {}), ("passed", {"result": PASSED})], 2 * number):
            told = {"at": moment / 60, "stored": moment / 60, **more}
            store.say(f"tanulo.{number}", verb, f"K-{number % COURSES}", f"r{number}", **told)
    return store.handle


def ocds_publisher(records: int) -> Handle:
    """Contracts, each signed, and raised a month later."""
    releases = [_release(number, 0, "contract", 100) for number in range(records)]
    releases += [_release(number, 30, "contractAmendment", 200) for number in range(records)]
    return ocds.Publisher(releases, size=100).handle


def _release(number: int, days: int, tag: str, amount: int) -> ocds.Json:
    at = START + number * MINUTE + timedelta(days=days)
    value = {"amount": amount, "currency": "HUF"}
    contract = {"id": "C", "awardID": "A", "value": value, "dateSigned": f"{START + number * MINUTE:%Y-%m-%d}"}
    return {
        "ocid": f"ocds-p-{number}", "id": f"ocds-p-{number}-{days}", "date": f"{at:%Y-%m-%dT%H:%M:%SZ}", "tag": [tag],
        "contracts": [contract],
    }  # fmt: skip
