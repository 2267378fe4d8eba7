"""A Moodle: web services and a Report Builder report, of made-up people or as a real one was recorded to answer."""

import csv
import gzip
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.etl.fakes.server import Call, Reply

Json = dict[str, Any]
TOKEN = "a-token-of-the-reading-role"  # noqa: S105 - opens the fake only
PATH = "/webservice/rest/server.php"
USER_FIELDS = frozenset(
    ["username", "idnumber", "institution", "department", "customfields", "roles", "lastcourseaccess", "suspended"]
)
BUDAPEST = ZoneInfo("Europe/Budapest")
HEADINGS = [
    "Course ID number", "Username", "ID number", "Email address", "Institution", "Department", "Suspended",
    "Time started", "Time ended", "Status", "Completed", "Time completed", "Grade",
]  # fmt: skip


@dataclass
class MoodleSite:
    """What it holds, and how it behaves.

    courses as core_course_get_courses gives them; idnumbers of courses; people: course -> enrolled users; statuses:
    (course, user) -> answer; rows of the report. hidden: users that the caller may not see; restless: the report's
    rows come in another order for each page; refuses: error code that every call gets; down: calls in maintenance;
    status: an HTTP status without a body; ended: the token is no longer known.
    """

    courses: list[Json]
    idnumbers: dict[int, str] = field(default_factory=dict)
    people: dict[int, list[Json]] = field(default_factory=dict)
    statuses: dict[tuple[int, int], Json] = field(default_factory=dict)
    headings: list[str] = field(default_factory=lambda: list(HEADINGS))
    rows: list[list[str]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    restless: random.Random | None = None
    refuses: str | None = None
    warns: bool = False
    down: int = 0
    status: int | None = None
    ended: bool = False
    asked: Counter[str] = field(default_factory=Counter)

    def handle(self, call: Call) -> Reply:
        if self.status:
            return Reply(status=self.status, text="")
        if call.path != PATH or call.query:
            return Reply(text="<html>Not found</html>", status=404)
        form = call.form
        if form.pop("wstoken", None) != TOKEN or self.ended:
            return _error("invalidtoken")
        if form.pop("moodlewsrestformat", None) != "json":
            return Reply(text="<?xml version='1.0'?>")
        if self.down:
            self.down -= 1
            return _error("sitemaintenance")
        if self.refuses:
            return _error(self.refuses)
        function = form.pop("wsfunction", "")
        self.asked[function] += 1
        answer = getattr(self, f"_{function}", None)
        return answer(form) if answer else _error("invalidrecord")

    def _core_course_get_courses(self, form: dict[str, str]) -> Reply:
        return Reply(self.courses)

    def _core_course_get_courses_by_field(self, form: dict[str, str]) -> Reply:
        found = [one for one in self.courses if str(one.get(form["field"])) == form["value"]]
        warning = {"item": "field", "warningcode": "invalidfieldparameter", "message": "not supported"}
        return Reply({"courses": found, "warnings": [warning] if self.warns else []})

    def _core_enrol_get_enrolled_users(self, form: dict[str, str]) -> Reply:
        asked = {form[f"options[{n}][name]"]: form[f"options[{n}][value]"] for n in range((len(form) - 1) // 2)}
        if int(form["courseid"]) not in self.people:
            return _error("invalidrecord")
        wanted = set(asked.get("userfields", "").split(","))
        if wanted - USER_FIELDS:
            return _error("invaliduserfield")
        if asked.get("sortby") not in ("id", "firstname", "lastname", "siteorder"):
            return _error("invalidparameter")
        start, count = int(asked["limitfrom"]), int(asked["limitnumber"])
        part = sorted(self.people[int(form["courseid"])], key=lambda one: int(one["id"]))[start : start + count]
        always = {"id", "fullname"}
        return Reply(
            [
                {name: own for name, own in one.items() if name in wanted | always}
                for one in part
                if one["id"] not in self.hidden
            ]
        )

    def _core_completion_get_course_completion_status(self, form: dict[str, str]) -> Reply:
        if set(form) != {"courseid", "userid"}:
            return _error("invalidparameter")
        found = self.statuses.get((int(form["courseid"]), int(form["userid"])))
        return Reply(found) if found else _error("usernotenroled")

    def _core_enrol_get_users_courses(self, form: dict[str, str]) -> Reply:
        user = int(form["userid"])
        own = [one for one in self.courses if any(person["id"] == user for person in self.people.get(one["id"], []))]
        return Reply([{**one, "idnumber": self.idnumbers.get(one["id"], "")} for one in own])

    def _core_reportbuilder_retrieve_report(self, form: dict[str, str]) -> Reply:
        if form["reportid"] != "1":
            return _error("errorreportview")
        rows = list(self.rows)
        if self.restless:
            self.restless.shuffle(rows)
        start, count = int(form["page"]) * int(form["perpage"]), int(form["perpage"])
        listed = [{"columns": row} for row in rows[start : start + count]]
        data = {"headers": self.headings, "rows": listed, "totalrowcount": len(rows)}
        return Reply({"details": {"name": "report"}, "data": data, "warnings": []})


def status(*times: int | None, aggregation: int = 1, completed: bool | None = None) -> Json:
    """A completion status whose criteria were met at these times; completed by the aggregation unless said."""
    met = [bool(time) for time in times]
    done = completed if completed is not None else (all(met) if aggregation == 1 else any(met))
    told = [
        {"type": 4, "title": "Activity completion", "complete": bool(time), "timecompleted": time} for time in times
    ]
    return {
        "completionstatus": {"completed": done, "aggregation": aggregation, "completions": told},
        "warnings": [],
    }


def small() -> MoodleSite:
    """Two courses, one of them with people in every state that web services know."""
    courses = [
        {"id": 1, "shortname": "SITE", "fullname": "Portal", "format": "site", "startdate": 0},
        {
            "id": 3,
            "shortname": "ADO-1",
            "fullname": "<b>Adó</b> &amp; díj",
            "format": "topics",
            "startdate": 1736722800,
        },
        {"id": 2, "shortname": "IRAT-1", "fullname": "Irat", "format": "topics", "startdate": 1738537200},
    ]
    people = {
        2: [_person(4, "kovacs.anna", "01508"), _person(5, "szabo.bela", None)],
        3: [_person(number, f"tanulo.{number}", "01508") for number in range(4, 12)],
    }
    statuses: dict[tuple[int, int], Json] = {
        (2, 4): status(1754391472, 1754902433),
        (2, 5): status(1754391472, None),
        (3, 4): status(1754902433, 1754391472, aggregation=2),
        (3, 5): status(None, 0, aggregation=1, completed=False),
        (3, 6): _body("nocriteriaset"),
        (3, 7): _body("userdeleted"),
    }
    statuses |= {(3, number): status(1754391472) for number in range(9, 12)}
    return MoodleSite(courses, {2: "K-IRAT", 3: "K-ADO"}, people, statuses)


def _person(number: int, username: str, code: str | None) -> Json:
    """As Moodle tells of one: keys of empty fields are left out, bar the department."""
    person = {"id": number, "username": username, "fullname": "Nem Való", "department": code or ""}
    fields = [{"type": "text", "value": "iktató", "name": "Munkakör", "shortname": "munkakor"}]
    return {**person, "customfields": fields, "roles": [{"roleid": 5, "shortname": "student"}]}


def recorded(folder: Path) -> MoodleSite:
    """The Moodle whose answers and tables were recorded in folder."""
    responses = folder / "responses"
    people: dict[str, list[Json]] = json.loads(
        gzip.decompress((responses / "full_pull_enrolled_users.json.gz").read_bytes())
    )
    lines = gzip.decompress((responses / "full_pull_completion_status.jsonl.gz").read_bytes()).decode().splitlines()
    statuses = {(one["courseid"], one["userid"]): one["body"] for one in map(json.loads, lines)}
    jobs = {row["userid"]: row["data"] for row in table(folder, "mdl_user_info_data")}
    for listed in people.values():
        for one in listed:
            if str(one["id"]) in jobs:
                own = {"type": "text", "value": jobs[str(one["id"])], "name": "Munkakör", "shortname": "munkakor"}
                one["customfields"] = [own]
    return MoodleSite(
        courses=json.loads((responses / "courses_all.json").read_text()),
        idnumbers={int(row["id"]): row["idnumber"] for row in table(folder, "mdl_course")},
        people={int(course): listed for course, listed in people.items()},
        statuses=statuses,
        rows=_report(folder),
    )


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a recorded table, as text."""
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _report(folder: Path) -> list[list[str]]:
    """The rows of the recorded report, of which only the first page was kept, made from the tables."""
    users = {row["id"]: row for row in table(folder, "mdl_user")}
    courses = {row["id"]: row for row in table(folder, "mdl_course")}
    done = {(row["course"], row["userid"]): row for row in table(folder, "mdl_course_completions")}
    items = {row["id"]: row["courseid"] for row in table(folder, "mdl_grade_items") if row["itemtype"] == "course"}
    grades = {
        (items[row["itemid"]], row["userid"]): row["finalgrade"]
        for row in table(folder, "mdl_grade_grades")
        if row["itemid"] in items
    }
    enrolments = table(folder, "mdl_user_enrolments")
    rows = []
    for method in table(folder, "mdl_enrol"):
        course = method["courseid"]
        own = [row for row in enrolments if row["enrolid"] == method["id"]]
        for row in own:
            pair = (course, row["userid"])
            rows.append(_report_row(courses[course], users[row["userid"]], row, done.get(pair), grades.get(pair)))
        if not own:
            rows.append([courses[course]["idnumber"], *[""] * (len(HEADINGS) - 1)])
    return rows


def _report_row(
    course: dict[str, str], user: dict[str, str], row: dict[str, str], done: dict[str, str] | None, grade: str | None
) -> list[str]:
    over = row["timeend"] not in ("0", "") and int(row["timeend"]) < datetime(2026, 11, 23, tzinfo=UTC).timestamp()
    state = "Suspended" if row["status"] == "1" else "Not current" if over else "Active"
    completed = "" if done is None else "Yes" if done["timecompleted"] else "No"
    return [
        course["idnumber"], user["username"], user["idnumber"], user["email"], user["institution"], user["department"],
        "Yes" if user["suspended"] == "1" else "No", shown(row["timestart"]), shown(row["timeend"]), state, completed,
        shown(done["timecompleted"] if done else ""), f"{float(grade):.2f}" if grade else "",
    ]  # fmt: skip


def shown(seconds: str) -> str:
    """A time as Moodle shows it in English: Monday, 1 June 2026, 8:18 AM."""
    if not seconds or seconds == "0":
        return ""
    local = datetime.fromtimestamp(int(seconds), UTC).astimezone(BUDAPEST)
    half = "AM" if local.hour < 12 else "PM"
    return f"{local:%A}, {local.day} {local:%B %Y}, {local.hour % 12 or 12}:{local:%M} {half}"


def _body(code: str) -> Json:
    return {"exception": "core\\exception\\moodle_exception", "errorcode": code, "message": "in another language"}


def _error(code: str) -> Reply:
    return Reply(_body(code))
