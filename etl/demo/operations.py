"""Problems and changes: few rows, each with its dates; the failed changes and open problems that tickets refer to."""

import numpy as np
import pandas as pd

from etl.demo.facts import RELEASE_SERVICE, SERVICES, share
from etl.demo.freeze import hold_back
from etl.demo.hours import existing
from etl.demo.links import Background
from etl.demo.plan import day64
from etl.demo.story import RELEASE_CHANGE, RELEASE_PROBLEM, Story

PROBLEMS_A_MONTH, CHANGES_A_MONTH = 4, 40
EMERGENCY, FAILED, UNAPPROVED = 0.04, 0.035, 0.004
DATES = ("root_cause_on", "workaround_on", "approved_on")


def problems(story: Story) -> pd.DataFrame:
    """One row per problem, by opening: ticket_id, service (index), priority, opened_at, root_cause_on, workaround_on,
    resolved_at, closed_at. Times as they will be, also after the last day of the plan."""
    rng = story.plan.rng("problems")
    count = PROBLEMS_A_MONTH * len(story.plan.months)
    opened = _openings(story, count, rng)
    found = np.where(rng.random(count) < 0.83, rng.integers(2, 26, count), rng.integers(30, 80, count))
    fixed = found + rng.integers(3, 10, count) + rng.gamma(1.2, 11.0, count).astype(int)
    workaround = np.where(rng.random(count) < 0.9, found + rng.integers(0, 6, count), -1)
    weights = np.array([share(name) for name in SERVICES])
    frame = pd.DataFrame(
        {
            "ticket_id": [f"PRB{number:05d}" for number in range(1, count + 1)],
            "service": rng.choice(len(SERVICES), count, p=weights / weights.sum()),
            "priority": rng.choice([2, 3, 4], count, p=[0.2, 0.5, 0.3]),
            "opened_at": opened,
            "root_cause_on": _later(opened, found),
            "workaround_on": _later(opened, workaround),
            "resolved_at": _later(opened, fixed),
            "closed_at": _later(opened, fixed + rng.integers(2, 15, count)),
        }
    )
    return _by_time(pd.concat([frame, _release_problem(story)], ignore_index=True))


def changes(story: Story) -> pd.DataFrame:
    """One row per change, by opening: ticket_id, service, priority, emergency, opened_at, approved_on (missing where
    nobody approved it), resolved_at (in production), closed_at, outcome (success, rolled_back, failed)."""
    rng = story.plan.rng("changes")
    count = CHANGES_A_MONTH * len(story.plan.months)
    opened = _openings(story, count, rng)
    urgent = rng.random(count) < EMERGENCY
    approval = np.where(urgent, 0, rng.integers(1, 9, count))
    production = approval + np.where(urgent, rng.integers(0, 2, count), 2 + rng.gamma(2.2, 4.5, count).astype(int))
    outcome = np.where(rng.random(count) < FAILED, rng.choice(["rolled_back", "failed"], count), "success")
    frame = pd.DataFrame(
        {
            "ticket_id": [f"CHG{number:05d}" for number in range(1, count + 1)],
            "service": rng.choice(len(SERVICES), count, p=_change_weights()),
            "priority": np.where(urgent, 1, rng.choice([2, 3, 4], count, p=[0.15, 0.55, 0.3])),
            "emergency": urgent,
            "opened_at": opened,
            "approved_on": _later(opened, np.where(rng.random(count) < UNAPPROVED, -1, approval)),
            "resolved_at": _later(opened, production),
            "closed_at": _later(opened, production + rng.integers(1, 8, count)),
            "outcome": outcome,
        }
    )
    frame = hold_back(frame, story.plan.rng("frozen periods"))
    return _by_time(pd.concat([frame, _release_change(story)], ignore_index=True))


