"""Calls of Moodle's web services: its errors come as good answers, and its token belongs into the body."""

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from etl.config import Source
from etl.connections import Moodle, MoodleReport
from etl.sources.api.client import Answer, Client, Request, Retry
from etl.sources.errors import SourceError
from etl.sources.pull import zulu

PATH = "/webservice/rest/server.php"
PASSING = frozenset(
    {"sitemaintenance", "upgraderunning", "dbconnectionfailed", "dmlreadexception", "dmltransactionexception"}
)
"""errorcode: may be over at the next try"""

ADVICE = {
    "invalidtoken": "The token is unknown or has ended: make a new one, and put it into {token}.",
    "accessexception": "The token has ended, may not be used from this machine, or its service lacks the function"
    " {function}: look at the external service and its token.",
    "requireloginerror": "The token's user may not enter the course: give it the documented role at site level.",
    "errorcoursecontextnotvalid": "The token's user may not enter a course: give it the documented role at site level,"
    " or name the courses to read with courses.",
    "nopermissions": "Give the token's user the documented rights.",
    "errorreportview": "The token's user may not view the report: add it to the report's audience.",
    "invalidrecord": "There is no such course, report or function; check report and courses, and that the function"
    " {function} exists in this version of Moodle.",
    "invalidparameter": "A parameter is not what this version of Moodle expects of {function}.",
}
"""errorcode -> what to do"""
_TAG = re.compile(r"<[^>]*>")


class Service:
    """The web services of one Moodle. normal: error codes that are answers to the caller."""

    def __init__(self, source: Source, normal: frozenset[str] = frozenset()) -> None:
        connect = source.connect
        assert isinstance(connect, Moodle | MoodleReport), "another kind of source"
        self._source, self._variable, self._normal = source, connect.token_env, normal
        self._token = source.secret(connect.token_env)
        self.client = Client(source, check=self._check, accept=frozenset({403}))

    def call(self, function: str, **parameters: Any) -> Any:
        """The JSON that a function answers."""
        return self._read(function, self.client.send(self._request(function, parameters)))

    def each(self, function: str, calls: Sequence[Mapping[str, Any]]) -> list[Any]:
        """The JSON of several calls of a function, in their order, some at the same time."""
        answers = self.client.each([self._request(function, parameters) for parameters in calls])
        return [self._read(function, answer) for answer in answers]

    def expect(self, function: str, value: Any, kind: type) -> Any:
        """value, which must be a list or an object."""
        if isinstance(value, kind):
            return value
        wanted = "a list" if kind is list else "an object"
        raise self._fault(f"{function} answers with something else than {wanted}. Check that url is that of a Moodle.")

    def _request(self, function: str, parameters: Mapping[str, Any]) -> Request:
        form = {"wstoken": self._token, "wsfunction": function, "moodlewsrestformat": "json", **parameters}
        return Request(PATH, form=form)

    def _check(self, answer: Answer) -> None:
        if answer.status == 403:
            raise self._fault(
                "answers 403. Switch on web services and the REST protocol there, or let this machine in."
            )
        code = errorcode(answer.json)
        if code in PASSING:
            raise Retry(f"answers {code}")

    def _read(self, function: str, answer: Answer) -> Any:
        """The JSON of an answer. Raises SourceError for an error that is none of the normal ones, or a warning."""
        code = errorcode(answer.json)
        if code is not None and code not in self._normal:
            advice = ADVICE.get(code, "Look the code up in Moodle, or try the call there.")
            self_told = advice.format(token=self._variable, function=function)
            raise self._fault(f"{function} answers with the error '{code}'. {self_told}")
        if isinstance(answer.json, dict) and answer.json.get("warnings"):
            codes = sorted({str(one.get("warningcode")) for one in answer.json["warnings"] if isinstance(one, dict)})
            # A parameter that Moodle does not know is only warned of, and everything is answered.
            raise self._fault(f"{function} warns of {', '.join(codes)}: its answer is not what was asked for.")
        return answer.json

    def _fault(self, what: str) -> SourceError:
        return SourceError(f"source '{self._source.name}': {self._source.address}: {what}")


def errorcode(value: Any) -> str | None:
    """The code of an error that came as an answer; None for a good one. Messages are translated, codes are not."""
    if isinstance(value, dict) and "exception" in value:
        return str(value.get("errorcode") or "unknown")
    return None


def options(**values: Any) -> dict[str, Any]:
    """Options in the flattened form of PHP."""
    pairs = enumerate(values.items())
    return {
        f"options[{n}][{part}]": own for n, (name, value) in pairs for part, own in (("name", name), ("value", value))
    }


def user_key(username: str) -> str:
    """What a person is known by in every way to read Moodle: the MD5 of the user name, in hexadecimal digits.

    Moodle replaces the name of a deleted account but keeps this digest as its e-mail address. It is hashed again with
    our own key before anything is written.
    """
    return hashlib.md5(username.encode(), usedforsecurity=False).hexdigest()


def at(seconds: Any) -> str | None:
    """Unix seconds as ISO 8601 in UTC; nothing and 0 both mean never."""
    return zulu(datetime.fromtimestamp(int(seconds), UTC)) if seconds else None


def plain(text: Any) -> str | None:
    """Text without markup and entities, trimmed; None for nothing."""
    bare = html.unescape(_TAG.sub("", str(text or ""))).strip()
    return bare or None
