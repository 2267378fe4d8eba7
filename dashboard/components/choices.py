"""Choices of a page that stand in its address: controls whose values the browser itself keeps in step with it.

If the server's answer set the controls, it would take back what the reader has chosen while it was being made, and Dash
holds back a choice as long as an answer that sets its control is awaited.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from dash import ClientsideFunction, Input, Output, State, clientside_callback, dcc

from dashboard.callbacks.frame import ADDRESS


@dataclass(frozen=True)
class Kept:
    """A control whose `value` stands in the address. id: the control's; key: of the address; first: the value that
    needs no word there; known: the values there are, empty for any; of, is_: the key of another one and its value
    without which this one means nothing (it needs a `disabled` then); drops: keys which only `first` leaves in the
    address."""

    id: str
    key: str
    first: str
    known: tuple[str, ...] = ()
    of: str = ""
    is_: str = ""
    drops: tuple[str, ...] = ()


def keep_in_address(store: str, kept: Sequence[Kept]) -> dcc.Store:
    """Register what keeps the controls and the address in step; put what is returned into the page's layout."""
    clientside_callback(
        ClientsideFunction("asp_choices", "follow"),
        *(Output(one.id, "value") for one in kept),
        *(Output(one.id, "disabled") for one in kept if one.of),
        Input(ADDRESS, "search"),
        *(State(one.id, "value") for one in kept),
        State(store, "data"),
    )
    clientside_callback(
        ClientsideFunction("asp_choices", "choose"),
        Output(store, "data"),
        *(Input(one.id, "value") for one in kept),
        State(store, "data"),
        prevent_initial_call=True,
    )
    rules = [{name.rstrip("_"): value for name, value in asdict(one).items()} for one in kept]
    return dcc.Store(id=store, data=rules)
