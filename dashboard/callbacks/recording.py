"""From a card's menu to the form that records a question or a decision about its figure."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from dash import ALL, Dash, Input, Output, State

from dashboard.callbacks.panel import clicked_card
from dashboard.components.parts import VIEW, part
from dashboard.look import query_of
from dashboard.record.link import CARRIED, record_href


def register(app: Dash) -> None:
    """Recording callbacks of the app."""
    app.callback(
        Output("shell-address", "href", allow_duplicate=True),
        Input(part("record", ALL), "n_clicks"),
        State(VIEW, "data"),
        prevent_initial_call=True,
    )(open_form)


def open_form(clicks: Sequence[int | None], view: Mapping[str, Any] | None) -> str:
    """The form's address, with the card's first metric, the page and what the reader has selected."""
    card = clicked_card()
    query = query_of(str((view or {}).get("search") or ""))
    path = urlsplit(str((view or {}).get("address") or "")).path or "/"
    return record_href(card.asks[0].metric, path, {key: query[key] for key in query if key in CARRIED})
