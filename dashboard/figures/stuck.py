"""What is stuck, as bars: items in parts, shares of all pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats
from dashboard.figures.axes import value_axis
from dashboard.figures.hovers import HOVER, plain
from dashboard.figures.keys import key_of_traces
from dashboard.figures.marks import quantity_colour, wrapped
from dashboard.figures.message import message_figure
from dashboard.figures.template import SEQUENTIAL, SURFACE, TEXT
from dashboard.look import Look

PATTERNS = ("", "/", "", "x", "")  # neighbours are told apart without colour
SHADES = (1, 2, 4, 5, 6)
DIGIT, GAP = 6, 14  # pixels: a letter of the texts beside the bars at most, what is left free around them
FOLDED, LINES = 18, 4  # letters and lines of the names of a few rows on a narrow screen


@dataclass(frozen=True)
class Names:
    """Names of rows and of parts by id, in the order they are shown; where a row leads to."""

    rows: Mapping[str, str]
    parts: Mapping[str, str]
    links: Mapping[str, str]


def parts(frame: pd.DataFrame, names: Names, look: Look) -> go.Figure:
    """A horizontal bar per row in parts, its total at its end. frame: row, part (ids), value, said (its hover)."""
    if frame.empty or not frame["value"].sum():
        return message_figure(look)
    rows = [row for row in names.rows if row in set(frame["row"])][::-1]
    totals = frame.groupby("row")["value"].sum().reindex(rows)
    drawn = [part for part in names.parts if part in set(frame["part"])]
    figure = go.Figure([_part(frame, rows, part, place, names, look) for place, part in enumerate(drawn)])
    axis = value_axis(0, float(totals.max()), "count", look.language, title=False)
    figure.update_xaxes(**axis | {"range": [0, float(totals.max()) * 1.18]}, showticklabels=False)
    figure.update_yaxes(**_names_axis(rows, names.rows, look))
    if len(drawn) > 1:
        key_of_traces(figure, look)
    written = [formats.number(int(total), look.language) for total in totals]
    return figure.update_layout(barmode="stack", bargap=0.35, annotations=_at_ends(rows, list(totals), written, look))


def shares(frame: pd.DataFrame, cut: str, names: Mapping[str, str], links: Mapping[str, str], look: Look) -> go.Figure:
    """A horizontal bar per member, its share and what it is made of at its end, in the order of names.

    frame: cut, numerator, denominator, value.
    """
    known = {str(row[cut]): row for row in frame.to_dict("records") if row["denominator"]}
    rows = [member for member in names if member in known][::-1]
    if not rows:
        return message_figure(look)
    values = [float(known[row]["value"]) for row in rows]
    said = [_share(known[row], look.language) for row in rows]
    figure = go.Figure(
        go.Bar(
            x=values, y=rows, orientation="h", marker={"color": quantity_colour(look)}, hovertemplate=HOVER,
            hovertext=[f"{plain(names[row])}: {text}" for row, text in zip(rows, said, strict=True)],
            customdata=[links.get(row, "") for row in rows],
        )
    )  # fmt: skip
    figure.update_xaxes(range=[0, max(values) or 1], showticklabels=False)
    figure.update_yaxes(**_names_axis(rows, names, look))
    room = GAP + DIGIT * max(len(text) for text in said)  # the longest bar may have the longest text
    return figure.update_layout(bargap=0.35, annotations=_at_ends(rows, values, said, look), margin={"r": room})


def _share(row: Mapping[Any, Any], language: str) -> str:
    """`43,2 % (1 046 / 2 090)`."""
    counts = " / ".join(formats.number(int(row[name]), language) for name in ("numerator", "denominator"))
    return f"{formats.percent(float(row['value']), language)} ({counts})"


def _part(frame: pd.DataFrame, rows: Sequence[str], part: str, place: int, names: Names, look: Look) -> go.Bar:
    held = frame[frame["part"] == part].set_index("row").reindex(list(rows))
    return go.Bar(
        x=held["value"].fillna(0).astype("int64").tolist(), y=list(rows), orientation="h", name=names.parts[part],
        hovertext=held["said"].fillna("").tolist(), hovertemplate=HOVER,
        customdata=[names.links.get(row, "") for row in rows],
        marker={
            "color": quantity_colour(look) if len(names.parts) == 1 else SEQUENTIAL[look.theme][SHADES[place % 5]],
            "line": {"color": SURFACE[look.theme], "width": 1},
            "pattern": {"shape": PATTERNS[place % 5], "size": 5, "solidity": 0.25},
        },
    )  # fmt: skip


def _names_axis(rows: Sequence[str], names: Mapping[str, str], look: Look) -> dict[str, object]:
    return {
        "type": "category", "tickmode": "array", "tickvals": list(rows), "showgrid": False,
        "ticktext": [_folded(plain(names[row]), look, len(rows)) for row in rows],
        "categoryorder": "array", "categoryarray": list(rows),
        "tickfont": {"color": TEXT[look.theme], "size": 11 if look.narrow and len(rows) > 9 else 12},
    }  # fmt: skip


def _folded(name: str, look: Look, rows: int) -> str:
    """A name on as many lines as it needs: steps are told apart by their last words."""
    if look.narrow and rows <= LINES + 1:
        return "<br>".join(wrap(name, FOLDED, break_long_words=False, max_lines=LINES, placeholder="…")) or name
    return wrapped(name, look, rows)


def _at_ends(rows: Sequence[str], values: Sequence[float], said: Sequence[str], look: Look) -> list[dict[str, object]]:
    return [
        {"x": float(value), "y": row, "text": text, "showarrow": False, "xanchor": "left", "xshift": 6}
        | {"font": {"size": 12, "color": TEXT[look.theme]}}
        for row, value, text in zip(rows, values, said, strict=True)
    ]
