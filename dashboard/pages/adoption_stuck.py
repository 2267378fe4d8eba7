"""What is stuck: which municipalities make no progress, what is missing, and whose turn is it?"""

from collections.abc import Mapping
from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, dcc, html, register_page
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.answers import Ask, answers
from dashboard.callbacks.downloads import View, address_of, hand_out
from dashboard.callbacks.frame import ADDRESS
from dashboard.components import grid, page, section, states
from dashboard.components.adoption_tabs import adoption_tabs
from dashboard.components.choices import Kept, keep_in_address
from dashboard.components.filter_bar import ANY
from dashboard.components.parts import VIEW
from dashboard.components.stack import stack
from dashboard.components.stuck_answer import stuck_answer
from dashboard.components.stuck_cards import age_card, share_card, step_card
from dashboard.components.stuck_file import work_file
from dashboard.components.stuck_list import controls, shown_list
from dashboard.components.stuck_read import IDLE, PATH, STEP, narrowed_list, wanted_of
from dashboard.components.stuck_tables import how_counted, turn_table
from dashboard.locale import N_, language
from dashboard.look import look_of
from dashboard.periods import latest

register_page(__name__, path=PATH, name=N_("What is stuck"), nav=False, filters=True, order=34)

ID = "adoption-stuck"
ASK = Ask("live_service_rate", change=latest)
"""Names the day and the facts; what is stuck is read from all of them."""
ANSWER = stuck_answer(f"{ID}-answer", ASK)
STEPS = step_card(f"{ID}-steps")
AGES = age_card(f"{ID}-ages")
TURNS = turn_table(f"{ID}-turns", ASK)
COUNTIES = share_card(f"{ID}-county", "county", N_("Stuck pairs, by county"), 700)
SIZES = share_card(f"{ID}-size", "size_band", N_("Stuck pairs, by population"), 250)
OFFICES = share_card(f"{ID}-office", "office_type", N_("Stuck pairs, by kind of office"), 190)
JOINING = share_card(f"{ID}-joining", "joining_type", N_("Stuck pairs, by type of joining"), 120)
HOW = how_counted(f"{ID}-how", ASK)
CHOICES = keep_in_address(f"{ID}-choices", [Kept(f"{ID}-{key}", key, ANY) for key in (STEP, IDLE)])


def layout(**query: str) -> Component:
    return page(
        N_("Who is stuck, at what, and whose turn is it?"),
        adoption_tabs(PATH),
        ANSWER.view(),
        section(N_("What is missing, and for how long?"), grid(STEPS.view(6), AGES.view(6), TURNS.view(12))),
        section(N_("Where?"), grid(COUNTIES.view(6), stack(SIZES, OFFICES, JOINING))),
        section(
            N_("Work list"),
            html.Div(
                [
                    controls(ID, query, language()),
                    CHOICES,
                    dcc.Store(id=f"{ID}-seen"),
                    dcc.Loading(html.Div(states.loading(language()), id=f"{ID}-list"), type="dot", delay_show=400),
                    dcc.Download(id=f"{ID}-download"),
                ],
                className="chart-card",
            ),
        ),
        section(N_("How it is counted"), HOW.view()),
    )


clientside_callback(ClientsideFunction("asp_stuck", "show"), Output(f"{ID}-seen", "data"), Input(ADDRESS, "search"))


@callback(Output(f"{ID}-list", "children"), Input(VIEW, "data"))
def show_list(view: Mapping[str, Any] | None) -> Any:
    """The items that the address asks for."""
    if not view:
        raise PreventUpdate
    look = look_of(view)
    try:
        wanted = wanted_of(view)
        return answers().made(
            ("work list", wanted, look.language),
            lambda: shown_list(narrowed_list(wanted), wanted.selection, look.language),
        )
    except Exception as error:
        return states.failed(error, look.language)


def file_of(view: View, kind: str) -> tuple[bytes, str]:
    """The whole list that the address asks for."""
    wanted = wanted_of(view)
    return work_file(narrowed_list(wanted), wanted, look_of(view), address_of(view), kind)


hand_out(ID, file_of)
