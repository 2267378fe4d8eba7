"""Rows set aside whole, with their place and every reason: kept, listed, exported, discarded."""

import csv
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineError
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    Text,
    and_,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from data.errors import AspError
from data.schema import etl_input, quarantine
from data.store import Session
from etl.staging import Staging, temporary

STATUSES = OPEN, RETRIED, DISCARDED, REPLACED = "open", "retried", "discarded", "replaced"
KEY_PARTS = "/"  # between the parts of a row's key
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run instead of show
ID = "quarantine_id"
RUN = "quarantine_run"
SHOWN = [
    ID,
    RUN,
    "quarantine_reasons",
    "quarantine_source",
    "quarantine_input",
    "quarantine_line",
]  # of an export, not the row


@dataclass(frozen=True)
class Quarantined:
    """One row set aside. row: the mapped columns as delivered; closed_run, note: who closed it and why."""

    id: int
    run: int
    job: str
    source: str
    input: str
    line: int | None
    reasons: list[str]
    row: dict[str, Any]
    status: str
    input_id: int
    closed_run: int | None = None
    note: str | None = None
    row_key: str | None = None

    def columns_of(self, text: str) -> list[str]:
        """The columns that hold the text, spaces aside."""
        return [name for name, value in self.row.items() if str(value or "").strip() == text]

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


def rejected_table(connection: Connection) -> Table:
    """A temporary table for the rows that a run sets aside; add them with its load_frame."""
    columns: list[Column[Any]] = [
        Column("seq", BigInteger), Column("input_id", Integer), Column("line", BigInteger),
        Column("reasons", Text), Column("row", Text), Column("row_key", Text),
    ]  # fmt: skip
    return temporary(connection, "rejected", *columns)


def set_aside(session: Session, rejected: Table, job: str, live: Collection[str] = ()) -> None:
    """Keep the rejected rows; one that is known already (same source, input, line and content) is not kept twice.

    live: sources that deliver a row again and again, so that its content alone tells whether it is known.
    The inputs of the run must be recorded before. A known row stays as it is: discarded stays discarded.
    """
    place = rejected.join(etl_input, etl_input.c.input_id == rejected.c.input_id)
    known = select(quarantine.c.quarantine_id).where(
        quarantine.c.source == etl_input.c.source,
        or_(
            and_(
                etl_input.c.source.not_in(live),
                quarantine.c.input == etl_input.c.input,
                quarantine.c.line.is_not_distinct_from(rejected.c.line),
            ),
            and_(etl_input.c.source.in_(live), quarantine.c.status != REPLACED),
        ),
        quarantine.c.row == rejected.c.row,
    )
    before, their_input = rejected.alias("before"), etl_input.alias("their_input")
    told = select(literal(1)).select_from(before.join(their_input, their_input.c.input_id == before.c.input_id))
    twice = told.where(
        etl_input.c.source.in_(live),
        their_input.c.source == etl_input.c.source,
        before.c.row == rejected.c.row,
        before.c.seq < rejected.c.seq,
    )
    last = session.connection.scalar(select(func.max(quarantine.c.quarantine_id))) or 0
    rows = (
        select(
            literal(last, Integer) + func.row_number().over(order_by=rejected.c.seq),
            literal(session.run_id, Integer), rejected.c.input_id, literal(job, Text), etl_input.c.source,
            etl_input.c.input, rejected.c.line, rejected.c.reasons, rejected.c.row, literal(OPEN, Text),
            rejected.c.row_key,
        )
        .select_from(place)
        .where(~known.exists(), ~twice.exists())
    )  # fmt: skip
    columns = [ID, "run_id", "input_id", "job", "source", "input", "line", "reasons", "row", "status", "row_key"]
    session.connection.execute(insert(quarantine).from_select(columns, rows))


def replace_delivered(session: Session, live: Collection[str], stage: Staging) -> None:
    """Close rows of live sources whose key this run has delivered whole: the source has mended them itself.

    A row that a person had corrected is closed too: should the source deliver it again, it is news.
    """
    first, *rest = (stage.rows.c[name] for name in stage.key[1:])
    key: ColumnElement[str] = first
    for part in rest:
        key = key + literal(KEY_PARTS) + part
    delivered = (
        select(literal(1))
        .select_from(stage.rows.join(etl_input, etl_input.c.input_id == stage.rows.c.counted_for))
        .where(
            etl_input.c.source == quarantine.c.source,
            key == quarantine.c.row_key,
            or_(quarantine.c.run_id != session.run_id, quarantine.c.input_id < stage.rows.c.counted_for),
        )
    )
    _close(session, live, delivered.exists())


def replace_rejected(session: Session, live: Collection[str], rejected: Table) -> None:
    """Close open rows of live sources that came again with other content and were set aside anew."""
    again = (
        select(literal(1))
        .select_from(rejected.join(etl_input, etl_input.c.input_id == rejected.c.input_id))
        .where(
            etl_input.c.source == quarantine.c.source,
            rejected.c.row_key == quarantine.c.row_key,
            rejected.c.row != quarantine.c.row,
            quarantine.c.run_id != session.run_id,
        )
    )
    _close(session, live, again.exists())


def _close(session: Session, live: Collection[str], which: ColumnElement[bool]) -> None:
    mended = update(quarantine).where(quarantine.c.status.in_([OPEN, RETRIED]), quarantine.c.source.in_(live), which)
    session.connection.execute(mended.values(status=REPLACED, closed_run=session.run_id))


