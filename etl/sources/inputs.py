"""The inputs of a source: its files, the members of its archives, the sheets of its workbooks."""

import gzip
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from etl.config import Format, Source
from etl.sources.archives import Member, archive_of, members
from etl.sources.errors import SourceError, UnreadableInput
from etl.sources.fdp.package import packaged
from etl.sources.kgr.chain import chained
from etl.sources.pull import Slice
from etl.sources.shapes import Shape
from etl.sources.stream import Guarded

_SUFFIXES: dict[str, Format] = {
    ".csv": "csv", ".txt": "csv", ".tsv": "tsv", ".tab": "tsv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls",
    ".ods": "ods", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Input:
    """One file, archive member or sheet, or one slice of a live source.

    name: as people know it, relative to sources.toml ("log.csv.gz", "awards.tar.gz!a.json", "book.xlsx[2025]");
    size: bytes as stored; content_hash: SHA-256 of its bytes and of what the source says about them;
    format: how to read it; labels: what its rows find in the columns _file, _member and _sheet. slice: the records
    of a live source, which has no bytes and no content_hash; known: columns that it delivered before; shape: those of
    this pull so far. parts: the files that are read together as this one input. owns: tells keys that this input alone
    has: what it delivered of them before and does not deliver now is gone.
    """

    name: str
    size: int
    content_hash: str | None
    format: Format
    labels: dict[str, str]
    opener: Callable[[], BinaryIO] = field(repr=False, compare=False)
    slice: Slice | None = field(default=None, repr=False, compare=False)
    known: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    shape: Shape = field(default_factory=dict, repr=False, compare=False)
    parts: Callable[[], Iterator["Input"]] | None = field(default=None, repr=False, compare=False)
    owns: Callable[[str], bool] | None = field(default=None, repr=False, compare=False)

    @property
    def sheet(self) -> str | None:
        """The sheet to read; the first one if None."""
        return self.labels.get("_sheet")

    def open(self) -> BinaryIO:
        """Its bytes, unpacked. Raises UnreadableInput, here or while they are read."""
        return self.opener()


def inputs(source: Source, base: Path) -> Iterator[Input]:
    """The inputs of the source, in the order of its paths, sorted within each; paths are relative to base.

    Raises SourceError, before any input, when a path matches no file. What is wrong with one input comes out as
    UnreadableInput when that input is read.
    """
    files = _files(source, base)
    if source.format == "ocds":
        yield _together(files, base, source)
        return
    if source.format == "fdp":
        for path in files:
            yield from packaged(list(_of_file(path, _named(path, base), source)), _beside(path, base, source), source)
        return
    found = (one for path in files for one in _of_file(path, _named(path, base), source))
    if source.format == "kgr":
        yield from chained(found, source)
        return
    for one in found:
        yield from _sheets(one, source)


def _named(path: Path, base: Path) -> str:
    return os.path.relpath(path, base).replace(os.sep, "/")


def _beside(descriptor: Path, base: Path, source: Source) -> Callable[[str], Input]:
    """Files by their place relative to a descriptor's."""

    def one(relative: str) -> Input:
        path = descriptor.parent / relative
        return next(_of_file(path, _named(path, base), source))

    return one


def _together(files: list[Path], base: Path, source: Source) -> Input:
    """All files as one input: a process may be told of in any of them, so that only all of them tell its state."""

    def parts() -> Iterator["Input"]:
        for path in files:
            yield from _of_file(path, _named(path, base), source)

    digests, size = [], 0
    for part in parts():
        digests.append(str(part.content_hash))
        size += part.size
    name = _named(files[0], base) if len(files) == 1 else ", ".join(source.path)
    return Input(name, size, _hash("/".join(sorted(digests)), source), "ocds", {"_file": name}, _no_bytes, parts=parts)


def _no_bytes() -> BinaryIO:
    raise AssertionError("files that are read together are opened one by one")


def _files(source: Source, base: Path) -> list[Path]:
    found: dict[Path, None] = {}
    for pattern in source.path:
        files = _matches(pattern, base)
        if not files:
            raise SourceError(
                f"source '{source.name}': no file matches path '{pattern}' in {base}. Correct it or deliver the file."
            )
        found.update(dict.fromkeys(files))
    return list(found)


def _matches(pattern: str, base: Path) -> list[Path]:
    exact = base / pattern
    if exact.is_file():
        return [exact]
    root, relative = (
        (Path(exact.anchor), pattern[len(exact.anchor) :]) if Path(pattern).is_absolute() else (base, pattern)
    )
    try:
        return sorted(path for path in root.glob(relative) if path.is_file())
    except (ValueError, NotImplementedError, OSError):
        return []


def _of_file(path: Path, name: str, source: Source) -> Iterator[Input]:
    kind = archive_of(path.name)
    try:
        if kind:
            yield from (_of_member(member, name, source) for member in members(path, name, kind, source))
        else:
            yield _plain(path, name, source)
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})."
        yield _broken(UnreadableInput(name, problem, "Check the file and its permissions."), source)
    except UnreadableInput as error:
        yield _broken(error, source)


