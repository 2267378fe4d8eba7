"""Tables of the stages: twins of their charts, days, offices and users, what "in use" rests on."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import formats, words
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.stage_words import BASES, PROXY, cut_heading, member_name, stage_name, wave_name

FEW = N_("too few to be told")


def steps_table(steps: pd.DataFrame, cut: str, language: str) -> pd.DataFrame:
    """progress() by [cut], ready to be read."""
    number, percent = formats.number, formats.percent
    return pd.DataFrame(
        {
            cut_heading(cut, language): member_name(cut, row[cut], language),
            _("Stage", language): stage_name(row["stage"], language),
            _("Number of pairs", language): number(row["pairs"], language),
            _("Came to it", language): number(row["reached"], language),
            _("Share of pairs", language): percent(row["reached_rate"], language),
            _("Of those before", language): percent(row["conversion"], language),
            _("Hold it by itself", language): number(row["alone"], language),
            _("Share by itself", language): percent(row["alone_rate"], language),
            _(PROXY, language): number(row["proxy"], language),
        }
        for row in steps.to_dict("records")
    )


def days_table(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """days_to(), ready to be read."""
    return pd.DataFrame(
        {
            _("Stage", language): stage_name(row["stage"], language),
            _("Days, median", language): formats.number(round(row["median"]), language),
            _("Days, 90th percentile", language): formats.number(round(row["p90"]), language),
            _("Number of pairs", language): formats.number(row["n"], language),
            _("Of these before the contract", language): formats.number(row["before"], language),
        }
        for row in rows.to_dict("records")
    )


def cohorts_table(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """cohorts(), ready to be read."""
    return pd.DataFrame(
        {
            _("Joining wave", language): wave_name(row["wave"], language),
            _("Stage", language): stage_name(row["stage"], language),
            _("Months from the contract", language): formats.number(row["months"], language),
            _("Share", language): formats.percent(row["rate"], language),
            _("Came to it", language): formats.number(row["reached"], language),
            _("Pairs observed so long", language): formats.number(row["n"], language),
        }
        for row in rows.to_dict("records")
    )


def offices_table(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """office_totals(), ready to be read."""
    return pd.DataFrame(
        {
            _("Application", language): words.label("service", row["service_id"], language),
            _("Offices", language): formats.number(row["offices"], language),
            _("Of these joint", language): formats.number(row["joint"], language),
            _("Municipalities", language): formats.number(row["municipalities"], language),
            _("Municipalities with a trained key user", language): _of(row, "trained", language),
            _("Municipalities using it", language): _of(row, "in_use", language),
            _("Users, each office once", language): _at_least(row, language),
            _("Users, summed over members", language): _(FEW, language)
            if row["withheld"]
            else formats.number(row["users_by_member"], language),
        }
        for row in rows.to_dict("records")
    )


def bases_table(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """bases(), ready to be read."""
    return pd.DataFrame(
        {
            _("Application", language): words.label("service", row["service_id"], language),
            _("What use rests on", language): _(BASES["usage" if row["counted"] else "proxy"], language),
            _("In use", language): _of(row, "in_use", language, "pairs"),
            _(PROXY, language): formats.number(row["by_proxy"], language),
        }
        for row in rows.to_dict("records")
    )


def _of(row: Mapping[Any, Any], name: str, language: str, whole: str = "municipalities") -> str:
    """`3 098 (98,2 %)`."""
    count, all_of_it = row[name], row[whole]
    share = formats.percent(count / all_of_it if all_of_it else None, language)
    return f"{formats.number(count, language)} ({share})"


def _at_least(row: Mapping[Any, Any], language: str) -> str:
    """`legalább 7 199`: of an office's members the one with the most users tells the least there can be."""
    if row["withheld"]:
        return _(FEW, language)
    if formats.missing(row["users"]):
        return formats.number(None, language)
    return _("at least {count}", language, count=formats.number(row["users"], language))
