"""One month of the service desk: tickets with their whole life, whatever part of it an export may have seen."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from etl.demo import durations, intake
from etl.demo.facts import DRIFTING_SERVICE, ESCALATED, RELEASE_SERVICE, SERVICES, TAX_MONTHS, USUAL_ESCALATED
from etl.demo.hours import MINUTE, ServiceHours, any_moment, day_weights, existing, moments
from etl.demo.links import Background, add_outages, link, mark_release
from etl.demo.outages import tell_outages
from etl.demo.story import BAD_RELEASE_DAYS, Story
from etl.demo.training import Lessons
from etl.demo.world import World

TIMES = ("first_response_at", "escalated_at", "acknowledged_at", "resolved_at", "reopened_at", "closed_at")
OUTAGE_TIMES = ("outage_started_at", "outage_ended_at")
REOPENED, CANCELLED, RATED = 0.04, 0.006, 0.195
MONTHLY_SWING = 0.01  # of the share in time: some months go better than others


class Desk:
    """Draws months of tickets; holds what does not change from month to month."""

    def __init__(
        self, story: Story, world: World, background: Background, hours: ServiceHours, lessons: Lessons | None = None
    ) -> None:
        self._story, self._world, self._background, self._hours = story, world, background, hours
        self._lessons = lessons
        self._response, self._resolution = durations.targets()

    def month(self, month: date, counts: Sequence[int], first_number: int) -> pd.DataFrame:
        """One row per ticket opened in the month, by opening time. counts: tickets per service, in their order.

        Columns: number, codes (service, municipality, type, priority …; -1, 0 or "" for none), minutes, times in
        local wall time (datetime64[s]).
        """
        rng = self._story.plan.rng("tickets", month.isoformat())
        tickets = self._intake(month, counts, rng)
        tickets.insert(0, "number", np.arange(first_number, first_number + len(tickets)))
        mark_release(tickets, self._story, month, rng)
        self._work(tickets, month, rng)
        link(tickets, self._background, rng)
        add_outages(tickets, self._world.users, rng)
        tell_outages(tickets, self._story.plan, month)
        for column in ("opened_at", *TIMES, *OUTAGE_TIMES):
            tickets[column] = existing(tickets[column].astype("datetime64[s]"))
        return tickets

    def _intake(self, month: date, counts: Sequence[int], rng: np.random.Generator) -> pd.DataFrame:
        service = np.repeat(np.arange(len(SERVICES)), counts)
        kind = (rng.random(len(service)) < 0.42).astype(int)
        tickets = pd.DataFrame({"service": service, "type": kind, "opened_at": self._openings(month, counts, rng)})
        tickets["channel"] = intake.channels(tickets, self._progress(month), rng)
        machine = intake.by_machine(tickets)
        tickets.loc[machine, "opened_at"] = any_moment(month, int(machine.sum()), rng).astype("datetime64[s]")
        tickets = tickets.sort_values("opened_at", kind="stable", ignore_index=True)
        tickets["municipality"] = intake.municipalities(tickets, self._world, rng)
        tickets["category"] = intake.categories(tickets, rng)
        if self._lessons is not None:  # random numbers of its own, so that nothing else is drawn differently
            others = self._story.plan.rng("learnt", month.isoformat())
            tickets["municipality"] = intake.spared(tickets, self._world, self._lessons, others)
        tickets["priority"], tickets["initial_priority"] = intake.priorities(tickets, rng)
        return tickets

    def _progress(self, month: date) -> float:
        months = self._story.plan.months
        return months.index(month) / max(1, len(months) - 1)

    def _openings(self, month: date, counts: Sequence[int], rng: np.random.Generator) -> np.ndarray:
        chance = rng.gamma(40.0, 1 / 40.0, len(day_weights(month)))
        drawn = [
            moments(month, day_weights(month) * chance * self._rush(month, name), count, rng)
            for name, count in zip(SERVICES, counts, strict=True)
        ]
        return np.concatenate(drawn).astype("datetime64[s]")

    def _rush(self, month: date, service: str) -> np.ndarray:
        """Days that stand out: the fortnight before the tax deadline, the fortnight after the bad release."""
        days = np.arange(1, len(day_weights(month)) + 1)
        if service == "ADO" and month.month in TAX_MONTHS:
            return np.where((days >= 6) & (days <= 16), 2.6, 1.0)
        if service == RELEASE_SERVICE and self._story.in_release(month):
            since = days - self._story.release_on.day
            return np.where((since >= 0) & (since <= BAD_RELEASE_DAYS), 4.5, 1.0)
        return np.ones(len(days))

    def _work(self, tickets: pd.DataFrame, month: date, rng: np.random.Generator) -> None:
        """Adds level, times, waiting and counts: offsets on the clock of the ticket's SLA, then moments."""
        count, service, priority = len(tickets), tickets["service"].to_numpy(), tickets["priority"].to_numpy()
        chance = _escalation_chance(tickets)
        level = np.where(rng.random(count) < chance, 2, 1)
        chance_of_month = rng.normal(0.0, MONTHLY_SWING, len(SERVICES))
        attainment = np.clip(self._story.attainment(month) + chance_of_month, 0.5, 0.99)[service]
        done = durations.resolution_minutes(self._resolution[priority], attainment, level, chance, rng)
        response = durations.response_minutes(self._response[priority], done, rng)
        escalated = response + ((done - response) * rng.uniform(0.02, 0.25, count)).astype(int)
        slow = np.where(service == SERVICES.index(DRIFTING_SERVICE), 1 + 1.6 * self._story.drift(month), 1.0)
        acknowledged = np.minimum(escalated + durations.acknowledge_minutes(slow, rng), done)
        waiting = np.where(priority >= 3, durations.waiting_minutes(count, rng), 0)
        reopened = rng.random(count) < REOPENED
        cancelled = ~reopened & (rng.random(count) < CANCELLED)
        resolved = self._moment(tickets, done + waiting, ~cancelled)
        gone = self._moment(tickets, response + rng.integers(30, 2_000, count), cancelled)
        again = (done * rng.uniform(0.55, 0.9, count)).astype(int)
        tickets["level"] = level
        tickets["first_response_at"] = self._moment(tickets, response, ~cancelled)
        tickets["escalated_at"] = self._moment(tickets, escalated, (level == 2) & ~cancelled)
        tickets["acknowledged_at"] = self._moment(tickets, acknowledged, (level == 2) & ~cancelled)
        tickets["resolved_at"] = resolved
        tickets["reopened_at"] = self._moment(tickets, again, reopened)
        tickets["closed_at"] = np.where(cancelled, gone, resolved + rng.integers(30, 4_320, count) * MINUTE)
        tickets["waiting_minutes"], tickets["cancelled"] = waiting, cancelled
        tickets["reopens"] = reopened * (1 + (rng.random(count) < 0.08))
        tickets["reassignments"] = _reassignments(level, rng)
        silent = cancelled | intake.by_machine(tickets)
        tickets["satisfaction"] = _ratings(done > self._resolution[priority], silent, rng)

    def _moment(self, tickets: pd.DataFrame, minutes: np.ndarray, where: np.ndarray) -> np.ndarray:
        """Opening time plus minutes: of the clock for P1 and P2, of service hours for the others. datetime64[s]."""
        opened = tickets["opened_at"].to_numpy("datetime64[m]")
        urgent = tickets["priority"].to_numpy() <= 2
        found = np.where(urgent, opened + minutes * MINUTE, self._hours.after(opened, minutes))
        return np.where(where, found, np.datetime64("NaT")).astype("datetime64[s]")


