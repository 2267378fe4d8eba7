"""Whether the figures can be believed: runs, what became of each input's rows, rows set aside, names not matched.

Frames for the page of data quality and for commands. Nothing found gives an empty frame with the same columns.
"""

import json
import re

import pandas as pd
from sqlalchemy import Connection, String, cast, func, select

from data.schema import dim_municipality, etl_input, etl_run, quarantine
from data.unmatched import standing_names

OUTCOMES = ("loaded_new", "loaded_changed", "unchanged", "duplicate", "quarantined")
"""Every row read is in exactly one of these columns."""

_QUOTED = re.compile(r"'[^']*'")
_COLUMNS = re.compile(r"\d+ columns instead of \d+")
_VALUE_IN_BRACKETS = re.compile(r"\((?!\")[^)]*\)")  # what is quoted in brackets is a heading


def runs(connection: Connection, limit: int = 100) -> pd.DataFrame:
    """Runs, newest first: run_id, job, status, mode, started_at, finished_at (UTC), seconds, inputs, read, the five
    OUTCOMES, residual (read minus accounted for: 0 in every published run), message."""
    sums = [func.coalesce(func.sum(etl_input.c[name]), 0).label(name) for name in ("read", *OUTCOMES)]
    counted = (
        select(etl_input.c.run_id, func.count().label("inputs"), *sums).group_by(etl_input.c.run_id).subquery("counted")
    )
    columns = ("run_id", "job", "status", "mode", "started_at", "finished_at")
    query = (
        select(
            *(etl_run.c[name] for name in columns),
            *(func.coalesce(counted.c[name], 0).label(name) for name in ("inputs", "read", *OUTCOMES)),
            etl_run.c.message,
        )
        .join_from(etl_run, counted, counted.c.run_id == etl_run.c.run_id, isouter=True)
        .order_by(etl_run.c.run_id.desc())
        .limit(limit)
    )
    frame = _whole(pd.read_sql(query, connection), ("inputs", "read", *OUTCOMES))
    took = pd.to_datetime(frame["finished_at"]) - pd.to_datetime(frame["started_at"])
    frame.insert(6, "seconds", took.dt.total_seconds())
    return frame.assign(residual=_residual(frame))


def inputs(
    connection: Connection, run_id: int | None = None, source: str | None = None, limit: int = 500
) -> pd.DataFrame:
    """Inputs of the sources' jobs, newest run first: run_id, job, source, input, status, read, the five OUTCOMES,
    residual, withdrawn (rows ended because their source deleted them), unmatched_municipality (missing where the source
    names none), newest_at (UTC), message. Reference tables are left out."""
    counts = (*OUTCOMES, "withdrawn", "unmatched_municipality")
    columns = ("source", "input", "status", "read", *counts, "newest_at", "message")
    query = (
        select(etl_run.c.run_id, etl_run.c.job, *(etl_input.c[name] for name in columns))
        .join(etl_run, etl_run.c.run_id == etl_input.c.run_id)
        .where(etl_run.c.job != "reference")
        .order_by(etl_input.c.run_id.desc(), etl_input.c.input_id)
    )
    if run_id is not None:
        query = query.where(etl_input.c.run_id == run_id)
    if source is not None:
        query = query.where(etl_input.c.source == source)
    frame = _whole(pd.read_sql(query.limit(limit), connection), ("read", *OUTCOMES, "withdrawn"))
    unmatched = frame["unmatched_municipality"].astype("Int64")
    return frame.assign(residual=_residual(frame), unmatched_municipality=unmatched)


def conservation(connection: Connection) -> pd.DataFrame:
    """What became of all rows of each source, over every published run: job, source, inputs, read, the five OUTCOMES,
    residual. A file skipped because its content was known counts as no rows. Source with the most rows first."""
    sums = [func.coalesce(func.sum(etl_input.c[name]), 0).label(name) for name in ("read", *OUTCOMES)]
    query = (
        select(etl_run.c.job, etl_input.c.source, func.count().label("inputs"), *sums)
        .join_from(etl_input, etl_run, etl_run.c.run_id == etl_input.c.run_id)
        .where(etl_run.c.job != "reference", etl_run.c.status == "published", etl_input.c.status == "loaded")
        .group_by(etl_run.c.job, etl_input.c.source)
    )
    frame = _whole(pd.read_sql(query, connection), ("inputs", "read", *OUTCOMES))
    frame = frame.sort_values(["read", "source"], ascending=[False, True], ignore_index=True)
    return frame.assign(residual=_residual(frame))


