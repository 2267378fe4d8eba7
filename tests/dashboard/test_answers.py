"""Answers are those of the published snapshot, kept while it is."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import Connection

from dashboard.answers import Answers, Ask
from data.errors import BadSelection, NotPublished, UnknownCut, UnknownMetric
from data.selection import Selection
from data.settings import DataSettings
from data.store import Store, open_store


@pytest.fixture
def answers(filled_store: Store) -> Answers:
    return Answers(filled_store, size=3)


def test_an_answer_carries_the_figure_and_how_fresh_it_is(answers):
    found = answers.answer("ticket_count", Selection.of_year(2025), ("month",))
    assert found.frame["numerator"].tolist() == [11, 9, 10, 10]
    assert found.n == 40
    assert found.freshness.quarantined == 10
    assert found.freshness.quarantined_rate == pytest.approx(0.2)


def test_an_answer_is_asked_once(answers, monkeypatch):
    asked = []
    reading = type(answers.store).reading
    monkeypatch.setattr(type(answers.store), "reading", lambda store: asked.append(1) or reading(store))
    for _ in range(3):
        answers.answer("ticket_count", Selection.of_year(2025))
    # Once for the figure, once for its freshness.
    assert len(asked) == 2


def test_the_memory_is_bounded(answers):
    for year in range(2000, 2010):
        answers.answer("ticket_count", Selection.of_year(year))
    assert len(answers._known) == 3


def test_of_those_who_ask_at_once_one_reads_and_the_others_wait_for_it(answers):
    asked: list[Connection] = []
    start = Barrier(4)

    def ask(_number: int) -> int:
        start.wait()
        return answers.read("slow", lambda connection: asked.append(connection) or time.sleep(0.05) or len(asked))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == [1, 1, 1, 1]


def test_a_reading_that_fails_lets_the_next_one_try(answers):
    with pytest.raises(ZeroDivisionError):
        answers.read("wrong", lambda _connection: 1 / 0)

    assert answers.read("wrong", lambda _connection: 7) == 7


def test_a_reader_cannot_spoil_what_others_get(answers):
    frame = answers.answer("ticket_count", Selection.of_year(2025)).frame
    frame["numerator"] = 0
    assert answers.answer("ticket_count", Selection.of_year(2025)).frame["numerator"].tolist() == [40]


def test_what_is_made_of_answers_is_made_once_and_errors_are_not_kept(answers):
    made = []
    assert [answers.made("card", lambda: made.append(1) or 7) for _ in range(2)] == [7, 7]
    assert len(made) == 1
    with pytest.raises(ZeroDivisionError):
        answers.made("broken", lambda: 1 // 0)
    assert answers.made("broken", lambda: 8) == 8


def test_a_new_snapshot_is_noticed(duckdb_store: Store):
    answers = Answers(duckdb_store)
    before = answers.snapshot()
    assert answers.last_day() is None
    with duckdb_store.writing():
        pass
    assert answers.snapshot() != before
    assert answers.choices() is not None


def test_what_cannot_be_asked_is_said(answers):
    with pytest.raises(UnknownMetric):
        answers.answer("no_such_metric", Selection())
    with pytest.raises(UnknownCut):
        answers.answer("ticket_count", Selection(), ("course",))
    with pytest.raises(BadSelection, match="no run 999"):
        answers.answer("ticket_count", Selection(as_of=999))


def test_nothing_published_is_said(tmp_path, settings: DataSettings):
    with pytest.raises(NotPublished):
        Answers(open_store(f"duckdb:///{tmp_path / 'none'}", settings)).snapshot()


def test_the_origin_names_file_and_line_and_the_query(answers):
    found = answers.origin(Ask("sla_resolution_rate", ("month",)), Selection.of_year(2025), limit=5)
    assert found.inputs["input"].tolist() == ["tickets.csv"]
    assert len(found.rows) == 5
    assert set(found.rows["input"]) == {"tickets.csv"}
    assert found.rows["line"].notna().all()
    assert "fact_ticket" in found.statement
    assert "2025" in found.statement


def test_a_question_may_change_the_selection(answers):
    question = Ask("ticket_count", change=lambda selection: selection.with_period(date(2025, 2, 1), date(2025, 2, 28)))
    assert answers.ask(question, Selection()).n == 9


def test_members_have_names_in_both_languages(answers):
    assert answers.names("service", "hu")["ADO"] == answers.names("service", "en")["ADO"]
    assert answers.names("municipality", "hu")["01508"]
    assert answers.names("priority", "hu") == {}


def test_any_reading_of_data_can_be_remembered(answers):
    asked = []

    def query(connection: Connection) -> int:
        asked.append(1)
        return 7

    assert [answers.read("seven", query) for _ in range(2)] == [7, 7]
    assert len(asked) == 1
