"""HTTP to a live source: patient with what passes, clear about what does not, silent about secrets."""

import json
import logging
import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any, Self, cast

import certifi
import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from etl.config import Source
from etl.connections import Connection
from etl.sources.errors import SourceError

LOGGER = logging.getLogger("asp-etl")
ATTEMPTS = 7
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0  # seconds; the wait doubles from try to try
LONGEST_ASKED = 600.0  # seconds that a server may ask us to wait
MOST_BYTES = 256_000_000  # of one answer
CONNECT_SECONDS = 10.0
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
NO_ENTRY = frozenset({401, 403})
SHORTEST_TOKEN = 8  # characters of a word of the session's headers that may be a secret
QUOTED = 200  # characters of an error page that a message repeats


class Retry(Exception):
    """The answer is not to be used; the same request may well succeed later. asked: seconds the server wants."""

    def __init__(self, reason: str, asked: float | None = None) -> None:
        super().__init__(reason)
        self.asked = asked


class Expired(Exception):
    """The session or token is no longer accepted; log in again."""


@dataclass(frozen=True)
class Request:
    """A request below the base URL (or to a whole URL of the same host). It must only read: it may be sent again.

    form: fields of a form body, where secrets may stand (params land in the server's log).
    """

    path: str
    params: Mapping[str, Any] | Sequence[tuple[str, Any]] | None = None
    json: Any = None
    form: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str | None = None

    @property
    def verb(self) -> str:
        return self.method or ("GET" if self.json is None and self.form is None else "POST")


@dataclass(frozen=True)
class Answer:
    """A complete answer. json: its body read (numbers with a point are Decimals); None for an empty one, and for the
    page or text that comes with an accepted status."""

    status: int
    headers: Mapping[str, str]
    json: Any


class Waits:
    """How long to wait and what time it is: replaced in tests, so that none sleeps."""

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def clock(self) -> float:
        return time.monotonic()


WAITS = Waits()
Authenticate = Callable[["Client"], Mapping[str, str]]
Check = Callable[[Answer], None]


