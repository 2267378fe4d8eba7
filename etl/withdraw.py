"""Rows that their source deleted or merged into others: the current version ends, nothing takes its place."""

from collections.abc import Iterable, Sequence

import pandas as pd
from sqlalchemy import Column, Integer, Table, Text, func, literal, or_, select, update

from data.schema import etl_input, fact_ticket, fact_ticket_event
from data.store import Session
from etl.config import Source
from etl.staging import Staging, temporary

Gone = Sequence[tuple[str, int]]
"""Keys, each with the input that says it is gone."""


class Withdrawals:
    """Ends versions in one run; its temporary table goes with the run."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._gone: Table | None = None

    def missing(self, fact: Table, source: Source, inputs: Iterable[int], kept: Iterable[str]) -> tuple[list[str], int]:
        """Keys of a source's current rows that are not among the kept, and how many rows it has."""
        known, still = self.current(fact, source, inputs), frozenset(kept)
        return sorted({one for one in known if one not in still}), len(known)

    def current(self, fact: Table, source: Source, inputs: Iterable[int]) -> list[str]:
        """Keys of the current rows of a source. inputs: those of this run, which are recorded after the merge only."""
        key = fact.c[fact.info["key"][1]]
        own = select(etl_input.c.input_id).where(etl_input.c.source == source.name)
        rows = select(key).where(
            fact.c.source == source.system,
            fact.c.superseded_run.is_(None),
            or_(fact.c.input_id.in_(own), fact.c.input_id.in_(list(inputs))),
        )
        return list(self._session.connection.scalars(rows))

    def withdraw(self, fact: Table, system: str, gone: Gone, stage: Staging | None) -> dict[int, int]:
        """End the current versions of keys that are gone, unless a later input brought them again.

        A ticket's events go with it. Gives rows ended per input that told it; no keys end nothing.
        """
        if not gone:
            return {}
        table = self._told(gone)
        ended = self._end(fact, system, table, stage)
        if fact is fact_ticket:
            self._end(fact_ticket_event, system, table, stage)
        return ended

    def _told(self, gone: Gone) -> Table:
        connection = self._session.connection
        if self._gone is None:
            self._gone = temporary(connection, "gone", Column("key", Text), Column("input_id", Integer))
        connection.execute(self._gone.delete())
        frame = pd.DataFrame(gone, columns=["key", "input_id"]).drop_duplicates("key", keep="last")
        self._session.load_frame(self._gone.name, frame)
        return self._gone

    def _end(self, fact: Table, system: str, gone: Table, stage: Staging | None) -> dict[int, int]:
        key = fact.info["key"][1]
        told = gone.c.key == fact.c[key]
        if stage is not None:
            again = select(literal(1)).where(
                stage.rows.c[key] == gone.c.key, stage.rows.c.counted_for > gone.c.input_id
            )
            told &= ~again.exists()
        current = (fact.c.source == system) & fact.c.superseded_run.is_(None)
        counted = select(gone.c.input_id, func.count()).join_from(gone, fact, told & current).group_by(gone.c.input_id)
        ended = {row[0]: row[1] for row in self._session.connection.execute(counted)}
        if ended:
            named = select(literal(1)).select_from(gone).where(told)
            self._session.connection.execute(
                update(fact).where(current, named.exists()).values(superseded_run=self._session.run_id)
            )
        return ended
