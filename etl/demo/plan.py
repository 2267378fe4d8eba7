"""What is asked of the generator, and its random numbers: one independent stream per topic, all from one seed."""

import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from data.errors import AspError

MOST_MONTHS = 240


class BadDemoRequest(AspError):
    """The arguments of the generator make no sense together."""


@dataclass(frozen=True)
class Plan:
    """The period (whole months) that the service desk and the ledger cover, the seed, and the number of tickets."""

    months: tuple[date, ...]
    seed: int
    tickets: int

    @property
    def first(self) -> date:
        return self.months[0]

    @property
    def last(self) -> date:
        return month_end(self.months[-1])

    def rng(self, *topic: str | int) -> np.random.Generator:
        """Random numbers of a topic; the same seed and topic give the same ones, whatever else was drawn."""
        return np.random.default_rng([self.seed, *(zlib.crc32(str(part).encode()) for part in topic)])


def make_plan(months: int, seed: int, tickets: int, last: date | None) -> Plan:
    """A plan of whole months that ends with the month of last (default: the last month that is over today).

    Raises BadDemoRequest when a number is out of range or last is not the end of a month.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise BadDemoRequest(f"--months is {months}; give 1 to {MOST_MONTHS}.")
    if seed < 0:
        raise BadDemoRequest(f"--seed is {seed}; give 0 or more.")
    if tickets < 1:
        raise BadDemoRequest(f"--tickets is {tickets}; give 1 or more.")
    end = last or (date.today().replace(day=1) - pd.Timedelta(days=1))
    if month_end(end) != end:
        raise BadDemoRequest(f"The sample ends on {end}, which is not the last day of a month; give {month_end(end)}.")
    periods = pd.period_range(end=pd.Period(end, "M"), periods=months, freq="M")
    return Plan(tuple(period.start_time.date() for period in periods), seed, tickets)


def month_end(day: date) -> date:
    """Last day of the day's month."""
    return pd.Period(day, "M").end_time.date()


def day64(day: date) -> np.datetime64:
    """The day for arithmetic with numpy."""
    return np.datetime64(day, "D")
