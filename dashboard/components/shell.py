"""The frame around every page: header, navigation, filter bar, panel, footer."""

from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import dash
import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component
from flask import has_request_context, request

from dashboard.answers import answers
from dashboard.components.chips import with_query
from dashboard.components.filter_bar import filter_bar
from dashboard.components.freshness import header_note
from dashboard.components.icons import Icon, aria, attributes, icon
from dashboard.components.parts import VIEW
from dashboard.locale import LANGUAGES, N_, language
from dashboard.locale import translate as _
from data.errors import NotPublished

PRODUCT = N_("ASP supervision")
POLL_MILLISECONDS = 60_000
THEMES = {"light": N_("Light"), "dark": N_("Dark"), "auto": N_("As the device")}
THEME_ICONS: dict[str, Icon] = {"light": "sun", "dark": "moon", "auto": "contrast"}


def shell() -> html.Div:
    """The layout of the app, in the language of the request."""
    spoken = language()
    return html.Div(
        [
            html.A(_("Skip to the content", spoken), href="#content", className="skip-link"),
            # The address is changed by filters through this one; Dash's own reads it for the pages.
            dcc.Location(id="shell-address", refresh="callback-nav"),
            dcc.Store(id=VIEW),
            dcc.Store(id="shell-theme"),
            dcc.Store(id="shell-snapshot", data=_snapshot()),
            dcc.Store(id="shell-focus"),
            dcc.Interval(id="shell-poll", interval=POLL_MILLISECONDS),
            dcc.Download(id="shell-download"),
            html.Div(id="shell-alert", role="alert", className="shell-alert"),
            _header(spoken),
            html.Nav(id="shell-nav", className="side-nav", **aria(label=_("Pages", spoken))),
            dbc.Offcanvas(
                html.Nav(id="shell-nav-narrow", **aria(label=_("Pages", spoken))),
                id="shell-nav-canvas",
                title=_(PRODUCT, spoken),
                placement="start",
                class_name="nav-canvas",
            ),
            html.Div(
                [
                    filter_bar(_choices(), spoken, _path()),
                    html.Main(dash.page_container, id="content", tabIndex=-1),
                    _footer(spoken),
                ],
                className="shell-main",
            ),
            dbc.Offcanvas(id="shell-panel", placement="end", scrollable=True, class_name="panel", is_open=False),
        ],
        className="shell",
    )


def navigation(path: str, query: dict[str, str], spoken: str) -> html.Ul:
    """Links to the pages, in their order, the query kept. A page registered with nav=False is left out."""
    pages = [page for page in dash.page_registry.values() if page.get("nav", True)]
    return html.Ul([html.Li(_page_link(page, path, query, spoken)) for page in pages], className="nav-list")


def freshness_note(spoken: str) -> str:
    """`adatok: …` for the header; empty before the first publication."""
    try:
        return header_note(answers().freshness(), spoken)
    except NotPublished:
        return _("no data yet", spoken)


def _page_link(page: dict[str, Any], path: str, query: dict[str, str], spoken: str) -> dcc.Link:
    here, name = page["path"] == path, page["name"]
    above = page["path"] != "/" and path.startswith(f"{page['path']}/")
    inside: list[Component | str] = [icon(page.get("icon", "chart")), html.Span(_(name, spoken))]
    if here or above:
        said = _("(this page)", spoken) if here else _("(this part)", spoken)
        inside.append(html.Span(said, className="visually-hidden"))
    return dcc.Link(
        inside,
        href=with_query(page["relative_path"], query),
        className="nav-entry here" if here or above else "nav-entry",
    )


def _header(spoken: str) -> html.Header:
    other = next(name for name in LANGUAGES if name != spoken)
    return html.Header(
        [
            html.Button(
                icon("menu", _("Menu", spoken)),
                id="shell-menu",
                className="icon-button only-narrow",
                type="button",
                n_clicks=0,
                **aria(haspopup="dialog"),
            ),
            html.Div(
                [
                    dcc.Link(_(PRODUCT, spoken), href="/", className="product"),
                    html.Span(freshness_note(spoken), id="shell-freshness", className="freshness"),
                ],
                className="header-words",
            ),
            html.Button(
                LANGUAGES[other],
                id="shell-language",
                className="btn btn-link language",
                type="button",
                lang=other,
                n_clicks=0,
                **attributes({"data-language": other}),
            ),
            dbc.DropdownMenu(
                [
                    dbc.DropdownMenuItem(
                        [icon(THEME_ICONS[name]), " ", _(text, spoken)],
                        id=f"shell-theme-{name}",
                        n_clicks=0,
                        class_name="menu-item",
                    )
                    for name, text in THEMES.items()
                ],
                label=icon("contrast", _("Light or dark", spoken)),
                align_end=True,
                caret=False,
                color="link",
                toggle_class_name="icon-button",
            ),
        ],
        className="shell-header",
    )


def _footer(spoken: str) -> html.Footer:
    return html.Footer(
        html.P(f"{_(PRODUCT, spoken)} · {_('version {version}', spoken, version=version('asp-dashboard'))} · EUPL-1.2"),
        className="shell-footer",
    )


def _choices() -> Any:
    try:
        return answers().choices()
    except NotPublished:
        return None


def _path() -> str:
    """Path of the page that asks for the layout."""
    return urlsplit(request.referrer).path if has_request_context() and request.referrer else "/"


def _snapshot() -> str | None:
    return answers().store.snapshot_id()
