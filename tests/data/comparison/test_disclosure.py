"""Small numbers of people: whoever asks, by whatever cut or door, learns of no fewer than the threshold."""

import itertools
import json
from contextlib import closing
from dataclasses import replace

import pandas as pd
import pytest
from sqlalchemy import text

from data.answer_rows import rows_of
from data.changes import change
from data.comparison.disclosure import least_people, pool, withhold
from data.comparison.units import compare
from data.metrics.catalogue import METRICS
from data.metrics.changes import changed_rows
from data.metrics.measure import counted, measure, source_rows
from data.schema import fact_ticket, fact_training, fact_usage
from data.selection import Selection
from data.settings import DataSettings
from data.signals import signal
from data.store import open_store
from data.ticket_rows_read import ticket_rows

pytestmark = pytest.mark.slow  # asks small numbers through every door

PASSED = METRICS["training_pass_rate"]
OF_EACH_FACT = [PASSED, METRICS["active_user_rate"], METRICS["satisfaction_rate"]]
LEAST = 5


# --- frames ---------------------------------------------------------------------------------------------------------


def frame(*people):
    return pd.DataFrame({"place": list("abcdefgh"[: len(people)]), "people": people, "value": [0.5] * len(people)})


@pytest.mark.parametrize(
    ("people", "hidden"),
    [
        ([4, 5, 6, 9], "ab"),  # one alone could be computed from the total, so the smallest other goes with it
        ([0, 5, 6, 9], ""),
        ([5, 6, 9], ""),
        ([2, 4, 7, 9], "ab"),  # two of six people together may be known as one sum
        ([1, 2, 7, 9], "abc"),  # two of three people together may not
        ([3], "a"),
        ([], ""),
    ],
)
def test_small_rows_are_withheld_with_so_many_others_that_the_total_does_not_tell_them(people, hidden):
    found = withhold(frame(*people), people="people", values=["value"], least=LEAST)

    assert "".join(found.loc[found["withheld"], "place"]) == hidden
    assert found.loc[found["withheld"], ["people", "value"]].isna().all().all()
    assert found.loc[~found["withheld"], ["people", "value"]].notna().all().all()


def test_without_known_totals_only_small_rows_are_withheld():
    found = withhold(frame(4, 5, 6), people="people", values=["value"], groups=())

    assert list(found["withheld"]) == [True, False, False]


def test_no_sum_of_rows_withheld_in_a_group_is_of_fewer_people():
    """Every small table of two groups, by group and in all, against sums added up one by one."""
    for counts in itertools.product((0, 1, 4, 9), repeat=4):
        rows = frame(*counts).assign(group=list("xxyy"))
        found = withhold(rows, people="people", values=["value"], groups=[["group"], []])
        for part in (rows["group"] == "x", rows["group"] == "y", rows["group"] != ""):
            hidden = found["withheld"] & part
            told = rows.loc[hidden, "people"]
            free = rows.loc[~found["withheld"] & part, "people"].sum()
            assert not hidden.any() or (len(told) > 1 and told.sum() >= LEAST) or free == 0, counts


def test_what_is_withheld_is_pooled_as_the_total_less_what_is_shown():
    shown = pd.DataFrame(
        {"county": ["A", "A", "A", "B", "C"], "n": pd.array([None, None, 20, 7, None], dtype="Int64"),
         "withheld": [True, True, False, False, True]}
    )  # fmt: skip
    totals = pd.DataFrame({"county": ["A", "B", "C"], "n": [26, 7, 3], "withheld": [False, False, True]})

    assert pool(shown, totals, "county", ["n"]).to_dict("records") == [{"county": "A", "n": 6, "members": 2}]


# --- figures: a county of one small village, and others --------------------------------------------------------------


@pytest.fixture
def villages(connection):
    """Five municipalities of one county and five of another, by KSH code."""
    query = "SELECT DISTINCT municipality_id, county FROM dim_municipality WHERE kind = 'municipality' ORDER BY 1"
    places = pd.read_sql(text(query), connection)
    chosen = [places.loc[places["county"] == county, "municipality_id"].head(5).tolist() for county in ("Zala", "Vas")]
    return [one for group in chosen for one in group]


