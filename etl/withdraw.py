"""Rows that their source deleted or merged into others, and those that turn out to be there after all.

A deleted row's current version ends and nothing takes its place. What hangs on it (events of a ticket, services and
amendments of a contract) ends and comes back with it.
"""

from collections.abc import Iterable, Sequence

import pandas as pd
from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Integer,
    Table,
    Text,
    and_,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from data.schema import (
    etl_input,
    fact_contract,
    fact_contract_amendment,
    fact_contract_service,
    fact_ticket,
    fact_ticket_event,
    quarantine,
)
from data.store import Session
from etl.config import Source
from etl.quarantine import KEY_PARTS, OPEN, REPLACED
from etl.records import RECORDS
from etl.staging import Staging, analyse, temporary

Gone = Sequence[tuple[str, int]]
"""Keys, each with the input that says it is gone."""

PARTS: dict[Table, tuple[Table, ...]] = {
    fact_ticket: (fact_ticket_event,),
    fact_contract: (fact_contract_service, fact_contract_amendment),
}
"""What hangs on a row of a fact, by the key of that row."""


def named_fact(source: Source) -> Table:
    """The fact whose keys the source's deletions name: an event log tells of tickets."""
    return fact_ticket if source.record == "event_log" else RECORDS[source.record].fact


def key_of(fact: Table) -> str:
    """The column that deletions name."""
    return str(fact.info["key"][1])


