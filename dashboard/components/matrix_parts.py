"""Around the matrix: the answer in a sentence, the duties of each actor, gaps in words, what is exported."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component
from sqlalchemy import Connection

from dashboard import formats, words
from dashboard.answers import answers
from dashboard.components.chips import with_query
from dashboard.components.icons import icon
from dashboard.components.matrix_model import DAY, Duty, View, duties
from dashboard.components.matrix_table import concern_words
from dashboard.exports.sheet import Sheet
from dashboard.locale import N_, plural
from dashboard.locale import translate as _
from data.matrix import Gap, GapKind, gaps, read_matrix
from data.metrics.catalogue import METRICS
from data.metrics.responsibility import EVERY_SERVICE
from data.signals import Signal

SAID: dict[GapKind, str] = {
    "no_accountable": N_("nobody is accountable"),
    "two_accountable": N_("more than one actor is accountable: {actors}"),
    "no_responsible": N_("nobody is responsible"),
    "overlap": N_("the same letter stands twice: {actors}"),
    "unknown_process": N_("the process of the figure is unknown: {metric}"),
    "unowned_metric": N_("nobody is accountable for the figure: {metric}"),
    "borrowed_accountable": N_("no accountable actor of its own; the one for every service answers: {actors}"),
    "accountable_only": N_("accountable, and responsible for nothing: {actors}"),
    "no_letter": N_("holds no letter: {actors}"),
}
NAMED_AT_MOST = 3
ACTOR_HEADS = (
    N_("Actor"), N_("Accountable (A)"), N_("Responsible (R)"), N_("Consulted (C)"), N_("Informed (I)"), N_("Figures"),
    N_("Signals"),
)  # fmt: skip


def found_gaps() -> list[Gap]:
    """Gaps of the loaded matrix, over its whole history."""

    def read(connection: Connection) -> list[Gap]:
        return gaps(read_matrix(connection), list(METRICS.values()))

    return answers().read(("matrix-gaps",), read)


def answer(view: View) -> list[Component]:
    """Is somebody accountable for everything, and where are signals of concern? The day below it."""
    spoken = view.look.language
    mistakes = [gap for gap in found_gaps() if not gap.is_note]
    parts = [
        plural("The matrix has {count} gap.", "The matrix has {count} gaps.", len(mistakes), spoken,
               count=formats.number(len(mistakes), spoken))
        if mistakes
        else _("Every process of every service has one accountable actor.", spoken)
    ]  # fmt: skip
    if view.signals is None:
        parts.append(_("Signals are being read…", spoken))
    else:
        worse = [one for one in duties(view) if one.concerns]
        parts.append(_worst(worse, view) if worse else _("No figure has really got worse.", spoken))
    return [
        html.P(" ".join(parts), className="answer-sentence"),
        html.P(_("The matrix on {day}", spoken, day=formats.day(view.on, spoken)), className="answer-period"),
    ]


def change_links(view: View, path: str, query: dict[str, str]) -> list[Component]:
    """Links to the days from which the matrix differs, newest first."""
    spoken = view.look.language
    days = view.matrix.change_days()[::-1]
    rest = {key: value for key, value in query.items() if key != DAY}
    links: list[Any] = [html.Span(f"{_('Valid from', spoken)}: ")]
    for day in days[:6]:
        text = formats.day(day, spoken)
        links += [dcc.Link(text, href=with_query(path, rest | {DAY: day.isoformat()}), className="quick-link"), " "]
    return links


def actor_table(view: View) -> Component:
    """A row per actor: letters held, figures it is accountable for, what really got worse or better."""
    spoken = view.look.language
    rows = [_actor_row(one, view) for one in duties(view) if not view.actors or one.actor in view.actors]
    title = _("What each actor answers for", spoken)
    table = html.Table(
        [
            html.Caption(title, className="visually-hidden"),
            html.Thead(
                html.Tr(
                    [
                        html.Th(
                            _(text, spoken), scope="col", className="num" if 0 < place < len(ACTOR_HEADS) - 1 else ""
                        )
                        for place, text in enumerate(ACTOR_HEADS)
                    ]
                )
            ),
            html.Tbody(rows),
        ],
        className="plain-table",
    )
    label: dict[str, Any] = {"aria-label": title}
    note = _(
        "Letters are counted over processes × applications and components; figures are those of its A cells.", spoken
    )
    return html.Div(
        [
            html.Div(table, className="table-scroll", tabIndex=0, role="group", **label),
            html.P(note, className="card-foot"),
        ],
        className="chart-card",
    )


def gap_list(view: View) -> Component:
    """Gaps and notes in words."""
    spoken = view.look.language
    found = found_gaps()
    mistakes, notes = [one for one in found if not one.is_note], [one for one in found if one.is_note]
    shown: list[Component] = []
    if mistakes:
        shown.append(html.Ul([html.Li([icon("alert"), " ", gap_words(one, view)]) for one in mistakes]))
    else:
        shown.append(html.P([icon("check"), " ", _("No gap: the whole history was looked at, day by day.", spoken)]))
    if notes:
        shown.append(html.H3(_("Worth knowing", spoken), className="card-title"))
        shown.append(html.Ul([html.Li(gap_words(one, view)) for one in notes]))
    return html.Div(shown, className="chart-card matrix-gaps")


def gap_words(gap: Gap, view: View) -> str:
    """`Incidenskezelés · ADÓ · 2026. márc. 1. – 2026. márc. 31.: senki sem elszámoltatható`."""
    spoken = view.look.language
    metric = METRICS.get(gap.metric_id)
    where = [view.process_name(gap.process_id) if gap.process_id else ""]
    where.append(view.service_name(gap.service_id) if gap.service_id else "")
    where.append(_days(gap, spoken))
    values = {
        "actors": ", ".join(view.actor_name(one) for one in gap.actors),
        "metric": words.metric_name(metric, spoken) if metric else "",
    }
    message = SAID[gap.kind]
    used = {key: value for key, value in values.items() if f"{{{key}}}" in message}
    head = " · ".join(part for part in where if part)
    said = _(message, spoken, **used)
    return f"{head}: {said}" if head else said[:1].upper() + said[1:]


def matrix_sheet(view: View, address: str) -> Sheet:
    """The matrix as it is printed: a row per process, a column per service, letters with their actors."""
    spoken = view.look.language
    services = [EVERY_SERVICE, *view.applications, *view.components]
    rows = {_("Process", spoken): [view.process_name(one) for one in view.processes]}
    for service in services:
        rows[view.service_name(service)] = [_text(view, process, service) for process in view.processes]
    title = _("Responsibility matrix", spoken)
    about = {
        _("Title", spoken): title,
        _("Valid on", spoken): formats.day(view.on, spoken),
        _("Letters", spoken): _("R responsible, A accountable, C consulted, I informed", spoken),
        _("Snapshot", spoken): answers().snapshot(),
        _("Link to this view", spoken): address,
        _("Exported on", spoken): formats.day(date.today(), spoken),
    }
    name = f"felelossegi-matrix-{view.on}" if spoken == "hu" else f"responsibility-matrix-{view.on}"
    return Sheet(title, pd.DataFrame(rows), about, name, {})


def _text(view: View, process: str, service: str) -> str:
    held = view.cell(process, service).letters
    order = sorted(held, key=lambda actor: (["A" not in held[actor], "R" not in held[actor]], view.actor_name(actor)))
    return "; ".join(f"{','.join(held[actor])} {view.actor_name(actor)}" for actor in order)


def _worst(worse: Sequence[Duty], view: View) -> str:
    spoken = view.look.language
    said = ", ".join(
        f"{view.actor_name(one.actor)} ({formats.number(len(one.concerns), spoken)})" for one in worse[:NAMED_AT_MOST]
    )
    return _("Signals of concern by accountable actor: {actors}.", spoken, actors=said)


def _actor_row(one: Duty, view: View) -> html.Tr:
    spoken = view.look.language
    numbers = [formats.number(one.cells[letter], spoken) for letter in "ARCI"]
    numbers.append(formats.number(one.figures, spoken))
    return html.Tr(
        [
            html.Th(view.actor_name(one.actor), scope="row"),
            *(html.Td(text, className="num") for text in numbers),
            html.Td(_signals(one, view)),
        ]
    )


def _signals(one: Duty, view: View) -> list[Any]:
    """How many got worse and which, each with its page; how many got better."""
    spoken = view.look.language
    if view.signals is None:
        return ["…"]
    if not one.concerns and not one.improvements:
        return ["–"]
    parts: list[Any] = []
    if one.concerns:
        listed = [html.Li(_signal_link(found, view)) for found in one.concerns]
        parts.append(html.Details([html.Summary(concern_words(len(one.concerns), spoken)), html.Ul(listed)]))
    if one.improvements:
        count = len(one.improvements)
        parts.append(
            html.Span(plural("{count} real improvement", "{count} real improvements", count, spoken, count=count))
        )
    return parts


def _signal_link(found: Signal, view: View) -> dcc.Link:
    spoken = view.look.language
    name = words.metric_name(found.metric, spoken)
    of = {"service": found.service} if found.service else {}
    href = with_query(f"/kpi/{found.metric.id}", view.selection.to_query() | of)
    return dcc.Link(f"{name} · {view.service_name(found.service or EVERY_SERVICE)}", href=href)


def _days(gap: Gap, spoken: str) -> str:
    if gap.first is None:
        return ""
    first = formats.day(gap.first, spoken)
    return f"{first} –" if gap.last is None else f"{first} – {formats.day(gap.last, spoken)}"
