"""When jobs are due, and the worker that runs them: downtime, restarts, clock changes, failures."""

import logging
import os
import signal
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from data.errors import AspError, StoreBusy
from data.schema import etl_input, etl_run
from data.store import Store
from etl.config import ConfigError
from etl.service import worker
from etl.service.history import last_started
from etl.service.schedule import BUDAPEST, Due, Started, Task, check_expression, due, last_named, next_run
from etl.service.worker import Stop, Stopped, Worker

NIGHTLY = Task("tickets", ("desk",), "0 2 * * *")


def at(text: str) -> datetime:
    """A time in Budapest by its clock, or as its own offset says."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=BUDAPEST)).astimezone(UTC)


# --- cron expressions in Budapest time ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        ("0 2 * * *", "2026-11-23T01:59:00+01:00", ["2026-11-23T02:00:00+01:00"]),
        ("0 2 * * *", "2026-11-23T02:00:00+01:00", ["2026-11-24T02:00:00+01:00"]),
        ("0 2 * * *", "2026-07-01T00:30:00+00:00", ["2026-07-02T02:00:00+02:00"]),
        ("30 2 * * *", "2026-03-28T12:00:00+01:00", ["2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"]),
        ("30 2 * * *", "2026-10-24T12:00:00+02:00", ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]),
        ("30 2 * * *", "2026-10-25T02:40:00+02:00", ["2026-10-26T02:30:00+01:00"]),
        ("30 2 * * *", "2026-10-25T02:10:00+01:00", ["2026-10-26T02:30:00+01:00"]),
        ("0 * * * *", "2026-03-29T01:00:00+01:00", ["2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00"]),
        ("0 * * * *", "2026-10-25T01:00:00+02:00", ["2026-10-25T02:00:00+02:00", "2026-10-25T03:00:00+01:00"]),
        ("@monthly", "2026-11-23T12:00:00+01:00", ["2026-12-01T00:00:00+01:00"]),
    ],
)
def test_the_times_an_expression_names_are_budapest_times_and_each_comes_once(cron, after, expected):
    times = [datetime.fromisoformat(after)]
    for _ in expected:
        times.append(next_run(cron, times[-1]))

    assert [time.isoformat() for time in times[1:]] == expected


@pytest.mark.parametrize(
    ("cron", "now", "expected"),
    [
        ("0 2 * * *", "2026-11-23T02:00:00+01:00", "2026-11-23T02:00:00+01:00"),
        ("0 2 * * *", "2026-11-23T01:59:59+01:00", "2026-11-22T02:00:00+01:00"),
        ("30 2 * * *", "2026-03-29T03:00:00+02:00", "2026-03-29T03:00:00+02:00"),
        ("30 2 * * *", "2026-03-29T01:59:00+01:00", "2026-03-28T02:30:00+01:00"),
        ("30 2 * * *", "2026-10-25T02:29:00+01:00", "2026-10-25T02:30:00+02:00"),
        ("30 2 * * *", "2026-10-25T12:00:00+01:00", "2026-10-25T02:30:00+02:00"),
        ("0 2 29 2 *", "2026-11-23T12:00:00+01:00", "2024-02-29T02:00:00+01:00"),
    ],
)
def test_the_last_time_it_named(cron, now, expected):
    assert last_named(cron, datetime.fromisoformat(now)) == datetime.fromisoformat(expected)


def test_no_minute_of_a_clock_change_night_is_named_twice_or_out_of_order():
    for night in ("2026-03-29", "2026-10-25"):
        times = [at(f"{night}T00:00")]
        while times[-1] < at(f"{night}T05:00"):
            times.append(next_run("*/10 * * * *", times[-1]).astimezone(UTC))
            assert last_named("*/10 * * * *", times[-1]) == times[-1]
        shown = [time.astimezone(BUDAPEST).strftime("%H:%M") for time in times]
        assert times == sorted(set(times))
        assert len(shown) == len(set(shown))


@pytest.mark.parametrize("wrong", ["every night", "* * * * * *", "61 * * * *", "R R * * *", "0 0 30 2 *", ""])
def test_a_bad_expression_says_what_is_expected(wrong):
    with pytest.raises(AspError, match=r"five fields|names no day"):
        check_expression(wrong)


# --- what is due ----------------------------------------------------------------------------------------------------

NOON = at("2026-11-23T12:00")


@pytest.mark.parametrize(
    ("started", "served", "is_due"),
    [
        ({}, {}, True),
        ({"desk": "2026-11-23T02:00"}, {}, False),
        ({"desk": "2026-11-23T01:59"}, {}, True),
        ({"desk": "2026-11-13T02:00"}, {}, True),
        ({"desk": "2026-11-13T02:00"}, {NIGHTLY.key: "2026-11-23T02:00"}, False),
        ({}, {NIGHTLY.key: "2026-11-23T02:00"}, False),
        ({}, {NIGHTLY.key: "2026-11-22T02:00"}, True),
        ({"desk": "2031-01-01T02:00"}, {}, True),
        ({"desk": "2026-11-22T02:00"}, {NIGHTLY.key: "2031-01-01T02:00"}, True),
    ],
    ids=["never ran", "on time", "a minute early", "ten nights missed", "tried and failed", "tried, nothing recorded",
         "tried yesterday", "ran in the future", "tried in the future"],
)  # fmt: skip
def test_what_was_missed_is_due_once(started, served, is_due):
    runs = {("tickets", source): at(text) for source, text in started.items()}

    found = due([NIGHTLY], runs, {key: at(text) for key, text in served.items()}, NOON)

    assert [one.named_at for one in found] == ([at("2026-11-23T02:00")] if is_due else [])


def test_how_long_a_task_has_waited_is_counted_from_the_first_time_it_missed():
    (found,) = due([NIGHTLY], {("tickets", "desk"): at("2026-11-20T02:05")}, {}, NOON)

    assert found.since == at("2026-11-21T02:00")


def test_a_run_of_some_sources_is_none_of_the_others():
    both, hourly = Task("tickets", ("desk", "rt"), "0 2 * * *"), Task("tickets", ("rt",), "0 * * * *")
    started = {("tickets", "desk"): at("2026-11-22T02:00"), ("tickets", "rt"): at("2026-11-23T02:00:05")}

    assert [one.task for one in due([hourly, both], started, {}, at("2026-11-23T02:30"))] == [both]


def test_a_source_that_never_ran_makes_its_task_due():
    both, started = Task("tickets", ("desk", "rt"), "0 2 * * *"), {("tickets", "desk"): at("2026-11-23T02:00")}

    assert [one.task for one in due([both, NIGHTLY], started, {}, NOON)] == [both]


def add_run(store: Store, started: str, job: str = "tickets", status: str = "published", **sources: str) -> None:
    """Record a run with an input of each source: source=status."""
    with store.writing() as session:
        moment = at(started).replace(tzinfo=None)
        session.connection.execute(
            insert(etl_run).values(run_id=session.run_id, job=job, status=status, started_at=moment,
                                   finished_at=moment, mode="incremental")
        )  # fmt: skip
        for place, (source, state) in enumerate(sources.items()):
            session.connection.execute(
                insert(etl_input).values(input_id=session.run_id * 100 + place, run_id=session.run_id, source=source,
                                         input="a.csv", status=state, read=0)
            )  # fmt: skip


def test_what_is_due_is_told_by_the_reporting_database(store):
    add_run(store, "2026-11-21T02:00", desk="loaded", rt="loaded")
    add_run(store, "2026-11-22T02:00", desk="skipped", rt="failed")
    add_run(store, "2026-11-23T02:00", status="failed", rt="failed")
    add_run(store, "2026-11-23T03:00", job="budget", ledger="loaded")
    add_run(store, "2030-01-01T02:00", desk="loaded")

    with store.reading() as connection:
        started = last_started(connection, NOON)

    assert started == {
        ("tickets", "desk"): at("2026-11-22T02:00"),
        ("tickets", "rt"): at("2026-11-23T02:00"),
        ("budget", "ledger"): at("2026-11-23T03:00"),
    }
    both = Task("tickets", ("desk", "rt"), "0 2 * * *")
    assert [one.task for one in due([both, Task("tickets", ("rt",), "0 2 * * *")], started, {}, NOON)] == [both]


# --- the worker -----------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def long_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that days take few steps."""
    monkeypatch.setattr(worker, "LONGEST_NAP", worker.BUSY_WAIT)


