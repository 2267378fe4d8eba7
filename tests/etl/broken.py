"""Small good tables of each job, and every way in which a delivery of them can be broken.

A variant is a file name, its bytes, and what should become of it: "fails" (a message that names it), "aside" (some
rows set aside, all the others loaded), "loads" (every row), or "either" (a message or rows that add up).
"""

import gzip
import io
import json
import random
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import openpyxl
import pandas as pd

ROWS = 12
HEAD = ["key", "day", "amount", "words"]
WORDS = {"tickets": "Adóügy", "contracts": "Győr Város", "training": "Űrlapok", "budget": "Pécs"}
# canonical fields of the four columns; the job's other fields are constants
FIELDS = {
    "tickets": ("ticket", ("ticket_id", "opened_at", "waiting_minutes", "category"), {}),
    "contracts": ("contract", ("contract_id", "signed_on", "value_huf", "buyer"), {"contract_kind": "award"}),
    "training": ("training", ("enrolment_id", "started_on", "cost_huf", "course_name"), {"course_id": "ADO-1"}),
    "budget": ("budget", ("line_id", "period_on", "spent_huf", "municipality"), {"account_id": "K312"}),
}
MORE = {"training": 'person = { value = "someone" }\n', "budget": "fiscal_year = { value = 2025 }\n"}
BOM = b"\xef\xbb\xbf"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")

Cells = list[list[str]]


@dataclass(frozen=True)
class Variant:
    """A broken delivery: its file name (without a number), its bytes, and what should become of it."""

    name: str
    content: bytes
    outcome: str


def sources_toml() -> str:
    """One source per job over every file of its folder."""
    blocks = []
    for job, (record, names, constants) in FIELDS.items():
        lines = [f'[[source]]\nname = "{job}"\njob = "{job}"\nrecord = "{record}"\npath = "{job}/*"\n[source.fields]']
        lines += [f'{field} = "{column}"' for field, column in zip(names, HEAD, strict=True)]
        lines += [f'{field} = {{ value = "{value}" }}' for field, value in constants.items()]
        blocks.append("\n".join(lines) + "\n" + MORE.get(job, ""))
    return "\n".join(blocks)


def table(job: str, prefix: str) -> Cells:
    return [HEAD] + [[f"{prefix}{n}", f"2025-03-{n + 1:02}", str(100 + n), f"{WORDS[job]} {n}"] for n in range(ROWS)]


def csv_of(cells: Cells, end: str = "\n") -> bytes:
    return "".join(",".join(row) + end for row in cells).encode()


def changed(cells: Cells, row: int, column: int, value: str) -> Cells:
    copy = [[*one] for one in cells]
    copy[row][column] = value
    return copy


def variants(job: str, sheets: bool) -> list[Variant]:
    """All of a job; their keys (B…) are none of the good rows' keys."""
    makers: list[Callable[[Cells], Iterator[Variant]]] = [_text, _bytes, _packed, _documents, _lines]
    if sheets:
        makers += [_workbooks, _open_documents]
    return [variant for maker in makers for variant in maker(table(job, "B"))]


