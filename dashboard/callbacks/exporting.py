"""Exports of cards: CSV and XLSX made here, PNG and SVG in the browser."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc

from dashboard import formats, words
from dashboard.answers import Answer, answers
from dashboard.callbacks.cards import ask_all, said, title_of
from dashboard.callbacks.panel import clicked_card
from dashboard.components.card import Answered, Card
from dashboard.components.chips import CUT_OF_KEY
from dashboard.components.freshness import footnote
from dashboard.components.parts import VIEW, part
from dashboard.exports.sheet import Sheet
from dashboard.exports.table import csv_bytes, xlsx_bytes
from dashboard.locale import translate as _
from dashboard.look import Look, look_of
from dashboard.tabulate import UNITS, twin
from data.selection import KEYS

EXCEL_FORMATS = {
    "rate": "0.0%",
    "huf": "#,##0",
    "count": "#,##0",
    "minutes": "#,##0",
    "days": "#,##0.0",
    "hours": "#,##0.0",
    "months": "#,##0.0",
    "ratio": "#,##0.00",
    "per_100": "#,##0.0",
}
DAY = "yyyy-mm-dd"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(app: Dash) -> None:
    """Export callbacks of the app."""
    app.callback(
        Output("shell-download", "data"),
        Input(part("export-csv", ALL), "n_clicks"),
        Input(part("export-xlsx", ALL), "n_clicks"),
        State(VIEW, "data"),
        prevent_initial_call=True,
    )(download)
    app.clientside_callback(
        ClientsideFunction("asp", "exportImage"),
        Output("shell-alert", "title"),
        Input(part("export-png", ALL), "n_clicks"),
        Input(part("export-svg", ALL), "n_clicks"),
        prevent_initial_call=True,
    )


def download(csv: Sequence[int | None], xlsx: Sequence[int | None], view: Mapping[str, Any] | None) -> Any:
    """The file of the card whose menu was used, for what the reader has selected."""
    card = clicked_card()
    look = look_of(view)
    sheet = sheet_of(card, ask_all(card, view or {}), look, str((view or {}).get("address") or ""))
    if ctx.triggered_id["part"] == "export-csv":
        return dcc.send_bytes(csv_bytes(sheet, look.language), f"{sheet.name}.csv", type="text/csv;charset=utf-8")
    return dcc.send_bytes(xlsx_bytes(sheet, look.language), f"{sheet.name}.xlsx", type=XLSX)


def sheet_of(card: Card, answered: Answered, look: Look, address: str) -> Sheet:
    """What is exported of a card: its table twin, with what explains it."""
    title = title_of(card, answered, look)
    rows = twin(card, answered, look)
    columns = {heading: EXCEL_FORMATS[unit] for heading, unit in rows.attrs.get(UNITS, {}).items()}
    return Sheet(
        title, rows, about(answered, look, title, address, said(card.note, answered, look)), file_name(title), columns
    )


def about(answered: Answered, look: Look, title: str, address: str, note: str = "") -> dict[str, str]:
    """Title, definition, filters, run, snapshot and address, so that the file explains itself."""
    first, language = answered[0], look.language
    freshness = first.freshness
    metrics = {answer.metric.id: answer.metric for answer in answered}.values()
    return {
        _("Title", language): title,
        _("Definition", language): "\n".join(
            f"{words.metric_name(metric, language)}: {words.metric_definition(metric, language)}" for metric in metrics
        ),
        _("Unit", language): words.unit_name(first.metric.unit, language),
        _("Filters", language): filters_in_words(first, language),
        _("Source", language): footnote(answered, language, note),
        _("Run", language): str(first.selection.as_of or freshness.run_id or "–"),
        _("Snapshot", language): answers().snapshot(),
        _("Metric and version", language): ", ".join(f"{metric.id} ({metric.version})" for metric in metrics),
        _("Link to this view", language): address,
        _("Exported on", language): formats.day(date.today(), language),
    }


def whence(run: int | None, address: str, language: str) -> dict[str, str]:
    """The last lines of a file's cover: run, snapshot, address, day."""
    return {
        _("Run", language): str(run or "–"),
        _("Snapshot", language): answers().snapshot(),
        _("Link to this view", language): address,
        _("Exported on", language): formats.day(date.today(), language),
    }


def day_formats(rows: pd.DataFrame) -> dict[str, str]:
    """How a spreadsheet writes the columns that hold days, by heading."""
    return {str(heading): DAY for heading in rows.columns if _holds_days(rows[heading])}


def _holds_days(column: "pd.Series[Any]") -> bool:
    return isinstance(next(iter(column.dropna()), None), date)


def filters_in_words(answer: Answer, language: str) -> str:
    """`Időszak: 2025 · Vármegye: Zala`."""
    selection = answer.selection
    period = formats.period(selection.first, selection.last, language) or _("whole period", language)
    found = [f"{_('Period', language)}: {period}"]
    for key, field in KEYS.items():
        cut = CUT_OF_KEY.get(key, key)
        if members := getattr(selection, field):
            names = ", ".join(words.label(cut, member, language) for member in members)
            found.append(f"{words.cut_name(cut, language)}: {names}")
    return " · ".join(found)


def file_name(title: str) -> str:
    """A file name that every system takes, in the language of the title: `hataridore-megoldva`."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "asp"
