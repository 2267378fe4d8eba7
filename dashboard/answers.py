"""Answers: what cards ask of the reporting database, kept while the snapshot they come from is the published one.

The only module that opens the store. A new snapshot is noticed by itself: its id is part of every key.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TypeVar, cast

import pandas as pd
from flask import current_app
from sqlalchemy import Connection

from dashboard.memory import MISSING, Memory, Turns
from data import provenance
from data import signals as judging
from data.adoption.finding import Finder
from data.errors import BadSelection, NotPublished
from data.metrics import measure as measuring
from data.metrics.metric import Metric
from data.provenance import Freshness
from data.schema import UNKNOWN
from data.selection import Selection
from data.signals import Signal
from data.store import Store
from data.targets import aimed

EXTENSION = "asp_answers"
MOST_MADE = 128
"""Drawn cards weigh more than the figures they are made of, so fewer are kept."""
Found = TypeVar("Found")


@dataclass(frozen=True)
class Ask:
    """A question of a card: a metric, how it is cut, and how the reader's selection is changed for it (or not)."""

    metric: str
    by: tuple[str, ...] = ()
    change: Callable[[Selection], Selection] | None = None

    def selection(self, reader: Selection) -> Selection:
        """What is asked about, given what the reader has selected."""
        return self.change(reader) if self.change else reader


