"""Fills blocks and tiles."""

from collections.abc import Mapping
from typing import Any

from dash import MATCH, Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from dashboard.answers import answers
from dashboard.components import states
from dashboard.components.block import BLOCKS
from dashboard.components.parts import VIEW, part
from dashboard.look import look_of, selection_of


def register(app: Dash) -> None:
    """Block callbacks of the app."""
    app.callback(
        Output(part("block", MATCH), "children"),
        Input(VIEW, "data"),
        State(part("block", MATCH), "id"),
    )(fill_block)


def fill_block(view: Mapping[str, Any] | None, of: Mapping[str, str]) -> Any:
    """What a block shows of its answers; what fails is said in its place."""
    block = BLOCKS.get(of["card"])
    if not view or block is None:
        raise PreventUpdate
    look = look_of(view)
    try:
        selection = selection_of(view)
        return block.show(tuple(answers().ask(question, selection) for question in block.asks), look)
    except Exception as error:
        return states.failed(error, look.language)
