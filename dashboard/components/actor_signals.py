"""Who answers for what, and what the figures of each signal: a row per accountable actor and figure."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.answers import Ask, answers
from dashboard.components import states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.chips import with_query
from dashboard.components.freshness import footnote
from dashboard.components.icons import aria
from dashboard.components.signal import assurance_mark, variation_mark
from dashboard.components.titled import titled
from dashboard.figures.targets import value_words
from dashboard.judged import signals_of
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.service_readings import applications, of_services
from dashboard.signal_words import aim_words
from data.selection import Selection
from data.signals import Signal

HEADINGS = {
    N_("Accountable"): "",
    N_("Figure"): "",
    N_("Of what"): "",
    N_("Newest month"): "num",
    N_("Target"): "num",
    N_("Is it changing?"): "",
    N_("Can the target be met?"): "",
}
COMPONENTS, ALL = N_("platform components together"), N_("all that is selected")
NEWS = {"concern": 0, "shift": 1}


@dataclass(frozen=True)
class Judged:
    """A signal and what it is of: an application, or else a part of the services that `of` names."""

    found: Signal
    service: str | None
    of: str
    selection: Selection


def actor_signals(id: str, *, by_service: Sequence[str], whole: Sequence[str], title: str) -> Block:
    """Declare the table. by_service: metrics judged for each application, and for the components together; whole:
    those judged for the selection as a whole. title: message id."""

    def show(answered: Answered, look: Look) -> Component:
        rows, said = _judged(answered[0].selection, by_service, whole), _(title, look.language)
        inside = _table(rows, said, look) if rows else states.empty(look.language)
        return titled(said, _newest(rows, look), inside, footnote(answered, look.language))

    return block(id, [Ask(by_service[0])], show=show, height=480, class_name="chart-card")


def _judged(reader: Selection, by_service: Sequence[str], whole: Sequence[str]) -> list[Judged]:
    """Signals by accountable actor in the order that they come up; of each those with bad news first."""
    applied, parts = applications(reader)
    rows = []
    for metric in by_service:
        rows += [Judged(one, one.service, "", reader) for one in signals_of(metric, reader, applied)]
        if parts:
            chosen = of_services(reader, parts)
            rows += [Judged(one, None, COMPONENTS, chosen) for one in signals_of(metric, chosen, (None,))]
    for metric in whole:
        rows += [Judged(one, None, ALL, reader) for one in signals_of(metric, reader, (None,))]
    known = [one for one in rows if one.found.chart.last is not None]
    owners = list(dict.fromkeys(one.found.actor_id for one in known))
    return sorted(known, key=lambda one: (owners.index(one.found.actor_id), NEWS.get(one.found.chart.variation, 2)))


def _table(rows: Sequence[Judged], said: str, look: Look) -> html.Div:
    language = look.language
    head = [html.Th(_(name, language), scope="col", className=side) for name, side in HEADINGS.items()]
    table = html.Table(
        [
            html.Caption(said, className="visually-hidden"),
            html.Thead(html.Tr(head)),
            html.Tbody([_row(one, look) for one in rows]),
        ],
        className="plain-table actor-signals",
    )
    return html.Div(table, className="table-scroll", tabIndex=0, role="group", **aria(label=said))


def _row(one: Judged, look: Look) -> html.Tr:
    language, chart = look.language, one.found.chart
    metric, last = one.found.metric, chart.last
    assert last is not None, "rows without a value are left out"
    chosen = of_services(one.selection, [one.service]) if one.service else one.selection
    actor = answers().names("actor", language).get(one.found.actor_id, one.found.actor_id)
    said: list[Component | str] = [
        dcc.Link(words.metric_name(metric, language), href=with_query(f"/kpi/{metric.id}", chosen.to_query())),
        words.label("service", one.service, language) if one.service else _(one.of, language),
        value_words(float(last["value"]), metric, language),
        aim_words(chart.aim, metric, language) or "–",
        variation_mark(chart.variation, chart.side, metric.better, language),
        assurance_mark(chart.assurance, metric.better, language),
    ]
    sides = list(HEADINGS.values())[1:]
    cells = [html.Td(cell, className=side) for cell, side in zip(said, sides, strict=True)]
    return html.Tr([html.Th(actor, scope="row"), *cells])


def _newest(rows: Sequence[Judged], look: Look) -> str:
    """The newest month that is judged."""
    months = [str(one.found.chart.last["period"]) for one in rows if one.found.chart.last is not None]
    return formats.month(max(months), look.language, whole=True) if months else ""
