"""Names that sources delivered and that are still not known, for the page of data quality and `asp-etl unmatched`.

Runs keep what they met. Which of it still stands follows from how the source is read, from the aliases confirmed
since, and from whether any row is left without a place.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, false, func, or_, select

from data.reference.names import normalise_name
from data.schema import (
    FACTS,
    UNKNOWN_MUNICIPALITY,
    etl_cursor,
    etl_input,
    etl_run,
    municipality_alias,
    unmatched_name,
)

MUNICIPALITY = "municipality"
EVERYWHERE = "*"
LOADED = "loaded"


@dataclass(frozen=True)
class Standing:
    """A name that is not known. run: the last that met it; rows: the most that one run met; how: "none" or
    "ambiguous"; candidates: KSH codes that it could be; confirmed: counties in which it has an alias already."""

    source: str
    kind: str
    name: str
    run: int
    rows: int
    how: str
    candidates: tuple[str, ...]
    confirmed: tuple[str, ...]


def standing_names(connection: Connection) -> list[Standing]:
    """Names that count today, most rows first.

    Of files: those of the newest run that loaded any. Of a live source, whose runs read only what changed: all since it
    was last read as a whole. A municipality's name with an alias that holds everywhere is left out, and so are all of a
    source that has no current row without a municipality any more.
    """
    since = _since(connection)
    met = [and_(unmatched_name.c.source == source, unmatched_name.c.run_id >= run) for source, run in since.items()]
    group = (unmatched_name.c.source, unmatched_name.c.kind, unmatched_name.c.name)
    newest = (
        select(*group, func.max(unmatched_name.c.run_id).label("run"), func.max(unmatched_name.c.rows).label("most"))
        .where(or_(false(), *met))
        .group_by(*group)
        .subquery("newest")
    )
    same = and_(*(newest.c[column.name] == column for column in group), newest.c.run == unmatched_name.c.run_id)
    rows = select(*group, unmatched_name.c.how, unmatched_name.c.candidates, newest.c.run, newest.c.most).join(
        newest, same
    )
    order = (newest.c.most.desc(), unmatched_name.c.name, unmatched_name.c.source)
    found = connection.execute(rows.order_by(*order)).all()
    counties = _confirmed(connection)
    without = _without_municipality(connection) if any(row.kind == MUNICIPALITY for row in found) else set()
    standing = []
    for row in found:
        confirmed = counties.get(normalise_name(row.name), ()) if row.kind == MUNICIPALITY else ()
        done = row.kind == MUNICIPALITY and (EVERYWHERE in confirmed or row.source not in without)
        if not done:
            codes = tuple(code.strip() for code in (row.candidates or "").split(",") if code.strip())
            standing.append(Standing(row.source, row.kind, row.name, row.run, int(row.most), row.how, codes, confirmed))
    return standing


def _since(connection: Connection) -> dict[str, int]:
    """source -> the first run whose names still count.

    A retry reads single rows, a backfill a window: neither says anything about the others, so neither starts anew.
    """
    loading = (
        select(etl_input.c.source, etl_run.c.mode, func.max(etl_run.c.run_id).label("run"))
        .join_from(etl_input, etl_run, etl_run.c.run_id == etl_input.c.run_id)
        .where(etl_input.c.status == LOADED)
        .group_by(etl_input.c.source, etl_run.c.mode)
    )
    described = _described(connection)
    since: dict[str, int] = {}
    for row in connection.execute(loading):
        live = row.source in described
        starts = row.mode == "full" if live else row.mode not in ("retry", "backfill")
        since[row.source] = max(since.get(row.source, 0), row.run if starts else 0)
    return {source: max(run, described.get(source, 0)) for source, run in since.items()}


def _described(connection: Connection) -> dict[str, int]:
    """live source -> the first run by its present description: with each other one everything is read again."""
    cursor = etl_cursor.c
    spans = (
        select(
            cursor.source, func.min(cursor.run_id).label("first"), func.max(cursor.run_id).label("last")
        )
        .group_by(cursor.source, cursor.description_hash)
        .order_by(cursor.source, func.max(cursor.run_id))
    )  # fmt: skip
    found: dict[str, int] = {}
    ended: dict[str, int] = {}
    for row in connection.execute(spans):
        found[row.source] = max(row.first, ended.get(row.source, -1) + 1)
        ended[row.source] = row.last
    return found


def _confirmed(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Spelling as normalised -> counties of its aliases, EVERYWHERE among them where one holds everywhere."""
    found: dict[str, tuple[str, ...]] = {}
    rows = select(municipality_alias.c.alias, municipality_alias.c.county).order_by(municipality_alias.c.county)
    for alias, county in connection.execute(rows):
        found[alias] = (*found.get(alias, ()), county)
    return found


def _without_municipality(connection: Connection) -> set[str]:
    """Sources with a current row under the unknown municipality, which the keys of facts begin with."""
    found: set[str] = set()
    for fact in FACTS:
        rows = (
            select(etl_input.c.source)
            .join_from(fact, etl_input, etl_input.c.input_id == fact.c.input_id)
            .where(fact.c.municipality_id == UNKNOWN_MUNICIPALITY, fact.c.superseded_run.is_(None))
            .distinct()
        )
        found.update(connection.scalars(rows))
    return found
