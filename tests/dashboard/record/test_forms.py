"""Forms: what is refused and how it is said; where the figure comes from; who may send one."""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from dash import Dash, no_update
from dash.exceptions import PreventUpdate
from sqlalchemy import insert, update

from dashboard.app import create_app
from dashboard.guard import ForeignOrigin, check_same_origin
from dashboard.record.checks import MOST_TEXT, check_entry, check_item, plain
from dashboard.record.database import EXTENSION, AppDatabase
from dashboard.record.link import record_href, view_path
from dashboard.record.reading import read_item, read_items
from dashboard.settings import DashboardSettings
from data.schema import etl_input, etl_run, fact_ticket, responsibility
from data.store import open_store
from tests.dashboard.record.forms import in_days

pytestmark = pytest.mark.slow  # whole worlds are counted twice

DAY = date(2026, 3, 10)
GOOD = {
    "kind": "question",
    "text": "Miért?",
    "actor": "nisz",
    "due": "2026-03-20",
    "name": "Minta Anna",
    "role": "felügyelő",
}


# --- what is checked ------------------------------------------------------------------------------------------------


def complaints(**given: Any) -> dict[str, str]:
    return check_item(GOOD | given, {"nisz", "menedzsment"}, DAY, "hu").complaints


def test_a_good_form_has_no_complaints():
    assert complaints() == {}
    assert complaints(due="2026-03-10", text="x" * MOST_TEXT, kind="decision") == {}


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("kind", "order", "Válassza ki"),
        ("kind", None, "Válassza ki"),
        ("text", "", "Írja le"),
        ("text", " \n\t ", "Írja le"),
        ("text", "x" * (MOST_TEXT + 1), "4\u00a0001 karakter, legfeljebb 4\u00a0000"),
        ("text", "a\x00b", "Nem rögzíthető"),
        ("text", "a\x1b[31mb", "Nem rögzíthető"),
        ("text", "a\ud800b", "Nem rögzíthető"),
        ("text", "a\u202eb", "Nem rögzíthető"),
        ("actor", "nobody", "címzett"),
        ("actor", None, "címzett"),
        ("due", "2026-03-09", "elmúlt"),
        ("due", "2036-03-09", "túl távoli"),
        ("due", "tomorrow", "Adjon meg"),
        ("due", None, "Adjon meg"),
        ("name", " ", "nevét"),
        ("name", "x" * 101, "Túl hosszú"),
        ("role", "", "szerepkörét"),
        ("role", "a\x07", "Nem rögzíthető"),
    ],
)
def test_what_is_wrong_is_said_of_its_field(field, given, said):
    found = complaints(**{field: given})
    assert list(found) == [field]
    assert said in found[field]


def test_complaints_come_in_the_order_of_the_form():
    found = check_item({}, set(), DAY, "en").complaints
    assert list(found) == ["kind", "text", "actor", "due", "name", "role"]


def test_text_is_kept_as_it_was_but_for_its_ends_and_its_line_ends():
    assert plain("  a\r\nb\rc \n\n\td  ") == "a\nb\nc\n\n d"
    assert plain("e\u0301") == "é"
    assert plain("<script>alert(1)</script> < 90 %") == "<script>alert(1)</script> < 90 %"


