"""Reconciliation: does everything add up, from the ledger to the municipalities and beside the treasury's report?"""

from dash import register_page
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import answers
from dashboard.callbacks.downloads import View, address_of, hand_out
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


def file_of(view: View, kind: str) -> tuple[bytes, str]:
    """Every table of the page; as CSV the months."""
    look = look_of(view)
    answer = answers().ask(ASK, selection_of(view))
    under = formats.period(answer.selection.first, answer.selection.last, look.language)
    tables = tables_for(answer, look.language)
    return tables_file(_(TITLE, look.language), under, tables, kind, look, address_of(view))


hand_out(ID, file_of)
