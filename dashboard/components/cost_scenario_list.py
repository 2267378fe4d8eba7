"""The list of saved scenarios: those in use, and apart from them those put aside."""

from collections.abc import Sequence

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.components import states
from dashboard.components.cost_scenario_read import plan_of
from dashboard.components.cost_scenario_result import href
from dashboard.components.cost_scenario_words import change_said
from dashboard.components.titled import figure_table
from dashboard.locale import translate as _
from dashboard.record.scenarios import Saved, current
from dashboard.tabulate import LINKS


def listed(found: Sequence[Saved], language: str) -> Component:
    """Scenarios in use, then those put aside, folded."""
    used, aside = current(found), current(found, aside=True)
    if not used:
        shown: Component = states.empty(
            language, _("No scenario has been saved yet.", language), _("Make one with the form below.", language)
        )
    else:
        shown = html.Div(_table(used, _("Saved scenarios", language), language), className="chart-card")
    if not aside:
        return shown
    title = _("Put aside ({count})", language, count=len(aside))
    folded = html.Details([html.Summary(title), _table(aside, title, language)], className="chart-card")
    return html.Div([shown, folded], className="card-stack")


def _table(found: Sequence[Saved], caption: str, language: str) -> Component:
    rows = pd.DataFrame(
        {
            _("Name of the scenario", language): [one.name for one in found],
            _("Changes", language): [
                "; ".join(change_said(change, language, plan_of(one.base_month)) for change in one.changes)
                for one in found
            ],
            _("Last month of the base", language): [formats.month(one.base_month, language) for one in found],
            _("Recorded by", language): [f"{one.author_name}, {one.author_role}" for one in found],
            _("Recorded on", language): [formats.moment(one.created_at, language) for one in found],
            _("Revision", language): [str(one.place) for one in found],
        }
    )
    rows.attrs[LINKS] = [href(one.number) for one in found]
    return figure_table(rows, caption, len(rows.columns))