@pytest.fixture
def trained(villages, add_rows):
    """People who sat the examination: small villages, large ones, three applications, six months."""
    people = itertools.count()
    rows = []
    for place, size in zip(villages, (3, 12, 9, 6, 30, 2, 7, 40, 11, 8), strict=True):
        for number in range(size):
            rows.append(
                {
                    "municipality_id": place,
                    "person_hash": f"hash of {next(people)}",
                    "service_id": ("ADO", "GAZD", "IRAT")[number % 3],
                    "course_id": ("ADO", "GAZD", "IRAT")[number % 3] + "-1",
                    "started_on": pd.Timestamp(2026, 1 + number % 6, 3).date(),
                    "completed_on": pd.Timestamp(2026, 1 + number % 6, 9).date(),
                    "attempted": True,
                    "result": "failed" if number % 4 == 0 else "passed",
                    "score": 61.0,
                    "satisfaction": 1 + number % 5,
                    "cost_huf": 20_000,
                }
            )
    add_rows(fact_training, *rows)
    return rows


@pytest.fixture
def heard(trained, add_rows):
    """The same people as users of the applications, and as callers who rated a ticket each."""
    places = pd.Series([row["municipality_id"] for row in trained])
    sizes = places.value_counts()
    add_rows(fact_usage, *(
        {"municipality_id": place, "period_on": pd.Timestamp(2026, month, 1).date(), "enabled_users": int(size),
         "active_users": 1, "transactions": 9}
        for place, size in sizes.items() for month in range(1, 7)
    ))  # fmt: skip
    add_rows(fact_ticket, *(
        {"municipality_id": row["municipality_id"], "opened_on": row["started_on"], "resolved_on": row["completed_on"],
         "satisfaction": row["satisfaction"]}
        for row in trained
    ))  # fmt: skip


CUTS = ("municipality", "county", "district", "service", "month", "quarter", "size_band", "role", "joining_type")
QUESTIONS = [(), *((one,) for one in CUTS), ("municipality", "month"), ("county", "service"), ("district", "quarter")]


def selections(villages):
    return [
        Selection(counties=("Zala",)),
        Selection(municipalities=tuple(villages[:2])),
        Selection(services=("ADO",), first=pd.Timestamp(2026, 2, 1).date(), last=pd.Timestamp(2026, 4, 30).date()),
    ]


@pytest.mark.usefixtures("trained")
def test_no_cut_of_any_selection_tells_of_fewer_people_than_the_threshold(connection, villages):
    for selection, by in itertools.product(selections(villages), QUESTIONS):
        shown, every = measure(connection, PASSED, selection, by), counted(connection, PASSED, selection, by)
        small = every["people"].between(1, LEAST - 1)
        assert shown.loc[small, "withheld"].all(), (selection, by)
        assert shown.loc[shown["withheld"], ["numerator", "denominator", "n", "value"]].isna().all().all()
        same = ~shown["withheld"]
        assert (shown.loc[same, "denominator"] == every.loc[same, "denominator"]).all()


@pytest.mark.usefixtures("trained")
def test_no_total_less_what_is_shown_tells_of_fewer_people(connection, villages):
    """Each figure that can be asked for as a total, less the parts of it that are told: nobody, or enough people."""
    wanted = itertools.product(
        [Selection(), Selection(counties=("Zala",))], [(), ("county",), ("quarter",)], ["municipality", "month"]
    )
    for selection, total, cut in wanted:
        by = [*total, cut]
        shown, every = measure(connection, PASSED, selection, by), counted(connection, PASSED, selection, by)
        whole = measure(connection, PASSED, selection, total)
        for row in whole[~whole["withheld"]].to_dict("records"):
            here = pd.Series(True, shown.index)
            for name in total:
                here &= shown[name] == row[name]
            hidden = every.loc[here & shown["withheld"]]
            assert hidden.empty or (len(hidden) > 1 and hidden["people"].sum() >= LEAST), (selection, by, row)


@pytest.mark.usefixtures("trained")
def test_a_county_less_its_other_municipalities_does_not_tell_of_the_small_one(connection, villages):
    places = measure(connection, PASSED, Selection(), ["municipality"]).set_index("municipality")
    inside = places.loc[villages[:5], "withheld"]

    assert inside[villages[0]]
    assert inside.sum() >= 2  # the county itself is told, so one alone would be too


# --- places within places -------------------------------------------------------------------------------------------


