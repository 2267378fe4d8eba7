"""Enrolments of the learning management system: key users learn their system, and again when the certificate lapses."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.demo.facts import LAGGING_COUNTY, SERVICES
from etl.demo.plan import Plan, day64
from etl.demo.world import World

CERTIFICATE_DAYS = 730
CYCLES_BEFORE = 2  # years of training before the plan's first month, so that certificates are in force at its start
ON_TIME, ON_TIME_WHERE_LAGGING = 0.93, 0.52  # retrained before the certificate lapses
NEVER, NEVER_WHERE_LAGGING = 0.01, 0.18
PASSED, FAILED, WITHDRAWN = 0.915, 0.045, 0.04
LAW_COURSES = {"ADO": "ADO-JOGSZ", "GAZD": "GAZD-ZARAS"}
LAW_TRAINEES = 0.06  # of clerks, before each year's end
COSTS = {"ADO": 42_000, "GAZD": 46_500, "IRAT": 31_000, "INGKAT": 34_000, "IPARKER": 29_500, "KERET": 24_000}
USUAL_COST = 27_000
LEARNT_DAYS, SPARED = 90, 0.30  # for so long after a course a key user's colleagues need not ask so many questions
LESSON = f"{SPARED:.0%} fewer how-to tickets for {LEARNT_DAYS} days after a key user has completed a course"
_DAYS = 100_000  # more days than there are between any two of the sample


@dataclass(frozen=True)
class Lessons:
    """When key users completed a course. codes: sorted numbers made of member, service and day."""

    codes: np.ndarray

    def learnt(self, member: np.ndarray, service: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Whether the member's key user of the service completed a course in the LEARNT_DAYS before the day.

        member: rows of World.members, -1 for none; service: places in SERVICES; day: datetime64.
        """
        if not len(self.codes):
            return np.zeros(len(member), dtype=bool)
        asked = _codes(member, service, day)
        latest = self.codes[np.maximum(np.searchsorted(self.codes, asked, side="left") - 1, 0)]
        return (member >= 0) & (asked > latest) & (asked - latest <= LEARNT_DAYS)


def lessons(rows: pd.DataFrame) -> Lessons:
    """The courses that key users completed, of enrolments()."""
    done = rows[rows["completed_on"].notna() & (rows["role"] == "key_user")]
    service = done["service"].map({name: at for at, name in enumerate(SERVICES)}).to_numpy(dtype=np.int64)
    return Lessons(np.sort(_codes(done["member"].to_numpy(), service, done["completed_on"].to_numpy())))


def _codes(member: np.ndarray, service: np.ndarray, day: np.ndarray) -> np.ndarray:
    return (member * len(SERVICES) + service) * _DAYS + day.astype("datetime64[D]").astype(np.int64)


