"""Whether a selection names members that exist: a misspelt filter must not read as "nothing counted"."""

import difflib
from collections.abc import Iterable

from sqlalchemy import Column, Connection, select

from data.errors import BadSelection
from data.schema import dim_actor, dim_municipality, dim_service, etl_input, etl_run
from data.selection import Selection

FIXED: dict[str, tuple[str, ...]] = {
    "priorities": ("P1", "P2", "P3", "P4"),
    "ticket_types": (
        "incident", "service_request", "problem", "change", "demand", "security_finding", "continuity_test",
    ),
    "joining_types": ("system", "interface", "unknown"),
    "size_bands": (
        "under_500", "500_1999", "2000_4999", "5000_9999", "10000_49999", "over_50000", "unknown",
    ),
}  # fmt: skip
KNOWN: dict[str, Column[str]] = {
    "services": dim_service.c.service_id,
    "actors": dim_actor.c.actor_id,
    "counties": dim_municipality.c.county,
    "municipalities": dim_municipality.c.municipality_id,
    "sources": etl_input.c.system,
}


def check_members(connection: Connection, selection: Selection) -> None:
    """Raise BadSelection for a member, or a run, that the database does not know, with the closest that it does."""
    for field, members in FIXED.items():
        _check(field, getattr(selection, field), members)
    for field, column in KNOWN.items():
        if asked := getattr(selection, field):
            _check(field, asked, [member for member in connection.scalars(select(column).distinct()) if member])
    if selection.as_of is not None:
        runs = list(connection.scalars(select(etl_run.c.run_id).order_by(etl_run.c.run_id)))
        if selection.as_of not in runs:
            raise BadSelection(f"There is no run {selection.as_of}; there are {runs[0]} to {runs[-1]}.")


def _check(field: str, asked: Iterable[str], known: Iterable[str]) -> None:
    known = list(known)
    for member in asked:
        if member not in known:
            close = difflib.get_close_matches(member, known, n=3, cutoff=0.5)
            hint = f" Did you mean {' or '.join(close)}?" if close else ""
            raise BadSelection(f"{member!r} is not known among {field}.{hint}")
