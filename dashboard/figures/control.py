"""Control chart: what is usual, what is a signal, and where the target lies beside both."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.figures.axes import MOST_TICKS
from dashboard.figures.ends import name_ends
from dashboard.figures.hovers import HOVER, Label, plain, sentence
from dashboard.figures.marks import few
from dashboard.figures.message import message_figure
from dashboard.figures.targets import Drawn, limits_of, target_words, time_range, value_range, value_words
from dashboard.figures.template import MUTED, SURFACE, TEXT, Signal, signal_colours
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.signal_words import point_words
from data.control.chart import LEAST_POINTS, Aim, ControlChart, Rebase
from data.metrics.metric import Metric
from data.targets import with_aim

SYMBOLS: dict[str, str] = {"improvement": "circle", "concern": "diamond", "shift": "square", "": "circle"}
COLOURS: dict[str, Signal] = {"improvement": "improvement", "concern": "concern", "shift": "neutral", "": "common"}
SIZES = {True: 12, False: 5}
PIXELS = 290  # of the plot of a usual card
CROWDED = {True: 18, False: 48}  # points, beyond which those without a signal are but dots: narrow screen, wide one
WHOLE_FROM = 100
LIMITS = N_("mean {centre}, limits {limits}")


def control(
    chart: ControlChart,
    metric: Metric,
    look: Look,
    *,
    aims: Mapping[str, Aim] | None = None,
    over: str = "month",
    pixels: int = PIXELS,
    label: Label = words.label,
) -> go.Figure:
    """Values with their mean and limits; only signals are coloured, each kind with its own symbol.

    aims: what was aimed at, by period (default: the chart's own aim all along). Limits of a series too short to judge
    are dashed. Where the limits begin anew a rule stands, with its reason. pixels: height of the plot.
    """
    points = chart.points
    if points.empty or points["value"].isna().all():
        return message_figure(look)
    metric = with_aim(metric, chart.aim)
    wanted = aims_of(points, chart, aims)
    figure = go.Figure(
        [*_limits(points, look), *_aims(points, wanted, look), _values(points, metric, look, label, over)]
    )
    periods = [str(period) for period in points["period"]]
    most = 2 if look.narrow else MOST_TICKS + 1
    figure.update_xaxes(**time_range(periods, over, look, most=most), range=[-0.5, len(periods) - 0.5])
    axis = value_range(_extent(points, wanted), metric, look, crop=True)
    figure.update_yaxes(**axis)
    rules, reasons = _rebases(chart, look)
    labels = _labels(points, metric, look)
    named = name_ends(figure, labels, look, _label_colours(labels, look), shapes=rules, pixels=pixels)
    return named.update_layout(annotations=[*named.layout.annotations, *reasons], margin={"t": 36 if reasons else 12})


def aims_of(points: pd.DataFrame, chart: ControlChart, aims: Mapping[str, Aim] | None) -> list[Aim]:
    """What was aimed at in each period."""
    return [(aims or {}).get(str(period), chart.aim if aims is None else Aim()) for period in points["period"]]


def is_trial(segment: pd.DataFrame) -> bool:
    """Whether a segment has too few values for its limits to be relied on."""
    return int(segment["value"].notna().sum()) < LEAST_POINTS


def _limits(points: pd.DataFrame, look: Look) -> list[go.Scatter]:
    grey = signal_colours(look.theme)["common"]
    found = []
    for _number, segment in points.groupby("segment"):
        dash = "dot" if is_trial(segment) else "solid"
        for names, width in ((("lower", "upper"), 1.0), (("centre",), 1.4)):
            x: list[Any] = []
            y: list[float | None] = []
            for name in names:
                x += [*segment["period"], segment["period"].iloc[-1]]
                y += [*(None if formats.missing(value) else float(value) for value in segment[name]), None]
            found.append(_step(x, y, {"color": grey, "width": width, "dash": dash}))
    return found


def _aims(points: pd.DataFrame, wanted: Sequence[Aim], look: Look) -> list[go.Scatter]:
    drawn = {"color": TEXT[look.theme], "width": 1.4, "dash": "dash"}
    found = []
    for name in ("target", "lower", "upper"):
        values = [getattr(aim, name) for aim in wanted]
        if any(value is not None for value in values):
            found.append(_step(list(points["period"]), values, drawn))
    return found


def _step(x: Sequence[Any], y: Sequence[float | None], line: Mapping[str, Any]) -> go.Scatter:
    """A line that changes halfway between periods, and is broken where it is not known."""
    return go.Scatter(x=list(x), y=list(y), mode="lines", line={**line, "shape": "hvh"}, hoverinfo="skip")


def _values(points: pd.DataFrame, metric: Metric, look: Look, label: Label, over: str) -> go.Scatter:
    signals = signal_colours(look.theme)
    colours = [signals[COLOURS[one]] for one in points["signal"]]
    scarce = few(metric, points["n"])
    small = 3 if len(points) > CROWDED[look.narrow] else SIZES[False]
    return go.Scatter(
        x=points["period"],
        y=points["value"],
        mode="lines+markers",
        line={"color": signals["common"], "width": 2},
        marker={
            "size": [SIZES[True] if one else small for one in points["signal"]],
            "symbol": [SYMBOLS[one] for one in points["signal"]],
            "color": [SURFACE[look.theme] if one else colour for one, colour in zip(scarce, colours, strict=True)],
            "line": {"color": colours, "width": 2},
            "opacity": 1,
        },
        hovertext=[_hover(row, metric, look, label, over) for row in points.to_dict("records")],
        hovertemplate=HOVER,
        cliponaxis=False,
        connectgaps=False,
    )


def _hover(row: Mapping[Any, Any], metric: Metric, look: Look, label: Label, over: str) -> str:
    """`2026. március · Határidőre megoldva: 92,4 % (3 812 / 4 126)`, then what is usual and what the point signals."""
    language = look.language
    said = [sentence({**row, over: row["period"]}, metric, language, (over,), label)]
    if not formats.missing(row["centre"]):
        limits = limit_words(row, metric, language)
        said.append(_(LIMITS, language, centre=level_words(row["centre"], metric, language), limits=limits))
    if words_of := point_words(row, language):
        said.append(plain(words_of))
    return "<br>".join(said)


def limit_words(row: Mapping[Any, Any], metric: Metric, language: str) -> str:
    """`90,1 % – 95,9 %`."""
    return " – ".join(level_words(row[name], metric, language) for name in ("lower", "upper"))


def level_words(value: float, metric: Metric, language: str) -> str:
    """A mean or a limit as it is read: of large counts without decimals."""
    if metric.unit == "count" and abs(value) >= WHOLE_FROM:
        return formats.number(value, language)
    return formats.value(value, metric.unit, language)


def _labels(points: pd.DataFrame, metric: Metric, look: Look) -> list[tuple[float, str]]:
    """What stands at the right end: the newest value, the target, the mean and the limits."""
    language = look.language
    last = points.dropna(subset=["value"]).iloc[-1]
    labels = [(float(last["value"]), f"<b>{value_words(float(last['value']), metric, language)}</b>")]
    labels += [(limit, target_words(limit, metric, language)) for limit in limits_of(metric)]
    known = points[points["segment"] == points["segment"].max()].dropna(subset=["centre", "lower", "upper"])
    if known.empty:
        return labels
    ends, trial = known.iloc[-1], is_trial(points[points["segment"] == points["segment"].max()])
    names = {"upper": N_("upper limit"), "centre": N_("mean"), "lower": N_("lower limit")}
    if trial:
        names |= {"upper": N_("trial limit"), "lower": N_("trial limit")}
    for name, text in names.items():
        said = _(text, language)
        shown = said if look.narrow else f"{said} {level_words(ends[name], metric, language)}"
        labels.append((float(ends[name]), shown))
    return labels


def _label_colours(labels: Sequence[tuple[float, str]], look: Look) -> list[str]:
    """Value and target in the colour of text, what is usual muted."""
    usual = 3 if len(labels) > 3 else 0
    return [TEXT[look.theme]] * (len(labels) - usual) + [MUTED[look.theme]] * usual


def _extent(points: pd.DataFrame, wanted: Sequence[Aim]) -> pd.Series:
    """Everything that must fit between the ends of the axis."""
    drawn = [points[name].astype("float64") for name in ("value", "lower", "upper", "centre")]
    aimed_at = [float(value) for aim in wanted for value in (aim.target, aim.lower, aim.upper) if value is not None]
    return pd.concat([*drawn, pd.Series(aimed_at, dtype="float64")], ignore_index=True).dropna()


def _rebases(chart: ControlChart, look: Look) -> tuple[list[Drawn], list[Drawn]]:
    """Rules where the limits begin anew, and the reasons above them; of many their numbers, the page lists them."""
    periods = [str(period) for period in chart.points["period"]]
    rules, reasons = [], []
    shown = [
        rebase for rebase in chart.rebases if periods and periods[0] < rebase.from_on.strftime("%Y-%m") <= periods[-1]
    ]
    for number, rebase in enumerate(shown, 1):
        at = sum(period < rebase.from_on.strftime("%Y-%m") for period in periods) - 0.5
        rules.append(
            {"type": "line", "x0": at, "x1": at, "xref": "x", "yref": "paper", "y0": 0, "y1": 1}
            | {"line": {"color": MUTED[look.theme], "width": 1}}
        )
        reasons.append(_reason(rebase, at, number, len(shown), len(periods), look))
    return rules, reasons


def _reason(rebase: Rebase, at: float, number: int, count: int, periods: int, look: Look) -> Drawn:
    width = (16 if look.narrow else 40) // (1 if count == 1 else 2)
    said = wrap(plain(rebase.reason), max(width, 14), max_lines=2, placeholder="…") if count < 3 else [f"{number}."]
    right = at > periods * 0.6
    return {
        "x": at, "xref": "x", "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": "right" if right else "left",
        "align": "right" if right else "left", "text": "<br>".join(said), "showarrow": False,
        "font": {"size": 12, "color": MUTED[look.theme]},
    }  # fmt: skip
