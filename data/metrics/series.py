"""Many metrics at once, by month: what control charts, the scorecard and the responsibility matrix are made of."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection

from data.metrics.measure import measure
from data.metrics.metric import Metric
from data.selection import Selection


def series(
    connection: Connection, metrics: Sequence[Metric], selection: Selection, by: Sequence[str] = ("month",)
) -> dict[str, pd.DataFrame]:
    """What measure() says of each metric, by id; all read together where they can be. Raises UnknownCut."""
    return {metric.id: measure(connection, metric, selection, by) for metric in metrics}