class Days:
    """Work that records when it was done. A script says what happens at a task's next runs: an error, or nothing."""

    def __init__(self, start: str, tasks: Sequence[Task] = (NIGHTLY,)) -> None:
        self.clock = at(start)
        self.planned: Sequence[Task] | ConfigError = tasks
        self.known: dict[tuple[str, str], datetime] = {}
        self.script: list[BaseException | None] = []
        self.ran: list[str] = []
        self.events: list[Any] = []
        self.calm: list[bool] = []

    def now(self) -> datetime:
        return self.clock

    def nap(self, seconds: float) -> None:
        assert seconds > 0
        self.clock += timedelta(seconds=seconds)
        if self.clock >= self.end:
            raise Stopped

    def until(self, end: str) -> "Days":
        """A worker of its own, as after a restart, works until then."""
        self.end = at(end)
        Worker(self, self.now, self.nap).forever()
        return self

    def tasks(self) -> Sequence[Task]:
        if isinstance(self.planned, ConfigError):
            raise self.planned
        return self.planned

    def started(self, now: datetime) -> Started:
        return self.known

    def run(self, task: Task) -> None:
        self.ran.append(f"{task.job} {self.clock.astimezone(BUDAPEST):%d %H:%M}")
        if self.script and (error := self.script.pop(0)):
            raise error
        for source in task.sources:
            self.known[task.job, source] = self.clock
        self.clock += timedelta(minutes=10)

    def failed(self, task: Task, began: datetime, error: Exception) -> None:
        self.events.append((task.job, type(error).__name__, str(error)))

    def watch(self, waiting: Sequence[Due] | None, calm: bool = True) -> None:
        self.calm.append(calm)
        self.events.append(None if waiting is None else [one.task.job for one in waiting])

    def trouble(self, name: str, message: str | None) -> None:
        if message:
            self.events.append((name, message))


