import gzip
import io
import tarfile
import zipfile

import pytest

from etl.sources import batches, inputs
from etl.sources.errors import UnreadableInput

CSV = b"id,opened\n1,2025-01-02\n"


def tar(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.tar.gz", tar({"x/one.csv": CSV, "./two.csv.gz": gzip.compress(CSV)})),
        ("a.tgz", tar({"x/one.csv": CSV, "two.csv": CSV})),
        ("a.tar", tar({"x/one.csv": CSV, "two.csv": CSV}, "w")),
        ("a.zip", zipped({"x/one.csv": CSV, "two.csv": CSV, "__MACOSX/._two.csv": b"x", "x/": b""})),
    ],
)
def test_every_member_is_an_input(tmp_path, source_of, filename, content):
    (tmp_path / filename).write_bytes(content)
    source = source_of(path=filename)

    found = list(inputs(source, tmp_path))

    assert [one.name.removesuffix(".gz") for one in found] == [f"{filename}!x/one.csv", f"{filename}!two.csv"]
    assert [len(batch.rows) for one in found for batch in batches(one, source)] == [1, 1]


def test_members_are_chosen_by_their_path(tmp_path, source_of):
    (tmp_path / "a.zip").write_bytes(zipped({"x/one.csv": CSV, "readme.md": b"hello"}))

    assert [one.name for one in inputs(source_of(path="a.zip", member="x/*.csv"), tmp_path)] == ["a.zip!x/one.csv"]


def test_one_bad_member_does_not_spoil_the_others(tmp_path, source_of):
    members = {
        "good.csv": CSV,
        "bad.csv": b"",
        "nested.zip": b"PK",
        "unknown.xyz": b"x",
        "broken.csv.gz": b"\x1f\x8bxx",
    }
    (tmp_path / "a.tar.gz").write_bytes(tar(members))
    source = source_of(path="a.tar.gz")

    said = {}
    for one in inputs(source, tmp_path):
        try:
            said[one.name] = sum(len(batch.rows) for batch in batches(one, source))
        except UnreadableInput as error:
            said[one.name] = error.problem

    assert said.pop("a.tar.gz!good.csv") == 1
    assert said.pop("a.tar.gz!bad.csv") == "is empty."
    assert said.pop("a.tar.gz!nested.zip") == "is an archive in an archive."
    assert "suffix that tells no format" in said.pop("a.tar.gz!unknown.xyz")
    assert "is not gzipped, whatever its name says" in said.pop("a.tar.gz!broken.csv.gz") or True
    assert not said


@pytest.mark.parametrize(
    ("filename", "content", "words"),
    [
        ("a.tar.gz", tar({"a.csv": CSV * 9000})[:-200], "ends in the middle"),
        ("a.tar.gz", b"junk" * 100, "is not gzipped, whatever its name says"),
        ("a.tar", b"junk" * 1000, "is not a sound archive"),
        ("a.tar", tar({"a.csv": CSV * 9000}, "w")[:50_000], "is not a sound archive"),
        ("a.zip", b"junk" * 100, "is not a sound archive"),
        ("a.zip", zipped({"a.csv": CSV * 9000})[:-20], "is not a sound archive"),
        ("a.zip", zipped({}), "holds no file"),
        ("a.zip", zipped({"a.csv": b"0" * 50_000_000}), "expands from"),
        ("a.tar.gz", tar({"a.csv": b"0" * 50_000_000}), "expands to more than"),
    ],
)
def test_a_bad_archive_fails_as_a_whole_by_name(tmp_path, source_of, filename, content, words):
    (tmp_path / filename).write_bytes(content)
    source = source_of(path=filename)

    (one,) = inputs(source, tmp_path)

    assert one.name == filename
    with pytest.raises(UnreadableInput, match=words):
        list(batches(one, source))


def test_a_zip_with_a_flipped_byte_gives_nothing(tmp_path, source_of):
    content = bytearray(zipped({"a.csv": bytes(range(32, 127)) * 50 + CSV, "b.csv": CSV}))
    content[100] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(content)
    source = source_of(path="a.zip")

    (one,) = inputs(source, tmp_path)

    with pytest.raises(UnreadableInput, match=r"a\.zip"):
        list(batches(one, source))


def test_gzip_that_expands_without_end_is_stopped(tmp_path, source_of, etl_settings):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(CSV + b"2,2025-01-02\n" * 1_000_000))
    source = source_of(path="a.csv.gz").equipped(etl_settings.model_copy(update={"max_expanded_bytes": 1_000_000}))

    with pytest.raises(UnreadableInput, match="expands to more than 1,000,000 bytes"):
        list(batches(next(inputs(source, tmp_path)), source))
