"""What an address without a page shows; Dash finds it by the module's name."""

from dash import register_page
from dash.development.base_component import Component

from dashboard.components import states
from dashboard.locale import N_, language

register_page(__name__, path="/404", name=N_("There is no such page"), nav=False, order=1000)


def layout(**query: str) -> Component:
    return states.not_found(language())
