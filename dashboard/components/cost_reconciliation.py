"""Tables of the page of reconciliation: the four totals by month, the report beside the ledger, what differs."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.answers import Answer, Ask, answers
from dashboard.components import states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.cost_file import Table, written
from dashboard.components.freshness import footnote
from dashboard.components.reconciliation_words import AMOUNTS, account_text, cause_text, statement
from dashboard.components.titled import figure_table, period_of, titled
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import recent
from data.cost.reconciliation import Compared, Reconciliation, reconcile
from data.schema import NO_SERVICE, UNKNOWN_SERVICE
from data.selection import Selection

ASK = Ask("spent_huf", change=recent)
"""Names the period and the facts."""
BY_MONTH = N_("The ledger and its allocation, by month")
NAMED = N_("Differences from the report, by name")
NODES = N_("What stays unplaced")
PAIRS = (("original_huf", "appropriated_huf"), ("committed_huf", "spent_huf"))


def found_for(selection: Selection) -> Reconciliation:
    """The reconciliation of a period, read once."""
    assert selection.first is not None, "recent() closes the period"
    assert selection.last is not None, "recent() closes the period"
    asked = (selection.first, selection.last, selection.as_of)
    return answers().read(("reconciliation", *asked), lambda connection: reconcile(connection, *asked))


def answer_block(id: str) -> Block:
    """Declare the answer of the page: does everything add up?"""

    def show(answered: Answered, look: Look) -> Component:
        found = found_for(answered[0].selection)
        if found.months.empty:
            return states.empty(look.language)
        said = [html.P(one, className="answer-sentence") for one in statement(found, look.language)]
        return html.Div([*said, html.P(period_of(answered, look), className="answer-period")])

    return block(id, ASK, show=show, height=96, class_name="answer")


def months_block(id: str) -> Block:
    """Declare the table of the four totals."""

    def show(answered: Answered, look: Look) -> Component:
        found = found_for(answered[0].selection)
        under = f"{_('forints', look.language)} · {period_of(answered, look)}"
        note = _(
            "Performance of K1–K9, each forint once. By actor and by application: of the allocation's lines, unplaced "
            "ones too; by municipality: of the shares, with what no municipality is charged.", look.language,
        )  # fmt: skip
        if found.months.empty:
            return titled(_(BY_MONTH, look.language), under, states.empty(look.language))
        table = figure_table(written(months_table(found, look.language), look.language), _(BY_MONTH, look.language))
        return titled(_(BY_MONTH, look.language), under, [table, html.P(note, className="card-foot")],
                      footnote(answered, look.language))  # fmt: skip

    return block(id, ASK, show=show, height=420, class_name="chart-card")


def reports_block(id: str) -> Block:
    """Declare the reports beside the ledger, a year each; without any, what to load."""

    def show(answered: Answered, look: Look) -> Component:
        found = found_for(answered[0].selection)
        if not found.reports:
            return titled(
                _("The treasury's report", look.language), period_of(answered, look), no_report(look.language)
            )
        return html.Div([_report(one, look) for one in found.reports[::-1]])

    return block(id, ASK, show=show, height=420, class_name="chart-card")


def nodes_block(id: str) -> Block:
    """Declare what is unplaced, by the service it stands on."""

    def show(answered: Answered, look: Look) -> Component:
        found, heading = found_for(answered[0].selection), _(NODES, look.language)
        under = f"{_('forints', look.language)} · {period_of(answered, look)}"
        if found.nodes.empty:
            nothing = states.empty(look.language, _("Nothing is left unplaced.", look.language), " ")
            return titled(heading, under, nothing)
        return titled(
            heading, under, figure_table(written(nodes_table(found, look.language), look.language), heading, 2)
        )

    return block(id, ASK, show=show, height=160, class_name="chart-card")


def no_report(language: str) -> Component:
    """What to load where no report of the treasury is there to compare with."""
    why = _("No treasury report has been loaded for this period.", language)
    what = _(
        'Load the report (format = "kgr") as a source of the budget job, its field purpose set to control: it is '
        "compared with the ledger and never added to it.", language,
    )  # fmt: skip
    return states.empty(language, why, what)


def months_table(found: Reconciliation, language: str) -> pd.DataFrame:
    """The four totals of each month, with the sums of all; plan version and run of each month."""
    columns = {
        _("Ledger", language): "ledger_huf", _("Sum by actor", language): "actor_huf",
        _("Sum by application", language): "application_huf", _("of this unplaced", language): "unplaced_huf",
        _("Sum by municipality", language): "municipality_huf", _("of this to nobody", language): "to_nobody_huf",
        _("Difference", language): "difference_huf",
    }  # fmt: skip
    rows = found.months
    names = [formats.month(month, language) for month in rows["month"]]
    total = [_("Together", language)]
    shown: dict[str, list[Any]] = {_("Month", language): names + total}
    shown |= {head: [*(int(one) for one in rows[name]), int(rows[name].sum())] for head, name in columns.items()}
    shown[_("Allocation plan", language)] = [_version(one, language) for one in rows["plan_version"]] + [""]
    shown[_("Run", language)] = ["–" if formats.missing(one) else str(one) for one in rows["loaded_run"]] + [""]
    return pd.DataFrame(shown)


def _version(version: object, language: str) -> str:
    return _("not allocated", language) if formats.missing(version) else str(version)


def report_table(one: Compared, amounts: Sequence[str], language: str) -> pd.DataFrame:
    """A row per kiemelt előirányzat, with sums of either side; of each amount ledger, report and difference."""
    groups = one.groups
    rows = [*groups.to_dict("records"), *_sides(groups, language)]
    shown: dict[str, list[object]] = {_("Account group", language): [_group(row, language) for row in rows]}
    for name in amounts:
        head = _(AMOUNTS[name], language)
        ledger, report = [int(row[f"ledger_{name}"]) for row in rows], [int(row[f"report_{name}"]) for row in rows]
        shown[f"{head}: {_('ledger', language)}"] = list(ledger)
        shown[f"{head}: {_('report', language)}"] = list(report)
        shown[f"{head}: {_('difference', language)}"] = [a - b for a, b in zip(ledger, report, strict=True)]
    return pd.DataFrame(shown)


def _sides(groups: pd.DataFrame, language: str) -> list[dict[Any, Any]]:
    found: list[dict[Any, Any]] = []
    for side, name in (("K", _("Expenditure together", language)), ("B", _("Revenue together", language))):
        own = groups[groups["account_group"].str.startswith(side)]
        if len(own):
            found.append({"account_group": name, **own.drop(columns="account_group").sum().to_dict()})
    return found


def _group(row: dict[Any, Any], language: str) -> str:
    code = str(row["account_group"])
    return account_text(code, language) if len(code) == 2 else code


def differences_table(one: Compared, language: str) -> pd.DataFrame:
    """Every difference by name: rovat, amount, forints, cause."""
    return pd.DataFrame(
        {
            _("Account", language): [account_text(gap.account, language) for gap in one.found],
            _("Amount", language): [_(AMOUNTS[gap.amount], language) for gap in one.found],
            _("Cause", language): [cause_text(gap, language) for gap in one.found],
            _("Ledger less report", language): [gap.huf for gap in one.found],
        }
    )


def nodes_table(found: Reconciliation, language: str) -> pd.DataFrame:
    rows = found.nodes
    return pd.DataFrame(
        {
            _("Where it stands", language): [node_text(one, language) for one in rows["node_id"]],
            _("Actor", language): [words.label("actor", one, language) for one in rows["actor_id"]],
            _("Months", language): rows["months"].astype("int64"),
            _("Ledger lines", language): rows["lines"].astype("int64"),
            _("Unplaced", language): rows["amount_huf"],
        }
    )


def node_text(node_id: str, language: str) -> str:
    """The service that an amount stands on; what the ledger says of it where we know none."""
    if node_id == NO_SERVICE:
        return _("shared, no service named", language)
    if node_id == UNKNOWN_SERVICE:
        return _("service that the reference list does not know", language)
    return words.label("service", node_id, language)


def _report(one: Compared, look: Look) -> Component:
    language = look.language
    heading = _("Ledger and treasury report of {year}, up to {month}", language, year=one.year,
                month=formats.month(one.last, language, whole=True))  # fmt: skip
    parts: list[Component] = [
        figure_table(
            written(report_table(one, pair, language), language), f"{heading}: {_(AMOUNTS[pair[1]], language)}"
        )
        for pair in PAIRS
    ]
    if one.found:
        named = f"{_(NAMED, language)}, {one.year}"
        parts += [html.H4(named, className="card-subtitle"),
                  figure_table(written(differences_table(one, language), language), named, 3)]  # fmt: skip
    else:
        parts.append(html.P(_("No difference: the two agree to the forint.", language)))
    if one.after_huf:
        parts.append(html.P(_("Booked in the ledger after the report's last month, not compared: {amount}.", language,
                              amount=formats.money(one.after_huf, language)), className="card-foot"))  # fmt: skip
    return titled(heading, _("forints, from 1 January", language), parts)


def tables_for(answer: Answer, language: str) -> list[Table]:
    """Every table of the page, for the file."""
    found = found_for(answer.selection)
    tables = [
        (_(BY_MONTH, language), months_table(found, language)),
        (_(NODES, language), nodes_table(found, language)),
    ]
    for one in found.reports:
        tables.append((f"{one.year} {_('report', language)}", report_table(one, list(AMOUNTS), language)))
        tables.append((f"{one.year} {_('difference', language)}", differences_table(one, language)))
    return tables
