"""What is worth an alert, that it is told once, and that it arrives."""

import base64
import hashlib
import hmac
import json
import logging
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from etl.counts import Counts
from etl.service.alerts import Alert, Finding, Notice, channels, rules, webhook
from etl.service.alerts.box import Box
from etl.service.alerts.limits import limits
from etl.service.alerts.words import FRAME, JOB, KIND, SEVERITY, STATUS, TEXTS, text
from etl.service.operation import AlertSettings, Operation
from etl.service.schedule import Due, Task
from etl.settings import Settings
from etl.status import InputReport, RunReport

from .receivers import MailServer, Webhook, serving

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECRET = "correct horse battery staple"  # noqa: S105


NOTICE = Notice("1", Alert("input:desk", "input_failed", {"hu": "hiba", "en": "it failed"}, "desk", 7), NOW)


def taken(source: str = "desk", read: int = 100, bad: int = 0, **other: Any) -> InputReport:
    return InputReport(
        1, source, source, "ticket", other.pop("name", "a.csv"), counts=Counts(read, quarantined=bad), **other
    )


def report(*inputs: InputReport, status: str = "published", message: str | None = None) -> RunReport:
    moment = NOW.replace(tzinfo=None)
    return RunReport(7, "tickets", status, moment, moment, "incremental", inputs, message)


def keys(findings: Sequence[Finding]) -> dict[str, bool]:
    """Key -> whether there is an alert."""
    return {finding.key: finding.alert is not None for finding in findings}


def judged(run: RunReport, earlier: Sequence[int] = (), **settings: Any) -> dict[str, bool]:
    return keys(rules.judge_run(rules.Judged(run, {"desk": earlier}), AlertSettings(**settings)))


# --- rules ----------------------------------------------------------------------------------------------------------


def test_a_run_that_is_well_gives_no_alert_and_says_what_is_well():
    assert judged(report(taken(bad=5)), [100] * 13) == {
        "run:tickets": False, "input:desk": False, "quarantine:desk": False, "changed:desk": False,
        "volume:desk": False,
    }  # fmt: skip


def test_a_failed_run_and_a_failed_input_are_told_with_their_messages():
    broken = taken(status="failed", read=0, message="a.csv: line 3 has 4 columns, 5 expected.")
    found = rules.judge_run(
        rules.Judged(report(broken, status="failed", message="No input could be read."), {}), AlertSettings()
    )

    assert keys(found) == {"run:tickets": True, "input:desk": True}
    told = {finding.key: finding.alert.text for finding in found if finding.alert}
    assert "bejelentések" in told["run:tickets"]["hu"]
    assert told["run:tickets"]["en"].endswith("No input could be read.")
    assert "line 3 has 4 columns" in told["input:desk"]["hu"]


@pytest.mark.parametrize(
    ("inputs", "settings", "alert"),
    [
        ([(100, 5)], {}, False),
        ([(100, 6)], {}, True),
        ([(19, 19)], {}, None),
        ([(10, 1), (10, 1)], {}, True),
        ([(900, 10), (100, 6)], {}, True),
        ([(990, 10), (10, 6)], {}, False),
        ([(100, 6)], {"quarantine_rate": 0.1}, False),
        ([(100, 6)], {"quarantine_rate": {"*": 0.01, "desk": 0.1}}, False),
        ([(100, 1)], {"quarantine_rate": {"desk": 0}}, True),
    ],
    ids=["at the limit", "above it", "too few rows", "few per input, enough together", "one input is bad",
         "a small bad input", "limit of all", "limit of the source", "none allowed"],
)  # fmt: skip
def test_the_rate_of_rows_set_aside(inputs, settings, alert):
    run = report(*(taken(read=read, bad=bad, name=f"{place}.csv") for place, (read, bad) in enumerate(inputs)))

    assert judged(run, **settings).get("quarantine:desk") is alert


