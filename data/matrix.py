"""The responsibility matrix: who holds which letter for a process of a service on a day, and what is missing from it.

A service's own rows of a process replace those of `*` for it, all letters together; where they name no accountable
actor, the one of `*` answers. Days: valid_from is the first, valid_to the day after the last.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

import pandas as pd
from sqlalchemy import Connection, select

from data.metrics.metric import Metric
from data.metrics.responsibility import EVERY_SERVICE
from data.schema import dim_actor, dim_process, dim_service, responsibility

LETTERS = "RACI"
GapKind = Literal[
    "no_accountable", "two_accountable", "no_responsible", "overlap", "unknown_process", "unowned_metric",
    "borrowed_accountable", "accountable_only", "no_letter",
]  # fmt: skip
NOTES: frozenset[GapKind] = frozenset({"borrowed_accountable", "accountable_only", "no_letter"})
"""What is worth knowing and no mistake."""


@dataclass(frozen=True)
class Row:
    """One letter of one actor. valid_to: None while in force."""

    process_id: str
    service_id: str
    actor_id: str
    raci: str
    valid_from: date
    valid_to: date | None
    basis: str

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True)
class Cell:
    """A process of a service on a day. letters: by actor, in the order RACI; own: whether rows name the service."""

    letters: Mapping[str, str]
    accountable: tuple[str, ...]
    own: bool


@dataclass(frozen=True)
class Gap:
    """Something missing or doubled from first to last (None: it lasts), for a process of a service (* every one)."""

    kind: GapKind
    process_id: str = ""
    service_id: str = ""
    actors: tuple[str, ...] = ()
    metric_id: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def is_note(self) -> bool:
        return self.kind in NOTES


@dataclass(frozen=True)
class Matrix:
    """Rows as loaded; processes, services (applications, then components) and actors in the order they are shown."""

    rows: tuple[Row, ...]
    processes: pd.DataFrame
    services: pd.DataFrame
    actors: pd.DataFrame

    def cell(self, process_id: str, service_id: str, on: date) -> Cell:
        """Who holds what on a day."""
        return cell(self._of(process_id), service_id, on)

    def history(self, process_id: str, service_id: str) -> list[Row]:
        """The rows that a cell has ever come from: the service's own, and those for every service; newest first."""
        scopes = (service_id, EVERY_SERVICE)
        rows = [row for row in self._of(process_id) if row.service_id in scopes]
        return sorted(rows, key=lambda row: (-row.valid_from.toordinal(), LETTERS.find(row.raci), row.actor_id))

    def change_days(self) -> list[date]:
        """The days from which the matrix differs from the day before, oldest first."""
        return days_of(self.rows)

    def _of(self, process_id: str) -> list[Row]:
        return self._by_process.get(process_id, [])

    @cached_property
    def _by_process(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.process_id, []).append(row)
        return found


def read_matrix(connection: Connection) -> Matrix:
    """The matrix as loaded, whole history."""
    rows = pd.read_sql(select(responsibility), connection)
    processes = pd.read_sql(select(dim_process), connection)
    services = pd.read_sql(
        select(dim_service).where(dim_service.c.kind.in_(["application", "component"])).order_by(dim_service.c.sort),
        connection,
    )
    actors = pd.read_sql(select(dim_actor), connection)
    return Matrix(rows_of(rows), _staged(processes), services, actors)


def rows_of(frame: pd.DataFrame) -> tuple[Row, ...]:
    """Rows of a frame with the columns of the table; days as dates, missing ones None."""
    return tuple(
        Row(
            str(row["process_id"]), str(row["service_id"]), str(row["actor_id"]), str(row["raci"]),
            _day(row["valid_from"]) or date.min, _day(row["valid_to"]),
            "" if pd.isna(row["basis"]) else str(row["basis"]),
        )
        for row in frame.to_dict("records")
    )  # fmt: skip


def cell(rows: Iterable[Row], service_id: str, on: date) -> Cell:
    """The cell of a service, given the rows of its process."""
    held = [row for row in rows if row.holds(on)]
    everyones = [row for row in held if row.service_id == EVERY_SERVICE]
    own = [row for row in held if row.service_id == service_id] if service_id != EVERY_SERVICE else []
    letters: dict[str, str] = {}
    for row in own or everyones:
        letters[row.actor_id] = "".join(sorted({*letters.get(row.actor_id, ""), row.raci}, key=LETTERS.find))
    accountable = _accountable(own) or _accountable(everyones)
    return Cell(letters, accountable, bool(own))


def gaps(matrix: Matrix, metrics: Sequence[Metric] = ()) -> list[Gap]:
    """Every gap of the whole history, mistakes before notes; days between two rows count."""
    days = matrix.change_days()
    known = [str(name) for name in matrix.processes["process_id"]]
    found: list[Gap] = []
    for process_id in known:
        found += _of_process(process_id, [row for row in matrix.rows if row.process_id == process_id], days)
    found += _overlaps(matrix.rows)
    found += _of_metrics(metrics, known, found)
    found += _of_actors(matrix)
    return sorted(found, key=lambda one: one.is_note)


def periods_without_one(rows: Sequence[Row], service_id: str, begin: date | None = None) -> list[Gap]:
    """The days on which a process of a service has none or two accountable actors, given the rows of that process.

    begin: the first day that is looked at (default: the first of the rows).
    """
    return [gap for gap in _of_service(rows, service_id, days_of(rows), begin) if gap.kind.endswith("accountable")]


