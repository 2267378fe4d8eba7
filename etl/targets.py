"""Agreed response and resolution times, looked up for whole columns."""

import numpy as np
import pandas as pd

from etl.columns import as_codes

ANY = "*"


class SlaTargets:
    """SLA targets by ticket type, priority, service and day.

    frame: ticket_type, priority, service_id ("*" any), response_minutes, resolution_minutes, clock, valid_from,
    valid_to (exclusive, missing while in force). The most specific row counts: service before ticket type before "*";
    the earliest version holds before its first day too, as history is older than any written agreement.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._rows = frame.reset_index(drop=True)
        self._from = pd.to_datetime(self._rows["valid_from"])
        self._to = pd.to_datetime(self._rows["valid_to"])
        marks = pd.concat([self._from, self._to]).dropna().drop_duplicates().sort_values()
        self._marks = marks.to_numpy(dtype="datetime64[us]")
        self._found: dict[tuple[str, str, str, int], int] = {}

    def of(self, types: pd.Series, priorities: pd.Series, services: pd.Series, days: pd.Series) -> pd.DataFrame:
        """response_minutes, resolution_minutes (Int64, missing without a target) and by_clock (bool), index kept."""
        period = np.searchsorted(self._marks, days.to_numpy(dtype="datetime64[us]"), side="right")
        parts = [as_codes(values) for values in (types, priorities, services)]
        number = period
        for codes, kinds in parts:
            number = number * (len(kinds) + 1) + codes
        distinct, first, place = np.unique(number, return_index=True, return_inverse=True)
        names = [[str(kinds[code]) if code >= 0 else ANY for code in codes[first]] for codes, kinds in parts]
        chosen = np.array([self._choose(*key) for key in zip(*names, period[first].tolist(), strict=True)], dtype=int)
        assert len(chosen) == len(distinct), "one target per combination"
        rows = self._rows.reindex(chosen[place]) if len(chosen) else self._rows.iloc[:0]
        return pd.DataFrame(
            {
                "response_minutes": rows["response_minutes"].astype("Int64").array,
                "resolution_minutes": rows["resolution_minutes"].astype("Int64").array,
                "by_clock": (rows["clock"] == "clock").array,
            },
            index=types.index,
        )

    def _choose(self, ticket_type: str, priority: str, service: str, period: int) -> int:
        """Row number of the target in force, -1 without one."""
        key = (ticket_type, priority, service, period)
        if key not in self._found:
            self._found[key] = self._search(*key)
        return self._found[key]

    def _search(self, ticket_type: str, priority: str, service: str, period: int) -> int:
        rows = self._rows
        fits = (
            rows["ticket_type"].isin([ticket_type, ANY])
            & (rows["priority"] == priority)
            & rows["service_id"].isin([service, ANY])
        )
        # Before the first mark nothing has ended and nothing begun.
        day = self._marks[period - 1] if period else np.datetime64("1677-09-22", "us")
        candidates = rows.assign(started=self._from)[fits & (self._to.isna() | (self._to > day))]
        if candidates.empty:
            return -1
        started = candidates[candidates["started"] <= day]
        if started.empty:
            started = candidates[candidates["started"] == candidates["started"].min()]
        ranked = started.assign(special=(started["service_id"] != ANY) * 2 + (started["ticket_type"] != ANY))
        return int(ranked.sort_values(["special", "started"]).index[-1])
