"""From a mark to what stands behind it: tickets, or the figure's own page; the reader's selection goes along.

A figure may say of each point what it stands for, by `customdata=leads(frame, metric, cuts)` (dashboard/figures/
leads.py); of a figure that does not, the point's place tells it, as long as that names a member of each of its cuts.
"""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dashboard import formats, words
from dashboard.answers import Answer
from dashboard.look import query_of
from data.errors import AspError
from data.metrics.catalogue import metric as metric_of
from data.metrics.cuts import PERIODS
from data.metrics.metric import Metric
from data.selection import KEYS, Selection
from data.ticket_rows_read import is_of_tickets

OTHERS = "…"
KEY_OF_CUT = {"ticket_type": "type", "joining_type": "joining", "size_band": "size"}
"""Key of the address for a cut that is called differently there."""
OWN_KEYS = (
    "metric", "part", "late", "id", "why", "compare", "on", "process",
    "figure", "level", "shade", "district",  # of the map
    "unit", "segment",  # of the comparison
    "view", "follows", "item_state", "item_actor", "item_kind", "item_all", "step", "idle",
    "contract",  # of the contracts' page
)  # fmt: skip
"""Keys of the address that belong to one page and are not carried to another."""


def rows_href(metric: Metric, selection: Selection, cuts: Mapping[str, object] | None = None) -> str:
    """The address of what stands behind a figure: `/tickets?metric=…`, of other facts `/kpi/<id>`.

    cuts: the members that the figure is of, as measure() writes them. Empty where one of them cannot be addressed.
    """
    try:
        narrowed, rest = narrow(selection, metric, cuts or {})
    except (AspError, ValueError):
        return ""
    if not is_of_tickets(metric):
        return with_query(f"/kpi/{metric.id}", narrowed.to_query())
    return with_query("/tickets", {"metric": metric.id} | narrowed.to_query() | rest)


def ticket_href(source: str, ticket_id: str, selection: Selection | None = None) -> str:
    """The address of one ticket. selection: the reader's, which is kept for the pages after it; of it only the run
    decides what is shown."""
    kept = selection.to_query() if selection else {}
    return with_query("/ticket", kept | {"source": source, "id": ticket_id})


def narrow(selection: Selection, metric: Metric, cuts: Mapping[str, object]) -> tuple[Selection, dict[str, str]]:
    """The selection narrowed to members of cuts, and the members that a Selection has no place for, by cut.

    Raises ValueError for a member that stands for several, or lies outside the period.
    """
    rest: dict[str, str] = {}
    for cut, member in cuts.items():
        text = "" if formats.missing(member) else str(member)
        key = KEY_OF_CUT.get(cut, cut)
        if text == OTHERS or (key in KEYS and not text):
            raise ValueError(f"{cut}: {member!r} is no single member")
        if cut in PERIODS:
            selection = _within(selection, cut, text, metric)
        elif key in KEYS:
            members: dict[str, Any] = {KEYS[key]: (text,)}
            selection = replace(selection, **members)
        else:
            rest[cut] = text or "unknown"
    return selection, rest


def further_cuts(query: Mapping[str, str], metric: Metric) -> dict[str, str]:
    """The members that an address names of the metric's cuts which a Selection has no place for."""
    return {
        cut: query[cut]
        for cut in metric.cut_by
        if cut in query and cut not in PERIODS and KEY_OF_CUT.get(cut, cut) not in KEYS
    }


def mark_href(answered: Sequence[Answer], point: Mapping[str, Any], language: str, placed: bool = True) -> str:
    """Where a point of a chart leads, given the answers that the chart was drawn from; empty where it leads nowhere.

    point: of plotly's clickData: x, y, label, customdata. placed: whether its place may tell what it is of; not where
    the chart shows something else than the figure asked for.
    """
    custom = _text_of(point.get("customdata"))
    if custom.startswith("/") and not custom.startswith("//"):
        return custom  # the figure names the address itself: a mark that is one ticket
    if custom.startswith("metric="):
        said = dict(parse_qsl(custom, keep_blank_values=True))
        metric = said.pop("metric")
        found = next((one for one in answered if one.metric.id == metric), None)
        return rows_href(metric_of(metric), (found or answered[0]).selection, said)
    members = _placed(answered[0], point, language) if placed else None
    return "" if members is None else rows_href(answered[0].metric, answered[0].selection, members)


def carried(search: str) -> dict[str, str]:
    """The query of an address without what belongs to its page alone, for links to other pages."""
    query = query_of(search)
    if "id" in query:
        query.pop("source", None)
    return {key: value for key, value in query.items() if key not in OWN_KEYS}


def with_query(path: str, query: Mapping[str, str]) -> str:
    """A path with a query, commas left readable."""
    return f"{path}?{urlencode(query, safe=',')}" if query else path


def _within(selection: Selection, cut: str, text: str, metric: Metric) -> Selection:
    """The part of the selection's period that lies in a period; of a stock its end alone counts."""
    first, last = period_of(cut, text)
    first = first if metric.kind == "stock" else max(filter(None, (first, selection.first)))
    last = min(filter(None, (last, selection.last)))
    return selection.with_period(first, last)


def period_of(cut: str, text: str) -> tuple[date, date]:
    """First and last day of a period as measure() writes it: `2026-03`, `2026-Q1`, `2026-W03`, `2026-03-10`, `2026`.

    Raises ValueError for anything else.
    """
    match cut:
        case "day":
            return date.fromisoformat(text), date.fromisoformat(text)
        case "week":
            year, week = text.split("-W")
            monday = date.fromisocalendar(int(year), int(week), 1)
            return monday, monday + timedelta(days=6)
        case "month":
            year, month = text.split("-")
            return _months(int(year), int(month), 1)
        case "quarter":
            year, part = text.split("-Q")
            return _months(int(year), 3 * int(part) - 2, 3)
    return _months(int(text), 1, 12)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    end = month + count - 1
    return date(year, month, 1), date(year, end, calendar.monthrange(year, end)[1])


def _text_of(customdata: Any) -> str:
    """What a figure says of a point; empty where it says something else."""
    text = customdata[0] if isinstance(customdata, list) and customdata else customdata
    return text if isinstance(text, str) else ""


def _placed(answer: Answer, point: Mapping[str, Any], language: str) -> dict[str, object] | None:
    """The members that a point's place names, by id or by name; None where a cut is left open."""
    places = [str(point[name]) for name in ("x", "y", "label") if not formats.missing(point.get(name))]
    found: dict[str, object] = {}
    for cut in answer.by:
        members = {str(member): member for member in answer.frame[cut].drop_duplicates()}
        named = {words.label(cut, member, language): member for member in members.values()}
        here = next((place for place in places if place in members or place in named), None)
        if here is None:
            return None
        found[cut] = members.get(here, named.get(here))
    return found
