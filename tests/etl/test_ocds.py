"""OCDS files: releases compiled into records, contracts and their amendments as rows."""

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table, select

from data.schema import fact_contract, fact_contract_amendment
from data.store import Store
from etl.config import Source
from etl.pipeline import Options, run_job
from etl.sources import SourceError, UnreadableInput, inputs
from etl.sources.ocds.history import steps
from etl.sources.ocds.merge import released
from etl.sources.ocds.packages import Release, releases_in
from etl.sources.ocds.rows import rows_of

Json = dict[str, Any]

CONTRACT_FIELDS = {
    "contract_id": "key",
    "contract_kind": {"value": "underpinning"},
    "buyer": "buyer.name",
    "supplier": "suppliers",
    "winners_count": "suppliers_count",
    "bids_count": "tender.numberOfTenderers",
    "cpv": "cpv",
    "reference": "release.id",
    "signed_on": "contract.dateSigned",
    "valid_from": "contract.period.startDate",
    "valid_to": "contract.period.endDate",
    "original_huf": "original.value.amount",
    "value_huf": "contract.value.amount",
    "invoiced_huf": "invoiced",
}
AMENDMENT_FIELDS = {
    "contract_id": "key",
    "amendment_id": "amendment.id",
    "amended_on": "amendment.date",
    "previous_huf": "before.value.amount",
    "value_huf": "after.value.amount",
    "previous_to": "before.ends",
    "valid_to": "after.ends",
}


def release(number: int, *tags: str, ocid: str = "ocds-t-1", **body: Any) -> Json:
    """The release of the day of this number."""
    return {"ocid": ocid, "id": f"{ocid}-{number}", "date": f"2026-03-{number:02d}T10:00:00Z", "tag": [*tags]} | body


def contract(**body: Any) -> Json:
    return {"id": "C1", "awardID": "A1"} | body


def huf(amount: float, currency: str = "HUF") -> Json:
    return {"amount": amount, "currency": currency}


def period(end: str) -> Json:
    return {"startDate": "2026-03-01T00:00:00+01:00", "endDate": f"{end}T00:00:00+01:00"}


SIGNED = release(
    2,
    "award",
    "contract",
    parties=[
        {"id": "HU-1", "name": "Mintavár Önkormányzata", "roles": ["buyer"], "address": {"locality": "Mintavár"}},
        {"id": "HU-2", "name": "Alfa Kft.", "roles": ["supplier"]},
        {"id": "HU-3", "name": "Béta Zrt.", "roles": ["supplier"]},
    ],
    buyer={"id": "HU-1"},
    tender={"id": "T1", "tenderers": [{"id": "HU-2"}, {"id": "HU-3"}, {"id": "HU-4"}]},
    awards=[
        {
            "id": "A1",
            "suppliers": [{"id": "HU-2"}, {"id": "HU-3", "name": "Béta Zrt."}],
            "items": [{"id": "1", "classification": {"scheme": "CPV", "id": "72000000-5"}}],
        }
    ],
    contracts=[
        contract(status="active", dateSigned="2026-03-01", value=huf(1_000_000), period=period("2026-12-31")),
    ],
)
RAISED = release(5, "contractAmendment", contracts=[contract(value={"amount": 1_500_000})])
PROLONGED = release(9, "contractUpdate", contracts=[contract(period={"endDate": "2027-06-30T00:00:00+02:00"})])
PAID = release(
    12,
    "implementation",
    contracts=[
        contract(
            implementation={
                "transactions": [{"id": "1", "value": huf(300_000)}, {"id": "2", "value": {"amount": 200_000}}]
            }
        )
    ],
)
STORY = [SIGNED, RAISED, PROLONGED, PAID]


@pytest.fixture
def contracts(read: Callable[..., Any]) -> Callable[..., Any]:
    """Writes releases as they are into a.json, and reads its contracts."""
    return lambda document, **settings: read(json.dumps(document), "a.json", **_ocds(settings))


