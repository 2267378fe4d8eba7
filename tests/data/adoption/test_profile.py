"""What the profile of a municipality reads, against a few facts made by hand."""

from datetime import date, datetime

import pandas as pd
import pytest

from data.adoption.profile import every_place, head_of
from data.adoption.profile_money import contracted_services, contracts, own_lines
from data.adoption.profile_roles import role_coverage
from data.adoption.profile_service import PER_1000, beside_peers, by_month, open_tickets, peers_of, service_table
from data.adoption.profile_training import trainings
from data.adoption.profile_usage import monthly_use
from data.comparison.peers import Peers
from data.metrics.catalogue import METRICS
from data.metrics.measure import measure
from data.schema import fact_budget, fact_contract, fact_contract_service, fact_role_holder, fact_training, fact_usage
from data.selection import Selection

KOMLO, MANFA, OTHER = "26408", "33923", "14535"
YEAR = Selection.of_year(2025)
DAY = Selection(last=date(2025, 6, 30))


def joined(*codes: str) -> list[dict[str, object]]:
    return [{"municipality_id": code, "wave": 2} for code in codes]


def test_a_head_knows_its_joint_office_seat_first(connection, add_rows):
    add_rows(fact_contract, *joined(KOMLO))
    every = every_place(connection, DAY)
    seat, member = head_of(every, KOMLO), head_of(every, MANFA)
    assert list(member.office["municipality_id"]) == [KOMLO, MANFA] == list(seat.office["municipality_id"])
    assert seat.members == (KOMLO, MANFA)
    assert (seat.is_joined, member.is_joined) == (True, False)
    assert (seat.place["joining_type"], seat.place["wave"]) == ("system", 2)


@pytest.mark.parametrize("code", ["M02", "13578", "29586", OTHER])
def test_a_county_the_capital_a_district_and_an_own_office_have_no_members(connection, add_rows, code):
    add_rows(fact_contract, *joined(code))
    head = head_of(every_place(connection, DAY), code)
    assert head.members == (code,)
    assert head.is_joined
    assert head_of(every_place(connection, DAY), "99999") is None


def test_roles_are_filled_since_the_first_of_those_that_followed_each_other(connection, add_rows):
    def one(role, first, last=None, service="NA"):
        return {"municipality_id": KOMLO, "role": role, "service_id": service, "appointed_on": first, "ended_on": last}

    add_rows(
        fact_role_holder,
        one("contact_person", date(2020, 1, 1), date(2022, 1, 1)),
        one("contact_person", date(2023, 1, 1), date(2024, 1, 1)),
        one("contact_person", date(2024, 1, 1)),
        one("local_it_operator", date(2020, 1, 1), date(2025, 6, 30)),
        one("key_user", date(2021, 5, 1), service="ADO"),
        one("official_representative", date(2025, 7, 1)),
    )
    found = role_coverage(connection, KOMLO, DAY, ["ADO", "GAZD"])
    rows = {(row.role, row.service_id): (row.is_filled, row.since) for row in found.itertuples()}
    assert rows[("contact_person", "NA")] == (True, pd.Timestamp(2023, 1, 1))
    assert rows[("local_it_operator", "NA")] == (False, pd.Timestamp(2025, 6, 30))
    assert rows[("key_user", "ADO")] == (True, pd.Timestamp(2021, 5, 1))
    assert rows[("key_user", "GAZD")] == (False, pd.NaT) or pd.isna(rows[("key_user", "GAZD")][1])
    assert not rows[("official_representative", "NA")][0]
    assert "person_hash" not in found


def test_few_trainees_are_withheld_and_none_are_none(connection, add_rows):
    def one(person, service="ADO", code=KOMLO, **more):
        return {"municipality_id": code, "person_hash": person, "service_id": service, "course_id": "K"} | more

    certified = {"completed_on": date(2025, 3, 5), "certified_from": date(2025, 3, 5)}
    add_rows(
        fact_training,
        *(one(f"p{number}", certified_to=date(2027, 3, 5), **certified) for number in range(5)),
        one("p0", code=MANFA, **certified, certified_to=date(2026, 1, 10)),
        one("p5", code=MANFA, **certified, certified_to=date(2026, 1, 10)),
        *(one(f"q{number}", service="GAZD") for number in range(2)),
        *(one(f"t{number}", service="KERET", code=(KOMLO, MANFA)[number % 2]) for number in range(6)),  # cover GAZD
        one("r0", service="IRAT", started_on=date(2024, 3, 3)),
        one("s0", service="IRAT", withdrawn_on=date(2025, 4, 1)),
    )
    rows = trainings(connection, [KOMLO, MANFA], YEAR).set_index("service_id")
    assert rows.loc["ADO", ["enrolled", "completed", "certified"]].tolist() == [6, 6, 6]
    assert pd.isna(rows.loc["ADO", "lapsing"])  # one person, p5: p0 has a later certificate
    assert pd.isna(rows.loc["GAZD", "enrolled"])
    assert rows.loc["IRAT", ["enrolled", "completed", "certified", "lapsing"]].tolist() == [0, 0, 0, 0]
    assert rows["withheld"].to_dict() == {name: name in ("ADO", "GAZD", "KERET") for name in rows.index}


