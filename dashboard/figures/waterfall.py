"""Waterfall: from the earlier value through the members' effects to the later one."""

import plotly.graph_objects as go

from dashboard.figures.axes import tick_texts, tick_values
from dashboard.figures.hovers import HOVER, plain
from dashboard.figures.keys import key_of_traces
from dashboard.figures.marks import wrapped
from dashboard.figures.message import message_figure
from dashboard.figures.steps import beside, uprights
from dashboard.figures.targets import Drawn
from dashboard.figures.template import GRID, SURFACE, TEXT, signal_colours
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.why_steps import (
    NAMES,
    EffectName,
    Step,
    Steps,
    Way,
    change_said,
    positions,
    shortened,
    value_said,
    way_of,
)
from dashboard.why_words import WAYS, Named
from dashboard.words import unit_name

PATTERNS: dict[EffectName, str] = {"volume": ".", "mix": "/", "rate": ""}
BAR, APART = 0.32, 0.17  # of a row's height: a bar, and how far the two of a row lie from its middle
ROOM = 0.06  # of the axis, on either side


def waterfall(steps: Steps | None, ends: tuple[str, str], look: Look, named: Named) -> go.Figure:
    """A row for each of the biggest members with a bar per effect, the others as one, between the two values.

    ends: names of the two periods. An effect is told by its pattern, its direction by a word beside it. None: the
    figure is undefined in one of the periods.
    """
    if steps is None:
        return message_figure(look, _("In one of the two periods there is nothing to compare with.", look.language))
    shown = shortened(steps)
    rows = len(shown.steps) + 2
    figure = go.Figure([uprights(_at(shown), look), _ends(shown, ends, look)])
    for place, name in enumerate(shown.effects):
        figure.add_traces(_bars(shown, name, place, look, named))
    figure.add_traces(_key(shown, look))
    names = [ends[0], *(named(one.member) for one in shown.steps), ends[1]]
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(rows))[::-1], range=[-0.6, rows - 0.4], showgrid=False,
        ticktext=[wrapped(plain(name), look, rows) for name in names], tickfont={"color": TEXT[look.theme], "size": 12},
    )  # fmt: skip
    figure.update_xaxes(**_axis(shown, look))
    said = _totals(shown, look)
    key_of_traces(figure, look)
    return figure.update_layout(
        barmode="overlay", bargap=0, annotations=beside(said, look),
        margin={"r": 20 + 7 * max(len(text) for text in said)},
    )  # fmt: skip


def _bars(shown: Steps, name: EffectName, place: int, look: Look, named: Named) -> list[go.Bar]:
    """The bars of one effect, each from where the figure stood to where it takes it; a trace per direction."""
    at = positions(shown)
    count = len(shown.effects)
    rows: dict[Way, list[int]] = {}
    for row, one in enumerate(shown.steps):
        rows.setdefault(way_of(shown.metric, one.of(name)), []).append(row)
    return [
        go.Bar(
            x=[_plain(shown.steps[row].of(name), shown) for row in chosen],
            base=[_plain(at[row * count + place], shown) for row in chosen],
            y=[_row(row, shown) + (APART if place == 0 else -APART) for row in chosen],
            width=BAR, orientation="h", showlegend=False, hovertemplate=HOVER,
            marker=_marker(_colour(way, look), PATTERNS[name], look),
            hovertext=[_said(shown.steps[row], name, shown, look, named) for row in chosen],
        )
        for way, chosen in rows.items()
    ]  # fmt: skip


def _marker(colour: str, pattern: str, look: Look) -> Drawn:
    return {
        "color": colour,
        "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": SURFACE[look.theme], "size": 6},
        "line": {"color": colour, "width": 1},
    }


def _said(one: Step, name: EffectName, shown: Steps, look: Look, named: Named) -> str:
    """`ADÓ · arány: −1,9 százalékpont (rontja)`."""
    said = change_said(one.of(name), shown, look.language)
    way = _(WAYS[way_of(shown.metric, one.of(name))], look.language)
    more = f" ({way})" if way else ""
    return f"{plain(named(one.member))} · {_(NAMES[name], look.language)}: {said}{more}"


def _ends(shown: Steps, ends: tuple[str, str], look: Look) -> go.Scatter:
    """The two values, as dots: the axis does not begin at zero."""
    values = (shown.before, shown.after)
    said = [f"{plain(end)}: {value_said(value, shown, look.language)}" for end, value in zip(ends, values, strict=True)]
    return go.Scatter(
        x=[_plain(value, shown) for value in values], y=[len(shown.steps) + 1, 0], mode="markers", showlegend=False,
        marker={"size": 13, "symbol": "circle", "color": TEXT[look.theme]}, hovertemplate=HOVER,
        hovertext=said,
    )  # fmt: skip


def _at(shown: Steps) -> list[float]:
    """Where the figure stands after each row but the last."""
    at, count = positions(shown), len(shown.effects)
    return [_plain(at[row * count], shown) for row in range(len(shown.steps) + 1)]


def _key(shown: Steps, look: Look) -> list[go.Bar]:
    """Entries of the key: the patterns of the effects, then the colours of the directions that occur."""
    common = signal_colours(look.theme)["common"]
    ways = {way_of(shown.metric, one.of(name)): None for one in shown.steps for name in shown.effects if one.of(name)}
    entries = [(_(NAMES[name], look.language), common, PATTERNS[name]) for name in shown.effects]
    entries += [(_(WAYS[way], look.language), _colour(way, look), "") for way in sorted(ways)]
    return [
        go.Bar(
            x=[None], y=[None], orientation="h", name=name, hoverinfo="skip", marker=_marker(colour, shape, look)
        )
        for name, colour, shape in entries
    ]  # fmt: skip


def _totals(shown: Steps, look: Look) -> list[str]:
    """What stands beside each row: the value, or what the member does and whether that is good."""
    language = look.language
    inner = []
    for one in shown.steps:
        way = _(WAYS[way_of(shown.metric, one.total)], language)
        amount = change_said(one.total, shown, language, unit=False)
        inner.append(amount if look.narrow or not way else f"{amount} · {way}")
    return [value_said(shown.before, shown, language), *inner, value_said(shown.after, shown, language)]


def _axis(shown: Steps, look: Look) -> dict[str, object]:
    """An axis around where the figure stood; it says that it does not begin at zero."""
    unit, language = shown.metric.unit, look.language
    places = [_plain(one, shown) for one in positions(shown)]
    low, high = min(places), max(places)
    if low == high:
        low, high = low - float(shown.size), high + float(shown.size)
    ticks = tick_values(low, high, "ratio" if unit in ("rate", "count") else unit)
    ticks = ticks[::2] if look.narrow and len(ticks) > 3 else ticks
    title = _("{unit} (does not start at zero)", language, unit=unit_name(unit, language))
    room = (high - low) * ROOM
    return {
        "tickmode": "array", "tickvals": ticks, "ticktext": tick_texts(ticks, unit, language), "showgrid": True,
        "gridcolor": GRID[look.theme], "range": [min(low, ticks[0]) - room, max(high, ticks[-1]) + room],
        "title": {"text": title if low > 0 else unit_name(unit, language)},
    }  # fmt: skip


def _row(row: int, shown: Steps) -> int:
    return len(shown.steps) - row


def _plain(count: int, shown: Steps) -> float:
    return float(count * shown.size)


def _colour(way: Way, look: Look) -> str:
    signals = signal_colours(look.theme)
    match way:
        case "better":
            return signals["improvement"]
        case "worse":
            return signals["concern"]
    return signals["neutral"] if way == "up" else signals["common"]
