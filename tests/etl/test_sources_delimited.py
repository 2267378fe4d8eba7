import gzip
import io

import pytest

from etl.limits import Limits
from etl.sources import batches, inputs
from etl.sources.delimited import read_delimited
from etl.sources.errors import SourceError, UnreadableInput

HEAD = "id;opened;title\n"
DAY = "2025-01-02"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_guessed_by_the_mapped_columns(read, delimiter):
    reading = read(f"id,opened;x\n1;{DAY};y\n".replace(";", "\0").replace(",", "\0").replace("\0", delimiter))

    assert reading.column("ticket_id") == ["1"]


def test_lines_are_those_of_the_file(read):
    reading = read(f"note\n\n{HEAD}1;{DAY};a\n\n2;{DAY}\n3;{DAY};b\n\r\n4;{DAY};c;d\n5;{DAY};e", header_row=3)

    assert dict(zip(reading.lines, reading.column("ticket_id"), strict=True)) == {4: "1", 7: "3", 10: "5"}
    assert reading.torn == {6: "2 columns instead of 3", 9: "4 columns instead of 3"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(read, end):
    reading = read(f"{HEAD}1;{DAY};a\n2;{DAY};b\n".replace("\n", end))

    assert reading.lines == [2, 3]
    assert reading.column("ticket_id") == ["1", "2"]


def test_a_quoted_line_end_belongs_to_its_record(read):
    reading = read(
        f'{HEAD}1;{DAY};"first\nsecond; ""third"""\n2;{DAY};b\n',
        fields={"ticket_id": "id", "opened_at": "opened", "category": "title"},
    )

    assert reading.lines == [2, 4]
    assert reading.column("category") == ['first\nsecond; "third"', "b"]


def test_a_quotation_mark_that_is_never_closed_costs_one_row(read):
    rows = "".join(f"{number};{DAY};x\n" for number in range(3, 2003))
    reading = read(f'{HEAD}1;{DAY};ok\n2;{DAY};"open\n{rows}')

    assert list(reading.torn) == [3]
    assert "never closed" in reading.torn[3]
    assert reading.lines == [2, *range(4, 2004)]


def test_an_open_mark_before_a_quoted_value_does_not_swallow_it(read):
    reading = read(f'{HEAD}1;{DAY};"open\n2;{DAY};"good"\n3;{DAY};"also\ngood"\n')

    assert list(reading.torn) == [2]
    assert reading.lines == [3, 4]


def test_inch_marks_are_text(read):
    fields = {"ticket_id": "id", "opened_at": "opened", "category": "title"}
    reading = read(f'{HEAD}1;{DAY};19" monitor\n2;{DAY};19" and 21"\n3;{DAY};x\n', fields=fields)

    assert reading.column("category") == ['19" monitor', '19" and 21"', "x"]
    assert reading.torn == {}


def test_a_record_that_is_too_long_is_torn_and_the_rest_survives(read):
    reading = read(f"{HEAD}1;{DAY};a\n2;{DAY};{'x' * 1_100_000}\n3;{DAY};b\n")

    assert reading.lines == [2, 4]
    assert "longer than" in reading.torn[3]


@pytest.mark.parametrize("block", [64, 100, 1000])
def test_blocks_of_any_size_give_the_same_rows(source_of, block, monkeypatch):
    monkeypatch.setattr("etl.sources.stream.BLOCK", block)
    text = HEAD + "".join(f'{n};{DAY};"a\nb {n}"\n\n{n}x;{DAY};c\n{n}y;{DAY}\n' for n in range(50))
    text += f'open;{DAY};"never\n' + "".join(f"{n}z;{DAY};c\n" for n in range(20))

    cells = list(read_delimited(io.BytesIO(text.encode()), "a.csv", source_of()))

    ids = [key for one in cells for key in one.table.column("id").to_pylist()]
    lines = [int(line) for one in cells for line in one.lines]
    assert sorted(ids) == sorted(
        [str(n) for n in range(50)] + [f"{n}x" for n in range(50)] + [f"{n}z" for n in range(20)]
    )
    assert all(text.split("\n")[line - 1].startswith(key) for line, key in zip(lines, ids, strict=True))
    assert len([torn for one in cells for torn in one.torn]) == 51


def test_a_block_may_end_inside_a_character(source_of, monkeypatch):
    content = f"{HEAD}1;{DAY};őőőő\n2;{DAY};ő\n".encode()
    source = source_of(fields={"ticket_id": "id", "opened_at": "opened", "category": "title"})

    for block in range(len(HEAD), len(content)):
        monkeypatch.setattr("etl.sources.stream.BLOCK", block)
        cells = list(read_delimited(io.BytesIO(content), "a.csv", source))
        assert sum(part.table.num_rows for part in cells) == 2, f"blocks of {block} bytes"


def test_a_line_longer_than_memory_allows_is_dropped_while_it_is_read(source_of, monkeypatch):
    monkeypatch.setattr("etl.sources.stream.BLOCK", 64)
    source = source_of()
    source._limits = Limits(record=50)
    text = f"{HEAD}1;{DAY};a\n2;{DAY};{'x' * 2000}\n3;{DAY};b\n"

    cells = list(read_delimited(io.BytesIO(text.encode()), "a.csv", source))

    assert [int(line) for one in cells for line in one.lines] == [2, 4]
    assert [(torn.line, torn.reason) for one in cells for torn in one.torn] == [(3, "longer than 50 characters")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1250", "iso-8859-2", "utf-16"])
def test_hungarian_text_survives_its_encoding(read, encoding):
    declared = encoding.removesuffix("-sig")
    fields = {"ticket_id": "azonosító", "opened_at": "opened", "municipality": "település"}
    content = f"azonosító;opened;település\n1;{DAY};Őrhalom\n2;{DAY};Hűvösvölgy\n".encode(encoding)

    assert read(content, encoding=declared, fields=fields).column("municipality") == ["Őrhalom", "Hűvösvölgy"]


def test_a_wrong_encoding_names_the_line_and_the_byte(read):
    content = f"{HEAD}1;{DAY};a\n2;{DAY};Őrhalom\n".encode("windows-1250")

    with pytest.raises(UnreadableInput, match=r"a\.csv, line 3: byte 0xD5 is not utf-8.*windows-1250"):
        read(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"   \n", "is empty"),
        (f"{HEAD}".encode("utf-16"), 'encoding = "utf-16"'),
        (f"{HEAD}".encode("utf-16-le"), 'encoding = "utf-16"'),
        (b"PK\x03\x04rest", "zip archive or a spreadsheet"),
        (b"%PDF-1.7", "PDF"),
        (gzip.compress(b"x", mtime=0), "gzipped"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is a picture"),
        (b"\x00\x01\x02\x03\x05\x06" * 50, "binary"),
        (b"id;date\n1;2\n", "column 'opened' not found.*headings are 'id', 'date'"),
        (b"id;Opend\n1;2\n", r"closest: 'Opend'"),
        (b"id;opened;id\n1;2;3\n", "stands over columns 1 and 3.*column = 1"),
        (b'"id;opened\n1;2\n', "headings cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(read, content, words):
    with pytest.raises(UnreadableInput, match=words):
        read(content)


def test_a_heading_that_stands_twice_does_not_matter_unless_it_is_mapped(read):
    assert read(f"id;x;opened;x\n1;a;{DAY};b\n").column("ticket_id") == ["1"]


def test_a_column_can_be_named_by_its_position(read):
    assert read(f"id;opened;id\n1;{DAY};2\n", fields={"ticket_id": 3, "opened_at": "opened"}).column("ticket_id") == [
        "2"
    ]


def test_truncated_gzip_fails_by_name(read):
    packed = gzip.compress((HEAD + f"1;{DAY};a\n" * 5000).encode())

    with pytest.raises(UnreadableInput, match=r"a\.csv\.gz: ends in the middle"):
        read(packed[: len(packed) // 2], "a.csv.gz")


def test_headings_alone_are_no_rows(read):
    assert read(HEAD).lines == []


def test_a_path_that_matches_no_file_fails_the_source(read):
    with pytest.raises(SourceError, match=r"source 'test': no file matches path 'none/\*\.csv'"):
        read(HEAD, path="none/*.csv")


def test_inputs_come_in_the_order_of_the_paths(tmp_path, source_of):
    from etl.sources import inputs

    for name in ("b.csv", "a.csv", "z.csv"):
        (tmp_path / name).write_text(HEAD)

    names = [one.name for one in inputs(source_of(path=["z.csv", "*.csv"]), tmp_path)]

    assert names == ["z.csv", "a.csv", "b.csv"]


def test_a_file_of_nothing_but_torn_rows_is_given_up(source_of, tmp_path):
    source = source_of()
    source._limits = Limits(torn=3)
    (tmp_path / "a.csv").write_text("id;opened\n" + "1\n" * 4, encoding="utf-8")
    (one,) = inputs(source, tmp_path)

    with pytest.raises(
        UnreadableInput,
        match=r"a\.csv, line 2: more than 3 rows do not split into columns; the first is 1 columns instead of 2",
    ):
        list(batches(one, source))
