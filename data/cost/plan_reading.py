"""Reads the table of a plan: each mistake is told with its place and with what was expected."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, get_args

from data.cost.plan import MOST_MONTHS, BadPlan, From, Method, Plan, Step, To

METHODS: tuple[str, ...] = get_args(Method)
STAND_INS = tuple(name for name in METHODS if name != "direct")
KEYS = {"id", "name_hu", "name_en", "from", "actors", "services", "to", "method", "otherwise", "shares"}
HEAD = {"version", "valid_from", "valid_to", "basis", "window_months", "step", "activity"}
ID = re.compile(r"[a-z][a-z0-9_-]*")
MOST_SHARE = 10**12  # so that sums of weights stay far from what a number can hold


def plan_from(found: Mapping[str, Any], place: str) -> Plan:
    """The plan of a table as TOML gives it. Raises BadPlan."""
    check_keys(found, HEAD, place)
    steps = found.get("step")
    if not isinstance(steps, list) or not steps or not all(isinstance(step, dict) for step in steps):
        raise BadPlan(f"{place}: no [[step]]; at least one says what goes to the municipalities.")
    version, basis = found.get("version"), found.get("basis", "")
    if not isinstance(version, str) or not version.strip():
        raise BadPlan(f'{place}: version is missing; write version = "2026-1".')
    if not isinstance(basis, str):
        raise BadPlan(f"{place}: basis is {basis!r}; write who decided on the plan, and when, in quotation marks.")
    begins, ends = _validity(found, place)
    window = found.get("window_months", 12)
    if type(window) is not int or not 1 <= window <= MOST_MONTHS:
        raise BadPlan(f"{place}: window_months is {window!r}; give 1 to {MOST_MONTHS}.")
    made = tuple(_step(step, number, place) for number, step in enumerate(steps, 1))
    check_order(made, place)
    return Plan(version.strip(), begins, basis, made, window, ends)


def check_order(steps: tuple[Step, ...], place: str) -> None:
    """Each id once; and no step fills nodes that an earlier one has emptied, for there it would stay for good."""
    ids = [step.id for step in steps]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise BadPlan(f"{place}: two steps are called {', '.join(twice)}.")
    emptied: dict[str, str] = {}
    for step in steps:
        if step.to in emptied:
            raise BadPlan(f"{place}: step {step.id} fills nodes that step {emptied[step.to]} has emptied; swap them.")
        if not step.actors and not step.services:
            emptied[step.source] = step.id
    if not any(step.to == "municipality" for step in steps):
        raise BadPlan(f'{place}: no step goes to the municipalities; add one with to = "municipality".')


def _validity(found: Mapping[str, Any], place: str) -> tuple[date, date | None]:
    begins, ends = found.get("valid_from"), found.get("valid_to")
    if not _is_day(begins):
        raise BadPlan(f"{place}: valid_from is missing or no day; write valid_from = 2026-01-01.")
    if ends is not None and (not _is_day(ends) or ends <= begins):
        raise BadPlan(f"{place}: valid_to is no day after valid_from; it is the day after the last.")
    assert isinstance(begins, date)
    return begins, ends


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _step(found: Mapping[str, Any], number: int, place: str) -> Step:
    here = place_in(place, "step", number, found)
    check_keys(found, KEYS, here)
    check_texts(found, ("id", "name_hu", "name_en"), here)
    if not ID.fullmatch(found["id"]):
        raise BadPlan(f"{here}: id is {found['id']!r}; write small letters, digits, _ and -, a letter first.")
    step = Step(
        id=found["id"],
        name={"hu": found["name_hu"], "en": found["name_en"]},
        source=_one(found, "from", get_args(From), here),
        to=_one(found, "to", get_args(To), here),
        method=_one(found, "method", METHODS, here),
        actors=names_of(found, "actors", here),
        services=names_of(found, "services", here),
        otherwise=_otherwise(found, here),
        shares=_shares(found, here),
    )
    _check_way(step, here)
    return step


def _check_way(step: Step, here: str) -> None:
    if step.source == step.to:
        raise BadPlan(f"{here}: goes from {step.source} to {step.to}: nothing would move.")
    if step.to == "municipality" and step.source != "application":
        raise BadPlan(f"{here}: only applications are shared out to municipalities.")
    if step.source == "application" and step.to != "municipality":
        raise BadPlan(f"{here}: applications go to municipalities, not to {step.to}s.")
    if "direct" in step.methods and step.to != "municipality":
        raise BadPlan(f"{here}: direct is for municipalities, of lines that name one; choose another method.")
    if len(set(step.methods)) < len(step.methods):
        raise BadPlan(f"{here}: a method stands twice in method and otherwise.")
    if ("fixed" in step.methods) != bool(step.shares):
        raise BadPlan(f"{here}: method fixed wants shares, and no other method does.")


def _otherwise(found: Mapping[str, Any], here: str) -> tuple[Method, ...]:
    given = found.get("otherwise", [])
    if not isinstance(given, list) or not all(one in STAND_INS for one in given):
        raise BadPlan(f"{here}: otherwise is a list of {', '.join(STAND_INS)}.")
    return tuple(given)


def _shares(found: Mapping[str, Any], here: str) -> dict[str, int]:
    given = found.get("shares", {})
    if not isinstance(given, dict) or any(type(one) is not int or not 0 <= one <= MOST_SHARE for one in given.values()):
        raise BadPlan(f"{here}: shares are whole numbers of 0 or more by service or KSH code.")
    if given and not any(given.values()):
        raise BadPlan(f"{here}: all shares are 0; nothing could be shared out by them.")
    return dict(given)


def place_in(place: str, what: str, number: int, found: Mapping[str, Any]) -> str:
    """Which block of a plan errors name: by its number, and its id where it has one."""
    return f"{place}, {what} {number}" + (f" ({found['id']})" if isinstance(found.get("id"), str) else "")


def check_keys(found: Mapping[str, Any], known: set[str], here: str) -> None:
    """Raises BadPlan where there is a key that is not known."""
    if unknown := sorted(set(found) - known):
        raise BadPlan(f"{here}: {', '.join(unknown)} is not known; expected {', '.join(sorted(known))}.")


def _one(found: Mapping[str, Any], key: str, known: tuple[str, ...], here: str) -> Any:
    value = found.get(key)
    if not isinstance(value, str) or value not in known:
        raise BadPlan(f"{here}: {key} is {value!r}; choose from {', '.join(known)}.")
    return value


def check_texts(found: Mapping[str, Any], keys: Iterable[str], here: str) -> None:
    """Raises BadPlan where one of the keys has no text."""
    for key in keys:
        if not isinstance(found.get(key), str) or not found[key]:
            raise BadPlan(f"{here}: {key} is missing.")


def names_of(found: Mapping[str, Any], key: str, here: str) -> frozenset[str]:
    """The ids of a key; none where it is left out. Raises BadPlan where they are no list of texts."""
    names = found.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadPlan(f"{here}: {key} is a list of ids.")
    return frozenset(names)
