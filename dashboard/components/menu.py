"""The one menu of a card: table or chart, definition, where it comes from, recording a question, export."""

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from dashboard.components.icons import Icon, icon
from dashboard.components.parts import part
from dashboard.locale import N_
from dashboard.locale import translate as _

SHOW_TABLE, SHOW_CHART = N_("Show as table"), N_("Show as chart")
ITEMS: tuple[tuple[str, Icon, str], ...] = (
    ("definition", "book", N_("Definition")),
    ("origin", "route", N_("Where does this come from?")),
    ("record", "record", N_("Record a question or a decision")),
)
EXPORTS: tuple[tuple[str, str], ...] = (
    ("export-png", N_("Image (PNG)")),
    ("export-svg", N_("Vector image (SVG)")),
    ("export-csv", N_("Table (CSV)")),
    ("export-xlsx", N_("Workbook (XLSX)")),
)


def card_menu(card: str, language: str) -> dbc.DropdownMenu:
    """The menu of a card. Its items carry part ids: toggle, definition, origin, record, export-png …"""
    exports = [_item(card, name, "download", text, language) for name, text in EXPORTS]
    return dbc.DropdownMenu(
        [
            dbc.DropdownMenuItem(
                menu_words("table", SHOW_TABLE, language), id=part("toggle", card), n_clicks=0, class_name="menu-item"
            ),
            *(_item(card, name, sign, text, language) for name, sign, text in ITEMS),
            dbc.DropdownMenuItem(divider=True),
            dbc.DropdownMenuItem(_("Export", language), header=True),
            *exports,
        ],
        label=html.Span(
            [
                icon("more"),
                html.Span(_("Menu of this chart", language), id=part("menu", card), className="visually-hidden"),
            ]
        ),
        align_end=True,
        caret=False,
        color="link",
        class_name="card-menu",
        toggle_class_name="icon-button",
    )


def menu_name(title: str, language: str) -> str:
    """What the menu's button is called, once the card has its title."""
    return _("Menu of the chart: {title}", language, title=title)


def menu_words(sign: Icon, text: str, language: str) -> list[Component | str]:
    """An item's icon and words."""
    return [icon(sign), " ", _(text, language)]


def _item(card: str, name: str, sign: Icon, text: str, language: str) -> dbc.DropdownMenuItem:
    return dbc.DropdownMenuItem(
        menu_words(sign, text, language), id=part(name, card), n_clicks=0, class_name="menu-item"
    )