def test_the_rate_is_told_with_the_input_that_has_most_of_them():
    (found,) = rules.quarantine_rate(
        "desk", [taken(read=900, bad=10, name="good.csv"), taken(read=600, bad=90, name="bad.csv")], 7, AlertSettings()
    )

    assert found.alert is not None
    assert "1\u00a0500 beolvasott sorból 100 került félre (6,7%; megengedett: 5,0%)" in found.alert.text["hu"]
    assert "100 of 1,500 rows read were set aside (6.7%; limit 5.0%). Most of them in bad.csv" in found.alert.text["en"]


# Worked by hand: values 10 12 11 13 12 11 10 12 14 12 11 13 12. Sum 153, mean 153/13 = 11.7692. Moving ranges
# 2 1 2 1 1 1 2 2 2 1 2 1, sum 18, mean 1.5, none of 3.267 x 1.5 = 4.9 or more. Limits 11.7692 -+ 2.66 x 1.5 = 3.99.
STEADY = (10, 12, 11, 13, 12, 11, 10, 12, 14, 12, 11, 13, 12)
# The same with its tenth value 40: sum 181, mean 181/13 = 13.9231. Ranges 2 1 2 1 1 1 2 2 26 29 2 1, sum 70, mean
# 5.8333; 26 and 29 reach 3.267 x 5.8333 = 19.06 and are left out: 15/10 = 1.5. Limits 13.9231 -+ 3.99.
JUMP = (*STEADY[:9], 40, *STEADY[10:])


@pytest.mark.parametrize(("values", "low", "high"), [(STEADY, 7.7792, 15.7592), (JUMP, 9.9331, 17.9131)])
def test_limits_of_individual_values(values, low, high):
    found = limits(values)

    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_limits_of_values_that_never_vary_are_that_value():
    found = limits([5] * 13)

    assert found is not None
    assert (found.low, found.high) == (5, 5)


@pytest.mark.parametrize(
    ("read", "earlier", "alert"),
    [
        (15, STEADY, False),
        (16, STEADY, True),
        (8, STEADY, False),
        (7, STEADY, True),
        (1000, STEADY[1:], None),
        (0, [3, 1, 5] * 5, True),
        (0, [3, 0, 5] * 5, False),
        (1, [3, 1, 5] * 5, False),
    ],
    ids=["inside, high", "above", "inside, low", "below", "too early", "nothing where always something",
         "nothing as at times", "as little as before"],
)  # fmt: skip
def test_a_volume_outside_the_limits_of_its_own_history(read, earlier, alert):
    assert judged(report(taken(read=read)), earlier).get("volume:desk") is alert


def test_volumes_are_of_the_whole_source_and_of_what_was_read_only():
    assert judged(report(taken(read=6), taken(read=6)), STEADY)["volume:desk"] is False
    assert "volume:desk" not in judged(report(taken(read=0, status="skipped")), STEADY)
    assert "volume:desk" not in judged(report(taken(read=6), taken(read=0, status="failed")), STEADY)
    assert "volume:desk" not in judged(report(taken(read=99)), STEADY, volume=False)


def test_a_source_that_changed_is_told_by_what_the_pipeline_noted():
    run = report(taken(message="new column 'urgency' is not mapped"), taken(status="skipped", message="same content"))

    (found,) = [finding for finding in rules.judge_run(rules.Judged(run, {}), AlertSettings()) if finding.alert]
    assert found.alert is not None
    assert (found.key, found.alert.severity) == ("changed:desk", "info")
    assert "urgency" in found.alert.text["hu"]
    assert "same content" not in found.alert.text["hu"]


@pytest.mark.parametrize(
    ("settings", "age", "alert"),
    [
        ({}, 1000, None),
        ({"late_hours": 6}, 6, False),
        ({"late_hours": 6}, 6.1, True),
        ({"late_hours": {"desk": 48}}, 47, False),
        ({"late_hours": {"*": 6, "desk": 48}}, 7, False),
        ({"late_hours": {"rt": 6}}, 7, None),
    ],
)
def test_late_data(settings, age, alert):
    newest = {"desk": NOW - timedelta(hours=age)}

    assert keys(rules.late(newest, AlertSettings(**settings), NOW)).get("late:desk") is alert


