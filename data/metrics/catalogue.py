"""Every metric, by its id."""

from data.errors import UnknownMetric
from data.metrics import (
    adoption,
    availability,
    budget,
    change,
    continuity,
    contracts,
    cost,
    data_quality,
    demand,
    incident,
    problem,
    security,
    service_desk,
    training,
    usage,
)
from data.metrics.metric import Metric

MODULES = (
    service_desk,
    incident,
    problem,
    change,
    availability,
    demand,
    security,
    continuity,
    training,
    adoption,
    usage,
    contracts,
    budget,
    cost,
    data_quality,
)
METRICS: dict[str, Metric] = {
    metric.id: metric for module in MODULES for metric in vars(module).values() if isinstance(metric, Metric)
}


def metric(name: str) -> Metric:
    """The metric of that id, or of that code of the KPI catalogue (IN01). Raises UnknownMetric."""
    found = METRICS.get(name) or next((one for one in METRICS.values() if one.code.lower() == name.lower()), None)
    if found is None:
        raise UnknownMetric(f"There is no metric {name!r}. `asp-data metrics` lists them.")
    return found
