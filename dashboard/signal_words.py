"""Signals in words: what a control chart says, by which rule, and whether the target can be met. Pure.

The rules are those of data.control.judge; here they are only worded. Sentences hold no word whose ending would depend
on a figure, so that they are right in Hungarian for every number.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from dashboard import formats
from dashboard.components.tile import target_words
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.control.chart import LEAST_POINTS, Aim, Assurance, ControlChart, Variation
from data.metrics.metric import Metric
from data.targets import with_aim

VARIATIONS: dict[Variation, str] = {
    "improvement": N_("real improvement"),
    "concern": N_("real deterioration"),
    "shift": N_("real shift"),
    "common": N_("usual variation"),
    "too_early": N_("too early to say"),
}
ASSURANCES: dict[Assurance, str] = {
    "meets": N_("consistently meets the target"),
    "misses": N_("consistently misses the target"),
    "hit_or_miss": N_("sometimes meets the target, sometimes not"),
    "no_target": N_("no target"),
    "too_early": N_("too early to say"),
}
ASSURED: dict[Assurance, str] = {
    "meets": N_("As long as the process stays as it is, the target ({target}) will be met month after month."),
    "misses": N_("Unless the process changes, the target ({target}) will be missed month after month."),
    "hit_or_miss": N_(
        "The target ({target}) lies within the limits: chance decides from month to month whether it is met."
    ),
}
RULES = {
    "outside": N_("beyond a limit"),
    "trend": N_("trend of seven months"),
    "two_of_three": N_("two of three near a limit"),
    "run": N_("seven on one side of the mean"),
}
SEVEN = 7
ABOVE_LIMIT = N_("{month} lies above the upper limit.")
BELOW_LIMIT = N_("{month} lies below the lower limit.")
RISING = N_("The values have been rising since {month} ({count} values).")
FALLING = N_("The values have been falling since {month} ({count} values).")
NEAR_UPPER = N_("Of the last three values at least two are close to the upper limit.")
NEAR_LOWER = N_("Of the last three values at least two are close to the lower limit.")
ABOVE_MEAN = N_("Every value since {month} is above the mean ({count} values).")
BELOW_MEAN = N_("Every value since {month} is below the mean ({count} values).")


def variation_words(variation: Variation, language: str) -> str:
    """`érdemi romlás`."""
    return _(VARIATIONS[variation], language)


def assurance_words(assurance: Assurance, language: str) -> str:
    """`a céltól rendre elmarad`."""
    return _(ASSURANCES[assurance], language)


def signal_words(chart: ControlChart, language: str) -> str:
    """`érdemi romlás; a céltól rendre elmarad`; too early once, and no target not at all."""
    said = [variation_words(chart.variation, language)]
    if chart.assurance not in ("no_target", "too_early"):
        said.append(assurance_words(chart.assurance, language))
    return "; ".join(said)


def point_words(point: Mapping[Any, Any], language: str) -> str:
    """Of one point `érdemi romlás (határon kívül; hét hónapos trend)`; empty where it is no signal."""
    if not point["signal"]:
        return ""
    rules = "; ".join(_(RULES[rule], language) for rule in point["rules"])
    said = _(VARIATIONS[point["signal"]], language)
    return f"{said} ({rules})" if rules else said


def signal_sentence(chart: ControlChart, language: str) -> str:
    """Why the last point is a signal, or why it is none: a sentence for each rule it meets."""
    if chart.variation == "too_early":
        return _too_early(chart, language)
    if chart.variation == "common" or chart.last is None:
        return _("The newest value is within what chance alone brings about.", language)
    rules = [rule for rule in chart.last["rules"] if not (rule == "two_of_three" and "outside" in chart.last["rules"])]
    return " ".join(_rule_sentence(rule, chart, language) for rule in rules)


def assurance_sentence(chart: ControlChart, metric: Metric, language: str) -> str:
    """What the limits say of the target; empty without one, or while it is too early."""
    text = ASSURED.get(chart.assurance)
    target = aim_words(chart.aim, metric, language)
    return _(text, language, target=target) if text and target else ""


def aim_words(aim: Aim, metric: Metric, language: str) -> str:
    """`legalább 95 %`, `legfeljebb 4 óra`, `20 % – 35 %`; empty where nothing is aimed at."""
    return target_words(aimed(metric, aim), language) or ""


def aimed(metric: Metric, aim: Aim) -> Metric:
    """The metric with the target that a chart was judged by."""
    return with_aim(metric, aim)


def of_month(month: str, language: str) -> str:
    """The month as an attribute, its article before it: `a 2026. márciusi`; English `March 2026`."""
    named = formats.month(month, language, whole=True)
    if language != "hu":
        return named
    # One thousand … is "ezer", which takes "az"; two thousand … is "kétezer".
    article = "az" if date.fromisoformat(f"{month}-01").year < 2000 else "a"
    return f"{article}{formats.SPACE}{named}i"


def _rule_sentence(rule: str, chart: ControlChart, language: str) -> str:
    known = _segment(chart)
    last = known.iloc[-1]
    match rule:
        case "outside":
            text = ABOVE_LIMIT if last["value"] > last["upper"] else BELOW_LIMIT
            return _capital(_(text, language, month=of_month(str(last["period"]), language)))
        case "trend":
            way = 1 if len(known) < 2 or _level(known)[-1] > _level(known)[-2] else -1
            return _since(RISING if way > 0 else FALLING, known, _steps(known, way), language)
        case "two_of_three":
            near = known.iloc[-3:]
            return _(NEAR_UPPER if (near["value"] > near["near_upper"]).sum() > 1 else NEAR_LOWER, language)
    way = 1 if last["value"] > last["centre"] else -1
    return _since(ABOVE_MEAN if way > 0 else BELOW_MEAN, known, _one_side(known, way), language)


def _since(text: str, known: pd.DataFrame, count: int, language: str) -> str:
    """Since when, and how many values: gaps between them are no values."""
    count = max(count, SEVEN)
    month = formats.month(str(known["period"].iloc[-count]), language, whole=True)
    return _(text, language, month=month, count=count)


def _too_early(chart: ControlChart, language: str) -> str:
    if chart.last is None:
        return _("There is no figure yet.", language)
    known = _segment(chart)
    count = int((known.index >= chart.unsettled).sum())
    text = N_("{count} months can be judged so far; at least {least} are needed.")
    if chart.rebases:
        text = N_("{count} months can be judged since the limits began anew; at least {least} are needed.")
    return _(text, language, count=count, least=LEAST_POINTS)


def _segment(chart: ControlChart) -> pd.DataFrame:
    """Points of the last segment that have a value."""
    known = chart.points.dropna(subset=["value"])
    return known[known["segment"] == known["segment"].max()]


def _steps(known: pd.DataFrame, way: int) -> int:
    """Points at the end of which each lies beyond the one before it; the season taken out."""
    values = _level(known)
    count = 1
    while count < len(values) and (values[-count] - values[-count - 1]) * way > 0:
        count += 1
    return count


def _one_side(known: pd.DataFrame, way: int) -> int:
    """Points at the end that lie on one side of the mean."""
    away = ((known["value"].astype("float64") - known["centre"]) * way).to_numpy()
    count = 0
    while count < len(away) and away[-count - 1] > 0:
        count += 1
    return count


def _level(known: pd.DataFrame) -> Any:
    """The values, the season taken out."""
    return (known["value"].astype("float64") / known["factor"].astype("float64")).to_numpy()


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
