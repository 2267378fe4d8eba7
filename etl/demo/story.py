"""The life planted in the sample, so that a dashboard can be checked to show it (also written to EXPECTED.json)."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from etl.demo.facts import (
    ATTAINMENT,
    DRIFT_MONTHS,
    DRIFT_TO,
    DRIFTING_SERVICE,
    LAGGING_COUNTY,
    RELEASE_BEFORE_END,
    RELEASE_SERVICE,
    RELEASE_TIMES,
    SERVICES,
    USUAL_ATTAINMENT,
    season,
    share,
)
from etl.demo.plan import Plan

BAD_RELEASE_DAYS = 17  # until the repair is in production
BAD_RELEASE_ATTAINMENT = 0.86
RELEASE_CHANGE = "CHG90001"
RELEASE_PROBLEM = "PRB90001"


@dataclass(frozen=True)
class Story:
    """When the bad release of IRAT went live, and how the operator of INGKAT got worse."""

    plan: Plan
    release_on: date

    def in_release(self, month: date) -> bool:
        return (month.year, month.month) == (self.release_on.year, self.release_on.month)

    @property
    def repaired_on(self) -> date:
        return self.release_on + timedelta(days=BAD_RELEASE_DAYS)

    def expected_tickets(self) -> np.ndarray:
        """Relative volume by month (rows) and service (columns), before chance."""
        table = [[share(name) * season(name, month.month) for name in SERVICES] for month in self.plan.months]
        volume = np.array(table)
        released = [self.in_release(month) for month in self.plan.months]
        volume[released, SERVICES.index(RELEASE_SERVICE)] *= RELEASE_TIMES
        return volume

    def attainment(self, month: date) -> np.ndarray:
        """Share of tickets resolved in time, per service."""
        shares = np.array([ATTAINMENT.get(name, USUAL_ATTAINMENT) for name in SERVICES])
        shares[SERVICES.index(DRIFTING_SERVICE)] -= (ATTAINMENT[DRIFTING_SERVICE] - DRIFT_TO) * self.drift(month)
        if self.in_release(month):
            shares[SERVICES.index(RELEASE_SERVICE)] = BAD_RELEASE_ATTAINMENT
        return shares

    def drift(self, month: date) -> float:
        """How far INGKAT's operator has slid: 0 before the last twelve months, 1 in the last one."""
        to_end = len(self.plan.months) - 1 - self.plan.months.index(month)
        return max(0.0, 1 - to_end / (DRIFT_MONTHS - 1))

    def facts(self) -> dict[str, str]:
        """In words, for EXPECTED.json."""
        return {
            "bad_release": f"{RELEASE_SERVICE} {self.release_on}: {RELEASE_CHANGE} rolled back, tickets x"
            f"{RELEASE_TIMES:g}",
            "worsening_operator": f"{DRIFTING_SERVICE} in SLA {ATTAINMENT[DRIFTING_SERVICE]} to {DRIFT_TO} over "
            f"the last {DRIFT_MONTHS} months",
            "lagging_county": f"{LAGGING_COUNTY}: training and local roles",
            "tax_peaks": "ADO x2 in March and September",
            "year_end": "GAZD x1.6 in December and January",
        }


def tell(plan: Plan) -> Story:
    """The story of a plan: the bad release is on a Tuesday, five months before the end if there are that many."""
    month = plan.months[max(0, len(plan.months) - RELEASE_BEFORE_END)]
    second = month + timedelta(days=(1 - month.weekday()) % 7)
    return Story(plan, second + timedelta(days=7 if second.day < 3 else 0))
