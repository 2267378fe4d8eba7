"""The pages of incidents, changes, demands and security, of the rows behind a figure and of one ticket."""

import sys
from typing import Any

import pytest
from sqlalchemy import select

from dashboard import formats
from dashboard.answers import answers
from dashboard.callbacks.blocks import fill_block
from dashboard.callbacks.cards import fill_card
from dashboard.components.block import BLOCKS
from dashboard.components.card import CARDS
from data.metrics.catalogue import METRICS
from data.schema import fact_ticket
from data.selection import Selection
from data.ticket_rows_read import is_of_tickets
from tests.dashboard.pages.test_pages import LOOKS, SELECTIONS, text

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_pages")]

PAGES = ("incidents-", "changes-", "demand-", "security-")


def own(names: Any) -> list[str]:
    return [name for name in names if name.startswith(PAGES)]


@pytest.fixture(params=SELECTIONS.values(), ids=SELECTIONS)
def search(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.mark.parametrize("mode", ["chart", "table"])
def test_every_card_answers(search, mode, caplog):
    for at, name in enumerate(own(CARDS)):
        view = {"search": search, "address": "http://x/"} | LOOKS[at % 2]
        shown = fill_card(view, mode, {"part": "mode", "card": name})
        assert shown["title"], name
        assert "could not be made" not in text(shown["message"]), name
        assert "nem készülhetett el" not in text(shown["message"]), name
    assert len(own(CARDS)) > 30
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_every_block_answers(search, caplog):
    for at, name in enumerate(own(BLOCKS)):
        assert fill_block({"search": search} | LOOKS[at % 2], {"part": "block", "card": name}), name
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize("metric", [name for name, one in METRICS.items() if is_of_tickets(one)])
def test_the_rows_of_every_figure_can_be_shown(metric):
    said = text(rows(f"?metric={metric}&from=2026-01&to=2026-06"))

    assert "Ezt az ábrát" not in said
    assert "icon-alert" not in said


@pytest.mark.parametrize(
    "search", ["?metric=spent_huf", "?metric=none", "?from=x", "?service=NOTHING", "?metric=ticket_count&hour=x"]
)
def test_an_address_that_cannot_be_shown_is_said(search):
    said = text(rows(search))

    assert "icon-alert" in said or "icon-info" in said


def test_the_rows_told_apart_are_all_of_them():
    base = "?metric=sla_resolution_rate&from=2026-01&to=2026-03"
    said = [text(rows(base + part)) for part in ("", "&part=met", "&late=1")]
    answer = answers().answer("sla_resolution_rate", selection("2026-01", "2026-03")).frame.iloc[0]

    met, every = int(answer["numerator"]), int(answer["denominator"])
    assert met < every
    for one, count in zip(said, (every, met, every - met), strict=True):
        assert f"{formats.number(count, 'hu')} sor" in one


@pytest.mark.parametrize(
    "kind", ["incident", "service_request", "problem", "change", "demand", "security_finding", "continuity_test"]
)
@pytest.mark.parametrize("language", ["hu", "en"])
def test_a_ticket_of_every_kind_has_its_history(kind, language):
    with answers().store.reading() as connection:
        query = select(fact_ticket.c.source, fact_ticket.c.ticket_id).where(fact_ticket.c.ticket_type == kind).limit(3)
        found = connection.execute(query).all()
    assert found
    for source, key in found:
        view = {"search": f"?source={source}&id={key}", "language": language}
        said = text(page("ticket").show_ticket(view))
        assert key in said
        assert "ticket-line" in said
        assert "state-why" not in said


def test_a_ticket_that_is_not_there_is_said():
    assert "Nincs ilyen bejelentés." in text(page("ticket").show_ticket({"search": "?source=x&id=y", "language": "hu"}))


def rows(search: str) -> Any:
    return page("tickets").show_tickets({"search": search, "language": "hu"})


def selection(first: str, last: str) -> Selection:
    return Selection.from_query({"from": first, "to": last})


def page(name: str) -> Any:
    """The page's module, as the app imported it: pages can only be registered on an app."""
    return sys.modules[f"dashboard.pages.{name}"]
