"""Trainings, use, contracts and ledger lines of a municipality, as tables of ready text."""

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.components.profile_words import count_text, day_text, order_of
from dashboard.components.titled import figure_table, titled
from dashboard.locale import translate as _
from dashboard.withheld import reason
from data.adoption.profile_training import COUNTS, LAPSING_DAYS


def training_table(rows: pd.DataFrame, members: int, under: str, language: str) -> Component:
    """rows: of data.adoption.profile_training. members: how many municipalities they are counted over."""
    title = _("Trainings, people by application", language)
    heads = {
        "enrolled": _("Enrolled", language),
        "completed": _("Completed", language),
        "certified": _("Certificate in force", language),
        "lapsing": _("Lapses within {days} days", language, days=LAPSING_DAYS),
    }
    hidden = _("withheld", language)
    shown = {_("Application", language): [words.label("service", one, language) for one in rows["service_id"]]}
    shown |= {heads[name]: [count_text(one, hidden, language) for one in rows[name]] for name in COUNTS}
    notes = [reason(language)] if rows["withheld"].any() else []
    if members > 1:
        notes.append(_("Counted over all {count} members of the joint office.", language, count=members))
    notes.append(_("Enrolled and completed: in the period; certificates: on its last day.", language))
    foot = html.P(" · ".join(notes), className="card-foot")
    return titled(title, under, [figure_table(pd.DataFrame(shown), title), foot])


def use_table(rows: pd.DataFrame, members: int, under: str, language: str) -> Component:
    """The newest months of each application that is counted. rows: of data.adoption.profile_usage. members: how many
    municipalities they are counted over."""
    title = _("Use, as the applications count it", language)
    if rows.empty:
        said = _("No usage has been delivered for this municipality; tickets and trainings stand for it.", language)
        return titled(title, under, html.P(said))
    cells = {
        (row["service_id"], row["month"]): _use_cell(row["active_users"], row["transactions"], language)
        for row in rows.to_dict("records")
    }
    services = sorted(rows["service_id"].unique(), key=order_of)
    table = {_("Application", language): [words.label("service", one, language) for one in services]}
    for month in sorted(rows["month"].unique()):
        table[formats.month(month, language)] = [cells.get((service, month), "–") for service in services]
    notes = [reason(language)] if rows["withheld"].any() else []
    if members > 1:
        notes.append(_("Counted over all {count} members of the joint office.", language, count=members))
    said = _("active users / business transactions in the month", language)
    return titled(title, f"{said} · {under}", figure_table(pd.DataFrame(table), title), " · ".join(notes))


def _use_cell(users: object, transactions: object, language: str) -> str:
    """`15 / 1 839`; `3 / withheld` where so few did the work."""
    if formats.missing(users):
        return _("withheld", language)
    said = (
        _("withheld", language) if formats.missing(transactions) else formats.number(float(str(transactions)), language)
    )
    return f"{formats.number(float(str(users)), language)} / {said}"


def contract_tables(contracts: pd.DataFrame, services: pd.DataFrame, under: str, language: str) -> Component:
    """Joining and service contracts, and the applications contracted."""
    title = _("Contracts", language)
    if contracts.empty and services.empty:
        return titled(title, under, html.P(_("No joining or service contract is known.", language)))
    kinds = pd.DataFrame(
        {
            _("Contract", language): contracts["contract_id"],
            _("Kind of contract", language): [
                words.label("contract_kind", one, language) for one in contracts["contract_kind"]
            ],
            _("Type of joining", language): [
                "–" if formats.missing(one) else words.label("joining_type", one, language)
                for one in contracts["joining_type"]
            ],
            _("Signed", language): [day_text(one, language) for one in contracts["signed_on"]],
            _("In force from", language): [day_text(one, language) for one in contracts["valid_from"]],
            _("In force to", language): [
                _("no end", language) if formats.missing(one) else day_text(one, language)
                for one in contracts["valid_to"]
            ],
        }
    )
    days = {
        "contracted_on": _("Contracted", language), "provisioned_on": _("Provisioned", language),
        "live_on": _("Live since", language), "ended_on": _("Ended", language),
    }  # fmt: skip
    shown = {_("Application", language): [words.label("service", one, language) for one in services["service_id"]]}
    shown |= {head: [day_text(one, language) for one in services[name]] for name, head in days.items()}
    parts = [figure_table(kinds, title, 6)] if len(contracts) else []
    if len(services):
        parts.append(figure_table(pd.DataFrame(shown), _("Applications contracted", language), 5))
    return titled(title, under, parts)


def money_table(rows: pd.DataFrame, under: str, language: str) -> Component:
    """Ledger lines booked to the municipality alone."""
    title = _("Booked by the ledger to this municipality alone", language)
    if rows.empty:
        said = html.P(_("The ledger books nothing to this municipality by itself.", language))
        return titled(title, under, said)
    shown = pd.DataFrame(
        {
            _("Side", language): [words.label("side", one, language) for one in rows["side"]],
            _("Account group", language): [
                words.label("account_group", one, language) for one in rows["account_group"]
            ],
            _("Appropriated", language): [formats.money(one, language) for one in rows["appropriated_huf"]],
            _("Committed", language): [formats.money(one, language) for one in rows["committed_huf"]],
            _("Spent", language): [formats.money(one, language) for one in rows["spent_huf"]],
        }
    )
    return titled(title, under, figure_table(shown, title, 2))
