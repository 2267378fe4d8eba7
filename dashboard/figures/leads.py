"""What each point of a figure stands for, so that it can be opened: its metric and its members."""

from collections.abc import Sequence
from urllib.parse import urlencode

import pandas as pd

from dashboard import formats
from data.metrics.metric import Metric


def leads(frame: pd.DataFrame, metric: Metric, cuts: Sequence[str]) -> list[str]:
    """Of each row `metric=sla_resolution_rate&month=2026-03&service=ADO`: the customdata of a trace.

    frame: as measure() gives it, in the order of the trace's points. Read by dashboard.drill.mark_href.
    """
    members = [frame[cut] for cut in cuts] if len(cuts) else []
    return [
        urlencode({"metric": metric.id} | {cut: _text(value) for cut, value in zip(cuts, row, strict=True)})
        for row in zip(*members, strict=True)
    ]


def _text(member: object) -> str:
    return "" if formats.missing(member) else str(member)