@pytest.fixture
def amended(contracts: Callable[..., Any]) -> Callable[..., list[Json]]:
    """The amendments of releases, as their fields' values."""

    def rows(document: Any, **settings: Any) -> list[Json]:
        reading = contracts(document, record="amendment", fields=AMENDMENT_FIELDS, **settings)
        return [
            {name: None if pd.isna(value) else value for name, value in row.items()}
            for row in reading.rows.to_dict("records")
        ]

    return rows


def _ocds(settings: Json) -> Json:
    return {"job": "contracts", "record": "contract", "format": "ocds", "fields": CONTRACT_FIELDS} | settings


def the_one(reading: Any) -> Json:
    (row,) = reading.rows.to_dict("records")
    return {name: None if pd.isna(value) else str(value).removesuffix(" 00:00:00") for name, value in row.items()}


# --- the merge routine --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "then", "after"),
    [
        pytest.param({"tender": {"n": 1}}, {"tender": {"m": 2}}, {"tender": {"n": 1, "m": 2}}, id="fields add up"),
        pytest.param({"tender": {"n": 1}}, {"tender": {"n": 2}}, {"tender": {"n": 2}}, id="a newer value replaces"),
        pytest.param({"tender": {"n": 1}}, {"tender": {"n": None}}, {"tender": {}}, id="null removes a field"),
        pytest.param({"tender": {"n": 1}}, {"tender": None}, {}, id="null removes an object"),
        pytest.param({}, {"tender": {"n": None, "m": 1}}, {"tender": {"m": 1}}, id="null is never kept"),
        pytest.param({"tender": {"n": 1}}, {"tender": {}}, {"tender": {"n": 1}}, id="an empty object says nothing"),
        pytest.param({"l": ["a", "b"]}, {"l": ["c"]}, {"l": ["c"]}, id="a list of texts is one value"),
        pytest.param({"l": [{"id": 1}]}, {"l": []}, {"l": [{"id": 1}]}, id="an empty list of objects says nothing"),
        pytest.param(
            {"awards": [{"id": "1", "a": 1}, {"id": "2", "a": 2}]},
            {"awards": [{"id": "2", "b": 3}, {"id": "3"}]},
            {"awards": [{"id": "1", "a": 1}, {"id": "2", "a": 2, "b": 3}, {"id": "3"}]},
            id="objects of a list go by their id",
        ),
        pytest.param(
            {"contracts": [{"id": 1, "milestones": [{"id": "m", "status": "scheduled"}]}]},
            {"contracts": [{"id": "1", "milestones": [{"id": "m", "status": "met"}]}]},
            {"contracts": [{"id": "1", "milestones": [{"id": "m", "status": "met"}]}]},
            id="lists in lists too, and an id is the same as number and as text",
        ),
        pytest.param(
            {"l": [{"amount": 1}, {"id": "x", "n": 1}]},
            {"l": [{"amount": 2}]},
            {"l": [{"id": "x", "n": 1}, {"amount": 2}]},
            id="objects without an id are replaced by newer ones",
        ),
        pytest.param({"l": [{"n": 1}]}, {"l": [{"id": 2}]}, {"l": [{"id": 2}, {"n": 1}]}, id="and by nothing else"),
        pytest.param(
            {"items": [{"id": "1", "additionalClassifications": [{"scheme": "s", "id": "8"}]}]},
            {"items": [{"id": "1", "additionalClassifications": [{"scheme": "t", "id": "9"}]}]},
            {"items": [{"id": "1", "additionalClassifications": [{"scheme": "t", "id": "9"}]}]},
            id="classifications are replaced as a whole, whatever their ids",
        ),
        pytest.param({"l": {"a": 1}}, {"l": [{"id": 1}]}, {"l": [{"id": 1}]}, id="a list replaces an object"),
    ],
)
def test_a_release_is_laid_over_what_was_known(before: Json, then: Json, after: Json) -> None:
    untouched = json.dumps([before, then])

    assert released(before, then | {"id": "r", "date": "d", "tag": ["t"]}) == after
    assert json.dumps([before, then]) == untouched


