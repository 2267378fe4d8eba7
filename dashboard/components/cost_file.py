"""Buttons that hand out the tables of a page of cost, and the file they make: a cover, then a sheet per table."""

from collections.abc import Sequence

import pandas as pd
from dash import dcc, html

from dashboard import formats
from dashboard.answers import answers
from dashboard.callbacks.exporting import file_name, whence
from dashboard.components.icons import icon
from dashboard.exports.sheet import Sheet
from dashboard.exports.table import csv_bytes, xlsx_bytes
from dashboard.locale import translate as _
from dashboard.look import Look

HUF = "#,##0"
Table = tuple[str, pd.DataFrame]
"""A title and its rows: labels, and forints as whole numbers."""


def buttons(id: str, language: str) -> html.Div:
    """Two buttons (`<id>-xlsx`, `<id>-csv`) and the place that a download leaves from (`<id>-download`)."""
    said = {"xlsx": _("Tables as XLSX", language), "csv": _("Tables as CSV", language)}
    made = [
        html.Button([icon("download"), " ", text], id=f"{id}-{kind}", className="btn plain-button", type="button",
                    n_clicks=0)
        for kind, text in said.items()
    ]  # fmt: skip
    return html.Div([*made, dcc.Download(id=f"{id}-download")], className="cost-buttons")


def tables_file(
    title: str, under: str, tables: Sequence[Table], kind: str, look: Look, address: str
) -> tuple[bytes, str]:
    """The bytes and the name of the file. kind: xlsx, or csv with the first table alone. under: period, plan, run."""
    language = look.language
    about = {
        _("Title", language): title,
        _("Period", language): under,
        **whence(answers().freshness("budget").run_id, address, language),
    }
    name = file_name(f"{title} {under}")
    sheets = [Sheet(text, rows, about, name, _formats(rows)) for text, rows in tables]
    if kind == "csv":
        return csv_bytes(sheets[0], language), f"{name}.csv"
    return xlsx_bytes(sheets[0], language, sheets[1:], cover_first=True), f"{name}.xlsx"


def written(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """The rows of a file as a page shows them: forints grouped by thousands, nothing where there is nothing."""
    shown = rows.copy()
    for name in shown.columns:
        if pd.api.types.is_numeric_dtype(shown[name]):
            shown[name] = [formats.number(one, language) for one in rows[name]]
    shown.attrs = dict(rows.attrs)
    return shown


def _formats(rows: pd.DataFrame) -> dict[str, str]:
    return {str(name): HUF for name in rows.columns if pd.api.types.is_numeric_dtype(rows[name])}
