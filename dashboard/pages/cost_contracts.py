"""Contracts: what needs a decision, do they deliver what they promise, does money keep step, who supplies?"""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
from dash import Input, Output, callback, dcc, html, register_page
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.answers import Ask
from dashboard.callbacks.downloads import View, address_of, hand_out
from dashboard.components import chart_card, grid, page, section, states
from dashboard.components.card import Answered
from dashboard.components.cost_contracts_blocks import (
    buyers_block,
    decision_block,
    one_contract,
    register_list,
    rules_block,
    table_block,
    tools,
)
from dashboard.components.cost_contracts_cards import (
    awards_card,
    drawdown_card,
    growth_card,
    penalty_card,
    title_suppliers,
)
from dashboard.components.cost_contracts_file import register_file
from dashboard.components.cost_contracts_read import PATH, book_at, chosen, contract_period
from dashboard.components.cost_contracts_tables import amendments_table, levels_table, penalty_table
from dashboard.components.cost_tabs import cost_tabs
from dashboard.components.parts import VIEW
from dashboard.figures.bars import bars
from dashboard.findings import members_summary
from dashboard.locale import N_, language
from dashboard.look import Look, look_of
from dashboard.subtitles import on_the_day

register_page(__name__, path=PATH, name=N_("Contracts"), nav=False, filters=True, order=44)

ID = "cost-contracts"


def draw_suppliers(answered: Answered, look: Look) -> go.Figure:
    return bars(answered[0].frame, answered[0].metric, look, cut=answered[0].by[0])


DECISIONS = decision_block(f"{ID}-decisions")
DRAWDOWN = drawdown_card(f"{ID}-drawdown")
GROWTH = growth_card(f"{ID}-growth")
LEVELS = table_block(
    f"{ID}-levels", levels_table, title=N_("Promised levels of service, by contract"), height=420,
    legend=N_("value (target) · months that met the target/months measured"),
    none=N_("No promised level of service is measured in this selection."),
)  # fmt: skip
PENALTIES = penalty_card(f"{ID}-penalties")
DUE = table_block(
    f"{ID}-due", penalty_table, title=N_("Penalties measured, registered and applied"), height=320,
    none=N_("No penalty is due or applied in this selection."),
)  # fmt: skip
AMENDMENTS = table_block(
    f"{ID}-amendments", lambda book, _selection, language: amendments_table(book, language), text_columns=2,
    title=N_("Amendments, the newest first"), height=120,
    none=N_("No amendment is delivered one by one; growth is told by the original and the present value."),
)  # fmt: skip
SUPPLIERS = chart_card(
    f"{ID}-suppliers", Ask("contract_value_huf", ("supplier",), contract_period), draw=draw_suppliers,
    title=title_suppliers, subtitle=on_the_day, summary=members_summary, height=340,
)  # fmt: skip
AWARDS = awards_card(f"{ID}-awards")
BUYERS = buyers_block(f"{ID}-buyers")
HOW = rules_block(f"{ID}-how")


def layout(**query: str) -> Component:
    return page(
        N_("Do the contracts deliver, and what needs a decision?"),
        cost_tabs(PATH),
        DECISIONS.view(),
        html.Div(id=f"{ID}-one"),
        section(N_("Does the money keep step with time?"), grid(DRAWDOWN.view(6), GROWTH.view(6), AMENDMENTS.view(12))),
        section(N_("Do they deliver what they promise?"), grid(LEVELS.view(12), PENALTIES.view(12), DUE.view(12))),
        section(N_("Who supplies, and by what competition?"), grid(SUPPLIERS.view(6), AWARDS.view(6), BUYERS.view(12))),
        section(
            N_("Register of contracts"),
            html.Div(
                [
                    tools(ID, language()),
                    dcc.Loading(html.Div(states.loading(language()), id=f"{ID}-list"), type="dot", delay_show=400),
                    dcc.Download(id=f"{ID}-download"),
                ],
                className="chart-card",
            ),
        ),
        section(N_("How it is counted"), HOW.view()),
    )


@callback(Output(f"{ID}-list", "children"), Output(f"{ID}-one", "children"), Input(VIEW, "data"))
def show_register(view: Mapping[str, Any] | None) -> tuple[Any, Any]:
    """The register of the address, and the contract that it names."""
    if not view:
        raise PreventUpdate
    look = look_of(view)
    try:
        book, asked = book_at(view)
        return (
            register_list(book, asked, look.language), one_contract(book, chosen(view), asked, look.language)
        )  # fmt: skip
    except Exception as error:
        return states.failed(error, look.language), None


def file_of(view: View, kind: str) -> tuple[bytes, str]:
    """The whole register of the address."""
    book, asked = book_at(view)
    return register_file(book, asked, look_of(view), address_of(view), kind)


hand_out(ID, file_of)
