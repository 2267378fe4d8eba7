"""Tables of data quality: runs, what became of the rows, reasons, rows set aside, names not matched, freshness.

Each takes a frame of data.quality and gives ready text or a grid's rows in the reader's language.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard import formats, words
from dashboard.figures.conservation import NAMES
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.reasons import reason_words
from data.quality import OUTCOMES

HOW = {"none": N_("no such name"), "ambiguous": N_("could be several")}
KINDS = {"municipality": N_("municipality"), "service": N_("application or component"), "actor": N_("actor")}
MODES = {
    "incremental": N_("new inputs only"),
    "full": N_("everything again"),
    "retry": N_("corrected rows"),
    "backfill": N_("a past period"),
}


def runs_table(runs: pd.DataFrame, language: str) -> pd.DataFrame:
    """Runs in words: number, job, status, when, how long, inputs, rows read, set aside, what it said."""
    return pd.DataFrame(
        {
            _("Run", language): [formats.number(one, language) for one in runs["run_id"]],
            _("Job", language): [words.label("job", one, language) for one in runs["job"]],
            _("Status", language): [words.label("status", one, language) for one in runs["status"]],
            _("Mode", language): [_word(MODES, one, language) for one in runs["mode"]],
            _("Finished", language): [formats.moment(one, language) for one in runs["finished_at"]],
            _("Took", language): [_seconds(one, language) for one in runs["seconds"]],
            _("Inputs", language): [formats.number(one, language) for one in runs["inputs"]],
            _("Rows read", language): [formats.number(one, language) for one in runs["read"]],
            _("Set aside", language): [formats.number(one, language) for one in runs["quarantined"]],
            _("Message", language): ["" if formats.missing(one) else str(one) for one in runs["message"]],
        }
    )


def sums_table(sources: pd.DataFrame, language: str) -> pd.DataFrame:
    """Conservation as sums that can be followed: read = new + changed + unchanged + duplicate + quarantined."""
    shown: dict[str, list[str]] = {
        _("Source", language): [str(one) for one in sources["source"]],
        _("Rows read", language): [formats.number(one, language) for one in sources["read"]],
    }
    for place, name in enumerate(OUTCOMES):
        sign = "=" if place == 0 else "+"
        heading = f"{sign} {_(NAMES[name], language)}"
        shown[heading] = [f"{sign}{formats.SPACE}{formats.number(one, language)}" for one in sources[name]]
    shown[_("Difference", language)] = [_difference(one, language) for one in sources["residual"]]
    return pd.DataFrame(shown)


def with_total(sources: pd.DataFrame, name: str) -> pd.DataFrame:
    """The sources, and below them all of them together under a name."""
    sums = sources.drop(columns=["job", "source"]).sum()
    return pd.concat([sources, pd.DataFrame([{"job": None, "source": name} | sums.to_dict()])], ignore_index=True)


def wide_columns(frame: pd.DataFrame, wide: Sequence[str], language: str) -> list[dict[str, Any]]:
    """Columns of a grid: the wide ones take what is left and break their lines, numbers stand on the right."""
    return [_grid_column(frame, str(name), str(name) in wide, language) for name in frame.columns]


def _grid_column(frame: pd.DataFrame, name: str, wide: bool, language: str) -> dict[str, Any]:
    column: dict[str, Any] = {"field": name, "headerName": name, "flex": 4 if wide else 1}
    if wide:
        return column | {"wrapText": True, "autoHeight": True, "minWidth": 280, "cellClass": "wrapped"}
    if pd.api.types.is_numeric_dtype(frame[name]):
        function = f"aspNumber(params.value, '{language}')"
        numeric = {"type": "rightAligned", "filter": "agNumberColumnFilter", "valueFormatter": {"function": function}}
        return column | numeric | {"minWidth": max(96, 64 + 8 * len(name))}
    return column | {"minWidth": max(130, 64 + 8 * len(name)), "flex": 2}


def inputs_grid(inputs: pd.DataFrame, language: str) -> pd.DataFrame:
    """The same for each input, as rows of a grid: counts stay numbers."""
    found: dict[str, object] = {
        _("Run", language): inputs["run_id"],
        _("Source", language): inputs["source"],
        _("File or address", language): inputs["input"],
        _("Status", language): [words.label("status", one, language) for one in inputs["status"]],
        _("Rows read", language): inputs["read"],
    }
    found |= {_(NAMES[name], language).capitalize(): inputs[name] for name in OUTCOMES}
    found |= {
        _("Difference", language): inputs["residual"],
        _("Ended at the source", language): inputs["withdrawn"],
        _("Without a municipality", language): inputs["unmatched_municipality"],
        _("Message", language): inputs["message"],
    }
    return pd.DataFrame(found)


def reasons_table(reasons: pd.DataFrame, language: str, most: int = 20) -> pd.DataFrame:
    """Why rows were set aside: source, reason with an example, rows."""
    shown = reasons.head(most)
    return pd.DataFrame(
        {
            _("Reason", language): [reason_words(one, language) for one in shown["reason"]],
            _("Source", language): [str(one) for one in shown["source"]],
            _("For example", language): [reason_words(one, language) for one in shown["example"]],
            _("Rows", language): [formats.number(one, language) for one in shown["rows"]],
        }
    )


def quarantine_grid(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Rows set aside, with their place, every reason and what was delivered."""
    return pd.DataFrame(
        {
            _("No", language): rows["quarantine_id"],
            _("Source", language): rows["source"],
            _("File or address", language): rows["input"],
            _("Line", language): rows["line"],
            _("Reasons", language): [_reasons(text, language) for text in rows["reasons"]],
            _("Delivered", language): rows["row"],
            _("Run", language): rows["run_id"],
        }
    )


def unmatched_grid(names: pd.DataFrame, language: str) -> pd.DataFrame:
    """Names that were not matched, and what they could be."""
    return pd.DataFrame(
        {
            _("Name as delivered", language): names["name"],
            _("What it should name", language): [_word(KINDS, one, language) for one in names["kind"]],
            _("Why", language): [_word(HOW, one, language) for one in names["how"]],
            _("Could be", language): names["candidates"],
            _("Rows", language): names["rows"],
            _("Source", language): names["source"],
        }
    )


def freshness_table(found: pd.DataFrame, language: str) -> pd.DataFrame:
    """How new each source is."""
    return pd.DataFrame(
        {
            _("Source", language): [str(one) for one in found["source"]],
            _("Job", language): [words.label("job", one, language) for one in found["job"]],
            _("Newest data", language): [formats.moment(one, language) for one in found["newest_at"]],
            _("Last loaded", language): [formats.moment(one, language) for one in found["finished_at"]],
            _("Run", language): [formats.number(one, language) for one in found["run_id"]],
        }
    )


def _reasons(text: str, language: str) -> str:
    return " · ".join(reason_words(reason, language) for reason in text.split("\n"))


def _word(table: dict[str, str], value: object, language: str) -> str:
    if formats.missing(value):
        return ""
    return _(table[str(value)], language) if str(value) in table else str(value)


def _seconds(seconds: float | None, language: str) -> str:
    if formats.missing(seconds) or seconds is None:
        return formats.NOT_AVAILABLE[language]
    if seconds < 60:
        word = "mp" if language == "hu" else "s"
        return f"{formats.number(seconds, language, 0 if seconds >= 10 else 1)}{formats.SPACE}{word}"
    return formats.duration(seconds / 60, language)


def _difference(rows: int, language: str) -> str:
    """Nothing is left over, in words as well as in figures."""
    said = formats.number(rows, language)
    return f"{said} ✓" if rows == 0 else f"{said} !"