def test_the_opportunity_that_is_enlarged_and_awarded_twice() -> None:
    """The shape of the standard's own worked example: a notice, its amendment, and two awards one after the other."""
    process, _ = _steps(
        release(1, "tender", tender={"id": "T", "title": "Roads", "value": huf(1000)}),
        release(3, "award", awards=[{"id": "A", "suppliers": [{"id": "S1"}], "value": huf(750)}]),
        release(2, "tenderAmendment", tender={"id": "T", "value": {"amount": 2000}}),
        release(4, "award", awards=[{"id": "B", "suppliers": [{"id": "S2"}], "value": huf(750)}]),
    )

    assert process[-1].state["tender"] == {"id": "T", "title": "Roads", "value": huf(2000)}
    assert [award["id"] for award in process[-1].state["awards"]] == ["A", "B"]


def test_releases_of_one_moment_go_by_their_id_whatever_zone_they_are_written_in() -> None:
    early = {"ocid": "o", "id": "z", "date": "2026-03-01T23:30:00-05:00", "tender": {"n": "early"}}
    first = {"ocid": "o", "id": "a", "date": "2026-03-02T10:00:00Z", "tender": {"n": "first"}}
    second = {"ocid": "o", "id": "b", "date": "2026-03-02T11:00:00", "tender": {"n": "second"}}  # Budapest

    assert [step.release.id for step in _steps(second, early, first)[0]] == ["z", "a", "b"]


def test_a_compiled_release_is_the_whole_state_of_its_date() -> None:
    compiled = {"compiledRelease": release(5, "compiled", tender={"m": 2})}
    process, _ = _steps(release(6, tender={"o": 3}), compiled, release(5, tender={"n": 1}))

    assert [step.state["tender"] for step in process] == [{"n": 1}, {"m": 2}, {"m": 2, "o": 3}]


def test_a_release_without_a_date_has_no_place_among_others() -> None:
    process, unusable = _steps(release(1, tender={"n": 1}), release(2, tender={"n": 2}) | {"date": "yesterday"})
    alone, none = _steps(release(2, tender={"n": 2}) | {"date": ""})

    assert [step.state["tender"] for step in process] == [{"n": 1}]
    assert "without a readable date" in unusable[0].reason
    assert alone[0].state["tender"] == {"n": 2}
    assert none == []


def _steps(*documents: Json) -> Any:
    found = [one for one in releases_in(list(documents)) if isinstance(one, Release)]
    return steps(found, "Europe/Budapest")


_amount = st.integers(1, 4).map(lambda number: {"value": huf(number * 1000)})
_end = st.sampled_from(["2026-12-31", "2027-12-31"]).map(lambda day: {"period": {"endDate": day}})
_null = st.sampled_from([{"value": None}, {"period": None}, {"amendments": [{"id": "a", "date": "2026-03-04"}]}])
_change = st.tuples(st.integers(1, 6), st.integers(0, 2), _amount | _end | _null, st.booleans())


@given(changes=st.lists(_change, min_size=1, max_size=7), order=st.randoms(use_true_random=False))
def test_any_order_of_releases_gives_the_same_rows(changes: list[Any], order: Any) -> None:
    releases = [
        Release(
            "o", release(day, "contract", contracts=[contract(dateSigned="2026-03-01", **body)]) | {"id": name}, whole
        )
        for day, name, body, whole in changes
    ]
    shuffled = [*releases, *releases[:2]]
    order.shuffle(shuffled)

    for record, fields in (("contract", CONTRACT_FIELDS), ("amendment", AMENDMENT_FIELDS)):
        source = Source.model_validate({"name": "t", "path": "x"} | _ocds({"record": record, "fields": fields}))
        assert list(rows_of([shuffled], source)) == list(rows_of([releases], source))


# --- contracts ----------------------------------------------------------------------------------------------------