def test_a_run_is_missed_when_it_was_due_for_more_than_an_hour():
    task = Task("tickets", ("desk", "rt"), "0 2 * * *")
    hour = timedelta(hours=1)

    assert rules.missed([Due(task, NOW, NOW - hour)], NOW) == []
    (found,) = rules.missed([Due(task, NOW, NOW - hour * 1.1)], NOW)
    assert found.alert is not None
    assert "(tickets: desk, rt) did not take place" in found.alert.text["en"]
    assert "2026. 11. 23. 11:54" in found.alert.text["hu"]


def test_every_word_is_there_in_both_languages_with_the_same_values():
    for table in (KIND, SEVERITY, JOB, STATUS, TEXTS, FRAME):
        for name, words in table.items():
            assert set(words) == {"hu", "en"}, name
            values = [{part.partition("}")[0] for part in words[one].split("{")[1:]} for one in ("hu", "en")]
            assert values[0] == values[1], name


# --- told once ------------------------------------------------------------------------------------------------------


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path / "state")


def alert(key: str = "input:desk", kind: str = "input_failed", told: str = "it failed") -> Finding:
    return Finding(key, Alert(key, kind, {"hu": f"{told} (hu)", "en": told}, "desk", 7))


def take(box: Box, *findings: Finding, hours: int = 0) -> list[tuple[str, bool]]:
    """What is told: key, and whether it is over."""
    with Box(box.folder).changing() as state:
        told = state.take(findings, NOW + timedelta(hours=hours), channels.CHANNELS)
    return [(notice.alert.key, notice.over) for notice in told]


def test_what_lasts_is_told_once_and_once_more_when_it_is_over(box):
    assert take(box, alert()) == [("input:desk", False)]
    assert take(box, alert(told="it failed otherwise"), hours=1) == []
    assert box.state().open["input:desk"].since == NOW
    assert box.state().open["input:desk"].alert.text["en"] == "it failed otherwise"
    assert take(box, Finding("input:desk"), hours=2) == [("input:desk", True)]
    assert take(box, Finding("input:desk"), hours=3) == []
    assert take(box, alert(), hours=4) == [("input:desk", False)]


def test_a_change_of_a_source_is_told_again_when_it_is_another_and_never_that_it_is_over(box):
    first, second = (alert("changed:desk", "source_changed", told) for told in ("column a is new", "column b is new"))

    assert [len(take(box, finding)) for finding in (first, first, second, second)] == [1, 0, 1, 0]
    assert take(box, Finding("changed:desk")) == []
    assert box.state().open == {}


def test_what_cannot_be_understood_is_set_aside(box, caplog):
    take(box, alert())
    (box.folder / "alerts.json").write_text("[1, 2", encoding="utf-8")

    assert box.state().open == {}
    assert "cannot be understood" in caplog.text
    assert (box.folder / "alerts.spoiled").read_text(encoding="utf-8") == "[1, 2"


def test_messages_that_nobody_takes_do_not_grow_without_end(box, caplog):
    take(box, *(alert(f"late:{number}", "late_data") for number in range(1010)))

    assert len(box.state().waiting) == 1000
    assert box.state().waiting[0].notice.alert.key == "late:10"
    assert "10 oldest alerts" in caplog.text


def test_a_change_that_breaks_off_keeps_nothing(box):
    take(box, alert())
    with pytest.raises(KeyboardInterrupt), box.changing() as state:
        state.take([Finding("input:desk")], NOW, channels.CHANNELS)
        raise KeyboardInterrupt

    assert list(box.state().open) == ["input:desk"]
    assert len(box.state().waiting) == 1


# --- delivered ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A key and a certificate of 127.0.0.1 in one file, made for this session."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed: no certificate for the test servers")
    folder = tmp_path_factory.mktemp("certificate")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return str(both)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def working(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., dict[str, channels.Channel]]:
    """Channels as sources.toml would set them up."""
    monkeypatch.setenv("ASP_TEST_SECRET", SECRET)

    def make(**alerts: Any) -> dict[str, channels.Channel]:
        if "smtp" in alerts:
            addresses = {"from": "asp@centre.example", "to": ["desk@centre.example", "it@centre.example"]}
            alerts["smtp"] = {"host": "127.0.0.1", "security": "none"} | addresses | alerts["smtp"]
        operation = Operation(alerts=AlertSettings.model_validate(alerts), folder=tmp_path)
        return channels.channels(operation, Settings(_env_file=None))

    return make


