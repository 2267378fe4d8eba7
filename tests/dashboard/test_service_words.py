"""Sentences, tables and figures of single rows of service management."""

from datetime import date, datetime

import pandas as pd
import pytest

from dashboard import itil_sentences as sentences
from dashboard.components.itil_tables import exercises_table, incidents_table, readiness_table
from dashboard.figures.readiness import readiness, warning
from dashboard.figures.strip import strip
from dashboard.figures.timeline import timeline
from dashboard.look import Look
from dashboard.tabulate import LINKS
from data.exercises import COLUMNS as EXERCISE_COLUMNS
from data.major import COLUMNS as MAJOR_COLUMNS
from data.readiness import COLUMNS as LAW_COLUMNS
from data.readiness import STAGES

ON = date(2025, 6, 1)
SPACE = "\u00a0"


def plain(cut, member, language):
    return str(member)


def law(**fields):
    row = dict.fromkeys(LAW_COLUMNS) | dict.fromkeys(STAGES, date(2025, 3, 1))
    row |= {"source": "demands", "ticket_id": "L1", "service_id": "ADO", "effective_on": date(2025, 6, 13)}
    row |= {"is_ahead": True, "days_left": 12, "margin_days": None, "missing": (), "unrecorded": (), "is_late": False}
    return row | fields


def incident(**fields):
    row = dict.fromkeys(MAJOR_COLUMNS) | {"source": "desk", "ticket_id": "I1", "service_id": "ADO", "actor_id": "nisz"}
    row |= {"begins_at": pd.Timestamp("2025-03-03 08:00"), "ends_at": pd.Timestamp("2025-03-03 10:30")}
    return row | {"is_declared": True, "resolved_in_sla": True, "lost_hours": 12.5, "affected_users": 5} | fields


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, ""),
        ({"missing": ("trained_on",)}, f"még 12{SPACE}nap · hiányzik: oktatás"),
        (
            {"missing": ("built_on", "trained_on")},
            f"még 12{SPACE}nap · hiányzik: fejlesztés, oktatás",
        ),
        (
            {"is_ahead": False, "days_left": -3, "missing": ("implemented_on",), "is_late": True},
            f"elmaradt: éles üzembe helyezés · hatályban: 3{SPACE}nap",
        ),
        (
            {"is_ahead": False, "days_left": -9, "margin_days": -2.0, "is_late": True},
            f"késve került éles üzembe: 2{SPACE}nap",
        ),
    ],
)
def test_a_change_of_law_says_what_is_missing(fields, said):
    assert warning(law(**fields), "hu") == said


