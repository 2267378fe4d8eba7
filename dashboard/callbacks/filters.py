"""Keeps the controls of the filter bar and the address in step, either way."""

from typing import Any

from dash import Dash, Input, Output, ctx, no_update

from dashboard.answers import answers
from dashboard.callbacks.frame import ADDRESS
from dashboard.components.chips import bad_selection, chips, quick_links, written
from dashboard.components.filter_bar import ANY, CONTROLS, MULTIPLE, control_id, filtered
from dashboard.components.suggest import municipality_options
from dashboard.locale import language
from dashboard.look import query_of
from data.errors import BadSelection, NotPublished
from data.selection import Selection


def register(app: Dash) -> None:
    """Filter callbacks of the app."""
    app.callback(
        output={
            "search": Output("shell-address", "search"),
            "values": {key: Output(control_id(key), "value") for key in CONTROLS},
            "municipalities": Output(control_id("municipality"), "options"),
        },
        inputs={
            "search": Input("shell-address", "search"),
            "values": {key: Input(control_id(key), "value") for key in CONTROLS},
        },
    )(keep_in_step)
    app.callback(
        Output("shell-chips", "children"),
        Output("shell-quick", "children"),
        Output("shell-filters", "hidden"),
        Input(ADDRESS, "search"),
        Input(ADDRESS, "pathname"),
        Input("shell-snapshot", "data"),
    )(show_set)
    app.callback(
        Output(control_id("municipality"), "options", allow_duplicate=True),
        Input(control_id("municipality"), "search_value"),
        Input(control_id("municipality"), "value"),
        prevent_initial_call=True,
    )(suggest_municipalities)


def keep_in_step(search: str | None, values: dict[str, Any]) -> dict[str, Any]:
    """The address leads where it changed, the controls where one of them did."""
    if ctx.triggered_id in (None, "shell-address"):
        new_values = values_of(query_of(search or ""))
        # The chosen ones must be among the options, or the control would drop them.
        options = suggest_municipalities(None, new_values["municipality"])
        return {"search": no_update, "values": new_values, "municipalities": options}
    query = query_with(query_of(search or ""), values | _kept_strangers(query_of(search or ""), values))
    new = f"?{written(query)}" if query else ""
    return {
        "search": no_update if query == query_of(search or "") else new,
        "values": dict.fromkeys(values, no_update),
        "municipalities": no_update,
    }


def _kept_strangers(query: dict[str, str], values: dict[str, Any]) -> dict[str, list[str]]:
    """A control drops members that it does not offer; they stay in the address, where their chip removes them."""
    try:
        strangers = answers().strangers(Selection.from_query(query))
    except (BadSelection, NotPublished):
        return {}
    return {
        key: [*(values.get(key) or []), *(one for one in strange if one not in (values.get(key) or []))]
        for key, strange in strangers.items()
    }


def values_of(query: dict[str, str]) -> dict[str, Any]:
    """Values of the controls for a query; nothing set where it cannot be read."""
    try:
        query = Selection.from_query(query).to_query()
    except BadSelection:
        query = {}
    return {
        key: [part for part in query.get(key, "").split(",") if part] if key in MULTIPLE else query.get(key, ANY)
        for key in CONTROLS
    }


def query_with(query: dict[str, str], values: dict[str, Any]) -> dict[str, str]:
    """The query with what the controls say; keys that no control sets are kept. A period given backwards is turned."""
    wanted = {
        key: ",".join(value) if isinstance(value, list) else value
        for key, value in values.items()
        if value and value != ANY
    }
    if wanted.get("from") and wanted.get("to") and wanted["from"][:7] > wanted["to"][:7]:
        wanted["from"], wanted["to"] = wanted["to"], wanted["from"]
    kept = {key: value for key, value in query.items() if key not in CONTROLS}
    return Selection.from_query(wanted).to_query() | kept


def show_set(search: str | None, path: str | None, snapshot: str | None) -> tuple[Any, Any, bool]:
    """Chips of what is set, the links to usual periods, and whether the bar is left out: where no figure follows it."""
    query, spoken, here = query_of(search or ""), language(), path or "/"
    try:
        last = answers().last_day()
        return chips(here, query, spoken), quick_links(here, query, last, spoken), not filtered(here)
    except BadSelection:
        return bad_selection(here, query, spoken), [], not filtered(here)
    except NotPublished:
        return [], [], True


def suggest_municipalities(typed: str | None, chosen: list[str] | None) -> list[dict[str, str]]:
    """What the type-ahead offers."""
    try:
        return municipality_options(answers().choices().finder, typed, chosen, language())
    except NotPublished:
        return []
