"""Names that did not match, and the spellings that an analyst confirmed for them."""

from typing import Any

from sqlalchemy import Connection, delete, insert, select

from data.errors import AspError
from data.reference.names import normalise_county, normalise_name
from data.schema import UNKNOWN_MUNICIPALITY, dim_municipality, etl_input, municipality_alias, unmatched_name
from data.store import Session, Store
from data.unmatched import MUNICIPALITY, standing_names
from etl.analyst.suggestions import read_suggester
from etl.config import did_you_mean
from etl.fields import JOBS
from etl.places import EVERYWHERE
from etl.status import PUBLISHED, RunReport, now, record_run


def add_alias(store: Store, name: str, code: str, county: str | None, basis: str) -> RunReport:
    """From now on the spelling means the municipality (in one county, or everywhere); replaces an earlier alias.

    Rows that are loaded already follow when their source is run with --full. Raises AspError for a code, a county or a
    name that cannot be, and for the name of another municipality without a county.
    """
    started = now()
    with store.writing() as session:
        _check_code(session.connection, code)
        spelling, where = _spelling(name), _where(session.connection, county)
        if where == EVERYWHERE:
            _check_not_anothers(session.connection, name, spelling, code)
        session.connection.execute(delete(municipality_alias).where(_is(spelling, where)))
        session.connection.execute(
            insert(municipality_alias).values(alias=spelling, county=where, municipality_id=code, basis=basis)
        )
        return _recorded(session, started, f"alias '{spelling}' ({where}) means {code}")


def remove_alias(store: Store, name: str, county: str | None) -> RunReport:
    """The spelling means what it did before the alias (of one county, or the one that holds everywhere).

    Rows that are loaded already follow when their source is run with --full. Raises AspError where there is none.
    """
    started = now()
    with store.writing() as session:
        spelling = _spelling(name)
        where = normalise_county(county) if county else EVERYWHERE
        if session.connection.execute(select(municipality_alias).where(_is(spelling, where))).first() is None:
            others = select(municipality_alias.c.county).where(municipality_alias.c.alias == spelling)
            told = ", ".join(session.connection.scalars(others.order_by(municipality_alias.c.county)))
            there = f" It has one for: {told}; name it with --county." if told else " See asp-etl alias list."
            raise AspError(f"{name!r} has no alias for {_in_words(where)}.{there}")
        session.connection.execute(delete(municipality_alias).where(_is(spelling, where)))
        return _recorded(session, started, f"alias '{spelling}' ({where}) removed")


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
    """source, kind, name, run (the last that met it), rows (the most that one run met), how, candidates
    ("26408 Komló"), confirmed (counties in which it has an alias), suggestions, most rows first.

    Which names these are: data.unmatched. suggestions, of municipalities only: municipality_id, name, county, likeness
    and the command that would confirm it; the candidates of an ambiguous name, else names of the register that look
    like it. They are never applied by themselves.
    """
    names, suggester = _names(connection), read_suggester(connection)
    return [
        {
            "source": one.source, "kind": one.kind, "name": one.name, "run": one.run,
            "rows": one.rows, "how": one.how,
            "candidates": [f"{code} {names.get(code, '')}" for code in one.candidates],
            "confirmed": list(one.confirmed),
            "suggestions": suggester.offered(one.name, ",".join(one.candidates)) if one.kind == MUNICIPALITY else [],
        }
        for one in standing_names(connection)
    ]  # fmt: skip


def jobs_that_met(connection: Connection, name: str) -> list[str]:
    """The jobs whose sources delivered a spelling that did not match, so that they can be run again."""
    met = select(unmatched_name.c.source, unmatched_name.c.name).where(unmatched_name.c.kind == MUNICIPALITY).distinct()
    spelling = normalise_name(name)
    sources = {row.source for row in connection.execute(met) if normalise_name(row.name) == spelling}
    records = select(etl_input.c.record).where(etl_input.c.source.in_(sources)).distinct()
    return sorted({JOBS[record] for record in connection.scalars(records) if record in JOBS})


def _is(spelling: str, where: str) -> Any:
    return (municipality_alias.c.alias == spelling) & (municipality_alias.c.county == where)


def _in_words(where: str) -> str:
    return "the whole country" if where == EVERYWHERE else where


def _spelling(name: str) -> str:
    spelling = normalise_name(name)
    if not spelling:
        raise AspError(f"{name!r} is no name.")
    return spelling


def _where(connection: Connection, county: str | None) -> str:
    """The county as aliases keep it. Raises AspError for one that the register does not know."""
    if county is None:
        return EVERYWHERE
    register = dim_municipality.c
    rows = select(register.county).where(register.valid_to.is_(None), register.municipality_id != UNKNOWN_MUNICIPALITY)
    known = {normalise_county(one): one for one in connection.scalars(rows.distinct()) if one}
    where = normalise_county(county)
    if where not in known:
        meant = did_you_mean(where, list(known))
        counties = ", ".join(sorted(known.values()))
        raise AspError(f"--county {county!r} is no county of the register{meant} Known: {counties}.")
    return where


def _check_not_anothers(connection: Connection, name: str, spelling: str, code: str) -> None:
    """Raises AspError for a municipality's own name that is to mean another one: an alias comes before the register."""
    register = dim_municipality.c
    rows = select(register.municipality_id, register.name, register.county).where(register.valid_to.is_(None))
    own = [row for row in connection.execute(rows) if normalise_name(row.name or "") == spelling]
    if own and code not in {row.municipality_id for row in own}:
        real = own[0]
        raise AspError(
            f"{name!r} is the name of {real.name} ({real.municipality_id}, {real.county}): an alias would take over all"
            f" its rows. If the spelling means {code} in one county, say which with --county; else correct the source."
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
