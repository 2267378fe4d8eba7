"""Files of a whole page: two buttons, XLSX and CSV, and what leaves when one is used."""

from collections.abc import Callable, Mapping
from typing import Any

from dash import Input, Output, State, callback, ctx, dcc
from dash.exceptions import PreventUpdate

from dashboard.callbacks.exporting import XLSX
from dashboard.components.parts import VIEW

TYPES = {"xlsx": XLSX, "csv": "text/csv;charset=utf-8"}
View = Mapping[str, Any]


def hand_out(id: str, made: Callable[[View, str], tuple[bytes, str]]) -> None:
    """Declares the download `<id>-download` of the buttons `<id>-xlsx` and `<id>-csv`.

    made: the bytes and the name of the file, of a view and a kind (a key of TYPES).
    """

    @callback(
        Output(f"{id}-download", "data"),
        *[Input(f"{id}-{kind}", "n_clicks") for kind in TYPES],
        State(VIEW, "data"),
        prevent_initial_call=True,
    )
    def download(xlsx: int | None, csv: int | None, view: View | None) -> Any:
        if not (xlsx or csv) or not view:
            raise PreventUpdate
        return sent(*made(view, used_kind()))


def used_kind() -> str:
    """Which kind of file the button that was used makes."""
    return str(ctx.triggered_id).rsplit("-", 1)[-1]


def sent(content: bytes, name: str) -> Any:
    """The file on its way to the reader; its type is told by the end of its name."""
    return dcc.send_bytes(content, name, type=TYPES[name.rsplit(".", 1)[-1]])


def address_of(view: View) -> str:
    """The address that the reader sees."""
    return str(view.get("address") or "")