def quarantined(
    connection: Connection, source: str | None = None, status: str | None = OPEN, limit: int | None = None
) -> list[Quarantined]:
    """Rows set aside, oldest first; of one source and one status if named."""
    wanted = select(quarantine).order_by(quarantine.c.quarantine_id).limit(limit)
    if source is not None:
        wanted = wanted.where(quarantine.c.source == source)
    if status is not None:
        wanted = wanted.where(quarantine.c.status == status)
    return _rows(connection, wanted)


def quarantined_by_id(connection: Connection, number: int) -> list[Quarantined]:
    """The row of that id, whatever its status; none where there is none."""
    return _rows(connection, select(quarantine).where(quarantine.c.quarantine_id == number))


def quarantined_as(connection: Connection, job: str, text: str) -> list[Quarantined]:
    """Rows of a job, of any status and oldest first, that have this key (or begin with it: events of a ticket), or one
    of whose columns holds exactly that text, spaces aside."""
    inside = json.dumps(text, ensure_ascii=False)[1:-1]
    held = or_(
        *(quarantine.c.row.contains(one, autoescape=True) for one in (f'"{inside}"', f" {inside}", f"{inside} "))
    )
    keyed = or_(quarantine.c.row_key == text, quarantine.c.row_key.startswith(text + KEY_PARTS, autoescape=True))
    wanted = select(quarantine).where(quarantine.c.job == job, or_(held, keyed)).order_by(quarantine.c.quarantine_id)
    return [row for row in _rows(connection, wanted) if row.columns_of(text) or _keyed(row, text)]


def _keyed(row: Quarantined, text: str) -> bool:
    return row.row_key is not None and f"{row.row_key}{KEY_PARTS}".startswith(f"{text}{KEY_PARTS}")


def _rows(connection: Connection, wanted: Select[Any]) -> list[Quarantined]:
    return [
        Quarantined(
            row.quarantine_id, row.run_id, row.job, row.source, row.input, row.line, json.loads(row.reasons),
            json.loads(row.row), row.status, row.input_id, row.closed_run, row.note, row.row_key,
        )
        for row in connection.execute(wanted)
    ]  # fmt: skip


def discard(session: Session, ids: Sequence[int], reason: str) -> None:
    """Close open rows for good, noting why. Raises AspError when one of them is not open; nothing is discarded then."""
    chosen = and_(quarantine.c.quarantine_id.in_(ids), quarantine.c.status == OPEN)
    there = set(session.connection.scalars(select(quarantine.c.quarantine_id).where(chosen)))
    if missing := sorted(set(ids) - there):
        raise AspError(f"Quarantine has no open row {', '.join(map(str, missing))}. See `asp-etl quarantine list`.")
    session.connection.execute(
        update(quarantine).where(chosen).values(status=DISCARDED, closed_run=session.run_id, note=reason)
    )


def export(rows: Sequence[Quarantined], path: Path) -> None:
    """Write rows as a CSV or XLSX file to correct and hand to `retry`: id, reasons, place, then the row's own columns.

    A text that a spreadsheet would run as a formula gets an apostrophe in front, which `corrections` takes off again.
    Raises AspError for another kind of file or one that cannot be written.
    """
    shown = [
        dict(zip(SHOWN, (row.id, row.run, " ".join(row.reasons), row.source, row.input, row.line), strict=True))
        for row in rows
    ]
    own = [{name: value for name, value in row.row.items() if name not in SHOWN} for row in rows]
    frame = pd.DataFrame([{**left, **right} for left, right in zip(shown, own, strict=True)], columns=_headings(own))
    frame["quarantine_line"] = frame["quarantine_line"].astype("Int64")
    guarded = frame.map(_guarded)
    try:
        if path.suffix.lower() == ".xlsx":
            options = {"strings_to_urls": False, "strings_to_formulas": False}
            guarded.to_excel(path, index=False, engine="xlsxwriter", engine_kwargs={"options": options})
        elif path.suffix.lower() == ".csv":
            guarded.to_csv(path, index=False, encoding="utf-8-sig")
        else:
            raise AspError(f"{path}: expected a name ending in .csv or .xlsx.")
    except OSError as error:
        raise AspError(f"{path}: cannot be written ({error.strerror}).") from error


def corrections(path: Path) -> dict[int, dict[str, str | None]]:
    """The rows of a corrected export: quarantine id -> column -> text as corrected, None where it is empty; under RUN
    the run that set the row aside, where the file tells it.

    Raises AspError for a file that is none.
    """
    try:
        if path.suffix.lower() == ".xlsx":
            frame = pd.read_excel(path, dtype=str, engine="calamine", keep_default_na=False)
        else:
            frame = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False, sep=None, engine="python")
    except (OSError, ValueError, csv.Error, CalamineError) as error:
        raise AspError(f"{path}: cannot be read as an export of quarantine ({error}).") from error
    if ID not in frame or not frame[ID].str.fullmatch(r"\d+").all():
        raise AspError(f"{path}: has no column {ID} of whole numbers. Start from `asp-etl quarantine export`.")
    own = [name for name in frame.columns if name == RUN or name not in SHOWN]
    return {int(row[ID]): {str(name): _unguarded(row[name]) for name in own} for row in frame.to_dict("records")}


def _headings(rows: Sequence[dict[str, Any]]) -> list[str]:
    return [*SHOWN, *dict.fromkeys(name for row in rows for name in row)]


def _guarded(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _unguarded(value: object) -> str | None:
    text = str(value)
    if text.startswith("'") and text[1:].startswith(FORMULA):
        text = text[1:]
    return text or None
