"""What tickets have to do with problems, changes and outages."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from etl.demo.facts import RELEASE_SERVICE, SERVICES
from etl.demo.intake import CATEGORIES, INCIDENT, by_machine, is_technical
from etl.demo.plan import day64
from etl.demo.story import RELEASE_CHANGE, RELEASE_PROBLEM, Story

CAUSED_BY_RELEASE = 0.78  # of the service's tickets while the bad release was in production
RELEASE_OUTAGE_MINUTES, RELEASE_OUTAGE_USERS = 190, 0.45
MAJOR, MOST_MAJOR = 0.35, 3  # share of critical incidents, at most so many a month
BY_SOFTWARE = tuple(CATEGORIES.index(name) for name in ("defect", "performance", "outage"))


@dataclass(frozen=True)
class Background:
    """What tickets refer to. problems: ticket_id, service (index), opened, fixed; failed_changes: …, service, day."""

    problems: pd.DataFrame
    failed_changes: pd.DataFrame


def mark_release(tickets: pd.DataFrame, story: Story, month: date, rng: np.random.Generator) -> None:
    """Marks what the bad release caused; such tickets are incidents of more weight. Adds column change."""
    change = np.full(len(tickets), "", dtype=object)
    if story.in_release(month):
        first, last = day64(story.release_on), day64(story.repaired_on)
        opened, service = tickets["opened_at"].to_numpy(), tickets["service"].to_numpy()
        caused = (service == SERVICES.index(RELEASE_SERVICE)) & (opened >= first) & (opened <= last)
        caused &= rng.random(len(tickets)) < CAUSED_BY_RELEASE
        change[caused] = RELEASE_CHANGE
        tickets.loc[caused, "type"] = INCIDENT
        tickets.loc[caused, "category"] = CATEGORIES.index("defect")
        tickets.loc[caused & (rng.random(len(tickets)) < 0.25), ["priority", "initial_priority"]] = 2
        tickets.loc[np.flatnonzero(caused)[:1], ["priority", "initial_priority"]] = 1  # the outage of the first morning
    tickets["change"] = change


def link(tickets: pd.DataFrame, background: Background, rng: np.random.Generator) -> None:
    """Adds column problem, and fills change for incidents in the week after a change that failed."""
    incident = (tickets["type"] == INCIDENT).to_numpy()
    service, opened = tickets["service"].to_numpy(), tickets["opened_at"].to_numpy()
    by_software = incident & tickets["category"].isin(BY_SOFTWARE).to_numpy()
    problem, change = np.full(len(tickets), "", dtype=object), tickets["change"].to_numpy().copy()
    if not len(tickets):
        tickets["problem"] = problem
        return
    first, last = opened.min(), opened.max()
    known = background.problems
    for one in known[(known["opened"] <= last) & (known["fixed"] > first)].itertuples(index=False):
        open_then = (opened >= one.opened.to_datetime64()) & (opened < one.fixed.to_datetime64())
        like_it = by_software & (service == one.service) & open_then & (problem == "")
        problem[like_it & (rng.random(len(tickets)) < 0.13)] = one.ticket_id
    problem[change == RELEASE_CHANGE] = RELEASE_PROBLEM
    failed = background.failed_changes
    for one in failed[(failed["day"] <= last) & (failed["day"] >= first - np.timedelta64(7, "D"))].itertuples():
        since = opened - one.day.to_datetime64()
        soon = (since >= np.timedelta64(0, "s")) & (since < np.timedelta64(7, "D"))
        caused = np.flatnonzero(incident & (service == one.service) & soon & (change == ""))
        change[caused[: rng.integers(1, 4)]] = one.ticket_id
    tickets["problem"], tickets["change"] = problem, change


def add_outages(tickets: pd.DataFrame, users: float, rng: np.random.Generator) -> None:
    """Adds major, outage_minutes, affected_users (0 for none) and detected_by (0 not said, 1 user, 2 monitoring)."""
    count = len(tickets)
    incident = (tickets["type"] == INCIDENT).to_numpy()
    critical = incident & (tickets["priority"] == 1).to_numpy()
    likely = critical & (rng.random(count) < MAJOR)
    major = likely & (likely.cumsum() <= MOST_MAJOR)
    minutes = np.where(major, rng.gamma(2.0, 22.0, count) + 12, rng.gamma(1.5, 6.0, count) + 2).astype(int)
    hit = np.where(major, rng.uniform(0.06, 0.4, count), rng.uniform(0.002, 0.05, count)) * users
    outage = np.flatnonzero(critical & (tickets["change"] == RELEASE_CHANGE).to_numpy())[:1]
    major[outage], minutes[outage], hit[outage] = True, RELEASE_OUTAGE_MINUTES, RELEASE_OUTAGE_USERS * users
    tickets["major"] = major
    tickets["outage_minutes"] = np.where(critical, minutes, 0)
    tickets["affected_users"] = np.where(critical, np.maximum(1, hit), 0).astype(int)
    by_user = incident & is_technical(tickets)
    tickets["detected_by"] = np.where(by_machine(tickets), 2, np.where(by_user, 1, 0))
