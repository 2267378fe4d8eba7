"""Search for a municipality: a box with a type-ahead list (combobox), and the rows that a text may mean."""

from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.components import states
from dashboard.components.chips import with_query
from dashboard.components.icons import aria, attributes, icon
from dashboard.components.profile_words import kind_text
from dashboard.components.suggest import place_words
from dashboard.components.titled import figure_table
from dashboard.locale import plural
from dashboard.locale import translate as _
from dashboard.tabulate import LINKS
from data.adoption.finding import meant

PATH = "/municipality"
MOST_OFFERED, MOST_ROWS = 8, 100
BOX, LIST, STATUS = "municipality-search", "municipality-options", "municipality-status"


def search_box(language: str, typed: str = "") -> html.Div:
    """The box and its list, which callbacks fill and assets/municipality.js leads through."""
    label = _("Name or KSH code of the municipality", language)
    box = dbc.Input(id=BOX, type="text", value=typed, autocomplete="off", maxlength=80)
    return html.Div(
        [
            html.Label(label, htmlFor=BOX, className="find-label"),
            html.Div([icon("search"), box], className="find-box"),
            html.Ul(id=LIST, role="listbox", hidden=True, className="find-options", **aria(label=label)),
            html.P(id=STATUS, role="status", className="visually-hidden"),
            html.P(_examples(language), className="find-hint", id="municipality-hint"),
        ],
        className="find",
        **attributes({"data-path": PATH}),
    )


def _examples(language: str) -> str:
    return _("For example: Komló, komlo heves, hodmezovasarhely, IX. kerület, Zala megye, 08314.", language)


def options(found: pd.DataFrame, typed: str, query: Mapping[str, str], language: str) -> tuple[list[Component], str]:
    """The entries of the list, and what is said of them. Each carries the address it leads to."""
    jump = meant(found)
    entries: list[Component] = [
        html.Li(
            [
                html.Span(row["name"], className="find-name"),
                html.Span(place_words(row, language), className="find-place"),
            ],
            id=f"{LIST}-{number}",
            role="option",
            className="find-option",
            **attributes(
                {
                    "data-href": profile_href(str(row["municipality_id"]), query),
                    "data-typed": typed,
                    "data-meant": "1" if row["municipality_id"] == jump else "",
                }
            ),
            **aria(selected="false"),
        )
        for number, row in enumerate(found.head(MOST_OFFERED).to_dict("records"))
    ]
    if not typed.strip():
        return [], ""
    count = formats.number(len(entries), language)
    said = plural("{count} suggestion", "{count} suggestions", len(entries), language, count=count)
    return entries, said


def results(found: pd.DataFrame, typed: str, every: pd.DataFrame, query: Mapping[str, str], language: str) -> Any:
    """What a text may mean, as rows that lead to profiles; a text that means one municipality leads there by itself.

    every: from data.adoption.profile.every_place().
    """
    if not typed.strip():
        return _how_to(language)
    if found.empty:
        why = _("No municipality is called {name}.", language, name=f"„{typed}”" if language == "hu" else f"“{typed}”")
        return states.empty(language, why, _("Check the spelling, or type only how the name begins.", language))
    rows = found.merge(every[["municipality_id", "population", "joining_type"]], on="municipality_id", how="left")
    table = pd.DataFrame(
        {
            _("Municipality", language): rows["name"],
            _("County, district", language): [
                place_words(row, language, always=True) for row in rows.to_dict("records")
            ],
            _("Kind", language): [kind_text(kind, language) for kind in rows["kind"]],
            _("Type of joining", language): [joining_text(one, language) for one in rows["joining_type"]],
            _("Inhabitants", language): [
                "–" if formats.missing(one) else formats.number(one, language) for one in rows["population"]
            ],
        }
    )
    table.attrs[LINKS] = [profile_href(str(code), query) for code in rows["municipality_id"]]
    jump = meant(found)
    heading = _heading(found, typed, language)
    body = [html.H2(heading, className="section-title"), figure_table(table, heading, 4)]
    leads = attributes({"data-jump": profile_href(jump, query)}) if jump else {}
    return html.Div(body, className="chart-card find-results", **leads)


def profile_href(code: str, query: Mapping[str, str]) -> str:
    """The profile of a municipality, the query kept but for the text that was searched."""
    return with_query(f"{PATH}/{code}", {key: value for key, value in query.items() if key != "name"})


def joining_text(joining_type: object, language: str) -> str:
    """How it joined, or that it has not."""
    if formats.missing(joining_type):
        return _("not joined", language)
    return words.label("joining_type", joining_type, language)


def _heading(found: pd.DataFrame, typed: str, language: str) -> str:
    if (found["how"] == "alike").all():
        return _("Nothing fits exactly. Did you mean one of these?", language)
    if (found["how"].isin(["accents", "named"])).sum() > 1:
        return _("Several municipalities may be meant: which one?", language)
    if len(found) == MOST_ROWS:
        return _("The first {count} that fit: type more of the name", language, count=len(found))
    count = formats.number(len(found), language)
    return plural("{count} municipality fits", "{count} municipalities fit", len(found), language, count=count)


def _how_to(language: str) -> Component:
    said = [
        _("Accents need not be typed; where they are, they are kept to: Komló is never taken for Kömlő.", language),
        _("A county after the name narrows the list; how either begins is enough.", language),
        _("County governments, the capital and its districts are found too, by name or number.", language),
    ]
    return html.Div(
        [
            html.H2(_("How to search", language), className="section-title"),
            html.Ul([html.Li(one) for one in said], className="find-how"),
        ],
        className="chart-card",
    )
