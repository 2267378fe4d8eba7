import json

import pandas as pd
import pytest

from etl.sources.errors import UnreadableInput

DAY = "2025-01-02"


def test_a_list_of_objects_with_the_lines_they_start_on(read):
    text = json.dumps([{"id": 1, "opened": DAY}, {"id": "2", "opened": None, "more": {"x": [1, 2]}}], indent=1)
    reading = read(text, "a.json")

    assert reading.lines == [2, 6]
    assert reading.column("ticket_id") == ["1", "2"]
    assert reading.column("opened_at") == [pd.Timestamp("2025-01-01 23:00"), None]


def test_nested_keys_and_the_list_inside_a_document(read):
    item = {"id": 1, "opened": DAY, "place": {"codes": [{"ksh": "01508"}]}, "a.b": "dotted"}
    reading = read(
        json.dumps({"result": {"items": [item, {"id": 2, "opened": DAY}]}}),
        "a.json",
        json_path="result.items",
        fields={"ticket_id": "id", "opened_at": "opened", "municipality": "place.codes.0.ksh", "category": "a.b"},
    )

    assert reading.lines == [1, 2]
    assert reading.column("municipality") == ["01508", None]
    assert reading.column("category") == ["dotted", None]


def test_numbers_keep_every_digit_and_nan_is_missing(read):
    fields = {"contract_id": "id", "contract_kind": "id", "value_huf": "v", "buyer": "b"}
    text = """[{"id": 1, "v": 28382047.0, "b": 0.1}, {"id": 2, "v": NaN, "b": true},
        {"id": 3, "v": 1E+3, "b": 9007199254740993}, {"id": 4, "v": Infinity, "b": 1}]"""
    reading = read(text, "a.json", fields=fields, record="contract", job="contracts", decimal=",")

    assert reading.column("value_huf") == [28382047, None, 1000, None]
    assert reading.column("buyer") == ["0,1", "true", "9007199254740993", "1"]
    assert list(reading.problems.values()) == [
        ["value_huf: 'Infinity' is not a number (decimal mark ',', thousands marks in threes: none)"]
    ]


def test_a_broken_line_of_json_lines_is_torn_and_the_others_survive(read):
    good = json.dumps({"id": 1, "opened": DAY})
    reading = read(f'{good}\n{good[:-5]}\n\n[1]\n{good}\n"\\ud800"\n{{"id": "\\ud800", "opened": "x"}}\n', "a.jsonl")

    assert reading.lines == [1, 5]
    assert list(reading.torn) == [2, 4, 6, 7]
    assert reading.torn[2].startswith("not JSON at column")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.json", "is empty"),
        (b'[{"id": 1,\n "opened": }]', "a.json", "line 2: is not JSON at column 12"),
        (b'{"items": [1]}', "a.json", "holds no list at its top.*lists at: 'items'.*json_path"),
        (b'[{"id": 1}]', "a.json", "no object has the key 'opened'"),
        (b"[" * 100_000, "a.json", "nested too deeply"),
        (b'[{"id": ' + b"9" * 5000 + b"}]", "a.json", "number too long"),
        (b"x;y\n" * 30, "a.jsonl", "none of its first 30 lines is a JSON object"),
        (b'{"id": 1}\n', "a.jsonl", "no object has the key 'opened'"),
        ('[{"id": "ő"}]'.encode("windows-1250"), "a.json", "is not utf-8"),
    ],
)
def test_json_that_cannot_be_read_says_why(read, content, name, words):
    with pytest.raises(UnreadableInput, match=words):
        read(content, name)


def test_an_empty_list_is_no_rows(read):
    assert read("[]", "a.json").lines == []


def test_an_overlong_line_is_torn(read):
    good = json.dumps({"id": 1, "opened": DAY})

    reading = read(f'{good}\n{{"id": "{"x" * 1_100_000}"}}\n{good}\n', "a.jsonl")

    assert reading.lines == [1, 3]
    assert "longer than" in reading.torn[2]
