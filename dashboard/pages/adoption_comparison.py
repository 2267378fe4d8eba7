"""Comparison: who lies further from the others than chance would have it, given its size? Never a ranking."""

from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, State, callback, dcc, html, no_update, register_page
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.answers import answers
from dashboard.comparison_words import (
    OF_UNITS,
    SEGMENT_NAMES,
    UNIT_NAMES,
    figure_name,
    name_of,
    sentence,
)
from dashboard.components import page, section, states
from dashboard.components.adoption_tabs import adoption_tabs
from dashboard.components.choices import Kept, keep_in_address
from dashboard.components.comparison_card import CARDS_OF, PATH, Choice, ask_of, choice_of, compared
from dashboard.components.filter_bar import ANY
from dashboard.components.parts import VIEW
from dashboard.components.suggest import folded
from dashboard.locale import N_, language
from dashboard.locale import translate as _
from dashboard.look import look_of, query_of, selection_of
from data.comparison.units import FIGURES, SEGMENTS, Comparison

register_page(__name__, path=PATH, name=N_("Comparison"), nav=False, filters=True, order=32)

assert set(UNIT_NAMES) == set(OF_UNITS)
CHOICES = keep_in_address(
    "comparison-choices",
    [
        Kept("comparison-figure", "figure", choice_of({}).figure, tuple(FIGURES)),
        Kept("comparison-unit", "unit", choice_of({}).unit, tuple(UNIT_NAMES)),
        Kept("comparison-segment", "segment", ANY, SEGMENTS, of="unit", is_="municipality"),
    ],
)
SIDES = {"above": N_("Above the limits"), "below": N_("Below the limits")}


def layout(**query: str) -> Component:
    spoken, choice = language(), choice_of(query)
    return page(
        N_("Who differs from the others by more than chance?"),
        adoption_tabs(PATH),
        controls(choice, spoken),
        html.Div(html.P(id="comparison-sentence", className="answer-sentence"), className="answer",
                 style={"minHeight": "48px"}),
        section(
            N_("Funnel plot"), html.Div(CARDS_OF[choice].view(12), id="comparison-card", className="card-grid")
        ),
        dcc.Store(id="comparison-shown", data=choice.card_id),
        CHOICES,
        section(N_("Who lies outside?"), html.Div(states.loading(spoken), id="comparison-named")),
        section(
            N_("How to read it"),
            html.Div([html.P(_(text, spoken)) for text in READING], className="comparison-how"),
        ),
    )  # fmt: skip


READING = (
    N_("Every dot is a unit: to the right the larger ones, above the higher values. The horizontal line is the figure "
       "of all together. A small unit may lie far from it by chance, a large one hardly: so the limits narrow to the "
       "right, like a funnel."),
    N_("Outside the 99.8 per cent limits chance is no good explanation: it is worth asking why. Inside them the order "
       "of the units says nothing, so they are not ranked."),
    N_("Where units differ by more than chance because their circumstances do (over-dispersion), the limits are wider "
       "by as much. The limits are exact for small units too: binomial and Poisson, or, over-dispersed, "
       "beta-binomial and negative binomial."),
)  # fmt: skip


def controls(choice: Choice, spoken: str) -> html.Div:
    """Figure, unit and segment; the address keeps them."""
    figures = {name: figure_name(name, spoken) for name in FIGURES}
    units = {name: _(text, spoken) for name, text in UNIT_NAMES.items()}
    segments = {name or ANY: _(text, spoken) for name, text in SEGMENT_NAMES.items()}
    return html.Div(
        [
            _choice("figure", _("Figure", spoken), figures, choice.figure),
            _choice("unit", _("Units", spoken), units, choice.unit),
            _choice("segment", _("Compared", spoken), segments, choice.segment or ANY),
        ],
        className="comparison-tools",
    )


def _choice(key: str, label: str, options: Mapping[str, str], value: str) -> html.Div:
    control = dbc.Select(
        id=f"comparison-{key}", options=[{"label": text, "value": name} for name, text in options.items()],
        value=value, size="sm",
    )  # fmt: skip
    return html.Div(html.Label([html.Span(label), control]), className="comparison-choice")


@callback(
    Output("comparison-sentence", "children"),
    Output("comparison-card", "children"),
    Output("comparison-named", "children"),
    Output("comparison-shown", "data"),
    Input(VIEW, "data"),
    State("comparison-shown", "data"),
)
def show(view: Mapping[str, Any] | None, shown: str | None) -> tuple[Any, ...]:
    """The sentence, the card of what the address asks for, and who lies outside, by name."""
    if not view:
        raise PreventUpdate
    look, choice = look_of(view), choice_of(query_of(str(view.get("search") or "")))
    card = no_update if shown == choice.card_id else CARDS_OF[choice].view(12)
    try:
        answer = answers().ask(ask_of(choice), selection_of(view))
        found = compared(choice, answer.selection)
        return (
            sentence(found, choice.figure, choice.unit, look.language),
            card,
            named(found, choice, look.language),
            choice.card_id,
        )
    except Exception as error:
        return "", card, states.failed(error, look.language), choice.card_id


def named(found: Comparison, choice: Choice, spoken: str) -> Component:
    """The units outside the limits, above and below, in the order of the alphabet."""
    units = found.units
    out = units[units["is_outside"]] if len(units) else units
    if out.empty:
        return states.empty(spoken, _("No unit lies outside the limits.", spoken), " ")
    lists = []
    for side, heading in SIDES.items():
        rows = [(name_of(row, choice.unit, spoken), row["href"]) for row in out[out["side"] == side].to_dict("records")]
        rows.sort(key=lambda row: folded(row[0]))
        if rows:
            links = [html.Li(dcc.Link(name, href=href)) for name, href in rows]
            lists.append(html.Div([html.H3(_(heading, spoken)), html.Ul(links)], className="comparison-side"))
    return html.Div(lists, className="comparison-sides")
