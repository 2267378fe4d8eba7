"""What the page of contracts says: what needs a decision, what measured service would make due, how it is counted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.components.cost_contracts_read import assumptions, contract_href, merged
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.cost.contracts import DRAWN, MOST_GROWTH, Book
from data.metrics.contracts import RENEWAL_DAYS
from data.selection import Selection

STATES = {"in_force": N_("in force"), "ended": N_("ended"), "to_come": N_("to begin")}
MOST_LINKS = 4
RULES = (
    N_("Service contracts and contracts with suppliers are listed that touch the period or are still to begin. The "
       "invoiced amount and the penalties are those last delivered; their history is not known."),
    N_("Which service levels a contract promises is not public. Until it is known, each contract is held to the "
       "catalogue's figures for its service: incidents and requests resolved in time, first response in time (tickets "
       "held by the contract's actor), availability, and for applications changes of law in production by their day, "
       "with the target in force."),
    N_("SLA attainment (CT03): of the promised figures of each month those that met their target, over those measured. "
       "Only the days on which the contract was in force count. What was not measured is neither met nor missed."),
    N_("Penalty from measured attainment: for each percentage point below the target the share of the month's fee that "
       "the penalty rules say, up to their limit, in whole forints, once the month is over. The month's fee is the "
       "value of the contract divided by its months; parts of months count by their days. What is invoiced by month is "
       "not delivered."),
    N_("Drawdown (CT06): the amount invoiced over the share of the value that belongs to the time elapsed; in step "
       "from 0.9 to 1.1."),
    N_("Concentration: the sum of the squares of the suppliers' percentage shares in the value in force "
       "(Herfindahl–Hirschman index), from near 0 to 10,000 with a single supplier."),
)  # fmt: skip


@dataclass(frozen=True)
class Matter:
    """A reason for a decision: its words (message id), and the rows it holds of."""

    said: str
    of: Callable[[pd.DataFrame], "pd.Series[bool]"]


MATTERS = (
    Matter(
        N_("Ending within {days} days without a renewal begun ({count}):"),
        lambda rows: rows["is_expiring"].astype(bool),
    ),
    Matter(
        N_("Drawn ahead of time, drawdown over {high} ({count}):"),
        lambda rows: (rows["state"] == "in_force") & (rows["drawdown"] > DRAWN[1]).fillna(False),
    ),
    Matter(
        N_("Grown by more than {growth} ({count}):"),
        lambda rows: (rows["state"] == "in_force") & (rows["growth"] > MOST_GROWTH).fillna(False),
    ),
    Matter(
        N_("Penalties due by the register and not applied: {amount} ({count}):"),
        lambda rows: open_penalties(rows) > 0,
    ),
)


def open_penalties(rows: pd.DataFrame) -> "pd.Series[int]":
    """Penalties due by the register and not applied, in forints."""
    due, applied = (rows[name].fillna(0).astype("int64") for name in ("penalty_due_huf", "penalty_applied_huf"))
    return (due - applied).clip(lower=0)


def decisions(book: Book, selection: Selection, language: str) -> Component:
    """What needs a decision, each with its contracts; that nothing does, or that nothing is loaded."""
    if book.rows.empty:
        said = _("No service or supplier contract is loaded for this selection.", language)
        return html.P(said, className="answer-sentence")
    found = [(matter, book.rows[matter.of(book.rows)]) for matter in MATTERS]
    items = [_matter(matter, rows, selection, language) for matter, rows in found if len(rows)]
    head = _("Needs a decision:", language) if items else _("No contract needs a decision now.", language)
    return html.Div(
        [html.P(head, className="answer-sentence"), *([html.Ul(items, className="cost-decisions")] if items else [])]
    )


def penalty_sentence(book: Book, language: str) -> str:
    """What measured attainment would make due since the contracts began, what the register says, what was applied."""
    rows = merged(book)
    if rows["measured_due_huf"].notna().sum() == 0:
        return ""
    return _(
        "Measured attainment of the contracts shown would make {measured} due since each began; the register says "
        "{due}, of which {applied} is applied. The rules are an assumption until a contract says otherwise.",
        language,
        measured=formats.money(int(rows["measured_due_huf"].sum()), language),
        due=formats.money(int(rows["penalty_due_huf"].sum()), language),
        applied=formats.money(int(rows["penalty_applied_huf"].sum()), language),
    )


def counts_sentence(book: Book, language: str) -> str:
    """Contracts in force, and joining contracts, which have a page of their own."""
    in_force = int((book.rows["state"] == "in_force").sum())
    return _(
        "In force: {contracts} service and supplier contracts; beside them {joining} joining contracts of "
        "municipalities, which are not shown here.",
        language,
        contracts=formats.number(in_force, language),
        joining=formats.number(book.joining, language),
    )


def rules_text(language: str) -> list[str]:
    """How it is counted, as sentences; what the rules of penalties are taken from."""
    basis = [_("Penalty rule: {basis}.", language, basis=one) for one in assumptions()]
    return [*(_(one, language) for one in RULES), *basis]


def meaning(language: str) -> Component:
    """The definitions of the page, for the panel of a card."""
    return html.Section([html.Ul([html.Li(one) for one in rules_text(language)])], className="definition")


def service_name(service: Any, language: str) -> str:
    return words.label("service", service, language)


def state_of(row: Any, language: str) -> str:
    return _(STATES[row["state"]], language)


def supplier_of(row: Any) -> str:
    return "" if formats.missing(row["supplier"]) else str(row["supplier"])


def _matter(matter: Matter, rows: pd.DataFrame, selection: Selection, language: str) -> html.Li:
    said = _(
        matter.said, language,
        count=formats.number(len(rows), language), days=RENEWAL_DAYS, high=formats.number(DRAWN[1], language, 1),
        growth=formats.percent(MOST_GROWTH, language, 0),
        amount=formats.money(int(open_penalties(rows).sum()), language),
    )  # fmt: skip
    links: list[Any] = []
    for row in rows.head(MOST_LINKS).to_dict("records"):
        name = f"{service_name(row['service_id'], language)} ({row['contract_id']})"
        links += [" ", dcc.Link(name, href=contract_href(str(row["contract_id"]), selection))]
    more = len(rows) - MOST_LINKS
    rest = [" ", _("and {count} more", language, count=formats.number(more, language))] if more > 0 else []
    return html.Li([said, *links, *rest])