def quarantine_rows(
    connection: Connection, source: str | None = None, status: str = "open", limit: int = 2000
) -> pd.DataFrame:
    """Rows set aside, newest first: quarantine_id, run_id, job, source, input, line, reasons (one text, a reason per
    line), row (the delivered values as `name: value` text). At most limit rows."""
    columns = ("quarantine_id", "run_id", "job", "source", "input", "line", "reasons", "row")
    query = select(*(quarantine.c[name] for name in columns)).where(quarantine.c.status == status)
    if source is not None:
        query = query.where(quarantine.c.source == source)
    frame = pd.read_sql(query.order_by(quarantine.c.quarantine_id.desc()).limit(limit), connection)
    return frame.assign(
        reasons=[_lines(text) for text in frame["reasons"]], row=[_written_row(text) for text in frame["row"]]
    )


def quarantine_count(connection: Connection) -> int:
    """Rows that are set aside now."""
    return int(
        connection.scalar(select(func.count()).select_from(quarantine).where(quarantine.c.status == "open")) or 0
    )


def quarantine_reasons(connection: Connection, most_kinds: int = 20_000) -> pd.DataFrame:
    """Open rows by reason and source: source, reason (without the value it quotes), example (a reason as it stands),
    rows. A row with two reasons counts under both. Most frequent first."""
    query = (
        select(quarantine.c.source, cast(quarantine.c.reasons, String).label("reasons"), func.count().label("rows"))
        .where(quarantine.c.status == "open")
        .group_by(quarantine.c.source, quarantine.c.reasons)
        .order_by(func.count().desc())
        .limit(most_kinds)
    )
    found = [
        {"source": one.source, "reason": kind_of(reason), "example": reason, "rows": int(one.rows)}
        for one in connection.execute(query)
        for reason in _reasons(one.reasons)
    ]
    frame = pd.DataFrame(found, columns=["source", "reason", "example", "rows"])
    grouped = frame.groupby(["source", "reason"], as_index=False).agg(
        example=("example", "first"), rows=("rows", "sum")
    )
    return grouped.sort_values(["rows", "source", "reason"], ascending=[False, True, True], ignore_index=True)


def unmatched_names(connection: Connection, limit: int = 1000) -> pd.DataFrame:
    """Names that are not known today: source, kind, name, rows, how ("none" or "ambiguous"), candidates (names of the
    municipalities it could be), confirmed (counties in which it has an alias). Most rows first; see standing_names."""
    found = standing_names(connection)[:limit]
    names = _municipality_names(connection) if any(one.candidates for one in found) else {}
    rows = [
        (one.source, one.kind, one.name, one.rows, one.how, ", ".join(names.get(code, code) for code in one.candidates),
         ", ".join(one.confirmed))
        for one in found
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["source", "kind", "name", "rows", "how", "candidates", "confirmed"])


def freshness(connection: Connection) -> pd.DataFrame:
    """How new each source's data are: job, source, run_id, finished_at (UTC) of its newest published run, newest_at
    (UTC) of its newest event. By job and source."""
    query = (
        select(
            etl_run.c.job,
            etl_input.c.source,
            func.max(etl_run.c.run_id).label("run_id"),
            func.max(etl_run.c.finished_at).label("finished_at"),
            func.max(etl_input.c.newest_at).label("newest_at"),
        )
        .join_from(etl_input, etl_run, etl_run.c.run_id == etl_input.c.run_id)
        .where(etl_run.c.status == "published", etl_run.c.job != "reference", etl_input.c.status != "failed")
        .group_by(etl_run.c.job, etl_input.c.source)
        .order_by(etl_run.c.job, etl_input.c.source)
    )
    return pd.read_sql(query, connection)


def kind_of(reason: str) -> str:
    """A reason without the values it quotes, so that rows that are wrong in the same way count together."""
    masked = _VALUE_IN_BRACKETS.sub("(…)", _QUOTED.sub("'…'", reason))
    return _COLUMNS.sub("… columns instead of …", masked)


def _whole(frame: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    return frame.assign(**{name: frame[name].fillna(0).astype("int64") for name in names})


def _residual(frame: pd.DataFrame) -> pd.Series:
    return frame["read"] - frame[list(OUTCOMES)].sum(axis="columns")


def _reasons(text: str) -> list[str]:
    found = json.loads(text)
    return [str(reason) for reason in found] if isinstance(found, list) else [str(found)]


def _lines(text: str) -> str:
    return "\n".join(_reasons(text))


def _written_row(text: str) -> str:
    found = json.loads(text)
    if not isinstance(found, dict):
        return str(found)
    return "; ".join(f"{name}: {value}" for name, value in found.items() if value not in (None, ""))


def _municipality_names(connection: Connection) -> dict[str, str]:
    query = select(dim_municipality.c.municipality_id, dim_municipality.c.name, dim_municipality.c.county)
    return {row.municipality_id: f"{row.name} ({row.county})" for row in connection.execute(query)}
