"""What the profile of a municipality reads, remembered as long as the snapshot holds; what is common, once for all."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard.answers import answers
from dashboard.look import selection_of
from dashboard.periods import latest, recent
from dashboard.stage_reading import stages_of as of_day
from data.adoption.profile import Head, every_place, head_of
from data.adoption.profile_service import service_table
from data.adoption.stages import Stages
from data.periods import months_before
from data.selection import Selection

MONTHS = 24


def asked_of(view: Mapping[str, Any] | None) -> Selection:
    """Period and run of the address, the rest left aside: the page is of one municipality. The period is closed, and
    does not end after the data. Raises BadSelection."""
    wanted = selection_of(view)
    kept = recent(Selection(wanted.first, wanted.last, as_of=wanted.as_of))
    last = answers().last_day()
    if last is None or kept.last is None or kept.last <= last:
        return kept
    return kept.with_period(min(filter(None, (kept.first, last))), last)


def day_of(view: Mapping[str, Any] | None) -> Selection:
    """For what holds on a day: the end of the reader's period, else the last day of data; and the run."""
    wanted, last = latest(selection_of(view)), answers().last_day()
    return Selection(last=min(filter(None, (wanted.last, last)), default=None), as_of=wanted.as_of)


def two_years_of(asked: Selection) -> Selection:
    """The 24 months up to the end of the period."""
    assert asked.last is not None, "a closed period"
    return replace(asked, first=months_before(asked.last, MONTHS - 1))


def every_place_of(view: Mapping[str, Any] | None) -> pd.DataFrame:
    """All municipalities as they are on the day."""
    day = day_of(view)
    return answers().read(("every place", day), lambda connection: every_place(connection, day))


def head_for(code: str, view: Mapping[str, Any] | None) -> Head | None:
    """One municipality; None where there is no such code."""
    return head_of(every_place_of(view), code)


def stages_of(view: Mapping[str, Any] | None) -> Stages:
    """The stages of the whole country on the day: read once, for every profile."""
    return of_day(day_of(view))


def service_table_of(asked: Selection) -> pd.DataFrame:
    """What every municipality received in the period: read once, for every profile."""
    return answers().read(("service table", asked), lambda connection: service_table(connection, asked))
