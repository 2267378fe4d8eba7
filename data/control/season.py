"""The peaks of the year in a control chart: how much larger a figure usually is in each kind of peak.

A factor is the median, over the peaks of a kind, of the peak's value over the median of the ordinary periods within
half a year of it. Medians, so that one extraordinary peak stays visible as such; near periods, so that a shift of the
level is not taken for the season. A kind that was seen in one year only, or that differs from ordinary periods by no
more than they differ among themselves, has no factor.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from data.control.limits import Numbers
from data.periods import first_day

REACH = 6  # periods either side
ORDINARY = 3  # fewer ordinary periods say too little
YEARS = 2
SURE = 2  # a factor is at least so many standard errors from 1
MAD = 1.4826  # median absolute deviation to standard deviation


def season(periods: Sequence[str], values: Numbers, peaks: Mapping[str, str] | None, segments: np.ndarray) -> Numbers:
    """What each period's limits are multiplied by; 1 where nothing is known of a season.

    peaks: the kind of peak by period; None where the figure has no season. A segment's own peaks count where it has
    them of two years, else those of the whole series: a season goes on when the level is computed anew.
    """
    found = np.ones(len(values))
    if not peaks:
        return found
    kinds = np.array([peaks.get(period, "") for period in periods])
    years = np.array([first_day(period).year for period in periods])
    ratios = _ratios(values, kinds == "", segments)
    spread = (
        MAD * float(np.nanmedian(np.abs(ratios[kinds == ""] - 1))) if np.any(~np.isnan(ratios[kinds == ""])) else 0.0
    )
    for kind in sorted(set(kinds) - {""}):
        of_kind = kinds == kind
        for segment in np.unique(segments[of_kind]):
            here = of_kind & (segments == segment)
            found[here] = (
                _factor(ratios[here], years[here], spread) or _factor(ratios[of_kind], years[of_kind], spread) or 1.0
            )
    return found


def _factor(ratios: Numbers, years: np.ndarray, spread: float) -> float | None:
    known = ~np.isnan(ratios)
    if len(np.unique(years[known])) < YEARS:
        return None
    factor = float(np.median(ratios[known]))
    return factor if factor > 0 and abs(factor - 1) > SURE * spread / np.sqrt(known.sum()) else None


def _ratios(values: Numbers, ordinary: np.ndarray, segments: np.ndarray) -> Numbers:
    """Each value over the median of the ordinary periods around it in its segment; null where too few."""
    found = np.full(len(values), np.nan)
    known = ~np.isnan(values)
    at = np.arange(len(values))
    for place in np.flatnonzero(known):
        near = known & ordinary & (np.abs(at - place) <= REACH) & (at != place) & (segments == segments[place])
        if near.sum() >= ORDINARY and (level := float(np.median(values[near]))) > 0:
            found[place] = values[place] / level
    return found
