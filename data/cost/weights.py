"""What costs are shared out by: the weights of each step's targets, summed once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.cost.plan import Method, Step
from data.schema import UNKNOWN_MUNICIPALITY

NONE = pd.DataFrame({"service_id": [], "municipality_id": [], "weight": []})


@dataclass(frozen=True)
class Drivers:
    """What is shared by. Each method's frame: service_id, municipality_id, weight (whole, 0 or more); several rows of a
    pair are summed. A method without a frame has nothing to share by. kinds: service_id -> application or component."""

    frames: Mapping[Method, pd.DataFrame]
    kinds: Mapping[str, str]


@dataclass(frozen=True)
class Weighed:
    """Targets and their weights (1 or more), in the order that decides between equal remainders: by code."""

    names: NDArray[np.str_]
    weights: NDArray[np.int64]


class Weights:
    """Weights of the targets of steps, by drivers."""

    def __init__(self, drivers: Drivers) -> None:
        self._drivers = drivers
        self._known: dict[tuple[str, Method, str], Weighed] = {}

    def of_services(self, step: Step, method: Method) -> Weighed:
        """The services of the kind that the step goes to."""
        return self._kept((step.id, method, ""), lambda: self._services(step, method))

    def of_municipalities(self, step: Step, method: Method, service_id: str) -> Weighed:
        """The municipalities that an application is shared out to."""
        return self._kept((step.id, method, service_id), lambda: self._municipalities(step, method, service_id))

    def _kept(self, key: tuple[str, Method, str], make: "Callable[[], pd.Series[int]]") -> Weighed:
        if key not in self._known:
            found = make().sort_index()
            found = found[found != 0]
            self._known[key] = Weighed(found.index.to_numpy(dtype=str), found.to_numpy().astype(np.int64))
        return self._known[key]

    def _services(self, step: Step, method: Method) -> "pd.Series[int]":
        names = [name for name, kind in self._drivers.kinds.items() if kind == step.to]
        if method == "fixed":
            return pd.Series({name: step.shares.get(name, 0) for name in names}, dtype="int64")
        if method == "even":
            return pd.Series(1, index=names, dtype="int64")
        return self._rows(method).groupby("service_id")["weight"].sum().reindex(names, fill_value=0)

    def _municipalities(self, step: Step, method: Method, service_id: str) -> "pd.Series[int]":
        if method == "fixed":
            return pd.Series(dict(step.shares), dtype="int64").drop(UNKNOWN_MUNICIPALITY, errors="ignore")
        rows = self._rows("municipalities" if method == "even" else method)
        mine = rows[(rows["service_id"] == service_id) & (rows["municipality_id"] != UNKNOWN_MUNICIPALITY)]
        found = mine.groupby("municipality_id")["weight"].sum()
        return (found > 0).astype("int64") if method == "even" else found

    def _rows(self, method: Method) -> pd.DataFrame:
        return self._drivers.frames.get(method, NONE)
