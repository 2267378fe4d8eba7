"""How times are spread: the share of tickets done within each length of time, a panel for each priority."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard import formats
from dashboard.figures.hovers import HOVER
from dashboard.figures.leads import leads
from dashboard.figures.marks import SMALL
from dashboard.figures.message import message_figure
from dashboard.figures.targets import Drawn
from dashboard.figures.template import GRID, TEXT, signal_colours
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from data.metrics.metric import Metric

CLOCKS = {
    "clock": N_("clock time"),
    "business": N_("service hours"),
    "mixed": N_("clock time and service hours mixed"),
}
TICKS = (5, 60, 480, 4800)


@dataclass(frozen=True)
class Spread:
    """One priority. within: share done within each end (minutes, in order); limit: agreed minutes, if there is one."""

    priority: str
    clock: str
    n: int
    beyond: int
    agreed: int
    limit: int | None
    ends: tuple[int, ...]
    counts: tuple[int, ...]

    @property
    def within(self) -> list[float]:
        """Share of the tickets done within each end."""
        found, so_far = [], 0
        for count in self.counts:
            so_far += count
            found.append(so_far / self.n)
        return found


def spreads(bins: pd.DataFrame, ends: Sequence[int], clocks: Mapping[str, str]) -> list[Spread]:
    """bins: from data.ticket_times.time_bins; ends: its EDGES; clocks: of each priority. Priorities in their order."""
    found = []
    for priority, part in bins.groupby("priority"):
        counts = part.set_index("bin")["n"].reindex(range(len(ends)), fill_value=0)
        known = {int(value) for name in ("least_agreed", "most_agreed") for value in part[name].dropna()}
        found.append(
            Spread(
                str(priority), clocks.get(str(priority), "mixed"), int(part["n"].sum()), int(part["beyond"].sum()),
                int(part["agreed"].sum()), known.pop() if len(known) == 1 else None,
                tuple(ends), tuple(int(count) for count in counts),
            )
        )  # fmt: skip
    return found


def distribution(parts: Sequence[Spread], metric: Metric, look: Look) -> go.Figure:
    """A panel per priority on one logarithmic axis of time; the agreed time is an upright rule.

    metric: what is timed; each mark leads to the tickets of its priority.
    """
    if not parts:
        return message_figure(look)
    columns = 1 if look.narrow else min(2, len(parts))
    rows = math.ceil(len(parts) / columns)
    figure = make_subplots(
        rows, columns, shared_yaxes="all", shared_xaxes=False, horizontal_spacing=0.06,
        vertical_spacing=min((0.44 if look.narrow else 0.34) / rows, 0.2),
    )  # fmt: skip
    for place, part in enumerate(parts):
        row, column = divmod(place, columns)
        figure.add_trace(_line(part, metric, look), row=row + 1, col=column + 1)
    figure.update_xaxes(
        type="log", tickmode="array", tickvals=list(TICKS), range=_reach(parts), showgrid=True,
        ticktext=[short_time(minutes, look.language) for minutes in TICKS], gridcolor=GRID[look.theme],
    )  # fmt: skip
    if look.narrow:  # one below another on the same axis: written once
        for row in range(1, rows):
            figure.update_xaxes(showticklabels=False, row=row, col=1)
    figure.update_yaxes(
        range=[0, 1.03], tickvals=[0, 0.5, 1], ticktext=[formats.percent(one, look.language, 0) for one in (0, 0.5, 1)]
    )
    panels = range(1, len(parts) + 1)
    return figure.update_layout(
        shapes=[shape for panel, part in zip(panels, parts, strict=True) for shape in _rule(part, panel, look)],
        annotations=[_heading(part, panel, look) for panel, part in zip(panels, parts, strict=True)],
        margin={"t": 40, "r": 20},
    )


def heading(part: Spread, look: Look) -> str:
    """`P3 (üzemidő): 5,2 % lépte túl a vállalt időt (20 óra)`."""
    return f"{_named(part, look)}: {_beyond(part, look)}"


def _named(part: Spread, look: Look) -> str:
    return f"{part.priority} ({_(CLOCKS[part.clock], look.language)})"


def _beyond(part: Spread, look: Look) -> str:
    language = look.language
    if not part.agreed:
        return _("no time is agreed", language)
    share = formats.percent(part.beyond / part.agreed, language)
    few = f" ({_('few', language)})" if part.n < SMALL else ""
    if part.limit is None:
        return f"{_('{share} beyond the agreed time', language, share=share)}{few}"
    return f"{_('{share} beyond {limit}', language, share=share, limit=formats.duration(part.limit, language))}{few}"


def short_time(minutes: int, language: str) -> str:
    """`30 p`, `8 ó`: room is scarce below the panels."""
    minute, hour = {"hu": ("perc", "óra"), "en": ("min", "h")}[language]
    if minutes < 60:
        return f"{formats.number(minutes, language)}{formats.SPACE}{minute}"
    return f"{formats.number(minutes / 60, language, 0 if minutes % 60 == 0 else 1)}{formats.SPACE}{hour}"


def _line(part: Spread, metric: Metric, look: Look) -> go.Scatter:
    signals = signal_colours(look.theme)
    late = [part.limit is not None and end > part.limit for end in part.ends]
    return go.Scatter(
        x=list(part.ends), y=part.within, mode="lines+markers",
        line={"color": signals["common"], "width": 2},
        marker={
            "size": [7 if one else 5 for one in late], "symbol": ["diamond" if one else "circle" for one in late],
            "color": [signals["concern"] if one else signals["common"] for one in late], "opacity": 1,
        },
        hovertext=_hovers(part, look.language),
        customdata=leads(pd.DataFrame({"priority": [part.priority] * len(part.ends)}), metric, ("priority",)),
        hovertemplate=HOVER, cliponaxis=False,
    )  # fmt: skip


def _hovers(part: Spread, language: str) -> list[str]:
    done, found = 0, []
    for end, count, share in zip(part.ends, part.counts, part.within, strict=True):
        done += count
        found.append(
            _(
                "{priority} · within {time}: {share} ({done} / {all})", language, priority=part.priority,
                time=formats.duration(end, language), share=formats.percent(share, language),
                done=formats.number(done, language), all=formats.number(part.n, language),
            )
        )  # fmt: skip
    return found


def _reach(parts: Sequence[Spread]) -> list[float]:
    """The ends of the axis as powers of ten: to the last end that something lies before."""
    last = max((place for part in parts for place, count in enumerate(part.counts) if count), default=0)
    ends = parts[0].ends
    return [math.log10(ends[0] * 0.9), math.log10(ends[min(last + 1, len(ends) - 1)] * 1.1)]


def _rule(part: Spread, panel: int, look: Look) -> list[Drawn]:
    if part.limit is None:
        return []
    number = "" if panel == 1 else str(panel)
    return [
        {"type": "line", "xref": f"x{number}", "x0": part.limit, "x1": part.limit, "yref": f"y{number} domain"}
        | {"y0": 0, "y1": 1, "line": {"color": TEXT[look.theme], "width": 1, "dash": "dash"}}
    ]


def _heading(part: Spread, panel: int, look: Look) -> Drawn:
    number = "" if panel == 1 else str(panel)
    count = f"n{formats.SPACE}={formats.SPACE}{formats.number(part.n, look.language)}"
    said: dict[str, Any] = {
        "x": 0, "xref": f"x{number} domain", "xanchor": "left", "y": 1, "yref": f"y{number} domain",
        "yanchor": "bottom", "yshift": 4, "showarrow": False, "align": "left",
        "text": f"<b>{_named(part, look)}</b> · {count}<br>{_beyond(part, look)}",
        "font": {"size": 12, "color": TEXT[look.theme]},
    }  # fmt: skip
    return said
