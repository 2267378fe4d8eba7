"""Cards and tables of unit costs. Each chart is declared for nominal and for constant forints; the address chooses."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.answers import Ask
from dashboard.components import states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered, Card, Tabulate, chart_card
from dashboard.components.chips import with_query
from dashboard.components.cost_unit_tables import all_table, member_table, unit_label
from dashboard.components.freshness import footnote
from dashboard.components.icons import attributes
from dashboard.components.titled import figure_table, period_of, titled
from dashboard.figures.dots import dots
from dashboard.figures.trend import trend
from dashboard.figures.trends import trends
from dashboard.joined import joined
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import recent, recent_before, two_years
from dashboard.unit_costs import PER, present_prices, priced, prices_note

PATH = "/cost/unit"
KEY, CONSTANT = "prices", "constant"
MODES = ("nominal", CONSTANT)
WORDS = {"nominal": N_("Nominal forints"), CONSTANT: N_("Constant forints")}
TREND_HEIGHT = 380


def mode_of(query: Mapping[str, str]) -> str:
    """Nominal or constant forints, as the address says."""
    return CONSTANT if query.get(KEY) == CONSTANT else "nominal"


def switch(query: Mapping[str, str], language: str) -> Component:
    """The two kinds of forints as links; the one shown is marked."""
    shown, links = mode_of(query), []
    for mode in MODES:
        rest = {key: value for key, value in query.items() if key != KEY}
        href = with_query(PATH, rest | ({KEY: mode} if mode != "nominal" else {}))
        said: list[Any] = [_(WORDS[mode], language)]
        if mode == shown:
            said.append(html.Span(f" {_('(set)', language)}", className="visually-hidden"))
        links.append(dcc.Link(said, href=href, className=f"quick-link{' set' if mode == shown else ''}"))
    return html.Nav(links, className="quick", **attributes({"aria-label": _("Kind of forints", language)}))


def over_time(name: str, metric: str, cut: str, title: str) -> dict[str, Card]:
    """A card per kind of forints: lines of the members of a cut, by month."""
    return {mode: _over_time(f"cost-unit-{name}-{mode}", metric, cut, title, mode == CONSTANT) for mode in MODES}


def _over_time(id: str, metric: str, cut: str, title: str, is_constant: bool) -> Card:
    def draw(answered: Answered, look: Look) -> go.Figure:
        frame = _with_cost(priced(answered[0], "month", is_constant)).astype({cut: str})
        return trends(frame, answered[0].metric, look, series=cut, label=unit_label)

    return chart_card(
        id, Ask(metric, ("month", cut), recent), draw=draw, title=title, subtitle=_subtitle(is_constant),
        note=_note(is_constant), table=_twin("month", is_constant), height=TREND_HEIGHT,
    )  # fmt: skip


def by_band(name: str, metric: str, title: str) -> dict[str, Card]:
    """A card per kind of forints: a dot per size band, in the order of sizes."""
    return {mode: _by_band(f"cost-unit-{name}-{mode}", metric, title, mode == CONSTANT) for mode in MODES}


def _by_band(id: str, metric: str, title: str, is_constant: bool) -> Card:
    def frame_of(answered: Answered) -> pd.DataFrame:
        whole = priced(answered[0], "year", is_constant)
        sums = whole.groupby("size_band", as_index=False)[["numerator", "denominator", "n"]].sum()
        return sums.assign(value=sums["numerator"] / sums["denominator"].where(sums["denominator"] != 0))

    def draw(answered: Answered, look: Look) -> go.Figure:
        return dots(frame_of(answered), answered[0].metric, look, cut="size_band", by_value=False)

    def table(answered: Answered, look: Look) -> pd.DataFrame:
        frame, language = frame_of(answered), look.language
        return pd.DataFrame(
            {
                words.cut_name("size_band", language): [
                    words.label("size_band", one, language) for one in frame["size_band"]
                ],
                words.metric_name(answered[0].metric, language): [
                    formats.money(one, language) for one in frame["value"]
                ],
            }
        )

    return chart_card(
        id, Ask(metric, ("year", "size_band"), recent), draw=draw, title=title, subtitle=_subtitle(is_constant),
        note=_note(is_constant), table=table, height=TREND_HEIGHT,
    )  # fmt: skip


def _with_cost(frame: pd.DataFrame) -> pd.DataFrame:
    """Without members that bear no cost: tickets of components, whose cost is with the applications."""
    return frame[frame["numerator"].fillna(0) != 0]


Said = Callable[[Answered, Look], str]


def _subtitle(is_constant: bool) -> Said:
    def said(answered: Answered, look: Look) -> str:
        base = present_prices().base
        of = (
            _("forints in prices of {year}", look.language, year=base)
            if is_constant and base
            else _("nominal forints", look.language)
        )
        return f"{of} · {period_of(answered, look)}"

    return said


def _note(is_constant: bool) -> Said | None:
    return (lambda answered, look: prices_note(look.language)) if is_constant else None


def _twin(over: str, is_constant: bool) -> Tabulate:
    def table(answered: Answered, look: Look) -> pd.DataFrame:
        one, language = answered[0], look.language
        frame = _with_cost(priced(one, over, is_constant))
        marks = frame["is_nominal"] if "is_nominal" in frame else pd.Series(False, index=frame.index)
        scale = PER[one.metric.id][1]
        found = {
            words.cut_name(cut, language): [unit_label(cut, member, language) for member in frame[cut]]
            for cut in one.by
        }
        found[words.metric_name(one.metric, language)] = [
            formats.money(value, language) + ("*" if mark else "")
            for value, mark in zip(frame["value"], marks, strict=True)
        ]
        found[_("Cost", language)] = [formats.money(value / scale, language) for value in frame["numerator"]]
        found[_(PER[one.metric.id][0], language)] = [
            formats.number(value / scale, language, 0 if scale == 1 else 1) for value in frame["denominator"]
        ]
        return pd.DataFrame(found)

    return table


ALL = tuple(PER)


def _all(answered: Answered, look: Look) -> Component:
    now, before = answered[: len(ALL)], answered[len(ALL) :]
    heading = _("Unit costs, and what they are made of", look.language)
    inside = figure_table(all_table(now, before, look.language), heading)
    foot = f"{prices_note(look.language)} {footnote(now, look.language)}"
    return titled(heading, period_of(answered, look), inside, foot)


OVERVIEW = block(
    "cost-unit-all",
    [*(Ask(name, ("month",), recent) for name in ALL), *(Ask(name, ("month",), recent_before) for name in ALL)],
    show=_all, height=360, class_name="chart-card",
)  # fmt: skip


def members(id: str, metric: str, cuts: tuple[str, ...], title: str) -> Block:
    """Declare a table of the members of cuts, with their change split into cost and volume."""

    def show(answered: Answered, look: Look) -> Component:
        table = member_table(answered[0], answered[1], look.language)
        heading = _(title, look.language)
        inside = figure_table(table, heading, len(cuts)) if len(table) else states.empty(look.language)
        return titled(heading, period_of(answered, look), inside, footnote(answered[:1], look.language))

    asks = [Ask(metric, ("month", *cuts), change) for change in (recent, recent_before)]
    return block(id, asks, show=show, height=300, class_name="chart-card")


BY_SERVICE = members(
    "cost-unit-drift", "user_cost_huf", ("service",),
    N_("Cost per active user by application: what changed, cost or volume?"),
)  # fmt: skip
TRANSACTIONS = members(
    "cost-unit-transactions", "transaction_cost_huf", ("service",),
    N_("Cost per transaction by application: what changed, cost or volume?"),
)  # fmt: skip
TICKETS = members(
    "cost-unit-tickets", "ticket_cost_huf", ("level", "actor"),
    N_("Support cost per resolved ticket, by level and actor"),
)  # fmt: skip
USER = over_time("user", "user_cost_huf", "service", N_("Monthly cost per active user, by application"))
PLACE = over_time("place", "municipality_cost_huf", "service", N_("Monthly cost per municipality, by application"))
LEVEL = over_time("level", "ticket_cost_huf", "level", N_("Support cost per resolved ticket, by level"))
BAND = by_band("band", "municipality_cost_huf", N_("Monthly cost per municipality, by size"))
HEAD = by_band("head", "inhabitant_cost_huf", N_("Monthly cost per 1,000 inhabitants, by size"))


def _draw_run(answered: Answered, look: Look) -> go.Figure:
    return trend(answered[0].frame, answered[0].metric, look, over="quarter")


RUN = chart_card(
    "cost-unit-run", Ask("operating_share", ("quarter",), two_years), draw=_draw_run, table=joined,
    title=N_("Running the service against changing it, by quarter"), height=340,
)  # fmt: skip
