"""The way to a figure's own page, the reader's query kept."""

from dash import dcc

from dashboard import words
from dashboard.components.chips import kept_query, with_query
from dashboard.drill import OWN_KEYS
from data.metrics.metric import Metric


def kpi_href(metric: str) -> str:
    """The address of a metric's page, with the selection of the page that asks."""
    kept = {key: value for key, value in kept_query().items() if key not in OWN_KEYS}
    return with_query(f"/kpi/{metric}", kept)


def kpi_link(metric: Metric, language: str) -> dcc.Link:
    """A metric's name as a link to its page."""
    return dcc.Link(words.metric_name(metric, language), href=kpi_href(metric.id))
