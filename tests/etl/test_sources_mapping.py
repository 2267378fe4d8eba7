import re

import pandas as pd
import pytest

from etl.sources import batches, inputs, reparsed

DAY = "2025-01-02"
TICKET = {"ticket_id": "id", "opened_at": "opened"}
TRAINING = {"record": "training", "job": "training"}
BUDGET = {"record": "budget", "job": "budget"}


def test_values_are_mapped_whatever_their_case_and_missing_ones_too(read):
    reading = read(
        f"id,opened,p\n1,{DAY},1 - CRITICAL\n2,{DAY},  4 - Low \n3,{DAY},P2\n4,{DAY},\n5,{DAY},?\n6,{DAY},NA\n",
        fields=TICKET | {"priority": "p"},
        values={"priority": {"1 - Critical": "P1", "4 - low": "P4", "": "P3", "?": ""}},
        missing=["?", "NA"],
    )

    assert reading.column("priority") == ["P1", "P4", "P2", "P3", None, "P3"]


def test_a_star_stands_for_every_other_value_but_not_for_none(read):
    reading = read(
        f"id,opened,c\n1,{DAY},Phone\n2,{DAY},fax\n3,{DAY},\n",
        fields=TICKET | {"channel": "c"},
        values={"channel": {"phone": "phone", "*": "other"}},
    )

    assert reading.column("channel") == ["phone", "other", None]


def test_a_constant_a_pattern_and_padding(read):
    reading = read(
        "code;name;amount\n11130;Személyi (K1);5\n011130;Dologi;6\n",
        fields={
            "fiscal_year": {"value": 2018},
            "account_id": {"column": "name", "pattern": r"\(([BK]\d+)\)"},
            "function_id": {"column": "code", "pad": 6},
            "spent_huf": "amount",
            "period_on": {"value": "2018-01-01"},
        },
        dates=["%d/%m/%Y"],
        **BUDGET,
    )

    assert reading.column("fiscal_year") == [2018, 2018]
    assert reading.column("account_id") == ["K1", None]
    assert reading.column("function_id") == ["011130", "011130"]
    assert reading.column("period_on") == [pd.Timestamp("2018-01-01")] * 2


def test_columns_are_joined_or_the_first_that_is_there_is_taken(read):
    fields = {
        "contract_id": {"columns": ["a", "b"], "separator": "/"},
        "contract_kind": {"value": "award"},
        "supplier": {"columns": ["b", "a"], "first": True},
    }
    reading = read("a;b\nx;y\nx;\n;\n", fields=fields, record="contract", job="contracts")

    assert reading.column("contract_id") == ["x/y", "x/", None]
    assert reading.column("supplier") == ["y", "x", None]


def test_days_count_from_a_base_or_from_that_of_their_run(read):
    bases = {"2013J": "2013-10-01", "2014B": "2014-02-01"}
    fields = {
        "person": "who",
        "course_id": "course",
        "started_on": {"column": "zero", "base": "2013-10-01"},
        "enrolled_on": {"column": "days", "base": {"column": "run", "values": bases}},
    }
    text = "who,course,zero,days,run\na,X,0,-159,2013J\nb,X,1,3,2014b\nc,X,0,,2013J\n"
    text += "d,X,0,5,2099X\ne,X,0,1.5,2013J\nf,X,0,999999,2013J\n"
    reading = read(text, fields=fields, **TRAINING)

    assert reading.column("enrolled_on") == [
        pd.Timestamp("2013-04-25"),
        pd.Timestamp("2014-02-04"),
        None,
        None,
        None,
        None,
    ]
    assert reading.column("started_on")[1] == pd.Timestamp("2013-10-02")
    assert reading.problems == {
        5: ["enrolled_on: no base day for this value of column 'run'"],
        6: ["enrolled_on: '1.5' is not a whole number"],
        7: ["enrolled_on: more days from its base than a hundred years"],
    }