def used(place, month, active, enabled, service="ADO"):
    return {"municipality_id": place, "usage_id": f"{place}{service}{month}", "service_id": service,
            "period_on": date(2025, month, 1), "active_users": active, "enabled_users": enabled,
            "transactions": 10 * active}  # fmt: skip


@pytest.mark.parametrize("enabled", [20, None])
def test_the_work_of_few_people_is_withheld(connection, add_rows, enabled):
    of_office = [(1, 7, 2), (2, 3, 0), (3, 0, 0)]
    add_rows(fact_usage, *(used(KOMLO, month, active, enabled) for month, active, _more in of_office))
    add_rows(fact_usage, *(used(MANFA, month, more, enabled) for month, _active, more in of_office))
    rows = monthly_use(connection, [KOMLO, MANFA], YEAR).set_index(["service_id", "month"])
    first, second, third = (rows.loc[("ADO", f"2025-0{month}")] for month in (1, 2, 3))
    assert first[["active_users", "transactions"]].tolist() == [9, 90]
    assert pd.isna(second["transactions"])
    assert second["active_users"] is pd.NA if enabled is None else second["active_users"] == 3
    assert third[["active_users", "transactions"]].tolist() == [0, 0]
    assert rows["withheld"].tolist() == [False, True, False]
    assert len(monthly_use(connection, [OTHER], YEAR)) == 0


def test_use_is_withheld_where_the_share_of_active_users_is(connection, add_rows):
    """Six users of one office cover the three of another one: AD03 tells of neither, nor does the profile."""
    add_rows(fact_usage, *(used(place, 1, 5, users) for place, users in ((KOMLO, 6), (OTHER, 3), ("25584", 90))))
    told = measure(connection, METRICS["active_user_rate"], YEAR, ["office", "month", "service"]).set_index("office")

    for place in (KOMLO, OTHER, "25584"):
        [shown] = monthly_use(connection, [place], YEAR)["active_users"]
        assert pd.isna(shown) == told.loc[place, "withheld"], place
    assert told.loc[[KOMLO, OTHER, "25584"], "withheld"].tolist() == [True, True, False]


def test_trainings_are_withheld_where_the_share_completed_is(connection, add_rows):
    add_rows(
        fact_training,
        *({"municipality_id": place, "person_hash": f"{place} {one}", "completed_on": date(2025, 3, 9)}
          for place, size in ((KOMLO, 6), (OTHER, 3), ("25584", 90)) for one in range(size)),
    )  # fmt: skip
    shown = {
        place: trainings(connection, [place], YEAR).set_index("service_id").loc["ADO"] for place in (KOMLO, "25584")
    }

    assert shown[KOMLO]["withheld"]
    assert pd.isna(shown[KOMLO]["enrolled"])
    assert shown["25584"][["enrolled", "completed"]].tolist() == [90, 90]


def test_a_figure_stands_beside_the_quartiles_of_the_peers(connection, add_tickets):
    """Recounted naively: tickets per 1,000 inhabitants are 0 where there were none, rates are missing there."""
    places = every_place(connection, YEAR)
    codes = places.loc[places["population"].between(500, 600), "municipality_id"].head(9).tolist()
    tickets = [
        {"municipality_id": code, "resolution_due_on": date(2025, 3, 4), "resolved_in_sla": number % 2 == 0,
         "resolution_minutes": 60, "resolved_at": datetime(2025, 3, 4, 9), "status": "closed"}
        for at, code in enumerate(codes[:6]) for number in range(at + 1)
    ]  # fmt: skip
    add_tickets(*tickets)
    found = beside_peers(service_table(connection, YEAR), Peers(codes[0], tuple(codes[1:]), ())).set_index("figure")

    inhabitants = places.set_index("municipality_id")["population"]
    naive = [1000 * (at + 1 if at < 6 else 0) / inhabitants[code] for at, code in enumerate(codes)]
    quartiles = pd.Series(naive[1:]).quantile([0.25, 0.5, 0.75]).tolist()
    assert found.loc[PER_1000, "value"] == pytest.approx(naive[0])
    assert found.loc[PER_1000, ["lower", "median", "upper"]].tolist() == pytest.approx(quartiles)
    assert found.loc[PER_1000, ["n", "peers"]].tolist() == [1, 8]
    rate = found.loc["sla_resolution_rate"]
    assert (rate["value"], rate["n"], rate["peers"]) == (1.0, 1, 5)
    assert rate["median"] == pytest.approx(pd.Series([0.5, 2 / 3, 0.5, 3 / 5, 0.5]).median())
    assert found.loc["satisfaction_rate", "peers"] == 0
    assert pd.isna(found.loc["satisfaction_rate", "median"])


