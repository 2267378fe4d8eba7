"""Demands: laws that must be followed by a date, and wishes of municipalities that are weighed."""

import numpy as np
import pandas as pd

from etl.demo.facts import APPLICATIONS
from etl.demo.plan import day64
from etl.demo.story import Story
from etl.demo.world import World

LAWS_A_YEAR, WISHES_A_MONTH = 26, 8
LAW_WEIGHTS = (0.36, 0.28, 0.06, 0.08, 0.09, 0.05, 0.08)
WISH_WEIGHTS = (0.24, 0.27, 0.09, 0.18, 0.06, 0.08, 0.08)
AUTUMN_TIMES, FROM_NEW_YEAR = 2.5, 0.3
ON_TIME, ACCEPTED = 0.95, 0.55
STAGES = ("built_on", "trained_on")
TRAINED_IN_TIME, NOT_TRAINED = 0.85, 0.06


def demands(story: Story, world: World) -> pd.DataFrame:
    """One row per demand, by opening: ticket_id, origin (law, municipal), service, municipality (member row, -1 for
    laws), opened_at, announced_on, analysed_on, built_on, trained_on, decided_on, decision, effective_on,
    implemented_on, as seen on the last day of the plan; missing where not (yet) so."""
    laws, wishes = _with_stages(_laws(story), story), _wishes(story, world)
    rows = pd.concat([laws, wishes], ignore_index=True).sort_values("opened_at", kind="stable", ignore_index=True)
    end = pd.Timestamp(story.plan.last) + pd.Timedelta(days=1)
    for column in ("analysed_on", "decided_on", *STAGES, "implemented_on"):
        rows[column] = rows[column].where(rows[column] < end)
    rows["decision"] = rows["decision"].where(rows["decided_on"].notna())
    rows.insert(0, "ticket_id", [f"IG-{number:05d}" for number in range(1, len(rows) + 1)])
    rejected = rows["decision"] == "rejected"
    done = np.where(rows["implemented_on"].notna(), "resolved", np.where(rejected, "cancelled", "open"))
    return rows.assign(status=done)


def _laws(story: Story) -> pd.DataFrame:
    """Laws of the plan's years; many are promulgated in autumn and take effect on 1 January."""
    rng = story.plan.rng("laws")
    count = max(2, round(LAWS_A_YEAR * len(story.plan.months) / 12))
    announced = _days(story, count, rng, AUTUMN_TIMES)
    margin = rng.choice([15, 30, 45, 60, 90], count, p=[0.12, 0.2, 0.25, 0.25, 0.18])
    soon = (announced + margin).astype("datetime64[M]") + 1
    new_year = (announced + 15).astype("datetime64[Y]") + 1
    effective = np.where(rng.random(count) < FROM_NEW_YEAR, new_year.astype(soon.dtype), soon)
    ready = np.where(rng.random(count) < ON_TIME, -rng.integers(1, 25, count), rng.integers(1, 30, count))
    live = np.maximum((effective.astype("datetime64[D]") + ready), announced + 5)
    return _frame(
        origin="law",
        service=rng.choice(len(APPLICATIONS), count, p=LAW_WEIGHTS),
        municipality=-1,
        opened_at=announced + 1,
        announced_on=announced,
        analysed_on=announced
        + np.where(rng.random(count) < 0.9, rng.integers(2, 10, count), rng.integers(11, 25, count)),
        decided_on=announced + rng.integers(2, 12, count),
        decision="accepted",
        effective_on=effective,
        implemented_on=live,
    )


def _with_stages(laws: pd.DataFrame, story: Story) -> pd.DataFrame:
    """Adds when each law's change was built and its users trained; the next law to take effect is behind with both."""
    rng = story.plan.rng("law stages")
    live, effective = (laws[name].to_numpy("datetime64[D]") for name in ("implemented_on", "effective_on"))
    analysed = laws["analysed_on"].to_numpy("datetime64[D]")
    built = np.maximum(live - rng.integers(2, 15, len(laws)), np.minimum(analysed + 1, live))
    late = rng.random(len(laws)) > TRAINED_IN_TIME
    trained = effective + np.where(late, rng.integers(1, 15, len(laws)), -rng.integers(1, 25, len(laws)))
    trained[rng.random(len(laws)) < NOT_TRAINED] = np.datetime64("NaT")
    stages = {
        name: pd.Series(days).astype("datetime64[s]") for name, days in zip(STAGES, (built, trained), strict=True)
    }
    laws = laws.assign(**stages)
    coming = laws.loc[laws["effective_on"] > pd.Timestamp(story.plan.last), "effective_on"].sort_values(kind="stable")
    laws.loc[coming.index[:1], [*STAGES, "implemented_on"]] = pd.NaT
    return laws


def _wishes(story: Story, world: World) -> pd.DataFrame:
    rng = story.plan.rng("wishes")
    count = WISHES_A_MONTH * len(story.plan.months)
    asked = _days(story, count, rng)
    decided = asked + rng.gamma(2.5, 11.0, count).astype(int) + 2
    accepted = rng.random(count) < ACCEPTED
    live = np.where(accepted & (rng.random(count) < 0.84), decided + rng.integers(30, 210, count), np.datetime64("NaT"))
    nothing = np.full(count, np.datetime64("NaT", "D"))
    return _frame(
        origin="municipal",
        service=rng.choice(len(APPLICATIONS), count, p=WISH_WEIGHTS),
        municipality=rng.choice(len(world.members), count, p=world.system_weights),
        opened_at=asked,
        announced_on=nothing,
        analysed_on=asked + rng.integers(3, 25, count),
        decided_on=decided,
        decision=np.where(accepted, "accepted", "rejected"),
        effective_on=nothing,
        implemented_on=live,
    )


def _days(story: Story, count: int, rng: np.random.Generator, autumn: float = 1.0) -> np.ndarray:
    """Weekdays of the plan, in order; those from October on are so many times as likely."""
    days = np.arange(day64(story.plan.first), day64(story.plan.last) + 1)
    days = days[np.is_busday(days)]
    weights = np.where(days.astype("datetime64[M]").astype(int) % 12 >= 9, autumn, 1.0)
    return np.sort(rng.choice(days, count, p=weights / weights.sum()))


def _frame(**columns: object) -> pd.DataFrame:
    rows = pd.DataFrame(columns)
    times = [name for name in rows.columns if name.endswith(("_at", "_on"))]
    rows[times] = rows[times].astype("datetime64[s]")
    return rows