def background(problems: pd.DataFrame, changes: pd.DataFrame) -> Background:
    """What tickets may refer to; the bad release is not among the failed changes, since it has rules of its own."""
    known = problems[problems["ticket_id"] != RELEASE_PROBLEM]
    failed = changes[(changes["outcome"] != "success") & (changes["ticket_id"] != RELEASE_CHANGE)]
    return Background(
        known.rename(columns={"opened_at": "opened", "resolved_at": "fixed"}),
        failed.rename(columns={"resolved_at": "day"}),
    )


def as_known(rows: pd.DataFrame, story: Story) -> pd.DataFrame:
    """The rows as an export of the last day shows them: opened until then, nothing that is still to come."""
    end = pd.Timestamp(story.plan.last) + pd.Timedelta(days=1)
    seen = rows[rows["opened_at"] < end].reset_index(drop=True)
    for column in seen.columns[seen.dtypes == "datetime64[s]"]:
        seen[column] = existing(seen[column].where(seen[column] < end))
    for column in [name for name in DATES if name in seen]:
        seen[column] = seen[column].dt.normalize()
    if "outcome" in seen:
        seen["outcome"] = seen["outcome"].where(seen["resolved_at"].notna())
    closed = np.where(seen["closed_at"].notna(), "closed", np.where(seen["resolved_at"].notna(), "resolved", "open"))
    return seen.assign(status=closed)


def _openings(story: Story, count: int, rng: np.random.Generator) -> np.ndarray:
    """Working-hour moments spread over the whole period, on weekdays."""
    days = np.arange(day64(story.plan.first), day64(story.plan.last) + 1)
    chosen = np.sort(rng.choice(days[np.is_busday(days)], count)).astype("datetime64[m]")
    return (chosen + rng.integers(8 * 60, 16 * 60, count)).astype("datetime64[s]")


def _later(opened: np.ndarray, days: np.ndarray) -> np.ndarray:
    """So many days later, two hours on; missing where days is negative."""
    later = opened + days.astype("timedelta64[D]") + np.timedelta64(2, "h")
    return np.where(days >= 0, later, np.datetime64("NaT", "s"))


def _change_weights() -> np.ndarray:
    weights = np.array([3.0 if name in ("ADO", "GAZD", "IRAT", "KERET", "PORTAL") else 1.0 for name in SERVICES])
    return weights / weights.sum()


def _release_problem(story: Story) -> pd.DataFrame:
    start = pd.Timestamp(story.release_on) + pd.Timedelta(hours=34)
    fixed = pd.Timestamp(story.repaired_on) + pd.Timedelta(hours=18)
    row = {
        "ticket_id": RELEASE_PROBLEM,
        "service": SERVICES.index(RELEASE_SERVICE),
        "priority": 2,
        "opened_at": start,
        "root_cause_on": start + pd.Timedelta(days=5),
        "workaround_on": start + pd.Timedelta(days=2),
        "resolved_at": fixed,
        "closed_at": fixed + pd.Timedelta(days=10),
    }
    return pd.DataFrame([row])


def _release_change(story: Story) -> pd.DataFrame:
    night = pd.Timestamp(story.release_on) + pd.Timedelta(hours=5)
    row = {
        "ticket_id": RELEASE_CHANGE,
        "service": SERVICES.index(RELEASE_SERVICE),
        "priority": 2,
        "emergency": False,
        "opened_at": night - pd.Timedelta(days=21, hours=-5),
        "approved_on": night - pd.Timedelta(days=6),
        "resolved_at": night,
        "closed_at": pd.Timestamp(story.repaired_on) + pd.Timedelta(hours=18),
        "outcome": "rolled_back",
    }
    return pd.DataFrame([row])


def _by_time(rows: pd.DataFrame) -> pd.DataFrame:
    times = [name for name in rows.columns if name.endswith(("_at", "_on"))]
    rows[times] = rows[times].astype("datetime64[s]")
    return rows.sort_values("opened_at", kind="stable", ignore_index=True)
