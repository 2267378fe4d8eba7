"""[source.connect] of sources.toml: how each kind of live system is reached. Secrets are named here, never written."""

import re
from ipaddress import ip_address
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from data.errors import AspError


class MissingSecret(AspError):
    """An environment variable that a source names is not set."""


Names = Annotated[tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
"""The name of an environment variable that holds a secret."""


class Connection(BaseModel):
    """What every kind has.

    overlap_hours: a pull starts so much before the newest change that it knows, so that late and skewed ones are seen.
    reconcile_days: how often the keys are listed to find what was deleted (0: never). most_deleted: share of the known
    rows that may be gone at once; more is taken for a fault of the source. minutes: how long one pull may take.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    OPERATIONAL: ClassVar[frozenset[str]] = frozenset(
        {"overlap_hours", "reconcile_days", "most_deleted", "page_size", "parallel", "read_seconds", "answer_seconds",
         "minutes", "ca_file", "allow_http", "token_env", "app_token_env", "password_env",
         "client_secret_env", "overlap_rows"}
    )  # fmt: skip
    """Settings that do not change what is read: with any other one changed, everything is read again."""

    kind: str
    overlap_hours: Annotated[float, Field(ge=0, le=24 * 366, strict=False)] = 24
    reconcile_days: Annotated[float, Field(ge=0, strict=False)] = 7
    most_deleted: Annotated[float, Field(ge=0, le=1, strict=False)] = 0.2
    page_size: Annotated[int, Field(ge=1, le=10_000)] | None = None
    parallel: Annotated[int, Field(ge=1, le=16)] = 4
    read_seconds: Annotated[float, Field(gt=0, strict=False)] = 60
    answer_seconds: Annotated[float, Field(gt=0, strict=False)] = 300
    minutes: Annotated[float, Field(gt=0, strict=False)] = 240
    ca_file: str | None = None
    allow_http: bool = False

    @property
    def address(self) -> str:
        """Where it is, for people; without a secret."""
        return self.kind

    def meaning(self) -> dict[str, Any]:
        """The settings that say what is read."""
        return self.model_dump(mode="json", exclude=set(self.OPERATIONAL))


class _Server(Connection):
    """A system that is reached over HTTP."""

    url: Annotated[str, Field(min_length=1)]

    @property
    def address(self) -> str:
        return self.url

    @model_validator(mode="after")
    def _safe(self) -> Self:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url '{_without_login(self.url)}' is not an address; write it as https://desk.example.hu")
        if parts.username or parts.password or parts.query:
            raise ValueError("url holds a login or a query; secrets are named by token_env or password_env only")
        if parts.scheme == "http" and not is_loopback(parts.hostname) and not self.allow_http:
            raise ValueError(
                f"url '{self.url}' is not encrypted; use https, or set allow_http = true if the network may see it"
            )
        return self


def _without_login(url: str) -> str:
    return url.split("@")[-1]


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name or address; nothing is looked up."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


class RequestTracker(_Server):
    """Request Tracker 5, REST2. query: TicketSQL that narrows the tickets down. second_level: queues of operators.

    ended: statuses in which nobody works on a ticket any more. history: whether tickets come with what follows from
    their history; it takes as many requests again.
    """

    kind: Literal["rt"]
    token_env: Variable
    query: str | None = None
    second_level: Names = ()
    ended: Names = ("resolved", "rejected", "deleted")
    history: bool = True


class Zammad(_Server):
    """Zammad. query: search terms that narrow the tickets down. second_level: groups of operators."""

    kind: Literal["zammad"]
    token_env: Variable
    query: str | None = None
    second_level: Names = ()


class Znuny(_Server):
    """Znuny or OTRS by GenericInterface. url: of the web service; the operations' routes as its YAML names them, all by
    POST. history_route: of TicketHistoryGet. limit: tickets of one answer. queues: those that are read; all if empty.
    second_level: queues of operators.
    """

    kind: Literal["znuny"]
    user: str
    password_env: Variable
    session_route: str = "/Session"
    search_route: str = "/TicketSearch"
    get_route: str = "/TicketGet"
    history_route: str | None = None
    limit: Annotated[int, Field(ge=1)] = 500
    queues: Names = ()
    second_level: Names = ()


class Glpi(_Server):
    """GLPI by apirest.php (version 1 of its API), with which url ends. item: Ticket, Problem or Change.

    second_level: groups of operators.
    """

    kind: Literal["glpi"]
    token_env: Variable
    app_token_env: Variable | None = None
    item: Literal["Ticket", "Problem", "Change"] = "Ticket"
    second_level: Names = ()


class Jira(_Server):
    """Jira Service Management. jql: narrows the issues down.

    api: 3 for the cloud, 2 for Data Center. user: the e-mail address an API token of the cloud belongs to; without it
    the token is sent as a bearer token (Data Center). group_field: the field (id or name) that names the group which
    holds a request. second_level: groups of operators.
    """

    kind: Literal["jira"]
    api: Literal["2", "3"] = "3"
    user: str | None = None
    token_env: Variable
    jql: str | None = None
    group_field: str | None = None
    second_level: Names = ()

    @model_validator(mode="after")
    def _unordered(self) -> Self:
        if self.jql and re.search(r"(?i)\border\s+by\b", self.jql):
            raise ValueError("jql holds ORDER BY; issues are always read in the order in which they changed")
        return self


class ServiceNow(_Server):
    """ServiceNow by the Table API. query: encoded query that narrows the rows down.

    Log in by token_env, by user and password_env, or by OAuth with client_id and client_secret_env (with user and
    password_env besides, where the instance wants a password grant). deleted: read sys_audit_delete, which the login
    must be allowed to. state_field: the field whose changes are status changes. second_level: groups of operators.
    """

    kind: Literal["servicenow"]
    user: str | None = None
    password_env: Variable | None = None
    token_env: Variable | None = None
    client_id: str | None = None
    client_secret_env: Variable | None = None
    table: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] = "incident"
    query: str | None = None
    deleted: bool = False
    state_field: str = "state"
    second_level: Names = ()

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        basic, oauth = bool(self.user and self.password_env), bool(self.client_id and self.client_secret_env)
        if not (self.token_env or basic or oauth):
            raise ValueError("give token_env, or user and password_env, or client_id and client_secret_env")
        if self.query and "ORDERBY" in self.query:
            raise ValueError("query holds ORDERBY; rows are always read in the order in which they changed")
        return self


class Moodle(_Server):
    """Moodle by its web services. courses: short names; all visible ones if empty."""

    kind: Literal["moodle"]
    token_env: Variable
    courses: Names = ()


class MoodleReport(_Server):
    """A Report Builder report of Moodle. report: its number; username: heading of its column of user names."""

    kind: Literal["moodle_report"]
    token_env: Variable
    report: Annotated[int, Field(ge=1)]
    username: Annotated[str, Field(min_length=1)] = "Username"


class Xapi(_Server):
    """Statements of a learning record store. url: its xAPI endpoint, what stands before /statements.

    verbs: last parts of the verbs that count (completed, passed …), all if empty. activity: only statements about it.
    """

    kind: Literal["xapi"]
    user: str | None = None
    password_env: Variable | None = None
    token_env: Variable | None = None
    version: str = "1.0.3"
    verbs: Names = ()
    activity: str | None = None


class Ocds(_Server):
    """A publisher's API. path: where it lists releases or records, page by page, below url.

    since_parameter: query parameter that takes the time to start from, written as since_format. record_path: where a
    whole record is, with {ocid}; without it, releases are compiled from all of those listed.
    """

    kind: Literal["ocds"]
    path: str = ""
    token_env: Variable | None = None
    since_parameter: str | None = None
    since_format: str = "%Y-%m-%dT%H:%M:%SZ"
    page_size_parameter: str | None = None
    record_path: Annotated[str, Field(pattern=r"\{ocid\}")] | None = None


class Sql(Connection):
    """Any database that SQLAlchemy knows.

    url: without a password, which password_env names; or url_env names the whole of it. cursor: column of the query by
    which changed rows are known; without one every run reads all rows. cursor_type: what that column holds (time, date,
    epoch: seconds, number: an id or version that grows), where its values do not tell. overlap_rows: how much below the
    highest number a pull starts. complete: the query lists every row that exists, so that one it lacks was deleted;
    compared in every run without a cursor, else every reconcile_days and on --full. allow_http: the network may see it.
    """

    kind: Literal["sql"]
    url: str | None = None
    url_env: Variable | None = None
    password_env: Variable | None = None
    query: Annotated[str, Field(min_length=1)]
    cursor: Annotated[str, Field(min_length=1)] | None = None
    cursor_type: Literal["time", "date", "epoch", "number"] | None = None
    overlap_rows: Annotated[int, Field(ge=0)] = 1000
    complete: bool = False

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if self.cursor_type and not self.cursor:
            raise ValueError("cursor_type says what the column named by cursor holds; name it")
        if (self.url is None) == (self.url_env is None):
            raise ValueError("give exactly one of url, url_env")
        if self.url and _holds_a_password(self.url):
            raise ValueError("url holds a password; name the variable that holds it with password_env")
        return self

    @property
    def address(self) -> str:
        """The URL without user and options; the variable that holds it where the URL itself is a secret."""
        if self.url is None:
            return f"the database of {self.url_env}"
        url = make_url(self.url)
        return f"{url.get_backend_name()}://{url.host or ''}/{url.database or ''}"


def _holds_a_password(written: str) -> bool:
    try:
        url = make_url(written)
    except ArgumentError as error:
        raise ValueError("url is not the URL of a database; write it as postgresql+psycopg://host/database") from error
    return url.password is not None or bool({"password", "passwd", "pwd", "sslpassword"} & set(url.query))


AnyConnection = Annotated[
    RequestTracker | Zammad | Znuny | Glpi | Jira | ServiceNow | Moodle | MoodleReport | Xapi | Ocds | Sql,
    Field(discriminator="kind"),
]
