"""The form of a new item, under the figure that it is about."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import words as metric_words
from dashboard.components.chips import with_query
from dashboard.components.icons import icon
from dashboard.components.page import section
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.record import form, words
from dashboard.record.actors import actors
from dashboard.record.compared import figure_list
from dashboard.record.database import record
from dashboard.record.errors import LogReadOnly, LogUnreachable
from dashboard.record.items import Figure
from dashboard.record.link import CARRIED, carried
from dashboard.record.notices import notice
from dashboard.record.state import today
from data.metrics.catalogue import METRICS

PAGE = "decisions-new"
DAYS_TO_ANSWER = 14


def shown(figure: Figure, view: str, follows: int | None, spoken: str) -> list[Any]:
    """Figure and form. view: path of the page it was opened from; follows: number of the item that it goes on from."""
    of = {
        "metric": figure.metric_id,
        "selection": figure.selection,
        "view": view,
        "follows": follows,
        "token": uuid4().hex,
    }
    said = _("It is recorded with this figure, as run {run} knows it.", spoken, run=figure.run_id)
    return [
        section(
            N_("The figure"),
            html.Div([figure_list(figure, spoken), html.P(said, className="field-note")], className="chart-card"),
        ),
        section(N_("What is recorded"), _form(figure, follows, spoken)),
        dcc.Store(id=f"{PAGE}-seen", data=of),
    ]


def _form(figure: Figure, follows: int | None, spoken: str) -> Component:
    kinds: dict[str, str] = {name: _(said, spoken) for name, said in words.KINDS.items()}
    named = actors(spoken)
    chosen = figure.accountable_id if figure.accountable_id in named else None
    due = today() + timedelta(days=DAYS_TO_ANSWER)
    after = [html.P([icon("route"), " ", _("It goes on from item no. {number}.", spoken, number=follows)])]
    return dbc.Form(
        [
            *(after if follows else []),
            html.P(_("All fields are required.", spoken), className="field-note"),
            form.choice(f"{PAGE}-kind", _("Question or decision", spoken), kinds, "question"),
            form.text_field(f"{PAGE}-text", _("Text", spoken), spoken),
            html.Div(
                [
                    form.field(
                        f"{PAGE}-actor",
                        _("Asked to answer", spoken),
                        dbc.Select(
                            id=f"{PAGE}-actor",
                            options=[{"label": said, "value": name} for name, said in named.items()],
                            value=chosen,
                        ),
                        _("The actor accountable for the figure is set.", spoken),
                    ),
                    form.day_field(
                        f"{PAGE}-due", _("Due", spoken), due.isoformat(), today().isoformat(),
                        _("The last day to answer.", spoken),
                    ),
                ],
                className="field-pair",
            ),
            form.signature(PAGE, spoken),
            *form.ended(PAGE, _("Record", spoken), spoken),
        ],
        id=f"{PAGE}-form",
        prevent_default_on_submit=True,
        class_name="chart-card log-form",
    )  # fmt: skip


def warned(spoken: str) -> list[Any]:
    """Said before somebody types, where nothing could be recorded."""
    try:
        return [] if record().is_writable() else [notice(LogReadOnly(""), spoken)]
    except LogUnreachable as error:
        return [notice(error, spoken)]


def choose_figure(spoken: str) -> Component:
    """Where no figure was named."""
    named = {metric.id: metric_words.metric_name(metric, spoken) for metric in METRICS.values()}
    control = dbc.Select(
        id=f"{PAGE}-metric",
        options=[{"label": "–", "value": ""}]
        + [{"label": said, "value": name} for name, said in sorted(named.items(), key=lambda one: one[1])],
        value="",
    )
    back = dcc.Link(_("See definitions", spoken), href=with_query("/definitions", carried(CARRIED)))
    help = _("Every chart leads here from its menu, with its own figure and filters.", spoken)
    return html.Div(
        [form.field(f"{PAGE}-metric", _("Which figure is it about?", spoken), control, help), html.P(back)],
        className="chart-card log-form",
    )
