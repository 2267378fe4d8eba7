"""Major incidents in time: a bar each from its beginning to its end, a row per application."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.drill import ticket_href
from dashboard.figures.hovers import HOVER, Label, plain
from dashboard.figures.keys import key_room
from dashboard.figures.marks import ordered, wrapped
from dashboard.figures.message import message_figure
from dashboard.figures.targets import Drawn
from dashboard.figures.template import GRID, TEXT, signal_colours
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look

DECLARED, CRITICAL = N_("declared major"), N_("priority P1")
SYMBOLS = {True: "diamond", False: "circle"}
GLYPHS = {True: "◆", False: "●"}
MOST_TICKS = 6


def timeline(rows: pd.DataFrame, look: Look, until: datetime | None = None, *, label: Label = words.label) -> go.Figure:
    """Declared major ones as diamonds, those of priority P1 alone as circles, their length as a bar to the right.

    rows: from data.major.major_incidents. until: where one that still lasts is drawn to (UTC).
    """
    if rows.empty:
        return message_figure(look, _("There was no major incident in this period.", look.language))
    shown = rows.assign(from_at=_local(rows["begins_at"]), to_at=_local(_ends(rows, until)))
    members = ordered([str(one) for one in shown["service_id"].unique()], "service", {})[::-1]
    declared = shown["is_declared"].astype(bool)
    return go.Figure(
        [_bars(shown, look), *(_marks(shown[declared == kind], kind, look, label) for kind in (False, True))],
        {
            "yaxis": _rows_axis(members, look, label),
            "xaxis": _time_axis(shown["from_at"].min(), shown["to_at"].max(), look),
            "annotations": [_key(look)],
            "margin": {"t": key_room([("", "")] * 2, look), "r": 16},
        },
    )


def incident_words(row: Mapping[Any, Any], language: str, label: Label = words.label) -> str:
    """`2026. szept. 22. 11:17 · ADÓ · súlyosnak nyilvánított · 1 óra · 9 665 érintett felhasználó · határidőre`."""
    parts = [
        formats.moment(row["begins_at"].to_pydatetime(), language),
        plain(label("service", row["service_id"], language)),
        _(DECLARED if row["is_declared"] else CRITICAL, language),
        _lasted(row, language),
    ]
    if not formats.missing(row["affected_users"]):
        parts.append(_("users affected: {count}", language, count=formats.number(row["affected_users"], language)))
    if not formats.missing(row["resolved_in_sla"]):
        parts.append(_("in time", language) if row["resolved_in_sla"] else _("late", language))
    return " · ".join(parts)


def _lasted(row: Mapping[Any, Any], language: str) -> str:
    if formats.missing(row["ends_at"]):
        return _("still lasts", language)
    minutes = (row["ends_at"] - row["begins_at"]).total_seconds() / 60
    return formats.duration(minutes, language, 24 * 60)


def _bars(shown: pd.DataFrame, look: Look) -> go.Scatter:
    x: list[Any] = []
    y: list[Any] = []
    for begin, end, member in zip(shown["from_at"], shown["to_at"], shown["service_id"], strict=True):
        x += [begin, end, None]
        y += [member, member, None]
    colour = signal_colours(look.theme)["common"]
    return go.Scatter(x=x, y=y, mode="lines", line={"color": colour, "width": 8}, opacity=0.6, hoverinfo="skip")


def _marks(shown: pd.DataFrame, declared: bool, look: Look, label: Label) -> go.Scatter:
    signals = signal_colours(look.theme)
    records = shown.to_dict("records")
    return go.Scatter(
        x=shown["from_at"],
        y=shown["service_id"],
        mode="markers",
        marker={
            "symbol": SYMBOLS[declared],
            "size": 12 if declared else 9,
            "color": signals["concern"] if declared else signals["common"],
            "opacity": 1,
        },
        hovertext=[incident_words(row, look.language, label) for row in records],
        hovertemplate=HOVER,
        customdata=[ticket_href(str(row["source"]), str(row["ticket_id"])) for row in records],
        cliponaxis=False,
    )


def _rows_axis(members: Sequence[str], look: Look, label: Label) -> dict[str, Any]:
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": list(members),
        "tickmode": "array",
        "tickvals": list(members),
        "ticktext": [wrapped(plain(label("service", one, look.language)), look, len(members)) for one in members],
        "tickfont": {"color": TEXT[look.theme], "size": 12},
        "gridcolor": GRID[look.theme],
        "range": [-0.6, len(members) - 0.4],
    }


def _time_axis(first: pd.Timestamp, last: pd.Timestamp, look: Look) -> dict[str, Any]:
    """Months as ticks; days where everything lies within two of them."""
    months = pd.date_range(first.normalize().replace(day=1), last, freq="MS")
    most = 3 if look.narrow else MOST_TICKS
    if len(months) > 2:
        ticks = list(months[1:][:: -(-(len(months) - 1) // most)])
        texts = [formats.month(tick.date(), look.language) for tick in ticks]
    else:
        days = pd.date_range(first.normalize(), last, freq="D")
        ticks = list(days[:: -(-len(days) // most)])
        texts = [formats.day(tick.date(), look.language) for tick in ticks]
    room = max((last - first) * 0.02, pd.Timedelta(hours=6))
    return {
        "type": "date", "tickmode": "array", "tickvals": ticks, "ticktext": texts, "showgrid": True,
        "gridcolor": GRID[look.theme], "range": [first - room, last + room],
    }  # fmt: skip


def _ends(rows: pd.DataFrame, until: datetime | None) -> pd.Series:
    """When each ended; one that lasts is drawn to `until`, or where it began."""
    return rows["ends_at"].fillna(pd.Timestamp(until)) if until else rows["ends_at"].fillna(rows["begins_at"])


def _local(times: pd.Series) -> pd.Series:
    """As the clocks of Budapest showed them."""
    return pd.to_datetime(times).dt.tz_localize("UTC").dt.tz_convert("Europe/Budapest").dt.tz_localize(None)


def _key(look: Look) -> Drawn:
    """Annotation: what the two symbols mean."""
    signals = signal_colours(look.theme)
    parts = [
        f'<span style="color:{signals["concern" if kind else "common"]}">{GLYPHS[kind]}</span> {_(name, look.language)}'
        for kind, name in ((True, DECLARED), (False, CRITICAL))
    ]
    return {
        "text": ("<br>" if look.narrow else " \u00a0 ").join(parts), "x": 1, "xref": "paper", "xanchor": "right",
        "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 6, "showarrow": False, "align": "left",
        "font": {"size": 12, "color": TEXT[look.theme]},
    }  # fmt: skip
