"""Parts of the page of contracts that are no charts: what to decide, levels of service, penalties, one contract."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.components import states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.cost_contracts_read import (
    AWARDED,
    IN_FORCE,
    awards_of,
    book_of,
    contract_href,
)
from dashboard.components.cost_contracts_tables import (
    amendments_table,
    awards_table,
    months_table,
    register_table,
)
from dashboard.components.cost_contracts_words import counts_sentence, decisions, penalty_sentence, rules_text
from dashboard.components.freshness import footnote
from dashboard.components.icons import icon
from dashboard.components.tables import data_grid, definition_list
from dashboard.components.titled import figure_table, period_of, titled
from dashboard.drill import with_query
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.tabulate import UNITS
from data.cost.contract_market import summed_by
from data.cost.contracts import Book
from data.selection import Selection

TITLE = N_("Register of contracts")
QUALITY = {
    "/service": N_("Service quality"),
    "/service/times": N_("Response and restoration times"),
    "/service/availability": N_("Availability"),
    "/service/demand": N_("Demands and law changes"),
}
Rows = Callable[[Book, Selection, str], pd.DataFrame]


def decision_block(id: str) -> Block:
    """Declare the page's answer."""

    def show(answered: Answered, look: Look) -> Component:
        selection = answered[0].selection
        book = book_of(selection)
        said = [penalty_sentence(book, look.language), counts_sentence(book, look.language)]
        return html.Div(
            [decisions(book, selection, look.language), *(html.P(one, className="rows-note") for one in said if one)]
        )

    return block(id, IN_FORCE, show=show, height=120, class_name="answer")


def table_block(
    id: str, rows: Rows, *, title: str, none: str, text_columns: int = 1, legend: str = "", height: int = 260
) -> Block:
    """Declare a table of ready text. title, none (said of no rows), legend (of the cells): message ids."""

    def show(answered: Answered, look: Look) -> Component:
        selection = answered[0].selection
        shown, heading = rows(book_of(selection), selection, look.language), _(title, look.language)
        parts = [period_of(answered, look), _(legend, look.language) if legend else ""]
        under = " · ".join(part for part in parts if part)
        if shown.empty:
            return titled(heading, under, states.empty(look.language, _(none, look.language), " "))
        inside = figure_table(shown, heading, text_columns)
        return titled(heading, under, inside, footnote(answered, look.language))

    return block(id, IN_FORCE, show=show, height=height, class_name="chart-card cost-contract-rows")


def buyers_block(id: str) -> Block:
    """Declare the table of awards by contracting authority."""

    def show(answered: Answered, look: Look) -> Component:
        frame = summed_by(awards_of(answered[0].selection), "buyer").sort_values("buyer", ignore_index=True)
        heading = _("Procurement awards, by contracting authority", look.language)
        if frame.empty:
            return titled(heading, "", states.empty(look.language))
        inside = figure_table(written(awards_table(frame, "buyer", look.language), look.language), heading)
        return titled(heading, period_of(answered, look), inside, footnote(answered, look.language))

    return block(id, AWARDED, show=show, height=160, class_name="chart-card")


def rules_block(id: str) -> Block:
    """Declare how it is counted; the section is its heading."""

    def show(_answered: Answered, look: Look) -> Component:
        return html.Div(html.Ul([html.Li(one) for one in rules_text(look.language)]), className="rule")

    return block(id, IN_FORCE, show=show, height=200, class_name="chart-card cost-contract-rules")


def tools(id: str, language: str) -> html.Div:
    """The files of the register. Ids: <id>-xlsx, <id>-csv."""
    texts = {
        f"{id}-xlsx": _("The whole register (XLSX)", language),
        f"{id}-csv": _("The whole register (CSV)", language),
    }
    buttons = [
        html.Button([icon("download"), " ", said], id=one, className="btn plain-button", type="button", n_clicks=0)
        for one, said in texts.items()
    ]
    return html.Div(buttons, className="cost-contract-tools")


