"""The responsibility matrix as a reader looks at it: the day, the actors filtered by, the figures behind each cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from dashboard.answers import answers
from dashboard.judged import can_be_judged
from dashboard.locale import translate as _
from dashboard.look import Look, look_of, query_of, selection_of
from data import signals as judging
from data.errors import BadSelection
from data.matrix import Cell, Matrix, read_matrix
from data.metrics.catalogue import METRICS
from data.metrics.metric import Metric
from data.metrics.responsibility import EVERY_SERVICE
from data.selection import Selection
from data.signals import Signal

DAY = "on"
"""Key of the address: the day that the matrix is read at."""
Signals = Mapping[tuple[str, str], Signal]
"""By metric and service (* for all)."""


@dataclass(frozen=True)
class View:
    """What is looked at. signals: None while they are being read. selection: what they are of, without actors."""

    matrix: Matrix
    on: date
    actors: tuple[str, ...]
    selection: Selection
    look: Look
    signals: Signals | None = None

    @cached_property
    def applications(self) -> list[str]:
        """Applications by id, in the order of every page."""
        return self._services("application")

    @cached_property
    def components(self) -> list[str]:
        """Platform components by id."""
        return self._services("component")

    @cached_property
    def processes(self) -> list[str]:
        """Processes by id, stage by stage."""
        return [str(one) for one in self.matrix.processes["process_id"]]

    def cell(self, process: str, service: str) -> Cell:
        """Who holds what on the day."""
        return self.matrix.cell(process, service, self.on)

    def signals_of(self, process: str, service: str) -> list[Signal]:
        """What is known of the figures behind a cell; empty while nothing is."""
        found = ((self.signals or {}).get((one.id, service)) for one in metrics_of(process, service))
        return [one for one in found if one is not None]

    def concerns(self, process: str, service: str) -> list[Signal]:
        """Those that really got worse."""
        return [one for one in self.signals_of(process, service) if one.chart.variation == "concern"]

    def improvements(self, process: str, service: str) -> list[Signal]:
        """Those that really got better."""
        return [one for one in self.signals_of(process, service) if one.chart.variation == "improvement"]

    def process_name(self, process: str) -> str:
        """A process as the reader calls it."""
        return answers().names("process", self.look.language).get(process, process)

    def service_name(self, service: str) -> str:
        """A service as the reader calls it."""
        if service == EVERY_SERVICE:
            return _("Every service", self.look.language)
        return answers().names("service", self.look.language).get(service, service)

    def actor_name(self, actor: str) -> str:
        """An actor's short name."""
        return answers().names("actor", self.look.language).get(actor, actor)

    def _services(self, kind: str) -> list[str]:
        of_kind = self.matrix.services[self.matrix.services["kind"] == kind]
        return [str(one) for one in of_kind["service_id"]]


@dataclass(frozen=True)
class Duty:
    """What an actor holds on the day, in cells of a process and a service, and how its figures stand."""

    actor: str
    cells: Mapping[str, int]
    figures: int
    concerns: tuple[Signal, ...]
    improvements: tuple[Signal, ...]


def view_of(reported: Mapping[str, Any] | None, *, with_signals: bool) -> View:
    """What the browser asks for. Raises BadSelection for a day that is none, NotPublished."""
    view = reported or {}
    selection = selection_of(view)
    on = day_of(query_of(str(view.get("search") or "")), selection)
    matrix = answers().read(("matrix",), read_matrix)
    judged = Selection(None, on, counties=selection.counties, municipalities=selection.municipalities,
                       as_of=selection.as_of)  # fmt: skip
    made = View(matrix, on, selection.actors, judged, look_of(view))
    if not with_signals:
        return made
    return View(matrix, on, selection.actors, judged, look_of(view), read_signals(made))


def day_of(query: Mapping[str, str], selection: Selection) -> date:
    """The day asked for; by default the end of the reader's period, or the last day of data, whichever is earlier."""
    if asked := query.get(DAY):
        try:
            return date.fromisoformat(asked)
        except ValueError as error:
            raise BadSelection(f"{asked!r} is not a day. Write 2025-03-31.") from error
    known = [day for day in (selection.last, answers().last_day()) if day is not None]
    return min(known, default=date.today())


def metrics_of(process: str, service: str) -> list[Metric]:
    """The figures of a process that can be cut by service; for every service all of them."""
    return [
        one
        for one in METRICS.values()
        if one.process == process and (service == EVERY_SERVICE or "service" in one.cut_by)
    ]


def read_signals(view: View) -> Signals:
    """Of every figure and service the control chart; read once for a selection."""
    services: list[str | None] = [None, *view.applications, *view.components]
    judged = [one for one in METRICS.values() if can_be_judged(one)]
    found = answers().read(
        ("matrix-signals", view.selection),
        lambda connection: judging.signals(connection, view.selection, judged, services),
    )
    return {(one.metric.id, one.service or EVERY_SERVICE): one for one in found}


def duties(view: View) -> list[Duty]:
    """By actor: letters held over all applications and components, and the figures it is accountable for."""
    services = [*view.applications, *view.components]
    cells: dict[str, dict[str, int]] = {}
    figures: dict[str, int] = {}
    concerns: dict[str, list[Signal]] = {}
    improvements: dict[str, list[Signal]] = {}
    for process in view.processes:
        for service in services:
            here = view.cell(process, service)
            for actor, letters in here.letters.items():
                own = cells.setdefault(actor, dict.fromkeys("RACI", 0))
                for letter in letters:
                    own[letter] += 1
            for actor in here.accountable:
                figures[actor] = figures.get(actor, 0) + len(metrics_of(process, service))
                concerns.setdefault(actor, []).extend(view.concerns(process, service))
                improvements.setdefault(actor, []).extend(view.improvements(process, service))
    order = sorted(cells, key=lambda actor: (-len(concerns.get(actor, ())), -cells[actor]["A"], actor))
    return [
        Duty(actor, cells[actor], figures.get(actor, 0), tuple(concerns.get(actor, ())),
             tuple(improvements.get(actor, ())))
        for actor in order
    ]  # fmt: skip


def held_by(cell: Cell, letter: str) -> list[str]:
    """Actors that hold a letter in a cell."""
    return [actor for actor, letters in cell.letters.items() if letter in letters]


def letters_of(cell: Cell, actors: Sequence[str]) -> str:
    """The letters that any of the actors holds, in the order RACI."""
    return "".join(letter for letter in "RACI" if any(letter in cell.letters.get(one, "") for one in actors))
