"""Tables of training in words: coverage by role, what lapses, courses, changes of law, the effect in numbers."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import formats, words
from dashboard.drill import ticket_href
from dashboard.figures.course_funnel import STEP_NAMES, course_name
from dashboard.figures.training_effect import VERDICTS, limits, name_of, signed
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.tabulate import LINKS
from data.adoption.training_ahead import AHEAD_DAYS, Ahead

STEP_HEADINGS = {
    "enrolled": N_("Enrolled"),
    "started": N_("Started"),
    "completed": N_("Completed"),
    "passed": N_("Passed"),
    "certified": N_("Certified"),
}
assert set(STEP_HEADINGS) == set(STEP_NAMES), "a heading for each step"


def role_table(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Application × role; roles that nobody was trained in are left out, but for key users."""
    shown = rows[rows["role"].eq("key_user") | rows["people"].fillna(1).gt(0)].to_dict("records")
    return pd.DataFrame(
        {
            _("Application", language): [words.label("service", row["service_id"], language) for row in shown],
            _("Role", language): [words.label("role", row["role"], language) for row in shown],
            _("People trained so far", language): [_count(row["people"], row, language) for row in shown],
            _("With a valid certificate", language): [_count(row["certified"], row, language) for row in shown],
            _("Municipalities live", language): [formats.number(row["pairs"], language) for row in shown],
            _("Of these covered", language): [
                f"{formats.number(row['covered'], language)} ({formats.percent(row['value'], language)})"
                for row in shown
            ],
        }
    )


def months_table(months: pd.DataFrame, language: str) -> pd.DataFrame:
    """The twin of both charts of what lapses."""
    rows = months.to_dict("records")
    return pd.DataFrame(
        {
            _("Month", language): [formats.month(row["month"], language, whole=True) for row in rows],
            _("Certificates that lapse", language): [_count(row["people"], row, language) for row in rows],
            _("Pairs left without", language): [formats.number(row["pairs"], language) for row in rows],
            _("Pairs left without, added up", language): [formats.number(row["at_risk"], language) for row in rows],
        }
    )


def windows_table(ahead: Ahead, language: str) -> pd.DataFrame:
    """A row per application: certificates, and in brackets the pairs that are left without, within so many days."""
    rows = {(row["service_id"], row["days"]): row for row in ahead.windows.to_dict("records")}
    services = list(dict.fromkeys(service for service, _days in rows))
    columns = {_("Application", language): [words.label("service", one, language) for one in services]}
    for days in AHEAD_DAYS:
        heading = _("Within {days} days", language, days=days)
        columns[heading] = [
            f"{_count(rows[one, days]['people'], rows[one, days], language)} "
            f"({formats.number(rows[one, days]['pairs'], language)})"
            for one in services
        ]
    return pd.DataFrame(columns)


def course_table(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """A row per course: enrolments that got so far, with their share of those enrolled."""
    said = rows.to_dict("records")
    columns = {
        _("Course", language): [course_name(row) for row in said],
        _("Application", language): [words.label("service", row["service_id"], language) for row in said],
        _("People", language): [_count(row["people"], row, language) for row in said],
    }
    for step, heading in STEP_HEADINGS.items():
        columns[_(heading, language)] = [_step(row, step, language) for row in said]
    return pd.DataFrame(columns)


def law_table(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Changes of law with the trainings before them; each leads to its ticket."""
    said = rows.to_dict("records")
    table = pd.DataFrame(
        {
            _("Change of law", language): [str(row["ticket_id"]) for row in said],
            _("Application", language): [words.label("service", row["service_id"], language) for row in said],
            _("Takes effect", language): [_effective(row, language) for row in said],
            _("Trainings counted from", language): [formats.day(row["counted_from"], language) for row in said],
            _("People trained", language): [_count(row["people"], row, language) for row in said],
            _("Municipalities reached", language): [
                f"{formats.number(row['trained'], language)} / {formats.number(row['pairs'], language)} "
                f"({formats.percent(row['value'], language)})"
                for row in said
            ],
            _("Training recorded as finished", language): [
                _("not recorded", language) if formats.missing(row["trained_on"])
                else formats.day(row["trained_on"], language)
                for row in said
            ],
        }
    )  # fmt: skip
    table.attrs[LINKS] = [
        ticket_href(str(source), str(key)) for source, key in zip(rows["source"], rows["ticket_id"], strict=True)
    ]
    return table


def effect_table(frame: pd.DataFrame, language: str, cut: str) -> pd.DataFrame:
    """The twin of the chart of effects: what is compared, the difference, its interval, p."""
    rows = frame[frame["cut"].isin(("all", cut, "shuffled"))].to_dict("records")
    return pd.DataFrame(
        {
            words.cut_name(cut, language): [name_of(row, cut, language) for row in rows],
            _("Trainings compared", language): [formats.number(row["events"], language) for row in rows],
            _("Municipalities in the comparison", language): [
                formats.number(row["controls"], language) for row in rows
            ],
            _("Trained: before → after", language): [_way(row, "before", "after", language) for row in rows],
            _("Not trained: before → after", language): [
                _way(row, "control_before", "control_after", language) for row in rows
            ],
            _("Effect", language): [signed(row["effect"], language) for row in rows],
            _("95 per cent interval", language): [limits(row, language) for row in rows],
            _("p (shuffled)", language): [formats.number(row["p"], language, 3) for row in rows],
            _("What it says", language): [_(VERDICTS[row["verdict"]], language) for row in rows],
        }
    )


def _way(row: Mapping[Any, Any], first: str, last: str, language: str) -> str:
    return f"{formats.number(row[first], language, 2)} → {formats.number(row[last], language, 2)}"


def _count(value: object, row: Mapping[Any, Any], language: str) -> str:
    if row["withheld"]:
        return _("withheld", language)
    return formats.number(float(str(value)), language)


def _step(row: Mapping[Any, Any], step: str, language: str) -> str:
    if row["withheld"]:
        return _("withheld", language)
    count = formats.number(float(row[step]), language)
    if step == "enrolled" or not row[step]:
        return count
    return f"{count} ({formats.percent(row[step] / row['enrolled'], language)})"


def _effective(row: Mapping[Any, Any], language: str) -> str:
    said = formats.day(row["effective_on"], language)
    return f"{said} ({_('ahead', language)})" if row["is_ahead"] else said
