"""Parts of the page of who is charged what: flow, matrices, both ways between ledger lines and municipalities."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import Answer
from dashboard.components import chart_card, states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered, Card
from dashboard.components.chips import with_query
from dashboard.components.cost_allocation_read import (
    ASK,
    Shown,
    chosen_line,
    chosen_place,
    flow_of,
    line_href,
    lines_of,
    month_href,
    places,
    shown_for,
    traced_line,
    traced_place,
)
from dashboard.components.cost_allocation_tables import (
    charged_rows,
    cut_rows,
    flow_rows,
    flow_table,
    line_rows,
    linked,
    matrix,
    place_lines,
    place_sums,
)
from dashboard.components.cost_file import Table, written
from dashboard.components.tables import data_grid
from dashboard.components.titled import figure_table, titled
from dashboard.figures.cost_flow import cost_flow
from dashboard.figures.message import message_figure
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.tabulate import UNITS
from data.cost.charged import grouped

NOT_ALLOCATED = N_("No month of this period is allocated.")
FLOW_TITLE = N_("From who bears it to the application it comes to")
TINT = "#3987e5"
MOST_TINT = 35
"""Per cent of the tint behind the largest cell: text is still read on it in either theme."""
Show = Callable[[Shown, Look], Any]


def part(id: str, title: str, show: Show, height: int) -> Block:
    """Declare a part that is shown of the allocated month. title: message id."""

    def fill(answered: Answered, look: Look) -> Any:
        shown = shown_for(answered[0])
        if shown is None:
            return titled(_(title, look.language), "", states.empty(look.language, _(NOT_ALLOCATED, look.language)))
        return titled(_(title, look.language), shown.under(look.language), show(shown, look))

    return block(id, ASK, show=fill, height=height, class_name="chart-card")


def answer_block(id: str) -> Block:
    """Declare the answer: how much of which month, by which plan, and what it rests on; months to choose from."""

    def show(answered: Answered, look: Look) -> Component:
        shown, language = shown_for(answered[0]), look.language
        if shown is None:
            return states.empty(language, _(NOT_ALLOCATED, language))
        flow = flow_of(shown)
        total, placed = int(flow["amount_huf"].sum()), int(flow.loc[flow["is_placed"], "amount_huf"].sum())
        said = _(
            "In {month} the ledger has {total} of performance; {placed} is charged to municipalities, {left} is "
            "unplaced.",
            language, month=formats.month(shown.month, language, whole=True), total=formats.money(total, language),
            placed=formats.money(placed, language), left=formats.money(total - placed, language),
        )  # fmt: skip
        basis = _("Allocation plan {plan}: {basis}.", language, plan=shown.plan_version, basis=shown.basis or "–")
        note = _("The allocation is an assumption until the plan is approved.", language)
        return html.Div([
            html.P(said, className="answer-sentence"), html.P(f"{basis} {note}", className="answer-period"),
            _months(shown, language),
        ])  # fmt: skip

    return block(id, ASK, show=show, height=96, class_name="answer")


def _months(shown: Shown, language: str) -> Component:
    links: list[Any] = [_("Month", language), ": "]
    for month in shown.months[-12:]:
        name = formats.month(month, language)
        links += [html.Strong(name) if month == shown.month else dcc.Link(name, href=month_href(month)), " · "]
    return html.P(links[:-1], className="answer-period")


def flow_card(id: str) -> Card:
    """The drawing of a month's flow with its table twin."""

    def draw(answered: Answered, look: Look) -> go.Figure:
        shown = shown_for(answered[0])
        if shown is None:
            return message_figure(look, _(NOT_ALLOCATED, look.language))
        return cost_flow(flow_rows(flow_of(shown), look.language), look)

    def table(answered: Answered, look: Look) -> pd.DataFrame:
        shown = shown_for(answered[0])
        frame = flow_table(flow_of(shown), look.language) if shown else pd.DataFrame()
        if len(frame.columns):
            frame.attrs[UNITS] = {frame.columns[-1]: "huf"}
        return frame

    def subtitle(answered: Answered, look: Look) -> str:
        shown = shown_for(answered[0])
        return f"{_('forints', look.language)} · {shown.under(look.language)}" if shown else ""

    def summary(answered: Answered, look: Look) -> str:
        shown = shown_for(answered[0])
        if shown is None:
            return _(NOT_ALLOCATED, look.language)
        rows = flow_rows(flow_of(shown), look.language).groupby("application")["amount_huf"].sum()
        return "; ".join(f"{name}: {formats.money(int(one), look.language)}" for name, one in rows.items())

    return chart_card(
        id, [ASK], draw=draw, table=table, summary=summary, subtitle=subtitle, title=FLOW_TITLE, height=560
    )


def matrix_part(id: str, rows: str, title: str) -> Block:
    """Declare a matrix of rows and applications: tinted by size, its sums at its ends."""

    def show(shown: Shown, look: Look) -> Component:
        return heat_table(matrix(flow_of(shown), rows, look.language), _(title, look.language), look)

    return part(id, title, show, 360)