def test_few_ratings_are_withheld(connection, add_tickets):
    rated = {"municipality_id": KOMLO, "satisfaction": 5, "resolved_at": datetime(2025, 3, 4), "status": "closed"}
    add_tickets(*[rated | {"closed_at": datetime(2025, 3, 4)} for _number in range(3)])
    table = service_table(connection, YEAR)
    own = table[(table["municipality_id"] == KOMLO) & (table["figure"] == "satisfaction_rate")]
    assert own["withheld"].tolist() == [True]
    assert own["value"].isna().all()


def test_peers_of_a_county_are_counties(connection, add_rows):
    counties = [f"M{number:02d}" for number in range(2, 21)]
    add_rows(fact_contract, *joined(*counties, KOMLO, OTHER, "13578"))
    every = every_place(connection, DAY)
    assert set(peers_of(every, "M02").ids) == set(counties) - {"M02"}
    assert peers_of(every, "13578").ids == ()
    assert peers_of(every, MANFA).ids == ()  # has not joined


def test_months_without_tickets_are_there(connection, add_tickets):
    add_tickets({"municipality_id": KOMLO, "opened_at": datetime(2025, 3, 3, 9)}, {"municipality_id": OTHER})
    months = by_month(connection, KOMLO, YEAR)
    assert months["ticket_count"].tolist() == [0, 0, 1, *[0] * 9]
    assert months["month"].iloc[0] == "2025-01"


def test_open_tickets_are_those_open_on_the_day_the_oldest_first(connection, add_tickets):
    own = {"municipality_id": KOMLO}
    add_tickets(
        own | {"ticket_id": "late", "opened_at": datetime(2025, 5, 5)},
        own | {"ticket_id": "old", "opened_at": datetime(2025, 1, 5)},
        own | {"ticket_id": "ended", "ended_on": date(2025, 6, 30)},
        own | {"ticket_id": "ends after", "opened_at": datetime(2025, 5, 6), "ended_on": date(2025, 7, 1)},
        own | {"ticket_id": "future", "opened_at": datetime(2025, 7, 5)},
        {"municipality_id": OTHER, "ticket_id": "other"},
    )
    assert open_tickets(connection, KOMLO, DAY)["ticket_id"].tolist() == ["old", "late", "ends after"]
    shown = open_tickets(connection, KOMLO, DAY, limit=1)
    assert shown[["ticket_id", "open"]].to_dict("records") == [{"ticket_id": "old", "open": 3}]


def test_contracts_and_own_lines_end_on_the_day(connection, add_rows):
    add_rows(fact_contract, *joined(KOMLO), {"municipality_id": KOMLO, "signed_on": date(2025, 8, 1)})
    service = {"municipality_id": KOMLO, "contracted_on": date(2025, 1, 5)}
    add_rows(
        fact_contract_service,
        service | {"service_id": "ADO", "provisioned_on": date(2025, 3, 1), "live_on": date(2025, 7, 1)},
        service | {"service_id": "GAZD", "contracted_on": date(2025, 7, 2)},
    )
    add_rows(
        fact_budget,
        {"municipality_id": KOMLO, "spent_huf": 100, "appropriated_huf": 300},
        {"municipality_id": KOMLO, "spent_huf": 7, "account_id": "K331"},
        {"municipality_id": KOMLO, "spent_huf": 9, "period_on": date(2025, 7, 1)},
        {"spent_huf": 5},
    )
    assert len(contracts(connection, KOMLO, DAY)) == 1
    services = contracted_services(connection, KOMLO, DAY)
    assert services[["service_id", "provisioned_on"]].values.tolist() == [["ADO", pd.Timestamp(2025, 3, 1)]]
    assert services["live_on"].isna().all()
    lines = own_lines(connection, KOMLO, DAY)
    assert lines[["side", "account_group", "appropriated_huf", "spent_huf"]].values.tolist() == [
        ["expenditure", "K3", 300, 107]
    ]
