"""Who is charged what: from the ledger to actors, applications and municipalities, and back."""

from dash import register_page
from dash.development.base_component import Component

from dashboard.answers import answers
from dashboard.callbacks.downloads import View, address_of, hand_out
from dashboard.components import grid, page, section
from dashboard.components.cost_allocation import (
    answer_block,
    charged_part,
    flow_card,
    lines_part,
    matrix_part,
    place_part,
    tables_for,
)
from dashboard.components.cost_allocation_read import ASK, PATH, shown_for
from dashboard.components.cost_file import buttons, tables_file
from dashboard.components.cost_tabs import cost_tabs
from dashboard.locale import N_, language
from dashboard.locale import translate as _
from dashboard.look import look_of, selection_of

ID = "cost-allocation"
TITLE = N_("Who is charged what?")
register_page(__name__, path=PATH, name=N_("Who is charged what"), nav=False, filters=True, order=41)

ANSWER = answer_block(f"{ID}-answer")
FLOW = flow_card(f"{ID}-flow")
ACTORS = matrix_part(f"{ID}-actors", "actor_id", N_("Cost by actor and application, forints"))
GROUPS = matrix_part(f"{ID}-groups", "account_group", N_("Cost by account group and application, forints"))
PLACE = place_part(f"{ID}-place", N_("What the chosen municipality is charged"))
LINES = lines_part(f"{ID}-lines", N_("Ledger lines of the month"))
CHARGED = charged_part(f"{ID}-charged", N_("Whom the chosen ledger line was charged"))


def layout(**query: str) -> Component:
    return page(
        TITLE,
        cost_tabs(PATH),
        ANSWER.view(),
        buttons(ID, language()),
        section(N_("Where does the money go?"), grid(FLOW.view(12), ACTORS.view(12), GROUPS.view(12))),
        section(N_("From a municipality back to the ledger"), PLACE.view()),
        section(N_("From a ledger line to whom it was charged"), grid(LINES.view(12), CHARGED.view(12))),
    )


def file_of(view: View, kind: str) -> tuple[bytes, str]:
    """Every table of the page; as CSV the flow."""
    look = look_of(view)
    answer = answers().ask(ASK, selection_of(view))
    shown = shown_for(answer)
    under = shown.under(look.language) if shown else ""
    tables = tables_for(answer, look.language)
    return tables_file(_(TITLE, look.language), under, tables, kind, look, address_of(view))


hand_out(ID, file_of)
