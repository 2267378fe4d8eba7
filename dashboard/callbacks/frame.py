"""Navigation, freshness, language, theme: what surrounds the pages."""

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update

from dashboard.answers import answers
from dashboard.components.parts import VIEW
from dashboard.components.shell import THEMES, freshness_note, navigation
from dashboard.drill import carried
from dashboard.locale import language

ADDRESS = "_pages_location"
"""Dash's own address component. Read here instead of the shell's, which callbacks write, so cards need not wait."""


def register(app: Dash) -> None:
    """Frame callbacks of the app."""
    app.callback(
        Output("shell-nav", "children"),
        Output("shell-nav-narrow", "children"),
        Input(ADDRESS, "pathname"),
        Input(ADDRESS, "search"),
    )(show_navigation)
    app.callback(
        Output("shell-freshness", "children"),
        Output("shell-snapshot", "data"),
        Input("shell-poll", "n_intervals"),
        State("shell-snapshot", "data"),
        prevent_initial_call=True,
    )(notice_snapshot)
    app.clientside_callback(
        ClientsideFunction("asp", "view"),
        Output(VIEW, "data"),
        Input(ADDRESS, "search"),
        Input("shell-theme", "data"),
        Input("shell-snapshot", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("asp", "chooseTheme"),
        Output("shell-theme", "data"),
        *[Input(f"shell-theme-{name}", "n_clicks") for name in THEMES],
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("asp", "chooseLanguage"),
        Output("shell-language", "disabled"),
        Input("shell-language", "n_clicks"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("asp", "openNavigation"),
        Output("shell-nav-canvas", "is_open"),
        Input("shell-menu", "n_clicks"),
        Input(ADDRESS, "pathname"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("asp", "focusContent"),
        Output("shell-focus", "data"),
        Input("_pages_store", "data"),
        prevent_initial_call=True,
    )


def show_navigation(path: str | None, search: str | None) -> tuple[Any, Any]:
    """The links, once for each of the two places they stand in."""
    query, spoken = carried(search or ""), language()
    return navigation(path or "/", query, spoken), navigation(path or "/", query, spoken)


def notice_snapshot(intervals: int | None, known: str | None) -> tuple[Any, Any]:
    """A newly published snapshot changes the header and, through the store, every card."""
    current = answers().store.snapshot_id()
    if current == known:
        return no_update, no_update
    return freshness_note(language()), current
