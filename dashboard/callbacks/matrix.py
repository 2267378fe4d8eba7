"""Fills the responsibility page: letters at once, signals as soon as they are read; a cell opens the panel."""

from collections.abc import Mapping
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, no_update
from dash.exceptions import PreventUpdate

from dashboard.answers import answers
from dashboard.callbacks.exporting import XLSX
from dashboard.components import states
from dashboard.components.as_html import as_html
from dashboard.components.chips import written
from dashboard.components.matrix_model import DAY, View, view_of
from dashboard.components.matrix_panel import panel, panel_title
from dashboard.components.matrix_parts import actor_table, answer, change_links, gap_list, matrix_sheet
from dashboard.components.matrix_table import matrix_list, matrix_table
from dashboard.components.parts import VIEW
from dashboard.exports.table import csv_bytes, xlsx_bytes
from dashboard.locale import translate as _
from dashboard.look import look_of, query_of

PATH = "/responsibility"
PARTS = ("answer", "html", "actors")
PROPERTIES = {"html": "data"}
"""The table is handed over as HTML text, which the browser puts into the page at once."""


def register(app: Dash) -> None:
    """Callbacks of the page."""
    app.callback(
        *(Output(f"matrix-{name}", PROPERTIES.get(name, "children")) for name in (*PARTS, "gaps", "changes")),
        Output("matrix-day", "value"),
        Output("matrix-ready", "data"),
        Input(VIEW, "data"),
    )(show_letters)
    app.callback(
        *(Output(f"matrix-{name}", PROPERTIES.get(name, "children"), allow_duplicate=True) for name in PARTS),
        Input("matrix-ready", "data"),
        State(VIEW, "data"),
        prevent_initial_call=True,
    )(show_signals)
    app.clientside_callback(
        ClientsideFunction("asp", "showMatrix"), Output("matrix-body", "title"), Input("matrix-html", "data")
    )
    app.callback(
        Output("shell-panel", "is_open", allow_duplicate=True),
        Output("shell-panel", "title", allow_duplicate=True),
        Output("shell-panel", "children", allow_duplicate=True),
        Input("matrix-chosen", "data"),
        State(VIEW, "data"),
        prevent_initial_call=True,
    )(open_cell)
    app.callback(
        Output("shell-address", "search", allow_duplicate=True),
        Input("matrix-day", "value"),
        State("_pages_location", "search"),
        State("matrix-ready", "data"),
        prevent_initial_call=True,
    )(choose_day)
    app.callback(
        Output("shell-download", "data", allow_duplicate=True),
        Input("matrix-csv", "n_clicks"),
        Input("matrix-xlsx", "n_clicks"),
        State(VIEW, "data"),
        prevent_initial_call=True,
    )(download)


def show_letters(reported: Mapping[str, Any] | None) -> tuple[Any, ...]:
    """All but the signals, and then the order to read those."""
    if not reported:
        raise PreventUpdate
    look = look_of(reported)
    try:
        view = view_of(reported, with_signals=False)
        query = query_of(str(reported.get("search") or ""))
        said = (*_parts(view), gap_list(view), change_links(view, PATH, query), view.on.isoformat())
    except Exception as error:
        return (states.failed(error, look.language), "", "", "", "", no_update, None)
    return (*said, {"on": view.on.isoformat(), "search": reported.get("search"), "snapshot": answers().snapshot()})


def show_signals(ready: Mapping[str, Any] | None, reported: Mapping[str, Any] | None) -> tuple[Any, ...]:
    """The same with the signals of every figure."""
    if not ready or not reported:
        raise PreventUpdate
    try:
        return _parts(view_of(reported, with_signals=True))
    except Exception as error:
        return (states.failed(error, look_of(reported).language), no_update, no_update)


def open_cell(chosen: Mapping[str, Any] | None, reported: Mapping[str, Any] | None) -> tuple[Any, ...]:
    """The panel of the cell that was used."""
    if not chosen:
        raise PreventUpdate
    look = look_of(reported)
    try:
        view = view_of(reported, with_signals=True)
        process, service = str(chosen["process"]), str(chosen["service"])
        return True, panel_title(view, process, service), panel(view, process, service)
    except Exception as error:
        return True, _("Not available", look.language), states.failed(error, look.language)


def choose_day(day: str | None, search: str | None, ready: Mapping[str, Any] | None) -> Any:
    """The address with the day that was chosen; without one the default holds again."""
    if not ready or day == ready["on"]:
        raise PreventUpdate
    query = {key: value for key, value in query_of(search or "").items() if key != DAY} | ({DAY: day} if day else {})
    return f"?{written(query)}" if query else ""


def download(csv: int | None, xlsx: int | None, reported: Mapping[str, Any] | None) -> Any:
    """The whole matrix of the day as a file."""
    if not (csv or xlsx):
        raise PreventUpdate
    view = view_of(reported, with_signals=False)
    sheet = matrix_sheet(view, str((reported or {}).get("address") or ""))
    if ctx.triggered_id == "matrix-csv":
        data = csv_bytes(sheet, view.look.language)
        return dcc.send_bytes(data, f"{sheet.name}.csv", type="text/csv;charset=utf-8")
    return dcc.send_bytes(xlsx_bytes(sheet, view.look.language), f"{sheet.name}.xlsx", type=XLSX)


def _parts(view: View) -> tuple[Any, ...]:
    return answer(view), as_html((matrix_list if view.look.narrow else matrix_table)(view)), actor_table(view)
