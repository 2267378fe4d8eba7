"""What a figure means, and who answers for it."""

from dash import html

from dashboard import words
from dashboard.answers import Answer, answers
from dashboard.components.kpi_link import kpi_link
from dashboard.components.tables import definition_list
from dashboard.components.tile import target_words
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.metrics.metric import Metric

FORMULAS = {
    "ratio": N_("Sum of the numerators divided by the sum of the denominators, never a mean of ratios."),
    "mean": N_("Sum of the values divided by the number of rows that have one."),
    "sum": N_("Sum of the values of the rows counted in the period."),
    "count": N_("Number of the rows counted in the period."),
    "quantile": N_("The {percent}th percentile of the rows themselves, never of means."),
    "stock": N_("What holds at the end of the period's last day; by month, on the last day of each month."),
}


def definition(answer: Answer, language: str) -> html.Section:
    """Name, definition, formula in words, unit, direction, target, ITIL process and the accountable actor."""
    metric = answer.metric
    return html.Section(
        [
            html.H3(kpi_link(metric, language)),
            html.P(words.metric_definition(metric, language)),
            definition_list(definition_pairs(answer, metric, language)),
        ],
        className="definition",
    )


def definition_pairs(answer: Answer, metric: Metric, language: str) -> dict[str, str]:
    """Formula in words, unit, direction, target, process, who answers, code."""
    service = answer.selection.services[0] if len(answer.selection.services) == 1 else None
    actor = answers().accountable(metric.id, service, answer.selection.last)
    processes = answers().names("process", language)
    return {
        _("How it is computed", language): _(FORMULAS[metric.kind], language, percent=round(metric.quantile * 100)),
        _("Unit", language): words.unit_name(metric.unit, language),
        _("Direction", language): words.label("better", metric.better, language),
        _("Target", language): target_words(metric, language) or _("none set", language),
        _("ITIL process", language): processes.get(metric.process, metric.process),
        _("Accountable", language): actor[f"name_{language}"],
        _("Code and version", language): f"{metric.code} · {metric.id} · {metric.version}",
    }
