"""The page of availability: what it says of outages, the rule and the month as it was computed."""

from datetime import datetime
from io import BytesIO

import pandas as pd
import pytest

from dashboard.answers import answers
from dashboard.components.computation import month_file, month_table, months
from dashboard.figures.outages import outage_lines
from dashboard.locale import _catalogue
from dashboard.look import Look
from dashboard.outage_words import RULE, SCOPES, WHY, counted_words, hours_table, outage_table
from data.outages import REASONS, hours_on, outages
from data.selection import Selection

pytestmark = pytest.mark.slow  # whole worlds are counted twice

VIEW = {"search": "", "language": "hu", "theme": "light", "address": "http://localhost/service/availability"}
ROW = {
    "service_id": "ADO", "operator_id": "operator_ado", "source": "desk", "ticket_id": "T1", "ticket_type": "incident",
    "status": "resolved", "outage_scope": "whole", "started_at": datetime(2025, 3, 3, 8),
    "ended_at": datetime(2025, 3, 3, 9), "basis": "told", "service_minutes": 60, "counted_minutes": 60, "why": "",
}  # fmt: skip


def rows_of(*rows):
    frame = pd.DataFrame([ROW | row for row in rows], columns=list(ROW))
    return frame.astype({"started_at": "datetime64[us]", "ended_at": "datetime64[us]"})


def test_every_reason_and_scope_has_its_words_in_hungarian():
    known = _catalogue("hu")

    assert set(WHY) == {"", *REASONS}
    for message in (*WHY.values(), *SCOPES.values(), *RULE):
        assert known.gettext(message) != message


@pytest.mark.parametrize(
    ("row", "until", "why"),
    [
        ({}, "2025. márc. 3. 10:00", "teljes egészében számít"),
        ({"ended_at": None, "basis": "lasting"}, "még tart", "teljes egészében számít"),
        ({"ended_at": None, "basis": "length"}, "nincs megadva (a hossza számít)", "teljes egészében számít"),
        ({"basis": "resolved"}, "2025. márc. 3. 10:00 (az incidens megoldása)", "teljes egészében számít"),
        ({"why": "overlap", "counted_minutes": 0}, "2025. márc. 3. 10:00", "korábbi kieséssel fedésben van"),
    ],
)
def test_an_outage_says_until_when_it_lasted_and_why_it_counts_or_not(in_pages, row, until, why):
    said = outage_table(rows_of(row), "hu").iloc[0].str.replace("\u00a0", " ")

    assert (said.iloc[3], said.iloc[7]) == (until, why)


def test_what_counts_is_said_in_one_sentence():
    rows = rows_of({}, {"why": "part", "counted_minutes": 0}, {"why": "part", "counted_minutes": 0})

    assert counted_words(rows, "en").replace("\u00a0", " ") == (
        "Outages listed: 3; counted: 1 h. Not counted, or not all of it: some users could reach the service (2)."
    )
    assert counted_words(rows_of({}), "en").replace("\u00a0", " ") == "Outages listed: 1; counted: 1 h."
    assert counted_words(rows_of(), "en") == "No outage is known in this period."


def test_what_counts_is_drawn_apart_from_what_does_not(in_pages):
    rows = rows_of(
        {}, {"service_id": "GAZD", "counted_minutes": 0, "why": "part"}, {"ended_at": None, "basis": "lasting"}
    )
    figure = outage_lines(rows, Look("en"), datetime(2025, 3, 4))

    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert [(trace.marker.symbol, len(trace.x)) for trace in marks] == [("circle-open", 1), ("diamond", 2)]
    assert "some users could reach the service" in marks[0].hovertext[0]
    assert marks[1].customdata[0] == "/ticket?source=desk&id=T1"
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert pd.Timestamp(lines[1].x[4]) == pd.Timestamp(2025, 3, 4, 1)  # one that lasts ends where the data do


def test_without_outages_the_figure_says_so():
    assert outage_lines(rows_of(), Look("en")).layout.annotations[0].text == "No outage is known in this period."


def test_hours_are_told_by_weekday(in_pages):
    with answers().store.reading() as connection:
        hours = hours_on(connection, datetime(2026, 10, 31).date())

    said = hours_table(hours, "hu")

    assert said.iloc[0, :2].tolist() == ["Hétfő", "07:30–17:00"]
    assert said.iloc[5, 0] == "Szombat (csak áthelyezett munkanapon)"


def test_the_months_offered_end_with_the_data_and_the_last_whole_one_is_shown(in_pages):
    options, shown = months(VIEW)

    assert options[0]["value"] == shown == "2026-10"
    assert len(options) == 36
    assert months(VIEW | {"search": "?from=2026-01&to=2026-03"})[1] == "2026-03"


def test_the_file_of_a_month_can_be_followed_by_hand(in_pages):
    content, name = month_file(VIEW, "2026-06")
    services, listed, days, about = (
        pd.read_excel(BytesIO(content), sheet_name=sheet, engine="calamine")
        for sheet in ("Szolgáltatásonként", "Kiesések", "Üzemnapok", "Leírás")
    )

    assert name == "rendelkezesre-allas-2026-06.xlsx"
    assert services["Vállalt perc"].eq(days["Vállalt perc"].sum()).all()
    counted = listed.groupby("Szakrendszer, komponens")["Beszámított perc"].sum()
    of_services = services.set_index("Szakrendszer, komponens")["Beszámított perc"]
    assert of_services[of_services > 0].to_dict() == counted[counted > 0].to_dict()
    assert counted.sum() > 0
    expected = 1 - services["Beszámított perc"] / services["Vállalt perc"]
    assert services["Rendelkezésre állás"].tolist() == pytest.approx(expected.tolist())
    with answers().store.reading() as connection:
        june = outages(connection, Selection.from_query({"from": "2026-06", "to": "2026-06"}))
    assert len(listed) == len(june)
    assert about.astype(str).apply(lambda column: column.str.contains("egyetlen felhasználói kör")).any(axis=None)


def test_the_table_of_a_month_follows_the_services_chosen(in_pages):
    shown = str(month_table(VIEW | {"search": "?service=ADO"}, "2026-06"))

    assert "ADÓ" in shown
    assert "GAZD" not in shown
