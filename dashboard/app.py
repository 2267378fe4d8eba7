"""Builds the app. Importing this module does nothing."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import dash
from dash import Dash, ctx, no_update, set_props
from dash.exceptions import MissingCallbackContextException

from dashboard import callbacks, guard
from dashboard.answers import EXTENSION, Answers, answers
from dashboard.components import states
from dashboard.components.shell import shell
from dashboard.compressing import add_compression
from dashboard.health import add_health
from dashboard.index import LocalDash
from dashboard.locale import language
from dashboard.locale import translate as _
from dashboard.map_route import add_map
from dashboard.missing import add_missing
from dashboard.record.database import EXTENSION as RECORD
from dashboard.record.database import open_record
from dashboard.settings import DashboardSettings, signing_key
from dashboard.vendor import add_vendor
from data.errors import NotPublished
from data.store import Store, open_store

log = logging.getLogger(__name__)


def create_app(settings: DashboardSettings, store: Store | None = None) -> Dash:
    """The whole app on a store (default: the one the settings name). Raises UnsafeSettings, AspError.

    Nothing is read yet: a store without a publication is shown as such, and noticed when it gets one.
    """
    app = LocalDash(
        "dashboard",
        use_pages=True,
        title=_("ASP supervision", settings.language),
        update_title="",
        serve_locally=True,
        assets_ignore=r"head\.js",
        suppress_callback_exceptions=True,
        include_pages_meta=False,
        enable_mcp=False,
        on_error=tell_reader,
        add_log_handler=False,
    )
    app.server.config.update(SECRET_KEY=signing_key(settings), ASP_LANGUAGE=settings.language)
    app.server.extensions[EXTENSION] = Answers(store or open_store(settings.reporting_url), settings.cache_answers)
    app.server.extensions[RECORD] = open_record(settings.app_url)
    if not settings.allow_public:
        guard.refuse_strangers(app.server)
    add_vendor(app.server)
    add_health(app.server)
    add_compression(app.server)
    add_map(app.server)
    add_missing(app.server)
    app.layout = shell
    callbacks.register(app)
    _prepare_pages()
    _finish(app)
    return app


def tell_reader(error: Exception) -> Any:
    """What a callback could not do is said at the top of the page, by a code that the log explains."""
    code = uuid4().hex[:8]
    log.error("error %s", code, exc_info=error)
    set_props("shell-alert", {"children": _("Something went wrong. Tell the operator this code: {code}.", code=code)})
    return no_update


def _prepare_pages() -> None:
    """Pages show a notice while nothing is published, and stay as they are when only the query changes."""
    for page in dash.page_registry.values():
        page["layout"] = _shown_once(page["layout"])
        page["title"] = page["title"] if callable(page["title"]) else _titled(page["name"])


def _shown_once(layout: Any) -> Callable[..., Any]:
    def show(**query: Any) -> Any:
        if not _has_data():
            return states.nothing_published(language())
        if _only_the_query_changed():
            return no_update
        return layout(**query) if callable(layout) else layout

    return show


def _has_data() -> bool:
    """Reference data alone answers no question."""
    try:
        return answers().last_day() is not None
    except NotPublished:
        return False


def _only_the_query_changed() -> bool:
    """Cards ask again by themselves; making the page anew would lose what the reader has opened."""
    try:
        return set(ctx.triggered_prop_ids) == {"_pages_location.search"}
    except MissingCallbackContextException:
        return False


def _titled(name: str) -> Callable[..., str]:
    def title(**path: Any) -> str:
        return f"{_(name)} · {_('ASP supervision')}"

    return title


def _finish(app: Dash) -> None:
    """Register what Dash leaves to the first request, now: inline scripts are known and their hashes fixed.

    Dash lays the page out once for that, which reads the store. What was opened is closed again: a server may fork its
    workers after this, and neither DuckDB's threads nor PostgreSQL's connections survive that.
    """
    with app.server.test_request_context("/healthz"):
        app.server.preprocess_request()
    guard.add_headers(app.server, list(app.csp_hashes()))
    app.server.extensions[EXTENSION].store.close()
