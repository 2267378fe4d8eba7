"""Findings of security audits, and exercises of recovery: what the security officer's tools export."""

import numpy as np
import pandas as pd

from etl.demo.facts import APPLICATIONS, OPERATOR, SERVICES
from etl.demo.plan import day64
from etl.demo.story import Story

FINDINGS_A_MONTH = 6
DAYS_ALLOWED = {1: 14, 2: 30, 3: 60, 4: 90}
CLOSED_ON_TIME = 0.88
RTO, RPO = {"KERET": 240, "PORTAL": 480}, 60
USUAL_RTO = 480


def findings(story: Story) -> list[dict[str, object]]:
    """One object per finding, by opening: id, service, actor, severity (P1 to P4), times as UTC text, due, status."""
    rng = story.plan.rng("findings")
    count = FINDINGS_A_MONTH * len(story.plan.months)
    opened = _days(story, count, rng)
    severity = rng.choice([1, 2, 3, 4], count, p=[0.06, 0.24, 0.42, 0.28])
    due = opened + np.array([DAYS_ALLOWED[one] for one in severity])
    allowed = (due - opened).astype(int)
    late = rng.random(count) > CLOSED_ON_TIME
    closed = opened + np.where(
        late, allowed + rng.integers(2, 70, count), (allowed * rng.uniform(0.2, 1, count))
    ).astype(int)
    service = rng.choice(len(SERVICES), count)
    rows: list[dict[str, object]] = []
    for at in range(count):
        done = closed[at] <= day64(story.plan.last)
        rows.append(
            {
                "azonosito": f"BIZT-{at + 1:04d}",
                "szolgaltatas": SERVICES[service[at]],
                "felelos": OPERATOR[SERVICES[service[at]]],
                "sulyossag": ("kritikus", "magas", "közepes", "alacsony")[severity[at] - 1],
                "feltarva": f"{opened[at]}T09:{at % 60:02d}:00Z",
                "hatarido": str(due[at]),
                "lezarva": f"{closed[at]}T15:{at % 60:02d}:00Z" if done else None,
                "allapot": "lezárt" if done else "nyitott",
            }
        )
    return rows


def exercises(story: Story) -> list[dict[str, object]]:
    """One object per planned recovery test of an application, by date: each application twice a year, some not held."""
    rng = story.plan.rng("exercises")
    rows: list[dict[str, object]] = []
    for at, month in enumerate(story.plan.months):
        for turn, name in enumerate(APPLICATIONS):
            if (at + turn) % 6:
                continue
            planned = pd.Timestamp(month) + pd.Timedelta(days=int(rng.integers(5, 26)))
            rows.append(_exercise(f"PROBA-{len(rows) + 1:03d}", name, planned, rng))
    return rows


def _exercise(number: str, name: str, planned: pd.Timestamp, rng: np.random.Generator) -> dict[str, object]:
    held = rng.random() < 0.92
    agreed = RTO.get(name, USUAL_RTO)
    recovery, loss = int(agreed * rng.gamma(6.0, 0.115)), int(rng.gamma(2.0, 14.0))
    row: dict[str, object] = {
        "azonosito": number,
        "alkalmazas": name,
        "elrendelve": f"{planned - pd.Timedelta(days=30):%Y-%m-%d}T08:00:00Z",
        "tervezett_nap": f"{planned:%Y-%m-%d}",
        "rto_perc": agreed,
        "rpo_perc": RPO,
        "allapot": "megtartva" if held else "elmaradt",
    }
    if held:
        end = planned + pd.Timedelta(hours=7) + pd.Timedelta(minutes=recovery)
        row |= {
            "vege": f"{end:%Y-%m-%dT%H:%M:%SZ}",
            "helyreallitas_perc": recovery,
            "adatvesztes_perc": loss,
            "eredmeny": "sikeres" if recovery <= agreed and loss <= RPO else "sikertelen",
        }
    return row


def _days(story: Story, count: int, rng: np.random.Generator) -> np.ndarray:
    days = np.arange(day64(story.plan.first), day64(story.plan.last) + 1)
    return np.sort(rng.choice(days[np.is_busday(days)], count))