def heat_table(frame: pd.DataFrame, caption: str, look: Look) -> Component:
    """A table of whole forints, cells tinted by their size; the last row and column are the sums, untinted."""
    inner = frame.iloc[:-1, 1:-1]
    largest = max(int(inner.max().max()), 1) if inner.size else 1
    names = [str(name) for name in frame.columns]
    head = html.Tr([html.Th(name, scope="col", className="num" if at else "") for at, name in enumerate(names)])
    body = []
    for at, cells in enumerate(frame.itertuples(index=False, name=None)):
        is_sum = at == len(frame) - 1
        tds = [
            html.Td(
                html.Strong(formats.number(cell, look.language)) if is_sum or place == len(cells) - 1
                else formats.number(cell, look.language),
                className="num",
                style={} if is_sum or place == len(cells) - 1 else _tint(int(cell), largest),
            )
            for place, cell in enumerate(cells[1:], start=1)
        ]  # fmt: skip
        body.append(html.Tr([html.Th(cells[0], scope="row"), *tds]))
    table = html.Table(
        [html.Caption(caption, className="visually-hidden"), html.Thead(head), html.Tbody(body)],
        className="plain-table",
    )
    named: dict[str, Any] = {"aria-label": caption}
    return html.Div(table, className="table-scroll", tabIndex=0, role="group", **named)


def _tint(amount: int, largest: int) -> dict[str, str]:
    strength = round(MOST_TINT * max(amount, 0) / largest)
    return {"backgroundColor": f"color-mix(in srgb, {TINT} {strength}%, transparent)"} if strength else {}


def lines_part(id: str, title: str) -> Block:
    """Declare the ledger lines of the month, each leading to whom it was charged."""

    def show(shown: Shown, look: Look) -> Component:
        lines = lines_of(shown)
        frame = linked(line_rows(lines, look.language), [
            line_href(str(source), str(line)) for source, line in zip(lines["source"], lines["line_id"], strict=True)
        ])  # fmt: skip
        return data_grid(frame, _(title, look.language), look.language, height=420)

    return part(id, title, show, 500)


def place_part(id: str, title: str) -> Block:
    """Declare the chosen municipality's share, by application and by ledger line."""

    def show(shown: Shown, look: Look) -> Any:
        language, code = look.language, chosen_place()
        if code is None:
            return states.empty(language, _("No municipality is chosen.", language),
                                _("Choose one in the filter bar above: Municipality.", language))  # fmt: skip
        traced, named = traced_place(shown, code), places().set_index("municipality_id")["name"].get(code, code)
        profile = dcc.Link(_("Profile of {name}", language, name=named), href=with_query(f"/municipality/{code}", {}))
        if traced.empty:
            return [html.P(profile), states.empty(language, _("It is charged nothing in this month.", language), " ")]
        lines = place_lines(traced, language)
        links = [line_href(str(source), str(line)) for source, line in
                 traced.sort_values(["share_huf", "line_id"], ascending=[False, True])[
                     ["source", "line_id"]].values]  # fmt: skip
        heading = f"{named}: {_('ledger lines behind its share', language)}"
        return [
            html.P(profile),
            figure_table(written(place_sums(traced, language), language), f"{named}: {_(title, language)}"),
            data_grid(linked(lines, links), heading, language, height=420, fit=False),
        ]

    return part(id, title, show, 300)


def charged_part(id: str, title: str) -> Block:
    """Declare whom the chosen ledger line was charged, by county and size band."""

    def show(shown: Shown, look: Look) -> Any:
        language, line = look.language, chosen_line()
        if line is None:
            return states.empty(language, _("No ledger line is chosen.", language),
                                _("Choose one from the table of ledger lines.", language))  # fmt: skip
        found, every = traced_line(*line, shown.as_of), places()
        if found.empty:
            return states.empty(language, _("There is no allocated ledger line {line}.", language, line=line[1]), " ")
        charged = found.loc[found["is_placed"], "municipality_id"].nunique()
        note = _(
            "{line}: {amount}, charged to {count} municipalities. Their list is in the file.",
            language,
            line=line[1],
            amount=formats.money(int(found["amount_huf"].sum()), language),
            count=formats.number(charged, language),
        )
        tables = [
            html.Div(figure_table(written(cut_rows(grouped(found, every, cut), cut, language), language), note),
                     className="width-6")
            for cut in ("county", "size_band")
        ]  # fmt: skip
        return [html.P(note), html.Div(tables, className="card-grid")]

    return part(id, title, show, 300)


def tables_for(answer: Answer, language: str) -> list[Table]:
    """Every table of the page; the municipalities of the chosen line too."""
    shown = shown_for(answer)
    if shown is None:
        return [(_(FLOW_TITLE, language), pd.DataFrame())]
    flow = flow_of(shown)
    tables: list[Table] = [
        (_("Flow", language), flow_table(flow, language)),
        (_("By actor", language), matrix(flow, "actor_id", language)),
        (_("By account group", language), matrix(flow, "account_group", language)),
        (_("Ledger lines", language), line_rows(lines_of(shown), language)),
    ]
    if code := chosen_place():
        tables.append((_("Municipality", language), place_lines(traced_place(shown, code), language)))
    if line := chosen_line():
        tables.append((_("Ledger line", language), charged_rows(traced_line(*line, shown.as_of), places(), language)))
    return tables
