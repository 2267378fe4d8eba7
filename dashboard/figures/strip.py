"""A calendar of changes: a row per month, a cell per day, frozen periods framed, breaches marked."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats
from dashboard.figures.hovers import HOVER, plain
from dashboard.figures.keys import key_room
from dashboard.figures.message import message_figure
from dashboard.figures.targets import Drawn
from dashboard.figures.template import GRID, SEQUENTIAL, TEXT, signal_colours
from dashboard.locale import translate as _
from dashboard.look import Look
from data.metrics.change import EMERGENCY_CHANGE_RATE, FREEZE_BREACH_COUNT

MOST_MONTHS = 24
DAYS = 31


def strip(changes: pd.DataFrame, breaches: pd.DataFrame, frozen: pd.DataFrame, look: Look) -> go.Figure:
    """The last 24 months at most, the newest on top.

    changes: emergency_change_rate by day (its denominator: changes in production). breaches: freeze_breach_count by
    day. frozen: from data.frozen.frozen_periods.
    """
    if changes.empty:
        return message_figure(look)
    counts = {str(day): int(count) for day, count in zip(changes["day"], changes["denominator"], strict=True)}
    wrong = {str(day): int(count) for day, count in zip(breaches["day"], breaches["numerator"], strict=True) if count}
    months = _months(counts)
    return go.Figure(
        [_cells(counts, frozen, months, look), _breaches(wrong, months, look)],
        {
            "xaxis": {
                "tickmode": "array", "tickvals": [1, 5, 10, 15, 20, 25, 30], "range": [0.4, DAYS + 0.6],
                "title": {"text": _("day of the month", look.language)}, "showgrid": False,
            },
            "yaxis": {
                "type": "category", "categoryorder": "array", "categoryarray": months, "tickmode": "array",
                "tickvals": months, "ticktext": [formats.month(month, look.language) for month in months],
                "showgrid": False, "range": [-0.6, len(months) - 0.4],
            },
            "shapes": _frames(frozen, months, look),
            "annotations": [_key(look)],
            "margin": {"t": key_room([("", "")] * 3, look), "r": 16},
        },
    )  # fmt: skip


def _months(counts: dict[str, int]) -> list[str]:
    """Every month between the first and the last, the oldest first: rows are drawn from the bottom up."""
    first, last = min(counts)[:7], max(counts)[:7]
    return [str(one) for one in pd.period_range(first, last, freq="M")][-MOST_MONTHS:]


def _cells(counts: dict[str, int], frozen: pd.DataFrame, months: Sequence[str], look: Look) -> go.Heatmap:
    days = [[_day(month, number) for number in range(1, DAYS + 1)] for month in months]
    names = _names(frozen, look.language)
    shades = SEQUENTIAL[look.theme]
    return go.Heatmap(
        x=list(range(1, DAYS + 1)),
        y=list(months),
        z=[[counts.get(str(day), 0) if day else None for day in row] for row in days],
        colorscale=[[0, GRID[look.theme]], [0.001, shades[1]], [1, shades[6]]],
        zmin=0,
        zmax=max([*counts.values(), 3]),
        showscale=False,
        xgap=2,
        ygap=2,
        text=[[_said(day, counts, names, look.language) if day else "" for day in row] for row in days],
        hovertemplate="%{text}<extra></extra>",
        hoverongaps=False,
        customdata=[[f"metric={EMERGENCY_CHANGE_RATE.id}&day={day}" if day else "" for day in row] for row in days],
    )


def _breaches(wrong: dict[str, int], months: Sequence[str], look: Look) -> go.Scatter:
    shown = [day for day in wrong if day[:7] in months]
    return go.Scatter(
        x=[int(day[8:]) for day in shown],
        y=[day[:7] for day in shown],
        mode="markers",
        marker={"symbol": "diamond", "size": 10, "color": signal_colours(look.theme)["concern"], "opacity": 1},
        hovertext=[
            _(
                "{day} · changes inside a frozen period: {count}",
                look.language,
                day=formats.iso_day(day, look.language),
                count=wrong[day],
            )
            for day in shown
        ],
        hovertemplate=HOVER,
        customdata=[f"metric={FREEZE_BREACH_COUNT.id}&day={day}" for day in shown],
    )


def _frames(frozen: pd.DataFrame, months: Sequence[str], look: Look) -> list[Drawn]:
    """A frame around the frozen days of each month."""
    spans = sorted({span for row in frozen.to_dict("records") for span in _spans(row["first"], row["last"])})
    return [
        {
            "type": "rect", "x0": first - 0.5, "x1": last + 0.5, "yref": "y", "y0": months.index(month) - 0.48,
            "y1": months.index(month) + 0.48, "line": {"color": TEXT[look.theme], "width": 1.5},
        }
        for month, first, last in spans
        if month in months
    ]  # fmt: skip


def _spans(first: date, last: date) -> list[tuple[str, int, int]]:
    """A period as its parts in months: month, first and last day of it."""
    found: list[tuple[str, int, int]] = []
    day = first
    while day <= last:
        month = day.strftime("%Y-%m")
        if found and found[-1][0] == month:
            found[-1] = (month, found[-1][1], day.day)
        else:
            found.append((month, day.day, day.day))
        day += timedelta(days=1)
    return found


def _names(frozen: pd.DataFrame, language: str) -> list[tuple[date, date, str]]:
    return [(row["first"], row["last"], str(row[f"name_{language}"])) for row in frozen.to_dict("records")]


def _said(day: date, counts: dict[str, int], names: Sequence[tuple[date, date, str]], language: str) -> str:
    """`2026. márc. 10. · változtatások: 3 · helyi adó határideje`."""
    parts = [
        formats.day(day, language),
        _("changes: {count}", language, count=formats.number(counts.get(str(day), 0), language)),
    ]
    parts += [plain(name) for first, last, name in names if first <= day <= last]
    return " · ".join(parts)


def _day(month: str, number: int) -> date | None:
    try:
        return date(int(month[:4]), int(month[5:]), number)
    except ValueError:
        return None


def _key(look: Look) -> Drawn:
    concern, shade = signal_colours(look.theme)["concern"], SEQUENTIAL[look.theme][5]
    parts: list[Any] = [
        f'<span style="color:{shade}">■</span> {_("the darker, the more changes", look.language)}',
        f"□ {_('frozen period', look.language)}",
        f'<span style="color:{concern}">◆</span> {_("change inside it that was no emergency", look.language)}',
    ]
    return {
        "text": ("<br>" if look.narrow else " \u00a0 ").join(parts), "x": 1, "xref": "paper", "xanchor": "right",
        "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 6, "showarrow": False, "align": "left",
        "font": {"size": 12, "color": TEXT[look.theme]},
    }  # fmt: skip
