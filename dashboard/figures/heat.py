"""Two cuts at once: shares as a coloured table, counts by weekday and hour."""

import math
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.figures.axes import STEPS
from dashboard.figures.hovers import HOVER, Label, plain, sentence
from dashboard.figures.leads import leads
from dashboard.figures.marks import few, ordered
from dashboard.figures.message import message_figure
from dashboard.figures.targets import limits_of, value_words
from dashboard.figures.template import MUTED, SEQUENTIAL, TEXT
from dashboard.locale import translate as _
from dashboard.look import Look
from data.metrics.metric import Metric

# Tints that text of either theme can be read on: worse than the target, at it, better.
TINTS = {"light": ("#F2B98C", "#FFFFFF", "#A9CFF0"), "dark": ("#74400F", "#161B22", "#1B4F80")}
FULL = 0.10  # how far from the target a tint is full: ten percentage points
GAP = 2  # pixels between cells
MOST_CLASSES, IN_A_LINE = 6, 3
MOST_COLUMNS, HEAD = 5, 64  # columns of value and n that a narrow screen has room for; pixels of upright headings
HOURS = range(24)
DAYS = range(1, 8)
CUTS = ("weekday", "hour")


def share_table(
    frame: pd.DataFrame, metric: Metric, look: Look, *, rows: str, columns: str, label: Label = words.label
) -> go.Figure:
    """A cell per pair: value and n, tinted by its distance from the target; few rows are left without a tint.

    Many columns on a narrow screen: upright headings, whole per cents; hover and table have the rest.
    frame: from measure(..., by=[rows, columns]) of a share. Pairs that nothing was counted of are empty.
    """
    shown = frame.dropna(subset=["value"])
    if shown.empty:
        return message_figure(look)
    downs, acrosses = (_order(shown, name) for name in (rows, columns))
    cells = {(str(row[rows]), str(row[columns])): row for row in shown.to_dict("records")}
    scarce = dict(zip(cells, few(metric, shown["n"]), strict=True))
    tight = look.narrow and len(acrosses) > MOST_COLUMNS
    grid = [[(down, across) for across in acrosses] for down in downs[::-1]]
    figure = go.Figure(
        go.Heatmap(
            x=acrosses, y=downs[::-1], xgap=GAP, ygap=GAP, showscale=False, zmin=-1, zmax=1,
            z=[[_tint(cells.get(at), scarce.get(at, True), metric) for at in line] for line in grid],
            colorscale=[[place / 2, colour] for place, colour in enumerate(TINTS[look.theme])],
            text=[[_cell(cells.get(at), scarce.get(at, True), metric, look, tight) for at in line] for line in grid],
            texttemplate="%{text}", textfont={"color": TEXT[look.theme], "size": 11 if look.narrow else 12},
            hovertext=[[_hover(cells.get(at), metric, look, (rows, columns), label) for at in line] for line in grid],
            hovertemplate=HOVER,
        )
    )  # fmt: skip
    names = [_name(plain(label(rows, name, look.language)), look) for name in downs[::-1]]
    figure.update_xaxes(
        **_names(acrosses, [label(columns, name, look.language) for name in acrosses], look), side="top",
        tickangle=-90 if tight else None,
    )  # fmt: skip
    figure.update_yaxes(**_names(downs[::-1], names, look), rangemode="normal")
    return figure.update_layout(margin={"t": HEAD if tight else 32, "r": 4})


def hours(frame: pd.DataFrame, metric: Metric, look: Look, label: Label = words.label) -> go.Figure:
    """Counts by day of the week and hour of the day; the hours run down on a narrow screen, else across.

    frame: from data.intake.intake_hours; hours in which nothing came are zero.
    """
    if frame.empty:
        return message_figure(look)
    counts = {(int(row["weekday"]), int(row["hour"])): int(row["n"]) for row in frame.to_dict("records")}
    ends = class_ends(max(counts.values()))
    shades = _shades(len(ends), look)
    across, down = (DAYS, HOURS) if look.narrow else (HOURS, DAYS)
    lines = [[((x, y) if look.narrow else (y, x)) for x in across] for y in down]
    values = [[counts.get(at, 0) for at in line] for line in lines]
    figure = go.Figure(
        go.Heatmap(
            x=[str(x) for x in across], y=[str(y) for y in down], xgap=GAP, ygap=GAP, showscale=False,
            z=[[_class(value, ends) for value in line] for line in values], zmin=0, zmax=max(len(shades) - 1, 1),
            colorscale=_steps(shades),
            hovertext=[[_hour_hover(at, counts.get(at, 0), metric, look, label) for at in line] for line in lines],
            customdata=[leads(pd.DataFrame(line, columns=list(CUTS)), metric, CUTS) for line in lines],
            hovertemplate=HOVER,
        )
    )  # fmt: skip
    days = [label("weekday", day, look.language) for day in DAYS]
    days = [name[:3] for name in days] if look.narrow else days
    clock = [f"{hour}" if hour % 3 == 0 else "" for hour in HOURS]
    figure.update_xaxes(**_names([str(x) for x in across], days if look.narrow else clock, look), side="top")
    figure.update_yaxes(**_names([str(y) for y in down], clock if look.narrow else days, look), autorange="reversed")
    key = _key(_classes(ends, shades, look), look)
    top = 56 + 16 * key["text"].count("<br>")
    return figure.update_layout(annotations=[key], margin={"t": top, "r": 4}, yaxis={"rangemode": "normal"})


