"""Outages in time: a row per service, what counts of each apart from what does not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.drill import ticket_href
from dashboard.figures.hovers import HOVER, Label, plain
from dashboard.figures.keys import key_room
from dashboard.figures.marks import ordered
from dashboard.figures.message import message_figure
from dashboard.figures.template import TEXT, signal_colours
from dashboard.figures.timeline import _local, _rows_axis, _time_axis
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.outage_words import WHY, scope_words

COUNTED, NOT_COUNTED = N_("counts in the availability"), N_("does not count")
SYMBOLS = {True: "diamond", False: "circle-open"}
GLYPHS = {True: "◆", False: "○"}


def outage_lines(
    rows: pd.DataFrame, look: Look, until: datetime | None = None, *, label: Label = words.label
) -> go.Figure:
    """A mark at the start of each outage and a line to its end; a filled one where minutes of it count.

    rows: from data.outages.outages(). until: where one that still lasts is drawn to (UTC).
    """
    if rows.empty:
        return message_figure(look, _("No outage is known in this period.", look.language))
    ends = rows["ended_at"].astype("datetime64[us]").where(rows["basis"] != "length", rows["started_at"])
    if until is not None:
        ends = ends.fillna(pd.Timestamp(until))
    shown = rows.assign(from_at=_local(rows["started_at"]), to_at=_local(ends), counts=rows["counted_minutes"] > 0)
    shown = shown.assign(to_at=shown[["from_at", "to_at"]].max(axis=1))
    members = ordered([str(one) for one in shown["service_id"].unique()], "service", {})[::-1]
    return go.Figure(
        [
            part
            for counts in (False, True)
            for part in (_ways(shown[shown["counts"] == counts], counts, look),
                         _marks(shown[shown["counts"] == counts], counts, look, label))
        ],
        {
            "yaxis": _rows_axis(members, look, label),
            "xaxis": _time_axis(shown["from_at"].min(), shown["to_at"].max(), look),
            "annotations": [_key(look)],
            "margin": {"t": key_room((("", ""), ("", "")), look), "r": 16},
        },
    )  # fmt: skip


def outage_sentence(row: Mapping[Any, Any], language: str, label: Label = words.label) -> str:
    """`2026. szept. 22. 11:17 · ADÓ · senki sem érte el · üzemidőben 1 óra · számít: 50 perc · …`."""
    counted = formats.duration(row["counted_minutes"], language)
    parts = [
        formats.moment(row["started_at"].to_pydatetime(), language),
        plain(label("service", row["service_id"], language)),
        scope_words(row["outage_scope"], language),
        _("in service hours: {minutes}", language, minutes=formats.duration(row["service_minutes"], language)),
        _("counted: {minutes}", language, minutes=counted),
    ]
    return " · ".join([*parts, _(WHY[row["why"]], language)] if row["why"] else parts)


def _ways(part: pd.DataFrame, counts: bool, look: Look) -> go.Scatter:
    x: list[Any] = []
    y: list[Any] = []
    for begin, end, member in zip(part["from_at"], part["to_at"], part["service_id"], strict=True):
        x += [begin, end, None]
        y += [member, member, None]
    colour = signal_colours(look.theme)["concern" if counts else "common"]
    line = {"color": colour, "width": 6 if counts else 2}
    return go.Scatter(x=x, y=y, mode="lines", line=line, opacity=0.7, hoverinfo="skip")


def _marks(part: pd.DataFrame, counts: bool, look: Look, label: Label) -> go.Scatter:
    records: list[dict[Any, Any]] = part.to_dict("records")
    return go.Scatter(
        x=part["from_at"],
        y=part["service_id"],
        mode="markers",
        marker={
            "symbol": SYMBOLS[counts],
            "size": 11 if counts else 8,
            "color": signal_colours(look.theme)["concern" if counts else "common"],
            "line": {"width": 2 if not counts else 0},
        },
        hovertext=[outage_sentence(row, look.language, label) for row in records],
        hovertemplate=HOVER,
        customdata=[ticket_href(str(row["source"]), str(row["ticket_id"])) for row in records],
        cliponaxis=False,
    )


def _key(look: Look) -> dict[str, Any]:
    """Annotation: what the two symbols mean."""
    signals = signal_colours(look.theme)
    parts = [
        f'<span style="color:{signals["concern" if kind else "common"]}">{GLYPHS[kind]}</span> {_(name, look.language)}'
        for kind, name in ((True, COUNTED), (False, NOT_COUNTED))
    ]
    return {
        "text": ("<br>" if look.narrow else " \u00a0 ").join(parts), "x": 1, "xref": "paper", "xanchor": "right",
        "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 6, "showarrow": False, "align": "left",
        "font": {"size": 12, "color": TEXT[look.theme]},
    }  # fmt: skip
