from datetime import date

import pandas as pd
import pytest
from sqlalchemy import select

from data.errors import AspError
from data.reference import register
from data.reference_import import import_table
from data.reference_load import prepare
from data.register_import import RegisterChange, import_register
from data.schema import dim_municipality, etl_input, responsibility, sla_target

NEXT_YEAR = date(2027, 1, 1)
HEADINGS = {
    "name": "Helység.megnevezése",
    "municipality_id": "Helység.KSH.kódja",
    "legal_status": "Helység.jogállása",
    "county": "Vármegye.megnevezése",
    "district": "Járás.neve",
    "population": "Lakó.népesség",
    "dwellings": "Lakások.száma",
}


@pytest.fixture
def prepared(store):
    return store


@pytest.fixture
def gazetteer(tmp_path):
    """A file in the gazetteer's own format, written from the register with the changes asked for."""

    def write(change=lambda rows: rows):
        rows = register.municipalities()
        rows = change(rows[~rows["kind"].isin(["capital", "county"])].copy())
        names = rows.set_index("municipality_id")["name"]
        file = rows[list(HEADINGS)].rename(columns=HEADINGS)
        file["Vármegye.megnevezése"] = file["Vármegye.megnevezése"].replace("Budapest", "főváros")
        file["Járás.kódja"] = rows["district_code"] + " 0"
        file["Járás.székhelye"] = rows["name"]
        office = {"own": "1", "joint_seat": "2", "joint_member": "5"}
        file["Polgármesteri.hivatal..közös.önkormányzati.hivatal.kódja"] = rows["office_type"].map(office)
        seat = rows["office_id"].map(names).where(rows["office_type"] == "joint_member", "[Helyben]")
        file["Polgármesteri.hivatal..közös.önkormányzati.hivatal.székhelye"] = seat.where(
            rows["office_type"] != "own", "–"
        )
        file["Terület...hektár."] = rows["area_ha"]
        path = tmp_path / "gazetteer.csv"
        file.to_csv(path, sep=";", index=False, encoding="utf-8-sig")
        return path

    return write


def versions(store, municipality_id):
    with store.reading() as connection:
        found = select(dim_municipality).where(dim_municipality.c.municipality_id == municipality_id)
        return pd.read_sql(found.order_by(dim_municipality.c.valid_from), connection)


def test_an_unchanged_gazetteer_adds_no_version(prepared, gazetteer):
    with prepared.writing() as session:
        change = import_register(session, gazetteer(), NEXT_YEAR)

    assert change == RegisterChange(added=0, changed=0, unchanged=3197, ended=0)


def test_a_changed_municipality_gets_a_version_and_keeps_the_one_before(prepared, gazetteer):
    def becomes_a_town(rows):
        rows.loc[rows["municipality_id"] == "01526", ["legal_status", "population"]] = ["város", 2100]
        return rows[rows["municipality_id"] != "01508"].replace({"office_id": {"01508": "01526"}})

    with prepared.writing() as session:
        change = import_register(session, gazetteer(becomes_a_town), NEXT_YEAR)

    assert (change.added, change.changed, change.ended) == (0, 1, 1)
    before, after = versions(prepared, "01526").to_dict("records")
    assert (before["legal_status"], pd.Timestamp(before["valid_to"]).date()) == ("község", NEXT_YEAR)
    assert (after["legal_status"], after["population"], after["size_band"]) == ("város", 2100, "2000_4999")
    assert after["lon"] == before["lon"], "a point is kept where the gazetteer has none"
    assert len(versions(prepared, "01508")) == 1


def test_a_gazetteer_that_is_not_newer_is_refused(prepared, gazetteer):
    with pytest.raises(AspError, match="later day"), prepared.writing() as session:
        import_register(session, gazetteer(), date(2024, 1, 1))


def test_a_file_replaces_an_assumption_and_stays(prepared, tmp_path):
    path = tmp_path / "targets.csv"
    with prepared.reading() as connection:
        frame = pd.read_sql(select(sla_target), connection)
    frame.assign(resolution_minutes=frame["resolution_minutes"] * 2, basis="szerződés").to_csv(path, index=False)

    with prepared.writing() as session:
        import_table(session, "sla_target", path)

    assert not prepare(prepared), "the packaged assumption must not come back"
    with prepared.reading() as connection:
        assert set(connection.scalars(select(sla_target.c.basis))) == {"szerződés"}
        origin = (
            select(etl_input.c.input).where(etl_input.c.source == "sla_target").order_by(etl_input.c.input_id.desc())
        )
        assert connection.scalars(origin).first() == "targets.csv"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda rows: rows.drop(columns="raci"), "raci"),
        (lambda rows: rows.replace({"actor_id": {"nisz": "nobody"}}), "nobody"),
        (lambda rows: pd.concat([rows, rows.head(1)]), "stands above"),
        (lambda rows: rows[~((rows["raci"] == "A") & (rows["process_id"] == "service_desk"))], "service_desk has 0"),
        (lambda rows: rows.assign(valid_from="1 Jan 2026"), "valid_from"),
    ],
)
def test_a_matrix_that_cannot_be_right_is_refused(prepared, tmp_path, change, says):
    path = tmp_path / "matrix.csv"
    with prepared.reading() as connection:
        change(pd.read_sql(select(responsibility), connection)).to_csv(path, index=False)

    with pytest.raises(AspError, match=says), prepared.writing() as session:
        import_table(session, "responsibility", path)