def _key(entries: list[tuple[str, str]], look: Look) -> dict[str, Any]:
    """Annotation: the classes above the hours, as many in a line as there is room for."""
    parts = [f'<span style="color:{colour}">■</span> {name}' for name, colour in entries]
    many = IN_A_LINE if look.narrow else len(parts)
    lines = [" \u00a0 ".join(parts[place : place + many]) for place in range(0, len(parts), many)]
    return {
        "text": "<br>".join(lines), "x": 1, "xref": "paper", "xanchor": "right", "y": 1, "yref": "paper",
        "yanchor": "bottom", "yshift": 28, "showarrow": False, "align": "left",
        "font": {"size": 12, "color": TEXT[look.theme]},
    }  # fmt: skip


def _name(name: str, look: Look) -> str:
    """A row's name on two lines at most; the columns need the room on a narrow screen."""
    lines = wrap(name, 15 if look.narrow else 30, max_lines=2, break_long_words=False, placeholder="…")
    return "<br>".join(lines) or name


def _order(shown: pd.DataFrame, cut: str) -> list[str]:
    totals = shown.assign(**{cut: shown[cut].astype(str)}).groupby(cut)["n"].sum()
    return ordered(list(totals.index), cut, {str(name): float(total) for name, total in totals.items()})


def _tint(row: dict[Any, Any] | None, scarce: bool, metric: Metric) -> float:
    """-1 (ten percentage points worse than the target) to 1; none where few rows stand behind it."""
    limits = limits_of(metric)
    if row is None or scarce or len(limits) != 1:
        return 0.0
    better = row["value"] - limits[0] if metric.better == "higher" else limits[0] - row["value"]
    return max(-1.0, min(1.0, float(better) / FULL))


def _cell(row: dict[Any, Any] | None, scarce: bool, metric: Metric, look: Look, tight: bool) -> str:
    if row is None:
        return f'<span style="color:{MUTED[look.theme]}">–</span>'
    if tight:
        away = math.ceil if metric.better == "lower" else math.floor  # what misses the target never seems to meet it
        whole = away(round(row["value"] * 100, 6))
        return f"<i>{whole}*</i>" if scarce else formats.percent(whole / 100, look.language, 0)
    value = value_words(row["value"], metric, look.language)
    count = formats.number(row["n"], look.language)
    said = count if look.narrow else f"n{formats.SPACE}={formats.SPACE}{count}"
    size = 10 if look.narrow else 11
    if scarce:
        value = f"<i>{value}*</i>"
    return f'{value}<br><span style="font-size:{size}px">{said}</span>'


def _hover(row: dict[Any, Any] | None, metric: Metric, look: Look, cuts: tuple[str, str], label: Label) -> str:
    return "" if row is None else sentence(row, metric, look.language, cuts, label)


def _names(places: list[str], names: list[str], look: Look) -> dict[str, Any]:
    return {
        "type": "category", "tickmode": "array", "tickvals": places, "ticktext": names, "showgrid": False,
        "ticks": "",
        "categoryorder": "array", "categoryarray": places, "tickfont": {"color": TEXT[look.theme], "size": 12},
    }  # fmt: skip


def class_ends(largest: int) -> list[int]:
    """Upper ends of at most seven classes of counts, the first of which is nothing at all."""
    if largest <= 0:
        return [0]
    rough = largest / MOST_CLASSES
    power = 10.0 ** math.floor(math.log10(max(rough, 1)))
    step = math.ceil(next(factor * power for factor in STEPS if factor * power >= rough))
    return [0, *range(step, largest + step, step)]


def _class(value: int, ends: list[int]) -> int:
    return sum(value > end for end in ends)


def _shades(count: int, look: Look) -> list[str]:
    shades = SEQUENTIAL[look.theme]
    step = (len(shades) - 1) / max(count - 1, 1)
    return [shades[round(place * step)] for place in range(max(count, 1))]


def _steps(shades: list[str]) -> list[list[Any]]:
    """A scale of plain steps: class 0 to the last."""
    if len(shades) == 1:
        return [[0, shades[0]], [1, shades[0]]]
    last = len(shades) - 1
    found: list[list[Any]] = []
    for place, shade in enumerate(shades):
        low, high = max(0.0, (place - 0.5) / last), min(1.0, (place + 0.5) / last)
        found += [[low, shade], [high, shade]]
    return found


def _classes(ends: list[int], shades: list[str], look: Look) -> list[tuple[str, str]]:
    """Names of the classes: `0`, `1–20`, `21–40`."""
    found = []
    for below, end, shade in zip([-1, *ends], ends, shades, strict=False):
        limits = [below + 1] if below + 1 == end else [below + 1, end]
        found.append(("–".join(formats.number(limit, look.language) for limit in limits), shade))
    return found


def _hour_hover(at: tuple[int, int], count: int, metric: Metric, look: Look, label: Label) -> str:
    day, hour = at
    said = _(
        "{day}, {first}:00–{last}:00",
        look.language,
        day=label("weekday", day, look.language),
        first=hour,
        last=hour + 1,
    )
    return f"{said} · {words.metric_name(metric, look.language)}: {formats.number(count, look.language)}"