def register_list(book: Book, selection: Selection, language: str) -> list[Component]:
    """The register as a grid that sorts and filters; on paper a plain table of its main columns."""
    if book.rows.empty:
        said = _("No service or supplier contract is loaded for this selection.", language)
        return [states.empty(language, said, " ")]
    rows, title = register_table(book, selection, language), _(TITLE, language)
    shown = rows.copy()
    for name in _days(rows):
        shown[name] = [None if day is None else day.isoformat() for day in rows[name]]
    shown.attrs.update(rows.attrs)
    count = _("rows: {count}", language, count=formats.number(len(rows), language))
    grid = data_grid(shown, title, language, fit=False, height=min(560, 120 + 42 * len(rows)))
    return [html.P(count, className="rows-note", role="status"), grid]


def one_contract(book: Book, contract_id: str, selection: Selection, language: str) -> Component | None:
    """Details of a contract; that there is none of this number; None where none is asked for."""
    if not contract_id:
        return None
    close = dcc.Link(_("Close the details", language), href=contract_href("", selection), className="cost-close")
    found = book.rows[book.rows["contract_id"] == contract_id].to_dict("records")
    if not found:
        said = _("There is no contract {number} in this selection.", language, number=contract_id)
        return html.Div([states.empty(language, said, " "), close], className="chart-card")
    parts: list[Any] = [part for row in found for part in _details(book, row, selection, language)]
    return html.Div([*parts, close], className="chart-card cost-contract-one")


def _details(book: Book, row: dict[Any, Any], selection: Selection, language: str) -> list[Any]:
    key = (str(row["source"]), str(row["contract_id"]))
    register = register_table(book, selection, language)
    place = [str(one) for one in book.rows["contract_id"]].index(key[1])
    heading = _("Contract {number}", language, number=key[1])
    months = months_table(book, key, language)
    changes = amendments_table(book, language, key[1])
    inside: list[Any] = [definition_list(_said(register.iloc[place], register.attrs["units"], language))]
    inside.append(
        html.P([_("The quality of the service:", language), *_quality(row["service_id"], selection, language)])
    )
    caption = _("Promised levels of service and penalties, month by month", language)
    inside.append(html.H3(caption))
    inside.append(
        figure_table(months, caption, 2) if len(months)
        else html.P(_("No promised level of service is measured.", language))
    )  # fmt: skip
    caption = _("Amendments", language)
    inside.append(html.H3(caption))
    none = _("No amendment is delivered one by one; growth is told by the original and the present value.", language)
    inside.append(figure_table(changes, caption, 2) if len(changes) else html.P(none))
    return [html.H2(heading, className="card-title"), *inside]


def written(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """Plain numbers of a table as ready text."""
    units = frame.attrs.get(UNITS, {})
    return pd.DataFrame(
        {
            name: [
                formats.value(cell, units[name], language) if name in units
                else formats.number(cell, language) if isinstance(cell, int) else str(cell)
                for cell in frame[name].astype(object)
            ]
            for name in frame.columns
        }
    )  # fmt: skip


def _said(row: "pd.Series[Any]", units: dict[str, str], language: str) -> dict[str, str]:
    """The cells of a row of the register as terms and ready text."""
    said = {}
    for name, cell in row.items():
        if formats.missing(cell):
            text = formats.NOT_AVAILABLE[language]
        elif str(name) in units:
            text = formats.value(float(cell), units[str(name)], language)
        elif hasattr(cell, "isoformat"):
            text = formats.day(cell, language)
        elif str(name).endswith(("(Ft)", "(HUF)")):
            text = formats.money(int(cell), language)
        else:
            text = str(cell)
        said[str(name).removesuffix(" (Ft)").removesuffix(" (HUF)")] = text
    return said


def _quality(service: str, selection: Selection, language: str) -> list[Any]:
    """Links to the pages of quality, narrowed to the service."""
    query = {key: one for key, one in selection.to_query().items() if key in ("from", "to", "run")}
    links: list[Any] = []
    for path, name in QUALITY.items():
        href = with_query(path, query | {"service": service})
        links += [" · " if links else " ", dcc.Link(_(name, language), href=href)]
    return links


def _days(rows: pd.DataFrame) -> list[str]:
    return [name for name in rows.columns if any(hasattr(cell, "isoformat") for cell in rows[name])]
