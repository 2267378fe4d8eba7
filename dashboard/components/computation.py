"""A month of availability as it was computed: by service, with all that is needed to follow it by hand, as a file."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import Ask, answers
from dashboard.callbacks.exporting import EXCEL_FORMATS, about
from dashboard.components import states
from dashboard.components.icons import icon
from dashboard.components.titled import figure_table
from dashboard.exports.sheet import Sheet
from dashboard.exports.table import xlsx_bytes
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look, look_of, selection_of
from dashboard.outage_words import RULE, counted_words, day_numbers, outage_numbers, service_numbers
from dashboard.periods import end_of_last_whole_month, recent
from dashboard.tabulate import UNITS
from data.outages import availability_by_service, days_of_service, outages
from data.selection import MONTH, Selection

METRICS = ("service_availability_rate", "component_availability_rate")
MOST_MONTHS = 36
TITLE = N_("A month as it was computed")
SHEETS = (N_("By service"), N_("Outages"), N_("Days of service"))


def computation(id: str) -> html.Section:
    """The choice of a month, its table and its file; the page fills them. Ids: <id>-month, -table, -file, -download."""
    return html.Section(
        [
            html.H3(_(TITLE), className="card-title"),
            html.P(
                _("Agreed minutes and minutes counted; the file also holds the outages and the days of service."),
                className="card-subtitle",
            ),
            html.Div(
                [
                    html.Label(_("Month"), htmlFor=f"{id}-month"),
                    dbc.Select(id=f"{id}-month", options=[]),
                    html.Button(
                        [icon("download"), " ", _("Download (XLSX)")],
                        id=f"{id}-file", className="btn plain-button", n_clicks=0,
                    ),
                ],
                className="computation-tools",
            ),
            html.Div(states.loading(""), id=f"{id}-table", className="titled-body"),
            dcc.Download(id=f"{id}-download"),
        ],
        className="chart-card computation",
    )  # fmt: skip


def months(view: Mapping[str, Any]) -> tuple[list[dict[str, str]], str | None]:
    """Months to choose from, the newest first, and the one that is shown: the last of the reader's period."""
    look, last = look_of(view), answers().last_day()
    if last is None:
        return [], None
    newest = last.year * 12 + last.month - 1
    names = [f"{at // 12}-{at % 12 + 1:02d}" for at in range(newest, newest - MOST_MONTHS, -1)]
    shown = min(recent(selection_of(view)).last or last, end_of_last_whole_month(last)).strftime("%Y-%m")
    names += [shown] if shown not in names else []
    options = [{"value": name, "label": formats.month(name, look.language, whole=True)} for name in names]
    return options, shown


def month_table(view: Mapping[str, Any], month: str) -> Component:
    """The month by application and component, and in one sentence what counts of its outages."""
    look, selection = look_of(view), of_month(view, month)
    services, found, _days = _read(selection)
    if services.empty:
        return states.empty(look.language)
    shown = as_text(service_numbers(services, found, look.language), look.language)
    caption = f"{_(TITLE, look.language)}: {formats.month(month, look.language, whole=True)}"
    return html.Div([html.P(counted_words(found, look.language)), figure_table(shown, caption)])


def month_file(view: Mapping[str, Any], month: str) -> tuple[bytes, str]:
    """The workbook of a month and its name: services, outages, days of service, and what they are."""
    look, selection = look_of(view), of_month(view, month)
    services, found, days = _read(selection)
    tables = (
        service_numbers(services, found, look.language),
        outage_numbers(found, look.language),
        day_numbers(days, look.language),
    )
    explained = _about(selection, look, month, str(view.get("address") or ""))
    sheets = [_sheet(_(name, look.language), table, explained) for name, table in zip(SHEETS, tables, strict=True)]
    name = f"rendelkezesre-allas-{month}.xlsx" if look.language == "hu" else f"availability-{month}.xlsx"
    return xlsx_bytes(sheets[0], look.language, sheets[1:]), name


def as_text(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """The figures of a table as they are read: minutes whole, availability to a thousandth of a per cent."""
    shares = table.attrs.get(UNITS, {})
    return pd.DataFrame(
        {
            name: [_said(cell, name in shares, language) for cell in table[name]] if place else table[name]
            for place, name in enumerate(table.columns)
        }
    )


def _said(cell: Any, is_share: bool, language: str) -> str:
    return formats.percent(cell, language, 3) if is_share else formats.number(cell, language)


def of_month(view: Mapping[str, Any], month: str) -> Selection:
    """The reader's selection in one month, given as 2026-03. Raises BadSelection."""
    chosen = Selection.from_query({"from": month, "to": month} if MONTH.match(month) else {})
    return replace(selection_of(view), first=chosen.first, last=chosen.last)


def _read(selection: Selection) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return (
        answers().read(("availability_by_service", selection), lambda one: availability_by_service(one, selection)),
        answers().read(("outages", selection), lambda one: outages(one, selection)),
        answers().read(("days_of_service", selection), lambda one: days_of_service(one, selection)),
    )


def _about(selection: Selection, look: Look, month: str, address: str) -> dict[str, str]:
    answered = tuple(answers().ask(Ask(name), selection) for name in METRICS)
    title = f"{_(TITLE, look.language)}: {formats.month(month, look.language, whole=True)}"
    rule = "\n".join(_(sentence, look.language) for sentence in RULE)
    return about(answered, look, title, address) | {
        _("Rule", look.language): rule,
        _("Exported on", look.language): formats.day(date.today(), look.language),
    }


def _sheet(title: str, rows: pd.DataFrame, explained: Mapping[str, str]) -> Sheet:
    units = {str(heading): EXCEL_FORMATS[unit] for heading, unit in rows.attrs.get(UNITS, {}).items()}
    # An availability of 99,97 % and one of 100 % must not look the same.
    return Sheet(title, rows, explained, title, dict.fromkeys(units, "0.000%"))
