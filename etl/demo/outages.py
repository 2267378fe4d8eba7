"""From when to when a service was out of reach, and for whom: what the desk noted of some incidents.

Drawn from a stream of its own, so that nothing else of the sample depends on it.
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from data.reference.calendar import working_calendar
from etl.demo.facts import APPLICATIONS
from etl.demo.hours import MINUTE
from etl.demo.intake import CATEGORIES, INCIDENT, is_technical
from etl.demo.plan import Plan, month_end
from etl.demo.story import RELEASE_CHANGE

UNKNOWN, WHOLE, PART = range(3)
TOLD = 0.85  # of the outages: the others have their length alone, and nobody noted the scope
WHOLE_SHARE = 0.5
ECHOES = 2  # incidents that report the same outage once more
FRIDAY = 4


def tell_outages(tickets: pd.DataFrame, plan: Plan, month: date) -> None:
    """Adds outage_started_at, outage_ended_at (local, missing where not noted) and outage_scope (a code).

    The minutes of an outage whose start and end are told are left to whoever reads them.
    """
    rng = plan.rng("outages", month.isoformat())
    count = len(tickets)
    started, ended = (np.full(count, np.datetime64("NaT", "s")) for _ in range(2))
    scope = np.zeros(count, dtype=np.int64)
    minutes = tickets["outage_minutes"].to_numpy()
    noted = (minutes > 0) & (rng.random(count) < TOLD)
    noted |= (tickets["change"] == RELEASE_CHANGE).to_numpy() & (minutes > 0)
    opened = tickets["opened_at"].to_numpy("datetime64[s]")
    lag = rng.integers(0, 12, count) * MINUTE
    whole = (rng.random(count) < WHOLE_SHARE) | (tickets["change"] == RELEASE_CHANGE).to_numpy()
    started[noted] = (opened - lag)[noted]
    ended[noted] = (opened - lag + minutes * MINUTE)[noted]
    scope[noted] = np.where(whole, WHOLE, PART)[noted]
    tickets["outage_started_at"], tickets["outage_ended_at"], tickets["outage_scope"] = started, ended, scope
    _echo(tickets, rng)
    _over_days_off(tickets, month)
    _at_the_end(tickets, plan, month)
    tickets["outage_ended_at"] = (
        tickets[["outage_ended_at", "resolved_at"]].min(axis=1).where(tickets["outage_started_at"].notna())
    )
    tickets["outage_minutes"] = np.where(tickets["outage_started_at"].notna(), 0, minutes)


def _echo(tickets: pd.DataFrame, rng: np.random.Generator) -> None:
    """Other incidents of the service, reported while it was down, tell the same outage as their reporters saw it."""
    service, opened = tickets["service"].to_numpy(), tickets["opened_at"]
    free = (tickets["type"] == INCIDENT) & (tickets["priority"] <= 3)
    for at in tickets.index[tickets["outage_scope"] == WHOLE].tolist():
        started, ended = _moment(tickets, at, "outage_started_at"), _moment(tickets, at, "outage_ended_at")
        during = (opened > started) & (opened < ended) & (service == service[at])
        for other in tickets.index[during & free & (tickets["outage_scope"] == UNKNOWN)].tolist()[:ECHOES]:
            reported = _moment(tickets, other, "opened_at")
            seen_until = ended + pd.Timedelta(minutes=int(rng.integers(-5, 20)))
            _note(tickets, other, reported, max(seen_until, reported))
            tickets.loc[other, "category"] = CATEGORIES.index("outage")


def _over_days_off(tickets: pd.DataFrame, month: date) -> None:
    """A component or the portal that broke down before days off, and came back only after: over a weekend in every
    fourth month, and over the Saturday wherever one is worked."""
    days = working_calendar(month, month_end(month))
    moved = days.loc[days["kind"] == "swapped_working_day", "date"].tolist()
    opened = tickets["opened_at"]
    likely = (tickets["type"] == INCIDENT) & is_technical(tickets) & (tickets["outage_scope"] == UNKNOWN)
    likely &= tickets["resolved_at"].notna()
    for saturday in moved or ([None] if month.month % 4 == 1 else []):
        on_friday = opened.dt.day_of_week == FRIDAY
        if saturday is not None:
            on_friday = opened.dt.date == saturday - timedelta(days=1)
        back = opened.dt.normalize() + pd.Timedelta(days=1 if saturday else 3, hours=9, minutes=10)
        chosen = likely & on_friday & (opened.dt.hour >= 9) & (tickets["resolved_at"] > back)
        for at in tickets.index[chosen].tolist()[:1]:
            reported = _moment(tickets, at, "opened_at")
            _note(tickets, at, max(reported, reported.normalize() + pd.Timedelta(hours=13)), pd.Timestamp(back[at]))


def _at_the_end(tickets: pd.DataFrame, plan: Plan, month: date) -> None:
    """A component that is still out of reach when the sample ends."""
    if month != plan.months[-1]:
        return
    end = pd.Timestamp(plan.last) + pd.Timedelta(days=1)
    component = tickets["service"] >= len(APPLICATIONS)
    likely = component & (tickets["type"] == INCIDENT) & (tickets["outage_scope"] == UNKNOWN)
    lasting = likely & (tickets["resolved_at"] > end) & (tickets["opened_at"] > end - pd.Timedelta(days=5))
    for at in tickets.index[lasting].tolist()[-1:]:
        _note(tickets, at, _moment(tickets, at, "opened_at"), _moment(tickets, at, "resolved_at"))


def _moment(tickets: pd.DataFrame, at: int, column: str) -> pd.Timestamp:
    return pd.Timestamp(tickets[column].to_numpy()[at])


def _note(tickets: pd.DataFrame, at: int, started: pd.Timestamp, ended: pd.Timestamp) -> None:
    tickets.loc[at, ["outage_started_at", "outage_ended_at"]] = (started, ended)
    tickets.loc[at, "outage_scope"] = WHOLE