def test_a_contract_is_its_current_state_and_keeps_the_value_it_was_signed_for(contracts: Callable[..., Any]) -> None:
    assert the_one(contracts(STORY)) == {
        "contract_id": "ocds-t-1/C1",
        "contract_kind": "underpinning",
        "buyer": "Mintavár Önkormányzata",
        "supplier": "Alfa Kft.; Béta Zrt.",
        "winners_count": "2",
        "bids_count": "3",
        "cpv": "72000000-5",
        "reference": "ocds-t-1-12",
        "signed_on": "2026-03-01",
        "valid_from": "2026-03-01",
        "valid_to": "2027-06-30",
        "original_huf": "1000000",
        "value_huf": "1500000",
        "invoiced_huf": "500000",
    }


PACKAGES = {
    "a release package": {"uri": "u", "releases": STORY},
    "a list of releases": STORY,
    "a list of packages": [{"releases": STORY[:2]}, {"releases": STORY[2:]}],
    "a record package with embedded releases": {"records": [{"ocid": "ocds-t-1", "releases": STORY}]},
    "a record alone": {"ocid": "ocds-t-1", "releases": STORY},
}


@pytest.mark.parametrize("document", PACKAGES.values(), ids=PACKAGES)
def test_every_wrapping_gives_the_same_contract(contracts: Callable[..., Any], document: Any) -> None:
    assert the_one(contracts(document)) == the_one(contracts(STORY))


def test_a_compiled_release_is_taken_as_it_stands(contracts: Callable[..., Any]) -> None:
    links = [{"url": "https://example.org/1.json", "date": "2026-03-02T10:00:00Z", "tag": ["contract"]}]
    record = {"ocid": "ocds-t-1", "releases": links, "compiledRelease": SIGNED | {"tag": ["compiled"]}}

    found = the_one(contracts({"records": [record]}))

    assert (found["value_huf"], found["original_huf"]) == ("1000000", "1000000")


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".json.gz"])
def test_lines_and_gzip(contracts: Callable[..., Any], read: Callable[..., Any], suffix: str) -> None:
    text = "\n".join(map(json.dumps, STORY)) if "jsonl" in suffix else json.dumps(STORY)
    content = gzip.compress(text.encode()) if suffix.endswith(".gz") else text.encode()

    assert the_one(read(content, f"a{suffix}", **_ocds({}))) == the_one(contracts(STORY))


def test_releases_spread_over_files_and_archives_are_compiled_together(
    tmp_path: Path, source_of: Callable[..., Source], read_all: Callable[..., Any]
) -> None:
    for number, part in enumerate(STORY[:2]):
        (tmp_path / f"{number}.json").write_text(json.dumps({"releases": [part]}))
    _tar(tmp_path / "later.tar.gz", {"r/3.json": PROLONGED})
    with zipfile.ZipFile(tmp_path / "last.zip", "w") as archive:
        archive.writestr("4.json", json.dumps(PAID))
    source = source_of(**_ocds({"path": ["last.zip", "*.json", "later.tar.gz"]}))

    found = the_one(read_all(source, tmp_path))

    assert (found["buyer"], found["value_huf"], found["valid_to"]) == (
        "Mintavár Önkormányzata",
        "1500000",
        "2027-06-30",
    )
    assert found["invoiced_huf"] == "500000"
    assert [one.name for one in inputs(source, tmp_path)] == ["last.zip, *.json, later.tar.gz"]


def test_the_input_is_another_one_when_any_file_is(tmp_path: Path, source_of: Callable[..., Source]) -> None:
    (tmp_path / "1.json").write_text(json.dumps(SIGNED))
    source = source_of(**_ocds({"path": "*.json"}))
    (first,) = inputs(source, tmp_path)
    (same,) = inputs(source, tmp_path)
    (tmp_path / "2.json").write_text(json.dumps(RAISED))
    (more,) = inputs(source, tmp_path)

    assert first.content_hash == same.content_hash != more.content_hash


