"""[[schedule]] and [alerts] of sources.toml."""

from collections.abc import Callable
from pathlib import Path

import pytest

from etl.config import ConfigError, load_sources
from etl.service.operation import Operation, load_operation
from etl.settings import Settings

SOURCE = """
[[source]]
name = "{name}"
job = "{job}"
record = "{record}"
path = "*.csv"
[source.fields]
{fields}
"""
TICKET = 'ticket_id = "id"\nopened_at = "opened"'
LEDGER = 'fiscal_year = "year"\naccount_id = "account"'
SOURCES = "".join(
    SOURCE.format(name=name, job=job, record=record, fields=fields)
    for name, job, record, fields in (
        ("desk", "tickets", "ticket", TICKET),
        ("ledger", "budget", "budget", LEDGER),
        ("rt", "tickets", "ticket", TICKET),
    )
)
SMTP = '[alerts.smtp]\nhost = "mail.example"\nfrom = "asp@centre.example"\nto = "it@centre.example"\n'
Load = Callable[[str], Operation]


@pytest.fixture
def load(tmp_path: Path, etl_settings: Settings) -> Load:
    def loaded(text: str) -> Operation:
        path = tmp_path / "sources.toml"
        path.write_text(text + SOURCES, encoding="utf-8")
        return load_operation(path, load_sources(path, etl_settings))

    return loaded


def planned(operation: Operation, load_from: Path, settings: Settings) -> list[tuple[str, tuple[str, ...], str]]:
    sources = load_sources(load_from / "sources.toml", settings)
    return [(task.job, task.sources, task.cron) for task in operation.tasks(sources, "0 2 * * *")]


def test_without_a_schedule_everything_runs_at_the_given_time(load, tmp_path, etl_settings):
    assert planned(load(""), tmp_path, etl_settings) == [
        ("budget", ("ledger",), "0 2 * * *"), ("tickets", ("desk", "rt"), "0 2 * * *"),
    ]  # fmt: skip


def test_entries_are_run_in_their_order_and_may_name_sources(load, tmp_path, etl_settings):
    operation = load(
        '[[schedule]]\njob = "tickets"\ncron = "*/30 * * * *"\nsources = ["rt"]\n'
        '[[schedule]]\njob = "all"\ncron = "0 1 * * *"\n'
        '[[schedule]]\njob = "all"\ncron = "0 12 * * *"\nsources = ["ledger", "desk"]\n'
    )

    assert planned(operation, tmp_path, etl_settings) == [
        ("tickets", ("rt",), "*/30 * * * *"),
        ("budget", ("ledger",), "0 1 * * *"), ("tickets", ("desk", "rt"), "0 1 * * *"),
        ("budget", ("ledger",), "0 12 * * *"), ("tickets", ("desk",), "0 12 * * *"),
    ]  # fmt: skip


def test_limits_are_of_all_sources_or_of_each(load):
    alerts = load('[alerts]\nlate_hours = 48\n[alerts.quarantine_rate]\n"*" = 0.1\nrt = 0\n').alerts

    assert [alerts.hours("desk"), alerts.rate_limit("desk"), alerts.rate_limit("rt")] == [48, 0.1, 0]


def test_by_default_rates_and_volumes_are_watched_and_nothing_is_late(load):
    alerts = load("").alerts

    assert (alerts.rate_limit("desk"), alerts.hours("desk"), alerts.volume, alerts.language) == (0.05, None, True, "hu")
    assert (alerts.smtp, alerts.webhook) == (None, None)


@pytest.mark.parametrize(
    ("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)]
)  # fmt: skip
def test_the_port_of_a_mail_server_follows_its_security(load, security, port):
    smtp = load(f'{SMTP}security = "{security}"\n').alerts.smtp

    assert (smtp.port_or_default, smtp.to) == (port, ("it@centre.example",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[schedule]]\njob = "tickets"\ncron = "at night"\n', ["schedule no. 1", "cron", "five fields"]),
        ('[[schedule]]\njob = "weather"\ncron = "0 2 * * *"\n', ["schedule no. 1", "job"]),
        ('[[schedule]]\njob = "training"\ncron = "0 2 * * *"\n', ["no source of job 'training'"]),
        ('[[schedule]]\njob = "tickets"\n', ["'cron' is missing"]),
        ('[[schedule]]\njob = "tickets"\ncrom = "0 2 * * *"\n', ["crom", "did you mean 'cron'"]),
        ('[[schedule]]\njob = "tickets"\ncron = "0 2 * * *"\nsources = ["RT5"]\n', ["no source is named 'RT5'"]),
        ('[[schedule]]\njob = "budget"\ncron = "0 2 * * *"\nsources = ["rt"]\n', ["belongs to job 'tickets'"]),
        ('[schedule]\njob = "tickets"\ncron = "0 2 * * *"\n', ["[[schedule]]"]),
        ('[[schedules]]\njob = "tickets"\n', ["unknown section 'schedules'", "did you mean 'schedule'"]),
        ("[alerts]\nquarantine_rate = 5\n", ["quarantine_rate"]),
        ("[alerts]\nlate_hours = 0\n", ["late_hours"]),
        ("[alerts.late_hours]\ndeks = 6\n", ["no source is named 'deks'", "did you mean 'desk'"]),
        ('[alerts]\nlanguage = "de"\n', ["language"]),
        ("[alerts]\nvolumes = true\n", ["volumes", "did you mean 'volume'"]),
        (SMTP + 'password = "swordfish"\n', ["smtp.password", "did you mean 'password_env'"]),
        (SMTP + 'user = "asp"\n', ["both user and password_env"]),
        (SMTP + 'security = "none"\nuser = "asp"\npassword_env = "X"\n', ["without encryption"]),
        (SMTP.replace("it@centre.example", "it at centre"), ["not an e-mail address"]),
        (SMTP.replace("it@centre.example", "it@centre.example\\nBcc: all@centre.example"), ["not an e-mail address"]),
        ('[alerts.webhook]\nurl = "http://hook.example/swordfish"\n', ["https://", "allow_http"]),
        ('[alerts.webhook]\nurl = "https://asp:swordfish@hook.example/"\n', ["url_env"]),
        ("[alerts.webhook]\n", ["exactly one of url, url_env"]),
    ],
)
def test_a_mistake_is_named_with_its_place_and_without_secrets(load, tmp_path, text, words):
    with pytest.raises(ConfigError) as error:
        load(text)

    assert str(tmp_path / "sources.toml") in str(error.value)
    for word in words:
        assert word in str(error.value)
    assert "swordfish" not in str(error.value)


def test_a_webhook_may_be_on_this_machine_or_on_a_network_that_is_trusted(load):
    for line in ('url = "http://127.0.0.1:9/x"', 'url = "http://hook.example/"\nallow_http = true', 'url_env = "HOOK"'):
        assert load(f"[alerts.webhook]\n{line}\n").alerts.webhook is not None
