"""Changes of law in time: a row each, its stages as marks from promulgation to the day it takes effect."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.drill import ticket_href
from dashboard.figures.hovers import HOVER, Label, plain
from dashboard.figures.message import message_figure
from dashboard.figures.targets import Drawn
from dashboard.figures.template import GRID, MUTED, SEQUENTIAL, TEXT, signal_colours
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from data.readiness import STAGES

MOST_ROWS = 18
MOST_LETTERS = 68  # of a warning behind a row
NARROW_KEY = 42  # letters of a line of the key on a narrow screen
STAGE_NAMES = {
    "announced_on": N_("promulgated"),
    "analysed_on": N_("analysis"),
    "decided_on": N_("decision"),
    "built_on": N_("build"),
    "trained_on": N_("training of users"),
    "implemented_on": N_("release"),
    "effective_on": N_("takes effect"),
}
SYMBOLS = {
    "announced_on": ("circle-open", "○"),
    "analysed_on": ("square", "■"),
    "decided_on": ("diamond", "◆"),
    "built_on": ("triangle-up", "▲"),
    "trained_on": ("cross", "✚"),
    "implemented_on": ("circle", "●"),
    "effective_on": ("line-ns", "|"),
}


def readiness(rows: pd.DataFrame, look: Look, on: date, *, label: Label = words.label) -> go.Figure:
    """The first 18 changes of law at most, in the order given, the first on top.

    rows: from data.readiness.law_changes. on: the day they are read at, drawn as a dashed line. A change that is late,
    or to which a stage is missing, says so behind its row.
    """
    if rows.empty:
        return message_figure(look, _("No change of law takes effect in this selection.", look.language))
    shown = rows.head(MOST_ROWS).iloc[::-1]
    records = shown.to_dict("records")
    places = [f"{row['source']} {row['ticket_id']}" for row in records]
    said = [_said(row, look) for row in records]
    longest = max(len(text) for text in said)
    first, last = _ends(records, on)
    return go.Figure(
        [_ways(records, places, look), *(_stage(name, records, places, look, label) for name in SYMBOLS)],
        {
            "yaxis": _rows_axis(records, places, look, label),
            "xaxis": _time_axis(first, last, look),
            "shapes": [_today(on, look)],
            "annotations": [_today_words(on, look), _key(rows, look), *_warnings(said, places, look)],
            "margin": {"t": 108 if look.narrow else 48, "r": 16 + 6 * min(longest, MOST_LETTERS)},
        },
    )


def stage_names(names: Sequence[str], language: str) -> str:
    """`fejlesztés, oktatás`."""
    return ", ".join(_(STAGE_NAMES[name], language) for name in names)


def warning(row: Mapping[Any, Any], language: str) -> str:
    """What is to be known of a change of law: `még 12 nap · hiányzik: oktatás`; empty where all is well."""
    missing = stage_names(row["missing"], language)
    days = formats.value(abs(row["days_left"]), "days", language)
    if row["is_ahead"]:
        return _("{days} left · missing: {stages}", language, stages=missing, days=days) if missing else ""
    if missing:
        return _("overdue: {stages} · in force for {days}", language, stages=missing, days=days)
    if row["is_late"]:
        margin = formats.value(-float(row["margin_days"]), "days", language)
        return _("released late: {days}", language, days=margin)
    return ""


def row_name(row: Mapping[Any, Any], language: str, label: Label = words.label) -> str:
    """`ADÓ · 2027. jan. 1.`."""
    return f"{label('service', row['service_id'], language)} · {formats.day(row['effective_on'], language)}"


def _said(row: Mapping[Any, Any], look: Look) -> str:
    """The warning behind a row; on a narrow screen only that there is one."""
    said = warning(row, look.language)
    return "<b>!</b>" if said and look.narrow else said


def _stage(
    name: str, records: Sequence[Mapping[Any, Any]], places: Sequence[str], look: Look, label: Label
) -> go.Scatter:
    known = [(row, place) for row, place in zip(records, places, strict=True) if not formats.missing(row[name])]
    late = [name == "effective_on" and bool(row["missing"]) for row, _place in known]
    concern, ink = signal_colours(look.theme)["concern"], TEXT[look.theme]
    colour = ink if name in ("implemented_on", "effective_on") else SEQUENTIAL[look.theme][4]
    return go.Scatter(
        x=[row[name] for row, _place in known],
        y=[place for _row, place in known],
        mode="markers",
        marker={
            "symbol": SYMBOLS[name][0],
            "size": [16 if name == "effective_on" else 9] * len(known),
            "color": [concern if one else colour for one in late],
            "line": {"color": [concern if one else colour for one in late], "width": 2},
            "opacity": 1,
        },
        hovertext=[
            f"{plain(row_name(row, look.language, label))} · {plain(str(row['ticket_id']))} · "
            f"{_(STAGE_NAMES[name], look.language)}: {formats.day(row[name], look.language)}"
            for row, _place in known
        ],
        hovertemplate=HOVER,
        customdata=[ticket_href(str(row["source"]), str(row["ticket_id"])) for row, _place in known],
        cliponaxis=False,
    )


def _ways(records: Sequence[Mapping[Any, Any]], places: Sequence[str], look: Look) -> go.Scatter:
    x: list[Any] = []
    y: list[Any] = []
    for row, place in zip(records, places, strict=True):
        days = [row[name] for name in (*STAGES, "effective_on") if not formats.missing(row[name])]
        x += [min(days), max(days), None]
        y += [place, place, None]
    return go.Scatter(x=x, y=y, mode="lines", line={"color": GRID[look.theme], "width": 4}, hoverinfo="skip")


def _ends(records: Sequence[Mapping[Any, Any]], on: date) -> tuple[date, date]:
    days = [row[name] for row in records for name in SYMBOLS if not formats.missing(row[name])]
    first, last = min([*days, on]), max([*days, on])
    room = timedelta(days=max(3, (last - first).days // 40))
    return first - room, last + room


def _rows_axis(records: Sequence[Mapping[Any, Any]], places: Sequence[str], look: Look, label: Label) -> dict[str, Any]:
    names = [plain(row_name(row, look.language, label)) for row in records]
    return {
        "type": "category", "categoryorder": "array", "categoryarray": list(places), "tickmode": "array",
        "tickvals": list(places), "showgrid": False, "range": [-0.7, len(places) - 0.3],
        "ticktext": [name.replace(" · ", "<br>") if look.narrow else name for name in names],
        "tickfont": {"color": TEXT[look.theme], "size": 11 if look.narrow else 12},
    }  # fmt: skip


def _time_axis(first: date, last: date, look: Look) -> dict[str, Any]:
    months = pd.date_range(pd.Timestamp(first).replace(day=1), last, freq="MS")[1:]
    ticks = list(months[:: max(1, -(-len(months) // (3 if look.narrow else 7)))])
    return {
        "type": "date", "tickmode": "array", "tickvals": ticks, "showgrid": True, "gridcolor": GRID[look.theme],
        "ticktext": [formats.month(tick.date(), look.language) for tick in ticks], "range": [first, last],
    }  # fmt: skip


def _today(on: date, look: Look) -> Drawn:
    line = {"color": TEXT[look.theme], "width": 1, "dash": "dash"}
    return {"type": "line", "x0": on, "x1": on, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _today_words(on: date, look: Look) -> Drawn:
    return {
        "x": on, "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": "center", "showarrow": False,
        "text": _("as of {day}", look.language, day=formats.day(on, look.language)),
        "font": {"size": 12, "color": TEXT[look.theme]},
    }  # fmt: skip


def _key(rows: pd.DataFrame, look: Look) -> Drawn:
    """Annotation: what the symbols mean; stages that nothing records are left out."""
    unrecorded = rows["unrecorded"].iloc[0]
    parts = [
        f"{glyph} {_(STAGE_NAMES[name], look.language)}"
        for name, (_s, glyph) in SYMBOLS.items()
        if name not in unrecorded
    ]
    lines: list[list[str]] = [[]]
    for one in parts:
        if look.narrow and len("   ".join([*lines[-1], one])) > NARROW_KEY:
            lines.append([])
        lines[-1].append(one)
    return {
        "x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 22,
        "text": "<br>".join(" \u00a0 ".join(line) for line in lines), "align": "left", "showarrow": False,
        "font": {"size": 12, "color": TEXT[look.theme]},
    }  # fmt: skip


def _warnings(said: Sequence[str], places: Sequence[str], look: Look) -> list[Drawn]:
    """Annotations: behind each row what is missing, cut where there is no room; the table has it whole."""
    return [
        {
            "x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "y": place, "showarrow": False,
            "text": text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…",
            "font": {"size": 12, "color": signal_colours(look.theme)["concern"] if text else MUTED[look.theme]},
        }
        for text, place in zip(said, places, strict=True)
        if text
    ]  # fmt: skip
