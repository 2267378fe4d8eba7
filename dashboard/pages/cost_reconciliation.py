"""Reconciliation: does everything add up, from the ledger to the municipalities and beside the treasury's report?"""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, callback, ctx, dcc, register_page
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import formats
from dashboard.answers import answers
from dashboard.callbacks.exporting import XLSX
from dashboard.components import page, section
from dashboard.components.cost_file import buttons, tables_file
from dashboard.components.cost_reconciliation import (
    ASK,
    answer_block,
    months_block,
    nodes_block,
    reports_block,
    tables_for,
)
from dashboard.components.cost_tabs import cost_tabs
from dashboard.components.parts import VIEW
from dashboard.locale import N_, language
from dashboard.locale import translate as _
from dashboard.look import look_of, selection_of

PATH = "/cost/reconciliation"
ID = "cost-reconciliation"
TITLE = N_("Does everything add up?")
register_page(__name__, path=PATH, name=N_("Reconciliation"), nav=False, filters=True, order=46)

ANSWER = answer_block(f"{ID}-answer")
MONTHS = months_block(f"{ID}-months")
REPORTS = reports_block(f"{ID}-reports")
NODES = nodes_block(f"{ID}-nodes")


def layout(**query: str) -> Component:
    return page(
        TITLE,
        cost_tabs(PATH),
        ANSWER.view(),
        buttons(ID, language()),
        section(N_("Ledger, actors, applications, municipalities"), MONTHS.view()),
        section(N_("What is not charged to anybody"), NODES.view()),
        section(N_("Beside the treasury's report"), REPORTS.view()),
    )


@callback(
    Output(f"{ID}-download", "data"),
    Input(f"{ID}-xlsx", "n_clicks"),
    Input(f"{ID}-csv", "n_clicks"),
    State(VIEW, "data"),
    prevent_initial_call=True,
)
def download(xlsx: int | None, csv: int | None, view: Mapping[str, Any] | None) -> Any:
    """Every table of the page; as CSV the months."""
    if not (xlsx or csv) or not view:
        raise PreventUpdate
    look, kind = look_of(view), "csv" if ctx.triggered_id == f"{ID}-csv" else "xlsx"
    answer = answers().ask(ASK, selection_of(view))
    under = formats.period(answer.selection.first, answer.selection.last, look.language)
    content, name = tables_file(
        _(TITLE, look.language), under, tables_for(answer, look.language), kind, look, str(view.get("address") or "")
    )
    return dcc.send_bytes(content, name, type=XLSX if kind == "xlsx" else "text/csv;charset=utf-8")