def _tar(path: Path, members: dict[str, Json]) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, document in members.items():
            content = json.dumps(document).encode()
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


def test_awards_are_rows_where_the_source_asks_for_them(contracts: Callable[..., Any]) -> None:
    fields = {"contract_id": "key", "contract_kind": {"value": "award"}, "value_huf": "award.value.amount",
              "valid_to": "contract.period.endDate", "supplier": "suppliers"}  # fmt: skip
    without = {"id": "A2", "value": huf(7), "suppliers": [{"name": "Gamma  Bt."}, {"name": "GAMMA BT."}]}
    story = [*STORY, release(20, "award", awards=[without])]

    rows = contracts(story, json_path="awards", fields=fields).rows

    assert rows["contract_id"].tolist() == ["ocds-t-1/A1", "ocds-t-1/A2"]
    assert rows["valid_to"].dt.strftime("%Y-%m-%d").tolist()[0] == "2027-06-30"
    assert rows["supplier"].tolist()[1] == "Gamma Bt."
    assert len(contracts(story).rows) == 1


@pytest.mark.parametrize(
    ("value", "settings", "reads"),
    [
        (huf(1000), {}, "1000"),
        (huf(1000, "huf "), {}, "1000"),
        (huf(1000, "EUR"), {}, None),
        (huf(1000, "EUR"), {"currency": "HUF"}, None),
        ({"amount": 1000}, {}, None),
        ({"amount": 1000}, {"currency": "HUF"}, "1000"),
        ({"amount": 1000}, {"currency": "EUR"}, None),
        ({"currency": "EUR"}, {}, "nothing"),
    ],
)
def test_only_forints_become_forints(
    contracts: Callable[..., Any], value: Json, settings: Json, reads: str | None
) -> None:
    fields = {name: CONTRACT_FIELDS[name] for name in ("contract_id", "contract_kind", "value_huf")}
    reading = contracts(
        release(1, "contract", contracts=[contract(dateSigned="2026-03-01", value=value)]), fields=fields, **settings
    )

    reasons = " ".join(reading.problems.get(1, []))
    assert the_one(reading)["value_huf"] == (reads if reads != "nothing" else None)
    assert bool(reasons) == (reads is None)
    assert not reasons or ("no currency named" in reasons or "EUR (not in forints)" in reasons)


@pytest.mark.parametrize(
    ("amounts", "invoiced", "problem"),
    [
        ([huf(1), huf(2)], "3", ""),
        ([{"amount": "4.50"}, {"amount": 1.5}], "6", ""),
        ([huf(1), huf(2, "EUR")], None, "EUR (not in forints)"),
        ([{"currency": "HUF"}], None, ""),
        ([huf(1), {"amount": "sok", "currency": "HUF"}], None, "is no number"),
    ],
)
def test_what_was_invoiced_is_the_sum_in_the_contracts_currency(
    contracts: Callable[..., Any], amounts: list[Json], invoiced: str | None, problem: str
) -> None:
    transactions = [{"id": str(at), "value": value} for at, value in enumerate(amounts)]
    paid = release(3, "implementation", contracts=[contract(implementation={"transactions": transactions})])
    reading = contracts([SIGNED, paid])

    assert the_one(reading)["invoiced_huf"] == invoiced
    assert problem in " ".join(reading.problems.get(2, []))
    assert bool(problem) == bool(reading.problems)


def test_payments_without_ids_that_every_release_repeats_are_not_added_up(contracts: Callable[..., Any]) -> None:
    first = {"implementation": {"transactions": [{"amount": huf(10)}]}}
    second = {"implementation": {"transactions": [{"amount": huf(10)}, {"amount": huf(5)}]}}
    story = [SIGNED, release(3, contracts=[contract(**first)]), release(4, contracts=[contract(**second)])]

    assert the_one(contracts(story))["invoiced_huf"] == "15"


