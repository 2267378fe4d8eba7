"""A person's plan of allocation becomes a version; none is ever changed, since figures name the one they went by."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from data.cost.activities import Activity, activities_of
from data.cost.plan import BadPlan, Plan, parse_plan, plan_text
from data.schema import (
    NO_SERVICE,
    UNKNOWN,
    UNKNOWN_MUNICIPALITY,
    allocation_plan,
    dim_actor,
    dim_municipality,
    dim_service,
    etl_input,
)
from data.session import Session


def import_plan(session: Session, path: Path) -> Plan | None:
    """Add a plan's version; None where it stands already, word for word.

    Raises BadPlan where the file is wrong, names what does not exist, or changes a version that there is.
    """
    from data.reference_load import record_reference_run  # it loads what publishing refreshes, this module among it

    started = datetime.now(UTC).replace(tzinfo=None)
    text = plan_text(path)
    plan = parse_plan(text, str(path))
    same = allocation_plan.c.version == plan.version
    known = session.connection.scalar(select(allocation_plan.c.content).where(same))
    if known == text:
        return None
    if known is not None:
        raise BadPlan(
            f"{path}: there is a plan {plan.version} already, of other content. Figures name the version they went by:"
            " give this one a version of its own."
        )
    check_plan_members(session.connection, plan, str(path))
    _check_activities(session.connection, activities_of(text, str(path)), str(path))
    row = {"version": plan.version, "valid_from": plan.valid_from, "content": text}
    session.connection.execute(insert(allocation_plan).values(row))
    record_reference_run(session, started, [(allocation_plan.name, _hash(text), 1)], path.name)
    return plan


def check_plan_members(connection: Connection, plan: Plan, place: str) -> None:
    """Raises BadPlan naming the first step that names an actor, a service or a municipality that does not exist."""
    actors = _members(connection, dim_actor, "actor_id") - {UNKNOWN}
    kinds = {
        str(service): str(kind)
        for service, kind in connection.execute(select(dim_service.c.service_id, dim_service.c.kind))
    }
    places = _members(connection, dim_municipality, "municipality_id") - {UNKNOWN_MUNICIPALITY}
    for step in plan.steps:
        here = f"{place}, step {step.id}"
        _check(step.actors, actors, f"{here}: actors names", "an actor")
        of_source = {NO_SERVICE} if step.source == "shared" else _of_kind(kinds, step.source)
        _check(step.services, of_source, f"{here}: services names", _a(step.source))
        targets = places if step.to == "municipality" else _of_kind(kinds, step.to)
        _check(step.shares, targets, f"{here}: shares names", _a(step.to))


def forget_plans(connection: Connection, last: int) -> None:
    """Take back the plans that people brought in after a run, while their inputs still say what they were."""
    brought = select(etl_input.c.content_hash).where(
        etl_input.c.source == allocation_plan.name, etl_input.c.record == "reference"
    )
    kept = set(connection.scalars(brought.where(etl_input.c.run_id <= last)))
    taken = set(connection.scalars(brought.where(etl_input.c.run_id > last))) - kept
    for version, content in connection.execute(select(allocation_plan.c.version, allocation_plan.c.content)).all():
        if _hash(content) in taken:
            connection.execute(delete(allocation_plan).where(allocation_plan.c.version == version))


def _check_activities(connection: Connection, activities: Iterable[Activity], place: str) -> None:
    actors, services = _members(connection, dim_actor, "actor_id"), _members(connection, dim_service, "service_id")
    for one in activities:
        _check(one.actors, actors, f"{place}, activity {one.id}: actors names", "an actor")
        _check(one.services, services, f"{place}, activity {one.id}: services names", "a service")


def _check(named: Iterable[str], known: set[str], told: str, what: str) -> None:
    if strange := sorted(set(named) - known):
        raise BadPlan(f"{told} {', '.join(strange)}, which is not {what} that we know.")


def _members(connection: Connection, table: Table, column: str) -> set[str]:
    return set(connection.scalars(select(table.c[column])))


def _of_kind(kinds: Mapping[str, Any], kind: str) -> set[str]:
    return {service for service, own in kinds.items() if own == kind}


def _a(kind: str) -> str:
    return "an application" if kind == "application" else f"a {kind}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
