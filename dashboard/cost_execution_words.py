"""Sentences of the page of execution: will the year close within the appropriation, and what may not."""

import pandas as pd

from dashboard import formats, words
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.cost.forecast import Forecast
from data.cost.transfers import Transfers
from data.cost.variance import Waterfall

WITHIN = N_("The year closes within the modified appropriation by the forecast")
BEYOND = N_("The year closes beyond the modified appropriation by the forecast")
EITHER = N_("Whether the year closes within the modified appropriation cannot be told yet")
MILLION = 1e6
BASES = {
    "seasonal": N_("appropriation due by the share that past years had spent by this month"),
    "even": N_("appropriation due evenly, month by month: there is no past whole year"),
    "whole": N_("whole modified appropriation"),
}


def year_sentence(made: Forecast, language: str) -> str:
    """`… a 2026. évi teljesítés várhatóan 11 752 M Ft (…), a módosított előirányzat 12 199 M Ft.`"""
    if made.frame.empty or not made.through:
        return _("No expenditure is booked in the year.", language)
    whole = made.frame.iloc[0]
    amounts = [whole[name] for name in ("appropriated_huf", "forecast_huf", "low_huf", "high_huf", "spent_huf")]
    scale = finer([float(one) for one in amounts if not formats.missing(one)])
    plan, told, low, high, spent = (_short(one, scale, language) for one in amounts)
    month = formats.month(f"{made.year}-{made.through:02d}", language, whole=True)
    if not made.is_made:
        return _(
            "There is no forecast: the data hold no whole year before {year}, so its seasonal course is not known. "
            "Performance to {month}: {spent}, modified appropriation: {plan}.",
            language, year=made.year, month=month, spent=spent, plan=plan,
        )  # fmt: skip
    if made.through == 12:
        return _(
            "The year {year} is closed: performance {spent}, modified appropriation {plan}.",
            language, year=made.year, spent=spent, plan=plan,
        )  # fmt: skip
    if formats.missing(whole["low_huf"]):
        return _(
            "{head}: year {year}, performance expected {told} (how sure cannot be told), modified appropriation "
            "{plan}.",
            language, head=_(verdict(whole), language), year=made.year, told=told, plan=plan,
        )  # fmt: skip
    return _(
        "{head}: year {year}, performance expected {told} (in four of five cases {low} – {high}), modified "
        "appropriation {plan}.",
        language, head=_(verdict(whole), language), year=made.year, told=told, low=low, high=high, plan=plan,
    )  # fmt: skip


def verdict(row: "pd.Series[float]") -> str:
    """Message id: within, beyond, or not to be told yet; without an interval by the forecast alone."""
    low, high = (row["forecast_huf"] if formats.missing(row[name]) else row[name] for name in ("low_huf", "high_huf"))
    if high <= row["appropriated_huf"]:
        return WITHIN
    return BEYOND if low > row["appropriated_huf"] else EITHER


def groups_sentence(made: Forecast, language: str) -> str:
    """The kiemelt előirányzatok whose forecast, or the end of its interval, goes beyond their own appropriation."""
    if not made.is_made:
        return ""
    rows = made.frame[made.frame["level"] == "account_group"]
    over = rows[rows["forecast_huf"] > rows["appropriated_huf"]]
    may = rows[(rows["forecast_huf"] <= rows["appropriated_huf"]) & (rows["high_huf"] > rows["appropriated_huf"])]
    parts = []
    if len(over):
        parts.append(_("Main appropriations expected to be exceeded: {names}.", language, names=_names(over, language)))
    if len(may):
        parts.append(_("Main appropriations that may be exceeded: {names}.", language, names=_names(may, language)))
    return " ".join(parts) or _("No main appropriation is expected to be exceeded.", language)


def error_sentence(made: Forecast, language: str) -> str:
    """How far forecasts made at this month were off in past years."""
    if not made.is_made or made.frame.empty or not made.frame["error_years"].iloc[0]:
        return ""
    whole = made.frame.iloc[0]
    return _(
        "Forecasts made at the same month of past years were off by {error} on average (years: {count}).",
        language, error=formats.percent(whole["error_rate"], language),
        count=formats.number(whole["error_years"], language),
    )  # fmt: skip


def waterfall_sentence(found: Waterfall, ends: tuple[str, str], language: str) -> str:
    """The two amounts, and the member that does most of the difference."""
    scale = finer([found.before, found.after])
    before, after, change = (
        _short(one, scale, language) for one in (found.before, found.after, found.after - found.before)
    )
    said = f"{ends[0]}: {before}; {ends[1]}: {after}; {_('difference', language)}: {change}."
    if found.steps.empty or not found.steps["difference_huf"].iloc[0]:
        return said
    first = found.steps.iloc[0]
    member = words.label(found.by, first["member"], language)
    most = _(
        "Most of it: {members}.", language, members=f"{member} ({_short(first['difference_huf'], scale, language)})"
    )
    return f"{said} {most}"


def transfers_sentence(found: Transfers, language: str) -> str:
    """What was moved and what is new in the year."""
    if found.months.empty:
        return _("The appropriation was not modified in the year.", language)
    moved, net = int(found.months["transferred_huf"].sum()), int(found.months["net_huf"].sum())
    scale = finer([moved, net])
    return _(
        "Transfer between lines: {moved}; new money less cuts: {net}.",
        language, moved=_short(moved, scale, language), net=_short(net, scale, language),
    )  # fmt: skip


def finer(amounts: list[float] | list[int]) -> formats.Scale:
    """The scale below that of the biggest: amounts that lie close together must not be written alike."""
    scale = formats.scale_of(max((abs(one) for one in amounts), default=0.0))
    return formats.SCALES[min(formats.SCALES.index(scale) + int(scale.factor > MILLION), len(formats.SCALES) - 1)]


def _names(rows: pd.DataFrame, language: str) -> str:
    return ", ".join(words.label("account_group", one, language) for one in rows["account_group"])


def _short(value: object, scale: formats.Scale, language: str) -> str:
    return formats.money_short(None if formats.missing(value) else float(str(value)), language, scale)
