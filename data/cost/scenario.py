"""A scenario: a base of months and changes to it, checked. What comes of it is worked out in scenario_run.py.

A scenario is never a figure of the catalogue: nothing here is stored in the reporting database.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, get_args

from data.errors import AspError

Driver = Literal["tickets", "users", "municipalities"]
NewMethod = Literal["tickets", "users", "municipalities", "even", "fixed"]
DRIVERS: tuple[str, ...] = get_args(Driver)
NEW_METHODS: tuple[str, ...] = get_args(NewMethod)
GROUPS = tuple(f"K{number}" for number in range(1, 10))
FEES = "K3"
"""Rovat group that an operator's fee is booked to, and that follows a volume where a scenario says so."""
MONTHS = 12
WHOLE = 1000
"""Shares are kept in thousandths: a tenth of a per cent."""
MOST_CHANGES = 20
MOST_FEE = 10**12
MOST_SHARE = 10**6
MOST_MORE = 10 * WHOLE


class BadScenario(AspError):
    """A scenario that cannot be worked out. field: what is wrong (a key of the change, or of the scenario);
    code: which rule it breaks, for a message in the reader's language."""

    def __init__(self, field: str, code: str, said: str) -> None:
        super().__init__(said)
        self.field = field
        self.code = code


@dataclass(frozen=True)
class Price:
    """Lines of actors, services and rovat groups (empty: all) cost `more` thousandths more, or less below zero."""

    more: int
    actors: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    kind: Literal["price"] = "price"


@dataclass(frozen=True)
class Volume:
    """A driver of a service is `more` thousandths more, which moves what is shared out by it.

    follows: thousandths of the change by which the service's own K3 lines follow; 0: cost does not follow volume.
    """

    driver: Driver
    service: str
    more: int
    follows: int = 0
    kind: Literal["volume"] = "volume"


@dataclass(frozen=True)
class Contract:
    """What an actor is paid for a service in a year (its K3 lines of the service) becomes fee_huf."""

    actor: str
    service: str
    fee_huf: int
    kind: Literal["contract"] = "contract"


@dataclass(frozen=True)
class Method:
    """A step of the plan shares out by another method. shares: whole weights by service, of method fixed only."""

    step: str
    method: NewMethod
    shares: Mapping[str, int] = field(default_factory=dict)
    kind: Literal["method"] = "method"


Change = Price | Volume | Contract | Method
KINDS: dict[str, type[Any]] = {"price": Price, "volume": Volume, "contract": Contract, "method": Method}


@dataclass(frozen=True)
class Scenario:
    """Twelve months that end with last_month (its first day), as run as_of knew them, and changes in their order."""

    last_month: date
    as_of: int | None
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        if self.last_month.day != 1:
            raise BadScenario("month", "month", f"{self.last_month} is not the first day of a month.")
        check_changes(self.changes)


def check_changes(changes: Sequence[Change]) -> None:
    """Raises BadScenario where there are too many, or one says what another has said already."""
    if len(changes) > MOST_CHANGES:
        raise BadScenario("changes", "many", f"More than {MOST_CHANGES} changes. Make two scenarios of them.")
    said: set[tuple[str, ...]] = set()
    for change in changes:
        match change:
            case Volume(driver=driver, service=service):
                key: tuple[str, ...] = ("volume", driver, service)
            case Contract(actor=actor, service=service):
                key = ("contract", actor, service)
            case Method(step=step):
                key = ("method", step)
            case _:
                continue
        if key in said:
            raise BadScenario("changes", "twice", f"{' '.join(key)}: changed twice. Keep one of the two.")
        said.add(key)


def change_of(given: Mapping[str, Any]) -> Change:
    """A change from plain values, as a form or JSON gives them. Raises BadScenario naming the field.

    Keys: kind, then the fields of its class; more and follows as thousandths.
    """
    kind = given.get("kind")
    if kind not in KINDS:
        raise BadScenario("kind", "kind", f"kind is {kind!r}; choose from {', '.join(KINDS)}.")
    match kind:
        case "price":
            return Price(
                _more(given), _names(given, "actors"), _names(given, "services"), _names(given, "groups", GROUPS)
            )
        case "volume":
            driver, service = _one(given, "driver", DRIVERS), _name(given, "service")
            return Volume(driver, service, _more(given), _whole(given, "follows", WHOLE, 0))
        case "contract":
            return Contract(_name(given, "actor"), _name(given, "service"), _whole(given, "fee_huf", MOST_FEE))
    method = _one(given, "method", NEW_METHODS)
    return Method(_name(given, "step"), method, _shares(given, method))


