"""Spells: the days on which at least so many of several comings and goings held at once."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

FOREVER = 10_000_000
"""A day number after every day: what has no end lasts until then."""
COLUMNS = ["key", "first", "after"]
Numbers = npt.NDArray[np.int64]


def day_numbers(days: pd.Series) -> Numbers:
    """Days since 1970 of Timestamps; FOREVER where there is none."""
    whole = days.to_numpy("datetime64[D]")
    return np.where(np.isnat(whole), FOREVER, whole.astype("int64"))


def as_days(numbers: Any) -> pd.Series:
    """Timestamps of days since 1970; missing for FOREVER and for what is missing. An index is kept."""
    found = pd.Series(numbers)
    known = found.notna() & (found < FOREVER)
    days = found.where(known, 0).astype("int64").to_numpy().astype("datetime64[D]").astype("datetime64[s]")
    return pd.Series(days, found.index).where(known)


def held(rows: pd.DataFrame, least: int = 1) -> pd.DataFrame:
    """The spells of each key during which at least `least` of its rows hold, one after the other by key.

    rows and the spells: key (number), first (day number), after (day number after the last, FOREVER where it lasts).
    Spells that touch are one; rows that end before they begin hold never.
    """
    rows = rows[rows["first"] < rows["after"]]
    key, first, after = (rows[name].to_numpy("int64") for name in COLUMNS)
    keys, days = np.concatenate([key, key]), np.concatenate([first, after])
    step = np.repeat([1, -1], len(rows))
    # On the same day what begins goes before what ends, so that a successor leaves no gap.
    order = np.lexsort((-step, days, keys))
    keys, days, step = keys[order], days[order], step[order]
    now = np.cumsum(step)  # every key ends at zero, so the next one begins there
    opens, closes = (now >= least) & (now - step < least), (now < least) & (now - step >= least)
    found = pd.DataFrame({"key": keys[opens], "first": days[opens], "after": days[closes]}, columns=COLUMNS)
    return found[found["first"] < found["after"]].reset_index(drop=True)


def on_day(spells: pd.DataFrame, day: int, size: int) -> pd.DataFrame:
    """What spells say of each key from 0 to size - 1 on a day: began (of the first spell ever), since (of the one that
    holds on the day), left (the day after the last one that does not last until then). Timestamps."""
    begun = spells[spells["first"] <= day]
    holding = begun[begun["after"] > day].set_index("key")["first"]
    of_key = begun.groupby("key")
    every = range(size)
    return pd.DataFrame(
        {
            "began": as_days(of_key["first"].min().reindex(every)),
            "since": as_days(holding.reindex(every)),
            "left": as_days(of_key["after"].max().where(lambda after: after <= day).reindex(every)),
        }
    )