def _escalation_chance(tickets: pd.DataFrame) -> np.ndarray:
    usual = np.array([ESCALATED.get(name, USUAL_ESCALATED) for name in SERVICES])[tickets["service"].to_numpy()]
    usual = usual * np.where(tickets["type"] == intake.INCIDENT, 1.06, 0.75)
    return np.where(tickets["priority"] <= 2, 0.6, usual)


def _reassignments(level: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Changes of group: one per escalation, now and then more, and some tickets that nobody wants."""
    usual = np.where(level == 2, 1 + (rng.random(len(level)) < 0.18), rng.random(len(level)) < 0.015)
    unwanted = (level == 2) & (rng.random(len(level)) < 0.09)
    return usual + np.where(unwanted, rng.integers(2, 5, len(level)), 0)


def _ratings(late: np.ndarray, silent: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Satisfaction 1 to 5, 0 where not rated (four of five); who waited too long is less content."""
    draws = rng.random(len(late))
    content = np.searchsorted(np.cumsum([0.02, 0.03, 0.08, 0.35]), draws, side="right") + 1
    cross = np.searchsorted(np.cumsum([0.16, 0.19, 0.25, 0.25]), draws, side="right") + 1
    rated = (rng.random(len(late)) < RATED) & ~silent
    return np.where(rated, np.where(late, cross, content), 0)
