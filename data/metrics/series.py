"""Many metrics at once, by month: what control charts, the scorecard and the responsibility matrix are made of."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection

from data.metrics.cells import cells
from data.metrics.measure import cut_names, of_facts
from data.metrics.metric import Metric
from data.selection import Selection


def series(
    connection: Connection, metrics: Sequence[Metric], selection: Selection, by: Sequence[str] = ("month",)
) -> dict[str, pd.DataFrame]:
    """What measure() says of each metric, by id; all that monthly cells answer in one query. Raises UnknownCut."""
    names = {metric.id: cut_names(metric, by) for metric in metrics}
    cuts = next(iter(names.values()), [])
    made = cells(connection, metrics, selection, cuts)
    return {
        metric.id: made[metric.id] if metric.id in made else of_facts(connection, metric, selection, cuts)
        for metric in metrics
    }
