"""Rows of contracting processes: one per contract, per award, or per amendment, as nested objects that fields map."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from etl.config import Source
from etl.sources.errors import SourceError
from etl.sources.ocds.amendments import Amendment, amendments, original
from etl.sources.ocds.described import Described, Row, about, shaped_terms
from etl.sources.ocds.history import Step, Version, lacks_its_beginning, since_signed, steps, versions
from etl.sources.ocds.merge import has_id
from etl.sources.ocds.packages import Release, Unusable

Numbered = tuple[int, Row | Unusable]
"""A row, or why there is none, with its line: the place of the newest release that tells of it."""
Maker = Callable[[Sequence[Step], Source], Iterator[Numbered]]


def rows_of(processes: Iterable[Sequence[Release]], source: Source) -> Iterator[Numbered]:
    """The rows of processes, each given as all of its releases, by what the source's record and json_path ask for.

    Raises SourceError for a record that OCDS does not give.
    """
    make = _asked_for(source)
    for releases in processes:
        process, unusable = steps(releases, source.time_zone)
        yield from ((one.line, one) for one in unusable)
        if process:
            yield from make(process, source)


def by_process(releases: Iterable[Release]) -> list[list[Release]]:
    """Releases by ocid, in the order in which each ocid came first."""
    found: dict[str, list[Release]] = {}
    for release in releases:
        found.setdefault(release.ocid, []).append(release)
    return list(found.values())


def _asked_for(source: Source) -> Maker:
    if source.record == "amendment" and source.json_path is None:
        return _amendment_rows
    if source.record == "contract" and source.json_path in (None, "contracts", "awards"):
        return _award_rows if source.json_path == "awards" else _contract_rows
    raise SourceError(
        f"source '{source.name}': OCDS gives the records contract (with json_path contracts or awards) and amendment"
        f" (without), not {source.record} at json_path {source.json_path}. Correct record or json_path."
    )


def _contract_rows(process: Sequence[Step], source: Source) -> Iterator[Numbered]:
    for line, row, _ in _contracts(process, source):
        yield line, row


def _amendment_rows(process: Sequence[Step], source: Source) -> Iterator[Numbered]:
    for line, row, found in _contracts(process, source):
        if isinstance(row, Unusable):
            yield line, row
        else:
            yield from ((one.release.line, {**row, **_amended(one, source)}) for one in found)


def _amended(one: Amendment, source: Source) -> Row:
    return {
        "amendment": {"id": one.id, "date": one.date},
        "release": about(one.release),
        "before": shaped_terms(one.before, source.currency),
        "after": shaped_terms(one.after, source.currency),
    }


def _contracts(process: Sequence[Step], source: Source) -> Iterator[tuple[int, Row | Unusable, list[Amendment]]]:
    """The contracts of the current state with their amendments. One without an id is a row without a key."""
    state, newest = process[-1].state, process[-1].release
    described = Described(newest.ocid, state, source.currency)
    told = versions(process)
    for contract in _objects(state.get("contracts")):
        row = described.row(contract, described.awards.get(str(contract.get("awardID")), {}))
        if not has_id(contract):
            yield newest.line, row, []
            continue
        own = told[str(contract["id"])]
        release, key = own[-1].release, f"{newest.ocid}/{contract['id']}"
        if lacks_its_beginning(own):
            reason = f"{key}: only changes of the contract were delivered; deliver the releases before them too"
            yield release.line, Unusable(reason, release.line), []
            continue
        found, counted = _history(own, source)
        yield release.line, {**row, **counted, "key": key, "release": about(release)}, found


def _history(told: list[Version], source: Source) -> tuple[list[Amendment], Row]:
    history = since_signed(told)
    found = amendments(history, source.time_zone)
    return found, {"amendments_count": len(found), "original": shaped_terms(original(history, found), source.currency)}


def _award_rows(process: Sequence[Step], source: Source) -> Iterator[Numbered]:
    """One row per award, with its contract where it has exactly one."""
    state, release = process[-1].state, process[-1].release
    described = Described(release.ocid, state, source.currency)
    contracts: dict[str, list[Row]] = {}
    for contract in _objects(state.get("contracts")):
        contracts.setdefault(str(contract.get("awardID")), []).append(contract)
    for award_id, award in described.awards.items():
        own = contracts.get(award_id, [])
        row = described.row(own[0] if len(own) == 1 else {}, award)
        yield release.line, {**row, "key": f"{release.ocid}/{award_id}", "release": about(release)}


def _objects(value: Any) -> list[Row]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
