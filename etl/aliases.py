"""Names that did not match, and the spellings that an analyst confirmed for them."""

from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from data.errors import AspError
from data.reference.names import normalise_county, normalise_name
from data.schema import dim_municipality, etl_input, municipality_alias, unmatched_name
from data.store import Session, Store
from etl.fields import JOBS
from etl.places import EVERYWHERE
from etl.status import PUBLISHED, RunReport, now, record_run
from etl.suggestions import read_suggester


def add_alias(store: Store, name: str, code: str, county: str | None, basis: str) -> RunReport:
    """From now on the spelling means the municipality (in one county, or everywhere); replaces an earlier alias.

    Rows that are loaded already follow when their source is run with --full. Raises AspError for a code or a name that
    cannot be.
    """
    started = now()
    with store.writing() as session:
        _check_code(session.connection, code)
        spelling, where = normalise_name(name), normalise_county(county) if county else EVERYWHERE
        if not spelling:
            raise AspError(f"{name!r} is no name.")
        same = (municipality_alias.c.alias == spelling) & (municipality_alias.c.county == where)
        session.connection.execute(delete(municipality_alias).where(same))
        session.connection.execute(
            insert(municipality_alias).values(alias=spelling, county=where, municipality_id=code, basis=basis)
        )
        return _recorded(session, started, f"alias '{spelling}' ({where}) means {code}")


def aliases(connection: Connection) -> list[dict[str, Any]]:
    """alias, county ("*" everywhere), municipality_id, name, basis, sorted by alias."""
    current = dim_municipality.alias()
    rows = (
        select(municipality_alias, current.c.name)
        .join_from(
            municipality_alias,
            current,
            (current.c.municipality_id == municipality_alias.c.municipality_id) & current.c.valid_to.is_(None),
            isouter=True,
        )
        .order_by(municipality_alias.c.alias, municipality_alias.c.county)
    )
    return [dict(row) for row in connection.execute(rows).mappings()]


def unmatched_names(connection: Connection) -> list[dict[str, Any]]:
    """source, kind, name, run (the last that met it), rows in it, how, candidates ("26408 Komló"), suggestions, most
    rows first.

    A municipality's name that has an alias since is left out. suggestions, of municipalities only: municipality_id,
    name, county, likeness and the command that would confirm it; the candidates of an ambiguous name, else names of the
    register that look like it. They are never applied by themselves.
    """
    last = select(*_NAME, func.max(unmatched_name.c.run_id).label("run_id")).group_by(*_NAME).subquery()
    rows = (
        select(unmatched_name)
        .join(last, (unmatched_name.c.run_id == last.c.run_id) & _same_name(last))
        .order_by(unmatched_name.c.rows.desc(), unmatched_name.c.name)
    )
    known = set(connection.scalars(select(municipality_alias.c.alias)))
    names, suggester = _names(connection), read_suggester(connection)
    return [
        {
            "source": row["source"], "kind": row["kind"], "name": row["name"], "run": row["run_id"],
            "rows": row["rows"], "how": row["how"],
            "candidates": [f"{code} {names.get(code, '')}" for code in _codes(row["candidates"])],
            "suggestions": suggester.offered(row["name"], row["candidates"]) if row["kind"] == MUNICIPALITY else [],
        }
        for row in connection.execute(rows).mappings()
        if row["kind"] != MUNICIPALITY or normalise_name(row["name"]) not in known
    ]  # fmt: skip


MUNICIPALITY = "municipality"


def jobs_that_met(connection: Connection, name: str) -> list[str]:
    """The jobs whose sources delivered a spelling that did not match, so that they can be run again."""
    met = select(unmatched_name.c.source, unmatched_name.c.name).where(unmatched_name.c.kind == MUNICIPALITY).distinct()
    spelling = normalise_name(name)
    sources = {row.source for row in connection.execute(met) if normalise_name(row.name) == spelling}
    records = select(etl_input.c.record).where(etl_input.c.source.in_(sources)).distinct()
    return sorted({JOBS[record] for record in connection.scalars(records) if record in JOBS})


def _codes(candidates: str | None) -> list[str]:
    return [code for code in (candidates or "").split(",") if code]


_NAME = (unmatched_name.c.source, unmatched_name.c.kind, unmatched_name.c.name)


def _same_name(last: Any) -> Any:
    return (
        (unmatched_name.c.source == last.c.source)
        & (unmatched_name.c.kind == last.c.kind)
        & (unmatched_name.c.name == last.c.name)
    )


def _names(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(dim_municipality.c.municipality_id, dim_municipality.c.name))
    return {row.municipality_id: row.name for row in rows}


def _check_code(connection: Connection, code: str) -> None:
    known = select(dim_municipality.c.municipality_id).where(
        dim_municipality.c.municipality_id == code, dim_municipality.c.valid_to.is_(None)
    )
    if connection.execute(known).first() is None:
        raise AspError(f"{code!r} is no KSH code that the register knows; expected five digits, such as 26408.")


def _recorded(session: Session, started: Any, message: str) -> RunReport:
    report = RunReport(session.run_id, "reference", PUBLISHED, started, now(), "incremental", (), message)
    record_run(session, report)
    return report
