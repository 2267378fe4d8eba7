"""The sample sources: the same for the same arguments, honest about their defects, and alive in the planned way."""

import itertools
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.reference import register
from data.reference.calendar import working_calendar
from etl.clock import BusinessClock
from etl.config import load_sources
from etl.demo import generate
from etl.demo.budget import income_lines, ledger, plan_lines
from etl.demo.demands import demands
from etl.demo.desk_files import allot
from etl.demo.facts import APPLICATIONS, SERVICES
from etl.demo.folder import STAGING, ForeignFolder
from etl.demo.hours import ServiceHours, existing
from etl.demo.life import Desk
from etl.demo.operations import background, changes, problems
from etl.demo.outages import PART, UNKNOWN, WHOLE
from etl.demo.plan import BadDemoRequest, make_plan
from etl.demo.story import RELEASE_CHANGE, tell
from etl.demo.world import World, build_world
from etl.pipeline import run_job
from etl.settings import Settings
from etl.sources import batches, inputs

pytestmark = pytest.mark.slow

LAST = date(2026, 3, 31)
SMALL: dict[str, Any] = {"months": 4, "seed": 7, "tickets": 1_500, "municipalities": 60, "last": LAST}
JOBS = ("tickets", "contracts", "training", "budget", "usage")
FORMATS = {".gz", ".csv", ".tsv", ".xlsx", ".ods", ".jsonl", ".toml", ".json"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample")
    generate(out, **SMALL)
    return out


@pytest.fixture(scope="module")
def account(sample: Path) -> dict[str, Any]:
    return dict(json.loads((sample / "EXPECTED.json").read_bytes()))


@pytest.fixture(scope="module")
def country() -> World:
    return build_world(make_plan(1, 1, 1, LAST).rng("world"), None)


@pytest.fixture(scope="module")
def tickets(country: World) -> pd.DataFrame:
    """Two years of tickets of the whole country, with their whole lives, and the names of their services."""
    plan = make_plan(24, 3, 60_000, date(2026, 10, 31))
    story = tell(plan)
    hours = ServiceHours(plan.first, plan.last + timedelta(days=1_000))
    desk = Desk(story, country, background(problems(story), changes(story)), hours)
    counts = allot(story.expected_tickets(), plan.tickets, plan.rng("volumes"))
    starts = np.cumsum([0, *counts.sum(axis=1)])
    months = [desk.month(month, counts[at].tolist(), int(starts[at])) for at, month in enumerate(plan.months)]
    rows = pd.concat(months, ignore_index=True)
    return rows.assign(name=np.array(SERVICES)[rows["service"]], month=rows["opened_at"].dt.strftime("%Y-%m"))


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- files --------------------------------------------------------------------------------------------------------


def test_the_same_arguments_give_the_same_bytes(sample: Path, tmp_path: Path) -> None:
    files = generate(tmp_path / "again", **SMALL)

    assert _contents(tmp_path / "again") == _contents(sample)
    assert {path.relative_to(tmp_path / "again").as_posix() for path in files} == set(_contents(sample))


def test_another_seed_gives_other_tickets(sample: Path, tmp_path: Path) -> None:
    generate(tmp_path, **{**SMALL, "seed": 8})

    name = "tickets/uj/bejelentesek_2026-03.csv.gz"
    assert (tmp_path / name).read_bytes() != (sample / name).read_bytes()


def test_every_kind_of_file_is_among_the_samples(sample: Path) -> None:
    assert {Path(name).suffix for name in _contents(sample)} == FORMATS


def test_a_folder_of_an_earlier_run_is_written_anew_and_nothing_is_left_over(tmp_path: Path) -> None:
    generate(tmp_path, **SMALL)
    (tmp_path / STAGING / "tickets").mkdir(parents=True)
    (tmp_path / STAGING / "tickets" / "half.csv").write_text("of a run that was killed")

    files = generate(tmp_path, **{**SMALL, "months": 1})

    assert {tmp_path / name for name in _contents(tmp_path)} == set(files)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    generate(tmp_path, **SMALL)
    (tmp_path / "tickets" / "mine.csv").write_text("not yours")
    before = _contents(tmp_path)

    with pytest.raises(ForeignFolder, match=r"mine\.csv"):
        generate(tmp_path, **SMALL)

    assert _contents(tmp_path) == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"months": 0}, "--months"),
        ({"seed": -1}, "--seed"),
        ({"tickets": 0}, "--tickets"),
        ({"municipalities": 4_000}, "--municipalities"),
        ({"last": date(2026, 3, 30)}, "2026-03-31"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(tmp_path: Path, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(BadDemoRequest, match=said):
        generate(tmp_path / "new", **{**SMALL, **wrong})


# --- what the ETL finds in them -------------------------------------------------------------------------------------


def test_each_file_can_be_read_and_only_spoilt_rows_have_problems(
    sample: Path, account: dict[str, Any], etl_settings: Settings
) -> None:
    spoilt = {(row["source"], row["file"], row["line"]) for row in account["defects"]}
    for source in load_sources(sample / "sources.toml", etl_settings):
        read = torn = 0
        for one in inputs(source, sample):
            for batch in batches(one, source):
                lines = [*batch.lines[batch.problems["row"].to_numpy(dtype=int)], *(row.line for row in batch.torn)]
                file = one.name.split("[")[0]
                assert {(source.name, file, int(line)) for line in lines} <= spoilt
                read += len(batch.rows) + len(batch.torn)
                torn += len(batch.torn)
        expected = account["sources"][source.name]
        assert (source.name, read, torn) == (source.name, expected["rows"], expected["torn"])


def test_the_pipeline_loads_every_record_once_and_sets_every_spoilt_row_aside(
    sample: Path, account: dict[str, Any], etl_settings: Settings, duckdb_store: Any
) -> None:
    sources = load_sources(sample / "sources.toml", etl_settings)
    reports = [run_job(duckdb_store, job, sources, sample) for job in JOBS]

    found = pd.DataFrame([report.as_json() for run in reports for report in run.inputs])
    expected = pd.DataFrame(account["sources"]).T.assign(superseded=lambda puts: puts["again"] + puts["duplicate"])
    # A ticket that both systems delivered counts as new where its last state came from.
    found, expected = (
        found.groupby(found["source"].str.removesuffix("-regi")).sum(numeric_only=True),
        expected.groupby(expected.index.str.removesuffix("-regi")).sum(),
    )
    pairs = {"read": "rows", "quarantined": "defective", "duplicate": "superseded", "new": "keys"}
    for counted, put in pairs.items():
        assert found[counted].to_dict() == expected[put].to_dict()


def test_no_ticket_is_lost_but_by_a_defect(account: dict[str, Any]) -> None:
    desk = [account["sources"][name] for name in ("ugyfelszolgalat-regi", "ugyfelszolgalat")]

    assert sum(put["keys"] + put["defective"] for put in desk) == SMALL["tickets"]


def test_every_source_of_the_description_has_files_and_an_account(
    sample: Path, account: dict[str, Any], etl_settings: Settings
) -> None:
    sources = load_sources(sample / "sources.toml", etl_settings)

    assert {source.name for source in sources if list(inputs(source, sample))} == set(account["sources"])


# --- the country ----------------------------------------------------------------------------------------------------


def test_municipalities_joined_as_published(country: World) -> None:
    members = country.members

    assert members["wave"].value_counts().to_dict() == {1: 1_673, 2: 1_292, 3: 210}
    assert (members["joining"] == "interface").sum() == 39
    assert members.loc[members["joining"] == "interface", "wave"].eq(3).all()
    assert members.loc[members["kind"] == "district_of_capital", "wave"].eq(3).all()
    assert len(members) == 3_177 + 19
    assert country.users == pytest.approx(30_000)


def test_a_joint_office_joins_as_a_whole(country: World) -> None:
    joint = country.members[country.members["office_type"].str.startswith("joint")]

    assert joint.groupby("office_id")["wave"].nunique().eq(1).all()


@pytest.mark.parametrize("wanted", [1, 20, 300])
def test_a_part_of_the_country_is_as_large_as_asked_for_and_keeps_offices_whole(wanted: int) -> None:
    part = build_world(make_plan(1, 5, 1, LAST).rng("world"), wanted).members
    whole = register.municipalities()

    assert len(part) == wanted
    assert set(whole.loc[whole["office_id"].isin(part["office_id"]), "municipality_id"]) == set(part["municipality_id"])


# --- the life in it -------------------------------------------------------------------------------------------------


def test_both_clocks_agree_on_service_hours() -> None:
    rng = np.random.default_rng(1)
    local = np.datetime64("2025-01-02T00:00") + rng.integers(0, 500 * 1440, 4_000).astype("timedelta64[m]")
    local = local[(local < np.datetime64("2025-03-29")) | (local > np.datetime64("2025-03-31"))]
    minutes = rng.integers(1, 6_000, len(local))
    found = ServiceHours(date(2025, 1, 1), date(2027, 12, 31)).after(local, minutes)

    clock = BusinessClock.of(working_calendar(date(2025, 1, 1), date(2027, 12, 31)), register.service_hours())
    start, end = (_utc(times) for times in (local, found))
    assert clock.minutes_between(start, end).tolist() == minutes.tolist()


def _utc(local: np.ndarray) -> pd.Series:
    times = pd.Series(local.astype("datetime64[us]")).dt.tz_localize("Europe/Budapest", ambiguous=True)
    return times.dt.tz_convert("UTC").dt.tz_localize(None)


def test_no_local_time_falls_into_the_hour_that_summer_time_leaves_out() -> None:
    times = pd.Series(pd.to_datetime(["2026-03-29 02:30", "2026-03-29 03:00", "2026-03-22 02:30", None]))

    assert existing(times).dt.strftime("%d %H:%M").fillna("").tolist() == ["29 03:00", "29 03:00", "22 02:30", ""]


def test_tickets_happen_in_order(tickets: pd.DataFrame) -> None:
    steps = ["opened_at", "first_response_at", "escalated_at", "acknowledged_at", "resolved_at", "closed_at"]
    for earlier, later in itertools.pairwise(steps):
        both = tickets[[earlier, later]].dropna()
        assert (both[later] >= both[earlier]).all(), (earlier, later)


def test_tax_deadlines_double_the_intake_of_local_tax(tickets: pd.DataFrame) -> None:
    months = tickets[tickets["name"] == "ADO"].groupby("month").size()
    usual = months.drop([month for month in months.index if month[-2:] in ("01", "02", "03", "08", "09")]).mean()

    for peak in ("2025-03", "2025-09", "2026-03", "2026-09"):
        assert 1.6 < months[peak] / usual < 2.8


def test_the_bad_release_trebles_the_incidents_and_names_its_change(tickets: pd.DataFrame) -> None:
    irat = tickets[tickets["name"] == "IRAT"].groupby("month").size()
    caused = tickets[tickets["change"] == RELEASE_CHANGE]

    assert 2.4 < irat["2026-06"] / irat.drop("2026-06").mean() < 3.8
    assert set(caused["month"]) == {"2026-06"}
    assert set(caused["name"]) == {"IRAT"}
    assert caused["major"].sum() >= 1


def test_outages_of_every_kind_are_told(tickets: pd.DataFrame) -> None:
    told = tickets[tickets["outage_started_at"].notna()]
    whole = told[told["outage_scope"] == WHOLE]
    length_alone = tickets[(tickets["outage_minutes"] > 0)]
    calendar = working_calendar(date(2024, 11, 1), date(2026, 11, 30)).set_index("date")["kind"]
    days = whole["outage_started_at"].dt.date

    assert (told["outage_ended_at"] >= told["outage_started_at"]).all()
    assert (told["outage_ended_at"] <= told["resolved_at"].fillna(told["outage_ended_at"])).all()
    assert set(length_alone["outage_scope"]) == {UNKNOWN}
    assert {"PORTAL", "KERET", "ADO"} <= set(whole["name"])
    assert (told["outage_scope"] == PART).sum() > 5
    assert 30 < len(whole) < 120
    assert (whole["outage_started_at"].dt.hour < 7).any()  # outside service hours
    over = whole[whole["outage_ended_at"].dt.date > days]
    assert (calendar.loc[over["outage_ended_at"].dt.date] == "swapped_working_day").any()
    assert (over["outage_ended_at"].dt.date - over["outage_started_at"].dt.date > timedelta(days=2)).any()
    pairs = whole.merge(whole, on="service", suffixes=("", "_other"))
    overlap = (pairs["outage_started_at"] < pairs["outage_started_at_other"]) & (
        pairs["outage_started_at_other"] < pairs["outage_ended_at"]
    )
    assert overlap.sum() > 5


def test_an_outage_of_a_component_lasts_when_the_sample_ends(tickets: pd.DataFrame) -> None:
    lasting = tickets[(tickets["outage_scope"] == WHOLE) & (tickets["outage_ended_at"] > pd.Timestamp(2026, 11, 1))]

    assert len(lasting) == 1
    assert lasting["name"].str.startswith("C").all()


def test_most_changes_wait_until_a_frozen_period_is_over() -> None:
    story = tell(make_plan(24, 3, 1, date(2026, 10, 31)))
    made = changes(story)
    production = made["resolved_at"].dt
    at = production.month * 100 + production.day
    frozen = pd.Series(False, index=made.index)
    for window in register.peak_periods().query("is_frozen == 1").itertuples():
        first, last = window.first_month * 100 + window.first_day, window.last_month * 100 + window.last_day
        frozen |= at.between(first, last) if first <= last else (at >= first) | (at <= last)
    ordinary = made[frozen & ~made["emergency"]]

    assert 10 < len(ordinary) < 60
    assert (made["emergency"] & frozen).sum() > 2
    assert (made["approved_on"] <= made["resolved_at"])[made["approved_on"].notna()].all()


def test_laws_have_their_stages_and_the_next_one_is_behind_with_them(country: World) -> None:
    plan = make_plan(24, 3, 1, date(2026, 10, 31))
    laws = demands(tell(plan), country).query("origin == 'law'")
    coming = laws[laws["effective_on"] > pd.Timestamp(plan.last)].sort_values("effective_on")
    over = laws[laws["effective_on"] <= pd.Timestamp(plan.last)]

    assert len(coming) >= 3
    assert coming.iloc[0][["built_on", "trained_on", "implemented_on"]].isna().all()
    assert (over["built_on"] <= over["implemented_on"])[over["built_on"].notna()].all()
    assert (over["trained_on"] <= over["effective_on"]).mean() == pytest.approx(0.8, abs=0.12)


def test_one_operator_gets_worse_and_the_others_hold(tickets: pd.DataFrame) -> None:
    target = tickets["priority"].map({1: 240, 2: 480, 3: 1_200, 4: 2_400})
    clock = BusinessClock.of(working_calendar(date(2024, 1, 1), date(2028, 12, 31)), register.service_hours())
    start, end = _utc(tickets["opened_at"].to_numpy()), _utc(tickets["resolved_at"].to_numpy())
    business = clock.minutes_between(start, end).astype("Float64")
    minutes = (
        business.where(tickets["priority"] > 2, (end - start).dt.total_seconds() / 60) - tickets["waiting_minutes"]
    )
    in_time = (minutes <= target)[tickets["resolved_at"].notna()].astype(float)
    kept = tickets.loc[in_time.index]

    assert in_time.mean() == pytest.approx(0.92, abs=0.01)
    drifting, early = kept["name"] == "INGKAT", kept["month"] < "2025-11"
    assert in_time[drifting & early].mean() == pytest.approx(0.93, abs=0.02)
    assert in_time[drifting & (kept["month"] >= "2026-08")].mean() < 0.86
    for name in set(APPLICATIONS) - {"INGKAT"}:
        assert in_time[(kept["name"] == name) & (kept["month"] >= "2026-08")].mean() > 0.88, name


def test_the_desk_works_as_usual(tickets: pd.DataFrame) -> None:
    first_contact = (tickets["level"] == 1) & (tickets["reassignments"] == 0) & (tickets["reopens"] == 0)
    rated = tickets["satisfaction"] > 0

    assert first_contact.mean() == pytest.approx(0.71, abs=0.02)
    assert (tickets["level"] == 2).mean() == pytest.approx(0.26, abs=0.03)
    assert (tickets["reopens"] > 0).mean() == pytest.approx(0.04, abs=0.005)
    assert rated.mean() == pytest.approx(0.18, abs=0.01)
    assert tickets.loc[rated, "satisfaction"].ge(4).mean() == pytest.approx(0.83, abs=0.02)
    assert tickets["opened_at"].dt.hour.between(7, 17).mean() > 0.9


def test_interface_municipalities_report_on_local_tax_only(tickets: pd.DataFrame, country: World) -> None:
    interface = country.members.index[country.members["joining"] == "interface"]

    assert set(tickets.loc[tickets["municipality"].isin(interface), "name"]) == {"ADO"}


def test_ledger_lines_are_increments_that_add_up_to_a_plausible_year() -> None:
    plan = make_plan(14, 1, 1, LAST)
    spending, income = (ledger(plan, lines(), "test") for lines in (plan_lines, income_lines))

    assert spending.loc[spending["month"].dt.month > 1, "original"].eq(0).all()
    assert spending["month"].min() == pd.Timestamp("2025-01-01")
    year = spending[spending["month"].dt.year == 2025]
    assert 8e9 < year["spent"].sum() < 12e9
    assert year["spent"].sum() < year["appropriated"].sum()
    assert income.loc[income["month"].dt.year == 2025, "spent"].sum() == pytest.approx(year["spent"].sum(), rel=0.1)
