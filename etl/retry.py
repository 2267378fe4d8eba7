"""Rows set aside are tried again: corrected, or as they are after a mapping was mended."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sqlalchemy import bindparam, update

from data.errors import AspError
from data.schema import quarantine
from data.store import Session, Store
from etl.config import Source
from etl.conform import take
from etl.intake import Intake
from etl.lookups import Lookups, read_lookups
from etl.pool import Pooled
from etl.quarantine import RETRIED, RUN, Quarantined, quarantined
from etl.records import RECORDS
from etl.sources import reparsed
from etl.sources.headings import key_of
from etl.status import PUBLISHED, InputReport, RunReport, now, record_run

Corrections = Mapping[int, Mapping[str, str | None]]


@dataclass(frozen=True)
class Attempt:
    """Open rows of one source and what became of them: new reasons of those that failed again."""

    rows: list[Quarantined]
    reasons: dict[int, str]  # quarantine id -> JSON list


def retry(store: Store, sources: Sequence[Source], corrections: Corrections | None = None) -> RunReport:
    """Try open rows again through the same path, with the input and line they came from; publish those that pass.

    corrections: quarantine id -> column -> text; only these rows are tried then. Rows that pass become `retried`, the
    others stay open, as delivered, with their new reasons. Rows of sources that are not described any more, and torn
    rows without a correction, are left alone. The run has one input per input of the rows, whose counts are of the rows
    tried. Raises AspError when a correction is of no open row, StoreBusy, ConservationError.
    """
    started = now()
    with store.writing() as session:
        waiting = _waiting(session, corrections)
        intake, lookups = Intake(session), read_lookups(session.connection)
        attempts = [
            _try(intake, lookups, source, own)
            for source in sources
            if (own := [row for row in waiting if row.source == source.name])
        ]
        intake.merge()
        report = RunReport(
            session.run_id, "quarantine", PUBLISHED, started, now(), "retry", tuple(intake.reports), None
        )
        record_run(session, report)
        for attempt in attempts:
            _close(session, attempt)
        intake.record_names()
    return report


def _waiting(session: Session, corrections: Corrections | None) -> list[Quarantined]:
    """Open rows to try, with what was corrected in them."""
    rows = quarantined(session.connection)
    if corrections is None:
        return [row for row in rows if row.row]
    if missing := sorted(set(corrections) - {row.id for row in rows}):
        raise AspError(f"Quarantine has no open row {', '.join(map(str, missing))}. Export it again and correct that.")
    for row in rows:
        _check_run(row, corrections.get(row.id, {}).get(RUN))
    # Columns of other sources stand empty in an export of several; only a row's own columns are taken, unless it was
    # torn and has none.
    given = {number: {name: text for name, text in told.items() if name != RUN} for number, told in corrections.items()}
    return [
        replace(row, row={name: text for name, text in given[row.id].items() if not row.row or name in row.row})
        for row in rows
        if row.id in given and any(given[row.id].values())
    ]


def _check_run(row: Quarantined, told: str | None) -> None:
    """After a rollback numbers are given anew: an older file may mean another row by the same one."""
    if told and told != str(row.run):
        raise AspError(
            f"Row {row.id} of the file was set aside by run {told}, which was rolled back; another row waits under that"
            " number now. Export it again and correct that."
        )


def _try(intake: Intake, lookups: Lookups, source: Source, rows: list[Quarantined]) -> Attempt:
    """Stage the open rows of one source; each counts for an input of this run that stands for the one it came from."""
    counted_for = {name: intake.new_id() for name in dict.fromkeys(row.input for row in rows)}
    intake.reports += [
        InputReport(number, source.name, source.system, source.record, name) for name, number in counted_for.items()
    ]
    needed = [key_of(heading) for heading in source.headings]
    whole = [row for row in rows if set(needed) <= set(row.row)]
    # Positions stand in for lines, so that each row is known again even if the source's only or skip leaves some out.
    batch = reparsed(_delivered(whole, needed), np.arange(len(whole)), source)
    tried = [whole[place] for place in batch.lines]
    reasons = {row.id: _LEFT_OUT for row in whole} | {row.id: _LACKING for row in rows if row not in whole}
    reasons = {number: told for number, told in reasons.items() if number not in {row.id for row in tried}}
    intake.leave(counted_for[row.input] for row in rows if row.id in reasons)
    lines = np.array([row.line if row.line is not None else 0 for row in tried], dtype=np.int64)
    owners = np.array([counted_for[row.input] for row in tried], dtype=np.int64)
    pooled = Pooled(replace(batch, lines=lines), owners, np.array([], dtype=np.int64))
    taken = take(pooled, RECORDS[source.record], lookups, intake.names(source.name))
    intake.stage(taken, source.system, np.array([row.input_id for row in tried], dtype=np.int64))
    failed = zip(taken.rejected["place"].tolist(), taken.rejected["reasons"].tolist(), strict=True)
    return Attempt(rows, reasons | {tried[place].id: told for place, told in failed})


def _delivered(rows: Sequence[Quarantined], needed: Sequence[str]) -> pd.DataFrame:
    columns = list(dict.fromkeys([*needed, *(name for row in rows for name in row.row)]))
    return pd.DataFrame([row.row for row in rows], columns=columns, dtype=object)


_LACKING = json.dumps(["The source reads columns that were not kept with this row; run it again with --full."])
_LEFT_OUT = json.dumps(["The source leaves this row out now (only, skip); discard it if that is right."])


def _close(session: Session, attempt: Attempt) -> None:
    """Rows that passed are done; the others keep their content and get their new reasons."""
    passed = [row.id for row in attempt.rows if row.id not in attempt.reasons]
    session.connection.execute(
        update(quarantine)
        .where(quarantine.c.quarantine_id.in_(passed))
        .values(status=RETRIED, closed_run=session.run_id)
    )
    if attempt.reasons:
        session.connection.execute(
            update(quarantine).where(quarantine.c.quarantine_id == bindparam("id")).values(reasons=bindparam("told")),
            [{"id": number, "told": told} for number, told in attempt.reasons.items()],
        )
