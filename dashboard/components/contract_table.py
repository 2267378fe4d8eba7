"""Contracts that are about to end, as a table: whose, what for, how much, how long."""

import pandas as pd
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.answers import Ask, answers
from dashboard.components import states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.freshness import footnote
from dashboard.components.titled import figure_table, titled
from dashboard.figures.amounts import amount_scale
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import latest
from dashboard.subtitles import on_the_day

EXPIRING = "expiring_contract_count"


def expiring_contracts(id: str, title: str) -> Block:
    """Declare the table of contracts in force that end within 180 days and whose renewal has not begun."""

    def show(answered: Answered, look: Look) -> Component:
        rows = answers().origin(Ask(EXPIRING), answered[0].selection, limit=100).rows
        foot = footnote(answered, look.language)
        if rows.empty:
            none = _("No contract ends within 180 days without a renewal begun.", look.language)
            return titled(_(title, look.language), "", states.empty(look.language, none, " "), foot)
        table = figure_table(contract_frame(rows, answered, look), _(title, look.language), text_columns=3)
        return titled(_(title, look.language), on_the_day(answered, look), table, foot)

    return block(id, Ask(EXPIRING, change=latest), show=show, height=150, class_name="chart-card")


def contract_frame(rows: pd.DataFrame, answered: Answered, look: Look) -> pd.DataFrame:
    """Ready text of each contract, the one that ends first on top. rows: of fact_contract."""
    language = look.language
    on = answered[0].selection.last
    rows = rows.assign(ends=pd.to_datetime(rows["valid_to"])).sort_values("ends")
    left = [(end.date() - on).days if on else None for end in rows["ends"]]
    scale = amount_scale(rows["value_huf"])
    return pd.DataFrame(
        {
            _("Contract", language): [str(one) for one in rows["contract_id"]],
            _("Application or component", language): [
                words.label("service", one, language) for one in rows["service_id"]
            ],
            _("Supplier", language): ["" if formats.missing(one) else str(one) for one in rows["supplier"]],
            _("Value", language): [formats.money_short(one, language, scale) for one in rows["value_huf"]],
            _("In force until", language): [formats.day(end.date(), language) for end in rows["ends"]],
            _("Days left", language): [formats.number(days, language) for days in left],
        }
    )