def _text(cells: Cells) -> Iterator[Variant]:
    """CSV whose structure or values are wrong."""
    good = csv_of(cells)

    def one(name: str, column: int, value: str, outcome: str = "aside") -> Variant:
        return Variant(f"{name}.csv", csv_of(changed(cells, 5, column, value)), outcome)

    yield Variant("empty.csv", b"", "fails")
    yield Variant("newlines.csv", b"\n\n\n", "fails")
    yield Variant("only-header.csv", csv_of(cells[:1]), "loads")
    yield Variant("no-header.csv", csv_of(cells[1:]), "fails")
    yield Variant("other-columns.csv", good.replace(b"key", b"name"), "fails")
    yield Variant("column-twice.csv", good.replace(b"\n", b",other\n").replace(b"other", b"key", 1), "either")
    yield Variant("header-again.csv", csv_of(cells[:6] + cells[:1] + cells[6:]), "aside")
    yield Variant("cut-in-a-row.csv", good[:-15], "either")
    yield Variant("cut-in-the-header.csv", good[:9], "fails")
    yield Variant("cr-lf-mixed.csv", csv_of(cells[:4], "\r\n") + csv_of(cells[4:]), "loads")
    yield Variant("row-too-long.csv", csv_of([*cells[:5], [*cells[5], "more"], *cells[6:]]), "aside")
    yield Variant("row-too-short.csv", csv_of([*cells[:5], cells[5][:2], *cells[6:]]), "aside")
    yield Variant("blank-rows.csv", csv_of(cells[:5]) + b"\n  \n\n" + csv_of(cells[5:]), "either")
    yield Variant("tabs.csv", good.replace(b",", b"\t"), "loads")
    yield Variant("quote-open.csv", csv_of(changed(cells, 5, 3, '"open')), "either")
    yield Variant("web-page.csv", b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>", "fails")
    yield Variant("one-line.csv", good.replace(b"\n", b" "), "either")
    yield one("day-month-swapped", 1, "03/31/2025")
    yield one("month-13", 1, "2025-13-01")
    yield one("day-30-february", 1, "2025-02-30")
    yield one("day-words", 1, "tegnap")
    yield one("year-one", 1, "0001-01-01", "either")
    yield one("year-9999999", 1, "9999999-01-01")
    yield one("number-words", 2, "sok")
    yield one("number-points", 2, "1.2.3")
    yield one("number-error", 2, "#REF!")
    yield one("number-formula", 2, "=1+1")
    yield one("number-huge", 2, "1" * 30)
    yield one("number-exponent", 2, "1e400")
    yield one("number-nan", 2, "NaN", "either")
    yield one("number-fraction", 2, "1.5")
    yield one("key-missing", 0, "", "either")  # some records have a key of their own then
    yield one("day-missing", 1, "", "either")
    yield one("huge-field", 3, "x" * 2_000_000)
    yield one("huge-number", 2, "9" * 200_000)
    yield one("huge-fraction", 2, "1." + "9" * 200_000)
    yield one("huge-day", 1, "9" * 200_000)


def _bytes(cells: Cells) -> Iterator[Variant]:
    """CSV whose bytes are wrong."""
    good, middle = csv_of(cells), csv_of(cells[:5])
    chance = random.Random(3)
    yield Variant("windows-1250.csv", good.decode().encode("cp1250", "replace"), "fails")
    yield Variant("utf-16.csv", good.decode().encode("utf-16"), "fails")
    yield Variant("bom.csv", BOM + good, "loads")
    yield Variant("bom-in-the-middle.csv", middle + BOM + good[len(middle) :], "either")
    yield Variant("bom-twice.csv", BOM + BOM + good, "either")
    yield Variant("cr-only.csv", good.replace(b"\n", b"\r"), "either")
    yield Variant("nul-in-a-row.csv", middle[:-3] + b"\0" + middle[-3:] + good[len(middle) :], "either")
    yield Variant("nuls.csv", middle + b"\0" * 5000 + good[len(middle) :], "either")
    yield Variant("invalid-utf-8.csv", middle[:-2] + b"\xff\xfe" + middle[-2:] + good[len(middle) :], "either")
    yield Variant("control.csv", good.replace(b",100,", b",\x1b\x07,"), "aside")
    yield Variant("junk.csv", chance.randbytes(5000), "fails")
    yield Variant("workbook.csv", _xlsx(cells), "fails")
    yield Variant("picture.csv", b"\x89PNG\r\n\x1a\n" + chance.randbytes(900), "fails")
    yield Variant("text.xlsx", good, "fails")
    yield Variant("text.ods", good, "fails")
    yield Variant("text.json", good, "fails")
    yield Variant("text.jsonl", good, "either")
    yield Variant("text.csv.gz", good, "fails")
    yield Variant("text.zip", good, "fails")
    yield Variant("text.tar.gz", good, "fails")
    yield Variant("report.pdf", b"%PDF-1.7\n" + chance.randbytes(500), "fails")


def _packed(cells: Cells) -> Iterator[Variant]:
    """Archives that are damaged, hostile or not what they say."""
    good = csv_of(cells)
    packed = gzip.compress(good)
    yield Variant("gzip-of-gzip.csv.gz", gzip.compress(packed), "fails")
    yield Variant("gzip-cut.csv.gz", packed[:-20], "fails")
    yield Variant("gzip-checksum.csv.gz", packed[:-8] + b"\0\0\0\0" + packed[-4:], "fails")
    yield Variant("gzip-tail.csv.gz", packed + b"junk", "either")
    yield Variant("gzip-empty.csv.gz", b"", "fails")
    yield Variant("gzip-bomb.csv.gz", gzip.compress(good + b"\n" * 12_000_000), "either")
    yield Variant("traversal.tar.gz", _tar({"../../evil.csv": good, "/tmp/evil.csv": good}), "either")  # noqa: S108
    yield Variant("tar-link.tar.gz", _tar({}, link=True), "fails")
    yield Variant("tar-empty.tar.gz", _tar({}), "fails")
    yield Variant("tar-cut.tar.gz", _tar({"a.csv": good})[:-30], "fails")
    yield Variant("tar-mixed.tar", _plain_tar({"a.csv": good, "b.txt": b"\0\0", "c.xlsx": b"no"}), "either")
    yield Variant("zip-cut.zip", _zip({"a.csv": good})[:-30], "fails")
    yield Variant("zip-in-zip.zip", _zip({"a.zip": _zip({"a.csv": good})}), "fails")
    yield Variant("zip-empty.zip", _zip({}), "fails")
    yield Variant("zip-bomb.zip", _zip({"a.csv": good + b"\n" * 12_000_000}), "fails")
    yield Variant("zip-traversal.zip", _zip({"..\\..\\evil.csv": good}), "either")
    yield Variant("zip-locked.zip", _locked(_zip({"a.csv": good})), "fails")


def _documents(cells: Cells) -> Iterator[Variant]:
    """JSON that is cut, of another shape, or with values that no table has."""
    rows: list[dict[str, object]] = [dict(zip(HEAD, row, strict=True)) for row in cells[1:]]
    good = json.dumps(rows).encode()

    def with_one(name: str, **values: object) -> Variant:
        return Variant(f"{name}.json", json.dumps([*rows[:5], rows[5] | values, *rows[6:]]).encode(), "aside")

    yield Variant("cut.json", good[:-40], "fails")
    yield Variant("empty.json", b"", "fails")
    yield Variant("null.json", b"null", "fails")
    yield Variant("number.json", b"42", "fails")
    yield Variant("object.json", json.dumps({"error": "not authorised"}).encode(), "fails")
    yield Variant("lists.json", json.dumps(cells).encode(), "either")
    yield Variant("scalars.json", b"[1, 2, 3]", "either")
    yield Variant("deep.json", b"[" * 100_000, "fails")
    yield Variant("comma.json", good[:-1] + b",]", "fails")
    yield Variant("twice.json", good + good, "fails")
    yield Variant("surrogate.json", good.replace(b'"100"', b'"\\ud800"'), "either")
    yield Variant("huge-int.json", good.replace(b'"100"', b"1" * 10_000), "either")
    yield with_one("nested", amount={"net": 1})
    yield with_one("list", day=["2025-03-01"])
    yield with_one("infinite", amount=float("inf"))


def _lines(cells: Cells) -> Iterator[Variant]:
    """JSON Lines, some of which are broken: the others are loaded."""
    rows = [json.dumps(dict(zip(HEAD, row, strict=True))) for row in cells[1:]]

    def with_one(name: str, line: str) -> Variant:
        return Variant(f"{name}.jsonl", "\n".join([*rows[:5], line, *rows[6:]]).encode(), "aside")

    yield with_one("line-cut", rows[5][:20])
    yield with_one("line-scalar", "42")
    yield with_one("line-list", '["a"]')
    yield with_one("line-nul", rows[5] + "\0")
    yield with_one("line-huge", json.dumps({"key": "x" * 2_000_000}))
    yield with_one("line-deep", "[" * 50_000)


def _workbooks(cells: Cells) -> Iterator[Variant]:
    """XLSX that is cut, locked, hostile, or full of formulas."""
    good = _xlsx(cells)
    yield Variant("cut.xlsx", good[: len(good) // 2], "fails")
    yield Variant("locked.xlsx", OLE + b"\0" * 4000, "fails")
    yield Variant("locked.xls", OLE + b"\0" * 4000, "fails")
    yield Variant("no-workbook.xlsx", _zip({"readme.txt": b"hello"}), "fails")
    yield Variant("blank-sheet.xlsx", _xlsx([]), "fails")
    yield Variant("other-columns.xlsx", _xlsx([["a", "b"], ["1", "2"]]), "fails")
    yield Variant("error-cells.xlsx", _xlsx(changed(cells, 5, 2, "#REF!")), "aside")
    yield Variant("formula-cells.xlsx", _xlsx(changed(cells, 5, 0, "=A2")), "aside")
    yield Variant("entities.xlsx", _replaced(good, "xl/worksheets/sheet1.xml", _LAUGHS), "fails")
    yield Variant("sheet-junk.xlsx", _replaced(good, "xl/worksheets/sheet1.xml", b"\0junk" * 99), "fails")
    yield Variant("bomb.xlsx", _replaced(good, "xl/worksheets/sheet1.xml", b" " * 12_000_000), "fails")
    yield Variant("far-cell.xlsx", _replaced(good, "xl/worksheets/sheet1.xml", _FAR), "fails")


def _open_documents(cells: Cells) -> Iterator[Variant]:
    """ODS that is cut or repeats a cell without end."""
    packed = io.BytesIO()
    pd.DataFrame(cells[1:], columns=cells[0]).to_excel(packed, engine="odf", index=False)
    good = packed.getvalue()
    yield Variant("cut.ods", good[: len(good) // 2], "fails")
    yield Variant("no-content.ods", _zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "fails")
    yield Variant("content-junk.ods", _replaced(good, "content.xml", b"<a>"), "fails")


_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(9))
    + b"]><worksheet><sheetData><row><c><v>&j;</v></c></row></sheetData></worksheet>"
)
_FAR = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>key</t></is></c></row>'
    b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row></sheetData></worksheet>'
)


def _xlsx(cells: Cells) -> bytes:
    book, packed = openpyxl.Workbook(), io.BytesIO()
    for row in cells:
        book.active.append(row)
    book.save(packed)
    return packed.getvalue()


def _zip(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _replaced(packed: bytes, member: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return _zip(members | {member: content})


def _locked(packed: bytes) -> bytes:
    """The archive with the flag that says its members are encrypted."""
    changed = bytearray(packed)
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", changed, packed.index(signature) + at, 1)
    return bytes(changed)


def _plain_tar(members: dict[str, bytes], link: bool = False) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        if link:
            info = tarfile.TarInfo("a.csv")
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(info)
    return packed.getvalue()


def _tar(members: dict[str, bytes], link: bool = False) -> bytes:
    return gzip.compress(_plain_tar(members, link))
