"""Moodle by its web services: who is enrolled in a course, and for each of them whether it is completed.

That is one call per person and course. Web services do not show whom Moodle no longer counts as enrolled (suspended or
expired enrolments, people taken off a course, deleted accounts), even if they completed: what was loaded of them stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from etl.config import Source
from etl.connections import Moodle
from etl.sources.api.moodle_service import Service, at, errorcode, options, plain, user_key
from etl.sources.errors import SourceError
from etl.sources.pull import Cursor, Record, Slice, Span, zulu

PEOPLE = 500
ALL, ANY = 1, 2  # how criteria are aggregated
FIELDS = "username,idnumber,institution,department,customfields,roles"
NO_CRITERIA = "nocriteriaset"
_OWN = "profile."
UNSEEN = frozenset({"usernotenroled", "userdeleted"})
"""Codes of people whose completion web services do not show."""

PROPOSED = {
    "training": {
        "enrolment_id": {"columns": ["course_shortname", "user_key"], "separator": "/"},
        "person": "user_key",
        "course_id": "course_shortname",
        "course_name": "course_name",
        "started_on": "course_started_at",
        "completed_on": "completed_at",
        "municipality": {"columns": ["department", "institution"], "first": True},
    }
}


def pull(source: Source, span: Span) -> Iterator[Slice]:
    """A record per person and course that web services show, a page of a course at a time; always all of them.

    Columns: course_id, course_shortname, course_idnumber (asked for only where it is mapped), course_name,
    course_started_at, user_id, user_key, user_idnumber, institution, department, roles, profile.<field>, completed,
    completed_at, criteria, criteria_done. Times are UTC; what Moodle leaves out is null.
    """
    connect = source.connect
    assert isinstance(connect, Moodle), "another kind of source"
    service = Service(source, frozenset({NO_CRITERIA, *UNSEEN}))
    with service.client:
        yield from _Reader(source, connect, service, span).slices()


class _Reader:
    """One pull."""

    def __init__(self, source: Source, connect: Moodle, service: Service, span: Span) -> None:
        self._source, self._connect, self._service, self._span = source, connect, service, span
        self._size = connect.page_size or PEOPLE
        mapped = {str(one) for one in (*source.headings, *source.optional_headings)}
        self._idnumbers: dict[int, str | None] | None = {} if "course_idnumber" in mapped else None
        self._profile = {name.removeprefix(_OWN) for name in mapped if name.startswith(_OWN)}

    def slices(self) -> Iterator[Slice]:
        """The courses by number, from where an earlier pull broke."""
        cursor = {} if self._span.backfill else self._span.cursor or {}
        broken = cursor.get("course")
        for course in self._courses():
            if broken is None or course["id"] > broken:
                yield from self._course(course, 0)
            elif course["id"] == broken:
                # A page back: people who left since have moved the others up.
                yield from self._course(course, max(int(cursor["offset"]) - self._size, 0))
        yield Slice(f"{self._source.address}: end", [], self._cursor({"read": zulu(self._span.started_at)}))

    def _cursor(self, cursor: Cursor) -> Cursor | None:
        return None if self._span.backfill else cursor

    def _courses(self) -> list[dict[str, Any]]:
        """Courses to read, without the site itself, by number. Raises SourceError for a name that none has."""
        if not self._connect.courses:
            function = "core_course_get_courses"
            found = self._service.expect(function, self._service.call(function), list)
        else:
            found = [course for name in self._connect.courses for course in self._named(name)]
        return sorted((course for course in found if course.get("format") != "site"), key=lambda one: int(one["id"]))

    def _named(self, name: str) -> list[dict[str, Any]]:
        function = "core_course_get_courses_by_field"
        answer = self._service.expect(function, self._service.call(function, field="shortname", value=name), dict)
        if not answer.get("courses"):
            raise SourceError(
                f"source '{self._source.name}': {self._source.address}: no course has the short name '{name}', or the"
                " token's user may not see it. Correct courses."
            )
        return list(answer["courses"])

    def _course(self, course: Mapping[str, Any], offset: int) -> Iterator[Slice]:
        """The people of a course, page by page until one is empty: those that the caller may not see are missing from
        a page, so that a short one need not be the last."""
        seen: set[int] = set()
        while True:
            people = [one for one in self._people(course["id"], offset) if one["id"] not in seen]
            if not people:
                return
            seen.update(one["id"] for one in people)
            offset += self._size
            named = f"{self._source.address} course {course['shortname']}, people {offset - self._size + 1} to {offset}"
            yield Slice(named, self._records(course, people), self._cursor({"course": course["id"], "offset": offset}))

    def _people(self, course: int, offset: int) -> list[dict[str, Any]]:
        function = "core_enrol_get_enrolled_users"
        asked = options(userfields=FIELDS, limitfrom=offset, limitnumber=self._size, sortby="id", sortdirection="ASC")
        answer = self._service.call(function, courseid=course, **asked)
        return list(self._service.expect(function, answer, list))

    def _records(self, course: Mapping[str, Any], people: Sequence[dict[str, Any]]) -> list[Record]:
        function = "core_completion_get_course_completion_status"
        asked = [{"courseid": course["id"], "userid": one["id"]} for one in people]
        told = [self._service.expect(function, one, dict) for one in self._service.each(function, asked)]
        shown = [pair for pair in zip(people, told, strict=True) if errorcode(pair[1]) not in UNSEEN]
        idnumber = self._idnumber(course["id"], people)
        # Moodle leaves out what is empty; a column that is mapped is there nonetheless.
        fields = dict.fromkeys(sorted(self._profile | {name for one in people for name in _profile(one)}))
        return [_record(course, idnumber, person, status, fields) for person, status in shown]

    def _idnumber(self, course: int, people: Sequence[Mapping[str, Any]]) -> str | None:
        """The course's idnumber. Only the list of a person's own courses shows it to one who may not edit them."""
        if self._idnumbers is None:
            return None
        for person in people:
            if course in self._idnumbers:
                break
            function = "core_enrol_get_users_courses"
            own = self._service.call(function, userid=person["id"], returnusercount=0)
            for one in self._service.expect(function, own, list):
                self._idnumbers[int(one["id"])] = plain(one.get("idnumber"))
        return self._idnumbers.get(course)


def _profile(person: Mapping[str, Any]) -> dict[str, str | None]:
    """The fields that the site added to its people."""
    return {str(one["shortname"]): plain(one.get("value")) for one in person.get("customfields") or []}


def _record(
    course: Mapping[str, Any],
    idnumber: str | None,
    person: Mapping[str, Any],
    status: Mapping[str, Any],
    fields: Mapping[str, None],
) -> Record:
    told = status.get("completionstatus") or {}
    criteria = told.get("completions") or []
    return {
        "course_id": course["id"],
        "course_shortname": plain(course.get("shortname")),
        "course_idnumber": idnumber,
        "course_name": plain(course.get("fullname")),
        "course_started_at": at(course.get("startdate")),
        "user_id": person["id"],
        "user_key": user_key(person["username"]) if person.get("username") else None,
        "user_idnumber": person.get("idnumber") or None,
        "institution": (person.get("institution") or "").strip() or None,
        "department": (person.get("department") or "").strip() or None,
        "roles": ",".join(sorted(str(role.get("shortname")) for role in person.get("roles") or [])) or None,
        "profile": {**fields, **_profile(person)},
        "completed": bool(told.get("completed")),
        "completed_at": _completed_at(told),
        "criteria": len(criteria),
        "criteria_done": sum(bool(one.get("complete")) for one in criteria),
    }


def _completed_at(status: Mapping[str, Any]) -> str | None:
    """When the course was completed, which Moodle does not tell, by the times of its criteria.

    Moodle works the course out when a criterion is met and then takes the latest time: the last of the criteria where
    all are needed, the first where any one does (criteria met later do not move it).
    """
    if not status.get("completed"):
        return None
    times = [one["timecompleted"] for one in status.get("completions") or [] if one.get("timecompleted")]
    if not times:
        return None
    return at(min(times) if status.get("aggregation") == ANY else max(times))
