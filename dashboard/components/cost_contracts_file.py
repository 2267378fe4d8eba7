"""The register as a file: a cover that explains it, the contracts, promised levels by month, penalties, amendments."""

import pandas as pd

from dashboard import formats, words
from dashboard.answers import Answer, answers
from dashboard.callbacks.exporting import EXCEL_FORMATS, day_formats, file_name, filters_in_words, whence
from dashboard.components.cost_contracts_blocks import TITLE
from dashboard.components.cost_contracts_read import IN_FORCE
from dashboard.components.cost_contracts_tables import WHY, register_table
from dashboard.components.cost_contracts_words import rules_text
from dashboard.components.freshness import header_note, quarantine_note
from dashboard.exports.sheet import Sheet
from dashboard.exports.table import csv_bytes, xlsx_bytes
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.tabulate import UNITS
from data.cost.contracts import Book
from data.metrics.catalogue import metric as metric_of
from data.selection import Selection


def register_file(book: Book, selection: Selection, look: Look, address: str, kind: str) -> tuple[bytes, str]:
    """The bytes and the name of the file. kind: xlsx (cover and four sheets) or csv (contracts)."""
    language = look.language
    about = cover(book, selection, language, address)
    name = file_name(f"{_(TITLE, language)} {book.on or ''}")
    rows = register_table(book, selection, language)
    written = {heading: EXCEL_FORMATS[unit] for heading, unit in rows.attrs[UNITS].items()}
    written |= day_formats(rows)
    sheet = Sheet(_(TITLE, language), rows, about, name, written)
    if kind == "csv":
        return csv_bytes(sheet, language), f"{name}.csv"
    further = [
        Sheet(_("Promised levels by month", language), level_rows(book, language), about, name, {}),
        Sheet(_("Penalties by month", language), penalty_rows(book, language), about, name, {}),
        Sheet(_("Amendments", language), amendment_rows(book, language), about, name, {}),
    ]
    return xlsx_bytes(sheet, language, further, cover_first=True), f"{name}.xlsx"


def cover(book: Book, selection: Selection, language: str, address: str) -> dict[str, str]:
    """Title, day, filters, rules, source, run, link: what a reader of the file has to know."""
    freshness = answers().freshness("contracts", selection.as_of)
    answer: Answer = answers().answer(IN_FORCE.metric, selection)
    return {
        _("Title", language): _(TITLE, language),
        _("As of", language): formats.day(book.on, language),
        _("Filters", language): filters_in_words(answer, language),
        _("Definition", language): "\n".join(rules_text(language)),
        _("Source", language): " · ".join(
            one for one in (header_note(freshness, language), quarantine_note(freshness, language)) if one
        ),
        **whence(selection.as_of or freshness.run_id, address, language),
    }


def level_rows(book: Book, language: str) -> pd.DataFrame:
    """Promised figures by contract and month, with plain numbers."""
    rows = book.levels
    value = rows["numerator"].astype("Float64") / rows["denominator"].where(rows["denominator"] > 0)
    return pd.DataFrame(
        {
            _("Contract", language): rows["contract_id"],
            _("Figure", language): _figures(rows, language),
            _("Month", language): rows["month"],
            _("Numerator", language): rows["numerator"],
            _("Denominator", language): rows["denominator"],
            _("Value", language): value,
            _("Target", language): rows["target"],
            _("Target met", language): rows["is_met"],
            _("Month over", language): rows["is_over"],
            _("In the period", language): rows["in_period"],
        }
    )


def penalty_rows(book: Book, language: str) -> pd.DataFrame:
    """Penalties from measured attainment by contract, figure and month; why, where there is none."""
    rows = book.due
    return pd.DataFrame(
        {
            _("Contract", language): rows["contract_id"],
            _("Figure", language): _figures(rows, language),
            _("Month", language): rows["month"],
            _("Fee of the month", language): rows["fee_huf"],
            _("Percentage points below the target", language): rows["points"],
            _("Share of the fee", language): rows["share"],
            _("Penalty", language): rows["due_huf"],
            _("Remark", language): [_(WHY[one], language) if one else "" for one in rows["why"]],
        }
    )


def amendment_rows(book: Book, language: str) -> pd.DataFrame:
    """Amendments as delivered."""
    rows = book.amendments
    return pd.DataFrame(
        {
            _("Contract", language): rows["contract_id"],
            _("Amended on", language): [None if pd.isna(one) else one.isoformat() for one in rows["amended_on"]],
            _("Value before", language): rows["previous_huf"],
            _("Value after", language): rows["value_huf"],
            _("Last day before", language): [None if pd.isna(one) else one.isoformat() for one in rows["previous_to"]],
            _("Last day after", language): [None if pd.isna(one) else one.isoformat() for one in rows["valid_to"]],
        }
    )


def _figures(rows: pd.DataFrame, language: str) -> list[str]:
    return [words.metric_name(metric_of(one), language) for one in rows["metric_id"]]
