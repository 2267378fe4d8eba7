"""One pull of a live source in a run: what was asked, which inputs came, and how far the source counts as read."""

from collections.abc import Container
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from data.schema import etl_input
from data.store import Session
from etl.config import Source
from etl.cursors import State, keep_state, read_state
from etl.sources.inputs import Input
from etl.sources.pull import Cursor, Span
from etl.sources.shapes import Shape, both, changes
from etl.status import LOADED


@dataclass(frozen=True)
class Window:
    """A backfill: changes from since (aware) until before until; either may be open."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass
class Pull:
    """The pull of one source.

    state: what was known before; inputs: those read whole, with their numbers; former: another system that its rows
    were loaded under.
    """

    source: Source
    state: State
    span: Span
    inputs: list[tuple[int, Input]] = field(default_factory=list)
    ended: bool = False
    former: str | None = None

    def took(self, number: int, delivered: Input) -> None:
        """An input was read whole; of its slice only what it says beside its records is kept."""
        assert delivered.slice is not None, "an input of a pull without its slice"
        self.inputs.append((number, replace(delivered, slice=replace(delivered.slice, records=[]))))

    @property
    def known(self) -> frozenset[str]:
        """Columns that the source delivered before."""
        return frozenset(self.state.shape)

    def until_broken(self, broken: Container[int]) -> "Reached":
        """How far the source was read before its first broken input: only so far does its cursor go."""
        reached = Reached(ended=self.ended)
        for number, delivered in self.inputs:
            if number in broken:
                return replace(reached, ended=False)
            part = delivered.slice
            assert part is not None, "an input of a pull without its slice"
            reached = Reached(
                part.cursor if part.cursor is not None else reached.cursor,
                delivered.shape or reached.shape,
                (*reached.gone, *((key, number) for key in part.gone)),
                (part.kept, number) if part.kept is not None else reached.kept,
                number,
                self.ended,
            )
        return reached

    def notes(self, reached: "Reached") -> str | None:
        """What is to be told of a pull that went well; None when there is nothing."""
        said = changes(self.state.shape, reached.shape)
        told = [f"The source changed: {'; '.join(said)}. Check the mapping."] if said else []
        if self.state.position is not None and self.state.description_hash != self.source.description_hash:
            told.append("The description changed, so everything was read again.")
        if self.former:
            told.append(
                f"Its rows were of system '{self.former}' before and stay current there, so they count twice. Give the"
                " source that system again, and load with --full."
            )
        return " ".join(told) or None

    def keep(self, session: Session, reached: "Reached", reconciled: bool) -> None:
        """Make what was reached the state of the source, in the run's own transaction. A backfill leaves it alone."""
        if self.span.backfill or (reached.cursor is None and not reconciled):
            return
        started = self.span.started_at.astimezone(UTC).replace(tzinfo=None)
        afresh = self.span.cursor is None
        # Nothing was known before the first pull, so nothing can have been deleted; a later one that read everything
        # again without comparing leaves the comparison to the next.
        first = afresh and reached.ended and self.state.position is None
        keep_state(
            session,
            self.source.name,
            State(
                reached.cursor if reached.cursor is not None else self.span.cursor,
                both(self.state.shape, reached.shape) if self._same else reached.shape,
                self.source.description_hash,
                started if reconciled or first else None if afresh else self.state.reconciled_at,
            ),
        )

    @property
    def _same(self) -> bool:
        return self.state.description_hash == self.source.description_hash


@dataclass(frozen=True)
class Reached:
    """What a pull has brought in whole inputs.

    cursor: where the source stands after them; gone: deleted keys, each with the input that told; kept: the keys of a
    complete listing and its input; last: number of the last of them; ended: whether the pull came to its end.
    """

    cursor: Cursor | None = None
    shape: Shape = field(default_factory=dict)
    gone: tuple[tuple[str, int], ...] = ()
    kept: tuple[frozenset[str], int] | None = None
    last: int | None = None
    ended: bool = False


def begun(session: Session, source: Source, started: datetime, full: bool, window: Window | None) -> Pull:
    """A pull that goes on where the last one ended; from the beginning when full, or when its description changed.

    started: UTC without zone.
    """
    assert source.connect is not None, "a file is not pulled"
    state = read_state(session.connection, source.name)
    at, former = started.replace(tzinfo=UTC), _former_system(session.connection, source)
    if window is not None:
        return Pull(source, state, Span(at, since=window.since, until=window.until), former=former)
    afresh = full or state.description_hash != source.description_hash
    every = source.connect.reconcile_days
    last = state.reconciled_at
    due = last is None or (every > 0 and started - last >= timedelta(days=every))
    reconcile = state.position is not None and (due or afresh)
    return Pull(source, state, Span(at, None if afresh else state.position, reconcile=reconcile), former=former)


def _former_system(connection: Connection, source: Source) -> str | None:
    """Another system that rows of the source were last loaded under; None where it is the same, or there are none."""
    last = (
        select(etl_input.c.system)
        .where(etl_input.c.source == source.name, etl_input.c.status == LOADED, etl_input.c.read > 0)
        .order_by(etl_input.c.input_id.desc())
        .limit(1)
    )
    system = connection.scalar(last)
    return system if system != source.system else None
