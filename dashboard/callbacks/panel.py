"""The panel at the side: the definition of a card's figure, and where the figure comes from."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx
from dash.exceptions import PreventUpdate

from dashboard.answers import answers
from dashboard.callbacks.cards import questions_of
from dashboard.components import states
from dashboard.components.card import CARDS, Card
from dashboard.components.definition import definition
from dashboard.components.origin import origin
from dashboard.components.parts import VIEW, part
from dashboard.locale import translate as _
from dashboard.look import Look, look_of, selection_of


def register(app: Dash) -> None:
    """Panel callbacks of the app."""
    app.callback(
        Output("shell-panel", "is_open"),
        Output("shell-panel", "title"),
        Output("shell-panel", "children"),
        Input(part("definition", ALL), "n_clicks"),
        Input(part("origin", ALL), "n_clicks"),
        State(VIEW, "data"),
        prevent_initial_call=True,
    )(open_panel)


def open_panel(
    definitions: Sequence[int | None], origins: Sequence[int | None], view: Mapping[str, Any] | None
) -> tuple[bool, str, Any]:
    """The panel of the card whose menu was used."""
    chosen = clicked_card()
    look = look_of(view)
    try:
        return True, *_content(ctx.triggered_id["part"], chosen, view or {}, look)
    except Exception as error:
        return True, _("Not available", look.language), states.failed(error, look.language)


def clicked_card() -> Card:
    """The card whose menu item was used. Raises PreventUpdate where the call only comes from new items appearing."""
    of = ctx.triggered_id
    if not isinstance(of, Mapping) or not ctx.triggered[0]["value"] or of["card"] not in CARDS:
        raise PreventUpdate
    return CARDS[of["card"]]


def _content(wanted: str, card: Card, view: Mapping[str, Any], look: Look) -> tuple[str, Any]:
    reader = selection_of(view)
    if wanted == "definition" and card.meaning is not None:
        return _("Definition", look.language), card.meaning(look.language)
    if wanted == "definition":
        shown = [definition(answers().ask(question, reader), look.language) for question in _first_of_each(card, view)]
        return _("Definition", look.language), shown
    title, address = _("Where does this come from?", look.language), str(view.get("address") or "")
    if card.origin is not None:
        return title, card.origin(reader, address, look.language)
    return title, origin(answers().origin(questions_of(card, view)[0], reader), address, look.language)


def _first_of_each(card: Card, view: Mapping[str, Any]) -> list[Any]:
    """One question for each metric of the card."""
    return list({question.metric: question for question in reversed(questions_of(card, view))}.values())[::-1]
