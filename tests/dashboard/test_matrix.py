"""The responsibility page: letters of the day, the figures behind a cell, exports, and escaped HTML."""

import re
import shutil
from datetime import date

import pytest
from dash import dcc, html
from sqlalchemy import insert, update

from dashboard.answers import Answers, answers
from dashboard.callbacks.matrix import choose_day, open_cell, show_letters, show_signals
from dashboard.components.as_html import as_html
from dashboard.components.matrix_model import duties, metrics_of, view_of
from dashboard.components.matrix_parts import matrix_sheet
from dashboard.components.matrix_table import matrix_list, matrix_table
from dashboard.components.scorecard_blocks import _owner as scorecard_owner
from dashboard.components.statement import accountable_of
from dashboard.components.who_answers import accountable_name
from dashboard.record.figure import measured
from data.schema import responsibility
from data.selection import Selection
from data.store import open_store

pytestmark = pytest.mark.slow  # whole worlds are counted twice

VIEW = {"search": "", "language": "hu", "theme": "light", "narrow": False, "address": "http://x/responsibility"}


@pytest.mark.usefixtures("in_app")
def test_every_process_is_a_row_and_every_service_a_column():
    view = view_of(VIEW, with_signals=False)
    table = as_html(matrix_table(view))

    assert table.count('scope="row"') == len(view.processes) == 29
    assert table.count('class="matrix-cell') == 29 * (1 + 7 + 1 + 13)
    assert table.count('scope="col"') == 2 + 7 + 1 + 13
    assert as_html(matrix_list(view)).count("<details") == 29


@pytest.mark.usefixtures("in_app")
def test_the_filtered_actors_letters_are_shown_and_cells_without_them_dimmed():
    view = view_of(VIEW | {"search": "?actor=operator_ado"}, with_signals=False)
    table = as_html(matrix_table(view))
    held = [view.cell(process, "ADO").letters.get("operator_ado", "") for process in view.processes]

    assert any(held)
    assert table.count(" dim") == 29 * 22 - sum(bool(one) for one in held)


@pytest.mark.usefixtures("in_app")
def test_duties_are_those_of_a_naive_count():
    view = view_of(VIEW, with_signals=False)
    services = [*view.applications, *view.components]
    for one in duties(view):
        for letter, count in one.cells.items():
            naive = sum(
                letter in view.cell(process, service).letters.get(one.actor, "")
                for process in view.processes
                for service in services
            )
            assert count == naive


@pytest.mark.usefixtures("in_app")
def test_signals_come_after_the_letters_and_the_panel_names_the_figures():
    shown = show_letters(VIEW)
    assert shown[-1]["on"] == "2025-04-30"
    assert "beolvasása folyamatban" in str(shown[0])

    later = show_signals(shown[-1], VIEW)
    assert "beolvasása folyamatban" not in str(later[0])
    is_open, title, inside = open_cell({"process": "incident_management", "service": "ADO"}, VIEW)
    assert (is_open, title) == (True, "Incidenskezelés · ADÓ")
    assert str(inside).count("/kpi/") == len(metrics_of("incident_management", "ADO"))
    assert "service=ADO" in str(inside)


@pytest.mark.usefixtures("in_app")
def test_the_day_is_kept_in_the_address_and_a_wrong_one_is_said():
    assert choose_day("2025-02-01", "?county=Zala", {"on": "2025-04-30"}) == "?county=Zala&on=2025-02-01"
    assert choose_day(None, "?on=2025-02-01", {"on": "2025-02-01"}) == ""
    assert "state" in str(show_letters(VIEW | {"search": "?on=tomorrow"})[0])


@pytest.mark.usefixtures("in_app")
def test_the_export_holds_every_letter_of_the_day():
    view = view_of(VIEW | {"language": "en"}, with_signals=False)
    rows = matrix_sheet(view, "http://x/").rows

    assert rows.shape == (29, 1 + 1 + 7 + 13)
    first = rows[rows["Process"] == view.process_name("incident_management")].iloc[0]
    letters = view.cell("incident_management", "C01_VIRT").letters
    said = first[view.service_name("C01_VIRT")]
    assert len(re.findall(r"; ", said)) == len(letters) - 1
    assert all(f"{','.join(own)} {view.actor_name(actor)}" in said for actor, own in letters.items())


