"""The reviewed lists add up, refer to each other, and names find their municipality or none."""

from datetime import date

import pandas as pd
import pytest

from data.errors import AspError
from data.reference import compile as compiling
from data.reference import register
from data.reference.calendar import swaps_known, working_calendar
from data.reference.gazetteer import read_gazetteer
from data.reference.matcher import MunicipalityMatcher
from data.reference.names import fold_accents, normalise_name


@pytest.fixture(scope="module")
def municipalities():
    return register.municipalities()


@pytest.fixture(scope="module")
def matcher(municipalities):
    return MunicipalityMatcher(municipalities)


@pytest.fixture(scope="module")
def settlements(municipalities):
    return municipalities[municipalities["kind"] == "municipality"].set_index("name")["municipality_id"].to_dict()


# --- municipalities ---------------------------------------------------------------------------------------------


def test_the_register_holds_every_local_government_once(municipalities):
    kinds = municipalities["kind"].value_counts().to_dict()

    assert kinds == {"municipality": 3154, "district_of_capital": 23, "county": 19, "capital": 1}
    assert municipalities["municipality_id"].is_unique
    assert municipalities["municipality_id"].str.fullmatch(r"\d{5}|M\d\d").all()


def test_sums_over_the_register_are_those_of_the_gazetteer(municipalities):
    assert municipalities["population"].sum() == 9_584_627
    assert municipalities["area_ha"].sum() == 9_302_400
    assert municipalities["district_code"].nunique() == 197
    assert municipalities["county"].nunique() == 20


def test_every_joint_office_has_its_seat_in_the_same_county(municipalities):
    seats = municipalities.set_index("municipality_id")
    members = municipalities[municipalities["office_type"] == "joint_member"]

    assert len(members) == 1913
    assert set(members["office_id"]) == set(seats.index[seats["office_type"] == "joint_seat"])
    assert (members["office_id"].map(seats["county"]) == members["county"]).all()


def test_every_point_is_in_hungary(municipalities):
    assert municipalities["lon"].between(16.1, 22.9).all()
    assert municipalities["lat"].between(45.7, 48.6).all()


@pytest.mark.parametrize(
    ("population", "band"),
    [
        (0, "under_500"),
        (499, "under_500"),
        (500, "500_1999"),
        (2000, "2000_4999"),
        (9999, "5000_9999"),
        (10000, "10000_49999"),
        (50000, "over_50000"),
        (None, "unknown"),
        (pd.NA, "unknown"),
    ],
)
def test_a_size_band_includes_its_lower_bound(population, band):
    assert register.size_band(population) == band


# --- the other lists --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "keys", "rows"),
    [
        (register.actors, ["actor_id"], 12),
        (register.services, ["service_id"], 22),
        (register.processes, ["process_id"], 29),
        (register.responsibilities, ["process_id", "service_id", "actor_id", "raci", "valid_from"], 764),
        (register.accounts, ["account_id"], 233),
        (register.functions, ["function_id"], 554),
        (register.sla_targets, ["ticket_type", "priority", "service_id", "valid_from"], 20),
        (register.service_hours, ["weekday", "valid_from"], 7),
        (register.asp_facts, ["fact", "as_of", "value"], 36),
    ],
)
def test_every_list_is_complete_and_its_keys_are_unique(table, keys, rows):
    frame = table()

    assert len(frame) == rows
    assert frame[keys].notna().all().all()
    assert not frame.duplicated(keys).any()


def test_lists_refer_to_each_other():
    actors, services = set(register.actors()["actor_id"]), register.services()
    matrix = register.responsibilities()

    assert set(services["actor_id"]) <= actors
    assert set(matrix["actor_id"]) <= actors
    assert set(matrix["service_id"]) <= {*services["service_id"], "*"}
    assert set(matrix["process_id"]) == set(register.processes()["process_id"])


def test_the_service_not_applicable_is_not_read_as_missing():
    assert "NA" in set(register.services()["service_id"])


