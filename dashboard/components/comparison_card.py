"""The funnel of each figure, unit and segment: a card of its own each, so that its address decides what is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats
from dashboard.answers import Ask, answers
from dashboard.comparison_words import (
    ONE_UNIT,
    SEGMENT_NAMES,
    UNIT_NAMES,
    better_of,
    figure_name,
    name_of,
    segment_said,
    sentence,
    size_name,
    target_said,
    unit_of,
    verdict,
)
from dashboard.components.card import Answered, Card, chart_card
from dashboard.components.chips import with_query
from dashboard.components.suggest import folded
from dashboard.components.titled import period_of
from dashboard.figures.funnel import funnels
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import periods_of
from dashboard.stage_reading import stages_of
from dashboard.subtitles import day_of
from dashboard.tabulate import LINKS, UNITS
from data.adoption.places import register
from data.comparison.units import FIGURES, SEGMENTS, Comparison, compare
from data.comparison.units import UNITS as KINDS_OF_UNITS
from data.metrics.catalogue import METRICS
from data.selection import Selection

PATH = "/adoption/comparison"
NOTE = N_(
    "Dots: within the limits, larger where several lie on one another; triangles: outside. Solid and dotted lines: "
    "limits of 99.8 and 95 per cent"
)
HEIGHTS = {"": 480, "joining_type": 640, "office_kind": 880, "size_band": 1750}
ORDER = ("", "system", "interface", "own", "joint", "none", "under_500", "500_1999", "2000_4999", "5000_9999",
         "10000_49999", "over_50000", "unknown")  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """What the address asks for."""

    figure: str
    unit: str
    segment: str = ""

    @property
    def card_id(self) -> str:
        return "-".join(filter(None, ["comparison", self.figure, self.unit, self.segment]))


def choice_of(query: Mapping[str, str]) -> Choice:
    """Of an address; the first ones where it names none that there is."""
    figure, unit, segment = query.get("figure", ""), query.get("unit", ""), query.get("segment", "")
    unit = unit if unit in KINDS_OF_UNITS else KINDS_OF_UNITS[0]
    return Choice(
        figure if figure in FIGURES else next(iter(FIGURES)),
        unit,
        segment if segment in SEGMENTS and unit == "municipality" else "",
    )


def compared(choice: Choice, selection: Selection) -> Comparison:
    """The comparison of a choice, parts in the order of pages, each unit with `href`, where it leads."""
    return answers().read(
        ("comparison", choice, selection),
        lambda connection: _led(
            compare(connection, choice.figure, selection, choice.unit, choice.segment, lambda: stages_of(selection)),
            choice,
            selection,
        ),
    )


def ask_of(choice: Choice) -> Ask:
    """The question behind a card: names the figure and its period."""
    of = FIGURES[choice.figure]
    return Ask(of.metric, (choice.unit,), periods_of(of.metric)[0])


def _led(found: Comparison, choice: Choice, selection: Selection) -> Comparison:
    members: Mapping[str, list[str]] = {}
    if choice.unit in ("office", "district"):
        places = answers().read("comparison-places", lambda connection: register(connection))
        held_by = "office_id" if choice.unit == "office" else "district"
        members = {str(name): list(ids) for name, ids in places.groupby(held_by)["municipality_id"]}
    for part in found.parts:
        frame = part.funnel.frame
        frame["href"] = [_href(row, choice, selection, members) for row in frame.to_dict("records")]
    ordered = sorted(found.parts, key=lambda part: ORDER.index(part.member) if part.member in ORDER else len(ORDER))
    return Comparison(tuple(ordered), found.withheld, found.uncounted)


def _href(row: Mapping[Any, Any], choice: Choice, selection: Selection, members: Mapping[str, list[str]]) -> str:
    """A municipality leads to its profile, any other unit to its municipalities."""
    query = selection.to_query()
    if choice.unit == "municipality" and not row["is_pooled"]:
        return with_query(f"/municipality/{row['unit']}", query)
    inside = {"county": str(row["county"])}
    if choice.unit in ("office", "district"):
        inside = {"municipality": ",".join(sorted(members.get(row["unit"], [])))}
    return with_query(PATH, query | inside | {"figure": choice.figure})


def declared(choice: Choice) -> Card:
    """Declare the card of a choice."""
    of = FIGURES[choice.figure]

    def draw(answered: Answered, look: Look) -> go.Figure:
        return funnels(
            compared(choice, answered[0].selection), look, better=better_of(of), unit=unit_of(of),
            size=size_name(choice.figure, look.language),
            name=lambda row: name_of(row, choice.unit, look.language),
            member=lambda member: segment_said(choice.segment, member, look.language),
        )  # fmt: skip

    def title(answered: Answered, look: Look) -> str:
        found = compared(choice, answered[0].selection)
        said = target_said(found, of, look.language)
        heading = figure_name(choice.figure, look.language)
        return f"{heading}: {_('{value} in all', look.language, value=said)}" if said else heading

    def subtitle(answered: Answered, look: Look) -> str:
        is_stock = METRICS[of.metric].kind == "stock"
        when = day_of(answered, look) if is_stock else period_of(answered, look)
        count = formats.number(len(compared(choice, answered[0].selection).units), look.language)
        units = f"{_(UNIT_NAMES[choice.unit], look.language)}: {count}"
        return " · ".join(filter(None, [units, when, _(SEGMENT_NAMES[choice.segment], look.language)]))

    def summary(answered: Answered, look: Look) -> str:
        return sentence(compared(choice, answered[0].selection), choice.figure, choice.unit, look.language)

    def table(answered: Answered, look: Look) -> pd.DataFrame:
        return twin(compared(choice, answered[0].selection), choice, look.language)

    return chart_card(
        choice.card_id, ask_of(choice), draw=draw, title=title, subtitle=subtitle, summary=summary, table=table,
        height=HEIGHTS[choice.segment],
        note=NOTE,
    )  # fmt: skip


def twin(found: Comparison, choice: Choice, language: str) -> pd.DataFrame:
    """Every unit in the order of the alphabet, with its limits and where it lies; never ranked."""
    of, rows = FIGURES[choice.figure], found.units
    names = [name_of(row, choice.unit, language) for row in rows.to_dict("records")]
    rows = rows.assign(name=names, key=[folded(name) for name in names]).sort_values("key") if len(rows) else rows
    if rows.empty:
        return pd.DataFrame({_(ONE_UNIT[choice.unit], language): []})
    value = figure_name(choice.figure, language)
    low, high = _("Lower limit", language), _("Upper limit", language)
    columns: dict[str, Any] = {_(ONE_UNIT[choice.unit], language): list(rows["name"])}
    if choice.segment:
        columns[_("Group", language)] = [segment_said(choice.segment, one, language) for one in rows["segment"]]
    columns |= {
        value: rows["value"].astype("float64").to_numpy(),
        _("Numerator", language): rows["numerator"].astype("int64").to_numpy(),
        _("Denominator", language): rows["denominator"].astype("float64").to_numpy(),
        low: rows["lower_998"].to_numpy(),
        high: rows["upper_998"].to_numpy(),
        _("Verdict", language): [verdict(side, language) for side in rows["side"]],
    }
    frame = pd.DataFrame(columns)
    frame.attrs[UNITS] = dict.fromkeys((value, low, high), "rate") if of.kind == "proportion" else {}
    frame.attrs[LINKS] = list(rows["href"])
    return frame


CARDS_OF = {
    choice: declared(choice)
    for figure in FIGURES
    for choice in [
        *(Choice(figure, unit) for unit in KINDS_OF_UNITS),
        *(Choice(figure, "municipality", segment) for segment in SEGMENTS),
    ]
}
