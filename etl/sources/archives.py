"""Members of tar and zip archives, read from memory and never unpacked to disk."""

import gzip
import hashlib
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal, cast

from etl.config import Source
from etl.sources.errors import UnreadableInput
from etl.sources.stream import Guarded

Kind = Literal["tar", "tar.gz", "zip"]
_SUFFIXES: dict[str, Kind] = {".tar.gz": "tar.gz", ".tgz": "tar.gz", ".tar": "tar", ".zip": "zip"}
_NESTED = (".zip", ".tar", ".tgz", ".tar.gz", ".7z", ".rar", ".tar.bz2", ".tar.xz")
_KEPT_IN_MEMORY = 64_000_000
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Member:
    """A file in an archive: path in it, bytes, SHA-256; fault when it cannot be read on its own."""

    name: str
    size: int
    digest: str
    open: Callable[[], BinaryIO] = field(repr=False, compare=False)
    fault: UnreadableInput | None = None


def archive_of(filename: str) -> Kind | None:
    """The kind of archive by its name; None for other files."""
    return next((kind for suffix, kind in _SUFFIXES.items() if filename.lower().endswith(suffix)), None)


def members(path: Path, name: str, kind: Kind, source: Source) -> Iterator[Member]:
    """The members that the source wants, in the archive's order.

    The archive is read through once before, so that one that is damaged, too large or empty gives no member at all.
    Raises UnreadableInput naming the archive.
    """
    wanted = 0
    for _ in _entries(path, name, kind, source):
        wanted += 1
        if wanted > source.limits.members:
            raise UnreadableInput(name, f"holds more than {source.limits.members:,} files.", "Set member, or split it.")
    if not wanted:
        what = f"no file that matches member '{source.member}'" if source.member else "no file"
        raise UnreadableInput(name, f"holds {what}.", "Correct member, or deliver the archive again.")
    for member, stream in _entries(path, name, kind, source):
        yield _member(member, stream, path, name, kind, source)


def _member(member: str, stream: BinaryIO, path: Path, name: str, kind: Kind, source: Source) -> Member:
    own = f"{name}!{member}"
    if member.lower().endswith(_NESTED):
        fault = UnreadableInput(own, "is an archive in an archive.", "Unpack the outer one.")
        return Member(member, 0, "", lambda: stream, fault)
    digest, size, held = hashlib.sha256(), 0, io.BytesIO()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if size <= _KEPT_IN_MEMORY:
            held.write(chunk)
    content = held.getvalue() if size <= _KEPT_IN_MEMORY else None

    def opened() -> BinaryIO:
        if content is not None:
            return io.BytesIO(content)
        return next(again for other, again in _entries(path, name, kind, source) if other == member)

    return Member(member, size, digest.hexdigest(), opened)


def _entries(path: Path, name: str, kind: Kind, source: Source) -> Iterator[tuple[str, BinaryIO]]:
    """Wanted members with their bytes; what is left of a member unread is read, which finds what is damaged."""
    with _damage_named(name):
        yield from _zip_entries(path, name, source) if kind == "zip" else _tar_entries(path, name, kind, source)


def _tar_entries(path: Path, name: str, kind: Kind, source: Source) -> Iterator[tuple[str, BinaryIO]]:
    limits, stored = source.limits, path.stat().st_size
    most = min(limits.expanded, max(limits.ratio_from, int(stored * limits.ratio)))
    with Guarded(gzip.open(path) if kind == "tar.gz" else path.open("rb"), name, most) as stream:
        with tarfile.open(fileobj=io.BufferedReader(stream, _CHUNK), mode="r|") as archive:
            for info in archive:
                if info.isreg() and _wanted(info.name, source):
                    content = cast(BinaryIO, archive.extractfile(info))
                    yield _tidy(info.name), content
                    while content.read(_CHUNK):
                        pass
        while stream.read(_CHUNK):  # to the end, so that gzip checks its sum
            pass


def _zip_entries(path: Path, name: str, source: Source) -> Iterator[tuple[str, BinaryIO]]:
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir() and _wanted(info.filename, source)]
        check_growth(sum(info.file_size for info in infos), path.stat().st_size, name, source)
        for info in infos:
            if info.flag_bits & 1:
                raise UnreadableInput(name, "is protected by a password.", "Deliver it without one.")
            with archive.open(info) as content:
                yield _tidy(info.filename), cast(BinaryIO, content)
                while content.read(_CHUNK):
                    pass


def check_growth(expanded: int, stored: int, name: str, source: Source) -> None:
    """Raises UnreadableInput for contents that grow more than the limits allow."""
    limits = source.limits
    if expanded > limits.expanded or (expanded > limits.ratio_from and expanded > stored * limits.ratio):
        raise UnreadableInput(
            name,
            f"expands from {stored:,} to {expanded:,} bytes, which looks like a damaged file or an attack.",
            "If it is genuine, split it or raise ASP_MAX_RATIO or ASP_MAX_EXPANDED_BYTES.",
        )


@contextmanager
def _damage_named(name: str) -> Iterator[None]:
    """What is wrong with an archive, by its name."""
    try:
        yield
    except (
        tarfile.TarError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        problem = f"is not a sound archive ({str(error) or type(error).__name__})."
        raise UnreadableInput(name, problem, "Transfer it again.") from error


def _wanted(member: str, source: Source) -> bool:
    tidy = _tidy(member)
    if source.member:
        return fnmatchcase(tidy, source.member)
    return not any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(tidy).parts)


def _tidy(member: str) -> str:
    return member.replace("\\", "/").removeprefix("./")
