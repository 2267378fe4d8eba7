"""How sure a share is: the interval in which the true one lies, given how few rows stand behind it."""

import math

import pandas as pd

Z = 3.090232306167813  # 99.8 per cent, as in funnel plots: of twenty members chance alone rarely marks one


def wilson(hits: float, rows: float) -> tuple[float, float]:
    """The 99.8 per cent interval of a share after Wilson (1927); of nothing it is 0 to 1."""
    if rows <= 0:
        return 0.0, 1.0
    share, spread = hits / rows, Z * Z / rows
    middle = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / rows + spread / (4 * rows)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def intervals(frame: pd.DataFrame) -> list[tuple[float, float]]:
    """Of each row of measure() the interval of its share."""
    return [
        wilson(float(hits), float(rows)) for hits, rows in zip(frame["numerator"], frame["denominator"], strict=True)
    ]


def surely_missing(frame: pd.DataFrame, limit: float, better: str) -> list[bool]:
    """Of each row whether its whole interval lies on the wrong side of the limit: more than chance."""
    if better == "higher":
        return [high < limit for _, high in intervals(frame)]
    return [low > limit for low, _ in intervals(frame)] if better == "lower" else [False] * len(frame)
