"""Outages and the rule of availability in words, and as tables for people."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from babel.dates import get_day_names

from dashboard import formats, words
from dashboard.drill import ticket_href
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.tabulate import LINKS, UNITS

SCOPES = {"whole": N_("nobody could reach it"), "part": N_("some could reach it")}
UNKNOWN_SCOPE = N_("not known")
WHY = {
    "": N_("all of it counts"),
    "planned": N_("planned work, not an incident"),
    "cancelled": N_("the report was withdrawn"),
    "no_service": N_("names no application or component"),
    "part": N_("some users could reach the service"),
    "unknown_scope": N_("whom it hit is not known"),
    "outside_hours": N_("outside service hours"),
    "overlap": N_("an earlier outage covers it"),
}
LASTS, NOT_TOLD = N_("still lasts"), N_("not told (its length counts)")
AS_RESOLVED = N_("{time} (when it was resolved)")
RULE = (
    N_("An outage is an incident during which no user group could reach the service (scope: whole)."),
    N_("Only minutes inside service hours count. Where outages of a service overlap, each minute counts once."),
    N_(
        "An outage runs from its start to its end. Where the source tells no end: for as many minutes of service as "
        "it lasted; where it tells no length either, until the incident was resolved; while it is open, until the last "
        "day of data. Where no start is told, from the opening of the ticket."
    ),
    N_(
        "Not counted: outages that hit a part of the users only, those whose scope is not known, planned work "
        "(changes) and withdrawn reports."
    ),
    N_("Availability = (agreed minutes − minutes down) ÷ agreed minutes. Times are taken to the whole minute."),
)


def outage_table(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """One row per outage, ready text, each leading to its ticket. rows: from data.outages.outages()."""
    records = rows.to_dict("records")
    shown = pd.DataFrame(
        {
            _("Ticket", language): [str(row["ticket_id"]) for row in records],
            _("Application or component", language): [
                words.label("service", row["service_id"], language) for row in records
            ],
            _("Out of reach from", language): [formats.moment(row["started_at"], language) for row in records],
            _("Within reach again", language): [_until(row, language) for row in records],
            _("Who was hit", language): [scope_words(row["outage_scope"], language) for row in records],
            _("In service hours", language): [formats.duration(row["service_minutes"], language) for row in records],
            _("Counted", language): [formats.duration(row["counted_minutes"], language) for row in records],
            _("Why the rest does not count", language): [_(WHY[row["why"]], language) for row in records],
        }
    )
    shown.attrs[LINKS] = [ticket_href(str(row["source"]), str(row["ticket_id"])) for row in records]
    return shown


def outage_numbers(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """The same for a file: whole minutes, times of Budapest as a spreadsheet reads them."""
    records = rows.to_dict("records")
    return pd.DataFrame(
        {
            _("Ticket", language): [str(row["ticket_id"]) for row in records],
            _("Source", language): [str(row["source"]) for row in records],
            _("Application or component", language): [
                words.label("service", row["service_id"], language) for row in records
            ],
            _("Out of reach from", language): [_plain(row["started_at"]) for row in records],
            _("Within reach again", language): [
                _plain(row["ended_at"]) or _(LASTS if row["basis"] == "lasting" else NOT_TOLD, language)
                for row in records
            ],
            _("Who was hit", language): [scope_words(row["outage_scope"], language) for row in records],
            _("Minutes in service hours", language): [int(row["service_minutes"]) for row in records],
            _("Minutes counted", language): [int(row["counted_minutes"]) for row in records],
            _("Why the rest does not count", language): [_(WHY[row["why"]], language) for row in records],
        }
    )


def service_numbers(rows: pd.DataFrame, outages: pd.DataFrame, language: str) -> pd.DataFrame:
    """Agreed and counted minutes of each service. rows: from availability_by_service(); outages: of the same period."""
    counted = outages.groupby("service_id")["counted_minutes"].agg(["size", "sum"]) if len(outages) else pd.DataFrame()
    listed = counted["size"].to_dict() if len(counted) else {}
    shown = pd.DataFrame(
        {
            _("Application or component", language): [
                words.label("service", one, language) for one in rows["service_id"]
            ],
            _("Agreed minutes", language): rows["agreed_minutes"].astype(int),
            _("Outages listed", language): [int(listed.get(one, 0)) for one in rows["service_id"]],
            _("Minutes counted", language): rows["down_minutes"].astype(int),
            _("Availability", language): rows["value"],
        }
    )
    shown.attrs[UNITS] = {_("Availability", language): "rate"}
    return shown


def day_numbers(days: pd.DataFrame, language: str) -> pd.DataFrame:
    """The days of service of a period, for a file. days: from data.outages.days_of_service()."""
    opens = [_plain(at) for at in days["opens_at"]]
    return pd.DataFrame(
        {
            _("Day", language): [str(day)[:10] for day in days["day"]],
            _("Kind of day", language): [_(KINDS_OF_DAY.get(str(kind), str(kind)), language) for kind in days["kind"]],
            _("Opens", language): [text[-5:] for text in opens],
            _("Agreed minutes", language): days["agreed_minutes"].astype(int),
        }
    )


KINDS_OF_DAY = {"working_day": N_("working day"), "swapped_working_day": N_("day off worked instead of another")}


def hours_table(hours: pd.DataFrame, language: str) -> pd.DataFrame:
    """Service hours by weekday, ready text. hours: from data.outages.hours_on()."""
    names = get_day_names("wide", locale=language)
    only_worked = _("if worked instead of another day", language)
    return pd.DataFrame(
        {
            _("Day", language): [
                str(names[int(day) - 1]).capitalize() + (f" ({only_worked})" if int(day) > 5 else "")
                for day in hours["weekday"]
            ],
            _("Service hours", language): [
                f"{opens}–{closes}" for opens, closes in zip(hours["opens"], hours["closes"], strict=True)
            ],
            _("In force since", language): [
                formats.day(pd.Timestamp(day).date(), language) for day in hours["valid_from"]
            ],
            _("Taken from", language): hours["basis"].fillna("–"),
        }
    )


def scope_words(scope: Any, language: str) -> str:
    return _(SCOPES.get(scope, UNKNOWN_SCOPE), language)


def counted_words(rows: pd.DataFrame, language: str) -> str:
    """How much of what is listed counts, and for which reasons the rest does not: one sentence."""
    if rows.empty:
        return _("No outage is known in this period.", language)
    minutes = formats.duration(int(rows["counted_minutes"].sum()), language)
    said = _(
        "Outages listed: {count}; counted: {minutes}.",
        language,
        count=formats.number(len(rows), language),
        minutes=minutes,
    )
    left = rows.loc[rows["why"] != "", "why"].value_counts()
    if left.empty:
        return said
    reasons = [f"{_(WHY[str(why)], language)} ({formats.number(count, language)})" for why, count in left.items()]
    return f"{said} {_('Not counted, or not all of it: {reasons}.', language, reasons=', '.join(reasons))}"


def _until(row: Mapping[Any, Any], language: str) -> str:
    if row["basis"] == "lasting":
        return _(LASTS, language)
    if row["basis"] == "length":
        return _(NOT_TOLD, language)
    said = formats.moment(row["ended_at"], language)
    return _(AS_RESOLVED, language, time=said) if row["basis"] == "resolved" else said


def _plain(at: Any) -> str:
    """`2026-03-01 08:15` by the clocks of Budapest; empty where there is none."""
    if formats.missing(at):
        return ""
    return pd.Timestamp(at, tz="UTC").tz_convert(formats.BUDAPEST).strftime("%Y-%m-%d %H:%M")


__all__: Sequence[str] = (
    "RULE", "counted_words", "day_numbers", "hours_table", "outage_numbers", "outage_table", "service_numbers",
)  # fmt: skip
