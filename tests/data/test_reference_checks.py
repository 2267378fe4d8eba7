"""Files of targets, rebased limits and peaks: what is wrong is said with its line, and nothing changes."""

from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select

from data.errors import AspError
from data.reference import register
from data.reference_import import IMPORTABLE, import_table
from data.schema import metric_target
from data.store import Store

TARGET = "metric_id,service_id,valid_from,valid_to,target,lower,upper,basis\n"
REBASE = "metric_id,service_id,from_on,reason,name\n"
PEAK = ",".join(register.peak_periods().columns) + "\n"
GOOD = (
    TARGET
    + "sla_resolution_rate,*,2026-01-01,2026-07-01,0.92,,,contract\nsla_resolution_rate,*,2026-07-01,,0.95,,,contract\n"
)


def bring_in(store: Store, table: str, text: str, tmp_path: Path) -> int:
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    with store.writing() as session:
        return import_table(session, table, path)


def loaded(store: Store) -> pd.DataFrame:
    with store.reading() as connection:
        return pd.read_sql(select(metric_target), connection)


def test_targets_are_replaced_by_a_file(store, tmp_path):
    assert bring_in(store, "metric_target", GOOD, tmp_path) == 2
    assert loaded(store)["target"].tolist() == [0.92, 0.95]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("no_such_rate,*,2027-01-01,,0.9,,,x", "line 4: metric_id 'no_such_rate' is not known"),
        ("reopen_rate,NOWHERE,2027-01-01,,0.9,,,x", "service_id 'NOWHERE' is not known"),
        ("joined_rate,ADO,2027-01-01,,0.9,,,x", "line 4: joined_rate cannot be told apart by service"),
        ("sla_resolution_rate,*,2027-01-01,,0.9,,,x", "holds on days that line 3 holds on too"),
        ("sla_resolution_rate,*,2026-06-30,2026-07-01,0.9,,,x", "holds on days that line 2 holds on too"),
        ("reopen_rate,*,2027-01-01,2027-01-01,0.1,,,x", "line 4: valid_to (2027-01-01) is not after valid_from"),
        ("reopen_rate,*,2027-01-01,,5,,,x", "line 4: 5.0 is not a proportion"),
        ("reopen_rate,*,2027-01-01,,,0.1,0.2,x", "line 4: reopen_rate wants target filled in and nothing else"),
        (
            "reopen_rate,*,2027-01-01,,,,,x",
            "line 4: reopen_rate wants target filled in and nothing else; found no",
        ),
        ("escalation_rate,*,2027-01-01,,0.3,,,x", "line 4: escalation_rate wants lower and upper filled in"),
        ("escalation_rate,*,2027-01-01,,,0.4,0.3,x", "line 4: lower (0.4) is above upper (0.3)"),
        ("ticket_count,*,2027-01-01,,9,,,x", "line 4: ticket_count has no better direction"),
        ("reopen_rate,*,2027-01-01,,0.1,,,", "line 4: basis must be filled in"),
        ('reopen_rate,*,2027-01-01,,"0,1",,,x', "is not a number"),
        ("reopen_rate,*,January,,0.1,,,x", "is not a day"),
    ],
)
def test_a_wrong_target_is_refused_and_changes_nothing(duckdb_store, tmp_path, row, said):
    bring_in(duckdb_store, "metric_target", GOOD, tmp_path)
    with pytest.raises(AspError) as error:
        bring_in(duckdb_store, "metric_target", GOOD + row + "\n", tmp_path)

    assert said in str(error.value)
    assert loaded(duckdb_store)["target"].tolist() == [0.92, 0.95]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("sla_resolution_rate,*,2026-01-01,,management", "line 2: reason must be filled in"),
        ("sla_resolution_rate,*,2026-01-01,New rule, ", "line 2: name must be filled in"),
        ("sla_resolution_rate,*,2026-01-01,,", "line 2: reason, name must be filled in"),
        ("nothing,*,2026-01-01,New rule,management", "line 2: metric_id 'nothing' is not known"),
        ("sla_resolution_rate,*,,New rule,management", "line 2: from_on is empty"),
    ],
)
def test_limits_are_rebased_only_with_a_reason_and_a_name(duckdb_store, tmp_path, row, said):
    with pytest.raises(AspError) as error:
        bring_in(duckdb_store, "control_rebase", REBASE + row + "\n", tmp_path)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("p,2020-01-01,,party,Buli,Party,3,1,3,16,1,x", "line 2: kind 'party' is not known"),
        ("p,2020-01-01,,tax,Adó,Tax,2,30,3,16,1,x", "line 2: first_month 2 and first_day 30 are no day"),
        ("p,2020-01-01,,tax,Adó,Tax,3,1,13,1,1,x", "line 2: last_month 13 and last_day 1 are no day"),
        ("p,2020-01-01,,tax,Adó,Tax,3,1,3,16,2,x", "line 2: is_frozen is 1 or 0"),
        ("p,2020-01-01,,tax,Adó,Tax,3,1,3,,1,x", "line 2: last_day must be filled in"),
    ],
)
def test_a_wrong_peak_is_refused(duckdb_store, tmp_path, row, said):
    with pytest.raises(AspError) as error:
        bring_in(duckdb_store, "peak_period", PEAK + row + "\n", tmp_path)
    assert said in str(error.value)


@pytest.mark.parametrize("table", ["metric_target", "control_rebase", "peak_period"])
def test_what_is_exported_can_be_imported(duckdb_store, tmp_path, table):
    with duckdb_store.reading() as connection:
        frame = pd.read_sql(IMPORTABLE[table].select(), connection)
    frame.to_csv(tmp_path / "file.csv", index=False)
    with duckdb_store.writing() as session:
        assert import_table(session, table, tmp_path / "file.csv") == len(frame)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "reopen_rate,*,2026-13-01,,0.95,,,x",
            "line 3: valid_from '2026-13-01' is not a day; write 2026-01-31.",
        ),
        ("sla_resolution_rate,*,2026-01-01,,most,,,x", "line 3: target 'most' is not a number; write 0.95."),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(store, tmp_path, line, said):
    before = loaded(store)
    with pytest.raises(AspError) as found:
        bring_in(store, "metric_target", TARGET + "reopen_rate,*,2026-01-01,,0.05,,,x\n" + line + "\n", tmp_path)

    assert str(found.value).endswith(said)
    pd.testing.assert_frame_equal(loaded(store), before)


def test_a_month_that_is_no_whole_number_is_named_with_its_line(store, tmp_path):
    with pytest.raises(AspError, match=r"line 2: first_month '3\.5' is not a whole number"):
        bring_in(store, "peak_period", PEAK + "p,2020-01-01,,tax,N,N,3.5,1,3,16,1,x\n", tmp_path)