def test_every_process_has_exactly_one_accountable_actor():
    matrix = register.responsibilities()
    accountable = matrix[matrix["raci"] == "A"].groupby(["process_id", "service_id"]).size()

    assert (accountable == 1).all()
    assert set(matrix.groupby(["process_id", "service_id"]).groups) == set(accountable.index)
    assert {process for process, service in accountable.index if service == "*"} == set(matrix["process_id"])


@pytest.mark.parametrize(
    ("process", "service", "actor"),
    [
        ("incident_management", "ADO", "operator_ado"),
        ("incident_management", "PORTAL", "operator_keret"),
        ("incident_management", "C06_BOUNDARY", "nisz"),
        ("incident_management", "*", "nisz"),
        ("service_desk", "GAZD", "nisz"),
        ("demand_management", "IRAT", "menedzsment"),
        ("strategy_management", "ADO", "felugyelet"),
        ("no_such_process", "ADO", None),
    ],
)
def test_accountability_is_the_services_own_before_the_general(process, service, actor):
    assert register.accountable(process, service, date(2025, 1, 1)) == actor


def test_nobody_is_accountable_before_the_matrix_was_valid():
    assert register.accountable("incident_management", "ADO", date(2016, 12, 31)) is None


def test_accounts_form_a_tree_with_six_of_which_lines():
    accounts = register.accounts().set_index("account_id")
    shallow = accounts[accounts["level"] <= 2]

    assert set(accounts["parent_id"].dropna()) <= set(accounts.index)
    assert list(accounts.index[accounts["is_of_which"] == 1]) == [f"B34.{number}" for number in range(1, 7)]
    assert accounts.loc[["K1101", "K501", "B34.1"], "parent_id"].tolist() == ["K11", "K5", "B34"]
    assert accounts.loc[["K1", "K11", "K1101"], "level"].tolist() == [1, 2, 3]
    assert shallow["name_en"].notna().all()
    assert len(accounts[accounts["level"] == 1]) == 17


def test_functions_form_a_tree_with_padded_leaves():
    functions = register.functions()

    assert set(functions["parent_id"].dropna()) <= set(functions["function_id"])
    assert {"011130", "013350"} <= set(functions["function_id"])
    assert functions["function_id"].str.len().isin([1, 2, 3, 4, 6]).all()


def test_targets_tighten_with_priority():
    targets = register.sla_targets()

    assert (
        targets.groupby("ticket_type")["resolution_minutes"]
        .apply(lambda minutes: minutes.is_monotonic_increasing)
        .all()
    )
    assert targets.set_index(["ticket_type", "priority"]).loc[("*", "P1"), "resolution_minutes"] == 240
    assert (targets["response_minutes"] <= targets["resolution_minutes"]).all()


# --- calendar ---------------------------------------------------------------------------------------------------

WORKED_SATURDAYS = {
    2010: 1, 2011: 2, 2012: 6, 2013: 3, 2014: 3, 2015: 3, 2016: 2, 2017: 0, 2018: 6,
    2019: 3, 2020: 2, 2021: 1, 2022: 2, 2023: 0, 2024: 3, 2025: 3, 2026: 2,
}  # fmt: skip


def test_worked_saturdays_are_those_decreed_and_each_pays_for_a_day_off():
    days = working_calendar(date(2010, 1, 1), date(2026, 12, 31))
    year = days["date"].map(lambda day: day.year)
    worked = (days["kind"] == "swapped_working_day").groupby(year).sum().to_dict()

    assert worked == WORKED_SATURDAYS
    assert (days["kind"] == "swapped_day_off").groupby(year).sum().to_dict() == WORKED_SATURDAYS
    assert days.loc[days["kind"] == "swapped_working_day", "date"].map(lambda day: day.isoweekday()).eq(6).all()


@pytest.mark.parametrize(
    ("day", "works", "kind"),
    [
        (date(2024, 8, 3), True, "swapped_working_day"),
        (date(2024, 8, 19), False, "swapped_day_off"),
        (date(2024, 8, 20), False, "public_holiday"),
        (date(2024, 8, 21), True, "working_day"),
        (date(2024, 8, 24), False, "weekend"),
    ],
)
def test_a_day_is_of_one_kind(day, works, kind):
    row = working_calendar(day, day).iloc[0]

    assert (bool(row["is_working_day"]), row["kind"]) == (works, kind)


