"""The HTTP client of live sources: what it tries again, what it gives up on, and what it never says."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from pydantic import ValidationError

from etl.config import Source
from etl.sources.api import client as http
from etl.sources.api.client import ATTEMPTS, Answer, Client, Expired, Request, Retry
from etl.sources.errors import SourceError
from tests.etl.fakes.server import Call, Chaos, FakeServer, Reply, serving


class NoWaits(http.Waits):
    """Keeps the waits instead of making them; the clock stands still unless a test moves it."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if seconds:
            self.slept.append(seconds)

    def clock(self) -> float:
        return self.now


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> NoWaits:
    waits = NoWaits()
    monkeypatch.setattr(http, "WAITS", waits)
    return waits


def source(url: str, **connect: Any) -> Source:
    made = Source.model_validate(
        {
            "name": "desk",
            "job": "tickets",
            "record": "ticket",
            "connect": {"kind": "rt", "url": url, "token_env": "DESK_TOKEN", **connect},
            "fields": {"ticket_id": "id", "opened_at": "created"},
        }
    )
    made._secrets = {"DESK_TOKEN": "s3cret/key"}
    return made


class Script:
    """Answers with the replies of a list, the last one for good."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)

    def __call__(self, call: Call) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@pytest.fixture
def script() -> Script:
    return Script(Reply({"ok": True}))


@pytest.fixture
def server(script: Script) -> Iterator[FakeServer]:
    with serving(script) as running:
        yield running


@pytest.mark.parametrize(
    "trouble",
    [
        Reply({}, 500),
        Reply({}, 503, {"Retry-After": "3"}),
        Reply({}, 429),
        Reply(text='{"items": [1, 2'),
        Reply(text="<html>maintenance</html>"),
    ],
)
def test_what_may_pass_is_tried_again(server: FakeServer, script: Script, waits: NoWaits, trouble: Reply) -> None:
    script.replies = [trouble, trouble, Reply({"ok": True})]

    with Client(source(server.url)) as client:
        assert client.get("/x").json == {"ok": True}

    assert len(waits.slept) == 2


def test_a_torn_connection_is_tried_again(server: FakeServer, waits: NoWaits) -> None:
    server.chaos = Chaos(seed=3, rate=0.5, faults=("reset", "cut"))

    with Client(source(server.url)) as client:
        answers = [client.get("/x").json for _ in range(30)]

    assert answers == [{"ok": True}] * 30
    assert len(server.chaos.met) > 5


def test_it_gives_up_in_the_end_and_says_what_it_met(server: FakeServer, script: Script, waits: NoWaits) -> None:
    script.replies = [Reply({}, 502)]

    with Client(source(server.url)) as client, pytest.raises(SourceError, match=r"the server answers 502 \(7 tries\)"):
        client.get("/tickets")

    assert len(server.calls) == ATTEMPTS


def test_a_missing_page_is_not_tried_again(server: FakeServer, script: Script, waits: NoWaits) -> None:
    script.replies = [Reply({"message": "no such thing"}, 404)]

    with Client(source(server.url)) as client, pytest.raises(SourceError, match=r"answers 404: .*no such thing"):
        client.get("/tickets")

    assert len(server.calls) == 1


def test_a_status_that_was_asked_for_is_an_answer(server: FakeServer, script: Script) -> None:
    script.replies = [Reply({"gone": 1}, 404)]

    with Client(source(server.url), accept=frozenset({404})) as client:
        answer = client.get("/x")

    assert (answer.status, answer.json) == (404, {"gone": 1})


@pytest.mark.parametrize(
    ("headers", "least"),
    [
        ({"Retry-After": "40"}, 40.0),
        ({"Retry-After": "99999"}, 600.0),
        ({"Retry-After": "soon"}, 0.0),
    ],
)
def test_it_waits_as_long_as_it_is_asked_to(
    server: FakeServer, script: Script, waits: NoWaits, headers: dict[str, str], least: float
) -> None:
    script.replies = [Reply({}, 429, headers), Reply({"ok": True})]

    with Client(source(server.url)) as client:
        client.get("/x")

    assert least <= waits.slept[0] <= least + 1


def test_a_time_to_wait_for_is_counted_by_the_clock_of_the_server(
    server: FakeServer, script: Script, waits: NoWaits
) -> None:
    theirs = datetime(2031, 5, 1, 12, tzinfo=UTC)  # years ahead of ours
    until = format_datetime(theirs + timedelta(seconds=30), usegmt=True)
    script.replies = [
        Reply({}, 503, {"Retry-After": until, "Date": format_datetime(theirs, usegmt=True)}),
        Reply({"ok": True}),
    ]

    with Client(source(server.url)) as client:
        client.get("/x")

    assert 29 <= waits.slept[0] <= 32


def test_the_waits_grow_and_are_spread() -> None:
    class State:
        outcome = None

        def __init__(self, number: int) -> None:
            self.attempt_number = number

    waits = [[http._wait(State(number)) for _ in range(400)] for number in (1, 4, 9)]  # type: ignore[arg-type]

    assert [round(min(some), 1) >= least for some, least in zip(waits, (0.5, 4, 30), strict=True)] == [True] * 3
    assert [max(some) <= most for some, most in zip(waits, (1, 8, 60), strict=True)] == [True] * 3
    assert all(max(some) - min(some) > min(some) / 2 for some in waits), "they are spread"


def test_a_pull_ends_when_its_time_is_over(server: FakeServer, script: Script, waits: NoWaits) -> None:
    script.replies = [Reply({}, 429, {"Retry-After": "500"})]

    with Client(source(server.url, minutes=10)) as client, pytest.raises(SourceError, match="longer than 10 minutes"):
        client.get("/x")


def test_a_session_that_expired_is_renewed_once(server: FakeServer, script: Script) -> None:
    script.replies = [Reply({}, 401), Reply({"ok": True})]
    logins: list[str] = []

    def login(client: Client) -> dict[str, str]:
        logins.append("in")
        return {"Session": str(len(logins))}

    with Client(source(server.url), authenticate=login) as client:
        assert client.get("/x").json == {"ok": True}

    assert [call.headers["session"] for call in server.calls] == ["1", "2"]


def test_a_login_that_is_refused_is_named_without_the_secret(server: FakeServer, script: Script) -> None:
    script.replies = [Reply({"error": "s3cret/key is wrong"}, 401)]

    with Client(source(server.url)) as client, pytest.raises(SourceError) as met:
        client.get("/x")

    assert "DESK_TOKEN" in str(met.value)
    assert "s3cret" not in str(met.value)


def test_an_error_page_that_repeats_the_secret_is_scrubbed(server: FakeServer, script: Script) -> None:
    script.replies = [Reply({"asked": "s3cret/key", "encoded": "s3cret%2Fkey"}, 400)]

    with Client(source(server.url)) as client, pytest.raises(SourceError) as met:
        client.get("/x")

    assert "s3cret" not in str(met.value)


@pytest.mark.parametrize(("quotes", "said"), [(True, '\'{"error": "no … here"}\''), (False, "nothing more")])
def test_a_message_repeats_no_address_of_a_person(server: FakeServer, script: Script, quotes: bool, said: str) -> None:
    script.replies = [Reply({"error": "no kovacs@hivatal.example here"}, 400)]

    with Client(source(server.url), quotes=quotes) as client, pytest.raises(SourceError) as met:
        client.get("/x")

    assert str(met.value).endswith(f"{said}.")


def test_errors_hidden_in_a_good_answer_are_found_by_the_check(
    server: FakeServer, script: Script, waits: NoWaits
) -> None:
    script.replies = [Reply({"exception": "busy"}), Reply({"exception": "expired"}), Reply({"ok": True})]

    def check(answer: Answer) -> None:
        if answer.json.get("exception") == "busy":
            raise Retry("is busy")
        if answer.json.get("exception") == "expired":
            raise Expired

    with Client(source(server.url), authenticate=lambda client: {}, check=check) as client:
        assert client.get("/x").json == {"ok": True}


def test_links_to_another_host_are_not_followed(server: FakeServer) -> None:
    with Client(source(server.url)) as client, pytest.raises(SourceError, match="points to another server"):
        client.get("http://127.0.0.2/next")


def test_a_redirect_is_not_followed(server: FakeServer, script: Script) -> None:
    script.replies = [Reply({}, 302, {"Location": "http://127.0.0.2/"})]

    with Client(source(server.url)) as client, pytest.raises(SourceError, match="answers 302"):
        client.get("/x")


def test_an_answer_that_drips_is_given_up(server: FakeServer, script: Script, waits: NoWaits) -> None:
    class Dripping(NoWaits):
        def clock(self) -> float:
            self.now += 100
            return self.now

    script.replies = [Reply({"ok": True})]
    slow = source(server.url, answer_seconds=50, minutes=100000)
    http.WAITS = Dripping()

    with Client(slow) as client, pytest.raises(SourceError, match="has not finished its answer after 50 seconds"):
        client.get("/x")


def test_answers_come_in_the_order_of_the_requests(server: FakeServer, script: Script, waits: NoWaits) -> None:
    script.replies = [Reply({})]
    echo = serving(lambda call: Reply({"n": call.args["n"]}))
    with echo as running:
        running.chaos = Chaos(seed=1, rate=0.3)
        with Client(source(running.url)) as client:
            answers = client.each([Request("/x", params={"n": number}) for number in range(40)], parallel=4)

    assert [answer.json["n"] for answer in answers] == [str(number) for number in range(40)]


def test_certificates_are_verified(server: FakeServer) -> None:
    with Client(source(server.url)) as client:
        context = client._http._transport._pool._ssl_context  # type: ignore[attr-defined]

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://desk.example.hu", "is not encrypted"),
        ("https://me:pw@desk.example.hu", "holds a login"),
        ("https://desk.example.hu?token=x", "holds a login or a query"),
        ("desk.example.hu", "is not an address"),
    ],
)
def test_an_unsafe_address_is_refused_without_repeating_a_password(url: str, said: str) -> None:
    with pytest.raises(ValidationError) as met:
        source(url)

    (problem,) = met.value.errors()
    assert said in problem["msg"]
    assert "pw" not in problem["msg"]
