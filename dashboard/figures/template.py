"""The one Plotly template, light and dark, and the colours that mean something everywhere."""

from functools import lru_cache
from typing import Literal

import plotly.graph_objects as go

from dashboard.look import Theme

Signal = Literal["concern", "improvement", "neutral", "common"]

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif'
SURFACE = {"light": "#FFFFFF", "dark": "#161B22"}
TEXT = {"light": "#1B1F24", "dark": "#E6EDF3"}
MUTED = {"light": "#57606A", "dark": "#9DA7B3"}
GRID = {"light": "#E4E8EC", "dark": "#2A313A"}
SIGNALS: dict[str, dict[Signal, str]] = {
    "light": {"concern": "#B24A00", "improvement": "#0063B1", "neutral": "#5B2A9D", "common": "#6B7280"},
    "dark": {"concern": "#FFA657", "improvement": "#6CB6FF", "neutral": "#C297FF", "common": "#A0A9B4"},
}
SERVICES = {
    "light": {
        "ADO": "#062774", "GAZD": "#E3696F", "INGKAT": "#7A1302", "IRAT": "#857AA9",
        "IPARKER": "#B1860F", "KERET": "#422234", "PORTAL": "#0A8FF9",
    },
    "dark": {
        "ADO": "#4C8EFA", "GAZD": "#EAB5F2", "INGKAT": "#B24858", "IRAT": "#915696",
        "IPARKER": "#BEEA73", "KERET": "#6A8603", "PORTAL": "#36EEB0",
    },
}  # fmt: skip
# Light to dark on a light surface, dark to light on a dark one: the more, the farther from the surface.
SEQUENTIAL = {
    "light": ["#DCE9F5", "#B3D0EA", "#84B2DC", "#5592CB", "#2C72B4", "#12528F", "#0A3566"],
    "dark": ["#14304A", "#1C4668", "#275F89", "#377AAA", "#5397C8", "#7DB5DE", "#B4D6EF"],
}
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "5px,2px")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star")


def service_colours(theme: Theme) -> dict[str, str]:
    """Colour of each application, the same everywhere. Components have none: give them signal_colours["common"]."""
    return SERVICES[theme]


def signal_colours(theme: Theme) -> dict[Signal, str]:
    """Colours of concern, improvement, neutral shift and common cause. Never the only carrier of it."""
    return SIGNALS[theme]


def separators(language: str) -> str:
    """Decimal and thousands marks of numbers that Plotly writes by itself."""
    return ",\u00a0" if language == "hu" else ".,"


@lru_cache(maxsize=8)
def template(theme: Theme, language: str) -> go.layout.Template:
    """Axes without frames, faint gridlines, room for labels, no legend, the reader's separators."""
    axis = {
        "gridcolor": GRID[theme],
        "linecolor": GRID[theme],
        "tickcolor": GRID[theme],
        "tickfont": {"color": MUTED[theme], "size": 12},
        "title": {"font": {"color": MUTED[theme], "size": 12}, "standoff": 8},
        "zeroline": False,
        "automargin": True,
    }
    layout = go.Layout(
        font={"family": FONT, "size": 13, "color": TEXT[theme]},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        colorway=list(SERVICES[theme].values()),
        colorscale={"sequential": [[i / 6, colour] for i, colour in enumerate(SEQUENTIAL[theme])]},
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
        hovermode="closest",
        hoverlabel={
            "bgcolor": SURFACE[theme],
            "bordercolor": MUTED[theme],
            "font": {"family": FONT, "size": 13, "color": TEXT[theme]},
            "align": "left",
        },
        showlegend=False,
        separators=separators(language),
        dragmode=False,
        xaxis=axis | {"showgrid": False, "tickangle": 0, "ticklabelstandoff": 4},
        yaxis=axis | {"rangemode": "tozero", "ticklabelstandoff": 6},
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": MUTED[theme], "activecolor": TEXT[theme]},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "title": {"text": ""}},
    )
    return go.layout.Template(layout=layout)


def apply_template(figure: go.Figure, theme: Theme, language: str) -> go.Figure:
    """The figure in the template; done for every card's figure by the shell."""
    return figure.update_layout(template=template(theme, language))
