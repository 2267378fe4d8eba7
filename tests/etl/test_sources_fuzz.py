"""Good files damaged in every way we could think of: a clear message or rows that say what is wrong, nothing else."""

import gzip
import io
import json
import random
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data.errors import AspError
from etl.config import Source
from etl.sources import batches, inputs

pytestmark = pytest.mark.slow

HEAD = ["id", "opened", "amount", "who"]
ROWS = [[f"T{n}", f"2025-01-{n % 28 + 1:02} 10:00", f"{n}.0", f"Person {n}"] for n in range(40)]
FIELDS = {"ticket_id": "id", "opened_at": "opened", "waiting_minutes": "amount", "category": "who"}


def _csv() -> bytes:
    return "\n".join(
        ";".join(f'"{cell}"' if n % 3 == 0 else cell for cell in row) for n, row in enumerate([HEAD, *ROWS])
    ).encode()


def _json() -> bytes:
    return json.dumps([dict(zip(HEAD, row, strict=True)) for row in ROWS], indent=1).encode()


def _json_lines() -> bytes:
    return "\n".join(json.dumps(dict(zip(HEAD, row, strict=True))) for row in ROWS).encode()


def _xlsx() -> bytes:
    book, packed = openpyxl.Workbook(), io.BytesIO()
    for row in [HEAD, *ROWS]:
        book.active.append(row)
    book.save(packed)
    return packed.getvalue()


def _ods() -> bytes:
    packed = io.BytesIO()
    pd.DataFrame(ROWS, columns=HEAD).to_excel(packed, engine="odf", index=False)
    return packed.getvalue()


def _tar() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        info = tarfile.TarInfo("a.csv")
        info.size = len(_csv())
        archive.addfile(info, io.BytesIO(_csv()))
    return packed.getvalue()


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", _csv())
    return packed.getvalue()


GOOD: dict[str, Callable[[], bytes]] = {
    "a.csv": _csv,
    "a.csv.gz": lambda: gzip.compress(_csv()),
    "a.json": _json,
    "a.jsonl": _json_lines,
    "a.xlsx": _xlsx,
    "a.ods": _ods,
    "a.tar.gz": _tar,
    "a.zip": _zip,
}


def _flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(8):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _spliced(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    piece = chance.choice(
        [b'"', b"\0", b"\n", b"\r", b";", b"\xff\xfe", b"{", b"[", b"&a;", b'""', b"\xed\xa0\x80", b"=1+1"]
    )
    return content[:at] + piece * chance.choice([1, 2, 500]) + content[at:]


def _without(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content[at + chance.choice([1, 10, 1000]) :]


DAMAGE: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "empty": lambda content, chance: b"",
    "cut": lambda content, chance: content[: chance.randrange(len(content))],
    "beheaded": lambda content, chance: content[chance.randrange(1, 60) :],
    "flipped": _flipped,
    "spliced": _spliced,
    "missing": _without,
    "doubled": lambda content, chance: content + content,
    "junk": lambda content, chance: chance.randbytes(3000),
    "utf-16": lambda content, chance: content.decode("latin-1").encode("utf-16"),
    "zeros": lambda content, chance: content[:50] + b"\0" * 5000 + content[50:],
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("filename", GOOD)
def test_a_damaged_file_gives_a_message_or_rows_with_their_lines(tmp_path, source_of, filename, damage):
    chance = random.Random(f"{filename} {damage}")
    source = source_of(path=filename, fields=FIELDS)
    for _ in range(6):
        (tmp_path / filename).write_bytes(DAMAGE[damage](GOOD[filename](), chance))

        said = _read(source, tmp_path)

        assert not said or filename in said


def _read(source: Source, base: Path) -> str:
    """Reads everything and checks that it hangs together; gives the message when it cannot be read."""
    try:
        for one in inputs(source, base):
            for batch in batches(one, source):
                assert len(batch.rows) == len(batch.raw) == len(batch.lines)
                assert set(batch.problems["row"]) <= set(range(len(batch.rows)))
                assert all(line > 0 for line in [*batch.lines, *(torn.line for torn in batch.torn)])
                batch.rows.to_csv().encode()
    except AspError as error:
        return str(error)
    return ""


def test_one_damaged_row_of_a_text_costs_no_other(tmp_path, source_of):
    chance = random.Random(7)
    source = source_of(fields=FIELDS)
    lines = _csv().split(b"\n")
    for _ in range(150):
        hurt = chance.randrange(1, len(lines))
        changed = [*lines]
        changed[hurt] = _spliced(lines[hurt], chance).replace(b"\n", b"").replace(b"\r", b"")
        (tmp_path / "a.csv").write_bytes(b"\n".join(changed).replace(b"\xff\xfe", b"").replace(b"\xed\xa0\x80", b""))
        (one,) = inputs(source, tmp_path)

        found = {key for batch in batches(one, source) for key in batch.rows["ticket_id"]}

        assert {f"T{n}" for n in range(40) if n != hurt - 1} <= found