def enrolments(world: World, services: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """One row per person and course run that began by the plan's last day, by start.

    Columns: person (number), member (row), service, course, role, run, enrolled_on, started_on, completed_on,
    withdrawn_on, result (passed, failed, withdrawn, in_progress), attempted, score, certified_from, certified_to,
    satisfaction (0 for none), cost_huf. Missing where not so (yet).
    """
    rng = plan.rng("training")
    starts = pd.concat([_key_users(world, services, plan, rng), _law(world, plan, rng)], ignore_index=True)
    first = starts[starts["started_on"] <= pd.Timestamp(plan.last)].reset_index(drop=True)
    rows = _with_results(first, plan, rng)
    second = rows.loc[rows["result"] == "failed", list(first.columns)]
    second = second.assign(started_on=_mondays(second["started_on"] + pd.Timedelta(days=35)))
    second = second[second["started_on"] <= pd.Timestamp(plan.last)].reset_index(drop=True)
    rows = pd.concat([rows, _with_results(second, plan, rng)], ignore_index=True)
    rows["run"] = rows["started_on"].dt.strftime("%Y-%m")
    rows = rows.drop_duplicates(["person", "course", "run"])
    return rows.sort_values(["started_on", "person", "course"], ignore_index=True)


def _key_users(world: World, services: pd.DataFrame, plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Starts of courses of each member's key user of each service, about every two years."""
    used = services[services["live_on"].notna() & services["ended_on"].isna()]
    lagging = (world.members["county"] == LAGGING_COUNTY).to_numpy()[used["member"]]
    used = used[rng.random(len(used)) >= np.where(lagging, NEVER_WHERE_LAGGING, NEVER)]
    lagging = (world.members["county"] == LAGGING_COUNTY).to_numpy()[used["member"]]
    staff = np.clip(world.members["users"].to_numpy() / 4, 1, 8).astype(int)[used["member"]]
    person = used["member"].to_numpy() * 20 + (rng.random(len(used)) * staff).astype(int) + 1_000
    begin = day64(plan.first) - 365 * CYCLES_BEFORE
    start = np.maximum(begin + rng.integers(0, CERTIFICATE_DAYS, len(used)), used["live_on"].to_numpy("datetime64[D]"))
    base = pd.DataFrame({"person": person, "member": used["member"], "service": used["service"], "role": "key_user"})
    parts = []
    while (start <= day64(plan.last)).any():
        days = _mondays(pd.Series(start.astype("datetime64[s]"), index=base.index))
        parts.append(base.assign(course=base["service"] + "-KULCS", started_on=days))
        early = rng.random(len(base)) < np.where(lagging, ON_TIME_WHERE_LAGGING, ON_TIME)
        gap = np.where(early, -rng.integers(10, 75, len(base)), rng.integers(20, 420, len(base)))
        start = start + CERTIFICATE_DAYS + gap
    return pd.concat(parts, ignore_index=True)


def _law(world: World, plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Courses on next year's law, in November and December of each year."""
    members = world.members
    parts = []
    for year in range(plan.first.year - CYCLES_BEFORE, plan.last.year + 1):
        for service, course in LAW_COURSES.items():
            willing = np.where(members["county"] == LAGGING_COUNTY, 0.35, 1.0) * LAW_TRAINEES
            count = rng.poisson(members["users"].to_numpy() * willing)
            member = np.repeat(members.index.to_numpy(), count)
            day = np.datetime64(f"{year}-11-03") + rng.integers(0, 40, len(member))
            start = _mondays(pd.Series(day.astype("datetime64[s]")))
            person = member * 20 + rng.integers(0, 20, len(member)) + 200_000
            row = {"person": person, "member": member, "service": service, "role": "contact_person", "course": course}
            parts.append(pd.DataFrame(row | {"started_on": start}))
    return pd.concat(parts, ignore_index=True)


def _with_results(rows: pd.DataFrame, plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    count = len(rows)
    result = np.searchsorted(np.cumsum([PASSED, FAILED]), rng.random(count), side="right")
    start = rows["started_on"].to_numpy("datetime64[D]")
    end = start + rng.integers(2, 24, count)
    running = end > day64(plan.last)
    passed, failed, gone = ((result == at) & ~running for at in range(3))
    nothing = np.datetime64("NaT", "D")
    score = np.where(passed, rng.integers(60, 101, count), rng.integers(20, 60, count))
    rated = (passed | failed) & (rng.random(count) < 0.6)
    ratings = rng.choice([1, 2, 3, 4, 5], count, p=[0.02, 0.03, 0.09, 0.36, 0.5])
    certified = passed & (rows["role"] == "key_user").to_numpy()
    return rows.assign(
        enrolled_on=_days(start - rng.integers(7, 45, count)),
        completed_on=_days(np.where(passed | failed, end, nothing)),
        withdrawn_on=_days(np.where(gone, end, nothing)),
        result=np.select([passed, failed, gone], ["passed", "failed", "withdrawn"], "in_progress"),
        attempted=passed | failed,
        score=pd.array(score, dtype="Int64"),
        certified_from=_days(np.where(certified, end, nothing)),
        certified_to=_days(np.where(certified, end + CERTIFICATE_DAYS, nothing)),
        satisfaction=np.where(rated, ratings, 0),
        cost_huf=[COSTS.get(name, USUAL_COST) for name in rows["service"]],
    )


def _mondays(days: pd.Series) -> pd.Series:
    return days - pd.to_timedelta(days.dt.day_of_week, unit="D")


def _days(values: np.ndarray) -> np.ndarray:
    return values.astype("datetime64[s]")
