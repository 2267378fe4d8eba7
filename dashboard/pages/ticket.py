"""One ticket: what happened to it, was it in time, and where is it known from?"""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, callback, html, register_page
from dash.development.base_component import Component

from dashboard.answers import answers
from dashboard.components import page, states
from dashboard.components.parts import VIEW
from dashboard.components.ticket_line import history_line
from dashboard.components.ticket_sheet import clocks, facts, linked_tickets, summary, versions
from dashboard.locale import N_, language
from dashboard.locale import translate as _
from dashboard.look import look_of, query_of, selection_of
from data.selection import Selection
from data.ticket_history import TicketHistory, linked, ticket_history


def history_of(source: str, key: str, run: int | None) -> TicketHistory | None:
    """A ticket as a run knew it; None where there is none."""
    return answers().read(("ticket", source, key, run), lambda connection: ticket_history(connection, source, key, run))


def exists(source: str = "", id: str = "", **query: str) -> bool:
    """Whether there is such a ticket. Raises BadSelection, NotPublished."""
    return history_of(source, id, Selection.from_query(query).as_of) is not None


register_page(__name__, path="/ticket", name=N_("One ticket"), exists=exists, nav=False, filters=False, order=210)


def layout(**query: str) -> Component:
    return page(N_("What happened to this ticket?"), html.Div(states.loading(language()), id="ticket-body"))


@callback(Output("ticket-body", "children"), Input(VIEW, "data"))
def show_ticket(view: Mapping[str, Any] | None) -> Any:
    """The ticket that the address names, by its source and its key there."""
    look = look_of(view)
    try:
        query = query_of(str((view or {}).get("search") or ""))
        source, key, run = query.get("source", ""), query.get("id", ""), selection_of(view).as_of
        history = history_of(source, key, run)
        if history is None:
            return states.empty(
                look.language,
                _("There is no such ticket.", look.language),
                _("Check source and number in the address, or choose a ticket from a list.", look.language),
            )
        others = answers().read(
            ("linked", source, key, run), lambda connection: linked(connection, history.ticket, run)
        )
    except Exception as error:
        return states.failed(error, look.language)
    until = answers().freshness().newest_at
    heading = html.H3(_("What happened, in its order", look.language), className="card-title")
    told = html.Section([heading, *history_line(history, until, look)], className="chart-card width-7")
    known = html.Div([clocks(history, look), facts(history, look)], className="card-stack width-5")
    return [
        summary(history, look),
        html.Div([told, known], className="card-grid"),
        *linked_tickets(others, history, look),
        versions(history, look),
    ]