def _plain(path: Path, name: str, source: Source) -> Input:
    size = path.stat().st_size
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    labels = {"_file": name}
    return Input(
        name,
        size,
        _hash(digest.hexdigest(), source),
        _format(path.name, name, source),
        labels,
        _opener(path, name, source),
    )


def _of_member(member: Member, archive: str, source: Source) -> Input:
    name = f"{archive}!{member.name}"
    if member.fault:
        return _broken(member.fault, source)
    try:
        form = _format(member.name, name, source)
    except UnreadableInput as error:
        return _broken(error, source)
    labels = {"_file": archive, "_member": member.name}
    packed = member.name.lower().endswith(".gz")

    def opened() -> BinaryIO:
        stream = member.open()
        return _guarded(gzip.GzipFile(fileobj=stream) if packed else stream, name, source)

    return Input(name, member.size, _hash(member.digest, source), form, labels, opened)


def _opener(path: Path, name: str, source: Source) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        try:
            file = gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb")  # noqa: SIM115 - the reader closes it
        except OSError as error:
            raise UnreadableInput(name, f"cannot be read ({error.strerror}).", "Check the file.") from error
        return _guarded(cast(BinaryIO, file), name, source)

    return opened


def _guarded(stream: BinaryIO | gzip.GzipFile, name: str, source: Source) -> BinaryIO:
    return cast(BinaryIO, Guarded(stream, name, source.limits.expanded))


def _format(filename: str, name: str, source: Source) -> Format:
    if source.format:
        return source.format
    suffix = Path(filename.lower().removesuffix(".gz")).suffix
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    known = ", ".join(sorted(one.lstrip(".") for one in _SUFFIXES))
    raise UnreadableInput(
        name,
        f"has a suffix that tells no format ('{suffix}').",
        f"Set format, or member to leave it out. Known: {known}.",
    )


def _sheets(one: Input, source: Source) -> Iterator[Input]:
    if not source.sheet or one.content_hash is None or one.format not in ("xlsx", "xls", "ods"):
        yield one
        return
    for sheet in source.sheet:
        digest = hashlib.sha256(f"{one.content_hash}/{sheet}".encode()).hexdigest()
        labels = {**one.labels, "_sheet": sheet}
        yield Input(f"{one.name}[{sheet}]", one.size, digest, one.format, labels, one.opener)


def _broken(error: UnreadableInput, source: Source) -> Input:
    def opened() -> BinaryIO:
        raise error

    return Input(error.name, 0, _hash(str(error), source), source.format or "csv", {"_file": error.name}, opened)


def _hash(digest: str, source: Source) -> str:
    return hashlib.sha256(f"{digest}/{source.description_hash}".encode()).hexdigest()