@dataclass(frozen=True)
class Answer:
    """A measured figure. frame: as measure() gives it (cuts, numerator, denominator, n, value); do not change it.

    metric: with the target that is in force on the last day of the selection.
    """

    metric: Metric
    selection: Selection
    by: tuple[str, ...]
    frame: pd.DataFrame
    freshness: Freshness

    @property
    def n(self) -> int:
        """Rows behind the whole frame."""
        return int(self.frame["n"].fillna(0).sum()) if len(self.frame) else 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted."""
        return self.frame.empty or (self.n == 0 and not self.frame["value"].fillna(0).any())


@dataclass(frozen=True)
class Choices:
    """What the filter bar offers: frames as in data.provenance, and the months that there are facts of."""

    services: pd.DataFrame
    actors: pd.DataFrame
    municipalities: pd.DataFrame
    runs: pd.DataFrame
    first: date | None
    last: date | None

    @property
    def counties(self) -> list[str]:
        """Counties by name."""
        return sorted(set(self.municipalities["county"].dropna()) - {"unknown", ""})

    @cached_property
    def finder(self) -> Finder:
        """Finds municipalities by what is typed; what the source names none of that we know is not one of them."""
        return Finder(self.municipalities[self.municipalities["kind"] != UNKNOWN])


@dataclass(frozen=True)
class Origin:
    """Where a figure comes from: inputs of its job, some of the rows behind it, the statement that was run."""

    freshness: Freshness
    inputs: pd.DataFrame
    rows: pd.DataFrame
    statement: str


class Answers:
    """The one handle on the store, with a bounded memory of answers."""

    def __init__(self, store: Store, size: int = 512) -> None:
        self.store = store
        self._known = Memory(size)
        self._made = Memory(min(size, MOST_MADE))
        self._turns = Turns()

    def snapshot(self) -> str:
        """Id of the published snapshot. Raises NotPublished."""
        found = self.store.snapshot_id()
        if found is None:
            raise NotPublished("Nothing is published yet. Run `asp-etl run all --config sources.toml`.")
        return found

    def answer(self, metric: str, selection: Selection, by: Sequence[str] = ()) -> Answer:
        """A metric measured. Raises UnknownMetric, UnknownCut, BadSelection, NotPublished."""
        definition = _metric(metric)
        cuts = tuple(by)

        def read(connection: Connection) -> Answer:
            self._check_run(selection.as_of)
            self._check_members(selection)
            frame = measuring.measure(connection, definition, selection, cuts)
            return Answer(
                _with_target(connection, definition, selection),
                selection,
                cuts,
                frame,
                self.freshness(job_of(definition), selection.as_of),
            )

        found = self._remembered(("answer", metric, selection, cuts), read)
        return replace(found, frame=found.frame.copy(deep=False))

    def ask(self, question: Ask, reader: Selection) -> Answer:
        """The answer to a card's question."""
        return self.answer(question.metric, question.selection(reader), question.by)

    def freshness(self, job: str | None = None, as_of: int | None = None) -> Freshness:
        """How new the facts of a job, or of all, are."""
        return self._remembered(
            ("freshness", job, as_of), lambda connection: provenance.freshness(connection, job, as_of)
        )

    def choices(self) -> Choices:
        """What can be filtered by."""
        return self._remembered(("choices",), _choices)

    def last_day(self) -> date | None:
        """The last day of data."""
        return self.choices().last

    def accountable(self, metric: str, service: str | None = None, on: date | None = None) -> dict[str, str]:
        """The actor accountable for a metric: actor_id, actor_type, name_hu, name_en, short_hu, short_en.

        on: the last day of what is shown, so that earlier figures keep their owner; by default, and at the latest, the
        last day of data: who will answer later does not answer for what there is.
        """
        definition = _metric(metric)
        on = min(filter(None, (on, self.last_day())), default=None)
        return self._remembered(
            ("accountable", metric, service, on),
            lambda connection: measuring.accountable(connection, definition, service, on),
        )

    def signals(
        self, selection: Selection, metrics: Sequence[str] = (), services: Sequence[str | None] = (None,)
    ) -> list[Signal]:
        """Control charts, as data.signals.signals() gives them; of every metric that can be judged by default.

        Raises UnknownMetric, BadSelection, NotPublished.
        """
        definitions = [_metric(name) for name in metrics] or None
        chosen = tuple(services)

        def read(connection: Connection) -> list[Signal]:
            self._check_run(selection.as_of)
            self._check_members(selection)
            return judging.signals(connection, selection, definitions, chosen)

        return list(self._remembered(("signals", tuple(metrics), selection, chosen), read))

    def names(self, cut: str, language: str) -> dict[str, str]:
        """Names of a dimension's members by id, short ones where there are any; empty for cuts without a dimension."""
        return self._remembered(("names", cut, language), lambda connection: _names(connection, cut, language))

    def origin(self, question: Ask, reader: Selection, limit: int = 50) -> Origin:
        """Where the answer to a question comes from; its first rows only."""
        definition, selection = _metric(question.metric), question.selection(reader)
        job = job_of(definition)

        def read(connection: Connection) -> Origin:
            return Origin(
                freshness=self.freshness(job, selection.as_of),
                inputs=provenance.inputs(connection, job, selection.as_of, limit=100),
                rows=measuring.source_rows(connection, definition, selection, limit=limit),
                statement=_statement(connection, definition, selection, question.by),
            )

        return self._remembered(("origin", question.metric, selection, question.by, limit), read)

    def read(self, key: Hashable, query: Callable[[Connection], Found]) -> Found:
        """Any other reading by a function of data/, remembered under key: `read("runs", provenance.runs)`.

        Parts of a page ask at the same time: one reads, the others wait for what it finds.
        """
        with self._turns.of(key):
            return self._remembered(("read", key), query)

    def made(self, key: Hashable, make: Callable[[], Found]) -> Found:
        """What is made of answers (a drawn card), remembered under key as long as the snapshot is the published one."""
        snapshot = self.snapshot()
        known = self._made.get((snapshot, key))
        if known is MISSING:
            known = make()
            if self.store.snapshot_id() == snapshot:
                self._made.put((snapshot, key), known)
        return cast("Found", known)

    def _remembered(self, key: Hashable, read: Callable[[Connection], Found]) -> Found:
        snapshot = self.snapshot()
        known = self._known.get((snapshot, key))
        if known is not MISSING:
            return cast("Found", known)
        with self.store.reading() as connection:
            found = read(connection)
        # Published in between: what was read may belong to either snapshot, so it is not kept.
        if self.store.snapshot_id() == snapshot:
            self._known.put((snapshot, key), found)
        return found

    def _check_run(self, as_of: int | None) -> None:
        if as_of is None:
            return
        known = self.freshness().run_id or 0
        if not 1 <= as_of <= known:
            raise BadSelection(f"There is no run {as_of}; the newest is {known}. Choose another run.")

    def strangers(self, selection: Selection) -> dict[str, list[str]]:
        """Members selected that do not exist, by the key of the address: an old link, or a slip of the pen."""
        found = {}
        for key, chosen, known in (
            ("service", selection.services, lambda: self.choices().services["service_id"]),
            ("actor", selection.actors, lambda: self.choices().actors["actor_id"]),
            ("county", selection.counties, lambda: self.choices().municipalities["county"]),
            ("municipality", selection.municipalities, lambda: self.choices().municipalities["municipality_id"]),
        ):
            if chosen and (strange := set(chosen) - set(known().astype(str))):
                found[key] = sorted(strange)
        return found

    def _check_members(self, selection: Selection) -> None:
        """A member that does not exist selects nothing; a reader would take that for a figure of zero."""
        for key, strange in self.strangers(selection).items():
            raise BadSelection(f"There is no {key} {strange[0]!r}.")