@pytest.fixture
def mail() -> Iterator[tuple[MailServer, int]]:
    server = MailServer()
    with serving(server) as port:
        yield server, port


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Webhook, str]]:
    monkeypatch.setattr(webhook, "PAUSES", (0.0, 0.0))
    receiver = Webhook()
    with serving(receiver) as port:
        yield receiver, f"http://127.0.0.1:{port}/alerts"


def content(message: EmailMessage) -> str:
    return message.get_content().replace("\r\n", "\n")


def waiting(box: Box) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.notice.alert.key, one.channels) for one in box.state().waiting]


def test_an_alert_raised_while_mail_is_down_is_delivered_later_and_once(box, working, mail, caplog):
    server, port = mail
    take(box, alert())
    server.refuse = b"451 try later: secret-of-the-server"

    channels.deliver(box, working(smtp={"port": port}))
    assert waiting(box) == [("input:desk", ("smtp",))]
    assert "SMTPSenderRefused 451" in caplog.text
    assert "secret-of-the-server" not in caplog.text

    server.refuse = None
    for _ in range(3):
        channels.deliver(Box(box.folder), working(smtp={"port": port}))

    (message,) = server.messages
    assert waiting(box) == []
    assert message["Subject"] == "[ASP] sikertelen beolvasás: desk"
    assert (message["From"], message["To"]) == ("asp@centre.example", "desk@centre.example, it@centre.example")
    assert "Új · hiba · sikertelen beolvasás · 2026. 11. 23. 13:00 · futás: 7\nit failed (hu)" in content(message)


def test_a_mail_server_that_is_not_there_holds_nothing_up(box, working, mail, hook):
    _, port = mail
    receiver, url = hook
    take(box, alert())
    with serving(MailServer()) as closed:
        pass

    channels.deliver(box, working(smtp={"port": closed}, webhook={"url": url}))

    assert waiting(box) == [("input:desk", ("smtp",))]
    assert len(receiver.received) == 1
    channels.deliver(box, working(smtp={"port": port}, webhook={"url": url}))
    assert (waiting(box), len(receiver.received)) == ([], 1)


def test_several_alerts_come_in_one_message_in_the_language_of_the_settings(box, working, mail):
    server, port = mail
    take(box, alert(), alert("late:desk", "late_data", "it is late"))
    take(box, Finding("input:desk"), hours=1)

    channels.deliver(box, working(language="en", smtp={"port": port}))

    (message,) = server.messages
    assert message["Subject"] == "[ASP] 3 alerts"
    assert "Resolved · error · input failed · 2026-11-23 14:00" in content(message)
    assert "It is well again, after: it failed" in content(message)


def test_a_recipient_that_is_refused_does_not_repeat_the_message_to_the_others(box, working, mail, caplog):
    server, port = mail
    server.refused_recipients = {b"it@centre.example"}
    take(box, alert())

    for _ in range(2):
        channels.deliver(box, working(smtp={"port": port}))

    assert len(server.messages) == 1
    assert "refused 1 of 2 recipients" in caplog.text


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_is_encrypted_and_its_server_is_known(working, certificate, security):
    server = MailServer(certificate, security)
    login = {"user": "asp", "password_env": "ASP_TEST_SECRET"}
    with serving(server) as port:
        settings = {"port": port, "security": security} | login
        working(smtp=settings | {"ca_file": certificate})["smtp"]([NOTICE])
        with pytest.raises(channels.Undelivered, match="certificate is not trusted") as refused:
            working(smtp=settings)["smtp"]([NOTICE])

    assert len(server.messages) == 1
    assert [base64.b64decode(line).split(b"\0")[1:] for line in server.logins] == [[b"asp", SECRET.encode()]]
    assert SECRET not in str(refused.value)