class Client:
    """A connection to one source for one pull, safe for several threads.

    authenticate: gives the headers of a session (by plain); called before the first request and again when the session
    has expired (401, or Expired from check).
    check: looks for errors in a good answer; raises Retry, Expired or SourceError. accept: statuses besides 2xx that
    are answers too (404 of a record that is gone). quotes: whether a message may repeat the server's; not where
    requests name people, whom an error may repeat.
    """

    def __init__(
        self,
        source: Source,
        authenticate: Authenticate | None = None,
        check: Check | None = None,
        accept: frozenset[int] = frozenset(),
        quotes: bool = True,
    ) -> None:
        assert source.connect is not None, "a file needs no client"
        self._source = source
        self._connect: Connection = source.connect
        self._url = str(getattr(source.connect, "url", "")).rstrip("/")
        self._base = httpx.URL(self._url)
        self._host = self._base.host
        self._authenticate, self._check, self._accept = authenticate, check, accept
        self._quotes = quotes
        self._session: Mapping[str, str] | None = None
        self._login = Lock()
        self._waits: Waits = WAITS
        self._deadline = self._waits.clock() + self._connect.minutes * 60
        timeout = httpx.Timeout(self._connect.read_seconds, connect=CONNECT_SECONDS)
        limits = httpx.Limits(max_connections=self._connect.parallel + 1)
        # It logs whole addresses, and a query may hold what must not be read there.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        # No proxy or netrc login of the environment, no redirect: the answer is that of the server named.
        self._http = httpx.Client(
            timeout=timeout, limits=limits, verify=_tls(self._connect), trust_env=False, follow_redirects=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, params: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a GET. Raises SourceError when it can't be had."""
        return self.send(Request(path, params=params, headers=headers or {}))

    def post(
        self,
        path: str,
        *,
        json: Any = None,
        form: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to a POST that only reads. Raises SourceError when it can't be had."""
        return self.send(Request(path, json=json, form=form, headers=headers or {}, method="POST"))

    def each(self, requests: Sequence[Request], parallel: int | None = None) -> list[Answer]:
        """Answers in the order of the requests, some of them on their way at the same time."""
        workers = min(parallel or self._connect.parallel, max(len(requests), 1))
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(self.send, requests))

    def send(self, request: Request) -> Answer:
        """The answer to a request, tried again while what is wrong may pass."""
        if self._authenticate is None:
            return self.plain(request)
        session = self._log_in()
        try:
            return self._patiently(request, session)
        except Expired:
            session = self._log_in(instead_of=session)
        try:
            return self._patiently(request, session)
        except Expired as expired:
            raise self._refused(request, "does not accept the login") from expired

    def plain(self, request: Request) -> Answer:
        """The answer to a request without the headers of a session: the login itself."""
        try:
            return self._patiently(request, {})
        except Expired as expired:
            raise self._refused(request, "does not accept the login") from expired

    def _patiently(self, request: Request, session: Mapping[str, str]) -> Answer:
        tries = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=_wait,
            retry=retry_if_exception(_passes),
            sleep=self._rest,
            before_sleep=self._say_waiting,
            reraise=True,
        )
        try:
            return tries(self._once, request, session)
        except Retry as error:
            raise self._failed(request, f"{error} ({ATTEMPTS} tries)") from error
        except httpx.RequestError as error:
            raise self._failed(request, f"{_told(error)}{f' ({ATTEMPTS} tries)' if _passes(error) else ''}") from error

    def _say_waiting(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        why = str(error) if isinstance(error, Retry) else _told(error) if isinstance(error, httpx.RequestError) else ""
        seconds = state.next_action.sleep if state.next_action else 0.0
        LOGGER.info(
            "source '%s': %s %s; try %d of %d in %.1f s",
            self._source.name, self._host, self._source.scrub(why), state.attempt_number + 1, ATTEMPTS, seconds,
        )  # fmt: skip

    def _rest(self, seconds: float) -> None:
        if self._waits.clock() + seconds > self._deadline:
            raise SourceError(
                f"source '{self._source.name}': {self._host} took longer than {self._connect.minutes:g} minutes."
                " What was read so far counts; the next run goes on from there, or raise minutes."
            )
        if seconds:
            self._waits.sleep(seconds)

    def _once(self, request: Request, session: Mapping[str, str]) -> Answer:
        self._rest(0)
        built = self._http.build_request(
            request.verb,
            self.address(request.path),
            params=cast(Any, request.params),
            json=request.json,
            data=dict(request.form) if request.form is not None else None,
            headers={"Accept": "application/json", **session, **request.headers},
        )
        response = self._http.send(built, stream=True)
        try:
            body = b"".join(self._received(response, request))
        finally:
            response.close()
        return self._judged(response, body, request)

    def _received(self, response: httpx.Response, request: Request) -> Iterator[bytes]:
        """The body, unless it is too long, or drips in so slowly that it would never end."""
        until, size = self._waits.clock() + self._connect.answer_seconds, 0
        for part in response.iter_bytes():
            size += len(part)
            if size > MOST_BYTES:
                raise self._failed(request, f"answers with more than {MOST_BYTES:,} bytes; lower page_size")
            if self._waits.clock() > until:
                raise Retry(f"has not finished its answer after {self._connect.answer_seconds:g} seconds")
            yield part

    def _judged(self, response: httpx.Response, body: bytes, request: Request) -> Answer:
        status = response.status_code
        if status in PASSING:
            raise Retry(f"answers {status}", _asked(response.headers))
        if status == 401 and 401 not in self._accept:
            raise Expired
        if status in NO_ENTRY and status not in self._accept:
            raise self._refused(request, f"answers {status} {response.reason_phrase}".rstrip())
        if not response.is_success and status not in self._accept:
            raise self._failed(request, f"answers {status}: {self._quoted(body)}")
        page = not response.is_success and "json" not in response.headers.get("Content-Type", "")
        answer = Answer(status, response.headers, None if page else _read(body))
        if self._check:
            self._check(answer)
        return answer

    def _log_in(self, instead_of: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """The headers of the session; of a new one when it is still the one that has expired."""
        assert self._authenticate is not None, "a login that nobody gave"
        with self._login:
            if self._session is instead_of:
                self._session = self._authenticate(self)
            assert self._session is not None, "a login without headers"
            return self._session

    def address(self, path: str) -> str:
        """The whole URL of a path, or of a link that the server gave. Raises SourceError for one of another host."""
        url = httpx.URL(path)
        if not url.is_absolute_url:
            return f"{self._url}/{path.lstrip('/')}"
        if (url.scheme, url.host, url.port) != (self._base.scheme, self._base.host, self._base.port):
            raise SourceError(
                f"source '{self._source.name}': {self._host} points to another server ({url.scheme}://{url.host});"
                " it is not followed."
            )
        return path

    def _failed(self, request: Request, what: str) -> SourceError:
        place = f"{request.verb} {self._host}/{httpx.URL(request.path).path.lstrip('/')}"
        text = self._source.scrub(f"source '{self._source.name}': {place}: the server {what}.")
        for word in " ".join((self._session or {}).values()).split():
            text = text.replace(word, "…") if len(word) >= SHORTEST_TOKEN else text
        return SourceError(text)

    def _refused(self, request: Request, what: str) -> SourceError:
        named = ", ".join(self._source.secret_names) or "the login"
        return SourceError(f"{self._failed(request, what)} Check {named}, and what that login may read.")

    def _quoted(self, body: bytes) -> str:
        # Scrubbed before it is cut or quoted: half a secret, or one with its backslashes doubled, is not found again.
        words = self._source.scrub(body.decode("utf-8", "replace")).split() if self._quotes else []
        text = " ".join("…" if "@" in word else word for word in words)[:QUOTED]
        return repr(text) if text else "nothing more"


def _tls(connect: Connection) -> ssl.SSLContext:
    """Verified always; against a certificate authority of one's own where ca_file names it."""
    try:
        return ssl.create_default_context(cafile=connect.ca_file or certifi.where())
    except OSError as error:
        raise SourceError(f"ca_file '{connect.ca_file}' cannot be read ({error}).") from error


def _read(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal) if body.strip() else None
    except (ValueError, RecursionError) as error:
        raise Retry(f"answers with what is no complete JSON: {len(body):,} bytes") from error


def _asked(headers: Mapping[str, str]) -> float | None:
    """Seconds that Retry-After asks for, given as such or as a time of the server's own clock."""
    text = headers.get("Retry-After", "").strip()
    if not text:
        return None
    if text.isdigit():
        return min(float(text), LONGEST_ASKED)
    try:
        until = parsedate_to_datetime(text)
        now = parsedate_to_datetime(headers["Date"]) if "Date" in headers else datetime.now(UTC)
        return min(max((until - now).total_seconds(), 0.0), LONGEST_ASKED)
    except (TypeError, ValueError):
        return None


def _wait(state: RetryCallState) -> float:
    """Exponential back-off, half of it at random: waits grow and clients spread. At least what the server asks for."""
    most = min(FIRST_WAIT * 2**state.attempt_number, LONGEST_WAIT)
    wait = random.uniform(most / 2, most)  # noqa: S311 - spreads clients, hides nothing
    error = state.outcome.exception() if state.outcome else None
    asked = error.asked if isinstance(error, Retry) else None
    return wait if asked is None else asked + wait


def _passes(error: BaseException) -> bool:
    """Whether it may be over at the next try; a certificate that is not trusted is not."""
    if isinstance(error, httpx.RequestError):
        return "CERTIFICATE_VERIFY_FAILED" not in str(error)
    return isinstance(error, Retry)


def _told(error: httpx.RequestError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "did not answer in time"
    if isinstance(error, httpx.ConnectError):
        return f"can't be reached ({error})"
    return f"broke the connection ({type(error).__name__})"
