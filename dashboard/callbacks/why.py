"""Keeps the choices of "why did it change" and the address in step, and writes the sentence above the card."""

from collections.abc import Mapping
from typing import Any

from dash import ALL, MATCH, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from dashboard.callbacks.cards import ask_all
from dashboard.components import states
from dashboard.components.chips import written
from dashboard.components.parts import VIEW, part
from dashboard.components.why import CARDS_OF, COMPARISON, COMPARISONS, DIMENSION, chosen, words_of
from dashboard.look import look_of, query_of
from data.changes import dimensions_of
from data.metrics.catalogue import METRICS


def register(app: Dash) -> None:
    """Callbacks of every such block."""
    app.callback(
        Output(part("why-words", MATCH), "children"),
        Output(part(f"why-{DIMENSION}", MATCH), "value"),
        Output(part(f"why-{COMPARISON}", MATCH), "value"),
        Input(VIEW, "data"),
        State(part("why-words", MATCH), "id"),
    )(follow_address)
    app.callback(
        Output("shell-address", "search", allow_duplicate=True),
        Input(part(f"why-{DIMENSION}", ALL), "value"),
        Input(part(f"why-{COMPARISON}", ALL), "value"),
        State("_pages_location", "search"),
        prevent_initial_call=True,
    )(lead_address)


def follow_address(view: Mapping[str, Any] | None, of: Mapping[str, str]) -> tuple[Any, str, str]:
    """The sentence, and the choices that the address asks for."""
    if not view or of["card"] not in CARDS_OF:
        raise PreventUpdate
    look = look_of(view)
    dimension, comparison = chosen(METRICS[of["card"]], query_of(str(view.get("search") or "")))
    try:
        said: Any = words_of(ask_all(CARDS_OF[of["card"]], view), look)
    except Exception as error:
        said = states.failed(error, look.language)
    return said, dimension, comparison


def lead_address(dimensions: list[str | None], comparisons: list[str | None], search: str | None) -> Any:
    """The address with what was chosen; the first choices are not written, so that it stays short."""
    of = ctx.triggered_id
    if not isinstance(of, Mapping) or not all([*dimensions, *comparisons]):
        raise PreventUpdate
    query = query_of(search or "")
    first = {DIMENSION: dimensions_of(METRICS[of["card"]])[0], COMPARISON: next(iter(COMPARISONS))}
    wanted = {DIMENSION: str(dimensions[0]), COMPARISON: str(comparisons[0])}
    kept = {key: value for key, value in query.items() if key not in wanted}
    new = kept | {key: value for key, value in wanted.items() if value != first[key]}
    return no_update if new == query else (f"?{written(new)}" if new else "")