def test_nothing_is_made_up_of_changes_alone(contracts: Callable[..., Any]) -> None:
    reading = contracts([RAISED, release(6, "contract", ocid="ocds-t-2", contracts=[contract(value=huf(3))])])

    assert reading.rows["contract_id"].tolist() == ["ocds-t-2/C1"]
    assert "ocds-t-1/C1: only changes" in reading.torn[1]


def test_an_amending_release_that_tells_the_whole_contract_is_enough(contracts: Callable[..., Any]) -> None:
    reading = contracts(SIGNED | {"tag": ["contractAmendment"]})

    assert the_one(reading)["value_huf"] == "1000000"


def test_what_is_no_release_is_set_aside_with_its_file(contracts: Callable[..., Any]) -> None:
    reading = contracts([*STORY, {"id": "x"}, 7, {"ocid": "o", "releases": [{"url": "https://example.org/x"}]}])

    assert len(reading.rows) == 1
    assert reading.torn[5].startswith("a.json: not an OCDS release")
    assert reading.torn[6] == "a.json: not a JSON object"
    assert "only links to its releases" in reading.torn[7]


def test_records_that_only_link_are_refused_with_advice(contracts: Callable[..., Any]) -> None:
    package = {"records": [{"ocid": "o", "releases": [{"url": "https://example.org/1.json"}]}]}

    with pytest.raises(UnreadableInput, match="record o only links to its releases; ask for records with compiledRel"):
        contracts(package)


def test_one_broken_file_stops_the_source_because_the_others_would_tell_an_old_state(
    tmp_path: Path, source_of: Callable[..., Source], read_all: Callable[..., Any]
) -> None:
    (tmp_path / "1.json").write_text(json.dumps(SIGNED))
    (tmp_path / "2.json").write_text(json.dumps(RAISED)[:-5])

    with pytest.raises(UnreadableInput, match=r"2\.json, line 1: is not JSON"):
        read_all(source_of(**_ocds({"path": "*.json"})), tmp_path)


def test_a_contract_without_an_id_has_no_key(contracts: Callable[..., Any]) -> None:
    reading = contracts(release(1, "contract", contracts=[{"awardID": "A", "value": huf(5)}]))

    assert the_one(reading)["contract_id"] is None


def test_other_records_are_refused(contracts: Callable[..., Any]) -> None:
    with pytest.raises(SourceError, match="OCDS gives the records contract"):
        contracts(STORY, record="contract_service", fields={"contract_id": "key", "service": "cpv"})


def test_a_mistyped_column_is_named(contracts: Callable[..., Any]) -> None:
    with pytest.raises(UnreadableInput, match=r"no object has the key 'contract\.valeu\.amount'"):
        contracts(STORY, fields=CONTRACT_FIELDS | {"value_huf": "contract.valeu.amount"})


def test_people_and_documents_are_not_even_read() -> None:
    body = release(1, parties=[{"id": "1", "contactPoint": {"name": "Minta Manó", "email": "m@minta.example"}}])
    (found,) = releases_in(body | {"tender": {"documents": [{"id": "1", "author": "Minta Manó"}]}})

    assert isinstance(found, Release)
    assert "Minta" not in json.dumps(found.body, ensure_ascii=False)


# --- amendments ---------------------------------------------------------------------------------------------------


def _shown(rows: list[Json]) -> list[tuple[Any, ...]]:
    def told(value: Any) -> Any:
        return value.strftime("%Y-%m-%d") if isinstance(value, pd.Timestamp) else value

    return [tuple(told(row[name]) for name in AMENDMENT_FIELDS if name != "contract_id") for row in rows]


def test_later_releases_that_change_value_or_end_are_amendments(amended: Callable[..., Any]) -> None:
    first, second = "2026-12-31", "2027-06-30"

    assert _shown(amended(STORY)) == [
        ("release ocds-t-1-5", "2026-03-05", 1_000_000, 1_500_000, first, first),
        ("release ocds-t-1-9", "2026-03-09", 1_500_000, 1_500_000, first, second),
    ]


