"""Decisions: what was asked and decided, what is still due, what came of it."""

from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, State, callback, dcc, html, no_update, register_page
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.callbacks.frame import ADDRESS
from dashboard.components import page
from dashboard.components.chips import with_query, written
from dashboard.components.filter_bar import ANY
from dashboard.components.icons import icon
from dashboard.exports.table import csv_bytes
from dashboard.locale import N_, language
from dashboard.locale import translate as _
from dashboard.look import query_of
from dashboard.record import words
from dashboard.record.actors import actors
from dashboard.record.errors import LogReadOnly, LogUnreachable
from dashboard.record.export import sheet
from dashboard.record.items import in_order
from dashboard.record.link import CARRIED, LOG, NEW, RECORD, carried
from dashboard.record.listing import EVERY, KEYS, MOST_ROWS, Wanted, counted, listed, state_options
from dashboard.record.notices import notice
from dashboard.record.reading import items

register_page(__name__, path=LOG, name=N_("Decision log"), icon="record", order=45, filters=False)

LABELS = {"item_state": N_("State"), "item_actor": N_("Asked to answer"), "item_kind": N_("Question or decision")}


def layout(**query: str) -> Component:
    spoken = language()
    return page(
        N_("What was asked, what was decided, and what came of it?"),
        html.Div(
            [
                *(_filter(key, query.get(key), spoken) for key in KEYS),
                html.Div(
                    [
                        dcc.Link(
                            [icon("record"), " ", _(RECORD, spoken)],
                            href=with_query(NEW, carried(CARRIED)),
                            className="btn btn-primary",
                        ),
                        html.Button(
                            [icon("download"), " ", _("Export (CSV)", spoken)],
                            id="decisions-export",
                            className="btn btn-outline-secondary",
                            type="button",
                            n_clicks=0,
                        ),
                    ],
                    className="log-buttons",
                ),
            ],
            className="log-bar",
        ),
        html.Div(shown(query, spoken), id="decisions-list"),
        dcc.Download(id="decisions-download"),
        html.Div(id="decisions-export-problem", role="alert"),
    )


def shown(query: Mapping[str, str], spoken: str) -> list[Any]:
    """The count and the items that the address asks for."""
    try:
        found = in_order([item for item in items() if Wanted.from_query(query).takes(item)])
    except (LogUnreachable, LogReadOnly) as error:
        return [notice(error, spoken)]
    most = None if query.get(EVERY) else MOST_ROWS
    said = [html.P(counted(found, spoken), className="log-count", role="status")] if found else []
    table = html.Div(listed(found, spoken, most), className="chart-card items-card")
    return [*said, table, *_more(len(found), most, query, spoken)]


@callback(
    Output("decisions-list", "children"),
    *[Output(f"decisions-{key}", "value") for key in KEYS],
    Input(ADDRESS, "search"),
    State(ADDRESS, "pathname"),
    prevent_initial_call=True,
)
def follow_address(search: str | None, path: str | None) -> tuple[Any, ...]:
    """List and controls as the address says, also after going back."""
    if path != LOG:
        raise PreventUpdate
    query = query_of(search or "")
    return (shown(query, language()), *(query.get(key, ANY) for key in KEYS))


@callback(
    Output("shell-address", "search", allow_duplicate=True),
    *[Input(f"decisions-{key}", "value") for key in KEYS],
    State(ADDRESS, "search"),
    prevent_initial_call=True,
)
def set_address(state: str | None, actor: str | None, kind: str | None, search: str | None) -> Any:
    """The address as the controls say."""
    before = query_of(search or "")
    chosen = dict(zip(KEYS, (state, actor, kind), strict=True))
    after = {key: value for key, value in before.items() if key not in (*KEYS, EVERY)}
    after |= {key: value for key, value in chosen.items() if value and value != ANY}
    if {key: before.get(key) for key in KEYS} == {key: after.get(key) for key in KEYS}:
        return no_update
    return f"?{written(after)}" if after else ""


@callback(
    Output("decisions-download", "data"),
    Output("decisions-export-problem", "children"),
    Input("decisions-export", "n_clicks"),
    State(ADDRESS, "search"),
    prevent_initial_call=True,
)
def export(clicks: int | None, search: str | None) -> tuple[Any, Any]:
    """The items that the address asks for, with all that was recorded of them."""
    if not clicks:
        raise PreventUpdate
    spoken, wanted = language(), Wanted.from_query(query_of(search or ""))
    try:
        found = sheet([item for item in items() if wanted.takes(item)], spoken)
    except (LogUnreachable, LogReadOnly) as error:
        return no_update, notice(error, spoken)
    return dcc.send_bytes(csv_bytes(found, spoken), f"{found.name}.csv", type="text/csv;charset=utf-8"), ""


def _filter(key: str, value: str | None, spoken: str) -> html.Div:
    options = _options(key, spoken)
    control = dbc.Select(
        id=f"decisions-{key}",
        options=[{"label": _("All", spoken), "value": ANY}]
        + [{"label": said, "value": name} for name, said in options.items()],
        value=value if value in options else ANY,
        size="sm",
    )
    return html.Div([html.Label(_(LABELS[key], spoken), htmlFor=f"decisions-{key}"), control], className="filter")


def _options(key: str, spoken: str) -> dict[str, str]:
    match key:
        case "item_state":
            return state_options(spoken)
        case "item_actor":
            return actors(spoken)
    return {name: _(said, spoken) for name, said in words.KINDS.items()}


def _more(count: int, most: int | None, query: Mapping[str, str], spoken: str) -> list[Component]:
    """That not all are shown, and the way to all."""
    if most is None or count <= most:
        return []
    said = _("The first {most} are shown. Show all {count}", spoken, most=most, count=count)
    kept = {key: value for key, value in query.items() if key in (*KEYS, *CARRIED)}
    return [html.P(dcc.Link(said, href=with_query(LOG, kept | {EVERY: "1"})))]