def days_of(rows: Iterable[Row]) -> list[date]:
    """The days on which a row begins to hold or no longer does, oldest first."""
    return sorted({day for row in rows for day in (row.valid_from, row.valid_to) if day is not None})


def _of_process(process_id: str, rows: list[Row], days: list[date]) -> list[Gap]:
    services = [EVERY_SERVICE, *sorted({row.service_id for row in rows} - {EVERY_SERVICE})]
    begin = days[0] if days else None
    if not rows:
        return [Gap("no_accountable", process_id, EVERY_SERVICE, first=begin)]
    return [gap for service in services for gap in _of_service(rows, service, days_of(rows), begin)]


def _of_service(rows: Sequence[Row], service_id: str, days: list[date], begin: date | None) -> list[Gap]:
    """Of each stretch without a change what is wrong with it; stretches alike are one."""
    process_id = rows[0].process_id if rows else ""
    starts = sorted({*days, begin} - {None}) if begin else days
    found: list[Gap] = []
    for first, after in pairwise([*starts, None]):
        assert first is not None, "only the last stretch is open"
        last = None if after is None else after - timedelta(days=1)
        for kind, actors in _wrong(rows, service_id, first):
            before = next((gap for gap in found if gap.kind == kind and gap.last == first - timedelta(days=1)), None)
            if before is not None and before.actors == actors:
                found.remove(before)
                found.append(Gap(kind, process_id, service_id, actors, first=before.first, last=last))
            else:
                found.append(Gap(kind, process_id, service_id, actors, first=first, last=last))
    return found


def _wrong(rows: Sequence[Row], service_id: str, on: date) -> list[tuple[GapKind, tuple[str, ...]]]:
    here = cell(rows, service_id, on)
    if service_id != EVERY_SERVICE and not here.own:
        return []  # everyone's rows are looked at by themselves
    own = _accountable([row for row in rows if row.holds(on) and row.service_id == service_id])
    found: list[tuple[GapKind, tuple[str, ...]]] = []
    if not here.accountable:
        found.append(("no_accountable", ()))
    elif len(here.accountable) > 1 and (own or service_id == EVERY_SERVICE):
        found.append(("two_accountable", here.accountable))
    elif not own:
        found.append(("borrowed_accountable", here.accountable))
    if here.letters and not any("R" in letters for letters in here.letters.values()):
        found.append(("no_responsible", ()))
    return found


def _overlaps(rows: Sequence[Row]) -> list[Gap]:
    """The same letter of the same actor twice on a day."""
    same: dict[tuple[str, str, str, str], list[Row]] = {}
    for row in rows:
        same.setdefault((row.process_id, row.service_id, row.actor_id, row.raci), []).append(row)
    found = []
    for held in same.values():
        held.sort(key=lambda row: row.valid_from)
        for earlier, later in pairwise(held):
            if earlier.valid_to is None or earlier.valid_to > later.valid_from:
                ends = [row.valid_to for row in (earlier, later) if row.valid_to]
                last = min(ends) - timedelta(days=1) if ends else None
                of = (later.process_id, later.service_id, (later.actor_id,))
                found.append(Gap("overlap", *of, first=later.valid_from, last=last))
    return found


def _of_metrics(metrics: Sequence[Metric], known: Sequence[str], found: Sequence[Gap]) -> list[Gap]:
    """Figures whose process the matrix does not know, or leaves without an accountable actor for a time."""
    wrong = [gap for gap in found if gap.kind == "no_accountable" and gap.service_id == EVERY_SERVICE]
    gaps = [Gap("unknown_process", one.process, metric_id=one.id) for one in metrics if one.process not in known]
    return gaps + [
        Gap("unowned_metric", one.process, EVERY_SERVICE, metric_id=one.id, first=gap.first, last=gap.last)
        for one in metrics
        for gap in wrong
        if gap.process_id == one.process
    ]


def _of_actors(matrix: Matrix) -> list[Gap]:
    """Who is accountable and never does the work, and who holds no letter at all."""
    found = []
    held: dict[str, set[str]] = {}
    for row in matrix.rows:
        held.setdefault(row.actor_id, set()).add(row.raci)
    kinds = dict(zip(matrix.actors["actor_id"], matrix.actors["actor_type"], strict=True))
    for actor in matrix.actors["actor_id"]:
        letters = held.get(str(actor), set())
        if "A" in letters and "R" not in letters:
            found.append(Gap("accountable_only", actors=(str(actor),)))
        if not letters and kinds[actor] != "unknown":
            found.append(Gap("no_letter", actors=(str(actor),)))
    return found


def _accountable(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(sorted({row.actor_id for row in rows if row.raci == "A"}))


STAGES = (
    "service_strategy", "service_design", "service_transition", "service_operation", "continual_improvement",
    "operating_model",
)  # fmt: skip


def _staged(processes: pd.DataFrame) -> pd.DataFrame:
    """Processes by stage, in the order of the lifecycle."""
    place = processes["stage"].map({stage: at for at, stage in enumerate(STAGES)}).fillna(len(STAGES))
    return processes.assign(place=place).sort_values("place", kind="stable", ignore_index=True).drop(columns="place")


def _day(value: Any) -> date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(str(value)).date()
