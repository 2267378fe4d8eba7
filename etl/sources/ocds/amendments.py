"""The amendments of a contract: what it was worth and when it was to end, before and after each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from etl.sources.ocds.history import Version, inner, moment
from etl.sources.ocds.packages import Release

Terms = dict[str, Any]
"""What an amendment may change: value (amount and currency) and ends (date); a key that is missing is not known."""


@dataclass(frozen=True)
class Amendment:
    """A change of a signed contract. date: as published; before, after: its terms as far as they are known."""

    id: str
    date: Any
    release: Release
    before: Terms
    after: Terms


@dataclass(frozen=True)
class _Listed:
    """An amendment as the contract lists it, and the version that has its outcome."""

    id: str
    item: dict[str, Any]
    at: int


def amendments(history: Sequence[Version], zone: str) -> list[Amendment]:
    """The amendments of a contract in their order: those it lists, and changes of its terms that it lists nowhere.

    A listed one belongs to the release that it names as its outcome, else to the first that lists it. An unlisted
    change has the id of its release. history: the contract from its signing on.
    """
    listed = _listed(history)
    found: list[Amendment] = []
    for at, version in enumerate(history):
        before = _terms(history[at - 1]) if at else {}
        own = sorted((one for one in listed if one.at == at), key=lambda one: _order(one, zone))
        if own:
            found += _chain(own, before, version)
        elif at and before != _terms(version):
            release = version.release
            found.append(Amendment(f"release {release.id}", release.body.get("date"), release, before, _terms(version)))
    return found


def original(history: Sequence[Version], found: Sequence[Amendment]) -> Terms:
    """The terms at signing. They are unknown when the oldest version has been amended already and does not tell."""
    amended = [one for one in found if one.release is history[0].release]
    return amended[0].before if amended else _terms(history[0])


def _listed(history: Sequence[Version]) -> list[_Listed]:
    """Each amendment once, as it stands in the newest version that lists it."""
    found: dict[str, _Listed] = {}
    released = {version.release.id: at for at, version in enumerate(history)}
    for at, version in enumerate(history):
        for number, item in enumerate(_items(version.contract), start=1):
            key = str(item.get("id") or item.get("date") or f"no. {number}")
            first = found[key].at if key in found else at
            found[key] = _Listed(key, item, first)
    return [replace(one, at=released.get(str(one.item.get("releaseID")), one.at)) for one in found.values()]


def _items(contract: dict[str, Any]) -> list[dict[str, Any]]:
    """amendments, and OCDS 1.0's amendment unless it is an empty form."""
    several = contract.get("amendments")
    items = [item for item in several if isinstance(item, dict)] if isinstance(several, list) else []
    single = contract.get("amendment")
    return [*items, single] if isinstance(single, dict) and any(single.values()) else items


def _order(one: _Listed, zone: str) -> tuple[bool, str, str]:
    at = moment(one.item.get("date"), zone)
    return at is None, at.isoformat() if at else "", one.id


def _chain(own: list[_Listed], before: Terms, version: Version) -> list[Amendment]:
    """Amendments that share an outcome: between them only what they say of the former terms is known."""
    befores = [before, *({} for _ in own[1:])]
    befores = [{**known, **_former(one.item, version)} for known, one in zip(befores, own, strict=True)]
    afters = [*befores[1:], _terms(version)]
    release = version.release
    return [
        Amendment(one.id, one.item.get("date") or release.body.get("date"), release, *terms)
        for one, *terms in zip(own, befores, afters, strict=True)
    ]


def _former(item: dict[str, Any], version: Version) -> Terms:
    """Former terms by the changes of an amendment (OCDS 1.0)."""
    changes = item.get("changes")
    found: Terms = {}
    for change in changes if isinstance(changes, list) else []:
        path = str(inner(change, "property")).replace("/", ".").strip(".").removeprefix("contract.")
        former = inner(change, "former_value")
        if path == "value.amount" and former is not None:
            found["value"] = {**version.value, "amount": former}
        elif path == "value" and isinstance(former, dict):
            found["value"] = former
        elif path == "period.endDate" and former is not None:
            found["ends"] = former
    return found


def _terms(version: Version) -> Terms:
    value = {key: version.value[key] for key in ("amount", "currency") if key in version.value}
    terms = {"value": value or None, "ends": version.ends}
    return {name: term for name, term in terms.items() if term is not None}
