"""A contracting process through time: its state after each release, and what became of each contract."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from etl.sources.ocds.merge import released
from etl.sources.ocds.packages import Release, Unusable, by_id

_AMENDS = "contractAmendment"
_LATER = frozenset({_AMENDS, "contractUpdate", "contractTermination", "implementation", "implementationUpdate"})
_SIGNED = frozenset({"active", "terminated"})
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    """A release, when it was made, and the state of the process after it."""

    release: Release
    at: datetime
    state: dict[str, Any]


@dataclass(frozen=True)
class Version:
    """A contract after a release that said something of it."""

    release: Release
    at: datetime
    contract: dict[str, Any]

    @property
    def value(self) -> dict[str, Any]:
        """Amount and currency; empty when the contract has none."""
        value = self.contract.get("value")
        return value if isinstance(value, dict) else {}

    @property
    def ends(self) -> Any:
        return inner(self.contract, "period", "endDate")

    @property
    def signed(self) -> bool:
        return bool(self.contract.get("dateSigned")) or str(self.contract.get("status")).lower() in _SIGNED


def steps(releases: Sequence[Release], zone: str) -> tuple[list[Step], list[Unusable]]:
    """The states of one process in the order of its releases, whatever order they came in; and the unusable ones.

    By date, then id, then content; a compiled release is the whole state, so it starts anew, after the others of its
    date. A release delivered twice counts once. One without a date that can be read has no place among others.
    zone: of dates without one.
    """
    known = {_content(release): release for release in reversed(releases)}
    placed, unusable = [], []
    for content, release in known.items():
        at = moment(release.body.get("date"), zone)
        if at is None and len(known) > 1:
            unusable.append(
                Unusable(f"{release.ocid}: a release, not the only one, without a readable date", release.line)
            )
        else:
            placed.append((at or _LONG_AGO, release.compiled, release.id, content, release))
    found: list[Step] = []
    for at, *_, release in sorted(placed, key=lambda one: one[:4]):
        before = found[-1].state if found and not release.compiled else {}
        found.append(Step(release, at, released(before, release.body)))
    return found, unusable


def versions(process: Sequence[Step]) -> dict[str, list[Version]]:
    """Each contract, by its id, after every release that says something of it."""
    found: dict[str, list[Version]] = {}
    for step in process:
        after = by_id(step.state.get("contracts"))
        for contract_id in by_id(step.release.body.get("contracts")):
            found.setdefault(contract_id, []).append(Version(step.release, step.at, after[contract_id]))
    return found


def since_signed(told: list[Version]) -> list[Version]:
    """The versions from the first signed one on (all, when none says so): what changed before is no amendment.

    Nor is what a release of the same moment says otherwise, unless it says that it amends: it corrects.
    """
    first = next((at for at, version in enumerate(told) if version.signed), 0)
    found: list[Version] = []
    for version in told[first:]:
        same = bool(found) and found[-1].at == version.at and _AMENDS not in version.release.tags
        before = found.pop().release if same else version.release
        found.append(replace(version, release=before) if version.release.compiled else version)
    return found


def lacks_its_beginning(told: Sequence[Version]) -> bool:
    """Whether only releases of changes were delivered, and not the one that tells what the contract is."""
    first = told[0]
    tags = set(first.release.tags)
    started = first.contract.get("dateSigned") or inner(first.contract, "period", "startDate")
    return bool(tags) and tags <= _LATER and not started


def moment(text: Any, zone: str) -> datetime | None:
    """A date-time of OCDS in UTC; None when it can't be read. zone: where it names none."""
    try:
        at = datetime.fromisoformat(str(text).strip())
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def inner(item: Any, *path: str) -> Any:
    """The value at a path of keys; None where it ends early or holds nothing."""
    for key in path:
        item = item.get(key) if isinstance(item, dict) else None
    return None if item == "" else item


def _content(release: Release) -> str:
    return json.dumps([release.compiled, release.body], sort_keys=True, default=str, ensure_ascii=False)