def changes_to_json(changes: Sequence[Change]) -> str:
    """Changes as text to be stored: the same changes always give the same text."""
    return json.dumps([asdict(one) for one in changes], sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def changes_of_json(text: str) -> tuple[Change, ...]:
    """Changes read back. Raises BadScenario."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise BadScenario("changes", "json", f"The changes are not JSON ({error}).") from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadScenario("changes", "json", "The changes are no list of objects.")
    return tuple(change_of(one) for one in found)


def thousandths(text: str, field: str = "more") -> int:
    """`-5,5` or `5.5 %` as thousandths (-55, 55). Raises BadScenario: no number, or finer than tenths of a per cent."""
    plain = re.sub(r"[\s\u00a0\u202f%]", "", text).replace(",", ".").replace("\u2212", "-")
    try:
        found = Decimal(plain) * 10
    except InvalidOperation as error:
        raise BadScenario(field, "number", f"{text!r} is not a percentage. Write 5 or -2,5.") from error
    if not found.is_finite() or abs(found) > MOST_MORE or found != int(found):
        raise BadScenario(field, "tenths", f"{text!r}: give at most one decimal, from -100 to {MOST_MORE // 10}.")
    return int(found)


def forints(text: str, field: str = "fee_huf") -> int:
    """`1 234 567 Ft` as a whole number. Raises BadScenario."""
    plain = re.sub(r"[\s\u00a0\u202f]|Ft|HUF", "", text)
    plain = re.sub(r"[.,](?=\d{3}(\D|$))", "", plain)
    if not re.fullmatch(r"[0-9]{1,13}", plain):
        raise BadScenario(field, "forints", f"{text!r} is not an amount in whole forints.")
    return int(plain)


def shares_of(text: str, known: Sequence[str], field: str = "shares") -> dict[str, int]:
    """`ADO=3, GAZD=1` as weights. known: ids that may stand there. Raises BadScenario."""
    found: dict[str, int] = {}
    for part in filter(None, (one.strip() for one in re.split(r"[,;\n]", text))):
        name, _, weight = (one.strip() for one in part.partition("="))
        if name not in known or name in found or not re.fullmatch(r"[0-9]{1,7}", weight):
            raise BadScenario(field, "shares", f"{part!r}: write ADO=3, GAZD=1 with known ids, each once.")
        found[name] = int(weight)
    return found


def _more(given: Mapping[str, Any]) -> int:
    found = given.get("more")
    if type(found) is not int or not -WHOLE <= found <= MOST_MORE:
        raise BadScenario("more", "tenths", f"more is {found!r}; from {-WHOLE} to {MOST_MORE} thousandths.")
    if found == 0:
        raise BadScenario("more", "zero", "0 % changes nothing. Give another percentage.")
    return found


def _whole(given: Mapping[str, Any], key: str, most: int, default: int | None = None) -> int:
    found = given.get(key, default)
    if type(found) is not int or not 0 <= found <= most:
        raise BadScenario(key, "whole", f"{key} is {found!r}; a whole number from 0 to {most}.")
    return found


def _name(given: Mapping[str, Any], key: str) -> str:
    found = given.get(key)
    if not isinstance(found, str) or not re.fullmatch(r"\w[\w.-]{0,99}", found):
        raise BadScenario(key, "missing", f"{key} is missing.")
    return found


def _names(given: Mapping[str, Any], key: str, known: Sequence[str] = ()) -> tuple[str, ...]:
    found = given.get(key) or ()
    if not isinstance(found, (list, tuple)) or not all(isinstance(one, str) and one for one in found):
        raise BadScenario(key, "missing", f"{key} is a list of ids.")
    if known and not set(found) <= set(known):
        raise BadScenario(key, "missing", f"{key}: choose from {', '.join(known)}.")
    return tuple(sorted(set(found)))


def _one(given: Mapping[str, Any], key: str, known: Sequence[str]) -> Any:
    if given.get(key) not in known:
        raise BadScenario(key, "missing", f"{key} is {given.get(key)!r}; choose from {', '.join(known)}.")
    return given[key]


def _shares(given: Mapping[str, Any], method: str) -> dict[str, int]:
    found = given.get("shares") or {}
    sound = isinstance(found, dict) and all(
        isinstance(name, str) and type(one) is int and 0 <= one <= MOST_SHARE for name, one in found.items()
    )
    if not sound or (method == "fixed") != any(found.values()):
        raise BadScenario("shares", "shares", "Fixed shares want a weight above 0, and no other method has any.")
    return dict(sorted(found.items()))
