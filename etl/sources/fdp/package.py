"""The tables of a fiscal package as inputs."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from etl.config import Source
from etl.sources.errors import UnreadableInput
from etl.sources.fdp.descriptor import Table, tables_of

if TYPE_CHECKING:
    from etl.sources.inputs import Input

DESCRIPTOR = "datapackage.json"


def packaged(found: Sequence["Input"], beside: Callable[[str], "Input"], source: Source) -> Iterator["Input"]:
    """An input per table of amounts. found: a descriptor, or the members of an archive with one; beside: the file next
    to a descriptor that lies in a folder. What is wrong comes out when an input is read."""
    descriptor = next((one for one in found if _file(one).name == DESCRIPTOR), found[0])
    try:
        with descriptor.open() as stream:
            tables = tables_of(stream, descriptor.name, source)
    except Exception as error:  # whatever a broken descriptor does to a parser, it is that package that fails
        yield replace(descriptor, opener=_raising(error))
        return
    for table in tables:
        yield _input(table, descriptor, found, beside)


def _file(one: "Input") -> PurePosixPath:
    return PurePosixPath(one.labels.get("_member") or one.labels["_file"])


def _input(table: Table, descriptor: "Input", found: Sequence["Input"], beside: Callable[[str], "Input"]) -> "Input":
    name = f"{descriptor.name}!{table.path}"
    if "_member" in descriptor.labels:
        wanted = _file(descriptor).parent / table.path
        own = next((one for one in found if _file(one) == wanted), None)
    else:
        own = beside(table.path)
    if own is None:
        error = UnreadableInput(name, "is not in the archive.", "Deliver the package with all of its tables.")
        return replace(descriptor, name=name, opener=_raising(error))
    digest = hashlib.sha256(f"{descriptor.content_hash}/{own.content_hash}/{table.path}".encode()).hexdigest()
    parts = (descriptor, replace(own, name=name))
    return replace(own, name=name, content_hash=digest, parts=lambda: iter(parts))


def _raising(error: Exception) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        raise error

    return opened
