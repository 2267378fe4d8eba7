"""Where the stages come from: the kinds of rows that each rests on, their inputs, and the newest of the rows."""

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.answers import answers
from dashboard.components.origin import inputs_section, newest, rows_section, statement_section
from dashboard.components.tables import definition_list
from dashboard.components.titled import figure_table
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.periods import latest
from dashboard.stage_reading import stages_of
from dashboard.stage_words import MEANINGS, stage_name
from data.adoption.stage_sources import Part, stage_sources
from data.provenance import inputs
from data.selection import Selection

SOURCES = ("contracts", "training", "usage", "tickets")
MOST_INPUTS = 20
"""Of each job: the newest ones."""
PART_NAMES = {
    "joining": N_("Joining contracts"),
    "services": N_("Applications under contract"),
    "roles": N_("Appointments to local roles"),
    "certificates": N_("Certificates of key users"),
    "usage": N_("Counts of use"),
    "tickets": N_("Tickets, as a proxy of use"),
    "courses": N_("Trainings, as a proxy of use"),
}
DEFINED = N_("How far a municipality has come with an application, on a day")


def stage_meaning(language: str) -> Component:
    """The definition of the stages, for the panel of a card."""
    terms = {stage_name(stage, language): _(text, language) for stage, text in MEANINGS.items()}
    return html.Section([html.H3(_(DEFINED, language)), definition_list(terms)], className="definition")


def stage_origin(reader: Selection, address: str, language: str) -> list[Component]:
    """The panel's content, in the form of dashboard.components.origin; address: link that reproduces the view."""
    selection = latest(reader)
    parts = _parts(selection)
    told = newest(answers().freshness(None, selection.as_of), address, language)
    if not parts:
        return [told]
    title = _("What the stages rest on", language)
    table = figure_table(_table(parts, selection, language), title, 2)
    details: list[Component] = []
    for part in parts:
        kind, count = _(PART_NAMES[part.name], language), _count(part, language)
        shown = formats.number(len(part.rows), language)
        heading = _("{kind}: {shown} of {count} rows, the newest", language, kind=kind, shown=shown, count=count)
        inside: list[Component] = [rows_section(part.rows, language, heading)] if len(part.rows) else []
        details.append(html.Div([*inside, statement_section(part.statement, language)]))
    return [
        told,
        html.Section([html.H3(title), table]),
        inputs_section(_inputs(parts, selection), language),
        *details,
    ]


def _parts(selection: Selection) -> list[Part]:
    on = stages_of(selection).on
    if on is None:
        return []
    return answers().read(("stage sources", selection), lambda connection: stage_sources(connection, selection, on))


def _table(parts: list[Part], selection: Selection, language: str) -> pd.DataFrame:
    """A row per kind of rows: the stages, the source's job, rows, its newest data and run, what is set aside."""
    known = {part.job: answers().freshness(part.job, selection.as_of) for part in parts}
    return pd.DataFrame(
        {
            _("Rows", language): _(PART_NAMES[part.name], language),
            _("Stages", language): ", ".join(stage_name(stage, language) for stage in part.stages),
            _("Number of rows", language): _count(part, language),
            _("Newest data", language): formats.moment(known[part.job].newest_at, language),
            _("Newest run", language): formats.number(known[part.job].run_id, language),
            _("Rows set aside", language): formats.number(known[part.job].quarantined, language),
            _("Source", language): words.label("job", part.job, language),
        }
        for part in parts
    )


def _count(part: Part, language: str) -> str:
    return _("withheld", language) if part.count is None else formats.number(part.count, language)


def _inputs(parts: list[Part], selection: Selection) -> pd.DataFrame:
    jobs = list(dict.fromkeys(part.job for part in parts))
    run = selection.as_of
    found = answers().read(
        ("newest inputs", *jobs, run),
        lambda connection: [inputs(connection, job, run, limit=MOST_INPUTS) for job in jobs],
    )
    return pd.concat(found, ignore_index=True)
