"""The figures of the map by area: from the stages, from measure(), and per thousand inhabitants."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from data.adoption.places import places, register
from data.adoption.stages import Stages
from data.boundaries.build import KINDS
from data.boundaries.figures import Level, MapFigure
from data.metrics.catalogue import metric
from data.metrics.measure import measure
from data.metrics.period import last_day
from data.selection import Selection

COLUMNS = ("code", "numerator", "denominator", "n", "value", "withheld")
OF_LEVEL = {"municipality": "municipality_id", "district": "district_code", "county": "county"}
PER = 1000
PROXIES = ("ticket", "training")


@dataclass(frozen=True)
class AreaValues:
    """A figure by area, and of all areas together.

    frame: COLUMNS, one row per area of the register in the selection, by code. Value is missing where nothing can be
    counted, or where withheld. n, value: of the whole; missing (None) where nothing is counted.
    on: the day that it holds on; None for what is counted over a period. proxy: some of it is told by tickets and
    trainings only.
    """

    frame: pd.DataFrame
    n: float | None
    value: float | None
    on: date | None = None
    proxy: bool = False


def areas(connection: Connection, selection: Selection, level: Level) -> pd.DataFrame:
    """Areas of a level in the selected counties and municipalities: code, name, county, district, population, lon, lat.

    Only municipalities that have a territory: a county's own government and Budapest as a whole are none.
    """
    place = register(connection)
    place = place[place["kind"].isin(KINDS)]
    for column, chosen in (("county", selection.counties), ("municipality_id", selection.municipalities)):
        if chosen:
            place = place[place[column].isin(chosen)]
    if level == "municipality":
        return place.rename(columns={"municipality_id": "code"})[NAMED].reset_index(drop=True)
    found = place.groupby(OF_LEVEL[level], as_index=False).agg(
        name=(level, "first"), county=("county", "first"), district=("district", "first"),
        population=("population", "sum"), lon=("lon", "mean"), lat=("lat", "mean"),
    )  # fmt: skip
    return found.assign(code=found[OF_LEVEL[level]])[NAMED]


NAMED = ["code", "name", "county", "district", "population", "lon", "lat"]


def area_values(
    connection: Connection, figure: MapFigure, selection: Selection, level: Level, stages: Callable[[], Stages]
) -> AreaValues:
    """A figure by area of a level. stages: gives those of the selection; they are dear, so they are asked once for all
    figures made of them, and not for the others."""
    on = min(filter(None, (selection.last, last_day(connection, None, selection.as_of))), default=None)
    pairs = stages().frame if figure.kind == "stage" else pd.DataFrame()
    match figure.kind:
        case "stage":
            frame, whole = _held(pairs, figure.source, level)
        case "joining":
            frame, whole = _joined(connection, selection, level, on)
        case "per_1000":
            frame, whole = _per_inhabitant(connection, figure.source, selection, level, on)
        case _:
            frame, whole = _measured(connection, figure.source, selection, level)
    known = areas(connection, selection, level)[["code"]]
    frame = known.merge(frame.reindex(columns=COLUMNS), on="code", how="left")
    frame["withheld"] = frame["withheld"].eq(True).fillna(False).astype(bool)
    total = whole.iloc[0] if len(whole) else pd.Series(dtype="float64")
    n, value = _number(total.get("n")), _number(total.get("value"))
    holds = on if figure.kind in ("stage", "joining") else None
    proxy = figure.source == "in_use" and len(pairs) > 0 and bool(pairs["evidence"].isin(PROXIES).any())
    return AreaValues(frame.sort_values("code", ignore_index=True), n, value, holds, proxy)


def _held(pairs: pd.DataFrame, stage: str, level: Level) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Share of the pairs of municipality and application in scope for which a stage holds."""
    if pairs.empty:
        return pd.DataFrame(columns=COLUMNS), pd.DataFrame(columns=COLUMNS)
    return _shares(pairs.assign(holds=pairs[stage]), OF_LEVEL[level])


def _joined(
    connection: Connection, selection: Selection, level: Level, on: date | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Share of the joined municipalities that joined by interface."""
    if on is None:
        return pd.DataFrame(columns=COLUMNS), pd.DataFrame(columns=COLUMNS)
    joined = places(connection, selection, on)
    joined = joined[joined["kind"].isin(KINDS) & joined["joining_type"].isin(("system", "interface"))]
    return _shares(joined.assign(holds=joined["joining_type"] == "interface"), OF_LEVEL[level])


def _shares(rows: pd.DataFrame, column: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of rows with a column holds (bool): by area, and of all."""
    counted = rows.groupby(column)["holds"].agg(numerator="sum", denominator="count").rename_axis("code").reset_index()
    whole = pd.DataFrame([{"numerator": rows["holds"].sum(), "denominator": len(rows)}])
    return _divided(counted), _divided(whole)


def _per_inhabitant(
    connection: Connection, name: str, selection: Selection, level: Level, on: date | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A count per thousand inhabitants of the joined municipalities selected; none reported is a count of zero."""
    if on is None:
        return pd.DataFrame(columns=COLUMNS), pd.DataFrame(columns=COLUMNS)
    counts = measure(connection, metric(name), selection, ["municipality"]).set_index("municipality")["numerator"]
    joined = places(connection, selection, on)
    joined = joined[joined["population"].fillna(0) > 0]
    rows = joined.assign(count=joined["municipality_id"].map(counts).fillna(0).astype("int64"))
    found = rows.groupby(OF_LEVEL[level]).agg(numerator=("count", "sum"), denominator=("population", "sum"))
    whole = pd.DataFrame([{"numerator": rows["count"].sum(), "denominator": rows["population"].sum()}])
    return _divided(found.reset_index(names="code"), PER), _divided(whole, PER)


def _measured(
    connection: Connection, name: str, selection: Selection, level: Level
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """As the catalogue measures it; what is of no known place is in the whole only."""
    found = measure(connection, metric(name), selection, [level]).rename(columns={level: "code"})
    if level == "district":
        place = areas(connection, Selection(), "district")
        found["code"] = found["code"].map(dict(zip(place["district"], place["code"], strict=True)))
    return found, measure(connection, metric(name), selection)


def _divided(rows: pd.DataFrame, factor: int = 1) -> pd.DataFrame:
    denominator = rows["denominator"].astype("float64")
    value = factor * rows["numerator"].astype("float64") / denominator.where(denominator > 0)
    return rows.assign(n=rows["denominator" if factor == 1 else "numerator"], value=value)


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
