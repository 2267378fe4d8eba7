"""What is said where the log cannot be read or written, or something was not recorded. No text of anybody is in it."""

from typing import Any

from dash import dcc, html

from dashboard.components.icons import icon
from dashboard.guard import ForeignOrigin
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.record.errors import AlreadyRecorded, LogReadOnly, LogUnreachable, NoSuchItem, NotAllowed
from dashboard.record.link import log_href
from data.errors import AspError

UNREACHABLE = N_("The decision log cannot be reached just now. Nothing is lost; the other pages work.")
READ_ONLY = N_("The decision log can only be read just now; nothing can be recorded in it.")
OPERATOR = N_("Tell the operator if it stays so (ASP_APP_URL).")
KNOWN: dict[type[AspError], str] = {
    LogUnreachable: UNREACHABLE,
    LogReadOnly: READ_ONLY,
    ForeignOrigin: N_("The request did not come from this page, so nothing was recorded. Load the page again."),
    NotAllowed: N_("The item's state has changed meanwhile and takes no such entry. Load the page again."),
    NoSuchItem: N_("There is no such item in the log."),
}


def failure(error: AspError, language: str) -> list[Any]:
    """Why nothing was recorded, or what was instead; what was typed stays in the form."""
    if isinstance(error, AlreadyRecorded):
        said = _("This form has been recorded already, with another content. See item no. {number}.", language,
                 number=error.number)  # fmt: skip
        return [icon("alert"), " ", dcc.Link(said, href=log_href(error.number))]
    text = KNOWN.get(type(error))
    return [icon("alert"), " ", _(text, language) if text else str(error)]


def notice(error: AspError, language: str) -> html.Div:
    """In place of what the log would show."""
    operator = [" ", _(OPERATOR, language)] if isinstance(error, (LogUnreachable, LogReadOnly)) else []
    return html.Div(html.P([*failure(error, language), *operator]), className="log-notice", role="status")