@pytest.mark.usefixtures("in_app")
class TestSentences:
    def test_readiness_names_the_nearest_that_is_not_ready(self):
        rows = pd.DataFrame(
            [law(), law(missing=("trained_on",), days_left=20), law(is_ahead=False, missing=("built_on",))]
        )

        said = sentences.readiness_sentence(rows, "hu")

        assert "Előttünk álló jogszabályváltozások: 2, ebből még nincs kész: 1." in said
        assert "hátralévő napok: 20; hiányzik: oktatás." in said
        assert "Hatályban van, de nincs éles üzemben: 1 (" in said

    def test_incidents_are_counted_by_kind_and_lateness(self):
        rows = pd.DataFrame(
            [
                incident(),
                incident(is_declared=False, resolved_in_sla=False),
                incident(resolved_in_sla=None, ends_at=pd.NaT),
            ]
        )

        said = sentences.incidents_sentence(rows, "hu")

        assert "Súlyos incidensek: 3, ebből súlyosnak nyilvánított: 2, késve megoldott vagy még nyitott: 2." in said
        assert "A legtöbb: ADÓ (3)." in said
        assert "Kiesett felhasználói munkaórák: 38." in said.replace(SPACE, " ")

    def test_applications_without_an_exercise_are_named(self):
        rows = pd.DataFrame([{"service_id": "ADO", "is_covered": True}, {"service_id": "IRAT", "is_covered": False}])

        said = sentences.exercises_sentence(rows, "hu")

        assert said.endswith("1 / 2. Nincs ilyen: IRAT.")

    @pytest.mark.parametrize(
        ("sentence", "said"),
        [
            (sentences.incidents_sentence, "There was no major incident in this period."),
            (sentences.problems_sentence, "No problem is open."),
            (sentences.readiness_sentence, "No change of law takes effect in this selection."),
            (sentences.findings_sentence, "No security finding is overdue."),
            (sentences.exercises_sentence, ""),
        ],
    )
    def test_nothing_is_said_so(self, sentence, said):
        assert sentence(pd.DataFrame(), "en") == said

    def test_tables_lead_to_their_tickets(self):
        laws = readiness_table(pd.DataFrame([law(built_on=None, unrecorded=("trained_on",))]), "hu")
        assert laws["Fejlesztés"].tolist() == ["még nincs"]
        assert laws["Oktatás"].tolist() == ["nincs adat"]
        assert laws.attrs[LINKS] == ["/ticket?source=demands&id=L1"]
        told = incidents_table(pd.DataFrame([incident(problem_id="P1", caused_by_change_id="C1")]), "hu")
        assert told["Kiváltó ok"].tolist() == ["változtatás: C1, probléma: P1"]
        never = dict.fromkeys(EXERCISE_COLUMNS) | {"service_id": "ADO", "held_on": None, "is_covered": False}
        rows = exercises_table(pd.DataFrame([never | {"held_count": 0, "planned_on": None}]), "hu")
        assert rows.attrs[LINKS] == [""]
        assert rows.iloc[0].tolist()[1:3] == ["még soha", "–"]


class TestFigures:
    def test_a_major_incident_is_drawn_from_begin_to_end_on_the_clock_of_budapest(self):
        rows = pd.DataFrame([incident(), incident(ticket_id="I2", is_declared=False, ends_at=pd.NaT)])

        figure = timeline(rows, Look(), datetime(2025, 3, 3, 20), label=plain)

        bars, critical, declared = figure.data
        assert [str(at) for at in bars.x[:2]] == ["2025-03-03 09:00:00", "2025-03-03 11:30:00"]
        assert str(bars.x[4]) == "2025-03-03 21:00:00"
        assert (critical.marker.symbol, declared.marker.symbol) == ("circle", "diamond")
        assert declared.customdata[0] == "/ticket?source=desk&id=I1"
        assert "még tart" in critical.hovertext[0]

    def test_stages_that_nothing_records_are_left_out_of_the_key(self):
        rows = pd.DataFrame([law(unrecorded=("trained_on",), trained_on=None)])

        figure = readiness(rows, Look(), ON, label=plain)

        key = next(one.text for one in figure.layout.annotations if "■" in one.text)
        assert "oktatás" not in key
        assert "fejlesztés" in key

    def test_frozen_days_are_framed_and_breaches_marked(self):
        changes = pd.DataFrame({"day": ["2025-02-27", "2025-03-02"], "numerator": [0, 1], "denominator": [2, 3]})
        breaches = pd.DataFrame({"day": ["2025-03-02"], "numerator": [2]})
        frozen = pd.DataFrame(
            [{"peak_id": "p", "name_hu": "zárás", "name_en": "c", "first": date(2025, 2, 26), "last": date(2025, 3, 3)}]
        )

        figure = strip(changes, breaches, frozen, Look())

        cells, marks = figure.data
        assert list(cells.y) == ["2025-02", "2025-03"]
        assert cells.z[0][26] == 2
        assert cells.z[0][28] is None  # February 2025 has no 29th
        assert cells.z[1][1] == 3
        assert "zárás" in cells.text[1][1]
        assert (list(marks.x), list(marks.y)) == ([2], ["2025-03"])
        assert [(one.x0, one.x1) for one in figure.layout.shapes] == [(25.5, 28.5), (0.5, 3.5)]

    def test_nothing_to_draw_is_said(self):
        for figure in (timeline(pd.DataFrame(), Look()), readiness(pd.DataFrame(), Look(), ON)):
            assert len(figure.data) == 0
            assert figure.layout.annotations[0].text
