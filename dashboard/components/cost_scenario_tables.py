"""Tables of a scenario: on the page, in the workbook and in the CSV. Whole forints everywhere."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from dashboard import formats, words
from dashboard.callbacks.exporting import file_name
from dashboard.components.cost_scenario_words import LABEL, PRESENT, SCENARIO, change_said, remarks
from dashboard.exports.sheet import Sheet
from dashboard.exports.table import LONGEST_NAME, csv_bytes, xlsx_bytes
from dashboard.figures.scenario import share_said, signed
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.record.scenarios import Saved
from data.cost.plan import Plan
from data.cost.scenario_run import UNPLACED_BAND, Outcome

CUTS = {"actor_id": "actor", "application_id": "service", "size_band": "size_band"}
HEADINGS = {"actor_id": N_("Actor"), "application_id": N_("Application"), "size_band": N_("Population")}
UNPLACED = N_("not shared out")


def names_of(sums: pd.DataFrame, column: str, language: str) -> list[str]:
    """What the rows of sums are called."""
    return [
        _(UNPLACED, language) if one == UNPLACED_BAND else words.label(CUTS[column], one, language)
        for one in sums[column]
    ]


def sums_table(sums: pd.DataFrame, columns: Sequence[str], language: str) -> pd.DataFrame:
    """Ready text: names, present plan, scenario, difference and its share, and the total of each."""
    rows = [
        [*names, *_amounts(one.present_huf, one.scenario_huf, language)]
        for *names, one in zip(
            *(names_of(sums, column, language) for column in columns), sums.itertuples(), strict=True
        )
    ]
    total = [_("Total", language), *[""] * (len(columns) - 1)]
    rows.append([*total, *_amounts(int(sums["present_huf"].sum()), int(sums["scenario_huf"].sum()), language)])
    heads = [_(HEADINGS[column], language) for column in columns]
    return pd.DataFrame(rows, columns=[*heads, *(_(one, language) for one in (PRESENT, SCENARIO, DIFFERENCE)), "%"])


def steps_table(outcome: Outcome, language: str, plan: Plan | None) -> pd.DataFrame:
    """Ready text: each change with its effect on the whole and what it moves between applications."""
    rows = [
        [change_said(one.change, language, plan), signed(one.effect_huf, language),
         formats.money(one.moved_huf, language)]
        for one in outcome.steps
    ]  # fmt: skip
    rows.append([_("Together", language), signed(outcome.scenario_huf - outcome.present_huf, language), ""])
    return pd.DataFrame(rows, columns=[_(one, language) for one in (CHANGE, EFFECT, MOVED)])


DIFFERENCE, CHANGE = N_("Difference"), N_("Change")
EFFECT, MOVED = N_("Effect on the whole"), N_("Moved between applications")


def scenario_file(
    saved: Saved, outcome: Outcome, plan: Plan | None, language: str, address: str, kind: str
) -> tuple[bytes, str]:
    """The bytes and the name of the file. kind: xlsx, or csv (actor × application). Each row says what it is."""
    name = file_name(f"{_(LABEL, language)} {saved.name}")
    explained = about(saved, outcome, plan, language, address)
    cells = _sheet(outcome.cells, ("actor_id", "application_id"), _("Actor × application", language), explained, name,
                   language)  # fmt: skip
    if kind == "csv":
        return csv_bytes(cells, language), f"{name}.csv"
    sheets = [
        *(
            _sheet(outcome.by(column), (column,), _(title, language), explained, name, language)
            for column, title in (("actor_id", "By actor"), ("application_id", "By application"))
        ),
        cells,
        _steps_sheet(outcome, plan, explained, name, language),
    ]  # fmt: skip
    return xlsx_bytes(sheets[0], language, sheets[1:], cover_first=True), f"{name}.xlsx"


def about(saved: Saved, outcome: Outcome, plan: Plan | None, language: str, address: str) -> dict[str, str]:
    """What a reader of the file has to know."""
    said = [f"{place}. {change_said(one, language, plan)}" for place, one in enumerate(saved.changes, 1)]
    return {
        _("Nature", language): _(LABEL, language),
        _("Name of the scenario", language): saved.name,
        _("Recorded by", language): f"{saved.author_name}, {saved.author_role}",
        _("Recorded on", language): formats.moment(saved.created_at, language),
        _("Base", language): base_said(outcome, language),
        _("Run", language): str(saved.run_id),
        _("Changes, in the order they are applied", language): "\n".join(said),
        _("To be read with it", language): "\n".join(remarks(saved.changes, language)),
        _("Note", language): saved.note,
        _("Link to this view", language): address,
        "SHA-256": saved.hash,
        _("Exported on", language): formats.day(date.today(), language),
    }


def base_said(outcome: Outcome, language: str) -> str:
    """The months compared, and those left out on both sides."""
    first, last = outcome.months[0], outcome.months[-1]
    said = f"{formats.month(first, language)} – {formats.month(last, language)}" if first != last else ""
    said = said or formats.month(first, language)
    if outcome.missing:
        left = ", ".join(formats.month(one, language) for one in outcome.missing)
        said += _("; not allocated, so left out on both sides: {months}", language, months=left)
    return said


def _amounts(present: int, scenario: int, language: str) -> list[str]:
    difference = scenario - present
    share = share_said(present, difference, language) or formats.NOT_AVAILABLE[language]
    return [formats.money(present, language), formats.money(scenario, language), signed(difference, language), share]


def _sheet(
    sums: pd.DataFrame, columns: Sequence[str], title: str, explained: dict[str, str], name: str, language: str
) -> Sheet:
    rows = pd.DataFrame({_("Nature", language): [_(LABEL, language)] * len(sums)})
    for column in columns:
        rows[_(HEADINGS[column], language)] = names_of(sums, column, language)
    money = {
        f"{_(said, language)} (Ft)": column
        for said, column in ((PRESENT, "present_huf"), (SCENARIO, "scenario_huf"), (DIFFERENCE, "difference_huf"))
    }
    for heading, column in money.items():
        rows[heading] = sums[column].astype("int64")
    return Sheet(_titled(title, language), rows, explained, name, dict.fromkeys(money, "#,##0"))


def _steps_sheet(outcome: Outcome, plan: Plan | None, explained: dict[str, str], name: str, language: str) -> Sheet:
    money = {f"{_(EFFECT, language)} (Ft)": "effect_huf", f"{_(MOVED, language)} (Ft)": "moved_huf"}
    rows = pd.DataFrame(
        {
            _("Nature", language): [_(LABEL, language)] * len(outcome.steps),
            _(CHANGE, language): [change_said(one.change, language, plan) for one in outcome.steps],
        }
        | {heading: [getattr(one, column) for one in outcome.steps] for heading, column in money.items()}
    )
    return Sheet(_titled(_("Changes", language), language), rows, explained, name, dict.fromkeys(money, "#,##0"))


def _titled(title: str, language: str) -> str:
    """The name of a worksheet: what it is, the shortest way, then what it holds."""
    return f"{_('SCENARIO', language)} {title}".replace("×", "x")[:LONGEST_NAME]
