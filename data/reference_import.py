"""Replaces an assumption of the packaged reference data by a file."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Date, Double, Integer, Table, select

from data.errors import AspError
from data.matrix import Gap, periods_without_one, rows_of
from data.metrics.responsibility import EVERY_SERVICE
from data.reference_checks import check_rows
from data.reference_load import record_reference_run, replace_table
from data.schema import (
    control_rebase,
    dim_actor,
    dim_process,
    dim_service,
    entitlement,
    metric_target,
    peak_period,
    penalty_rule,
    price_index,
    responsibility,
    service_hours,
    sla_target,
)
from data.store import Session

KEPT_BY_PEOPLE = (
    responsibility, sla_target, service_hours, metric_target, control_rebase, peak_period, entitlement,
    price_index, penalty_rule,
)  # fmt: skip
IMPORTABLE: dict[str, Table] = {table.name: table for table in KEPT_BY_PEOPLE}


def import_table(session: Session, name: str, path: Path) -> int:
    """The file becomes the whole table; returns its rows. The packaged content no longer comes back by itself.

    Of a responsibility matrix that begins later than the loaded one, the days before it stay as they are loaded.

    Raises AspError naming the column or line that is wrong; then nothing changes.
    """
    if name not in IMPORTABLE:
        raise AspError(f"{name!r} can't be imported; choose from {', '.join(sorted(IMPORTABLE))}.")
    started = datetime.now(UTC).replace(tzinfo=None)
    table = IMPORTABLE[name]
    frame = _typed(_read(path), table, path)
    _check_key(frame, table, path)
    _check_members(session, frame, path)
    check_rows(name, frame, str(path))
    whole = frame
    if name == responsibility.name:
        whole = _with_history(session, frame)
        _check_accountable(session, whole, path)
    replace_table(session, table, whole)
    record_reference_run(
        session, started, [(name, hashlib.sha256(path.read_bytes()).hexdigest(), len(frame))], path.name
    )
    return len(frame)


def _read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise AspError(f"{path}: there is no such file.") from error
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise AspError(f"{path}: expected a comma-separated UTF-8 file with a heading line ({error}).") from error


def _typed(frame: pd.DataFrame, table: Table, path: Path) -> pd.DataFrame:
    missing = [column.name for column in table.c if column.name not in frame.columns]
    if missing:
        raise AspError(f"{path}: columns missing: {', '.join(missing)}. `asp-data reference export` writes an example.")
    typed: dict[str, pd.Series[Any]] = {}
    for column in table.c:
        values = frame[column.name].str.strip().replace("", None)
        if isinstance(column.type, Date):
            days = pd.to_datetime(values, format="%Y-%m-%d", errors="coerce")
            _check_read(values, days, f"{column.name} {{}} is not a day; write 2026-01-31.", path)
            typed[column.name] = days.dt.date.where(values.notna(), None)
        elif isinstance(column.type, Integer):
            numbers = pd.to_numeric(values, errors="coerce")
            _check_read(values, numbers.where(numbers % 1 == 0), f"{column.name} {{}} is not a whole number.", path)
            typed[column.name] = numbers.astype("Int64")
        elif isinstance(column.type, Double):
            numbers = pd.to_numeric(values, errors="coerce").astype("float64")
            _check_read(values, numbers, f"{column.name} {{}} is not a number; write 0.95.", path)
            typed[column.name] = numbers
        else:
            typed[column.name] = values
    return pd.DataFrame(typed)


def _check_read(told: "pd.Series[Any]", read: "pd.Series[Any]", problem: str, path: Path) -> None:
    """Raises AspError naming the first line whose value could not be read."""
    if (wrong := told.notna() & read.isna()).any():
        raise AspError(f"{path}, line {_line(wrong)}: {problem.format(repr(told[wrong].iloc[0]))}")


def _check_key(frame: pd.DataFrame, table: Table, path: Path) -> None:
    key = [column.name for column in table.primary_key]
    for name in key:
        if frame[name].isna().any():
            raise AspError(f"{path}, line {_line(frame[name].isna())}: {name} is empty.")
    if (repeated := frame.duplicated(key)).any():
        raise AspError(f"{path}, line {_line(repeated)}: the same {', '.join(key)} stands above. Keep one.")


def _check_members(session: Session, frame: pd.DataFrame, path: Path) -> None:
    for name, dimension in (("process_id", dim_process), ("service_id", dim_service), ("actor_id", dim_actor)):
        if name in frame:
            known = {"*", *session.connection.scalars(select(dimension.c[name]))}
            if (strange := ~frame[name].isin(known)).any():
                value = frame.loc[strange, name].iloc[0]
                raise AspError(f"{path}, line {_line(strange)}: {name} {value!r} is not known.")


def _check_accountable(session: Session, frame: pd.DataFrame, path: Path) -> None:
    """Every process has exactly one accountable actor on every day for every service: figures hang on it."""
    rows = rows_of(frame)
    begin = min((row.valid_from for row in rows), default=None)
    for process_id in session.connection.scalars(select(dim_process.c.process_id)):
        own = [row for row in rows if row.process_id == process_id]
        wrong = [
            gap
            for service_id in sorted({EVERY_SERVICE, *(row.service_id for row in own)})
            for gap in periods_without_one(own, service_id, begin)
            if gap.kind != "borrowed_accountable"
        ]
        if wrong or not own:
            raise AspError(f"{path}: {process_id} {_said(wrong)}; expected exactly one.")


def _said(wrong: list[Gap]) -> str:
    if not wrong:
        return "has 0 accountable actors (A) for service *"
    days = f"from {wrong[0].first}" + (f" to {wrong[0].last}" if wrong[0].last else "")
    return f"has {len(wrong[0].actors)} accountable actors (A) for service {wrong[0].service_id} {days}"


def _with_history(session: Session, frame: pd.DataFrame) -> pd.DataFrame:
    """The file, and before its first day the matrix as it was: who answered for earlier figures stays."""
    loaded = pd.read_sql(select(responsibility), session.connection)
    for name in ("valid_from", "valid_to"):
        days = pd.to_datetime(loaded[name])
        loaded[name] = pd.Series([None if pd.isna(day) else day.date() for day in days], dtype=object)
    begin = frame["valid_from"].min() if len(frame) else None
    earlier = loaded[[begin is not None and first < begin for first in loaded["valid_from"]]]
    if earlier.empty:
        return frame
    ended = [begin if end is None else min(end, begin) for end in earlier["valid_to"]]
    return pd.concat([earlier.assign(valid_to=pd.Series(ended, index=earlier.index, dtype=object)), frame])


def _line(wrong: "pd.Series[bool]") -> int:
    return int(wrong.to_numpy().argmax()) + 2
