"""Which areas differ from the whole by more than their size lets expect, by the limits of a funnel plot."""

import numpy as np
import pandas as pd

from data.boundaries.figures import MapFigure
from data.comparison.dispersion import LEAST_UNITS
from data.comparison.funnel import Kind, funnel


def kind_of(figure: MapFigure) -> Kind | None:
    """The kind of funnel that suits a figure; None where no direction can be told from chance."""
    if figure.kind == "joining":
        return None
    return "rate" if figure.kind == "per_1000" else "proportion" if figure.unit == "rate" else None


def sides(frame: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    """code and side of each area that has a value: -2 and 2 beyond the limits of 99.8 per cent, -1 and 1 beyond those
    of 95, 0 within. frame: code, numerator, denominator; withheld areas have none. Fewer than LEAST_UNITS give none.
    """
    known = frame[frame["value"].notna() & (frame["denominator"] > 0)]
    if len(known) < LEAST_UNITS:
        return pd.DataFrame({"code": pd.Series(dtype="object"), "side": pd.Series(dtype="float64")})
    counted = known[["code"]].assign(
        numerator=known["numerator"].astype("float64"), denominator=known["denominator"].astype("float64")
    )
    judged = funnel(counted, kind).frame
    value = judged["value"]
    side = np.select(
        [value < judged["lower_998"], value > judged["upper_998"], value < judged["lower_95"],
         value > judged["upper_95"]],
        [-2.0, 2.0, -1.0, 1.0],
    )  # fmt: skip
    return pd.DataFrame({"code": judged["code"], "side": side})
