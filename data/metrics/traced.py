"""The rows of a fact that stand behind a derived figure."""

from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, select

from data.metrics.cuts import Dimensions
from data.metrics.metric import Current, Derived
from data.metrics.statements import members
from data.schema import dim_service
from data.selection import Selection


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
    found += members(rows, selection, dims)
    if last:
        found.append(trace.first_on <= last)
    if first:
        found.append(trace.last_on.is_(None) | (trace.last_on >= first))
    return found
