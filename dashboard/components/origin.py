"""Where a figure comes from: the newest run, the inputs with their counts, rows with file and line, the statement."""

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.answers import Origin
from dashboard.components.freshness import quarantine_note
from dashboard.components.tables import data_grid, definition_list, table_of
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.provenance import Freshness

INPUT_COLUMNS = {
    "run_id": N_("Run"),
    "source": N_("Source"),
    "input": N_("File or address"),
    "status": N_("Status"),
    "read": N_("Read"),
    "loaded_new": N_("New"),
    "loaded_changed": N_("Changed"),
    "unchanged": N_("Unchanged"),
    "duplicate": N_("Duplicate"),
    "quarantined": N_("Quarantined"),
}
ROW_COLUMNS = {
    "source_name": N_("Source"),
    "input": N_("File or address"),
    "line": N_("Line"),
    "loaded_run": N_("Run"),
}
# Columns of provenance that the reader sees by name instead, or that say nothing to a person.
HIDDEN = {"input_id", "superseded_run", "person_hash", "source", *ROW_COLUMNS}


def origin(found: Origin, address: str, language: str) -> list[Component]:
    """The panel's content. address: link that reproduces the view."""
    return [
        newest(found.freshness, address, language),
        inputs_section(found.inputs, language),
        rows_section(found.rows, language),
        statement_section(found.statement, language),
    ]


def statement_section(statement: str, language: str) -> html.Details:
    """A query, folded."""
    return html.Details(
        [
            html.Summary(_("The query that was run", language)),
            html.Pre(html.Code(statement), tabIndex=0, className="statement"),
        ]
    )


def newest(freshness: Freshness, address: str, language: str) -> Component:
    """Newest data and run, what is set aside, and the link to the view where one is given."""
    pairs = {
        _("Newest data", language): formats.moment(freshness.newest_at, language),
        _("Newest run", language): _(
            "{run}, finished {when}",
            language,
            run=freshness.run_id or "–",
            when=formats.moment(freshness.finished_at, language),
        ),
        _("Set aside", language): quarantine_note(freshness, language) or _("nothing", language),
    }
    if address:
        pairs[_("Link to this view", language)] = address
    return definition_list(pairs)


def inputs_section(inputs: pd.DataFrame, language: str) -> html.Section:
    """Inputs with their counts: as data.provenance.inputs() gives them."""
    shown = _renamed(inputs, INPUT_COLUMNS, language)
    heading = INPUT_COLUMNS["status"]
    status = _(heading, language)
    shown[status] = [words.label("status", one, language) for one in shown[status]]
    title = _("Inputs", language)
    return html.Section([html.H3(title), table_of(shown, title, language)])


def rows_section(rows: pd.DataFrame, language: str, heading: str = "") -> html.Section:
    """Rows with file and line: as data.metrics.measure.source_rows() gives them. heading: ready text."""
    count = formats.number(len(rows), language)
    heading = heading or _("Rows behind the figure (the first {count})", language, count=count)
    named = _renamed(rows, ROW_COLUMNS, language)
    rest = _labelled(rows[[name for name in rows.columns if name not in HIDDEN and rows[name].notna().any()]], language)
    shown = pd.concat([rest.iloc[:, :2], named, rest.iloc[:, 2:]], axis=1)
    return html.Section([html.H3(heading), data_grid(shown, heading, language, height=320, fit=False)])


def _labelled(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Members by name under the heading of their cut; other columns go by the name they have in the database."""
    shown = {}
    for column in rows.columns:
        cut = column.removesuffix("_id")
        if cut in words.CUTS and not pd.api.types.is_numeric_dtype(rows[column]):
            shown[words.cut_name(cut, language)] = [words.label(cut, member, language) for member in rows[column]]
        else:
            shown[column] = rows[column].tolist()
    return pd.DataFrame(shown, index=rows.index)


def _renamed(frame: pd.DataFrame, names: dict[str, str], language: str) -> pd.DataFrame:
    present = [name for name in names if name in frame.columns]
    return frame[present].rename(columns={name: _(names[name], language) for name in present})
