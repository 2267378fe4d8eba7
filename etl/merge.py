"""Staged rows become versions of facts: set by set, the same statements on DuckDB and PostgreSQL.

Of the rows of one key that a run delivers, one is kept: the highest source version, then the latest event, then the
last delivered (of rows that say the same, the first); the others are duplicates. It is compared with the current
version column by column. Equal, or older, it changes nothing; different, it closes that version and adds a new one.
Nothing else is ever updated.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    String,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from data.schema import fact_budget, fact_ticket, fact_ticket_event
from data.store import Session
from etl.counts import ConservationError
from etl.jobs.budget import MADE
from etl.late import FOLLOWED
from etl.staging import Staging, analyse, temporary

NEW, CHANGED, UNCHANGED, DUPLICATE = "new", "changed", "unchanged", "duplicate"
DECIDED = ["seq", "counted_for", "outcome"]


class Outcome(NamedTuple):
    """How many rows of an input (etl_input they count for) became what."""

    counted_for: int
    outcome: str
    rows: int


def merge(session: Session, stage: Staging) -> list[Outcome]:
    """Bring staged rows into their fact as versions of this run, and say what became of them.

    Nothing staged gives no outcomes. Raises ConservationError when a key would end with two current versions.
    """
    connection = session.connection
    analyse(connection, stage.rows)
    if stage.fact is fact_budget:
        _number_lines(connection, stage)
    if stage.fact is fact_ticket_event:
        _follow_tickets(connection, stage)
    _drop_repeated(connection, stage)
    analyse(connection, stage.decided)
    if _first_load(connection, stage):
        outcomes = _insert_all(session, stage)
    else:
        outcomes = []
        _compare(connection, stage)
        _close_changed(session, stage)
        _insert_decided(session, stage)
    _check_current(connection, stage.fact)
    return outcomes + _decided(connection, stage)


def unmatched(connection: Connection, stage: Staging) -> dict[int, tuple[int, int, int]]:
    """Input -> staged rows without a known municipality, service and actor."""
    rows = stage.rows.c
    counts = [func.count().filter(rows[name] == value) if name in rows else literal(0) for name, value in FOLLOWED]
    totals = connection.execute(select(rows.counted_for, *counts).group_by(rows.counted_for))
    return {row[0]: (row[1], row[2], row[3]) for row in totals}


def _drop_repeated(connection: Connection, stage: Staging) -> None:
    """Of a key that came several times, decide that all are duplicates but the first that says what the winner says."""
    rows = stage.rows
    keys = [rows.c[name] for name in stage.key]
    several = select(*keys).group_by(*keys).having(func.count() > 1).subquery()
    version = [rows.c.source_version.desc().nulls_last()] if "source_version" in rows.c else []
    moment = [rows.c.order_at.desc().nulls_last()] if "order_at" in rows.c else []
    place = func.row_number().over(partition_by=keys, order_by=[*version, *moment, rows.c.seq.desc()])
    first = func.min(rows.c.seq).over(partition_by=[*keys, *(rows.c[name] for name in stage.payload if name in rows.c)])
    ranked = (
        select(rows.c.seq, rows.c.counted_for, *keys, place.label("place"), first.label("first"))
        .join_from(rows, several, _same(rows, several, stage.key))
        .subquery()
    )
    winner = func.max(case((ranked.c.place == 1, ranked.c.first))).over(
        partition_by=[ranked.c[name] for name in stage.key]
    )
    judged = select(ranked.c.seq, ranked.c.counted_for, winner.label("winner")).subquery()
    losers = select(judged.c.seq, judged.c.counted_for, literal(DUPLICATE, Text)).where(judged.c.seq != judged.c.winner)
    connection.execute(insert(stage.decided).from_select(DECIDED, losers))


def _first_load(connection: Connection, stage: Staging) -> bool:
    """Whether no staged row can have an earlier version, so that there is nothing to compare."""
    systems = connection.scalars(select(stage.rows.c.source).distinct()).all()
    known = select(stage.fact.c.source).where(stage.fact.c.source.in_(systems)).limit(1)
    return connection.execute(known).first() is None


def _insert_all(session: Session, stage: Staging) -> list[Outcome]:
    """Insert what is no duplicate; all of it is new."""
    kept = _undecided(stage)
    _insert_versions(session, stage, select(stage.rows).where(kept).subquery())
    counted = select(stage.rows.c.counted_for, func.count()).where(kept).group_by(stage.rows.c.counted_for)
    return [Outcome(row[0], NEW, row[1]) for row in session.connection.execute(counted)]


def _undecided(stage: Staging) -> ColumnElement[bool]:
    """Rows not yet decided on. NOT EXISTS: PostgreSQL compares a long NOT IN list row by row."""
    return ~select(literal(1)).where(stage.decided.c.seq == stage.rows.c.seq).exists()


def _compare(connection: Connection, stage: Staging) -> None:
    """Decide for the rows that are no duplicates whether they are new, changed or unchanged."""
    rows, current = stage.rows, stage.fact.alias("current")
    differs = or_(*(current.c[name].is_distinct_from(stage.given(rows, name)) for name in stage.payload))
    deleted = _deleted_tickets(connection, stage) if stage.fact is fact_ticket_event else None
    outcome = case(
        # An overlap may still tell of a ticket that its source has deleted.
        *(() if deleted is None else ((deleted.c.ticket_id.is_not(None), UNCHANGED),)),
        (current.c.loaded_run.is_(None), NEW),
        (_is_older(rows, current), UNCHANGED),
        (differs, CHANGED),
        else_=UNCHANGED,
    )
    joined = rows.outerjoin(current, and_(_same(rows, current, stage.key), current.c.superseded_run.is_(None)))
    if deleted is not None:
        joined = joined.outerjoin(deleted, _same(rows, deleted, ("source", "ticket_id")))
    decisions = select(rows.c.seq, rows.c.counted_for, outcome).select_from(joined).where(_undecided(stage))
    connection.execute(insert(stage.decided).from_select(DECIDED, decisions))


def _deleted_tickets(connection: Connection, stage: Staging) -> Table:
    """source and ticket_id of tickets that have versions but no current one, of the systems that are staged."""
    ended, current = fact_ticket.alias("ended"), fact_ticket.alias("ticket")
    keys = ("source", "ticket_id")
    table = temporary(connection, "deleted_tickets", *(Column(name, fact_ticket.c[name].type) for name in keys))
    analyse(connection, fact_ticket)
    there = select(literal(1)).where(_same(ended, current, keys), current.c.superseded_run.is_(None))
    rows = (
        select(*(ended.c[name] for name in keys))
        .where(
            ended.c.source.in_(select(stage.rows.c.source).distinct()),
            ended.c.superseded_run.is_not(None),
            ~there.exists(),
        )
        .distinct()
    )
    connection.execute(insert(table).from_select(keys, rows))
    analyse(connection, table)
    return table


def _is_older(rows: Table, current: FromClause) -> ColumnElement[bool]:
    """Whether a staged row is an older state than the current version: by its version where both have one, else by the
    order in which the inputs came (a row corrected in quarantine keeps its old input)."""
    earlier_input = rows.c.input_id < current.c.input_id
    if "source_version" not in rows.c:
        return earlier_input
    given, known = rows.c.source_version, current.c.source_version
    return or_(given < known, and_(or_(given.is_(None), known.is_(None)), earlier_input))


def _close_changed(session: Session, stage: Staging) -> None:
    fact, rows = stage.fact, stage.rows
    changed = select(rows.c.seq).where(_same(rows, fact, stage.key), rows.c.seq.in_(_seqs(stage, CHANGED)))
    session.connection.execute(
        update(fact).where(fact.c.superseded_run.is_(None), changed.exists()).values(superseded_run=session.run_id)
    )


def _insert_decided(session: Session, stage: Staging) -> None:
    wanted = select(stage.rows).where(stage.rows.c.seq.in_(_seqs(stage, NEW, CHANGED))).subquery()
    _insert_versions(session, stage, wanted)


def _insert_versions(session: Session, stage: Staging, rows: FromClause) -> None:
    versions = select(*(rows.c[name] for name in stage.delivered), literal(session.run_id, Integer))
    session.connection.execute(insert(stage.fact).from_select([*stage.delivered, "loaded_run"], versions))


def _decided(connection: Connection, stage: Staging) -> list[Outcome]:
    decided = stage.decided.c
    totals = select(decided.counted_for, decided.outcome, func.count()).group_by(decided.counted_for, decided.outcome)
    return [Outcome(*row) for row in connection.execute(totals)]


def _seqs(stage: Staging, *outcomes: str) -> Select[tuple[int]]:
    return select(stage.decided.c.seq).where(stage.decided.c.outcome.in_(outcomes))


def _same(left: FromClause, right: FromClause, columns: Iterable[str]) -> ColumnElement[bool]:
    return and_(*(left.c[name] == right.c[name] for name in columns))


def _check_current(connection: Connection, fact: Table) -> None:
    """DuckDB holds no unique index, so this stands in for one; on PostgreSQL it guards across municipalities."""
    keys = [fact.c[name] for name in fact.info["key"]]
    several = select(*keys).where(fact.c.superseded_run.is_(None)).group_by(*keys).having(func.count() > 1).limit(1)
    if row := connection.execute(several).first():
        raise ConservationError(f"{fact.name}: key {tuple(row)} would have two current versions. Nothing published.")


def _number_lines(connection: Connection, stage: Staging) -> None:
    """Number lines of one input that have the same dimensions, other amounts, and no key of their own: each is money.

    Lines that are equal in everything keep one key, and so are duplicates. Numbers follow the order of delivery.
    """
    rows = stage.rows
    line = [rows.c.counted_for, *(rows.c[name] for name in stage.key)]
    made = rows.c.line_id.like(f"{MADE}%")
    several = select(*line).where(made).group_by(*line).having(func.count() > 1).subquery()
    first = func.min(rows.c.seq).over(partition_by=[*line, *(rows.c[name] for name in stage.payload if name in rows.c)])
    firsts = (
        select(rows.c.seq, *line, first.label("first"))
        .join_from(rows, several, _same(rows, several, ["counted_for", *stage.key]))
        .subquery()
    )
    partition = [firsts.c[name] for name in ("counted_for", *stage.key)]
    number = func.dense_rank().over(partition_by=partition, order_by=firsts.c.first)
    numbered = select(firsts.c.seq, number.label("number")).subquery()
    connection.execute(
        update(rows)
        .where(rows.c.seq == numbered.c.seq, numbered.c.number > 1)
        .values(line_id=rows.c.line_id + literal("-") + cast(numbered.c.number, String))
    )


def _follow_tickets(connection: Connection, stage: Staging) -> None:
    """An event that names no municipality, service or actor has those of its ticket."""
    events, ticket = stage.rows, fact_ticket
    for name, unknown in FOLLOWED:
        connection.execute(
            update(events)
            .where(
                events.c[name] == unknown,
                _same(events, ticket, ("source", "ticket_id")),
                ticket.c.superseded_run.is_(None),
                ticket.c[name] != unknown,
            )
            .values({name: ticket.c[name]})
        )
