"""What is stuck as rows to print: days as text, counts by cuts, the work list or its pairs."""

from collections.abc import Mapping, Sequence

import pandas as pd
from sqlalchemy import Connection

from data.adoption.stages import STAGES
from data.adoption.stuck_counts import counted
from data.adoption.stuck_items import narrowed, work_list
from data.errors import BadSelection
from data.members import check_members
from data.selection import Selection

TABLE_COLUMNS = ("missing", "next_step", "member_names", "county", "services", "lacks", "missing_days", "turn")
"""What of an item fits a terminal."""


def stuck_rows(
    connection: Connection,
    selection: Selection,
    by: Sequence[str] = (),
    steps: Sequence[str] = (),
    *,
    pairs: bool = False,
    short: bool = False,
) -> pd.DataFrame:
    """The work list (of TABLE_COLUMNS when short), counts of pairs when cut, or the pairs one by one, excused ones
    included. Days are text, as 2026-10-31. steps: missing stages only. Raises BadSelection, UnknownCut."""
    if unknown := sorted(set(steps) - set(STAGES)):
        raise BadSelection(f"There is no step {unknown[0]!r}. Choose from {', '.join(STAGES)}.")
    check_members(connection, selection)
    found = narrowed(work_list(connection, selection), steps=steps)
    if by:
        return counted(found, by)
    if pairs:
        return _written(found.pairs)
    return _written(found.items[list(TABLE_COLUMNS)] if short else found.items)


def steps_of(filters: Sequence[str]) -> tuple[list[str], list[str]]:
    """The steps that filters KEY=VALUE name, and the other filters."""
    named = [one.partition("=")[2] for one in filters if one.partition("=")[0].strip() == "step"]
    rest = [one for one in filters if one.partition("=")[0].strip() != "step"]
    return [step.strip() for steps in named for step in steps.split(",") if step.strip()], rest


def _written(rows: pd.DataFrame) -> pd.DataFrame:
    days: Mapping[str, pd.Series] = {
        str(name): rows[name].dt.strftime("%Y-%m-%d").astype("object").where(rows[name].notna(), None)
        for name in rows.columns
        if pd.api.types.is_datetime64_any_dtype(rows[name])
    }
    return rows.assign(**days)
