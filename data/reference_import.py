"""Replaces an assumption of the packaged reference data by a file."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Date, Integer, Table, select

from data.errors import AspError
from data.reference_load import record_reference_run, replace_table
from data.schema import dim_actor, dim_process, dim_service, responsibility, service_hours, sla_target
from data.store import Session

IMPORTABLE: dict[str, Table] = {table.name: table for table in (responsibility, sla_target, service_hours)}


def import_table(session: Session, name: str, path: Path) -> int:
    """The file becomes the whole table; returns its rows. The packaged content no longer comes back by itself.

    Raises AspError naming the column or line that is wrong; then nothing changes.
    """
    if name not in IMPORTABLE:
        raise AspError(f"{name!r} can't be imported; choose from {', '.join(sorted(IMPORTABLE))}.")
    started = datetime.now(UTC).replace(tzinfo=None)
    table = IMPORTABLE[name]
    frame = _typed(_read(path), table, path)
    _check_key(frame, table, path)
    _check_members(session, frame, path)
    if name == responsibility.name:
        _check_accountable(session, frame, path)
    replace_table(session, table, frame)
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
        try:
            if isinstance(column.type, Date):
                typed[column.name] = pd.to_datetime(values, format="%Y-%m-%d").dt.date.where(values.notna(), None)
            elif isinstance(column.type, Integer):
                typed[column.name] = pd.to_numeric(values).astype("Int64")
            else:
                typed[column.name] = values
        except ValueError as error:
            raise AspError(f"{path}: column {column.name}: {error}. Dates are written 2026-01-31.") from error
    return pd.DataFrame(typed)


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
    """Every process has exactly one accountable actor in force for every service: figures hang on it."""
    in_force = frame[(frame["raci"] == "A") & frame["valid_to"].isna() & (frame["service_id"] == "*")]
    owners = in_force.groupby("process_id")["actor_id"].nunique()
    for process_id in session.connection.scalars(select(dim_process.c.process_id)):
        if owners.get(process_id, 0) != 1:
            raise AspError(
                f"{path}: {process_id} has {owners.get(process_id, 0)} accountable actors (A) in force for service *; "
                "expected exactly one."
            )


def _line(wrong: "pd.Series[bool]") -> int:
    return int(wrong.to_numpy().argmax()) + 2
