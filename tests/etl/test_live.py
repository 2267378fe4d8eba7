"""Live sources through the pipeline: cursors, what breaks midway, what was deleted, what changed at the source."""

import gc
import json
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from data.schema import etl_cursor, etl_input, fact_ticket, fact_ticket_event, quarantine
from data.store import Store
from etl.config import Source
from etl.pipeline import Options, run_job
from etl.pulls import Window
from etl.sources import live
from etl.sources.errors import SourceError
from etl.sources.pull import Slice, Span
from etl.status import RunReport

Script = list[Any]


def source(**more: Any) -> Source:
    return Source.model_validate(
        {
            "name": "desk",
            "job": "tickets",
            "record": "ticket",
            "connect": {"kind": "rt", "url": "https://desk.example.hu", "token_env": "DESK_TOKEN"},
            "fields": {"ticket_id": "id", "opened_at": "created", "priority": {"column": "prio", "optional": True}},
            **more,
        }
    )


def ticket(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "created": f"2026-10-{number:02d}T08:00:00Z", **more}


class Desk:
    """Stands for an adapter: plays the slices of a script (an exception is raised), and keeps what it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.spans: list[Span] = []
        self.script: Script = []
        monkeypatch.setattr(live, "pull", self.pull)

    def pull(self, source: Source, span: Span) -> Iterator[Slice]:
        self.spans.append(span)
        for part in self.script:
            if isinstance(part, Exception):
                raise part
            yield part

    def run(self, store: Store, *script: Any, options: Options | None = None, **more: Any) -> RunReport:
        self.script = list(script)
        return run_job(store, "tickets", [source(**more)], Path(), options or Options())


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch)


def current(store: Store, fact: Any = fact_ticket) -> list[str]:
    with store.reading() as connection:
        found = connection.scalars(select(fact.c.ticket_id).where(fact.c.superseded_run.is_(None)))
        return sorted(found, key=int)


def position(store: Store) -> dict[str, Any] | None:
    with store.reading() as connection:
        last = select(etl_cursor.c.position).order_by(etl_cursor.c.run_id.desc()).limit(1)
        found = connection.scalar(last)
        return json.loads(found) if found else None


def test_the_cursor_is_kept_with_the_data_and_given_to_the_next_pull(store: Store, desk: Desk) -> None:
    desk.run(store, Slice("page 1", [ticket(1)], {"changed": "a"}), Slice("page 2", [ticket(2)], {"changed": "b"}))
    desk.run(store)

    assert [span.cursor for span in desk.spans] == [None, {"changed": "b"}]
    assert current(store) == ["1", "2"]


def test_a_source_that_breaks_midway_keeps_what_it_gave_and_goes_on_there(duckdb_store: Store, desk: Desk) -> None:
    report = desk.run(
        duckdb_store,
        Slice("page 1", [ticket(1)], {"changed": "a"}),
        SourceError("the desk is down"),
        Slice("never", []),
    )

    assert report.failed
    assert [taken.status for taken in report.inputs] == ["loaded", "failed"]
    assert current(duckdb_store) == ["1"]
    assert position(duckdb_store) == {"changed": "a"}


def test_a_source_that_can_not_be_reached_leaves_no_trace_but_its_message(duckdb_store: Store, desk: Desk) -> None:
    report = desk.run(duckdb_store, SourceError("source 'desk': can't be reached"))

    assert report.status == "failed"
    assert position(duckdb_store) is None


def test_what_an_adapter_did_not_foresee_fails_its_source_without_quoting_it(duckdb_store: Store, desk: Desk) -> None:
    report = desk.run(duckdb_store, KeyError("Kovács Béla"))

    assert "KeyError" in str(report.inputs[0].message)
    assert "Kovács" not in str(report.inputs[0].message)


def test_a_slice_that_can_not_be_read_stops_the_cursor_before_it(duckdb_store: Store, desk: Desk) -> None:
    report = desk.run(
        duckdb_store,
        Slice("page 1", [ticket(1)], {"changed": "a"}),
        Slice("page 2", [ticket(2)], {"changed": "b"}),
        fields={"ticket_id": "id", "opened_at": "opened"},
    )

    assert "no object has the key 'opened'" in str(report.inputs[0].message)
    assert position(duckdb_store) is None


def test_a_mapped_column_that_was_there_before_may_be_absent_in_a_slice(duckdb_store: Store, desk: Desk) -> None:
    fields = {"ticket_id": "id", "opened_at": "created", "category": "kind"}
    desk.run(duckdb_store, Slice("page 1", [ticket(1, kind="x")], {"changed": "a"}), fields=fields)
    report = desk.run(duckdb_store, Slice("page 1", [ticket(2)], {"changed": "b"}), fields=fields)

    assert not report.failed
    assert current(duckdb_store) == ["1", "2"]


def test_a_pull_that_brings_nothing_is_on_record(duckdb_store: Store, desk: Desk) -> None:
    report = desk.run(duckdb_store)

    assert [(taken.status, taken.counts.read) for taken in report.inputs] == [("loaded", 0)]


def test_rows_that_the_source_deleted_are_ended_with_their_events(store: Store, desk: Desk) -> None:
    desk.run(store, Slice("1", [ticket(1), ticket(2), ticket(3)], {"changed": "a"}))
    desk.script = [Slice("1", [{"ticket": 2, "at": "2026-10-02T09:00:00Z"}], {"changed": "a"})]
    events = source(name="events", system="desk", record="event", fields={"ticket_id": "ticket", "event_at": "at"})
    run_job(store, "tickets", [events], Path())
    assert current(store, fact_ticket_event) == ["2"]

    report = desk.run(store, Slice("2", [], {"changed": "b"}, gone=("2", "77")))

    assert current(store) == ["1", "3"]
    assert current(store, fact_ticket_event) == []
    assert [taken.withdrawn for taken in report.inputs] == [1]
    with store.reading() as connection:
        kept = connection.scalar(select(fact_ticket.c.superseded_run).where(fact_ticket.c.ticket_id == "2"))
        assert kept == report.run_id, "the version itself stays"


@pytest.mark.parametrize(("told_last", "there"), [("gone", ["1"]), ("brought", ["1", "2"])])
def test_of_a_key_that_was_brought_and_is_gone_the_later_word_counts(
    store: Store, desk: Desk, told_last: str, there: list[str]
) -> None:
    brought = Slice("b", [ticket(1), ticket(2, prio="P1")], {"changed": "b"})
    gone = Slice("g", [], {"changed": "b"}, gone=("2",))
    desk.run(store, Slice("a", [ticket(2)], {"changed": "a"}))

    desk.run(store, *([brought, gone] if told_last == "gone" else [gone, brought]))

    assert current(store) == there


def test_a_row_that_comes_back_is_new_again(store: Store, desk: Desk) -> None:
    desk.run(store, Slice("a", [ticket(1), ticket(2)], {"changed": "a"}))
    desk.run(store, Slice("b", [], {"changed": "b"}, gone=("2",)))
    report = desk.run(store, Slice("c", [ticket(2)], {"changed": "c"}))

    assert report.inputs[0].counts.loaded_new == 1
    assert current(store) == ["1", "2"]


def test_what_a_complete_listing_lacks_was_deleted(store: Store, desk: Desk) -> None:
    everyone = [ticket(number) for number in range(1, 31)]
    desk.run(store, Slice("a", everyone, {"changed": "a"}))
    desk.run(store, Slice("b", [ticket(31)], {"changed": "b"}, kept=frozenset(str(number) for number in range(3, 32))))

    assert current(store) == [str(number) for number in range(3, 32)]


def test_a_listing_that_lacks_too_much_is_not_believed(store: Store, desk: Desk) -> None:
    everyone = [{"id": number, "created": "2026-10-01T08:00:00Z"} for number in range(1, 101)]
    desk.run(store, Slice("a", everyone, {"changed": "a"}))
    report = desk.run(store, Slice("b", [], {"changed": "b"}, kept=frozenset({"1", "2"})))

    assert len(current(store)) == 100
    assert report.failed
    assert "no longer lists 98 of 100" in str(report.inputs[-1].message)
    assert position(store) == {"changed": "b"}


def test_a_listing_ends_no_row_of_another_source_of_the_same_system(store: Store, desk: Desk) -> None:
    desk.run(store, Slice("a", [ticket(1), ticket(2)], {"changed": "a"}), system="itsm")
    desk.run(store, Slice("b", [ticket(3), ticket(4)], {"changed": "a"}, kept=frozenset({"3", "4"})), name="other",
             system="itsm")  # fmt: skip
    desk.run(store, Slice("c", [], {"changed": "b"}, kept=frozenset({"4"})), name="other", system="itsm")

    assert current(store) == ["1", "2", "4"]


def test_a_backfill_brings_rows_and_leaves_the_cursor_alone(duckdb_store: Store, desk: Desk) -> None:
    desk.run(duckdb_store, Slice("a", [ticket(5)], {"changed": "z"}))
    window = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
    report = desk.run(duckdb_store, Slice("b", [ticket(6)]), options=Options(window=window))

    assert desk.spans[-1].since == window.since
    assert desk.spans[-1].cursor is None
    assert report.mode == "backfill"
    assert current(duckdb_store) == ["5", "6"]
    assert position(duckdb_store) == {"changed": "z"}


def test_a_changed_description_reads_everything_again_and_says_so(duckdb_store: Store, desk: Desk) -> None:
    desk.run(duckdb_store, Slice("a", [ticket(1)], {"changed": "a"}))
    report = desk.run(duckdb_store, Slice("a", [ticket(1)], {"changed": "a"}), values={"priority": {"high": "P1"}})

    assert desk.spans[-1].cursor is None
    assert "everything was read again" in str(report.inputs[0].message)


def test_a_setting_that_changes_no_content_keeps_the_cursor(duckdb_store: Store, desk: Desk) -> None:
    desk.run(duckdb_store, Slice("a", [ticket(1)], {"changed": "a"}))
    connect = {"kind": "rt", "url": "https://desk.example.hu", "token_env": "OTHER_TOKEN", "page_size": 7}
    desk.run(duckdb_store, connect=connect)

    assert desk.spans[-1].cursor == {"changed": "a"}


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (ticket(2, prio="P1", extra=1), "columns new: 'extra'"),
        ({"id": 2, "created": "2026-10-02T08:00:00Z"}, "columns gone: 'prio'"),
        (ticket(2, prio=1), "'prio' is number, was text"),
        (ticket(2, prio=None), None),
    ],
)
def test_a_change_of_the_source_is_named(
    duckdb_store: Store, desk: Desk, record: dict[str, Any], said: str | None
) -> None:
    desk.run(duckdb_store, Slice("a", [ticket(1, prio="P1")], {"changed": "a"}))
    report = desk.run(duckdb_store, Slice("b", [record], {"changed": "b"}))

    message = report.inputs[0].message
    assert message is None if said is None else said in str(message)


def test_deleted_rows_are_looked_for_every_so_often(
    duckdb_store: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_at(day: int, *script: Any) -> bool:
        monkeypatch.setattr("etl.pipeline.now", lambda: datetime(2026, 11, 1) + timedelta(days=day))
        desk.run(duckdb_store, *script)
        return desk.spans[-1].reconcile

    listing = Slice("l", [], {"changed": "b"}, kept=frozenset({"1"}))
    asked = [run_at(0, Slice("a", [ticket(1)], {"changed": "a"})), run_at(6), run_at(7, listing), run_at(8)]

    assert asked == [False, False, True, False]


def test_a_pull_that_never_ended_is_followed_by_one_that_looks_for_deleted_rows(
    duckdb_store: Store, desk: Desk
) -> None:
    desk.run(duckdb_store, Slice("a", [ticket(1)], {"changed": "a"}), SourceError("down"))
    desk.run(duckdb_store)

    assert desk.spans[-1].reconcile


def bad(number: int, priority: str) -> Slice:
    return Slice("a", [ticket(number, prio=priority)], {"changed": "a"})


def waiting(store: Store) -> list[tuple[str, str]]:
    with store.reading() as connection:
        rows = select(quarantine.c.status, quarantine.c.row).order_by(quarantine.c.quarantine_id)
        return [(row.status, json.loads(row.row)["prio"]) for row in connection.execute(rows)]


def test_a_bad_row_that_is_delivered_again_waits_once(store: Store, desk: Desk) -> None:
    reports = [desk.run(store, bad(1, "urgent"), bad(1, "urgent")), desk.run(store, bad(1, "urgent"))]

    assert [report.quarantined for report in reports] == [2, 1]
    assert waiting(store) == [("open", "urgent")]


def test_a_bad_row_that_the_source_mended_waits_no_longer(store: Store, desk: Desk) -> None:
    desk.run(store, bad(1, "urgent"))
    desk.run(store, bad(1, "P1"))
    assert waiting(store) == [("replaced", "urgent")]

    desk.run(store, bad(1, "urgent"))
    assert waiting(store) == [("replaced", "urgent"), ("open", "urgent")]


def test_a_bad_row_that_came_again_otherwise_bad_is_replaced(store: Store, desk: Desk) -> None:
    desk.run(store, bad(1, "urgent"))
    desk.run(store, bad(1, "very urgent"))

    assert waiting(store) == [("replaced", "urgent"), ("open", "very urgent")]


def test_a_secret_never_reaches_a_message(duckdb_store: Store, desk: Desk) -> None:
    told = source()
    told._secrets = {"DESK_TOKEN": "geheim+1"}
    desk.script = [SourceError("GET /?token=geheim%2B1 with geheim+1 failed")]
    report = run_job(duckdb_store, "tickets", [told], Path())

    assert "geheim" not in json.dumps(report.as_json(), default=str)
    with duckdb_store.reading() as connection:
        assert not any("geheim" in str(row) for row in connection.execute(select(etl_input)))


def test_one_source_that_fails_does_not_stop_the_others(
    duckdb_store: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(source: Source, span: Span) -> Iterator[Slice]:
        if source.name == "desk":
            raise SourceError("down")
        yield Slice("a", [ticket(9)], {"changed": "a"})

    monkeypatch.setattr(live, "pull", answer)
    report = run_job(duckdb_store, "tickets", [source(), source(name="other")], Path())

    assert report.status == "published"
    assert current(duckdb_store) == ["9"]


def event_source(**more: Any) -> Source:
    fields = {"ticket_id": "ticket", "event_at": "at"}
    return source(name="events", system="desk", record="event", fields=fields, **more)


def event(number: int) -> dict[str, Any]:
    return {"ticket": number, "at": "2026-10-20T09:00:00Z"}


def play(monkeypatch: pytest.MonkeyPatch, store: Store, sources: list[Source], **scripts: Script) -> RunReport:
    """One run of several sources, each with a script of its own by its name."""

    def pull(one: Source, span: Span) -> Iterator[Slice]:
        for part in scripts[one.name]:
            if isinstance(part, Exception):
                raise part
            yield part

    monkeypatch.setattr(live, "pull", pull)
    return run_job(store, "tickets", sources, Path(), Options())


PLACED = {"ticket_id": "id", "opened_at": "created", "municipality": "town"}


def test_a_listing_of_nothing_is_not_believed(duckdb_store: Store, desk: Desk) -> None:
    desk.run(duckdb_store, Slice("a", [ticket(1), ticket(2)], {"changed": "a"}))
    report = desk.run(duckdb_store, Slice("b", [], {"changed": "b"}, kept=frozenset()))

    assert report.failed
    assert current(duckdb_store) == ["1", "2"]


def test_what_a_listing_wrongly_lacked_comes_back_with_its_events(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = [source(), event_source()]
    play(monkeypatch, store, pair, desk=[Slice("a", [ticket(1), ticket(2)], {"c": "a"})],
         events=[Slice("e", [event(1), event(2)], {"c": "a"})])  # fmt: skip
    play(monkeypatch, store, pair, desk=[Slice("l", [], {"c": "a"}, kept=frozenset({"1"}))], events=[])
    assert (current(store), current(store, fact_ticket_event)) == (["1"], ["1"])

    play(monkeypatch, store, pair, desk=[Slice("l", [], {"c": "a"}, kept=frozenset({"1", "2"}))], events=[])

    assert (current(store), current(store, fact_ticket_event)) == (["1", "2"], ["1", "2"])


def test_a_restored_ticket_has_its_events_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = [source(), event_source()]
    play(monkeypatch, store, pair, desk=[Slice("a", [ticket(1), ticket(2)], {"c": "a"})],
         events=[Slice("e", [event(1), event(2)], {"c": "a"})])  # fmt: skip
    play(monkeypatch, store, pair, desk=[Slice("g", [], {"c": "a"}, gone=("2",))], events=[])
    play(monkeypatch, store, pair, desk=[], events=[Slice("e", [event(2)], {"c": "b"})])
    assert current(store, fact_ticket_event) == ["1"], "an overlap that still tells of it brings nothing back"

    play(monkeypatch, store, pair, desk=[Slice("b", [ticket(2)], {"c": "b"})], events=[])

    assert current(store, fact_ticket_event) == ["1", "2"]


def test_events_that_came_before_their_ticket_follow_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = [source(fields=PLACED), event_source()]
    towns = [ticket(1, town="Abony"), ticket(2, town="Abony")]
    play(monkeypatch, store, pair, desk=[Slice("a", towns[:1], {"c": "a"}), SourceError("down")],
         events=[Slice("e", [event(1), event(2)], {"c": "b"})])  # fmt: skip
    play(monkeypatch, store, pair, desk=[Slice("b", towns[1:], {"c": "b"})], events=[])

    with store.reading() as connection:
        found = select(fact_ticket_event.c.municipality_id).where(fact_ticket_event.c.superseded_run.is_(None))
        places = list(connection.scalars(found))
    assert len(places) == 2
    assert len(set(places)) == 1
    assert places[0] != "00000"


def test_the_same_key_of_another_system_does_not_keep_a_deleted_row(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [source(), source(name="other")]
    play(monkeypatch, store, both, desk=[Slice("a", [ticket(2)], {"c": "a"})], other=[])
    play(monkeypatch, store, both, desk=[Slice("g", [], {"c": "b"}, gone=("2",))],
         other=[Slice("a", [ticket(2)], {"c": "a"})])  # fmt: skip

    with store.reading() as connection:
        rows = select(fact_ticket.c.source).where(fact_ticket.c.superseded_run.is_(None))
        assert list(connection.scalars(rows)) == ["other"]


def test_a_row_that_moved_to_another_source_of_the_system_stays(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [source(system="itsm"), source(name="other", system="itsm")]
    play(monkeypatch, store, both, desk=[Slice("a", [ticket(1), ticket(2)], {"c": "a"})],
         other=[Slice("a", [ticket(3)], {"c": "a"})])  # fmt: skip
    play(monkeypatch, store, both, desk=[Slice("l", [], {"c": "a"}, kept=frozenset({"1"}))],
         other=[Slice("l", [ticket(2)], {"c": "b"}, kept=frozenset({"2", "3"}))])  # fmt: skip

    assert current(store) == ["1", "2", "3"]


def test_a_deleted_row_waits_in_quarantine_no_longer(duckdb_store: Store, desk: Desk) -> None:
    desk.run(duckdb_store, bad(1, "urgent"))
    desk.run(duckdb_store, Slice("g", [], {"changed": "b"}, gone=("1",)))

    assert waiting(duckdb_store) == [("replaced", "urgent")]


def test_a_bad_row_that_is_mended_in_the_same_pull_waits_no_longer(duckdb_store: Store, desk: Desk) -> None:
    desk.run(duckdb_store, bad(1, "urgent"), bad(1, "P1"))
    assert waiting(duckdb_store) == [("replaced", "urgent")]

    desk.run(duckdb_store, bad(1, "P1"), bad(1, "urgent"))
    assert waiting(duckdb_store) == [("replaced", "urgent"), ("open", "urgent")]


def test_a_mapped_place_in_a_list_may_be_absent_later(duckdb_store: Store, desk: Desk) -> None:
    fields = {"ticket_id": "id", "opened_at": "created", "category": "parts.0"}
    desk.run(duckdb_store, Slice("a", [ticket(1, parts=["x"])], {"changed": "a"}), fields=fields)
    report = desk.run(duckdb_store, Slice("b", [ticket(2, parts=[])], {"changed": "b"}), fields=fields)

    assert not report.failed


def test_the_records_of_a_pull_are_let_go_of(duckdb_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[Any]] = []

    class Records(list[Any]):
        pass

    def pull(one: Source, span: Span) -> Iterator[Slice]:
        for number in range(1, 21):
            records = Records([ticket(number)])
            made.append(weakref.ref(records))
            yield Slice("a", records, {"changed": "a"})
            del records
            gc.collect()
            assert sum(ref() is not None for ref in made) < 10

    monkeypatch.setattr(live, "pull", pull)
    run_job(duckdb_store, "tickets", [source()], Path(), Options(rows_per_batch=1))


def test_a_source_that_was_given_another_system_says_that_rows_count_twice(duckdb_store: Store, desk: Desk) -> None:
    desk.run(duckdb_store, Slice("a", [ticket(1)], {"changed": "a"}))
    report = desk.run(duckdb_store, Slice("a", [ticket(1)], {"changed": "a"}), system="helpdesk")

    assert "count twice" in str(report.inputs[0].message)


@pytest.mark.parametrize(
    "url",
    ["postgresql://reader:pa/ss@host/db", "postgresql://host/db?user=reader&password=geheim", "mysql://a:b#c@host/db"],
)
def test_a_password_in_the_url_of_a_database_is_refused_unsaid(url: str) -> None:
    with pytest.raises(ValidationError) as met:
        source(connect={"kind": "sql", "url": url, "query": "SELECT 1"})

    assert "password" in met.value.errors()[0]["msg"]
    assert "geheim" not in met.value.errors()[0]["msg"]


def test_a_login_is_scrubbed_as_it_is_sent(duckdb_store: Store) -> None:
    told = source(connect={"kind": "servicenow", "url": "https://desk.example.hu", "user": "reader",
                           "password_env": "DESK_TOKEN"})  # fmt: skip
    told._secrets = {"DESK_TOKEN": "geheim+1"}

    assert "cmVhZGVyOmdlaGVpbSsx" not in told.scrub("Authorization: Basic cmVhZGVyOmdlaGVpbSsx")
