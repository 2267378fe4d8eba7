"""Many metrics at once, by month: what control charts, the scorecard and the responsibility matrix are made of."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection

from data.metrics.cells import cells
from data.metrics.measure import cut_names, measure, of_facts
from data.metrics.metric import Metric
from data.selection import Selection


def series(
    connection: Connection, metrics: Sequence[Metric], selection: Selection, by: Sequence[str] = ("month",)
) -> dict[str, pd.DataFrame]:
    """What measure() says of each metric, by id; all that monthly cells answer in one query. Raises UnknownCut."""
    names = {metric.id: cut_names(metric, by) for metric in metrics}
    cuts = next(iter(names.values()), [])
    made = cells(connection, [metric for metric in metrics if metric.people is None], selection, cuts)
    return {
        metric.id: made[metric.id] if metric.id in made else _alone(connection, metric, selection, cuts)
        for metric in metrics
    }


def _alone(connection: Connection, metric: Metric, selection: Selection, by: Sequence[str]) -> pd.DataFrame:
    """What cells did not answer; or a figure about people, whose cells alone do not say what is withheld."""
    return (of_facts if metric.people is None else measure)(connection, metric, selection, by)
