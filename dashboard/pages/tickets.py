"""Tickets: which rows stand behind a figure?"""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, callback, dcc, html, register_page
from dash.development.base_component import Component

from dashboard.answers import answers
from dashboard.components import page, states
from dashboard.components.parts import VIEW
from dashboard.components.ticket_list import asked_of, found_words, metric_words, part_links, rows_grid
from dashboard.locale import N_, language
from dashboard.look import look_of
from data.errors import BadSelection
from data.ticket_rows_read import ticket_rows

register_page(__name__, path="/tickets", name=N_("Tickets behind a figure"), nav=False, filters=True, order=200)


def layout(**query: str) -> Component:
    return page(
        N_("Which tickets stand behind this figure?"),
        dcc.Loading(html.Div(states.loading(language()), id="tickets-body"), type="dot", delay_show=400),
    )


@callback(Output("tickets-body", "children"), Input(VIEW, "data"))
def show_tickets(view: Mapping[str, Any] | None) -> Any:
    """The rows of the figure that the address names; what cannot be shown is said in their place."""
    look = look_of(view)
    try:
        asked = asked_of(str((view or {}).get("search") or ""))
        for key, strange in answers().strangers(asked.selection).items():
            raise BadSelection(f"There is no {key} {strange[0]!r}.")
        found = answers().read(
            ("tickets", asked.metric.id, asked.selection, asked.cuts, asked.part),
            lambda connection: ticket_rows(
                connection, asked.metric, asked.selection, cuts=dict(asked.cuts), part=asked.part
            ),
        )
    except Exception as error:
        return states.failed(error, look.language)
    rows = rows_grid(found, asked, look) if len(found.rows) else states.empty(look.language)
    return [
        html.Section([*metric_words(asked, look), part_links(found, asked, look)], className="chart-card"),
        html.P(found_words(found, asked, look), className="rows-note", role="status"),
        html.Div(rows, className="chart-card"),
    ]
