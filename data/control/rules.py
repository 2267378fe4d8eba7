"""The four rules of the NHS's "Making Data Count", as NHSRplotthedots applies them.

Each is read over the points of one segment that have a value: a gap neither breaks a sequence nor counts in it. All
points that belong to a trend or a run are marked; of two in three, those beyond the near limit.
"""

import numpy as np

from data.control.chart import Rule
from data.control.limits import Limits, Numbers, beyond

SEVEN = 7
ORDER: tuple[Rule, ...] = ("outside", "trend", "two_of_three", "run")


def marks(values: Numbers, limits: Limits, factor: Numbers | float = 1.0) -> list[tuple[Rule, ...]]:
    """The rules that each point meets, in the order of the method. values: of one segment, null in gaps.

    factor: of the season, which is in the limits and is taken out of a trend: a rise into a usual peak is none.
    """
    known = ~np.isnan(values)
    y, level = values[known], (values / factor)[known]
    of = Limits(*(line[known] for line in limits))
    outside = (beyond(y, of.upper) > 0) | (beyond(y, of.lower) < 0)
    close = ~outside & ((beyond(y, of.near_upper) > 0) | (beyond(y, of.near_lower) < 0))
    met = np.zeros((len(ORDER), len(values)), dtype=bool)
    met[:, known] = [outside, trend(level), two_of_three(close, of.side), run(of.side)]
    return [tuple(rule for rule, meets in zip(ORDER, column, strict=True) if meets) for column in met.T]


def run(side: Numbers) -> np.ndarray:
    """Points of seven or more in a row on one side of the centre; a point on it is on neither."""
    return _sequences(side, SEVEN)


def trend(values: Numbers) -> np.ndarray:
    """Points of seven or more in a row that each rise, or each fall; equal neighbours end it."""
    steps = beyond(values[1:], values[:-1])
    found = np.zeros(len(values), dtype=bool)
    for at in np.flatnonzero(_sequences(steps, SEVEN - 1)):
        found[at : at + 2] = True
    return found


def two_of_three(close: np.ndarray, side: Numbers) -> np.ndarray:
    """Points beyond the near limit that are two of three neighbours there, all three on one side of the centre."""
    found = np.zeros(len(close), dtype=bool)
    for at in range(len(close) - 2):
        three = slice(at, at + 3)
        if abs(side[three].sum()) == 3 and close[three].sum() >= 2:
            found[three] |= close[three]
    return found


def _sequences(signs: Numbers, length: int) -> np.ndarray:
    """Whether each is in a sequence of one sign (not 0) at least this long."""
    found = np.zeros(len(signs), dtype=bool)
    begins = 0
    for at in range(1, len(signs) + 1):
        if at == len(signs) or signs[at] != signs[begins]:
            if at - begins >= length and abs(signs[begins]) == 1:
                found[begins:at] = True
            begins = at
    return found
