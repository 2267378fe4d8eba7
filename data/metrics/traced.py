"""The rows of a fact that stand behind a derived figure."""

from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, func, select, true

from data.metrics.cuts import Dimensions, dimensions
from data.metrics.metric import Current, Derived
from data.metrics.statements import members
from data.schema import UNKNOWN_MUNICIPALITY, dim_service
from data.selection import Selection

PART_OF = ("municipality_id", "source", "line_id")


def traced(
    fact: Derived, selection: Selection, dims: Dimensions, current: Current, first: date | None, last: date | None
) -> list[ColumnElement[bool]]:
    """What the rows of its main fact meet: in the versions asked for, of the members selected, of the period."""
    rows, trace = fact.main, fact.trace
    if trace is None:
        return [current(rows), *members(rows, selection, dims)]
    found = [current(rows), trace.where]
    if trace.by_operator and selection.actors:
        operated = select(dim_service.c.service_id).where(dim_service.c.actor_id.in_(selection.actors))
        found.append(rows.c.service_id.in_(operated))
        selection = replace(selection, actors=())
    if trace.by_office:
        found.append(rows.c.municipality_id.in_(_of_offices(selection, current)))
        selection = replace(selection, municipalities=(), counties=(), size_bands=(), joining_types=())
    if trace.parts is not None:
        found += _of_parts(fact, trace.parts, selection, dims, current)
        selection = Selection(sources=selection.sources)
    found += members(rows, selection, dims)
    if last:
        found.append(trace.first_on <= last)
    if first:
        found.append(trace.last_on.is_(None) | (trace.last_on >= first))
    return found


def _of_parts(
    fact: Derived, parts: FromClause, selection: Selection, dims: Dimensions, current: Current
) -> list[ColumnElement[bool]]:
    """Rows shared out to the services selected; of the places selected, or of none."""
    rows = fact.main
    same = [parts.c[name] == rows.c[name] for name in PART_OF]
    if selection.services:
        same.append(parts.c.application_id.in_(selection.services))
    found: list[ColumnElement[bool]] = [exists().where(*same, current(parts))]
    if "actor_id" in fact.table.c:
        found += members(rows, Selection(actors=selection.actors), dims)
    if "municipality_id" in fact.table.c:
        places = members(rows, replace(selection, services=(), actors=(), sources=()), dims)
        found.append((rows.c.municipality_id == UNKNOWN_MUNICIPALITY) | and_(true(), *places))
    return found


def _of_offices(selection: Selection, current: Current) -> Select[tuple[str]]:
    """The municipalities of every office that works for one of those selected."""
    every, chosen = dimensions(current), dimensions(current)
    offices = select(_office(chosen.place)).where(*members(chosen.place, selection, chosen))
    return select(every.place.c.municipality_id).where(_office(every.place).in_(offices))


def _office(place: FromClause) -> ColumnElement[str]:
    return func.coalesce(place.c.office_id, place.c.municipality_id)
