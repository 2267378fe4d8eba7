"""The plan of allocation: a readable file that says what is shared out, to whom, by what, in which order."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from data.errors import AspError

Method = Literal["direct", "tickets", "users", "municipalities", "even", "fixed"]
From = Literal["shared", "component", "application"]
To = Literal["component", "application", "municipality"]
MOST_MONTHS = 36  # that drivers may look back over


class BadPlan(AspError):
    """allocation.toml cannot be used as it is written."""


@dataclass(frozen=True)
class Step:
    """One step: what stands on `source` nodes (of `actors`, `services`; empty: all) goes to `to` nodes by `method`.

    otherwise: methods taken in their order where the one before has nothing to share by. shares: whole weights by
    service or KSH code, for method fixed.
    """

    id: str
    name: Mapping[str, str]
    source: From
    to: To
    method: Method
    actors: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    otherwise: tuple[Method, ...] = ()
    shares: Mapping[str, int] = field(default_factory=dict)

    @property
    def methods(self) -> tuple[Method, ...]:
        """The method, and those that stand in for it."""
        return (self.method, *self.otherwise)


@dataclass(frozen=True)
class Plan:
    """Steps in their order, the version they go by, the months that drivers look back over, a hash of its text."""

    version: str
    valid_from: date
    basis: str
    steps: tuple[Step, ...]
    window_months: int = 12
    valid_to: date | None = None
    mark: str = field(default="", compare=False)


def read_plan(path: Path) -> Plan:
    """The plan of a file. Raises BadPlan naming the file, the step and what was expected."""
    return parse_plan(plan_text(path), str(path))


def plan_text(path: Path) -> str:
    """What a plan's file says. Raises BadPlan where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise BadPlan(f"{path}: there is no such file.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadPlan(f"{path}: cannot be read as text in UTF-8 ({error}).") from error


def parse_plan(text: str, place: str) -> Plan:
    """The plan of a text. place: what errors name."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPlan(f"{place}: not TOML ({error}).") from error
    return replace(plan_of(found, place), mark=hashlib.sha256(text.encode()).hexdigest())


def plan_of(found: Mapping[str, Any], place: str) -> Plan:
    """The plan of a table as TOML gives it. place: what errors name."""
    from data.cost.plan_reading import plan_from  # it makes what is defined here

    return plan_from(found, place)