@pytest.fixture(params=["one county", "two counties"])
def nested(request, connection, add_rows):
    """Municipalities with trainees, column people. Of Zala: one of the county government; four of each of two towns of
    one district with offices of their own, and of two members of a joint office there and in another district; six of
    any other. Or of Zala and Vas: three of a town with an office of its own; one and seven of the county governments;
    six and five of any other."""
    query = """SELECT municipality_id, county, office_type, district, coalesce(office_id, municipality_id) AS office
               FROM dim_municipality WHERE county IN ('Zala', 'Vas')"""
    places = pd.read_sql(text(query), connection).sort_values("municipality_id", ignore_index=True)
    zala, is_own = places["county"] == "Zala", places["office_type"] == "own"
    if request.param == "two counties":
        size = zala.map({True: 6, False: 5}).mask(places["office_type"] == "none", zala.map({True: 1, False: 7}))
        size[places[is_own].drop_duplicates("county").index] = 3
    else:
        places, is_own = places[zala], is_own[zala]
        size = pd.Series(6, places.index).mask(places["office_type"] == "none", 1)
        for part in _pairs(places[is_own], places[places["office_type"].str.startswith("joint")]):
            size[part.index[:2]] = 4
    each = [place for place, count in zip(places["municipality_id"], size, strict=True) for _ in range(count)]
    add_rows(fact_training, *(
        {"municipality_id": place, "person_hash": f"hash of {number}", "started_on": pd.Timestamp(2026, 3, 3).date(),
         "attempted": True, "result": "passed"}
        for number, place in enumerate(each)
    ))  # fmt: skip
    return places.assign(people=size)


def _pairs(own, joint):
    """Towns of the district that has most with offices of their own; a joint office there; and one elsewhere."""
    here = own["district"].value_counts().index[0]
    offices = [joint[is_here]["office"].iloc[0] for is_here in (joint["district"] == here, joint["district"] != here)]
    return [own[own["district"] == here], *(joint[joint["office"] == office] for office in offices)]


def told(connection, by):
    found = measure(connection, PASSED, Selection(), [by])
    return set(found.loc[~found["withheld"], by])


@pytest.mark.parametrize("engine_name", ["duckdb"], indirect=True)
@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("county", ("district",)),
        ("county", ("office",)),
        ("district", ("office",)),
        ("county", ("district", "office")),  # a district that is the sum of its offices hides nothing
    ],
)
def test_a_place_less_all_that_is_told_of_places_in_it_tells_of_nobody(connection, nested, whole, parts):
    """What is left of it is nobody, or enough people of several municipalities."""
    known = {name: told(connection, name) for name in ("municipality", whole, *parts)}
    assert known[whole]
    for name in known[whole] & set(nested[whole].dropna()):
        inside = nested[nested[whole] == name]
        is_told = inside["municipality_id"].isin(known["municipality"])
        for part in parts:
            outside = set(nested.loc[nested[whole] != name, part].dropna())  # what lies in several is no part of one
            is_told |= inside[part].isin(known[part] - outside)
        rest = inside[~is_told]
        assert rest.empty or (len(rest) > 1 and rest["people"].sum() >= LEAST), (name, rest)


@pytest.mark.parametrize("engine_name", ["duckdb"], indirect=True)
def test_an_office_of_one_municipality_is_that_municipality(connection, nested):
    alone = nested[~nested["office"].duplicated(keep=False)]
    hidden = alone[~alone["municipality_id"].isin(told(connection, "municipality"))]

    assert len(hidden) >= 2
    assert not set(hidden["office"]) & told(connection, "office")


@pytest.mark.parametrize("engine_name", ["duckdb"], indirect=True)
def test_a_county_less_all_of_its_municipalities_but_one_tells_of_nobody(connection, nested):
    for one in nested.loc[nested["people"] < LEAST, "municipality_id"]:
        county = nested.loc[nested["municipality_id"] == one, "county"].iloc[0]
        others = (nested["county"] == county) & (nested["municipality_id"] != one)
        chosen = Selection(municipalities=tuple(nested.loc[others, "municipality_id"]))
        assert measure(connection, PASSED, chosen)["withheld"].all(), one