def test_a_listed_amendment_is_the_change_of_the_release_that_it_names(amended: Callable[..., Any]) -> None:
    listed = [{"id": "1. mód.", "date": "2026-03-04T00:00:00Z", "releaseID": RAISED["id"]}]
    story = [*STORY, release(20, "contractUpdate", contracts=[contract(amendments=listed)])]

    assert [row[:4] for row in _shown(amended(story))] == [
        ("1. mód.", "2026-03-04", 1_000_000, 1_500_000),
        ("release ocds-t-1-9", "2026-03-09", 1_500_000, 1_500_000),
    ]


def test_a_listed_amendment_belongs_to_the_first_release_that_lists_it(amended: Callable[..., Any]) -> None:
    raised = release(5, "contractAmendment", contracts=[contract(value={"amount": 2}, amendments=[{"id": "1"}])])
    again = release(6, "contractUpdate", contracts=[contract(amendments=[{"id": "1", "rationale": "longer"}])])

    assert [row[:4] for row in _shown(amended([SIGNED, raised, again]))] == [("1", "2026-03-05", 1_000_000, 2)]


def test_of_amendments_that_share_a_release_only_what_is_told_is_known(
    amended: Callable[..., Any], contracts: Callable[..., Any]
) -> None:
    """Only the current state was published: the value between two amendments is known if they name the former one."""
    listed = [
        {"id": "2", "date": "2026-04-02", "changes": [{"property": "value/amount", "former_value": 20}]},
        {"id": "1", "date": "2026-04-01"},
        {"id": "3", "date": "2026-04-03"},
    ]
    story = release(9, "compiled", contracts=[contract(dateSigned="2026-03-01", value=huf(40), amendments=listed)])

    rows = [(row[0], row[2], row[3]) for row in _shown(amended(story))]

    assert rows == [("1", None, 20), ("2", 20, None), ("3", None, 40)]
    assert the_one(contracts(story))["original_huf"] is None


def test_the_single_amendment_of_ocds_1_0_tells_the_value_at_signing(
    amended: Callable[..., Any], contracts: Callable[..., Any]
) -> None:
    changes = [{"property": "contract.value.amount", "former_value": 30}]
    body = contract(dateSigned="2026-03-01", value=huf(40), amendment={"date": "2026-04-01", "changes": changes})
    empty = contract(id="C2", dateSigned="2026-03-01", value=huf(40), amendment={"changes": []})
    story = release(9, "contract", contracts=[body, empty])

    assert [row[:4] for row in _shown(amended(story))] == [("2026-04-01", "2026-04-01", 30, 40)]
    assert contracts(story).column("original_huf") == [30, 40]


def test_what_changed_before_signing_or_is_corrected_at_once_is_no_amendment(amended: Callable[..., Any]) -> None:
    draft = release(1, "contract", contracts=[contract(status="pending", value=huf(1))])
    corrected = SIGNED | {"id": "ocds-t-1-2b", "contracts": [contract(value=huf(1_100_000))]}

    assert _shown(amended([draft, SIGNED, corrected])) == []
    assert [row[2:4] for row in _shown(amended([draft, SIGNED, corrected, RAISED]))] == [(1_100_000, 1_500_000)]


# --- through the pipeline -----------------------------------------------------------------------------------------