def answers() -> Answers:
    """The answers of the app that serves this request."""
    return cast("Answers", current_app.extensions[EXTENSION])


def job_of(metric: Metric) -> str | None:
    """The job that brings in the facts of a metric; None where runs themselves are counted."""
    return measuring.JOBS.get(metric.main_fact.name)


def _metric(name: str) -> Metric:
    from data.metrics.catalogue import metric

    return metric(name)


def _with_target(connection: Connection, metric: Metric, selection: Selection) -> Metric:
    """The metric with the target in force at the end of the selection, of its service where it has just one."""
    last = measuring.period(connection, metric, selection)[1]
    service = selection.services[0] if len(selection.services) == 1 else None
    return aimed(connection, metric, last, service)


def _choices(connection: Connection) -> Choices:
    runs = provenance.runs(connection)
    return Choices(
        services=provenance.services(connection),
        actors=provenance.actors(connection),
        municipalities=provenance.municipalities(connection),
        runs=runs[runs["status"] == "published"],
        first=provenance.first_day(connection),
        last=measuring.last_day(connection),
    )


def _names(connection: Connection, cut: str, language: str) -> dict[str, str]:
    match cut:
        case "service":
            frame = provenance.services(connection)
            # Applications go by their short names in every language; components have Hungarian ones only.
            own = frame["kind"].ne("application") & (language != "hu")
            return _by_id(
                frame.assign(short=frame["short"].mask(own, frame["name_en"])), "service_id", "short", "name_hu"
            )
        case "actor" | "operator":
            return _by_id(provenance.actors(connection), "actor_id", f"short_{language}", f"name_{language}")
        case "municipality" | "office":
            return _by_id(provenance.municipalities(connection), "municipality_id", "name")
        case "course":
            return _by_id(provenance.courses(connection), "course_id", "name")
        case "account" | "account_group":
            return _by_id(provenance.accounts(connection), "account_id", f"name_{language}", "name_hu")
        case "process":
            return _by_id(provenance.processes(connection), "process_id", f"name_{language}")
    return {}


def _by_id(frame: pd.DataFrame, key: str, *names: str) -> dict[str, str]:
    """Names by id; of several name columns the first that is filled in."""
    found = frame[names[0]]
    for name in names[1:]:
        found = found.fillna(frame[name])
    found = found.fillna(frame[key])
    return dict(zip(frame[key].astype(str), found.astype(str), strict=True))


def _statement(connection: Connection, metric: Metric, selection: Selection, by: Sequence[str]) -> str:
    """The statement that measure() runs, its values written in, for a reader."""
    statement = measuring.statement(connection, metric, selection, list(by))
    if statement is None:
        return ""
    return str(statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
