"""The releases in a document: a release package, a record package, a record, a release, or a list of any of these."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from etl.sources.ocds.merge import has_id

_NEVER_READ = frozenset({"documents", "contactPoint", "versionedRelease"})
"""What is dropped wherever it stands: people's names and addresses, texts, and a second form of the same history."""


@dataclass(frozen=True)
class Release:
    """A release of one contracting process.

    body: as published, without what is never read. compiled: it is the whole state at its date, not a change.
    line: place among all that the input delivers, from 1.
    """

    ocid: str
    body: dict[str, Any]
    compiled: bool = False
    line: int = 0

    @property
    def id(self) -> str:
        return str(self.body.get("id") or "")

    @property
    def tags(self) -> tuple[str, ...]:
        tags = self.body.get("tag")
        return tuple(str(tag) for tag in tags) if isinstance(tags, list) else ((str(tags),) if tags else ())


@dataclass(frozen=True)
class Unusable:
    """What stands where a release should, and why it is none. linked: it is a record that only names its releases."""

    reason: str
    line: int = 0
    linked: bool = False
    ocid: str = ""


Found = Release | Unusable


def releases_in(document: Any, ocid: str = "") -> Iterator[Found]:
    """The releases of a document in its order. ocid: of the record that holds it."""
    if isinstance(document, list):
        for item in document:
            yield from releases_in(item, ocid)
    elif not isinstance(document, dict):
        yield Unusable("not a JSON object")
    elif isinstance(document.get("records"), list):
        yield from releases_in(document["records"])
    elif "compiledRelease" in document or isinstance(document.get("releases"), list):
        yield from _of_record(document, str(document.get("ocid") or ocid))
    elif document.get("ocid") or ocid:
        yield _release(document, str(document.get("ocid") or ocid), compiled=False)
    else:
        yield Unusable("not an OCDS release: it has no ocid")


def _of_record(record: dict[str, Any], ocid: str) -> Iterator[Found]:
    """Of a record the compiled release and every embedded one; of a release package its releases."""
    releases = record.get("releases") or []
    embedded = [item for item in releases if not _is_link(item)]
    compiled = record.get("compiledRelease")
    if isinstance(compiled, dict):
        own = str(compiled.get("ocid") or ocid)
        yield _release(compiled, own, compiled=True) if own else Unusable("a compiled release without an ocid")
    elif releases and not embedded:
        yield Unusable(
            f"record {ocid or 'without an ocid'} only links to its releases; ask for records with compiledRelease or"
            " with the releases embedded, or for release packages",
            linked=True,
            ocid=ocid,
        )
    for item in embedded:
        yield from releases_in(item, ocid)


def _is_link(item: Any) -> bool:
    return isinstance(item, dict) and "url" in item and "ocid" not in item


def _release(body: dict[str, Any], ocid: str, compiled: bool) -> Release:
    read = Release(ocid, _read_part(body), compiled)
    return read if compiled or "compiled" not in read.tags else Release(ocid, read.body, True)


def _read_part(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _read_part(own) for key, own in value.items() if key not in _NEVER_READ}
    return [_read_part(item) for item in value] if isinstance(value, list) else value


def by_id(items: Any) -> dict[str, dict[str, Any]]:
    """Objects of a list by their id; those without are left out."""
    return {str(item["id"]): item for item in items if has_id(item)} if isinstance(items, list) else {}