def test_a_due_date_belongs_to_its_entry_alone():
    entry = {"kind": "comment", "text": "x", "due": "2026-03-20", "name": "a", "role": "b"}
    assert check_entry(entry, DAY, DAY, "hu").values["due"] is None
    changed = check_entry(entry | {"kind": "due_changed"}, DAY, date(2026, 3, 20), "hu")
    assert list(changed.complaints) == ["due"]
    assert check_entry(entry | {"kind": "due_changed"}, DAY, DAY, "hu").complaints == {}
    assert list(check_entry(entry | {"kind": "other"}, DAY, DAY, "hu").complaints) == ["kind"]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("/service", "/service"),
        ("/kpi/sla_resolution_rate", "/kpi/sla_resolution_rate"),
        ("//evil.example/x", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/x?y=1", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_a_view_lies_within_the_app(given, path):
    assert view_path(given) == path


def test_a_link_to_the_form_keeps_the_selection():
    href = record_href("backlog_count", "/service", {"from": "2025-01", "county": "Zala,Vas", "metric": "old"})
    assert href == "/decisions/new?metric=backlog_count&view=%2Fservice&from=2025-01&county=Zala,Vas"


# --- the form on an app of its own ----------------------------------------------------------------------------------


class Office:
    """An app whose log is empty, and a reader of it."""

    def __init__(self, app: Dash, url: str) -> None:
        self.app = app
        self.log = app.server.extensions[EXTENSION] = AppDatabase(url)
        self.new = sys.modules["dashboard.pages.decisions_new"]
        self.one = sys.modules["dashboard.pages.decisions_one"]

    @contextmanager
    def asking(self, **headers: str) -> Iterator[None]:
        sent = {"Sec-Fetch-Site": "same-origin"} | {name.replace("_", "-"): value for name, value in headers.items()}
        with self.app.server.test_request_context("/_dash-update-component", method="POST", headers=sent):
            yield

    def form(self, **query: str) -> dict[str, Any]:
        """What the form remembers of what it showed."""
        with self.asking():
            return found(self.new.content({"metric": "sla_resolution_rate"} | query, "hu"), "decisions-new-seen").data

    def send(self, of: dict[str, Any], headers: dict[str, str] | None = None, **given: Any) -> tuple[Any, ...]:
        typed = GOOD | {"due": in_days(5).isoformat()} | given
        with self.asking(**headers or {}):
            return self.new.submit(1, of, *(typed[name] for name in self.new.FIELDS))

    def enter(self, of: dict[str, Any], **given: Any) -> tuple[Any, ...]:
        typed = {"kind": "answer", "due": None, "text": "Megnéztük.", "name": "B", "role": "r"} | given
        with self.asking():
            return self.one.submit(1, of, *(typed[name] for name in self.one.FIELDS))


@pytest.fixture(scope="session")
def march_app(duckdb_template, tmp_path_factory, settings) -> Iterator[Dash]:
    """On ten tickets of ADO due in March 2025, two of them late."""
    folder = tmp_path_factory.mktemp("record") / "reporting"
    shutil.copytree(duckdb_template, folder)
    with closing(open_store(f"duckdb:///{folder}", settings)) as store:
        yield march(store)


@pytest.fixture
def office(march_app: Dash, tmp_path: Path) -> Office:
    return Office(march_app, f"sqlite:///{tmp_path}/app.db")


@pytest.fixture
def own_office(duckdb_store, tmp_path: Path) -> Office:
    """Whose store may be published to."""
    return Office(march(duckdb_store), f"sqlite:///{tmp_path}/app.db")


def march(store: Any) -> Dash:
    with store.writing() as session:
        tickets(session, list(range(10)), late=2)
    return create_app(DashboardSettings(_env_file=None), store)


def tickets(session: Any, numbers: list[int], late: int) -> None:
    run, at = session.run_id, session.connection
    when = datetime(2025, 4, 30, 20)
    at.execute(insert(etl_run).values(run_id=run, job="tickets", status="published", started_at=when, finished_at=when,
                                      mode="full"))  # fmt: skip
    counts = dict.fromkeys(("loaded_changed", "unchanged", "duplicate", "quarantined", "unmatched_municipality",
                            "unmatched_service", "unmatched_actor"), 0)  # fmt: skip
    at.execute(insert(etl_input).values(**counts, input_id=500 + run, run_id=run, source="desk", system="desk",
                                        record="ticket", input="t.csv", status="loaded", read=len(numbers),
                                        loaded_new=len(numbers), newest_at=when))  # fmt: skip
    day = date(2025, 3, 3)
    for place, number in enumerate(numbers):
        in_time = place >= late
        at.execute(
            insert(fact_ticket).values(
                municipality_id="01508", source="desk", ticket_id=f"T{number}", ticket_type="incident",
                service_id="ADO", actor_id="operator_ado", priority="P3", status="closed",
                opened_at=datetime(2025, 3, 3, 9),
                opened_on=day, resolved_on=day, ended_on=day, resolution_due_on=day, resolution_minutes=60,
                sla_minutes=480, resolved_in_sla=in_time, input_id=500 + run, line=number, loaded_run=run,
            )
        )  # fmt: skip


def found(shown: Any, id: str) -> Any:
    """The component of an id."""
    for part in shown if isinstance(shown, list) else [shown]:
        if getattr(part, "id", None) == id:
            return part
        for inside in part._traverse():
            if getattr(inside, "id", None) == id:
                return inside
    raise AssertionError(f"no {id}")


def text(shown: Any) -> str:
    return json.dumps(
        shown, default=lambda one: one.to_plotly_json() if hasattr(one, "to_plotly_json") else str(one),
        ensure_ascii=False,
    )  # fmt: skip


def test_the_figure_is_measured_here_and_not_taken_from_the_browser(office):
    of = office.form(**{"from": "2025-03", "to": "2025-03", "service": "ADO"})
    assert set(of) == {"metric", "selection", "view", "follows", "token"}
    answer = office.send(of | {"value": 1.0, "numerator": 10})
    assert answer[0].startswith("/decisions/1")
    with office.log.reading() as connection:
        figure = read_item(connection, 1).figure
    assert (figure.value, figure.numerator, figure.denominator, figure.n) == (0.8, 8, 10, 10)
    assert (figure.service_id, figure.run_id, figure.target) == ("ADO", 2, 0.9)
    assert figure.selection == "from=2025-03&to=2025-03&service=ADO&run=2"


def test_a_run_published_while_the_form_is_filled_in_changes_nothing_in_it(own_office, duckdb_store):
    of = own_office.form(**{"from": "2025-03", "to": "2025-03"})
    with duckdb_store.writing() as session:
        tickets(session, list(range(100, 110)), late=10)
    own_office.send(of)
    later = own_office.form(**{"from": "2025-03", "to": "2025-03"})
    own_office.send(later)
    with own_office.log.reading() as connection:
        first, second = read_items(connection)
    assert (first.figure.value, first.figure.run_id, first.figure.n) == (0.8, 2, 10)
    assert (second.figure.value, second.figure.run_id, second.figure.n) == (0.4, 3, 20)

    with own_office.asking():
        said = text(own_office.one.content("1", "hu"))
    assert "80,0\u00a0%" in said
    assert "40,0\u00a0%" in said
    assert "Azóta 10 mögötte álló sor érkezett vagy módosult." in said
    assert "−40,0\u00a0százalékpont" in said
    assert "run=2" in said
    with own_office.asking():
        assert "nem változott" in text(own_office.one.content("2", "hu"))


def test_a_run_that_was_taken_back_meanwhile_is_refused_and_nothing_recorded(office):
    of = office.form(**{"from": "2025-03", "to": "2025-03"})
    told = office.send(of | {"selection": of["selection"].replace("run=2", "run=9")})
    assert told[0] is no_update
    with office.log.reading() as connection:
        assert read_items(connection) == []


def test_without_a_period_the_one_that_was_shown_is_written_out(office):
    assert office.form()["selection"] == "from=2024-05&to=2025-04&run=2"
    assert office.form(metric="backlog_count")["selection"] == "to=2025-04&run=2"


def test_a_form_with_a_mistake_keeps_the_text_and_names_the_first_field(office):
    link, summary, *rest = office.send(office.form(), actor=None, name="")
    assert link is no_update
    assert "2 mezőt" in text(summary)
    assert [bool(one) for one in rest[:-1]] == [False, False, True, False, True, False]
    assert rest[-1]["id"] == "decisions-new-actor"


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "http://localhost.evil.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_only_a_page_of_this_site_may_write(app, headers, taken):
    with app.server.test_request_context("/", method="POST", headers=headers):
        if taken:
            check_same_origin()
        else:
            with pytest.raises(ForeignOrigin):
                check_same_origin()


def test_a_request_from_another_site_records_nothing(office):
    of = office.form()
    told = office.send(of, {"Sec-Fetch-Site": "cross-site"})
    assert told[0] is no_update
    assert "nem erről az oldalról" in text(told[1])
    office.send(of)
    with office.asking(Sec_Fetch_Site="cross-site"):
        entry = found(office.one.content("1", "hu"), "decisions-one-of").data
        told = office.one.submit(1, entry, "answer", None, "x", "a", "b")
    assert told[0] is no_update
    with office.log.reading() as connection:
        assert [item.entries for item in read_items(connection)] == [()]


def test_sending_twice_records_once(office):
    of = office.form()
    assert office.send(of)[0] == office.send(of)[0]
    told = office.send(of, text="Mást kérdezek.")
    assert "már rögzítésre került" in text(told[1])
    with office.asking():
        entry = found(office.one.content("1", "hu"), "decisions-one-of").data
    office.enter(entry)
    office.enter(entry)
    with office.asking():
        entry = found(office.one.content("1", "hu"), "decisions-one-of").data
    assert office.enter(entry, kind="outcome")[0] is not no_update
    assert office.enter(entry, kind="outcome")[0] is not no_update
    with office.log.reading() as connection:
        assert [entry.kind for entry in read_item(connection, 1).entries] == ["answer", "outcome"]


def test_an_entry_that_came_too_late_says_so(office):
    office.send(office.form())
    with office.asking():
        forms = [found(office.one.content("1", "hu"), "decisions-one-of").data for _ in range(3)]
    for kind, of in zip(("answer", "outcome", "comment"), forms, strict=True):
        told = office.enter(of, kind=kind)
    assert told[0] is no_update
    assert "időközben megváltozott" in text(told[1])


def test_what_was_written_is_shown_as_text(office):
    office.send(office.form(), text="<img src=x onerror=alert(1)> & 'idézet'")
    with office.asking():
        shown = office.one.content("1", "hu")
    written = found_class(shown, "written")
    assert written.children == "<img src=x onerror=alert(1)> & 'idézet'"


def found_class(shown: Any, name: str) -> Any:
    for part in shown:
        for inside in part._traverse():
            if getattr(inside, "className", None) == name:
                return inside
    raise AssertionError(name)


@pytest.mark.parametrize("number", ["99", "x", "-1", "1e3", "٣", "9" * 30, ""])
def test_an_item_that_is_not_there_says_so(office, number):
    with office.asking():
        assert "Nincs ilyen tétel" in text(office.one.content(number, "hu"))


def test_a_strange_figure_or_filter_says_so(office):
    with office.asking():
        assert "Nincs ilyen mutató" in text(office.new.content({"metric": "no_such"}, "hu"))
        assert "ismeretlen elem" in text(office.new.content({"metric": "backlog_count", "county": "X"}, "hu"))
        assert "decisions-new-metric" in text(office.new.content({}, "hu"))


def test_a_form_that_only_appears_records_nothing(office):
    with office.asking(), pytest.raises(PreventUpdate):
        office.new.submit(None, office.form(), *GOOD.values())


def test_the_matrix_is_read_at_the_end_of_the_period(own_office, duckdb_store):
    """The accountable actor of a past period stays its own when the matrix changes later."""
    with duckdb_store.writing() as session:
        rows = (responsibility.c.process_id == "incident_management") & (responsibility.c.raci == "A")
        session.connection.execute(update(responsibility).where(rows).values(valid_to=date(2025, 4, 1)))
        session.connection.execute(
            insert(responsibility).values(
                process_id="incident_management", service_id="*", actor_id="menedzsment", raci="A",
                valid_from=date(2025, 4, 1),
            )
        )  # fmt: skip
        tickets(session, [500], late=0)
    of = {name: own_office.form(**{"from": name, "to": name}) for name in ("2025-03", "2025-04")}
    for one in of.values():
        own_office.send(one)
    with own_office.log.reading() as connection:
        owners = [item.figure.accountable_id for item in read_items(connection)]
    assert owners == ["nisz", "menedzsment"]


def test_the_list_says_when_the_log_cannot_be_reached(filled_store):
    app = create_app(DashboardSettings(_env_file=None, app_url="sqlite:////proc/no/app.db"), filled_store)
    pages = [sys.modules[f"dashboard.pages.decisions{name}"] for name in ("", "_new", "_one")]
    with app.server.test_request_context("/"):
        said = [
            text(pages[0].shown({}, "hu")),
            text(pages[1].content({"metric": "backlog_count"}, "hu")),
            text(pages[2].content("1", "hu")),
        ]
    assert all("most nem érhető el" in one for one in said)