# --- other doors ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("trained")
def test_what_is_withheld_beside_others_is_withheld_when_asked_for_by_itself(connection, villages):
    places = measure(connection, PASSED, Selection(), ["municipality"])
    hidden = places.loc[places["withheld"], "municipality"]

    assert len(hidden) > 2
    for one in hidden[:3]:
        assert measure(connection, PASSED, Selection(municipalities=(one,)))["withheld"].all(), one
        others = tuple(name for name in villages if name != one)
        assert measure(connection, PASSED, Selection(municipalities=others))["withheld"].all(), one


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("metric", OF_EACH_FACT, ids=lambda metric: metric.id)
def test_other_doors_are_closed_as_well(connection, villages, metric):
    """Control charts, decompositions, counts of corrected rows and rows for JSON, of three people."""
    small = Selection(municipalities=(villages[0],))
    rows = rows_of(measure(connection, metric, small, ["month"]), ["month"])
    assert rows
    assert all(row["numerator"] is None and row["value"] is None and row["withheld"] for row in rows)
    if "month" in metric.cut_by:
        points = signal(connection, metric, small).chart.points
        assert points["value"].isna().all()
        assert points[["numerator", "denominator", "n"]].fillna(0).eq(0).all().all()
    earlier = replace(small, first=pd.Timestamp(2026, 1, 1).date(), last=pd.Timestamp(2026, 3, 31).date())
    later = replace(small, first=pd.Timestamp(2026, 4, 1).date(), last=pd.Timestamp(2026, 6, 30).date())
    assert change(connection, metric, earlier, later, "service").found.parts == {}
    if metric.main_fact is fact_training:
        assert changed_rows(connection, metric, small, 0) is None


@pytest.mark.usefixtures("trained")
def test_rows_behind_a_figure_are_those_of_places_with_enough_people_and_mark_nobody(connection, villages):
    for metric in (PASSED, METRICS["training_satisfaction_rate"], METRICS["certificate_cost_huf"]):
        rows = source_rows(connection, metric, Selection(), limit=1000)
        assert not {"person_hash", "score", "satisfaction"} & set(rows.columns)
        assert not {villages[0], villages[5]} & set(rows["municipality_id"])
    assert len(source_rows(connection, PASSED, Selection(), limit=1000)) > 50
    assert source_rows(connection, PASSED, Selection(municipalities=(villages[0],))).empty


@pytest.mark.usefixtures("heard")
def test_a_ticket_is_listed_without_what_its_caller_thought_of_it(connection, villages):
    rated = METRICS["satisfaction_rate"]
    found = ticket_rows(connection, rated, Selection(municipalities=tuple(villages)))

    assert found.met is None
    assert found.rows["is_met"].isna().all()
    assert len(found.rows) == found.total == 128  # also those rated badly: which they are is not told
    rows = source_rows(connection, rated, Selection(), limit=1000)
    assert "satisfaction" not in rows
    assert len(rows) > 50
    assert not {villages[0], villages[5]} & set(rows["municipality_id"])


@pytest.mark.usefixtures("trained")
def test_the_comparison_shows_small_places_as_one_point_of_their_county(connection, villages):
    found = compare(connection, "training_pass_rate", Selection())
    units = found.units
    shown = set(units.loc[~units["is_pooled"], "unit"])

    assert not {villages[0], villages[5]} & shown
    assert found.withheld == len(villages) - len(shown)
    assert units["denominator"].sum() == measure(connection, PASSED, Selection())["denominator"].iloc[0]
    assert (units.loc[units["is_pooled"], "denominator"] >= LEAST).all()


def test_the_threshold_is_one_setting_that_every_reader_gets(duckdb_template, monkeypatch):
    monkeypatch.setenv("ASP_LEAST_PEOPLE", "11")
    store = open_store(f"duckdb:///{duckdb_template}", DataSettings(_env_file=None))
    with closing(store), store.reading() as connection:
        assert least_people(connection) == 11


def test_json_says_that_a_cell_is_withheld():
    found = withhold(frame(3, 9, 9).assign(numerator=1, denominator=3, n=3), people="people",
                     values=["numerator", "denominator", "n", "value"], groups=())  # fmt: skip

    rows = json.loads(json.dumps(rows_of(found, ["place"])))

    assert rows[0] == {"place": "a", "numerator": None, "denominator": None, "n": None, "value": None, "withheld": True}
    assert rows[1] == {"place": "b", "numerator": 1, "denominator": 3, "n": 3, "value": 0.5}
