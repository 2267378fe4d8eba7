"""The rows of a run on their way in: staged batch by batch, then merged, counted and recorded."""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from sqlalchemy import Table, delete, insert, select

from data.schema import FACTS, dim_course, fact_ticket, unmatched_name
from data.store import Session
from etl.config import Source
from etl.conform import Taken
from etl.counts import Counts
from etl.late import follow_late_tickets
from etl.merge import Outcome, merge, unmatched
from etl.places import Unmatched
from etl.pulls import Reached
from etl.quarantine import rejected_table, replace_delivered, replace_rejected, set_aside
from etl.records import RECORDS
from etl.staging import Staging, append, staging, unstage
from etl.status import FAILED, LOADED, InputReport, counted, next_input_id, now
from etl.withdraw import PARTS, Withdrawals, named_fact

LOGGER = logging.getLogger("asp-etl")
FEW_DELETED = 20  # rows that may always be gone at once: a share says nothing of so few


class Intake:
    """What one run has read so far, in temporary tables of its session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.reports: list[InputReport] = []
        self.rejected = rejected_table(session.connection)
        self._stages: dict[Table, Staging] = {}
        self._courses: list[pd.DataFrame] = []
        self._names: dict[str, Unmatched] = {}
        self._read: Counter[int] = Counter()
        self._set_aside: Counter[int] = Counter()
        self._newest: dict[int, pd.Timestamp] = {}
        self._delivered = 0
        self._next_id = next_input_id(session.connection)
        self._withdrawals = Withdrawals(session)

    def new_id(self) -> int:
        """The number of the next input."""
        self._next_id += 1
        return self._next_id - 1

    def names(self, source: str) -> Unmatched:
        """The names of a source that did not match."""
        return self._names.setdefault(source, Unmatched())

    def stage(self, taken: Taken, system: str, came_from: np.ndarray | None = None) -> None:
        """Stage what a batch gave and count its rows.

        system: whose keys the rows carry. came_from: input of each row of the batch, where it is not the one that the
        row counts for.
        """
        for table, frame in taken.facts.items():
            if table is dim_course:
                self._courses.append(frame)
            elif len(frame):
                origin = frame["counted_for"] if came_from is None else came_from[frame.index]
                self._append(table, frame.assign(source=system, input_id=origin))
        self._read.update(taken.read)
        self._set_aside.update(taken.rejected["input_id"].tolist())
        if rejected := len(taken.rejected):
            frame = taken.rejected.drop(columns="place").assign(seq=self._numbers(rejected))
            self.session.load_frame(self.rejected.name, frame)
        for owner, moment in taken.newest.items():
            self._newest[owner] = max(moment, self._newest.get(owner, moment))

    def leave(self, owners: Iterable[int]) -> None:
        """Count rows that stay set aside without having been tried: the input of each."""
        owners = list(owners)
        self._read.update(owners)
        self._set_aside.update(owners)

    def forget(self, input_id: int) -> None:
        """Drop what was staged of an input that cannot be read to its end."""
        for stage in self._stages.values():
            unstage(self.session.connection, stage, input_id)
        self.session.connection.execute(delete(self.rejected).where(self.rejected.c.input_id == input_id))
        for counts in (self._read, self._set_aside, self._newest):
            counts.pop(input_id, None)

    def merge(self) -> None:
        """Bring everything staged into the facts, and complete the reports with what became of their rows."""
        outcomes: list[Outcome] = []
        unknown: dict[int, tuple[int, int, int]] = {}
        by_fact = {report.input_id: RECORDS[report.record].fact for report in self.reports}
        for fact in FACTS:
            if fact in self._stages:
                stage = self._stages[fact]
                outcomes += [outcome for outcome in merge(self.session, stage) if by_fact[outcome.counted_for] is fact]
                rows = unmatched(self.session.connection, stage)
                unknown |= {number: counts for number, counts in rows.items() if by_fact[number] is fact}
        if fact_ticket in self._stages:
            follow_late_tickets(self.session)
        for fact in PARTS:
            if fact in self._stages:
                self._withdrawals.reinstate_parts(fact)
        self._add_courses()
        by_input: dict[int, list[tuple[str, int]]] = {}
        for outcome in outcomes:
            by_input.setdefault(outcome.counted_for, []).append((outcome.outcome, outcome.rows))
        self.reports = [
            self._complete(report, by_input.get(report.input_id, []), unknown.get(report.input_id, (0, 0, 0)))
            for report in self.reports
        ]

    def withdraw(self, source: Source, reached: Reached) -> bool:
        """End the rows that a source says are gone, after the merge. Whether a complete listing was compared.

        A listing that lacks more rows than the source allows is not believed: it fails, and nothing is ended by it.
        """
        assert source.connect is not None, "files can't tell what was deleted"
        gone, compared = list(reached.gone), False
        if reached.kept is not None:
            keys, number = reached.kept
            known = self._withdrawals.current(source, self._inputs_of(source))
            lost = sorted(set(known) - keys)
            most = source.connect.most_deleted
            # A listing of nothing at all is a login without rights before it is a system without rows.
            compared = most == 1 or (len(lost) <= max(most * len(known), FEW_DELETED) and (bool(keys) or not known))
            if compared:
                gone += [(key, number) for key in lost]
            else:
                self._doubt(source, len(lost), len(known))
        self._count(self._withdrawals.withdraw(source, gone, self._stages.get(named_fact(source))))
        if reached.kept is not None:
            self._withdrawals.reinstate(source, *reached.kept)
        return compared

    def _inputs_of(self, source: Source) -> list[int]:
        return [report.input_id for report in self.reports if report.source == source.name]

    def end_owned(self, source: Source, owners: Mapping[int, Callable[[str], bool]]) -> None:
        """End rows that inputs alone deliver and did not deliver this time: a report that was corrected, or taken away.

        owners: input -> tells its keys. A row of theirs that was set aside is not gone.
        """
        fact = RECORDS[source.record].fact
        if not owners or fact not in self._stages:
            return
        there = self._delivered_keys(self._stages[fact], list(owners))
        gone = [
            (key, number)
            for key in self._withdrawals.current(source, self._inputs_of(source))
            for number, owns in owners.items()
            if key not in there and owns(key)
        ]
        self._count(self._withdrawals.withdraw(source, gone, None))

    def _delivered_keys(self, stage: Staging, owners: list[int]) -> set[str]:
        key, rows, aside = stage.rows.c[stage.key[1]], stage.rows.c, self.rejected.c
        staged = self.session.connection.scalars(select(key).where(rows.counted_for.in_(owners)))
        waiting = self.session.connection.scalars(select(aside.row_key).where(aside.input_id.in_(owners)))
        return {one for one in (*staged, *waiting) if one is not None}

    def _count(self, ended: Mapping[int, int]) -> None:
        self.reports = [
            replace(report, withdrawn=ended[report.input_id]) if report.input_id in ended else report
            for report in self.reports
        ]

    def _doubt(self, source: Source, lost: int, known: int) -> None:
        message = (
            f"source '{source.name}': {source.address} no longer lists {lost:,} of {known:,} rows. That is more than"
            " most_deleted allows, so none of them was ended. If they are really gone, raise most_deleted for one run"
            " with --full; else look at what the login may see."
        )
        LOGGER.error("%s", message)
        report = InputReport(
            self.new_id(), source.name, source.system, source.record, f"{source.address}: keys", FAILED, None, message
        )
        self.reports.append(report)

    def set_aside(self, job: str, live: Collection[str]) -> None:
        """Keep the rejected rows, once the inputs are recorded. live: sources that may mend earlier ones themselves."""
        if live:
            replace_rejected(self.session, live, self.rejected)
        set_aside(self.session, self.rejected, job, live)
        for stage in self._stages.values() if live else ():
            replace_delivered(self.session, live, stage)

    def note(self, input_id: int, text: str) -> None:
        """Something to be known of an input that was loaded."""
        self.reports = [
            replace(report, message=text) if report.input_id == input_id else report for report in self.reports
        ]

    def record_names(self) -> None:
        """Keep the names that did not match, so that each can be given an alias."""
        rows = [
            {"source": source, "kind": kind, "name": name, "run_id": self.session.run_id, "rows": rows, "how": how,
             "candidates": candidates}
            for source, unmatched_names in self._names.items()
            for (kind, name), (rows, how, candidates) in unmatched_names.names.items()
        ]  # fmt: skip
        if rows:
            self.session.connection.execute(insert(unmatched_name), rows)

    def _complete(
        self, report: InputReport, outcomes: Iterable[tuple[str, int]], unknown: tuple[int, int, int]
    ) -> InputReport:
        """The report of an input that was read, with its counts; one that was skipped or failed has none."""
        if report.status != LOADED:
            return report
        number = report.input_id
        counts = Counts(read=self._read[number], quarantined=self._set_aside[number])
        told = [rows if named else None for rows, named in zip(unknown, report.names, strict=True)]
        report = replace(
            report, counts=counts, unmatched=(told[0], told[1], told[2]), newest_at=self._newest_of(report)
        )
        return counted(report, outcomes)

    def _newest_of(self, report: InputReport) -> pd.Timestamp | None:
        """The newest moment that an input tells of; of a month that is not over no more than what has passed of it."""
        newest = self._newest.get(report.input_id)
        if newest is None or not RECORDS[report.record].by_month:
            return newest
        return min(newest, pd.Timestamp(now()))

    def _append(self, fact: Table, frame: pd.DataFrame) -> None:
        if fact not in self._stages:
            self._stages[fact] = staging(self.session.connection, fact)
        append(self.session, self._stages[fact], frame.assign(seq=self._numbers(len(frame))))

    def _numbers(self, count: int) -> np.ndarray:
        self._delivered += count
        return np.arange(self._delivered - count, self._delivered)

    def _add_courses(self) -> None:
        if not self._courses:
            return
        met = pd.concat(self._courses, ignore_index=True).drop_duplicates("course_id", keep="last")
        known = set(self.session.connection.scalars(select(dim_course.c.course_id)))
        new = met[~met["course_id"].isin(known)]
        if len(new):
            self.session.load_frame(dim_course.name, new)
