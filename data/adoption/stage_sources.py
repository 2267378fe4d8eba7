"""What the stages of a selection rest on: the kinds of rows that tell of each, how many, and the newest of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Table, distinct, func, or_, select

from data.adoption.evidence import BY_PEOPLE, PROXY_DAYS, counted_services, last_whole_month
from data.adoption.places import places, register
from data.adoption.scope import STEPS
from data.comparison.disclosure import least_people
from data.metrics.adoption import LOCAL_ROLES
from data.metrics.metric import Current
from data.metrics.period import JOBS
from data.metrics.private import enough_people, shown_columns
from data.schema import NO_SERVICE, UNKNOWN_MUNICIPALITY, dim_service, etl_input
from data.schema import fact_contract as contract
from data.schema import fact_contract_service as use
from data.schema import fact_role_holder as holder
from data.schema import fact_ticket as ticket
from data.schema import fact_training as training
from data.schema import fact_usage as usage
from data.selection import Selection


@dataclass(frozen=True)
class Part:
    """One kind of rows. name: joining, services, roles, certificates, usage, tickets, courses (the last two: the proxy
    of use). stages: those that rest on it. job: what brings it in. count: rows behind the stages of the selection,
    None where they are of too few people to be told.

    rows: the newest of them with source_name, input, line and loaded_run, as data.metrics.measure.source_rows() gives
    them: nothing of single persons, none of a place with too few people. statement: the query of the rows.
    """

    name: str
    stages: tuple[str, ...]
    job: str
    count: int | None
    rows: pd.DataFrame
    statement: str


def stage_sources(connection: Connection, selection: Selection, on: date, limit: int = 20) -> list[Part]:
    """The parts that have rows, in the order of the stages. on: the day that the stages hold on.

    A key user, a ticket or a training of a joint office counts for each of its members, so rows of all municipalities
    that share an office with a selected one are counted. Rows of the newest run up to the selection's.
    """
    current, where = Current(selection.as_of), _where(connection, selection, on)
    least, found = least_people(connection), []
    for name, stages, fact, day, conditions in where:
        asked = [current(fact), *_in_reach(connection, selection, fact, on), *conditions]
        count = connection.scalar(select(func.count()).select_from(fact).where(*asked))
        if not count:
            continue
        query = (
            select(etl_input.c.source.label("source_name"), etl_input.c.input, *shown_columns(fact))
            .join_from(fact, etl_input, etl_input.c.input_id == fact.c.input_id)
            .where(*asked, *enough_people(fact, asked, least))
            .order_by(day.desc(), fact.c.loaded_run.desc(), fact.c.input_id, fact.c.line)
            .limit(limit)
        )
        said = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
        told = None if fact is training and _people(connection, asked) < least else int(count)
        found.append(Part(name, stages, JOBS[fact.name], told, pd.read_sql(query, connection), said))
    return found


def _people(connection: Connection, where: Sequence[ColumnElement[bool]]) -> int:
    """Trainees among rows."""
    return int(connection.scalar(select(func.count(distinct(training.c.person_hash))).where(*where)) or 0)


Kind = tuple[str, tuple[str, ...], Table, ColumnElement[date], Sequence[ColumnElement[bool]]]


def _where(connection: Connection, selection: Selection, on: date) -> list[Kind]:
    """Name, stages, fact, the day its rows are of, and what makes a row count, as the modules of the stages have it."""
    counted = counted_services(connection, selection, on)
    applications = connection.scalars(select(dim_service.c.service_id).where(dim_service.c.kind == "application"))
    silent = [name for name in applications if name not in counted]
    since = on - timedelta(days=PROXY_DAYS)
    began = func.coalesce(contract.c.valid_from, contract.c.signed_on)
    opened, taught = ticket.c.opened_on, training.c.started_on
    kinds: list[Kind] = [
        ("joining", ("contracted",), contract, began, [contract.c.contract_kind == "joining", began <= on]),
        ("services", ("contracted", "live"), use, use.c.contracted_on, [or_(*(use.c[name] <= on for name in STEPS))]),
        (
            "roles", ("staffed",), holder, holder.c.appointed_on,
            [holder.c.role.in_(LOCAL_ROLES), holder.c.appointed_on <= on],
        ),
        (
            "certificates", ("trained",), training, training.c.certified_from,
            [training.c.role == "key_user", training.c.certified_from <= on],
        ),
        (
            "usage", ("in_use",), usage, usage.c.period_on,
            [usage.c.service_id.in_(list(counted)), usage.c.period_on <= last_whole_month(on)],
        ),
        (
            "tickets", ("in_use",), ticket, opened,
            [BY_PEOPLE, ticket.c.service_id.in_(silent), opened > since, opened <= on],
        ),
        (
            "courses", ("in_use",), training, taught,
            [training.c.withdrawn_on.is_(None), training.c.service_id.in_(silent), taught > since, taught <= on],
        ),
    ]  # fmt: skip
    return kinds


def _in_reach(connection: Connection, selection: Selection, fact: Table, on: date) -> list[ColumnElement[bool]]:
    """Rows of the municipalities and applications selected; an appointment may be for every application."""
    found = [fact.c.municipality_id != UNKNOWN_MUNICIPALITY]
    known, chosen = register(connection), places(connection, selection, on)
    if len(chosen) < len(places(connection, Selection(as_of=selection.as_of), on)):
        near = known.loc[known["office_id"].isin(chosen["office_id"]), "municipality_id"]
        found.append(fact.c.municipality_id.in_(sorted(near)))
    if selection.services and fact is not contract:  # municipalities join as a whole
        named = list(selection.services) if fact is not holder else [*selection.services, NO_SERVICE]
        found.append(fact.c.service_id.in_(named))
    return found
