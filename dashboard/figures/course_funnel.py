"""How far enrolments get: of each course those enrolled, completed and passed as bars one in another."""

from collections.abc import Mapping
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats
from dashboard.figures.axes import value_axis
from dashboard.figures.hovers import HOVER, plain
from dashboard.figures.keys import key_room, key_words
from dashboard.figures.marks import MANY, wrapped
from dashboard.figures.message import message_figure
from dashboard.figures.template import SEQUENTIAL, TEXT
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look

STEP_NAMES = {
    "enrolled": N_("enrolled"),
    "started": N_("started"),
    "completed": N_("completed"),
    "passed": N_("passed"),
    "certified": N_("certified"),
}
DRAWN = {"enrolled": (0, 0.8), "completed": (2, 0.52), "passed": (5, 0.24)}
"""Shade and width of a bar: the farther, the darker and the narrower."""
FOLDED = 24  # letters of a line of a title on a narrow screen


def course_funnel(rows: pd.DataFrame, look: Look) -> go.Figure:
    """rows: data.adoption.training.funnel(); courses whose people are too few have no bar."""
    shown = rows[~rows["withheld"].astype(bool)] if len(rows) else rows
    if shown.empty:
        return message_figure(look)
    shown = shown.iloc[::-1]
    places = [str(one) for one in shown["course_id"]]
    names = [plain(course_name(row)) for row in shown.to_dict("records")]
    hovers = [f"{name} · {steps_words(row, look.language)}"
              for name, row in zip(names, shown.to_dict("records"), strict=True)]  # fmt: skip
    shades = SEQUENTIAL[look.theme]
    figure = go.Figure(
        [
            go.Bar(
                x=shown[step].astype(float), y=places, orientation="h", width=width, marker={"color": shades[shade]},
                hovertext=hovers, hovertemplate=HOVER,
            )
            for step, (shade, width) in DRAWN.items()
        ]
    )  # fmt: skip
    key = [(_(STEP_NAMES[step], look.language), shades[shade]) for step, (shade, _width) in DRAWN.items()]
    axis = value_axis(0, float(shown["enrolled"].max()), "count", look.language, title=False)
    figure.update_xaxes(**axis, showgrid=True)
    figure.update_yaxes(
        type="category", tickmode="array", tickvals=places,
        ticktext=[_folded(name, look, len(names)) for name in names],
        showgrid=False, categoryorder="array", categoryarray=places, rangemode="normal",
        tickfont={"color": TEXT[look.theme], "size": 11 if look.narrow else 12},
    )  # fmt: skip
    return figure.update_layout(
        barmode="overlay", annotations=[key_words(key, look, 16)], margin={"t": key_room(key, look), "r": 16}
    )


def _folded(name: str, look: Look, rows: int) -> str:
    """A title on two lines; titles begin with the application, so an ellipsis after that would tell nothing."""
    if not look.narrow or rows > MANY[True]:
        return wrapped(name, look, rows)
    return "<br>".join(wrap(name, FOLDED, break_long_words=False, max_lines=2, placeholder="…")) or name


def course_name(row: Mapping[Any, Any]) -> str:
    """The course's title, or its code where the source gives none."""
    return str(row["course_id"] if formats.missing(row["name"]) else row["name"])


def steps_words(row: Mapping[Any, Any], language: str) -> str:
    """`beiratkozott: 6 718, elkezdte: …`, each step with its share of those enrolled."""
    parts = []
    for step, name in STEP_NAMES.items():
        share = formats.percent(row[step] / row["enrolled"], language) if row["enrolled"] else ""
        count = formats.number(float(row[step]), language)
        parts.append(f"{_(name, language)}: {count}" + (f" ({share})" if share and step != "enrolled" else ""))
    return ", ".join(parts)
