"""What an export of a given day knows of tickets: later events have not happened yet."""

import numpy as np
import pandas as pd

from etl.demo.intake import CATEGORIES
from etl.demo.life import OUTAGE_TIMES, TIMES

STATUSES = ("open", "pending", "resolved", "closed", "cancelled")
OPEN, PENDING, RESOLVED, CLOSED, CANCELLED = range(len(STATUSES))
AGAIN, CORRECTED = 0.002, 0.0012  # of the tickets that are over: delivered again as they are, with a correction


def state_at(tickets: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    """The tickets with times after the cutoff left out, and columns status (place in STATUSES) and updated_at.

    Waiting is known when the ticket is resolved, satisfaction when it is closed.
    """
    known = tickets.copy()
    for column in (*TIMES, *OUTAGE_TIMES):
        known[column] = known[column].where(known[column] <= cutoff)
    corrected = (known["corrected_at"] <= cutoff).to_numpy() if "corrected_at" in known else np.zeros(len(known), bool)
    known["category"] = np.where(corrected, (known["category"] + 1) % len(CATEGORIES), known["category"])
    resolved, closed = known["resolved_at"].notna().to_numpy(), known["closed_at"].notna().to_numpy()
    waits = (known["waiting_minutes"] > 240).to_numpy() & known["first_response_at"].notna().to_numpy()
    ends = [closed & known["cancelled"].to_numpy(), closed, resolved, waits]
    known["status"] = np.select(ends, [CANCELLED, CLOSED, RESOLVED, PENDING], OPEN)
    known["waiting_minutes"] = np.where(resolved, known["waiting_minutes"], 0)
    known["satisfaction"] = np.where(closed, known["satisfaction"], 0)
    known["reopens"] = np.where(known["reopened_at"].notna(), known["reopens"], 0)
    known["reassignments"] = np.where(resolved | closed, known["reassignments"], known["escalated_at"].notna())
    known["level"] = np.where(known["escalated_at"].notna(), 2, 1)
    known["updated_at"] = known[["opened_at", *TIMES, *OUTAGE_TIMES]].max(axis=1)
    if corrected.any():
        known["updated_at"] = known["updated_at"].mask(corrected, known["corrected_at"])
    return known


def is_over(tickets: pd.DataFrame, cutoff: pd.Timestamp) -> np.ndarray:
    """Whether nothing more happens to a ticket after the cutoff."""
    return (tickets["closed_at"] <= cutoff).to_numpy()


def carried(tickets: pd.DataFrame, spoilt: np.ndarray, cutoff: pd.Timestamp, rng: np.random.Generator) -> pd.DataFrame:
    """The tickets that next month's export holds again: what was not over, some that were, some corrected since.

    spoilt: positions of rows that must not come back, so that each defect stays one.
    """
    over = is_over(tickets, cutoff)
    draws = rng.random(len(tickets))
    free = over & ~np.isin(np.arange(len(tickets)), spoilt)
    corrected = free & (draws < CORRECTED)
    again = free & (draws < CORRECTED + AGAIN)
    moment = cutoff + pd.to_timedelta(rng.integers(60, 20 * 1440, len(tickets)), unit="min")
    known = tickets["corrected_at"] if "corrected_at" in tickets else pd.Series(pd.NaT, index=tickets.index)
    when = known.astype("datetime64[s]").mask(corrected, pd.Series(moment, index=tickets.index).astype("datetime64[s]"))
    return tickets.assign(corrected_at=when)[~over | again].reset_index(drop=True)