def test_a_matrix_gives_a_row_per_cell_with_the_line_of_the_file(read):
    reading = read(
        ";;1;3\r\n;;Illetmény;Jutalom\r\n11130;Igazgatás;10;0\r\n11140;Nemzetiség;;7\r\n",
        unpivot={"id": [1, 2], "header": ["line_no", "line_name"], "header_rows": [1, 2], "value": "amount"},
        fields={
            "fiscal_year": {"value": 2018},
            "function_id": {"column": 1, "pad": 6},
            "account_id": "line_no",
            "original_huf": "amount",
        },
        values={"account_id": {"1": "K1101", "3": "K1103"}},
        **BUDGET,
    )

    rows = list(
        zip(
            reading.lines,
            reading.column("function_id"),
            reading.column("account_id"),
            reading.column("original_huf"),
            strict=True,
        )
    )
    assert rows == [(3, "011130", "K1101", 10), (3, "011130", "K1103", 0), (4, "011140", "K1103", 7)]
    assert reading.raw["_column"].tolist() == ["3", "4", "4"]


def test_totals_and_notes_are_no_rows(read):
    reading = read(
        f"id,opened\n1,{DAY}\nTotal,\n2,{DAY}\nnote: x,\n",
        fields=TICKET,
        only={"opened": "."},
        skip={"id": "^Total"},
    )

    assert reading.lines == [2, 4]


def test_a_column_that_may_be_absent(read):
    fields = TICKET | {"closed_at": {"column": "closed", "optional": True}}

    assert read(f"id,opened\n1,{DAY}\n", fields=fields).column("closed_at") == [None]
    assert read(f"id,opened,closed\n1,{DAY},{DAY}\n", fields=fields).column("closed_at") != [None]


def test_a_batch_is_as_long_as_asked(tmp_path, source_of):
    (tmp_path / "a.csv").write_text("id,opened\n" + f"1,{DAY}\n" * 2500)
    source = source_of()
    (one,) = inputs(source, tmp_path)

    sizes = [len(batch.rows) for batch in batches(one, source, 1000)]

    assert sizes == [1000, 1000, 500]
    assert one.size == len("id,opened\n") + 2500 * 13
    assert re.fullmatch("[0-9a-f]{64}", one.content_hash)


def test_a_row_can_be_read_again_from_what_was_delivered(tmp_path, source_of):
    fields = {
        "person": "who",
        "course_id": "course",
        "started_on": "day",
        "enrolment_id": {"columns": ["course", "who"], "separator": "/"},
    }
    (tmp_path / "a.csv").write_text("who,course,day\nKovács,X,bad\n")
    source = source_of(fields=fields, **TRAINING)
    (batch,) = batches(next(inputs(source, tmp_path)), source)

    again = reparsed(batch.raw.assign(day=DAY), batch.lines, source)

    assert again.problems.empty
    assert again.rows["started_on"].tolist() == [pd.Timestamp(DAY)]
    assert again.rows[["person", "enrolment_id"]].equals(batch.rows[["person", "enrolment_id"]])


@pytest.mark.parametrize(
    "mapping",
    [
        {"person": "who", "role": "who"},
        {"person": {"column": "who", "pattern": "^(\\w+)"}},
        {"person": {"columns": ["who", "born"]}},
        {"person": "born", "run": {"columns": ["who", "born"]}, "enrolment_id": "who"},
    ],
)
def test_people_appear_as_hashes_only(read, mapping):
    fields = {"course_id": "course", "started_on": "day"} | mapping
    person = {"fields": ["person", "enrolment_id"] if "enrolment_id" in mapping else ["person"]}
    reading = read(
        "who,born,course,day\nKovács Béla,1970-05-06,X,bad\nNagy,1971,X,\n", fields=fields, person=person, **TRAINING
    )

    everything = reading.rows.to_csv() + reading.raw.to_csv() + str(reading.problems)
    assert not re.search("Kovács|Béla|Nagy|1970|1971", everything)
    assert re.fullmatch("[0-9a-f]{32}", reading.column("person")[0])
    assert reading.column("person")[0] != reading.column("person")[1]


def test_a_person_is_the_same_in_a_spreadsheet_and_in_text(read, tmp_path):
    fields = {"person": "who", "course_id": "course", "started_on": "day"}
    text = read("who,course,day\n11391,X,2025-01-02\n", fields=fields, **TRAINING)
    pd.DataFrame({"who": [11391], "course": ["X"], "day": [DAY]}).to_excel(tmp_path / "b.xlsx", index=False)
    sheet = read((tmp_path / "b.xlsx").read_bytes(), "b.xlsx", fields=fields, **TRAINING)

    assert text.column("person") == sheet.column("person")
