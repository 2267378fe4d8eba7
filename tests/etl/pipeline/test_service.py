"""Runs with their reports and alerts, on both engines: by `run`, by the worker, and after a kill in between."""

import json
import logging
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from data.errors import AspError
from data.schema import etl_input, etl_run
from etl import cli
from etl.pipeline import Options, run_job
from etl.service import runs as service
from etl.service.alerts.watch import Watch
from etl.service.runs import Described, Service, described, run_watched
from etl.service.schedule import Due, Task
from etl.service.worker import Stopped, Worker
from etl.settings import Settings

from ..receivers import MailServer, serving
from .conftest import TICKETS, Desk

pytestmark = pytest.mark.slow

HEAD = "id,opened,where,service,priority"
GOOD = [f"T{number},2025-03-03 09:00,Komló,ADO,P3" for number in range(30)]
BAD = [line.replace("P3", "P9").replace("T", "X") for line in GOOD]


class Site:
    """A desk with settings of its own."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        store: Any = desk.store
        url = f"duckdb:///{store.folder}" if hasattr(store, "folder") else store.url.render_as_string(False)
        self.settings = Settings(
            _env_file=None, person_key="a key for tests, long enough", reporting_url=url,
            reports=desk.folder / "reports", state=desk.folder / "state",
        )  # fmt: skip

    def found(self) -> Described:
        return described(self.desk.config, self.settings)

    def run(self, **how: Any) -> None:
        run_watched(self.settings, self.found(), ["tickets"], Options(), **how)

    def open(self) -> list[str]:
        return sorted(Watch(self.settings).box.state().open)

    def told(self) -> list[tuple[str, bool]]:
        return [(one.notice.alert.key, one.notice.over) for one in Watch(self.settings).box.state().waiting]

    def reports(self) -> list[dict[str, Any]]:
        paths = sorted(self.settings.reports.glob("*.json"))
        return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


@pytest.fixture
def site(desk: Desk) -> Site:
    return Site(desk)


@pytest.fixture
def duckdb_site(duckdb_desk: Desk) -> Site:
    return Site(duckdb_desk)


SMTP = '\n[alerts.smtp]\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\nfrom = "a@b.example"\nto = "c@b.example"\n'


def test_a_run_is_reported_and_what_is_wrong_is_told_until_it_is_well(site):
    site.desk.describe(TICKETS + SMTP)
    site.desk.deliver("tickets/a.csv", HEAD, *GOOD, *BAD)
    site.run()
    assert site.open() == ["quarantine:desk"]
    (first,) = site.reports()
    assert [alert["kind"] for alert in first["alerts"]] == ["quarantine_rate"]
    assert first["inputs"][0]["quarantined"] == 30

    site.desk.deliver("tickets/b.csv", "other,columns", "1,2")
    site.run()
    site.desk.deliver("tickets/b.csv", HEAD, *(line.replace("T", "U") for line in GOOD))
    site.run()

    assert site.open() == []
    assert site.told() == [
        ("quarantine:desk", False), ("input:desk", False), ("input:desk", True), ("quarantine:desk", True),
    ]  # fmt: skip
    assert len(site.reports()) == 3


def test_a_run_whose_process_was_killed_before_it_was_judged_is_judged_by_the_next(site):
    site.desk.deliver("tickets/a.csv", HEAD, *GOOD, *BAD)
    Watch(site.settings).begin(site.desk.store)
    run_job(site.desk.store, "tickets", site.found().sources, site.desk.folder)
    assert site.open() == []

    worker = Service(site.settings, site.desk.config, "0 2 * * *", lambda: datetime.now(UTC))
    worker.tasks()
    worker.watch([])
    worker.watch([])

    assert site.open() == ["quarantine:desk"]
    assert len(site.reports()) == 1


def test_what_ran_before_alerts_were_kept_is_not_told(site):
    site.desk.deliver("tickets/a.csv", HEAD, *GOOD, *BAD)
    run_job(site.desk.store, "tickets", site.found().sources, site.desk.folder)

    site.run()

    assert (site.open(), len(site.reports())) == ([], 1)


def test_after_a_rollback_the_next_run_is_judged(site):
    site.desk.deliver("tickets/a.csv", HEAD, *GOOD)
    site.run()
    site.desk.store.rollback()
    site.desk.deliver("tickets/b.csv", HEAD, *BAD)

    site.run()

    assert site.open() == ["quarantine:desk"]


def test_after_the_database_was_made_anew_its_first_run_is_judged(site):
    with Watch(site.settings).box.changing() as state:
        state.judged = 999
    site.desk.deliver("tickets/a.csv", HEAD, *BAD)

    site.run()

    assert site.open() == ["quarantine:desk"]


def test_without_alerts_a_run_is_only_reported_and_a_dry_run_leaves_nothing(duckdb_site):
    duckdb_site.desk.deliver("tickets/a.csv", HEAD, *BAD)
    run_watched(duckdb_site.settings, duckdb_site.found(), ["tickets"], Options(dry_run=True))
    assert not duckdb_site.settings.reports.exists()

    duckdb_site.run(alerts=False)
    duckdb_site.run()

    assert duckdb_site.open() == []
    assert len(duckdb_site.reports()) == 2


def test_a_run_that_raises_is_told_without_its_words(duckdb_site, monkeypatch, caplog):
    def raises(*_: Any) -> None:
        raise ZeroDivisionError("by zero\n[parameters: ('Kovács Anna',)]")

    monkeypatch.setattr(service, "run_job", raises)
    with pytest.raises(ZeroDivisionError):
        duckdb_site.run()

    assert duckdb_site.open() == ["run:tickets"]
    (report,) = duckdb_site.reports()
    assert (report["run"], report["status"], report["message"]) == (0, "failed", "ZeroDivisionError")
    assert "tickets: the run stopped with ZeroDivisionError: by zero" in caplog.messages
    assert "Kovács" not in caplog.text + str(report)


def test_nowhere_to_keep_alerts_harms_no_run(duckdb_site, caplog):
    duckdb_site.desk.deliver("tickets/a.csv", HEAD, *GOOD)
    duckdb_site.settings.state.write_text("a file", encoding="utf-8")

    duckdb_site.run()

    assert len(duckdb_site.desk.tickets("ticket_id")) == 30
    assert "ASP_STATE" in caplog.text


def add_volumes(site: Site, *reads: int, mode: str = "incremental", status: str = "loaded") -> None:
    """Earlier runs of the desk that read so many rows, half of them from each of two files."""
    for read in reads:
        with site.desk.store.writing() as session:
            moment = datetime(2025, 1, 1)
            session.connection.execute(
                insert(etl_run).values(run_id=session.run_id, job="tickets", status="published", started_at=moment,
                                       finished_at=moment, mode=mode)
            )  # fmt: skip
            first = (session.connection.scalar(select(func.max(etl_input.c.input_id))) or 0) + 1
            for place in (0, 1):
                session.connection.execute(
                    insert(etl_input).values(
                        input_id=first + place, run_id=session.run_id, source="desk", input="a.csv", status=status,
                        read=read // 2, newest_at=moment,
                    )
                )  # fmt: skip


def test_a_volume_is_judged_by_earlier_runs_of_the_same_mode_in_which_something_was_loaded(site):
    site.desk.deliver("tickets/a.csv", HEAD, *GOOD)
    add_volumes(site, *[100, 104] * 6)
    add_volumes(site, *[30] * 5, status="skipped")
    add_volumes(site, *[30] * 5, mode="full")
    site.run()
    assert site.open() == [], "twelve points are too early"

    site.desk.deliver("tickets/b.csv", HEAD, *GOOD[1:])
    add_volumes(site, 100, 102)
    site.run()

    assert site.open() == ["volume:desk"]


LATE = TICKETS + "\n[alerts]\nlate_hours = 24\n"


def test_data_grows_late_without_any_run_and_is_well_again_when_it_comes(site):
    site.desk.describe(LATE + SMTP)
    site.desk.deliver("tickets/a.csv", HEAD, "T1,2026-11-23 12:00,Komló,ADO,P3")
    site.run()
    clock = [datetime(2026, 11, 24, 10, 59, tzinfo=UTC)]
    worker = Service(site.settings, site.desk.config, "0 2 * * *", lambda: clock[0])

    def watch(*waiting: Due, calm: bool = True) -> list[str]:
        worker.tasks()
        worker.watch(waiting, calm)
        return site.open()

    assert watch() == []
    clock[0] += timedelta(minutes=2)
    assert watch(calm=False) == []
    assert watch() == ["late:desk"]
    assert watch() == ["late:desk"]
    site.desk.deliver("tickets/b.csv", HEAD, "T2,2026-11-24 11:30,Komló,ADO,P3")
    site.run()
    assert watch() == []
    assert site.told() == [("late:desk", False), ("late:desk", True)]

    task = Task("tickets", ("desk",), "0 2 * * *")
    waiting = Due(task, clock[0], clock[0] - timedelta(hours=2))
    assert watch(waiting) == ["missed:0 2 * * *:tickets: desk"]
    assert watch() == []

    clock[0] += timedelta(days=3)
    assert watch() == ["late:desk"]
    site.desk.describe(LATE.replace('"desk"', '"rt"'))
    assert watch() == [], "of a source that is not described any more nothing is open"


def test_the_worker_loads_what_is_due_with_the_description_as_it_is_now(site, caplog):
    site.desk.deliver("tickets/a.csv", HEAD, *GOOD)
    clock = [datetime.now(UTC)]
    text = site.desk.config.read_text(encoding="utf-8")
    site.desk.describe("[[source]")
    naps = iter([lambda: None, lambda: site.desk.describe(text), lambda: None])

    def nap(seconds: float) -> None:
        clock[0] += timedelta(seconds=seconds)
        act = next(naps, None)
        if act is None:
            raise Stopped
        act()

    now = lambda: clock[0]  # noqa: E731
    with caplog.at_level(logging.INFO, "asp-etl"):
        Worker(Service(site.settings, site.desk.config, "0 2 * * *", now), now, nap).forever()

    assert len(site.desk.tickets("ticket_id")) == 30
    assert len(site.reports()) == 1
    assert "not valid TOML" in caplog.text
    assert [one.alert.key for one in Watch(site.settings).box.state().open.values()] == []


def test_a_job_that_fails_every_night_is_told_once(duckdb_site, monkeypatch):
    duckdb_site.desk.describe(TICKETS + SMTP)
    clock = [datetime(2026, 11, 23, 12, tzinfo=UTC)]
    end = clock[0] + timedelta(days=3)

    def nap(seconds: float) -> None:
        clock[0] += timedelta(seconds=max(seconds, 3 * 3600))
        if clock[0] > end:
            raise Stopped

    def raises(*_: Any) -> None:
        raise AspError("the source is down")

    monkeypatch.setattr(service, "run_job", raises)
    now = lambda: clock[0]  # noqa: E731
    Worker(Service(duckdb_site.settings, duckdb_site.desk.config, "0 2 * * *", now), now, nap).forever()

    assert duckdb_site.told() == [("run:tickets", False)]
    assert {report["message"] for report in duckdb_site.reports()} == {"the source is down"}


def test_sigterm_ends_the_process_well(duckdb_site, tmp_path):
    duckdb_site.desk.deliver("tickets/a.csv", HEAD, *GOOD)
    environment = {
        "ASP_REPORTING_URL": duckdb_site.settings.reporting_url, "ASP_PERSON_KEY": "a key for tests, long enough",
        "PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin",
    }  # fmt: skip
    command = [
        sys.executable,
        "-c",
        "from etl.cli import main; main()",
        "schedule",
        "--config",
        duckdb_site.desk.config,
    ]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        log = []
        for line in process.stderr:
            log.append(line)
            if " next: " in line:
                process.send_signal(signal.SIGTERM)

    assert process.returncode == 0, "".join(log)
    assert "stopped" in log[-1]
    assert len(list((tmp_path / "var" / "reports").iterdir())) == 2
    assert len(duckdb_site.desk.tickets("ticket_id")) == 30


# --- asp-etl alerts -------------------------------------------------------------------------------------------------


@pytest.fixture
def command(duckdb_site, monkeypatch, capsys):
    """Runs asp-etl in the folder of deliveries: exit code, stdout, stderr."""
    monkeypatch.chdir(duckdb_site.desk.folder)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("ASP_PERSON_KEY", "a key for tests, long enough")
    for name in ("reporting_url", "state", "reports"):
        monkeypatch.setenv(f"ASP_{name.upper()}", str(getattr(duckdb_site.settings, name)))

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["asp-etl", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return run


def test_run_raises_alerts_and_the_list_shows_them(duckdb_site, command):
    duckdb_site.desk.deliver("tickets/a.csv", HEAD, *GOOD, *BAD)

    code, out, _ = command("run", "tickets", "--json")
    assert (code, [run["job"] for run in json.loads(out)]) == (3, ["tickets"])
    assert "60 beolvasott sorból 30" in command("alerts", "list")[1].replace("\n", " ")
    (told,) = json.loads(command("alerts", "list", "--json")[1])
    assert (told["kind"], told["severity"], told["source"]) == ("quarantine_rate", "warning", "desk")
    assert command("alerts", "list", "--language", "de")[0] == 2


def test_run_without_alerts_raises_none(duckdb_site, command):
    duckdb_site.desk.deliver("tickets/a.csv", HEAD, *BAD)

    assert command("run", "tickets", "--no-alerts")[0] == 3
    assert json.loads(command("alerts", "list", "--json")[1]) == []


def test_a_look_from_outside_finds_what_did_not_run(duckdb_site, command):
    duckdb_site.desk.deliver("tickets/a.csv", HEAD, *GOOD)
    add_volumes(duckdb_site, 10)

    assert command("alerts", "check")[0] == 1
    assert duckdb_site.open() == ["missed:0 2 * * *:tickets: desk"]

    command("run", "tickets")
    assert command("alerts", "check")[0] == 0
    assert duckdb_site.open() == []


def test_a_test_message_goes_through_every_channel_and_says_what_happened(duckdb_site, command):
    mail = MailServer()
    assert "names no channel" in command("alerts", "test")[1]
    with serving(mail) as port:
        hook = '\n[alerts.webhook]\nurl_env = "ASP_TEST_NO_HOOK"\n'
        duckdb_site.desk.describe(TICKETS + SMTP.replace("port = 9", f"port = {port}") + hook)
        code, out, _ = command("alerts", "test")

    assert (code, out.splitlines()[0]) == (1, "smtp: delivered")
    assert "webhook: not delivered: alerts.webhook.url_env: ASP_TEST_NO_HOOK is not set" in out
    assert [message["Subject"] for message in mail.messages] == ["[ASP] próbaüzenet: adatbetöltés"]
    assert duckdb_site.told() == []


def test_a_schedule_without_a_description_is_refused(command):
    assert command("schedule", "--config", "nowhere.toml")[0] == 1
    assert command("schedule", "--cron", "at night")[0] == 1
