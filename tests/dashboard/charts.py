"""Control charts made by hand, for tests of how they are drawn and worded."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from data.control.chart import Aim, ControlChart, Kind, Rebase
from data.control.judge import judge
from data.metrics.metric import Better

GAP = None


def series(values: Sequence[float | None], first: str = "2024-01", of: int = 1000) -> pd.DataFrame:
    """A row per month; a value is numerator over `of`, GAP a month with nothing to divide by."""
    periods = [str(one) for one in pd.period_range(first, periods=len(values), freq="M")]
    rows: list[dict[str, Any]] = [
        {"period": period, "numerator": 0, "denominator": 0, "n": 0, "value": None}
        if value is GAP
        else {"period": period, "numerator": value * of, "denominator": of, "n": of, "value": value}
        for period, value in zip(periods, values, strict=True)
    ]
    return pd.DataFrame(rows, columns=["period", "numerator", "denominator", "n", "value"])


def judged(
    values: Sequence[float | None],
    *,
    better: Better = "higher",
    aim: Aim = Aim(0.95),  # noqa: B008 - frozen
    kind: Kind = "xmr",
    first: str = "2024-01",
    rebases: Sequence[tuple[date, str]] = (),
) -> ControlChart:
    """The chart of a series, as data.control judges it."""
    dated = [Rebase(day, reason, "service manager") for day, reason in rebases]
    return judge(series(values, first), kind, better, aim, dated)


def wobble(count: int, level: float = 0.9, by: float = 0.01) -> list[float]:
    """Values that vary around a level without any signal."""
    return [level + by * step for _, step in zip(range(count), (0.5, -1, 1, -0.5, 0.8, -0.8) * count, strict=False)]