def test_the_first_run_of_a_fresh_database_is_at_once_and_the_next_at_its_time():
    assert Days("2026-11-23T12:00").until("2026-11-25T12:00").ran == [
        "tickets 23 12:00", "tickets 24 02:00", "tickets 25 02:00",
    ]  # fmt: skip


def test_after_days_of_downtime_every_entry_is_caught_up_once_also_when_restarted_in_between():
    days = Days("2026-11-23T12:00", [NIGHTLY, Task("budget", ("ledger",), "0 3 * * *")])
    days.known = {("tickets", "desk"): at("2026-11-10T02:00"), ("budget", "ledger"): at("2026-11-10T03:00")}

    days.script = [None, Stopped()]

    assert days.until("2026-11-23T20:00").ran == ["tickets 23 12:00", "budget 23 12:10"]
    assert days.until("2026-11-23T20:00").ran[2:] == ["budget 23 12:10"], "the one that was given up"
    assert days.until("2026-11-23T23:00").ran[3:] == []
    assert days.calm[:2] == [False, True], "what the second run is about to bring is not late"


@pytest.mark.parametrize(("start", "end", "times"), [
    ("2026-03-28T03:00", "2026-03-30T03:00", ["29 03:00", "30 02:30"]),
    ("2026-10-24T03:00", "2026-10-26T03:00", ["25 02:30", "26 02:30"]),
], ids=["the hour that is left out", "the hour that comes twice"])  # fmt: skip
def test_on_the_nights_when_clocks_change_a_job_runs_once(start, end, times):
    days = Days(start, [Task("tickets", ("desk",), "30 2 * * *")])
    days.known = {("tickets", "desk"): at(start)}

    assert days.until(end).ran == [f"tickets {time}" for time in times]


def test_a_restart_within_the_hour_that_comes_twice_runs_nothing_again():
    days = Days("2026-10-24T12:00", [Task("tickets", ("desk",), "30 2 * * *")])
    days.known = {("tickets", "desk"): at("2026-10-24T02:30")}

    days.until("2026-10-25T02:10:00+01:00").until("2026-10-25T23:00")

    assert days.ran == ["tickets 25 02:30"]


def test_a_job_that_raises_anything_is_told_and_the_worker_goes_on():
    days = Days("2026-11-23T12:00", [NIGHTLY, Task("budget", ("ledger",), "0 3 * * *")])
    days.script = [ZeroDivisionError("by zero"), None, AspError("the source is down")]

    days.until("2026-11-24T12:00")

    assert days.ran == ["tickets 23 12:00", "budget 23 12:00", "tickets 24 02:00", "budget 24 03:00"]
    assert [event for event in days.events if isinstance(event, tuple)] == [
        ("tickets", "ZeroDivisionError", "by zero"), ("tickets", "AspError", "the source is down"),
    ]  # fmt: skip


