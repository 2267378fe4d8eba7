"""The flow of tickets between support levels and actors."""

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.figures.ages import LEVELS, holder_name
from dashboard.figures.hovers import Label, plain
from dashboard.figures.message import message_figure
from dashboard.figures.template import MUTED, SURFACE, TEXT, signal_colours
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from data.schema import EVERY

IN, OUT = "in", "out"
NARROW = 15  # letters of a name that there is room for on a narrow screen
ENDS = {IN: N_("opened or reopened"), OUT: N_("resolved, closed or cancelled")}
Holder = tuple[str, int]
"""Actor and level; (IN, 0) and (OUT, 0) stand for outside."""
Node = tuple[str, Holder]
"""What a box of the drawing is: "in", "holder", "out" (ended, by the level that it ended at), "again"."""


@dataclass(frozen=True)
class Handoff:
    """One way that tickets take. mean: clock minutes that the giving side had held them on average, if known."""

    giver: Holder
    taker: Holder
    count: int
    mean: float | None

    @property
    def is_inside(self) -> bool:
        """Whether it is a hand-off: between two holders."""
        return self.giver[0] != IN and self.taker[0] != OUT

    @property
    def is_back(self) -> bool:
        """Whether it goes down a level, or to another actor of the same one."""
        return self.is_inside and self.taker[1] <= self.giver[1]


Link = tuple[Node, Node, Handoff]


def handoffs(frame: pd.DataFrame) -> list[Handoff]:
    """frame: from data.flows.flows(). The same ways, biggest first."""
    found = []
    for row in frame.to_dict("records"):
        giver = (IN, 0) if row["from_actor_id"] == EVERY else (str(row["from_actor_id"]), int(row["from_level"]))
        taker = (OUT, 0) if row["to_actor_id"] == EVERY else (str(row["to_actor_id"]), int(row["to_level"]))
        mean = row["held_clock_minutes"] / row["timed"] if row["timed"] else None
        found.append(Handoff(giver, taker, int(row["handoffs"]), mean))
    return sorted(found, key=lambda one: (-one.count, one.giver, one.taker))


def sankey(ways: list[Handoff], look: Look, label: Label = words.label) -> go.Figure:
    """Outside → first level → second level → outside, each level with its own end.

    What goes back, or to another actor of the same level, ends in a box of its own ("→ NISZ") in the colour of
    concern: drawn as a loop it could not be followed.
    """
    if not ways:
        return message_figure(look)
    every = [(_from(way), _to(way), way) for way in ways]
    links = _without_last_end(every) if look.narrow else every
    nodes = list(dict.fromkeys(node for giver, taker, _way in links for node in (giver, taker)))
    places = {node: place for place, node in enumerate(nodes)}
    signals = signal_colours(look.theme)
    return go.Figure(
        go.Sankey(
            node={
                "label": [_label(node, look, label) for node in nodes],
                "color": [signals["concern"] if node[0] == "again" else MUTED[look.theme] for node in nodes],
                "line": {"width": 0},
                "pad": 22,
                "thickness": 10 if look.narrow else 16,
                "align": "left",
                "customdata": [_node_hover(node, every, look, label) for node in nodes],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
            link={
                "source": [places[giver] for giver, _taker, _way in links],
                "target": [places[taker] for _giver, taker, _way in links],
                "value": [way.count for _giver, _taker, way in links],
                "color": [
                    _faint(signals["concern" if way.is_back else "common"], way.is_back)
                    for _giver, _taker, way in links
                ],
                "customdata": [way_words(way, look, label) for _giver, _taker, way in links],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
            textfont={"color": TEXT[look.theme], "size": 11 if look.narrow else 13, "shadow": _halo(look)},
        )
    ).update_layout(margin={"l": 4, "r": 4, "t": 12, "b": 12})


def node_name(holder: Holder, language: str, label: Label = words.label) -> str:
    """`NISZ · 1. szint`, or what stands for outside."""
    if holder[0] in ENDS:
        return _(ENDS[holder[0]], language)
    return holder_name(holder[0], holder[1], language, label)


def way_words(way: Handoff, look: Look, label: Label = words.label) -> str:
    """`NISZ · 1. szint → GAZD-üzemeltető · 2. szint: 899 átadás, előtte az átadónál átlagosan 14 óra 55 perc`."""
    language = look.language
    names = " → ".join(plain(node_name(holder, language, label)) for holder in (way.giver, way.taker))
    count = formats.number(way.count, language)
    if way.giver[0] == IN:
        return _("{ways}: {count} tickets", language, ways=names, count=count)
    text = N_("{ways}: {count} hand-offs, on average after {time} with the giver")
    if way.taker[0] == OUT:
        text = N_("{ways}: {count} tickets, on average after {time} with the holder")
    return _(text, language, ways=names, count=count, time=formats.duration(way.mean, language, 24 * 60))


def _without_last_end(links: list[Link]) -> list[Link]:
    """Without the ends of the last level where another is before it: there is no room for their names."""
    last = max(way.giver[1] for _giver, _taker, way in links)
    kept = [link for link in links if link[1] != ("out", (OUT, last))]
    return kept if any(way.is_inside for _giver, _taker, way in kept) else links


def _from(way: Handoff) -> Node:
    return ("in" if way.giver[0] == IN else "holder"), way.giver


def _to(way: Handoff) -> Node:
    if way.taker[0] == OUT:
        return "out", (OUT, way.giver[1])
    return ("again" if way.is_back else "holder"), way.taker


def _label(node: Node, look: Look, label: Label) -> str:
    """A box's name; where room is scarce the level by its number."""
    kind, (actor, level) = node
    language = look.language
    match kind:
        case "in":
            return _("opened", language) if look.narrow else _(ENDS[IN], language)
        case "out":
            return f"{_('ended', language)} ({_(LEVELS.get(level, LEVELS[0]), language)})"
    arrow = "→ " if kind == "again" else ""
    name = holder_name(actor, level, language, label)
    if look.narrow:
        named = label("actor", actor, language)
        named = named if len(named) <= NARROW else f"{named[: NARROW - 1]}…"
        name = f"{named} ({level or '?'})"
    return plain(f"{arrow}{name}")


def _node_hover(node: Node, links: list[Link], look: Look, label: Label) -> str:
    came = sum(way.count for _giver, taker, way in links if taker == node)
    left = sum(way.count for giver, _taker, way in links if giver == node)
    name = _label(node, Look(look.language, look.theme), label)
    if node[0] != "holder":
        return f"{name}: {formats.number(came or left, look.language)}"
    counts = {"came": formats.number(came, look.language), "left": formats.number(left, look.language)}
    return _("{name}: {came} came, {left} left", look.language, name=name, **counts)


def _faint(colour: str, strong: bool) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{0.7 if strong else 0.35})"


def _halo(look: Look) -> str:
    """Names stand on links of any shade."""
    return ", ".join(f"{x}px {y}px 2px {SURFACE[look.theme]}" for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)))
