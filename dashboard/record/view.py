"""What pages show of an item: its state, who and when, what was recorded since, how to check it."""

from typing import Any

import dash
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.components.chips import with_query
from dashboard.components.icons import icon
from dashboard.components.tables import definition_list
from dashboard.locale import translate as _
from dashboard.look import query_of
from dashboard.record import words
from dashboard.record.figure import selection_seen
from dashboard.record.items import Entry, Figure, Item
from dashboard.record.link import SPOKEN, carried, log_href


def state_badge(item: Item, language: str) -> html.Span:
    """The state by icon and word; overdue instead of open where it is."""
    if item.is_overdue():
        return html.Span([icon("alert"), " ", _(words.OVERDUE, language)], className="state-badge overdue")
    sign, said = words.STATES[item.state]
    return html.Span([icon(sign), " ", _(said, language)], className=f"state-badge {item.state}")


def plain_text(text: str) -> html.Div:
    """What somebody wrote: text and line ends, nothing else."""
    return html.Div(text, className="written")


def facts(item: Item, language: str) -> Component:
    """Who, when, of what, by when."""
    figure, selection = item.figure, selection_seen(item.figure)
    pairs: dict[str, Any] = {
        _("State", language): state_badge(item, language),
        _("Asked to answer", language): words.actor_said(item.responsible_id, language),
        _("Due", language): formats.day(item.due_on, language),
        _("Recorded by", language): _by(item, language),
        _("Recorded on", language): formats.moment(item.created_at, language),
        _("Figure", language): _figure_link(figure, language),
        _("Period", language): words.period_said(selection, language),
        _("Filters", language): words.members_said(selection, language),
        _("Accountable", language): words.actor_said(figure.accountable_id, language),
        _("Goes on from", language): _items([item.follows] if item.follows else [], language),
        _("Continued by", language): _items(item.followers, language),
    }
    return definition_list({term: said for term, said in pairs.items() if said})


def view_link(item: Item, language: str) -> dcc.Link:
    """Leads to the page it was recorded from, as the run knew it."""
    said = _("The view it was seen in, as run {run} knew it", language, run=item.figure.run_id)
    return dcc.Link([icon("route"), " ", said], href=with_query(item.view, _query_of(item.figure)))


def trail(item: Item, language: str) -> Component:
    """The entries in the order they were recorded."""
    if not item.entries:
        return html.P(_("Nothing has been recorded since.", language), className="page-note")
    return html.Ol([_entry(entry, language) for entry in item.entries], className="trail")


def seal(item: Item, language: str) -> html.Details:
    """Place and hash of each of its rows in the chain."""
    rows: list[tuple[str, Item | Entry]] = [
        (words.title_of(item, language), item),
        *((_entry_name(one, language), one) for one in item.entries),
    ]
    said = {
        name: html.Span(
            [_("row {position} of the log", language, position=row.position), html.Br(), html.Code(row.hash)]
        )
        for name, row in rows
    }
    return html.Details(
        [
            html.Summary(_("How it can be checked that nothing was rewritten", language)),
            html.P(
                _(
                    "Each row of the log carries the SHA-256 hash of its content and of the row before it. "
                    "The operator checks the whole log by the command `asp-dashboard decisions verify`.",
                    language,
                )
            ),
            definition_list(said),
        ],
        className="seal",
    )


def _entry(entry: Entry, language: str) -> html.Li:
    head: list[Any] = [html.Strong(_entry_name(entry, language)), " · ", formats.moment(entry.created_at, language)]
    inside: list[Any] = [html.P([*head, " · ", _by(entry, language)], className="trail-head")]
    if entry.due_on:
        day = formats.day(entry.due_on, language)
        inside.append(html.P(_("Due from now on: {day}", language, day=day), className="trail-due"))
    return html.Li([*inside, plain_text(entry.text)], className=f"trail-{entry.kind.replace('_', '-')}")


def _entry_name(entry: Entry, language: str) -> str:
    return _(words.ENTRIES[entry.kind], language)


def _by(one: Item | Entry, language: str) -> str:
    """`Minta Anna, felügyelő`."""
    return f"{one.author_name}, {one.author_role}"


def _figure_link(figure: Figure, language: str) -> Any:
    """The name, leading to the figure's own page where there is one."""
    name = words.figure_name(figure.metric_id, language)
    if not any(page["path"].startswith("/kpi") for page in dash.page_registry.values()):
        return name
    return dcc.Link(name, href=with_query(f"/kpi/{figure.metric_id}", _query_of(figure)))


def _query_of(figure: Figure) -> dict[str, str]:
    """The selection of a figure, its run included, in the reader's language."""
    return query_of(figure.selection) | carried(SPOKEN)


def _items(numbers: Any, language: str) -> list[Any]:
    found: list[Any] = []
    for number in numbers:
        found += [", "] if found else []
        found.append(dcc.Link(_("no. {number}", language, number=number), href=log_href(number)))
    return found
