"""Charts of the page of contracts."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.components import chart_card
from dashboard.components.card import Answered, Card
from dashboard.components.cost_contracts_read import (
    AWARDED,
    IN_FORCE,
    awards_of,
    book_of,
    contract_href,
)
from dashboard.components.cost_contracts_tables import awards_table, in_forints, register_table
from dashboard.components.cost_contracts_words import meaning, penalty_sentence, service_name
from dashboard.figures.contracts import drawdown, growth, stacked
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.subtitles import day_of
from data.cost.contract_market import TOP, concentration, hhi, summed_by
from data.cost.contracts import DRAWN, MOST_GROWTH
from data.metrics.catalogue import metric as metric_of


def drawdown_card(id: str) -> Card:
    """Time elapsed beside money invoiced, of each contract in force."""
    return chart_card(
        id, IN_FORCE, draw=draw_drawdown, title=title_drawdown, subtitle=subtitle_day, summary=title_drawdown,
        table=register_twin, height=360, meaning=meaning,
        note=N_("The band is drawdown from 0.9 to 1.1; the amount invoiced is the one last delivered"),
    )  # fmt: skip


def growth_card(id: str) -> Card:
    """Growth of the contracts in force whose value was changed."""
    return chart_card(
        id, IN_FORCE, draw=draw_growth, title=title_growth, subtitle=subtitle_day, summary=title_growth,
        table=register_twin, height=360, meaning=meaning,
    )  # fmt: skip


def penalty_card(id: str) -> Card:
    """What measured attainment makes due, by month, in parts by figure."""
    return chart_card(
        id, IN_FORCE, draw=draw_penalties, title=N_("Penalties that measured attainment would make due, by month"),
        subtitle=subtitle_months, summary=summary_penalties, table=penalties_twin, height=320, meaning=meaning,
        note=N_("By the reference table of penalty rules, an assumption until a contract says otherwise"),
    )  # fmt: skip


def awards_card(id: str) -> Card:
    """Value awarded by year, with the part of a single bid."""
    return chart_card(
        id, AWARDED, draw=draw_awards, title=title_awards, subtitle=subtitle_awards, summary=title_awards,
        table=awards_twin, height=340,
        note=N_("Awards without a value are left out; of those without a number of bids the bidding is not known"),
    )  # fmt: skip


def in_force_of(answered: Answered) -> pd.DataFrame:
    """Contracts in force on the day."""
    rows = book_of(answered[0].selection).rows
    return rows[rows["state"] == "in_force"]


def draw_drawdown(answered: Answered, look: Look) -> go.Figure:
    rows = in_force_of(answered).dropna(subset=["elapsed_share", "invoiced_share"])
    off = (rows["drawdown"] < DRAWN[0]) | (rows["drawdown"] > DRAWN[1])
    frame = named(rows, answered, look).assign(is_off=off.fillna(False).astype(bool))
    frame["said"] = [
        f"{row['key']} · " + _(
            "{elapsed} of the term elapsed, {invoiced} invoiced, drawdown {ratio}", look.language,
            elapsed=formats.percent(float(row["elapsed_share"]), look.language),
            invoiced=formats.percent(float(row["invoiced_share"]), look.language),
            ratio=formats.number(None if pd.isna(row["drawdown"]) else float(row["drawdown"]), look.language, 2),
        )
        for row in frame.to_dict("records")
    ]  # fmt: skip
    return drawdown(frame, look)


def draw_growth(answered: Answered, look: Look) -> go.Figure:
    rows = in_force_of(answered)
    rows = rows[(rows["growth"].fillna(0) != 0).astype(bool)]
    frame = named(rows, answered, look)
    frame["said"] = [
        f"{row['key']} · {formats.money(int(row['original_huf']), look.language)} → "
        f"{formats.money(int(row['value_huf']), look.language)}"
        for row in frame.to_dict("records")
    ]
    return growth(frame, look)


def draw_penalties(answered: Answered, look: Look) -> go.Figure:
    frame, names = penalties_by_month(answered, look)
    return stacked(frame, names, look, cut="month")


def draw_awards(answered: Answered, look: Look) -> go.Figure:
    frame = summed_by(awards_of(answered[0].selection), "year")
    frame = frame.assign(
        several_huf=frame["known_huf"] - frame["single_huf"], unknown_huf=frame["awarded_huf"] - frame["known_huf"]
    )
    names = {
        "several_huf": _("several bids", look.language), "single_huf": _("one bid only", look.language),
        "unknown_huf": _("bids not known", look.language),
    }  # fmt: skip
    kept = {name: said for name, said in names.items() if int(frame[name].sum()) > 0}
    return stacked(frame, kept, look, cut="year", labels=[str(year) for year in frame["year"]])


def named(rows: pd.DataFrame, answered: Answered, look: Look) -> pd.DataFrame:
    """Rows with name (the service), key (with the contract's number) and link."""
    names = [service_name(one, look.language) for one in rows["service_id"]]
    keys = [f"{name} ({number})" for name, number in zip(names, rows["contract_id"], strict=True)]
    links = [contract_href(str(one), answered[0].selection) for one in rows["contract_id"]]
    return rows.assign(name=names, key=keys, link=links)


def penalties_by_month(answered: Answered, look: Look) -> tuple[pd.DataFrame, dict[str, str]]:
    """Forints due by month in the period, a column per figure; the figures' names."""
    selection = answered[0].selection
    due = book_of(selection).due
    due = due[(due["due_huf"] > 0).fillna(False).astype(bool)]
    if selection.first:
        due = due[due["month"] >= selection.first.strftime("%Y-%m")]
    metrics = list(dict.fromkeys(due["metric_id"]))
    if due.empty:
        return pd.DataFrame({"month": []}), {}
    frame = due.pivot_table(index="month", columns="metric_id", values="due_huf", aggfunc="sum", fill_value=0)
    return frame.reset_index(), {one: words.metric_name(metric_of(one), look.language) for one in metrics}


def title_drawdown(answered: Answered, look: Look) -> str:
    rows = in_force_of(answered)
    off = int(((rows["drawdown"] < DRAWN[0]) | (rows["drawdown"] > DRAWN[1])).fillna(False).sum())
    known = int(rows["drawdown"].notna().sum())
    if not known:
        return _("Term elapsed and value invoiced", look.language)
    if not off:
        return _("Money keeps step with time in every contract in force", look.language)
    return _("Money out of step with time in {off} of {known} contracts in force", look.language,
             off=formats.number(off, look.language), known=formats.number(known, look.language))  # fmt: skip


def title_growth(answered: Answered, look: Look) -> str:
    growths = in_force_of(answered)["growth"]
    if growths.isna().all():
        return _("Growth of values, contract by contract", look.language)
    over = int((growths > MOST_GROWTH).fillna(False).sum())
    limit = formats.percent(MOST_GROWTH, look.language, 0)
    if not over:
        return _("No contract in force has grown by more than {limit}", look.language, limit=limit)
    return _("Grown by more than {limit}: {over} contracts in force", look.language, limit=limit,
             over=formats.number(over, look.language))  # fmt: skip


def title_awards(answered: Answered, look: Look) -> str:
    frame = awards_of(answered[0].selection)
    known = int(frame["known_huf"].sum())
    if not known:
        return _("Value of procurement awards, by year", look.language)
    return _("Procurement awards by year: {share} of the value with one bid only", look.language,
             share=formats.percent(int(frame["single_huf"].sum()) / known, look.language))  # fmt: skip


def title_suppliers(answered: Answered, look: Look) -> str:
    found = concentration(book_of(answered[0].selection).rows)
    if found.empty:
        return _("Value of contracts in force, by supplier", look.language)
    return _("The {top} largest suppliers hold {share} of the value in force (HHI {hhi})", look.language,
             top=formats.number(min(TOP, len(found)), look.language),
             share=formats.percent(float(found["share"].head(TOP).sum()), look.language),
             hhi=formats.number(hhi([float(one) for one in found["share"]]), look.language))  # fmt: skip


def summary_penalties(answered: Answered, look: Look) -> str:
    return penalty_sentence(book_of(answered[0].selection), look.language)


def subtitle_day(answered: Answered, look: Look) -> str:
    return _subtitle([day_of(answered, look)], len(in_force_of(answered)), look)


def subtitle_months(answered: Answered, look: Look) -> str:
    frame, _names = penalties_by_month(answered, look)
    selection = answered[0].selection
    parts = [words.unit_name("huf", look.language), formats.period(selection.first, selection.last, look.language)]
    return _subtitle(parts, len(frame), look)


def subtitle_awards(answered: Answered, look: Look) -> str:
    frame = awards_of(answered[0].selection)
    years = f"{frame['year'].min()}–{frame['year'].max()}" if len(frame) else ""
    return _subtitle([words.unit_name("huf", look.language), years], int(frame["awards"].sum()), look)


def register_twin(answered: Answered, look: Look) -> pd.DataFrame:
    selection = answered[0].selection
    return register_table(book_of(selection), selection, look.language)


def penalties_twin(answered: Answered, look: Look) -> pd.DataFrame:
    frame, names = penalties_by_month(answered, look)
    columns: dict[str, list[Any]] = {
        _("Month", look.language): [formats.month(one, look.language) for one in frame["month"]]
    }
    columns |= {in_forints(said, look.language): [int(one) for one in frame[name]] for name, said in names.items()}
    return pd.DataFrame(columns)


def awards_twin(answered: Answered, look: Look) -> pd.DataFrame:
    return awards_table(summed_by(awards_of(answered[0].selection), "year"), "year", look.language)


def _subtitle(parts: list[str], count: int, look: Look) -> str:
    n = f"n{formats.SPACE}={formats.SPACE}{formats.number(count, look.language)}"
    return " · ".join(part for part in [*parts, n] if part)
