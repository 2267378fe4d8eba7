"""A figure as it was seen, and as it is known now."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.components import states
from dashboard.components.signal import assurance_mark, variation_mark
from dashboard.components.tables import definition_list
from dashboard.locale import plural
from dashboard.locale import translate as _
from dashboard.record import words
from dashboard.record.figure import as_known_now, rows_since, selection_seen
from dashboard.record.items import Figure, Item
from data.errors import AspError
from data.metrics.catalogue import METRICS


def figure_list(figure: Figure, language: str) -> Component:
    """A figure and what it is of, as terms: for the form, before anything is recorded."""
    selection = selection_seen(figure)
    pairs: dict[str, Any] = {
        _("Figure", language): html.Strong(words.figure_name(figure.metric_id, language)),
        _("Value", language): html.Strong(words.value_said(figure, language)),
        _("Numerator / denominator", language): words.parts_said(figure, language),
        _("Rows behind it", language): formats.number(figure.n, language),
        _("Target", language): words.target_said(figure, language) or _("none is set", language),
        _("Signal", language): signal(figure, language),
        _("Period", language): words.period_said(selection, language),
        _("Filters", language): words.members_said(selection, language),
        _("Accountable", language): words.actor_said(figure.accountable_id, language),
        _("Run", language): str(figure.run_id),
    }
    return definition_list({term: said for term, said in pairs.items() if said})


def signal(figure: Figure, language: str) -> Any:
    """What the control chart said, by icon and word; empty without one."""
    known = METRICS.get(figure.metric_id)
    if known is None or figure.variation is None:
        return ""
    marks: list[Any] = [variation_mark(figure.variation, None, known.better, language)]  # type: ignore[arg-type]
    if figure.assurance not in (None, "no_target", "too_early"):
        marks.append(assurance_mark(figure.assurance, known.better, language))  # type: ignore[arg-type]
    return html.Span(marks, className="signal-marks")


def then_and_now(item: Item, language: str) -> Component:
    """The figure as it was seen beside the figure as it is known now, of the same selection; and why they differ."""
    then = item.figure
    try:
        now, since = as_known_now(then), rows_since(then)
    except (AspError, KeyError) as error:
        return html.Div([_compared(then, None, language), states.failed(error, language)])
    return html.Div([_compared(then, now, language), html.P(_difference(then, now, since, language))])


def _compared(then: Figure, now: Figure | None, language: str) -> Component:
    """A table: what it is, then, now."""
    heads = ["", _("As it was seen (run {run})", language, run=then.run_id)]
    heads += [_("As it is known now", language)] if now else []
    lines: list[tuple[str, Any]] = [
        (_("Value", language), words.value_said),
        (_("Numerator / denominator", language), words.parts_said),
        (_("Rows behind it", language), lambda figure, spoken: formats.number(figure.n, spoken)),
        (_("Target", language), words.target_said),
        (_("Signal", language), signal),
    ]
    body = []
    for term, say in lines:
        cells = [say(figure, language) for figure in (then, now) if figure]
        if any(cells):
            body.append(html.Tr([html.Th(term, scope="row"), *(html.Td(cell or "–") for cell in cells)]))
    name = words.figure_name(then.metric_id, language)
    return html.Table(
        [
            html.Caption(name, className="visually-hidden"),
            html.Thead(html.Tr([html.Th(head, scope="col") if head else html.Td() for head in heads])),
            html.Tbody(body),
        ],
        className="plain-table then-and-now",
    )


def _difference(then: Figure, now: Figure, since: int | None, language: str) -> str:
    known = METRICS[then.metric_id]
    said = []
    if (then.value, then.numerator, then.denominator, then.n) == (now.value, now.numerator, now.denominator, now.n):
        said.append(_("The figure has not changed since.", language))
    elif then.value is not None and now.value is not None:
        change = formats.change(now.value - then.value, known.unit, language)
        said.append(_("Change since: {change}.", language, change=change))
    if then.metric_version != known.version:
        said.append(_("The definition of the figure has changed since.", language))
    if since:
        said.append(
            plural(
                "{count} row behind it has come in or been corrected since.",
                "{count} rows behind it have come in or been corrected since.",
                since,
                language,
                count=formats.number(since, language),
            )
        )
    return " ".join(said)
