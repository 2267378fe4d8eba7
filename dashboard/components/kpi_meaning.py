"""What a figure means and is made of: definition, formula in words, numerator and denominator period by period."""

from dash import html
from dash.development.base_component import Component

from dashboard import words
from dashboard.answers import Ask
from dashboard.components import states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.definition import definition_pairs
from dashboard.components.tables import definition_list
from dashboard.components.titled import figure_table, titled
from dashboard.control_twin import figures_twin
from dashboard.judged import can_be_judged, signal_of
from dashboard.kpi_periods import asked_of, charted_of
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.tabulate import LINKS, links_of
from data.metrics.metric import Metric

MEANING, FIGURES = N_("What does it mean?"), N_("Numerator and denominator")


def kpi_definition(metric: Metric) -> Block:
    """Declare definition, formula, unit, direction, target, process and code."""

    judged = can_be_judged(metric)

    def show(answered: Answered, look: Look) -> Component:
        language = look.language
        aimed = signal_of(metric.id, answered[0].selection).metric if judged else metric
        inside = [
            html.P(words.metric_definition(metric, language)),
            definition_list(definition_pairs(answered[0], aimed, language)),
        ]
        return titled(_(MEANING, language), "", html.Div(inside, className="definition"))

    ask = Ask(metric.id, ("month",), charted_of(metric.id)) if judged else Ask(metric.id, (), asked_of(metric.id))
    return block(f"kpi-{metric.id}-definition", ask, show=show, height=320, class_name="chart-card")


def kpi_figures(metric: Metric) -> Block:
    """Declare the table of what each value is made of, newest first."""
    over = next((one for one in ("month", "quarter", "year") if one in metric.cut_by), None)
    ask = Ask(metric.id, (over,) if over else (), charted_of(metric.id) if over else asked_of(metric.id))

    def show(answered: Answered, look: Look) -> Component:
        answer, language = answered[0], look.language
        frame = answer.frame
        if can_be_judged(metric):
            points = signal_of(metric.id, answer.selection).chart.points
            frame = points.rename(columns={"period": "month"}) if len(points) else frame
        title = _(FIGURES if metric.is_share else N_("Figures by period"), language)
        if frame.empty:
            return titled(title, "", states.empty(language))
        shown = figures_twin(frame, metric, language, over)
        if over:
            shown.attrs[LINKS] = links_of(answer, frame.iloc[::-1])
        table = figure_table(shown, title, text_columns=1 if over else 0)
        return titled(title, words.unit_name(metric.unit, language), html.Div(table, className="kpi-figures"))

    return block(f"kpi-{metric.id}-figures", ask, show=show, height=320, class_name="chart-card")
