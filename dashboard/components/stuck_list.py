"""The work list as a table: what narrows it, and its rows; every municipality leads to its profile."""

from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.components import states
from dashboard.components.filter_bar import ANY
from dashboard.components.icons import icon
from dashboard.components.stuck_read import IDLE, STEP, place_href
from dashboard.components.stuck_words import (
    NEXT_STEPS,
    actors_text,
    each,
    lacks_texts,
    members_text,
    services_text,
)
from dashboard.components.tables import data_grid
from dashboard.components.titled import figure_table
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.stage_words import STAGE_NAMES, stage_name
from data.adoption.stuck import IDLE_DAYS
from data.adoption.stuck_items import WorkList
from data.selection import Selection

PLACES = "asp_places"
"""Field of a row that assets/stuck.js reads: the members' codes, in the order of their names."""
MOST_PRINTED = 100
WIDTHS = (190, 125, 190, 240, 150, 95, 140, 130, 130, 190, 150)
WRAPPED, DAYS, COUNTS = (0, 1, 2, 3, 4, 6, 9), (7, 8), (5,)
TITLE = N_("Work list")


def controls(id: str, query: Mapping[str, str], language: str) -> html.Div:
    """The choices that narrow the list, and its files. Ids: <id>-step, -idle, -xlsx, -csv."""
    steps = {ANY: _("All", language)} | {stage: stage_name(stage, language) for stage in STAGE_NAMES}
    moved = {
        ANY: _("All", language),
        "1": _("no step in the last {days} days", language, days=IDLE_DAYS),
    }
    return html.Div(
        [
            _choice(f"{id}-{STEP}", _("Missing stage", language), steps, query.get(STEP)),
            _choice(f"{id}-{IDLE}", _("Last step taken", language), moved, query.get(IDLE)),
            _button(f"{id}-xlsx", _("The whole list (XLSX)", language)),
            _button(f"{id}-csv", _("The whole list (CSV)", language)),
        ],
        className="stuck-tools",
    )


def shown_list(work: WorkList, selection: Selection, language: str) -> list[Component]:
    """How many items there are, and the items; the first of them also as a plain table for paper."""
    count = formats.number(len(work.items), language)
    pairs = formats.number(len(work.stuck), language)
    said = _("{count} items, {pairs} pairs of municipality and application.", language, count=count, pairs=pairs)
    if work.items.empty:
        return [states.empty(language, _("Nothing is stuck in this selection.", language))]
    rows = item_rows(work.items, language)
    title = _(TITLE, language)
    # Thousands of rows: their fields are short, and the browser makes the links.
    sent = rows.set_axis(list(map(field, range(rows.shape[1]))), axis=1).assign(**{PLACES: work.items["members"]})
    grid = data_grid(
        sent, title, language, columns=columns(rows, selection, language), height=min(620, 130 + 100 * len(rows))
    )
    return [
        html.P(said, className="rows-note", role="status"),
        html.Div(grid, className="stuck-grid"),
        html.Div(_paper(rows, title, language), className="stuck-paper"),
    ]


def item_rows(items: pd.DataFrame, language: str) -> pd.DataFrame:
    """Items as a person reads them; days as days, counts as numbers."""
    return pd.DataFrame(
        {
            _("Municipality", language): [place_text(*one, language) for one in _named(items)],
            _("County", language): each(items["county"], lambda one: members_text("county", one, language)),
            _("Next step", language): each(items["next_step"], lambda one: _(NEXT_STEPS[one], language)),
            _("What is missing", language): lacks_texts(items, language),
            _("Applications", language): each(items["services"], lambda one: services_text(one.split(","), language)),
            _("Days", language): items["missing_days"].astype("Int64"),
            _("Whose turn", language): each(items["turn"], lambda one: actors_text(one, language)),
            _("Missing since", language): items["missing_since"].dt.strftime("%Y-%m-%d"),
            _("Last step taken", language): items["progress_on"].dt.strftime("%Y-%m-%d"),
            _("Missing stage", language): each(items["missing"], lambda one: stage_name(one, language)),
            _("Accountable", language): each(items["accountable"], lambda one: actors_text(one, language)),
        }
    )


def place_text(scope: str, office: str, members: str, language: str) -> str:
    """`Aba`; of a joint office its seat, then the members concerned: `közös hivatal (Szügy): Csesztve, Szügy`."""
    if scope != "office":
        return members
    return _("joint office ({seat}): {members}", language, seat=office, members=members)


def field(place: int) -> str:
    """What a column of the list is called in the grid's rows."""
    return f"c{place}"


def columns(rows: pd.DataFrame, selection: Selection, language: str) -> list[dict[str, Any]]:
    """Column definitions of the grid."""
    found = []
    for place, (name, width) in enumerate(zip(rows.columns, WIDTHS, strict=True)):
        of = field(place)
        column: dict[str, Any] = {"field": of, "headerName": name, "tooltipField": of, "width": width}
        if place in WRAPPED:
            column |= {"wrapText": True, "autoHeight": True, "cellClass": "stuck-wrapped"}
        found.append(column)
    found[0] |= {"cellRenderer": "aspPlaces", "cellRendererParams": {"address": place_href("{}", selection)}}
    for place in DAYS:
        found[place] |= {"valueFormatter": {"function": f"aspDay(params.value, '{language}')"}}
    number = {"function": f"aspValue(params.value, 'count', '{language}')"}
    for place in COUNTS:
        found[place] |= {"type": "rightAligned", "filter": "agNumberColumnFilter", "valueFormatter": number}
    return found


def _named(items: pd.DataFrame) -> list[tuple[str, str, str]]:
    return list(zip(items["scope"], items["name"], items["member_names"], strict=True))


def _paper(rows: pd.DataFrame, title: str, language: str) -> list[Component]:
    left = len(rows) - MOST_PRINTED
    note = [html.P(_("{count} more items are in the exported list.", language, count=formats.number(left, language)))]
    printed = rows.head(MOST_PRINTED).iloc[:, :7]
    days = {str(rows.columns[5]): [formats.number(one, language) for one in printed.iloc[:, 5]]}
    return [figure_table(printed.assign(**days), title, 99), *(note if left > 0 else [])]


def _choice(id: str, name: str, options: Mapping[str, str], value: str | None) -> html.Div:
    listed = [{"label": said, "value": one} for one, said in options.items()]
    control = dbc.Select(id=id, options=listed, value=value if value in options else ANY, size="sm")
    return html.Div([html.Label(name, htmlFor=id), control], className="filter")


def _button(id: str, said: str) -> html.Button:
    return html.Button([icon("download"), " ", said], id=id, className="btn plain-button", type="button", n_clicks=0)