def test_earlier_figures_keep_their_owner_on_pages(app, filled_store, tmp_path, settings):
    """From March on another actor answers for incidents; a figure of January is still the first one's."""
    changed = date(2025, 3, 1)
    folder = tmp_path / "reporting"
    shutil.copytree(filled_store.folder, folder)
    store = open_store(f"duckdb:///{folder}", settings)
    old = (responsibility.c.process_id == "incident_management") & (responsibility.c.raci == "A")
    with store.writing() as session:
        session.connection.execute(update(responsibility).where(old).values(valid_to=changed))
        new = {"process_id": "incident_management", "service_id": "*", "actor_id": "felugyelet", "raci": "A"}
        session.connection.execute(insert(responsibility).values(**new, valid_from=changed, basis="test"))
    kept = app.server.extensions["asp_answers"]
    with app.server.test_request_context("/"):
        app.server.extensions["asp_answers"] = Answers(store)
        try:
            january = Selection(date(2025, 1, 1), date(2025, 1, 31))
            april = Selection(date(2025, 4, 1), date(2025, 4, 30))
            owners = [accountable_of("sla_resolution_rate", one, "en") for one in (january, april)]
            days = [
                view_of(VIEW | {"search": f"?on={day}"}, with_signals=False).cell("incident_management", "C01_VIRT")
                for day in ("2025-02-28", "2025-03-01")
            ]
            assert answers().accountable("sla_resolution_rate", None, april.last)["actor_id"] == "felugyelet"
        finally:
            app.server.extensions["asp_answers"] = kept
            store.close()

    assert owners == ["NISZ", "Supervision"]
    assert [one.accountable for one in days] == [("nisz",), ("felugyelet",)]


def test_who_will_answer_later_answers_for_nothing_yet(app, filled_store, tmp_path, settings):
    """The matrix names another actor from a day after the last data on: everywhere the present one is named."""
    changed = date(2030, 1, 1)
    folder = tmp_path / "reporting"
    shutil.copytree(filled_store.folder, folder)
    store = open_store(f"duckdb:///{folder}", settings)
    old = (responsibility.c.process_id == "incident_management") & (responsibility.c.raci == "A")
    with store.writing() as session:
        session.connection.execute(update(responsibility).where(old).values(valid_to=changed))
        new = {"process_id": "incident_management", "service_id": "*", "actor_id": "felugyelet", "raci": "A"}
        session.connection.execute(insert(responsibility).values(**new, valid_from=changed, basis="test"))
    kept = app.server.extensions["asp_answers"]
    with app.server.test_request_context("/"):
        app.server.extensions["asp_answers"] = Answers(store)
        try:
            for asked in (Selection(), Selection(last=date(2031, 12, 31))):
                answer = answers().answer("sla_resolution_rate", asked)
                named = {
                    accountable_of("sla_resolution_rate", asked, "en"),
                    accountable_name(answer, "en"),
                    scorecard_owner("sla_resolution_rate", asked, "en"),
                }
                assert named == {"NISZ"}
                assert measured("sla_resolution_rate", asked).accountable_id == "nisz"
                assert answers().signals(asked, ["sla_resolution_rate"])[0].actor_id == "nisz"
        finally:
            app.server.extensions["asp_answers"] = kept
            store.close()


def test_html_text_is_escaped_and_knows_attributes():
    label = {"aria-label": 'a "b"'}
    shown = html.Button(["<b>", html.Span("x", className="c", **label)], tabIndex=-1, hidden=True, disabled=False)

    assert as_html(shown) == (
        '<button hidden tabindex="-1">&lt;b&gt;<span class="c" aria-label="a &quot;b&quot;">x</span></button>'
    )
    with pytest.raises(TypeError, match="no element"):
        as_html(dcc.Store(id="x"))