def test_a_webhook_gets_json_that_is_signed(box, working, hook):
    receiver, url = hook
    take(box, alert())

    channels.deliver(box, working(webhook={"url": url, "secret_env": "ASP_TEST_SECRET"}))

    ((body, headers),) = receiver.received
    (told,) = json.loads(body)["alerts"]
    assert told == {
        "id": told["id"], "event": "raised", "at": "2026-11-23T12:00:00+00:00", "key": "input:desk",
        "kind": "input_failed", "severity": "error", "source": "desk", "run": 7,
        "text": {"hu": "it failed (hu)", "en": "it failed"}, "message": "it failed (hu)",
    }  # fmt: skip
    signed = f"{headers['X-ASP-Timestamp']}.".encode() + body
    assert headers["X-ASP-Signature"] == f"sha256={hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()}"


@pytest.mark.parametrize(
    ("statuses", "tries", "delivered"),
    [([503, 429], 3, True), ([503, 503, 503], 3, False), ([400], 1, False), ([302], 1, False)],
)
def test_a_webhook_that_is_overloaded_is_asked_again_and_one_that_refuses_is_not(
    box, working, hook, statuses, tries, delivered
):
    receiver, url = hook
    receiver.statuses = list(statuses)
    take(box, alert())

    channels.deliver(box, working(webhook={"url": url}))

    assert (len(receiver.received), waiting(box) == []) == (tries, delivered)


def test_a_webhook_must_show_a_certificate_that_is_trusted(working, certificate, monkeypatch):
    monkeypatch.setattr(webhook, "PAUSES", (0.0, 0.0))
    receiver = Webhook(certificate)
    with serving(receiver) as port:
        url = f"https://127.0.0.1:{port}/hook/{SECRET.replace(' ', '')}"
        monkeypatch.setenv("ASP_TEST_HOOK", url)
        working(webhook={"url_env": "ASP_TEST_HOOK", "ca_file": certificate})["webhook"]([NOTICE])
        with pytest.raises(channels.Undelivered) as refused:
            working(webhook={"url_env": "ASP_TEST_HOOK"})["webhook"]([NOTICE])

    assert len(receiver.received) == 1
    assert str(refused.value) == "webhook: ConnectError"


@pytest.mark.parametrize(
    ("alerts", "told"),
    [
        ({"webhook": {"url_env": "ASP_TEST_NONE"}}, "ASP_TEST_NONE is not set"),
        ({"webhook": {"url_env": "ASP_TEST_SECRET"}}, "begins with https://"),
        ({"smtp": {"user": "asp", "password_env": "ASP_TEST_NONE"}}, "ASP_TEST_NONE is not set"),
        ({"smtp": {"security": "tls", "ca_file": "none.pem"}}, "none.pem"),
    ],
)
def test_what_is_not_set_up_is_said_without_secrets(working, alerts, told):
    (channel,) = working(**alerts).values()

    with pytest.raises(channels.Undelivered, match=told) as refused:
        channel([NOTICE])

    assert SECRET not in str(refused.value)


def test_without_channels_nothing_waits_and_while_another_process_delivers_nothing_is_sent(box, working, mail):
    server, port = mail
    take(box, alert())
    with Box(box.folder).delivering() as free:
        assert free
        channels.deliver(box, working(smtp={"port": port}))
    assert (server.messages, len(waiting(box))) == ([], 1)

    channels.deliver(box, working())

    assert waiting(box) == []
    assert list(box.state().open) == ["input:desk"]


def test_no_line_of_a_message_can_be_forged_by_what_it_tells(box, working, mail):
    server, port = mail
    key = "input:a\r\nBcc: all@centre.example"
    named = Alert(key, "input_failed", text("input_failed", source="x", count=1, message="m"), "a\r\nBcc: b@c.example")
    take(box, Finding(key, named))

    channels.deliver(box, working(smtp={"port": port}))

    (message,) = server.messages
    assert message["Bcc"] is None
    assert message["Subject"] == "[ASP] sikertelen beolvasás: a Bcc: b@c.example"


def test_delivery_is_logged(box, working, mail, caplog):
    _, port = mail
    take(box, alert())
    with caplog.at_level(logging.INFO, "asp-etl"):
        channels.deliver(box, working(smtp={"port": port}))

    assert "1 alert(s) delivered by smtp" in caplog.text
