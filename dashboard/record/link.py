"""The way to the form: a link beside any figure."""

import re
from collections.abc import Mapping

from dash import dcc

from dashboard.components.chips import kept_query, with_query, written
from dashboard.components.icons import icon
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.selection import KEYS

LOG = "/decisions"
NEW = "/decisions/new"
RECORD = N_("Record a question or a decision")
CARRIED = {"from", "to", "run", "lang", *KEYS}
SPOKEN = {"lang"}
PATH = re.compile(r"/(?!/)[A-Za-z0-9_./-]{0,200}")


def record_href(metric_id: str, path: str, query: Mapping[str, str]) -> str:
    """Address of the form for a figure seen on a page (path) with a query."""
    rest = {key: value for key, value in query.items() if key not in ("metric", "view")}
    return f"{NEW}?{written({'metric': metric_id, 'view': path} | rest)}"


def record_link(metric_id: str, path: str, query: Mapping[str, str], language: str) -> dcc.Link:
    """A link that leads to the form, with its icon."""
    return dcc.Link(
        [icon("record"), " ", _(RECORD, language)], href=record_href(metric_id, path, query), className="record-link"
    )


def log_href(number: int | None = None) -> str:
    """Address of the log, or of an item; the reader's selection and language go along."""
    return with_query(LOG if number is None else f"{LOG}/{number}", carried(CARRIED))


def carried(keys: set[str]) -> dict[str, str]:
    """What stands under these keys in the address of the page that asks."""
    return {key: value for key, value in kept_query().items() if key in keys}


def view_path(path: object) -> str:
    """A path within this app, as an address may name one; the scorecard's for anything else."""
    text = str(path or "")
    return text if PATH.fullmatch(text) else "/"
