"""Which stage is open where: members by stages, the more is missing the darker the cell."""

import math
from collections.abc import Mapping
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats
from dashboard.figures.heat import GAP, TINTS
from dashboard.figures.hovers import HOVER, plain
from dashboard.figures.marks import SMALL, ordered
from dashboard.figures.message import message_figure
from dashboard.figures.targets import Drawn
from dashboard.figures.template import TEXT
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.stage_words import member_name, order_of, stage_name
from data.adoption.stages import STAGES

FULL = 0.4  # the share missing at which the tint is full
LINE = 16  # pixels


def stage_heat(
    steps: pd.DataFrame, look: Look, *, cut: str, links: Mapping[tuple[str, str], str] | None = None
) -> go.Figure:
    """steps: data.adoption.summary.progress() by [cut]; a cell is the share of pairs that hold the stage by itself.
    links: by member and stage where a cell leads."""
    if steps.empty:
        return message_figure(look)
    steps = steps.assign(**{cut: steps[cut].astype("str")})
    firsts = steps.drop_duplicates(cut)
    counts = {str(name): int(pairs) for name, pairs in zip(firsts[cut], firsts["pairs"], strict=True)}
    members = ordered(list(counts), cut.removesuffix("_id"), counts)[::-1]
    cells = {(row[cut], row["stage"]): row for row in steps.to_dict("records")}
    lines = [[cells[member, stage] for stage in STAGES] for member in members]
    low, none = TINTS[look.theme][0], TINTS[look.theme][1]
    figure = go.Figure(
        go.Heatmap(
            x=list(STAGES), y=members, z=[[_missing(cell) for cell in line] for line in lines], zmin=0, zmax=FULL,
            colorscale=[[0, none], [1, low]], showscale=False, xgap=GAP, ygap=GAP,
            text=[[_text(cell, look) for cell in line] for line in lines], texttemplate="%{text}",
            textfont={"color": TEXT[look.theme], "size": 11 if look.narrow else 12},
            hovertext=[[_hover(cell, cut, look) for cell in line] for line in lines], hovertemplate=HOVER,
            customdata=[[(links or {}).get((member, stage), "") for stage in STAGES] for member in members],
        )
    )  # fmt: skip
    heads = _heads(look)
    figure.update_xaxes(**_names(list(STAGES), heads, look), side="top", tickfont_size=12 if look.narrow else 11)
    said = [f"{plain(member_name(cut, member, look.language))} ({formats.number(counts[member], look.language)})"
            for member in members]  # fmt: skip
    figure.update_yaxes(**_names(members, ["<br>".join(wrap(one, 20)) for one in said], look), rangemode="normal")
    key = [_key(look)] if look.narrow else []
    depth = max(text.count("<br>") + 1 for text in heads)
    top = 12 + LINE * depth + (LINE * math.ceil(len(STAGES) / 2) if look.narrow else 0)
    return figure.update_layout(annotations=key, margin={"t": top, "r": 4})


def _missing(cell: dict[Any, Any]) -> float:
    """None of few pairs is tinted: one of them would be a great share."""
    return 0.0 if cell["pairs"] < SMALL else min(FULL, 1 - float(cell["alone_rate"]))


def _text(cell: dict[Any, Any], look: Look) -> str:
    said = formats.percent(cell["alone_rate"], look.language, 0 if look.narrow else 1)
    return f"<i>{said}*</i>" if cell["pairs"] < SMALL else said


def _hover(cell: dict[Any, Any], cut: str, look: Look) -> str:
    language = look.language
    return plain(
        _(
            "{member} · {stage}: {alone} of {pairs} pairs ({share})",
            language,
            member=member_name(cut, cell[cut], language),
            stage=stage_name(cell["stage"], language),
            alone=formats.number(cell["alone"], language),
            pairs=formats.number(cell["pairs"], language),
            share=formats.percent(cell["alone_rate"], language),
        )
    )


def _heads(look: Look) -> list[str]:
    """The stages' names; their numbers where there is no room, told by the key."""
    if look.narrow:
        return [str(order_of(stage)) for stage in STAGES]
    return ["<br>".join(wrap(plain(stage_name(stage, look.language)), 14, break_long_words=False)) for stage in STAGES]


def _key(look: Look) -> Drawn:
    """Annotation: which stage each number is, two in a line."""
    parts = [f"{order_of(stage)} {plain(stage_name(stage, look.language))}" for stage in STAGES]
    lines = [" · ".join(parts[place : place + 2]) for place in range(0, len(parts), 2)]
    return {
        "text": "<br>".join(lines), "x": 1, "xref": "paper", "xanchor": "right", "y": 1, "yref": "paper",
        "yanchor": "bottom", "yshift": 24, "showarrow": False, "align": "right",
        "font": {"size": 11, "color": TEXT[look.theme]},
    }  # fmt: skip


def _names(places: list[str], names: list[str], look: Look) -> dict[str, Any]:
    return {
        "type": "category", "tickmode": "array", "tickvals": places, "ticktext": names, "showgrid": False,
        "ticks": "", "tickfont": {"color": TEXT[look.theme], "size": 12},
    }  # fmt: skip