def test_an_amendment_in_a_later_file_blanks_nothing_and_a_second_run_changes_nothing(
    tmp_path: Path, store: Store, source_of: Callable[..., Source]
) -> None:
    rows = source_of(**_ocds({"name": "contracts", "system": "p", "path": "*.json"}))
    changes = source_of(
        **_ocds({"name": "changes", "system": "p", "path": "*.json", "record": "amendment", "fields": AMENDMENT_FIELDS})
    )

    def delivered(*releases: Json) -> list[dict[str, int]]:
        for one in releases:
            (tmp_path / f"{one['id']}.json").write_text(json.dumps({"releases": [one]}))
        report = run_job(store, "contracts", [rows, changes], tmp_path, Options(full=True))
        return [{name: count for name, count in vars(taken.counts).items() if count} for taken in report.inputs]

    assert delivered(SIGNED) == [{"read": 1, "loaded_new": 1}, {}]
    assert delivered(RAISED, PROLONGED) == [{"read": 1, "loaded_changed": 1}, {"read": 2, "loaded_new": 2}]
    assert delivered() == [{"read": 1, "unchanged": 1}, {"read": 2, "unchanged": 2}]
    assert _current(store, fact_contract, "buyer", "original_huf", "value_huf", "valid_to") == [
        ("Mintavár Önkormányzata", 1_000_000, 1_500_000, date(2027, 6, 30))
    ]
    assert _current(store, fact_contract_amendment, "amendment_id", "previous_huf", "value_huf") == [
        ("release ocds-t-1-5", 1_000_000, 1_500_000),
        ("release ocds-t-1-9", 1_500_000, 1_500_000),
    ]


def _current(store: Store, fact: Table, *columns: str) -> list[tuple[Any, ...]]:
    wanted = (
        select(*(fact.c[name] for name in columns)).where(fact.c.superseded_run.is_(None)).order_by(fact.c[columns[0]])
    )
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(wanted)]


# --- real examples ------------------------------------------------------------------------------------------------

REAL = Path(__file__).parents[3] / "shared/data/contracts/ocds_real_examples.tar.gz"
real = pytest.mark.skipif(not REAL.is_file(), reason="the real extracts (../shared/data) are not beside this checkout")


@real
@pytest.mark.parametrize("member", ["moldova/*", "mexico/grupo*", "mexico/inai/*", "uk-contracts-finder/*", "*"])
def test_real_examples_give_each_contract_once_with_its_newest_value(
    source_of: Callable[..., Source], read_all: Callable[..., Any], member: str
) -> None:
    reading = read_all(source_of(**_ocds({"path": str(REAL), "member": member})), REAL.parent)
    expected = _real_contracts(member.rstrip("*"))

    rows = reading.rows.to_dict("records") if len(reading.rows) else []
    assert {row["contract_id"] for row in rows if not pd.isna(row["contract_id"])} == set(expected)
    assert len(rows) - len(expected) == (1 if "inai" in member or member == "*" else 0)  # a contract without an id
    raw = dict(zip(reading.raw.get("key", []), reading.raw.get("contract.value.amount", []), strict=True))
    for key, (amounts, currency) in expected.items():
        amount: str | None = None if pd.isna(raw[key]) else str(raw[key]).split()[0]
        assert amount in amounts
        assert amount is None or str(raw[key]) == f"{amount} {currency} (not in forints)"


def _real_contracts(prefix: str) -> dict[str, tuple[set[str | None], str | None]]:
    """ocid/contract -> its values in the releases of the newest date, and its currency; read with plain json."""
    dated: dict[str, list[tuple[str, str | None, str | None]]] = {}
    with tarfile.open(REAL) as archive:
        for info in archive:
            if not info.isfile() or not info.name.removeprefix("./").startswith(prefix):
                continue
            document = json.load(archive.extractfile(info) or io.BytesIO())
            for one in document.get("releases") or [document]:
                for found in one.get("contracts") or []:
                    value = found.get("value") or {}
                    amount = value.get("amount")
                    told = None if amount in (None, "") else str(amount).removesuffix(".0")
                    if "id" in found:
                        key = f"{one['ocid']}/{found['id']}"
                        dated.setdefault(key, []).append((one["date"], told, value.get("currency")))
    return {key: _newest(told) for key, told in dated.items()}


def _newest(told: list[tuple[str, str | None, str | None]]) -> tuple[set[str | None], str | None]:
    last = max(date for date, _, _ in told)
    currency = next((currency for _, _, currency in told if currency), None)
    return {amount for date, amount, _ in told if date == last}, currency.upper() if currency else None
