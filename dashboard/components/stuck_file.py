"""The whole work list as a file: a cover that explains it, the items, the pairs behind them."""

from datetime import date
from functools import partial

import pandas as pd

from dashboard import formats
from dashboard.answers import Ask, answers
from dashboard.callbacks.exporting import day_formats, file_name, filters_in_words, whence
from dashboard.components.freshness import header_note, quarantine_note
from dashboard.components.stuck_list import TITLE
from dashboard.components.stuck_read import Wanted
from dashboard.components.stuck_tables import grace_rows, rules_text
from dashboard.components.stuck_words import (
    EXCUSES,
    NEXT_STEPS,
    REQUIREMENTS,
    actors_text,
    bases_text,
    each,
    lacks_texts,
    members_text,
    services_text,
    stages_text,
)
from dashboard.exports.sheet import Sheet
from dashboard.exports.table import csv_bytes, xlsx_bytes
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import latest
from dashboard.stage_words import OFFICES, stage_name
from data.adoption.stuck import IDLE_DAYS
from data.adoption.stuck_items import WorkList

ITEMS, PAIRS = N_("Items"), N_("Pairs, those left out too")
ANY_FIGURE = Ask("live_service_rate", change=latest)
"""Only its selection is written out: what is filtered."""


def work_file(work: WorkList, wanted: Wanted, look: Look, address: str, kind: str) -> tuple[bytes, str]:
    """The bytes and the name of the file. kind: xlsx (cover, items, pairs) or csv (items)."""
    language = look.language
    explained = cover(work, wanted, language, address)
    name = file_name(f"{_(TITLE, language)} {work.on or ''}")
    items = _sheet(_(ITEMS, language), item_columns(work.items, language), explained, name)
    if kind == "csv":
        return csv_bytes(items, language), f"{name}.csv"
    pairs = _sheet(_(PAIRS, language), pair_columns(work.pairs, language), explained, name)
    return xlsx_bytes(items, language, [pairs], cover_first=True), f"{name}.xlsx"


def cover(work: WorkList, wanted: Wanted, language: str, address: str) -> dict[str, str]:
    """Title, filters, day, run, link, definitions: what a reader of the file has to know."""
    freshness = answers().freshness(as_of=wanted.selection.as_of)
    grace = "\n".join(f"{stage}: {days} – {why}" for stage, days, why in grace_rows(language).itertuples(index=False))
    return {
        _("Title", language): _(TITLE, language),
        _("As of", language): formats.day(work.on, language),
        _("Filters", language): _filters(wanted, language),
        _("Items", language): formats.number(len(work.items), language),
        _("Pairs", language): formats.number(len(work.stuck), language),
        _("Definition", language): "\n".join(rules_text(language)),
        _("Time allowed", language): grace,
        _("Source", language): " · ".join(
            one for one in (header_note(freshness, language), quarantine_note(freshness, language)) if one
        ),
        **whence(wanted.selection.as_of or freshness.run_id, address, language),
    }


def item_columns(items: pd.DataFrame, language: str) -> pd.DataFrame:
    """Items with headings and labels of the language; days are dates, counts are whole numbers."""
    return pd.DataFrame(
        {
            _("No.", language): range(1, len(items) + 1),
            _("KSH code", language): [one.replace(",", ", ") for one in items["members"]],
            _("Municipality", language): list(items["member_names"]),
            _("Joint office (seat)", language): [
                name if scope == "office" else "" for name, scope in zip(items["name"], items["scope"], strict=True)
            ],
            **_common(items, language),
            _("Applications", language): each(items["services"], lambda one: services_text(one.split(","), language)),
            _("Pairs", language): items["pairs"].astype("int64"),
            **_waits(items, language),
            **_actions(items, language),
        }
    )


def pair_columns(pairs: pd.DataFrame, language: str) -> pd.DataFrame:
    """Pairs one by one, with why a pair is not called stuck."""
    return pd.DataFrame(
        {
            _("KSH code", language): list(pairs["municipality_id"]),
            _("Municipality", language): list(pairs["name"]),
            _("Municipal office", language): list(pairs["office"]),
            _("Kind of office", language): each(pairs["office_type"], lambda one: _(OFFICES.get(one, ""), language)),
            **_common(pairs, language),
            _("Application", language): each(pairs["service_id"], lambda one: services_text([one], language)),
            _("Requirement", language): each(pairs["requirement"], lambda one: _(REQUIREMENTS[one], language)),
            **_waits(pairs, language),
            **_actions(pairs, language),
            _("Responsible (R)", language): each(pairs["responsible"], lambda one: actors_text(one, language)),
            _("Not called stuck because", language): each(pairs["excused"], lambda one: _(EXCUSES[one], language)),
        }
    )


def _common(rows: pd.DataFrame, language: str) -> dict[str, list[str]]:
    cuts = {
        _("County", language): "county",
        _("Type of joining", language): "joining_type",
        _("Population", language): "size_band",
    }
    return {
        **{name: each(rows[cut], partial(members_text, cut, language=language)) for name, cut in cuts.items()},
        _("Missing stage", language): each(rows["missing"], lambda one: stage_name(one, language)),
        _("What is missing", language): lacks_texts(rows, language),
    }


def _waits(rows: pd.DataFrame, language: str) -> dict[str, object]:
    return {
        _("Missing since", language): _dates(rows["missing_since"]),
        _("Days", language): rows["missing_days"].astype("Int64"),
        _("Last step taken", language): _dates(rows["progress_on"]),
        _("Days since then", language): rows["idle_days"].astype("Int64"),
        _("Further stages missing", language): each(rows["also_missing"], lambda one: stages_text(one, language)),
    }


def _actions(rows: pd.DataFrame, language: str) -> dict[str, list[str]]:
    return {
        _("Next step", language): each(rows["next_step"], lambda one: _(NEXT_STEPS[one], language)),
        _("Whose turn", language): each(rows["turn"], lambda one: actors_text(one, language)),
        _("Accountable", language): each(rows["accountable"], lambda one: actors_text(one, language)),
        _("How use is told", language): each(rows["basis"], lambda one: bases_text(one, language)),
    }


def _dates(days: pd.Series) -> list[date | None]:
    return [None if pd.isna(day) else day.date() for day in days]


def _sheet(title: str, rows: pd.DataFrame, explained: dict[str, str], name: str) -> Sheet:
    return Sheet(title, rows, explained, name, day_formats(rows))


def _filters(wanted: Wanted, language: str) -> str:
    answer = answers().ask(ANY_FIGURE, wanted.selection)
    said = [filters_in_words(answer, language)]
    if wanted.steps:
        said.append(f"{_('Missing stage', language)}: {', '.join(stage_name(one, language) for one in wanted.steps)}")
    if wanted.idle:
        said.append(_("no step in the last {days} days", language, days=IDLE_DAYS))
    return " · ".join(said)
