"""Fills chart cards: measures their questions, draws the chart or writes its table twin."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from dash import ALL, MATCH, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from dashboard import formats, withheld, words
from dashboard.answers import Ask, answers
from dashboard.components import states
from dashboard.components.card import CARDS, Answered, Card, Text
from dashboard.components.freshness import footnote
from dashboard.components.menu import SHOW_CHART, SHOW_TABLE, menu_name, menu_words
from dashboard.components.parts import VIEW, part
from dashboard.components.tables import table_of
from dashboard.drill import carried, mark_href, with_query
from dashboard.figures.template import apply_template
from dashboard.locale import translate as _
from dashboard.look import Look, look_of, query_of, selection_of
from dashboard.tabulate import twin
from data.metrics.catalogue import METRICS

ROW_PIXELS, AXIS_PIXELS = 56, 24  # at most for each row of members, and around them
SPREAD_FROM = 0.75  # share of a card's height that rows must need at least to be spread over all of it


def register(app: Dash) -> None:
    """Card callbacks of the app."""
    app.callback(
        output={
            "title": Output(part("title", MATCH), "children"),
            "subtitle": Output(part("subtitle", MATCH), "children"),
            "figure": Output(part("graph", MATCH), "figure"),
            "chart_hidden": Output(part("chart", MATCH), "hidden"),
            "summary": Output(part("summary", MATCH), "children"),
            "table": Output(part("table", MATCH), "children"),
            "table_hidden": Output(part("table", MATCH), "hidden"),
            "message": Output(part("message", MATCH), "children"),
            "footnote": Output(part("footnote", MATCH), "children"),
            "toggle": Output(part("toggle", MATCH), "children"),
            "menu": Output(part("menu", MATCH), "children"),
        },
        inputs={
            "view": Input(VIEW, "data"),
            "mode": Input(part("mode", MATCH), "data"),
            "of": State(part("mode", MATCH), "id"),
        },
    )(fill_card)
    app.callback(
        Output(part("mode", MATCH), "data"),
        Input(part("toggle", MATCH), "n_clicks"),
        State(part("mode", MATCH), "data"),
        prevent_initial_call=True,
    )(other_mode)
    app.callback(
        Output("shell-address", "href"),
        Input(part("graph", ALL), "clickData"),
        State(VIEW, "data"),
        prevent_initial_call=True,
    )(open_mark)


def open_mark(clicks: Sequence[Any], view: Mapping[str, Any] | None) -> str:
    """The address of what stands behind the mark that was clicked."""
    of = ctx.triggered_id
    click = (ctx.triggered[0]["value"] if ctx.triggered else None) or {}
    if not isinstance(of, Mapping) or of["card"] not in CARDS or not click.get("points"):
        raise PreventUpdate
    look = look_of(view)
    card = CARDS[of["card"]]
    href = mark_href(ask_all(card, view or {}), click["points"][0], look.language, placed=card.origin is None)
    if not href:
        raise PreventUpdate
    path, _question, search = href.partition("?")
    return with_query(path, query_of(search) | _kept(view))


def _kept(view: Mapping[str, Any] | None) -> dict[str, str]:
    """What stands in the address besides the selection: the language it was asked in."""
    query = carried(str((view or {}).get("search") or ""))
    return {key: value for key, value in query.items() if key == "lang"}


def other_mode(clicks: int | None, mode: str) -> str:
    """Chart becomes table and the other way round."""
    if not clicks:
        raise PreventUpdate
    return "chart" if mode == "table" else "table"


def fill_card(view: Mapping[str, Any] | None, mode: str, of: Mapping[str, str]) -> dict[str, Any]:
    """Every part of a card for what the reader has selected. What fails is said in the card."""
    if not view or of["card"] not in CARDS:
        raise PreventUpdate
    look, card = look_of(view), CARDS[of["card"]]
    try:
        key = (card.id, selection_of(view), look, mode, *_chosen(card, view))
        return answers().made(key, lambda: _filled(card, ask_all(card, view), look, mode))
    except Exception as error:
        return _only_message(states.failed(error, look.language), card, look)


def ask_all(card: Card, view: Mapping[str, Any]) -> Answered:
    """The answers to a card's questions. Raises AspError."""
    selection = selection_of(view)
    return tuple(answers().ask(question, selection) for question in questions_of(card, view))


