"""How soon the pairs of each joining wave came to a stage: shares by months from the contract."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard import formats
from dashboard.figures.axes import value_axis
from dashboard.figures.hovers import HOVER, plain
from dashboard.figures.keys import key_of_traces
from dashboard.figures.marks import SMALL
from dashboard.figures.message import message_figure
from dashboard.figures.template import DASHES, SEQUENTIAL, SYMBOLS, TEXT
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.stage_words import stage_name, wave_name

SHADES = (6, 4, 2, 3)


def cohort_lines(rows: pd.DataFrame, look: Look) -> go.Figure:
    """rows: data.adoption.summary.cohorts(). A panel per stage, a line per wave; hollow where few pairs were observed.

    Points of the same wave are of fewer pairs the longer the time, since not all could be observed so long.
    """
    if rows.empty:
        return message_figure(look)
    panels = list(dict.fromkeys(rows["stage"]))
    waves = sorted(rows["wave"].dropna().unique()) + ([None] if rows["wave"].isna().any() else [])
    figure = make_subplots(
        rows=len(panels) if look.narrow else 1, cols=1 if look.narrow else len(panels), shared_yaxes=not look.narrow,
        vertical_spacing=0.2, horizontal_spacing=0.06,
    )  # fmt: skip
    for place, stage in enumerate(panels, 1):
        at = {"row": place, "col": 1} if look.narrow else {"row": 1, "col": place}
        for number, wave in enumerate(waves):
            own = rows[(rows["stage"] == stage) & (rows["wave"].isna() if wave is None else rows["wave"].eq(wave))]
            figure.add_trace(_line(own, wave, number, place == 1, look), **at)
        figure.add_annotation(_heading(stage, place, look))
    months = sorted(rows["months"].unique())
    title = {"text": _("months from the contract", look.language)}
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=[str(one) for one in months])
    figure.update_xaxes(title=title, row=len(panels) if look.narrow else None)
    figure.update_yaxes(**value_axis(0, 1, "rate", look.language, title=False))
    key_of_traces(figure, look)
    return figure.update_layout(margin={"t": 110 if look.narrow else 56}, legend={"y": 1.09 if look.narrow else 1.12})


def _line(own: pd.DataFrame, wave: object, number: int, first: bool, look: Look) -> go.Scatter:
    colour = SEQUENTIAL[look.theme][SHADES[number % len(SHADES)]]
    name = wave_name(wave, look.language)
    said = [
        plain(
            _(
                "{wave} · within {months} months: {rate} ({reached} of {n})",
                look.language,
                wave=name,
                months=row["months"],
                rate=formats.percent(row["rate"], look.language),
                reached=formats.number(row["reached"], look.language),
                n=formats.number(row["n"], look.language),
            )
        )
        for row in own.to_dict("records")
    ]
    return go.Scatter(
        x=own["months"].astype("str"), y=own["rate"], mode="lines+markers", name=name, showlegend=first,
        legendgroup=name, line={"color": colour, "dash": DASHES[number], "width": 2},
        marker={"symbol": [f"{SYMBOLS[number]}-open" if n < SMALL else SYMBOLS[number] for n in own["n"]], "size": 9},
        hovertext=said, hovertemplate=HOVER, cliponaxis=False,
    )  # fmt: skip


def _heading(stage: str, place: int, look: Look) -> dict[str, object]:
    suffix = "" if place == 1 else str(place)
    return {
        "text": f"<b>{plain(stage_name(stage, look.language))}</b>", "x": 0, "xref": f"x{suffix} domain", "y": 1,
        "yref": f"y{suffix} domain", "xanchor": "left", "yanchor": "bottom", "yshift": 4, "showarrow": False,
        "font": {"size": 12, "color": TEXT[look.theme]},
    }  # fmt: skip
