"""What the scorecard reads: signals of the whole and of applications, what is due, whether the data can be believed."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from dashboard.answers import Answer, answers
from dashboard.components.tile import meets_target, value_of
from dashboard.periods import every_run, latest, recent
from dashboard.record import OpenItems, open_items
from dashboard.scorecard import KEY, is_judged, kind_of
from data import quality
from data.metrics.catalogue import METRICS
from data.metrics.contracts import EXPIRING_CONTRACT_COUNT
from data.metrics.measure import source_rows
from data.readiness import law_changes
from data.selection import Selection
from data.signals import Signal

AHEAD_DAYS = 60  # a law change that takes effect within so many days and is not in production is due
ROWS = 1000
OVER_A_YEAR = ("self_financing_rate",)
UNBELIEVABLE = ("quarantine_rate", "unmatched_municipality_rate", "unmatched_service_rate", "unmatched_actor_rate")


@dataclass(frozen=True)
class Expiring:
    """Contracts that end soon: how many, the first day one does, and the figure."""

    answer: Answer
    count: int
    first_on: date | None


@dataclass(frozen=True)
class LawChanges:
    """Law changes not in production: in force already, or soon; the nearest one's day and service."""

    in_force: int
    ahead: int
    next_on: date | None
    service: str | None


def whole_signals(selection: Selection) -> list[Signal]:
    """Of all metrics that are judged month by month."""
    return answers().signals(selection, [one.id for one in METRICS.values() if is_judged(one)])


def service_signals(selection: Selection, whole: list[Signal]) -> list[Signal]:
    """Of applications: of the key figures, and of those that are news as a whole. None where one is selected."""
    services = applications(selection)
    names = [
        one.metric.id
        for one in whole
        if "service" in one.metric.cut_by and (one.metric.id in KEY or kind_of(one) is not None)
    ]
    return answers().signals(selection, names, services) if len(services) > 1 and names else []


def applications(selection: Selection) -> tuple[str, ...]:
    """The applications that are selected; all of them where no service is."""
    known = answers().choices().services
    ids = known.loc[known["kind"] == "application", "service_id"].astype(str)
    return tuple(one for one in ids if not selection.services or one in selection.services)


def missed_over_a_year(selection: Selection) -> list[Answer]:
    """Figures that only a year tells of, where they miss their target; of the whole service centre only."""
    if selection != Selection(selection.first, selection.last, as_of=selection.as_of):
        return []
    found = [answers().answer(name, recent(selection)) for name in OVER_A_YEAR]
    return [one for one in found if meets_target(one.metric, value_of(one)) is False]


def expiring(selection: Selection) -> Expiring | None:
    """Contracts that end within 180 days and whose renewal has not begun; None where there are none."""
    asked = latest(selection)
    answer = answers().answer(EXPIRING_CONTRACT_COUNT.id, asked)
    count = int(value_of(answer) or 0)
    if not count:
        return None
    ends = answers().read(("expiring", asked), lambda connection: _ends(connection, asked))
    return Expiring(answer, count, ends)


def pending_law_changes(selection: Selection) -> LawChanges | None:
    """Law changes that are not in production and are in force, or will be within AHEAD_DAYS; None without any."""
    rows = answers().read(("law changes", selection), lambda connection: law_changes(connection, selection))
    waiting = rows[rows["margin_days"].isna() & (rows["days_left"] <= AHEAD_DAYS)] if len(rows) else rows
    if waiting.empty:
        return None
    ahead = waiting[waiting["is_ahead"].astype(bool)]
    first = (ahead if len(ahead) else waiting).iloc[0]
    service = None if pd.isna(first["service_id"]) else str(first["service_id"])
    return LawChanges(len(waiting) - len(ahead), len(ahead), first["effective_on"], service)


def decisions() -> OpenItems:
    """Open items of the decision log, the most urgent first; empty where the log cannot be read."""
    return open_items(ROWS)


def missing_rows() -> int:
    """Rows read that are neither loaded nor set aside: 0 unless something is badly wrong."""
    sources = answers().read("conservation", quality.conservation)
    return 0 if sources.empty else int(sources["residual"].abs().sum())


def doubtful(selection: Selection) -> Answer | None:
    """The figure of data quality that misses its target by most; None where all meet it."""
    found = [answers().answer(name, every_run(selection)) for name in UNBELIEVABLE]
    missed = [one for one in found if meets_target(one.metric, value_of(one)) is False]
    return max(missed, key=lambda one: (value_of(one) or 0.0) / (one.metric.target or 1.0), default=None)


def _ends(connection: Connection, selection: Selection) -> date | None:
    rows = source_rows(connection, EXPIRING_CONTRACT_COUNT, selection, limit=ROWS)
    days = pd.to_datetime(rows["valid_to"]).dropna() if len(rows) else pd.Series(dtype="datetime64[ns]")
    return None if days.empty else days.min().date()
