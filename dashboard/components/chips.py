"""What is set, as removable chips, and links to usual periods. All are plain links: they change the address."""

from datetime import date, timedelta
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component
from flask import has_request_context, request

from dashboard import formats, words
from dashboard.components.icons import icon
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import query_of
from dashboard.periods import end_of_last_whole_month, recent
from data.selection import KEYS, Selection

CUT_OF_KEY = {"type": "ticket_type", "joining": "joining_type", "size": "size_band"}
"""The cut that a key of the address selects members of, where they are called differently."""
DEFAULT_PERIOD = N_("Last 12 months")
"""What dashboard.periods.recent takes where the reader has set no period."""


def with_query(path: str, query: dict[str, str]) -> str:
    """A link within the app that keeps a query."""
    return f"{path}?{written(query)}" if query else path


def kept_query() -> dict[str, str]:
    """The query of the page that sent this callback."""
    if not has_request_context() or not request.referrer or "?" not in request.referrer:
        return {}
    return query_of(request.referrer.split("?", 1)[1].split("#", 1)[0])


def written(query: dict[str, str]) -> str:
    """A query as text, commas left readable."""
    return urlencode(query, safe=",")


def quick_links(path: str, query: dict[str, str], last: date | None, language: str) -> list[Component]:
    """Links to usual periods, counted back from the last day of data; the one that holds is marked."""
    rest = {key: value for key, value in query.items() if key not in ("from", "to")}
    links: list[Component] = []
    given = {key: query[key] for key in ("from", "to") if key in query}
    for name, period in quick_periods(last).items():
        wanted = Selection(*period).to_query()
        holds = given == wanted or (name == DEFAULT_PERIOD and given == recent(Selection()).to_query())
        text: list[Component | str | float | None] = [_(name, language)]
        if holds:
            text.append(html.Span(_("(set)", language), className="visually-hidden"))
        links.append(
            dcc.Link(text, href=with_query(path, wanted | rest), className=f"quick-link{' set' if holds else ''}")
        )
    return links


def quick_periods(last: date | None) -> dict[str, tuple[date | None, date | None]]:
    """First and last day of each quick choice. Months and quarters are whole ones: a running one would look low.

    The first is what is shown where no period is set: it moves on with the data, so its link sets none.
    """
    if last is None:
        return {}
    whole = end_of_last_whole_month(last)
    quarter_first = date(whole.year, (whole.month - 1) // 3 * 3 + 1, 1)
    quarter_ends = whole if whole.month % 3 == 0 else quarter_first - timedelta(days=1)
    return {
        DEFAULT_PERIOD: (None, None),
        N_("Last quarter"): (date(quarter_ends.year, quarter_ends.month - 2, 1), quarter_ends),
        N_("This year"): (date(last.year, 1, 1), _month_end(last)),
        N_("Last year"): (date(last.year - 1, 1, 1), date(last.year - 1, 12, 31)),
    }


def chips(path: str, query: dict[str, str], language: str) -> list[Component]:
    """One removable chip for each thing that is set, then one that clears all."""
    selection = Selection.from_query(query)
    shown = recent(selection)
    period = formats.period(shown.first, shown.last, language)
    found: list[Component] = [_chip(path, _without(query, "from", "to"), period, language)]
    if selection.first is None and selection.last is None:
        said = f"{_(DEFAULT_PERIOD, language)}: {period}" if period else _("Whole period", language)
        found = [html.Span(said, className="chip chip-still")]
    for key, field in KEYS.items():
        cut = CUT_OF_KEY.get(key, key)
        members = getattr(selection, field)
        for member in members:
            rest = [other for other in members if other != member]
            left = _without(query, key) | ({key: ",".join(rest)} if rest else {})
            text = f"{words.cut_name(cut, language)}: {words.label(cut, member, language)}"
            found.append(_chip(path, left, text, language))
    if selection.as_of is not None:
        text = _("As run {run} knew it", language, run=selection.as_of)
        found.append(_chip(path, _without(query, "run"), text, language))
    if selection.to_query():
        left = _without(query, "from", "to", "run", *KEYS)
        found.append(dcc.Link(_("Clear all", language), href=with_query(path, left), className="clear-all"))
    return found


def bad_selection(path: str, query: dict[str, str], language: str) -> list[Component]:
    """In place of the chips, when the address holds a filter that cannot be read."""
    left = _without(query, "from", "to", "run", *KEYS)
    return [
        html.Span(
            [icon("alert"), " ", _("The filter in the address cannot be read.", language)], className="chip-error"
        ),
        dcc.Link(_("Clear all", language), href=with_query(path, left), className="clear-all"),
    ]


def _chip(path: str, left: dict[str, str], text: str, language: str) -> dcc.Link:
    removes = html.Span(_("remove this filter", language), className="visually-hidden")
    return dcc.Link([text, " ", icon("close"), removes], href=with_query(path, left), className="chip")


def _without(query: dict[str, str], *keys: str) -> dict[str, str]:
    return {key: value for key, value in query.items() if key not in keys}


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
