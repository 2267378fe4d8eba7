"""OCDS publishers: pages, cursors, what breaks midway, and processes whose releases come one at a time."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.schema import fact_contract
from data.store import Store
from etl.config import Source
from etl.pipeline import run_job
from etl.settings import Settings
from etl.sources.api import client as http
from etl.sources.api.ocds import pull
from etl.sources.documents import Broken
from etl.sources.errors import SourceError
from etl.sources.pull import Slice, Span
from tests.etl.fakes.ocds import TOKEN, Json, Publisher
from tests.etl.fakes.server import Chaos, FakeServer, serving
from tests.etl.fakes.waits import NoWaits

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Publisher:
    """Five contracts, each signed on a day of March and raised a month later by a release of the change only."""
    monkeypatch.setattr(http, "WAITS", NoWaits())
    signed = [release(number, "03", "contract", 100, dateSigned=f"2026-03-{number:02d}") for number in range(1, 6)]
    raised = [release(number, "04", "contractAmendment", 200) for number in range(1, 6)]
    return Publisher([*signed, *raised])


@pytest.fixture
def server(publisher: Publisher) -> Iterator[FakeServer]:
    with serving(publisher.handle) as running:
        yield running


def release(number: int, month: str, tag: str, amount: int, **body: Any) -> Json:
    value = {"amount": amount, "currency": "HUF"} if "dateSigned" in body else {"amount": amount}
    return {
        "ocid": f"ocds-p-{number}",
        "id": f"ocds-p-{number}-{month}",
        "date": f"2026-{month}-{number:02d}T08:00:00Z",
        "tag": [tag],
        "contracts": [{"id": "C", "awardID": "A", "value": value, **body}],
    }


@pytest.fixture
def ask(server: FakeServer) -> Callable[..., list[Slice]]:
    """The slices of a pull; settings of its connection may be given."""

    def slices(cursor: Json | None = None, *, span: Json | None = None, **connect: Any) -> list[Slice]:
        return list(pull(source(server, **connect), Span(NOW, cursor, **(span or {}))))

    return slices


BY_RECORD = {"record_path": "records/{ocid}", "since_parameter": "since"}
AT_ONCE = {"since_parameter": "since"}
BOTH = pytest.mark.parametrize("way", [BY_RECORD, AT_ONCE], ids=["by record", "at once"])


def source(server: FakeServer, **connect: Any) -> Source:
    fields = {"contract_id": "key", "contract_kind": {"value": "service"}, "value_huf": "contract.value.amount",
              "original_huf": "original.value.amount"}  # fmt: skip
    settings = {"kind": "ocds", "url": f"{server.url}/api", "path": "list", "token_env": "OCDS_TOKEN"} | connect
    described = {"name": "p", "job": "contracts", "record": "contract", "fields": fields, "connect": settings}
    return Source.model_validate(described).equipped(Settings(_env_file=None))


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCDS_TOKEN", TOKEN)


def values(slices: list[Slice]) -> dict[str, tuple[Any, Any]]:
    """contract -> value at signing and now, of the last record of each."""
    return {
        record["key"]: (record["original.value.amount"], record["contract.value.amount"])
        for part in slices
        for record in part.records
        if not isinstance(record, Broken)
    }


ALL = {f"ocds-p-{number}/C": (100, 200) for number in range(1, 6)}


@BOTH
@pytest.mark.parametrize("relative", [True, False])
@pytest.mark.parametrize("size", [1, 3, 50])
def test_every_contract_comes_whole_however_the_pages_are_cut_and_linked(
    ask: Callable[..., list[Slice]], publisher: Publisher, way: Json, relative: bool, size: int
) -> None:
    publisher.relative, publisher.size = relative, size

    slices = ask(**way)

    assert values(slices) == ALL
    assert slices[-1].cursor == {"changed": "2026-04-05T08:00:00Z"}


@BOTH
def test_a_change_of_one_field_brings_the_whole_contract(
    ask: Callable[..., list[Slice]], publisher: Publisher, server: FakeServer, way: Json
) -> None:
    publisher.releases.append(release(2, "05", "contractAmendment", 300))

    slices = ask({"changed": "2026-04-05T08:00:00Z"}, **way)

    found = values(slices)
    assert found["ocds-p-2/C"] == (100, 300)
    assert found.keys() <= {"ocds-p-2/C", "ocds-p-4/C", "ocds-p-5/C"}  # the overlap of a day besides
    assert server.calls[0].args["since"] == "2026-04-04T08:00:00Z"
    assert slices[-1].cursor == {"changed": "2026-05-02T08:00:00Z"}


@BOTH
def test_nothing_new_leaves_the_cursor_where_it_is(ask: Callable[..., list[Slice]], way: Json) -> None:
    slices = ask({"changed": "2026-05-20T00:00:00Z"}, **way)

    assert values(slices) == {}
    assert [part.cursor for part in slices] == [{"changed": "2026-05-20T00:00:00Z"}]


def test_a_pull_that_breaks_goes_on_at_the_page_where_it_broke(
    ask: Callable[..., list[Slice]], publisher: Publisher, server: FakeServer
) -> None:
    publisher.broken = {3}
    before: list[Slice] = []
    with pytest.raises(SourceError, match="answers 500"):
        before.extend(pull(source(server, **BY_RECORD), Span(NOW)))
    publisher.broken = set()
    server.calls.clear()

    after = ask(before[-1].cursor, span={"reconcile": True}, **BY_RECORD)

    assert [call.args["page"] for call in server.calls if call.path == "/api/list"] == ["3", "4", "5"]
    assert values([*before, *after]) == ALL
    assert (after[-1].cursor, after[-1].kept) == ({"changed": "2026-04-05T08:00:00Z"}, None)


def test_where_the_next_page_is_no_more_everything_is_read_again(
    ask: Callable[..., list[Slice]], publisher: Publisher, server: FakeServer
) -> None:
    publisher.gone = {99}

    slices = ask({"next": f"{server.url}/api/list?page=99", "newest": "2026-05-30T00:00:00Z"}, **BY_RECORD)

    assert values(slices) == ALL
    assert slices[-1].cursor == {"changed": "2026-04-05T08:00:00Z"}


@BOTH
def test_what_fails_for_a_while_changes_nothing(ask: Callable[..., list[Slice]], server: FakeServer, way: Json) -> None:
    # Records are asked for side by side: of this seed so few fail that no order makes one record fail every time.
    server.chaos = Chaos(18, 0.2)

    assert values(ask(**way)) == ALL
    assert server.chaos.met


@BOTH
def test_a_backfill_brings_what_changed_in_its_window_as_it_is_now(ask: Callable[..., list[Slice]], way: Json) -> None:
    window = {"since": datetime(2026, 3, 2, tzinfo=UTC), "until": datetime(2026, 3, 4, tzinfo=UTC)}

    slices = ask(span=window, **way)

    assert values(slices) == {key: ALL[key] for key in ("ocds-p-2/C", "ocds-p-3/C")}
    assert {part.cursor is None for part in slices} == {True}


@BOTH
def test_a_complete_listing_tells_which_contracts_there_are(
    ask: Callable[..., list[Slice]], publisher: Publisher, way: Json
) -> None:
    publisher.releases = [one for one in publisher.releases if one["ocid"] != "ocds-p-3"]

    slices = ask({"changed": "2026-05-01T00:00:00Z"}, span={"reconcile": True}, **way)

    assert [part.kept for part in slices[:-1]] == [None] * (len(slices) - 1)
    assert slices[-1].kept == ALL.keys() - {"ocds-p-3/C"}


def test_a_listing_with_a_contract_that_can_not_be_read_tells_nothing(
    ask: Callable[..., list[Slice]], publisher: Publisher
) -> None:
    publisher.missing = {"ocds-p-3"}

    slices = ask({"changed": "2026-05-01T00:00:00Z"}, span={"reconcile": True}, **BY_RECORD)

    broken = [one.reason for part in slices for one in part.records if isinstance(one, Broken)]
    assert broken == ["ocds-p-3: the publisher lists it, but its record is not there (status 404)"]
    assert slices[-1].kept is None


def test_a_list_of_records_needs_no_second_look(
    ask: Callable[..., list[Slice]], publisher: Publisher, server: FakeServer
) -> None:
    publisher.mode = "records"

    slices = ask({"changed": "2026-04-04T08:00:00Z"}, **AT_ONCE)

    assert values(slices) == {key: ALL[key] for key in ("ocds-p-3/C", "ocds-p-4/C", "ocds-p-5/C")}
    assert {call.args["since"] for call in server.calls} == {"2026-04-03T08:00:00Z"}


def test_records_that_only_link_are_read_one_by_one_or_set_aside(
    ask: Callable[..., list[Slice]], publisher: Publisher
) -> None:
    publisher.mode = "links"

    without = [one for part in ask(**AT_ONCE) for one in part.records]

    assert values(ask(**BY_RECORD)) == ALL
    assert len(without) >= 5
    assert all(isinstance(one, Broken) and "only links" in one.reason for one in without)


def test_pages_that_go_round_in_a_circle_end(ask: Callable[..., list[Slice]], publisher: Publisher) -> None:
    publisher.circle, publisher.size = True, 6

    with pytest.raises(SourceError, match="links to a page before it"):
        ask(**AT_ONCE)


@pytest.mark.parametrize(("path", "message"), [("lists", "page 1 is not there"), ("hello", "page 1 is no package")])
def test_a_wrong_address_is_said_to_be_one(ask: Callable[..., list[Slice]], path: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        ask(path=path)


def test_a_refused_token_is_named_but_not_shown(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCDS_TOKEN", "stale-secret")

    with pytest.raises(SourceError, match="Check OCDS_TOKEN") as refused:
        list(pull(source(server), Span(NOW)))
    assert "stale-secret" not in str(refused.value)


@BOTH
def test_runs_that_break_at_random_end_where_an_undisturbed_one_does(
    duckdb_store: Store, publisher: Publisher, server: FakeServer, way: Json
) -> None:
    described = source(server, **way)
    statuses = []
    for dies_after in (2, 7, 11, None):
        server.dies_after = dies_after
        statuses.append(run_job(duckdb_store, "contracts", [described], Path()).status)
    publisher.releases.append(release(1, "05", "contractAmendment", 300))
    last = run_job(duckdb_store, "contracts", [described], Path())

    assert "failed" in statuses
    assert statuses[-1] == "published"
    assert sum(taken.counts.loaded_changed for taken in last.inputs) == 1
    with duckdb_store.reading() as connection:
        current = select(fact_contract.c.contract_id, fact_contract.c.original_huf, fact_contract.c.value_huf)
        found = connection.execute(current.where(fact_contract.c.superseded_run.is_(None))).all()
    assert {key: tuple(amounts) for key, *amounts in found} == ALL | {"ocds-p-1/C": (100, 300)}
