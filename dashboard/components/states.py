"""What is shown instead of a figure: loading, nothing to show, an error, nothing published yet."""

import logging
from uuid import uuid4

from dash import html

from dashboard.complaints import complaint
from dashboard.components.icons import Icon, icon
from dashboard.locale import translate as _
from data.errors import AspError, BadSelection, NotPublished, StoreBusy, UnknownCut

log = logging.getLogger(__name__)


def loading(language: str) -> html.Div:
    """Shown until the first answer is there; later the old figure stays, dimmed."""
    return html.Div(
        [html.Span(className="bar"), html.Span(_("Loading…", language), className="visually-hidden")],
        className="state state-loading",
        role="status",
    )


def empty(language: str, why: str | None = None, what: str | None = None) -> html.Div:
    """Nothing was counted: why, and what the reader can change."""
    return _state(
        "info",
        why or _("There is nothing to count in this selection.", language),
        what or _("Choose a longer period, or remove a filter from the bar above.", language),
    )


def failed(error: Exception, language: str) -> html.Div:
    """An error as something to act on; never a traceback. What is our own fault is logged under the code shown."""
    match error:
        case NotPublished():
            return nothing_published(language)
        case BadSelection() | UnknownCut():
            why = _("This filter cannot be used here.", language)
            what = _("Remove the filter, or choose another.", language)
            return _state("alert", why, f"{complaint(error, language)} {what}")
        case StoreBusy():
            return _state("alert", _("The database is busy.", language), _("Try again in a minute.", language))
        case AspError():
            return _state("alert", _("This figure could not be made.", language), str(error))
    code = uuid4().hex[:8]
    log.error("error %s", code, exc_info=error)
    return _state(
        "alert",
        _("This figure could not be made.", language),
        _("Load the page again. If it stays, tell the operator this code: {code}.", language, code=code),
    )


def nothing_published(language: str) -> html.Div:
    """Before the first ETL run: a whole-page notice with the command to run."""
    return html.Div(
        [
            html.H1(_("No data has been published yet", language)),
            html.P(_("The reporting database is empty. Load the sources with this command:", language)),
            html.Pre(html.Code("asp-etl run all --config sources.toml"), tabIndex=0),
            html.P(_("To try the product on made-up data, run:", language)),
            html.Pre(html.Code("make demo"), tabIndex=0),
            html.P(_("Then load this page again.", language)),
        ],
        className="notice",
    )


def not_found(language: str) -> html.Div:
    """An address that leads to no page."""
    return html.Div(
        [
            html.H1(_("There is no such page", language)),
            html.P(_("Choose one from the menu.", language)),
        ],
        className="notice",
    )


def _state(sign: Icon, why: str, what: str) -> html.Div:
    return html.Div(
        [icon(sign), html.P(why, className="state-why"), html.P(what, className="state-what")],
        className="state",
        role="status",
    )
