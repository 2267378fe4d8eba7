"""How many pairs come through each stage: a bar per stage and type of joining, the step's conversion beside it."""

from collections.abc import Mapping
from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard import formats
from dashboard.figures.axes import value_axis
from dashboard.figures.hovers import HOVER, plain
from dashboard.figures.keys import ROOM
from dashboard.figures.marks import ordered
from dashboard.figures.message import message_figure
from dashboard.figures.targets import Drawn, sparse
from dashboard.figures.template import MUTED, SEQUENTIAL, TEXT, signal_colours
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.stage_words import PROXY, member_name, stage_name
from data.adoption.stages import STAGES
from data.adoption.summary import widest_gap

SHADE = 4
PLACES = list(range(len(STAGES)))
"""Rows of a panel from the bottom up. They are numbers, so that both panels keep the same height."""
RIGHT = {False: 150, True: 104}  # pixels beside the bars, by narrow


def funnel_stages(steps: pd.DataFrame, look: Look, links: Mapping[tuple[str, str], str] | None = None) -> go.Figure:
    """steps: data.adoption.summary.progress() by joining_type. Bars are shares of all pairs in scope.

    The stage at which most are left behind is drawn in the colour of concern; the part of "in use" that rests on a
    proxy is hatched. links: by type of joining and stage where a bar leads.
    """
    if steps.empty:
        return message_figure(look)
    kinds = ordered(list(steps["joining_type"].unique()), "joining_type", {})
    panels = {"rows": len(kinds), "cols": 1} if look.narrow else {"rows": 1, "cols": len(kinds)}
    figure = make_subplots(
        **panels, shared_yaxes=not look.narrow, shared_xaxes=False, vertical_spacing=0.16,
        horizontal_spacing=0.3 / len(kinds),
    )  # fmt: skip
    has_proxy = bool(steps["proxy"].sum())
    for place, kind in enumerate(kinds, 1):
        own = steps[steps["joining_type"] == kind].set_index("stage").loc[list(STAGES[::-1])]
        at = {"row": place, "col": 1} if look.narrow else {"row": 1, "col": place}
        gap = widest_gap(own.reset_index())
        leads = [(links or {}).get((str(kind), str(stage)), "") for stage in own.index]
        for trace in _bars(own, gap.stage if gap else "", leads, look):
            figure.add_trace(trace, **at)
        suffix = "" if place == 1 else str(place)
        for note in [_heading(own, kind, suffix, look), *_values(own, suffix, look)]:
            figure.add_annotation(note)
    axis = sparse(value_axis(0, 1, "rate", look.language, title=False), look)
    figure.update_xaxes(**axis, showgrid=True)
    names = [plain(stage_name(stage, look.language)) for stage in STAGES[::-1]]
    figure.update_yaxes(
        tickmode="array", tickvals=PLACES, ticktext=[_folded(name, look) for name in names],
        range=[-0.5, len(PLACES) - 0.5],
        showgrid=False, tickfont={"color": TEXT[look.theme], "size": 12},
    )  # fmt: skip
    if has_proxy:
        figure.add_annotation(_key(look))
    top = ROOM + (22 if has_proxy else 0)
    return figure.update_layout(barmode="stack", margin={"t": top, "r": RIGHT[look.narrow]})


def _bars(own: pd.DataFrame, worst: str, leads: list[str], look: Look) -> list[go.Bar]:
    concern = signal_colours(look.theme)["concern"]
    colours = [concern if stage == worst else SEQUENTIAL[look.theme][SHADE] for stage in own.index]
    said = [_hover(str(stage), row, look.language) for stage, row in own.iterrows()]
    whole = own["pairs"].astype("float64")
    parts = [((own["reached"] - own["proxy"]) / whole, ""), (own["proxy"] / whole, "/")]
    return [
        go.Bar(
            x=share, y=PLACES, orientation="h", width=0.62, hovertext=said, hovertemplate=HOVER,
            customdata=leads,
            marker={"color": colours, "pattern": {"shape": pattern, "fillmode": "replace", "size": 6}},
        )
        for share, pattern in parts
        if not pattern or share.any()
    ]  # fmt: skip


def _hover(stage: str, row: pd.Series, language: str) -> str:
    said = _(
        "{stage}: {reached} of {pairs} pairs ({share}), of those before {conversion}; by itself {alone}",
        language,
        stage=stage_name(stage, language),
        reached=formats.number(row["reached"], language),
        pairs=formats.number(row["pairs"], language),
        share=formats.percent(row["reached_rate"], language),
        conversion=formats.percent(row["conversion"], language),
        alone=formats.number(row["alone"], language),
    )
    if row["proxy"]:
        said += f" · {_(PROXY, language)}: {formats.number(row['proxy'], language)}"
    return plain(said)


def _values(own: pd.DataFrame, suffix: str, look: Look) -> list[Drawn]:
    """Annotations: share and number of each stage, and how many of those before it came to it."""
    found = []
    for place, (_stage, row) in enumerate(own.iterrows()):
        share, count = (
            formats.percent(row["reached_rate"], look.language),
            formats.number(row["reached"], look.language),
        )
        text = f"{share} · {count}"
        if place < len(own) - 1:
            step = _("step: {rate}", look.language, rate=formats.percent(row["conversion"], look.language))
            text += f'<br><span style="font-size:11px;color:{MUTED[look.theme]}">{step}</span>'
        found.append(
            {
                "x": 1, "xref": f"x{suffix} domain", "y": place, "yref": f"y{suffix}", "text": text, "xanchor": "left",
                "xshift": 6, "showarrow": False, "align": "left", "font": {"size": 12, "color": TEXT[look.theme]},
            }
        )  # fmt: skip
    return found


def _heading(own: pd.DataFrame, kind: str, suffix: str, look: Look) -> Drawn:
    count = formats.number(own["pairs"].iloc[0], look.language)
    name = plain(member_name("joining_type", kind, look.language))
    return {
        "x": 0, "xref": f"x{suffix} domain", "y": 1, "yref": f"y{suffix} domain", "xanchor": "left",
        "yanchor": "bottom", "yshift": 4, "showarrow": False, "align": "left",
        "text": f"<b>{name}</b> · n{formats.SPACE}={formats.SPACE}{count}",
        "font": {"size": 12, "color": TEXT[look.theme]},
    }  # fmt: skip


def _key(look: Look) -> Drawn:
    """Annotation: what the hatching means."""
    return {
        "text": f"▨ {plain(_(PROXY, look.language))}", "x": 0, "xref": "paper", "xanchor": "left", "y": 1,
        "yref": "paper", "yanchor": "bottom", "yshift": 24, "showarrow": False,
        "font": {"size": 12, "color": TEXT[look.theme]},
    }  # fmt: skip


def _folded(name: str, look: Look) -> str:
    """A stage's name in as many lines as the width asks for."""
    return "<br>".join(wrap(name, 14 if look.narrow else 22, break_long_words=False))