def test_while_another_run_is_writing_a_task_waits_and_is_not_lost():
    days = Days("2026-11-23T12:00", [NIGHTLY, Task("budget", ("ledger",), "0 3 * * *")])
    days.script = [StoreBusy("another run is writing."), None, StoreBusy("another run is writing.")]

    days.until("2026-11-23T18:00")

    assert days.ran == ["tickets 23 12:00", "budget 23 12:00", "tickets 23 12:10", "tickets 23 12:15"]
    assert ["tickets"] in days.events, "a task that waits in vain is told to the watch"


def test_a_broken_description_stops_nothing_and_its_mending_takes_effect(caplog):
    days = Days("2026-11-23T12:00")
    days.planned = ConfigError("sources.toml: holds no source.")
    with caplog.at_level(logging.ERROR, "asp-etl"):
        days.until("2026-11-23T13:00")
    assert (days.ran, caplog.messages) == ([], ["config: sources.toml: holds no source."])
    assert None in days.events

    days.planned = [Task("tickets", ("desk",), "0 14 * * *")]
    days.until("2026-11-23T14:30")

    assert days.ran == ["tickets 23 13:00", "tickets 23 14:00"]


def test_a_database_that_cannot_be_reached_is_told_without_its_words_and_tried_again(monkeypatch):
    days = Days("2026-11-23T12:00")
    answers = iter([OSError("password=oops"), AspError("it is down")])

    def started(now: datetime) -> Started:
        if error := next(answers, None):
            raise error
        return days.known

    monkeypatch.setattr(days, "started", started)
    days.until("2026-11-23T12:30")

    told = [event for event in days.events if isinstance(event, tuple)]
    assert (told, days.ran) == ([("database", "OSError"), ("database", "it is down")], ["tickets 23 12:10"])


def test_alerts_that_fail_do_not_end_the_worker(monkeypatch):
    days = Days("2026-11-23T12:00")

    def watch(waiting: Sequence[Due] | None, calm: bool) -> None:
        raise RuntimeError("no disk")

    monkeypatch.setattr(days, "watch", watch)

    assert len(days.until("2026-11-25T12:00").ran) == 3


def test_a_clock_set_back_by_years_does_not_hold_the_schedule_up():
    days = Days("2031-11-23T12:00")
    days.script = [None, StoreBusy("another run is writing.")]
    working = Worker(days, days.now, days.nap)
    days.end = at("2040-01-01T00:00")
    while len(days.ran) < 2:
        working.tick()

    days.clock = at("2026-11-23T12:00")
    working.tick()

    assert days.ran[-1] == "tickets 23 12:00"


# --- SIGTERM --------------------------------------------------------------------------------------------------------


@pytest.fixture
def stop():
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}
    stop = Stop()
    stop.install()
    yield stop
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_sigterm_gives_up_a_run_that_is_under_way_and_ends_the_worker(store, stop):
    days = Days("2026-11-23T12:00")
    before = store.snapshot_id()

    def run(task: Task) -> None:
        with store.writing() as session:
            session.connection.execute(insert(etl_run).values(run_id=session.run_id, job="tickets", status="published"))
            days.ran.append("writing")
            os.kill(os.getpid(), signal.SIGTERM)
            days.ran.append("went on")

    days.run = run  # type: ignore[method-assign]
    days.end = at("2026-12-01T00:00")
    Worker(days, days.now, days.nap, stop).forever()

    assert days.ran == ["writing"]
    assert store.snapshot_id() == before
    with store.writing() as session:
        assert session.connection.scalars(select(etl_run.c.run_id).where(etl_run.c.job == "tickets")).all() == []


def test_a_step_that_does_not_give_up_is_left_after_a_while(stop, monkeypatch):
    ended = []
    monkeypatch.setattr(os, "_exit", ended.append)
    with pytest.raises(Stopped):
        os.kill(os.getpid(), signal.SIGTERM)
    assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= worker.GRACE

    os.kill(os.getpid(), signal.SIGALRM)
    assert ended == [0]


def test_what_must_be_whole_is_not_left_either(stop, monkeypatch):
    ended = []
    monkeypatch.setattr(os, "_exit", ended.append)
    with pytest.raises(Stopped), stop.held():
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGALRM)
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0

    assert ended == []


def test_sigterm_waits_for_what_must_be_whole(stop):
    steps = []
    with pytest.raises(Stopped), stop.held():
        os.kill(os.getpid(), signal.SIGTERM)
        steps.append("done")

    assert (steps, stop.asked) == (["done"], True)
