"""What a mark says when it is pointed at: one sentence, the same everywhere."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from dashboard import formats, words
from dashboard.figures.targets import value_words
from data.metrics.metric import Metric

Label = Callable[[str, object, str], str]
"""Names a member of a cut: (cut, member, language). words.label, unless a test says otherwise."""

HOVER = "%{hovertext}<extra></extra>"


def hovers(frame: pd.DataFrame, metric: Metric, language: str, cuts: tuple[str, ...], label: Label) -> list[str]:
    """Of each row `2026. március · ADÓ · Határidőre megoldva: 92,4 % (3 812 / 4 126)`."""
    return [sentence(row, metric, language, cuts, label) for row in frame.to_dict("records")]


def sentence(row: Mapping[Any, Any], metric: Metric, language: str, cuts: tuple[str, ...], label: Label) -> str:
    """The sentence of one row of measure()."""
    members = [plain(member(cut, row[cut], language, label)) for cut in cuts]
    return " · ".join([*members, f"{words.metric_name(metric, language)}: {figure_of(row, metric, language)}"])


def member(cut: str, value: object, language: str, label: Label) -> str:
    """A member as a sentence names it: months in full."""
    if cut == "month" and not formats.missing(value):
        return formats.month(str(value), language, whole=True)
    return label(cut, value, language)


def figure_of(row: Mapping[Any, Any], metric: Metric, language: str) -> str:
    """The value, with what it is made of: `92,4 % (3 812 / 4 126)`, `4 óra 20 perc (n = 412)`."""
    said = value_words(row["value"], metric, language)
    if metric.unit == "huf" and not metric.is_share:
        return formats.money(row["value"], language)
    if metric.is_share:
        numerator, denominator = (formats.number(row[name], language) for name in ("numerator", "denominator"))
        return f"{said} ({numerator} / {denominator})"
    if metric.kind == "quantile":
        return f"{said} (n{formats.SPACE}={formats.SPACE}{formats.number(row['n'], language)})"
    return said


def plain(text: str) -> str:
    """Text that Plotly does not read as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