def questions_of(card: Card, view: Mapping[str, Any]) -> tuple[Ask, ...]:
    """What a card asks at the address that the browser reports."""
    return card.questions(query_of(str(view.get("search") or "")))


def _chosen(card: Card, view: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells the questions that a card chooses by the address from others of its own."""
    if card.choose is None:
        return ()
    selection = selection_of(view)
    return tuple((one.metric, one.by, one.selection(selection)) for one in questions_of(card, view))


def title_of(card: Card, answered: Answered, look: Look) -> str:
    """The card's title: its own, else the metric's name."""
    return said(card.title, answered, look) or words.metric_name(answered[0].metric, look.language)


def subtitle_of(card: Card, answered: Answered, look: Look) -> str:
    """Unit, period, n; or what the card says instead."""
    return said(card.subtitle, answered, look) or _subtitle(answered, look)


def said(text: Text, answered: Answered, look: Look) -> str:
    """A text of a card, translated or made from its answers; empty when it has none."""
    if text is None:
        return ""
    return text(answered, look) if callable(text) else _(text, look.language)


def _filled(card: Card, answered: Answered, look: Look, mode: str) -> dict[str, Any]:
    title = title_of(card, answered, look)
    parts = {
        "title": title,
        "subtitle": subtitle_of(card, answered, look),
        "summary": _summary(card, answered, look, title),
        "footnote": footnote(answered, look.language, said(card.note, answered, look), card.sources),
        "figure": no_update,
        "chart_hidden": True,
        "table": [],
        "table_hidden": True,
        "message": [],
        "toggle": _toggle(mode, look.language),
        "menu": menu_name(title, look.language),
    }
    if all(withheld.is_withheld(answer.frame) for answer in answered):
        # Not even n is said.
        return parts | {"message": states.empty(look.language, *withheld.notice(look.language)), "subtitle": ""}
    if all(answer.is_empty for answer in answered):
        return parts | {"message": states.empty(look.language)}
    if mode == "table":
        return parts | {"table": table_of(twin(card, answered, look), title, look.language), "table_hidden": False}
    figure = apply_template(card.draw(answered, look), look.theme, look.language)
    gather_rows(figure, card.height)
    return parts | {"figure": figure, "chart_hidden": False}


def gather_rows(figure: go.Figure, height: int) -> None:
    """Rows of a chart of members stand at its top where a filter has left few: they are not spread over the height."""
    axis = figure.layout.yaxis
    if axis.type != "category" or not axis.tickvals:
        return
    share = (ROW_PIXELS * len(axis.tickvals) + AXIS_PIXELS) / height
    if share < SPREAD_FROM:
        axis.domain = [1 - share, 1]


def _only_message(message: Any, card: Card, look: Look) -> dict[str, Any]:
    """The message in place of figure and table; the title stays, so that the reader knows what is missing."""
    names = ("subtitle", "summary", "footnote", "table")
    return dict.fromkeys(names, "") | {
        "title": _known_title(card, look),
        "figure": no_update,
        "chart_hidden": True,
        "table_hidden": True,
        "message": message,
        "toggle": no_update,
        "menu": menu_name(_known_title(card, look), look.language),
    }


def _known_title(card: Card, look: Look) -> str:
    """The title that needs no answer."""
    if isinstance(card.title, str):
        return _(card.title, look.language)
    known = METRICS.get(card.asks[0].metric)
    return words.metric_name(known, look.language) if known else "–"


def _subtitle(answered: Answered, look: Look) -> str:
    first = answered[0]
    period = formats.period(first.selection.first, first.selection.last, look.language)
    parts = [words.unit_name(first.metric.unit, look.language), period or _("whole period", look.language)]
    return " · ".join([*parts, f"n{formats.SPACE}={formats.SPACE}{formats.number(first.n, look.language)}"])


def _summary(card: Card, answered: Answered, look: Look, title: str) -> str:
    said_by_card = said(card.summary, answered, look)
    return said_by_card or _(
        "Chart: {title}. Its figures are in the table that the menu of the chart shows.", look.language, title=title
    )


def _toggle(mode: str, language: str) -> list[Any]:
    if mode == "table":
        return menu_words("chart", SHOW_CHART, language)
    return menu_words("table", SHOW_TABLE, language)