class Withdrawals:
    """Ends versions in one run, and brings them back; its temporary table goes with the run."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._keys: Table | None = None

    def current(self, source: Source, inputs: Iterable[int]) -> list[str]:
        """Keys of the current rows of a source. inputs: those of this run, which are recorded after the merge only."""
        fact = named_fact(source)
        own = select(etl_input.c.input_id).where(etl_input.c.source == source.name)
        rows = select(fact.c[key_of(fact)]).where(
            fact.c.source == source.system,
            fact.c.superseded_run.is_(None),
            or_(fact.c.input_id.in_(own), fact.c.input_id.in_(list(inputs))),
        )
        return list(self._session.connection.scalars(rows))

    def withdraw(self, source: Source, gone: Gone, stage: Staging | None) -> dict[int, int]:
        """End the current versions of keys that are gone, unless a later input brought them again, with what hangs on
        them; their rows in quarantine wait no longer. Gives rows ended per input that told it; no keys end nothing.
        """
        if not gone:
            return {}
        fact, keys = named_fact(source), self._listed(gone)
        ended = self._end(fact, source.system, keys, stage)
        for part in PARTS.get(fact, ()):
            self._end(part, source.system, keys, stage)
        self._close_waiting(source, keys)
        return ended

    def reinstate(self, source: Source, kept: Iterable[str], number: int) -> None:
        """Bring back the last version of keys that a listing names though they were ended: it was the earlier listing
        that erred. They belong to the input of this number from now on.
        """
        fact = named_fact(source)
        ended = self._keys_that(fact, source.system, fact.c.superseded_run.is_not(None))
        there = self._keys_that(fact, source.system, fact.c.superseded_run.is_(None))
        back = sorted((ended & set(kept)) - there)
        if back:
            keys = self._listed([(key, number) for key in back])
            self._bring_back(fact, source.system, keys, number)
            for part in PARTS.get(fact, ()):
                self._bring_back(part, source.system, keys)

    def reinstate_parts(self, fact: Table) -> None:
        """Bring back what hangs on rows that came again in this run after they had been ended."""
        row, before, changed = fact.alias("row"), fact.alias("before"), fact.alias("changed")
        run, name = self._session.run_id, key_of(fact)
        ended = select(literal(1)).where(fact.c.superseded_run < run).limit(1)
        if self._session.connection.execute(ended).first() is None:
            return
        analyse(self._session.connection, fact)
        earlier = select(literal(1)).where(_same(row, before, name), before.c.superseded_run < run)
        went_on = select(literal(1)).where(_same(row, changed, name), changed.c.superseded_run == run)
        again = select(row.c.source, row.c[name]).where(
            row.c.loaded_run == run, row.c.superseded_run.is_(None), earlier.exists(), ~went_on.exists()
        )
        by_system: dict[str, list[tuple[str, int]]] = {}
        for system, key in self._session.connection.execute(again):
            by_system.setdefault(system, []).append((key, 0))
        for system, found in by_system.items():
            keys = self._listed(found)
            for part in PARTS[fact]:
                self._bring_back(part, system, keys)

    def _keys_that(self, fact: Table, system: str, which: ColumnElement[bool]) -> set[str]:
        return set(self._session.connection.scalars(select(fact.c[key_of(fact)]).where(fact.c.source == system, which)))

    def _listed(self, keys: Gone) -> Table:
        connection = self._session.connection
        if self._keys is None:
            self._keys = temporary(connection, "named_keys", Column("key", Text), Column("input_id", Integer))
        connection.execute(self._keys.delete())
        frame = pd.DataFrame(keys, columns=["key", "input_id"]).drop_duplicates("key", keep="last")
        self._session.load_frame(self._keys.name, frame)
        return self._keys

    def _end(self, fact: Table, system: str, keys: Table, stage: Staging | None) -> dict[int, int]:
        name = key_of(fact)
        told = keys.c.key == fact.c[name]
        if stage is not None:
            again = select(literal(1)).where(
                stage.rows.c.source == system,
                stage.rows.c[name] == keys.c.key,
                stage.rows.c.counted_for > keys.c.input_id,
            )
            told &= ~again.exists()
        current = (fact.c.source == system) & fact.c.superseded_run.is_(None)
        counted = select(keys.c.input_id, func.count()).join_from(keys, fact, told & current).group_by(keys.c.input_id)
        ended = {row[0]: row[1] for row in self._session.connection.execute(counted)}
        if ended:
            named = select(literal(1)).select_from(keys).where(told)
            self._session.connection.execute(
                update(fact).where(current, named.exists()).values(superseded_run=self._session.run_id)
            )
        return ended

    def _bring_back(self, fact: Table, system: str, keys: Table, number: int | None = None) -> None:
        """Copy the last version of the rows of these keys that have no current one; number: input they belong to."""
        last, later, run = fact.alias("last"), fact.alias("later"), self._session.run_id
        newer = select(literal(1)).where(
            *(later.c[name] == last.c[name] for name in fact.info["key"]),
            or_(later.c.superseded_run.is_(None), later.c.loaded_run > last.c.loaded_run),
        )
        columns = [column.name for column in fact.c if column.name != "superseded_run"]
        own: dict[str, ColumnElement[int]] = {"loaded_run": literal(run, Integer)}
        if number is not None:
            own["input_id"] = literal(number, Integer)
        rows = (
            select(*(own.get(name, last.c[name]) for name in columns))
            .join_from(last, keys, keys.c.key == last.c[key_of(fact)])
            .where(last.c.source == system, last.c.loaded_run < run, ~newer.exists())
        )
        self._session.connection.execute(insert(fact).from_select(columns, rows))

    def _close_waiting(self, source: Source, keys: Table) -> None:
        named = or_(
            quarantine.c.row_key == keys.c.key,
            quarantine.c.row_key.startswith(keys.c.key + KEY_PARTS),
        )
        closed = update(quarantine).where(
            quarantine.c.source == source.name, quarantine.c.status == OPEN, select(literal(1)).where(named).exists()
        )
        note = "no longer at the source"
        self._session.connection.execute(closed.values(status=REPLACED, closed_run=self._session.run_id, note=note))


def _same(left: FromClause, right: FromClause, name: str) -> ColumnElement[bool]:
    return and_(left.c.source == right.c.source, left.c[name] == right.c[name])