def test_an_empty_period_has_no_days():
    assert working_calendar(date(2025, 1, 2), date(2025, 1, 1)).empty


@pytest.mark.parametrize(("year", "known"), [(2009, False), (2010, True), (2026, True), (2027, False)])
def test_it_is_said_for_which_years_moved_days_are_known(year, known):
    assert swaps_known(date(year, 6, 1)) is known


# --- names ------------------------------------------------------------------------------------------------------


def test_every_name_of_the_register_finds_itself(matcher, municipalities):
    found = matcher.match_series(municipalities["name"])

    assert (found["municipality_id"] == municipalities["municipality_id"]).all()


FORMS = [
    "{} Község Önkormányzata",
    "{} NAGYKÖZSÉG ÖNKORMÁNYZATA",
    "{} Városi Önkormányzat",
    "{}i Közös Önkormányzati Hivatal",
    "{} Megyei Jogú Város Polgármesteri Hivatala",
    "Községi Önkormányzat {}",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("spoilt", [lambda text: text, fold_accents, str.upper, lambda text: text.replace("ő", "õ")])
def test_no_way_of_writing_a_name_finds_another_municipality(matcher, settlements, form, spoilt):
    names = pd.Series([spoilt(form.format(name)) for name in settlements])
    found = matcher.match_series(names)
    right = pd.Series(list(settlements.values()))

    assert (found["municipality_id"].isna() | (found["municipality_id"] == right)).all()
    assert found["municipality_id"].notna().sum() >= len(settlements) - 12


@pytest.mark.parametrize("vowel", ["ó", "ö", "ő", "õ", "ô", "o"])
def test_half_of_the_accents_never_find_another_municipality(matcher, settlements, vowel):
    names = pd.Series([name.replace("ő", vowel).replace("ö", vowel).replace("ó", vowel) for name in settlements])
    found = matcher.match_series(names)["municipality_id"]

    # a spoilt name that is another municipality's own name cannot be told from it
    assert (found.isna() | (found == pd.Series(list(settlements.values()))) | names.isin(list(settlements))).all()


@pytest.mark.parametrize(
    ("name", "county", "code", "how"),
    [
        ("Komló", None, "26408", "exact"),
        ("Komlo", None, None, "ambiguous"),
        ("KOMLO VAROS ONKORMANYZATA", None, None, "ambiguous"),
        ("Kömlo", None, None, "ambiguous"),
        ("Kömlö", None, "14535", "accents"),
        ("Komoro", "Szabolcs-Szatmár-Bereg", None, "ambiguous"),
        ("Komlo", "Baranya", "26408", "accents"),
        ("Komlo", "Baranya vármegye", "26408", "accents"),
        ("Komlo", "Dél-Dunántúl", None, "ambiguous"),
        ("Komló", "Zala", None, "none"),
        ("Komlói Városi Önkormányzat", None, "26408", "suffix"),
        ("Szendrõ Város Önkormányzata", None, "08077", "suffix"),
        ("Kislöd Község Önkormányzat", None, "30173", "accents"),
        ("Ábaliget", None, None, "none"),
        ("Nyíregyházi Polgármesteri Hivatal", None, "17206", "suffix"),
        ("Önkormányzat Söpte", None, "24800", "suffix"),
        ("Győri Polgármesteri Hivatal", None, "25584", "suffix"),
        ("Udvari Közös Önkormányzati Hivatal", None, None, "ambiguous"),
        ("Udvari Község Önkormányzata", None, "21360", "suffix"),
        ("Zala", None, "11466", "exact"),
        ("Zala Megyei Önkormányzat", None, "M20", "suffix"),
        ("Zala Vármegyei Önkormányzat", "Zala", "M20", "suffix"),
        ("Csongrád Megyei Önkormányzat", None, "M06", "suffix"),
        ("Csongrád Városi Önkormányzat", "Csongrád megye", "05111", "suffix"),
        ("fejer megyei onkormanyzat", None, "M07", "suffix"),
        ("Veszprém Megyei Jogú Város Önkormányzata", None, "11767", "suffix"),
        ("Budapest Főváros Önkormányzata", None, "13578", "suffix"),
        ("Budapest Főváros XIII. Kerületi Önkormányzat", None, "24299", "district"),
        ("Budapest XIII. kerület", "főváros", "24299", "district"),
        ("Budapest 13. kerület", None, "24299", "district"),
        ("Budapest Főváros IV.Kerület Újpest Önkormányzata", None, "05467", "district"),
        ("Budapest Főváros III. Kerület, Óbuda-Békásmegyer Önkormányzat", None, "18069", "district"),
        ("Budapest III. kerület, Budapest IV. kerület", None, None, "none"),
        ("Óbuda-Békásmegyer, Zalaegerszeg", None, None, "none"),
        ("Budapest XX. Kerület Csepel Önkormányzata", None, None, "none"),
        ("Budapest 24. kerület", None, None, "none"),
        ("Budapest Főváros XIII. Kerületi Önkormányzat Gondozóház", None, None, "none"),
        ("Budapest Főváros Kormányhivatala", None, None, "none"),
        ("Gyula Város Német Nemzetiségi Önkormányzata", None, None, "none"),
        ("Pári Község Önkormányzata, Tamási Város Önkormányzata", None, None, "none"),
        ("Sárosd - Sárkeresztúr Önkormányzati Társulás", None, None, "none"),
        ("Városi Önkormányzat", None, None, "none"),
        ("", None, None, "none"),
    ],
)
def test_a_name_finds_its_municipality_or_none(matcher, name, county, code, how):
    match = matcher.match(name, county)

    assert (match.municipality_id, match.how) == (code, how)


def test_an_ambiguous_name_lists_what_it_could_be(matcher):
    assert matcher.match("Komoro").candidates == ("23612", "27146")


def test_a_column_is_matched_in_place(matcher):
    names = pd.Series(["Komlo", None, "Zala", "Komlo"], index=[7, 8, 9, 10])
    found = matcher.match_series(names, pd.Series(["Baranya", None, None, "Heves"]))

    assert list(found.index) == [7, 8, 9, 10]
    assert found["how"].tolist() == ["accents", "none", "exact", "accents"]
    assert found["municipality_id"].dropna().tolist() == ["26408", "11466", "14535"]
    assert matcher.match_series(pd.Series([], dtype="str")).empty


@pytest.mark.parametrize(
    ("text", "normal"),
    [("  KOMLÓ   Város Önkormányzata ", "komló"), ("Szendrõ", "szendrő"), ("Győr MJV Önkormányzata", "győr"), ("", "")],
)
def test_a_normalised_name_keeps_its_accents(text, normal):
    assert normalise_name(text) == normal


# --- gazetteer --------------------------------------------------------------------------------------------------

LIST_HEADINGS = [
    "Helység.megnevezése", "Helység.KSH.kódja", "Helység.jogállása", "Vármegye.megnevezése", "Járás.kódja",
    "Járás.neve",
    "Polgármesteri.hivatal..közös.önkormányzati.hivatal.kódja",
    "Polgármesteri.hivatal..közös.önkormányzati.hivatal.székhelye",
    "Terület...hektár.", "Lakó.népesség", "Lakások.száma",
]  # fmt: skip
BOOK_HEADINGS = [
    ["Helység", None, None, "Megye megnevezése ", "Járás ", None, "Polgármesteri hivatal, közös önkormányzati hivatal",
     None, "Terület  (hektár)", "Lakó-népesség", "Lakások száma"],
    ["megnevezése", "KSH kódja", "jogállása", None, "kódja", "neve", "kódja", "székhelye", None, None, None],
]  # fmt: skip
ROWS = [
    ["Alsóvár", "01111", "község", "Zala", "005 0", "Lenti", "6", "Felsővár", "12,6", "1 200", "500"],
    [
        "Felsővár",
        "02222",
        "megyeszékhely, megyei jogú város",
        "Zala",
        "005 1",
        "Lenti",
        "2",
        "[Helyben]",
        "7",
        "9",
        "4",
    ],
    ["Budapest", "13578", "főváros ", None, None, None, "1", "–", "99", "99", "99"],
    [
        "Budapest 01. ker.",
        "09566",
        "fővárosi kerület",
        "főváros",
        "001 1",
        "Budapest 01. ker.",
        "1",
        "–",
        "3",
        "2",
        "1",
    ],
    [None, None, None, None, None, None, None, "Összesen", "22", "1211", "505"],
]


@pytest.fixture(params=["csv", "xlsx"])
def gazetteer(request, tmp_path):
    """Writes rows as either kind of export and gives the path."""

    def write(rows, drop=None):
        path = tmp_path / f"hnt.{request.param}"
        headings = [LIST_HEADINGS] if request.param == "csv" else BOOK_HEADINGS
        frame = pd.DataFrame([*headings, *rows]).drop(columns=[] if drop is None else [drop])
        if request.param == "csv":
            frame.to_csv(path, sep=";", header=False, index=False, encoding="utf-8-sig")
        else:
            frame.to_excel(path, sheet_name="Helységek", header=False, index=False)
        return path

    return write


def test_both_exports_of_the_gazetteer_give_the_register(gazetteer, municipalities):
    register_read = read_gazetteer(gazetteer([*ROWS, ROWS[0]]))
    rows = register_read.set_index("municipality_id")

    assert list(register_read.columns) == list(register.MUNICIPALITY_COLUMNS)
    assert len(rows) == 3 + 20
    assert rows.loc["01111", ["office_type", "office_id", "population", "area_ha"]].tolist() == [
        "joint_member", "02222", 1200, 13,
    ]  # fmt: skip
    assert rows.loc["02222", "legal_status"] == "megyeszékhely megyei jogú város"
    assert rows.loc["09566", ["kind", "county", "district_code"]].tolist() == ["district_of_capital", "Budapest", "001"]
    assert rows.loc[["13578", "M20"], "population"].isna().all()


def test_a_missing_column_is_named(gazetteer):
    with pytest.raises(AspError, match=r"hnt\.(csv|xlsx.*Helységek).*missing column.*lakonepesseg"):
        read_gazetteer(gazetteer(ROWS, drop=9))


def test_an_unknown_seat_is_named(gazetteer):
    with pytest.raises(AspError, match="no municipality is called Sehol"):
        read_gazetteer(gazetteer([[*ROWS[0][:7], "Sehol", *ROWS[0][8:]]]))


def test_a_number_that_is_none_is_named(gazetteer):
    with pytest.raises(AspError, match="population is not a number: sok"):
        read_gazetteer(gazetteer([[*ROWS[1][:9], "sok", "4"]]))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("hnt.xlsx", b"not a workbook", "cannot be read as a gazetteer"),
        ("hnt.csv", "név;kód\nő;1".encode("cp1250"), "cannot be read as a gazetteer"),
        ("hnt.csv", b"", "cannot be read as a gazetteer"),
        ("hnt.csv", b"a;b\n1;2\n", "no heading"),
    ],
)
def test_what_is_not_a_gazetteer_is_refused_by_name(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(AspError, match=f"{name}: {message}"):
        read_gazetteer(path)


def test_a_missing_source_is_named(tmp_path):
    with pytest.raises(AspError, match=r"no IrszHnk\.csv or hnt_"):
        compiling.compile_tables(tmp_path, tmp_path)


def test_of_which_lines_get_their_own_ids():
    rows = pd.DataFrame({"code": ["B3", "B34", "B34", "B34"], "name_hu": ["a", "b", "ebből: c", "ebből: d"]})
    table = compiling.account_table(rows)

    assert table["account_id"].tolist() == ["B3", "B34", "B34.1", "B34.2"]
    assert table["level"].tolist() == [1, 2, 3, 3]


def test_counties_lie_at_the_mean_of_their_members_weighted_by_area(gazetteer):
    points = pd.DataFrame({"lon": [16.0, 17.0], "lat": [46.0, 47.0]}, index=["01111", "02222"])
    rows = compiling.with_points(read_gazetteer(gazetteer(ROWS)), points).set_index("municipality_id")

    assert rows.loc["M20", "lon"] == pytest.approx((16 * 13 + 17 * 7) / 20)
    assert pd.isna(rows.loc["M02", "lon"])
