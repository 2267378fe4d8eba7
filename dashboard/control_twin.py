"""The table twin of a control chart: the same points, with what each is made of and what it signals."""

import pandas as pd

from dashboard import formats, withheld, words
from dashboard.locale import translate as _
from dashboard.signal_words import point_words
from dashboard.tabulate import UNITS
from data.control.chart import ControlChart
from data.metrics.metric import Metric


def control_twin(chart: ControlChart, metric: Metric, language: str, over: str = "month") -> pd.DataFrame:
    """Of each period value, numerator, denominator, n, mean, limits, and the signal in words; empty without points.

    Numbers are plain ones; attrs["units"] says how they are written.
    """
    points = chart.points
    value = words.metric_name(metric, language)
    mean, lower, upper = (_("Mean", language), _("Lower limit", language), _("Upper limit", language))
    columns: dict[str, object] = {
        words.cut_name(over, language): [words.label(over, period, language) for period in points["period"]],
        value: points["value"].astype("float64").to_numpy(),
    }
    if metric.is_share:
        columns[_("Numerator", language)] = points["numerator"].to_numpy()
        columns[_("Denominator", language)] = points["denominator"].to_numpy()
    columns |= {
        _("Rows behind (n)", language): points["n"].to_numpy(),
        mean: points["centre"].astype("float64").to_numpy(),
        lower: points["lower"].astype("float64").to_numpy(),
        upper: points["upper"].astype("float64").to_numpy(),
        _("Signal", language): [point_words(row, language) or "–" for row in points.to_dict("records")],
    }
    frame = pd.DataFrame(columns)
    frame.attrs[UNITS] = dict.fromkeys((value, mean, lower, upper), metric.unit)
    return frame


def figures_twin(frame: pd.DataFrame, metric: Metric, language: str, over: str | None) -> pd.DataFrame:
    """Ready text, newest period first: period, numerator, denominator, n, value. frame: measure()'s, or a chart's
    points under the name of the cut."""
    shown = frame.iloc[::-1]
    columns: dict[str, list[str]] = {}
    if over:
        columns[words.cut_name(over, language)] = [words.label(over, period, language) for period in shown[over]]
    if metric.is_share:
        for name, heading in (("numerator", _("Numerator", language)), ("denominator", _("Denominator", language))):
            columns[heading] = [formats.number(value, language) for value in shown[name]]
    columns[_("Rows behind (n)", language)] = [formats.number(value, language) for value in shown["n"]]
    columns[_("Value", language)] = [
        why or formats.value(value, metric.unit, language)
        for value, why in zip(shown["value"], withheld.reasons(shown, language), strict=True)
    ]
    return pd.DataFrame(columns)
