"""Both ways along an allocation: from a municipality's share to the ledger lines, and from a line to whom it went.

What is stored (cost_line) tells how much of each line came to which application by which steps; the last step is
counted again, by the drivers that the month was allocated with. So what is told here adds up to what is stored.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, Select, select

from data.cost.apportion import apportion
from data.cost.drivers import drivers
from data.cost.plan import Method, Plan
from data.cost.plans import plan_named
from data.cost.weights import Weighed, Weights
from data.metrics.metric import Current
from data.schema import UNKNOWN_MUNICIPALITY, cost_line, cost_month

OF_MUNICIPALITY = (
    "source", "line_id", "actor_id", "service_id", "account_id", "function_id", "application_id", "path", "method",
    "weight", "total_weight", "line_huf", "part_huf", "share_huf",
)  # fmt: skip
OF_LINE = ("month", "application_id", "path", "is_placed", "municipality_id", "amount_huf")
ORDER = (cost_line.c.source, cost_line.c.line_id, cost_line.c.municipality_id, cost_line.c.application_id,
         cost_line.c.path)  # fmt: skip


def trace_municipality(
    connection: Connection, month: date, municipality_id: str, as_of: int | None = None
) -> pd.DataFrame:
    """The ledger lines behind what a municipality is charged for a month (its first day); none give no rows.

    One row per ledger line, application and path: OF_MUNICIPALITY. line_huf: the line's performance; part_huf: what of
    it came to the application; share_huf: what of that the municipality is charged (never 0), weight of total_weight
    by method. Σ share_huf by application is cost_share. UNKNOWN_MUNICIPALITY gives what could not be shared out:
    method blank, weights missing.
    """
    lines = connection.execute(_lines(as_of).where(cost_line.c.month == month)).all()
    allocation = _Allocation(connection, month, as_of)
    whole = _line_sums(lines)
    rows = []
    for line in lines:
        targets, parts = allocation.parts(line)
        at = np.flatnonzero(targets.names == municipality_id)
        if not len(at) or not parts[at[0]]:
            continue
        weighed = (int(targets.weights[at[0]]), int(targets.weights.sum())) if line.is_placed else (None, None)
        rows.append({
            **{name: getattr(line, name) for name in OF_MUNICIPALITY[:8]}, "method": _last(line.path)[1],
            "weight": weighed[0], "total_weight": weighed[1], "line_huf": whole[_key(line)],
            "part_huf": line.amount_huf, "share_huf": int(parts[at[0]]),
        })  # fmt: skip
    found = pd.DataFrame(rows, columns=list(OF_MUNICIPALITY))
    whole_numbers = {"weight": "Int64", "total_weight": "Int64"}
    return found.astype(whole_numbers | dict.fromkeys(("line_huf", "part_huf", "share_huf"), "int64"))


def trace_line(connection: Connection, source: str, line_id: str, as_of: int | None = None) -> pd.DataFrame:
    """Whom a ledger line was charged to: OF_LINE, one row per application, path and municipality; none give no rows.

    UNKNOWN_MUNICIPALITY (is_placed false): what could not be shared out. Σ amount_huf is the line's performance.
    """
    asked = _lines(as_of).where(cost_line.c.source == source, cost_line.c.line_id == line_id)
    months: dict[date, _Allocation] = {}
    frames = []
    for line in connection.execute(asked):
        if line.month not in months:
            months[line.month] = _Allocation(connection, line.month, as_of)
        targets, parts = months[line.month].parts(line)
        charged = parts != 0
        whom = targets.names[charged].astype(object)
        given = {name: getattr(line, name) for name in OF_LINE[:4]}
        frames.append(pd.DataFrame({"municipality_id": whom, "amount_huf": parts[charged]}).assign(**given))
    if not frames:
        return pd.DataFrame(columns=list(OF_LINE)).astype({"amount_huf": "int64"})
    return pd.concat(frames, ignore_index=True)[list(OF_LINE)].astype({"amount_huf": "int64", "is_placed": bool})


class _Allocation:
    """How a month was allocated: its plan, and the drivers of the run it was made from; read when first needed."""

    def __init__(self, connection: Connection, month: date, as_of: int | None) -> None:
        self._connection = connection
        self._month = month
        head = select(cost_month.c.plan_version, cost_month.c.loaded_run)
        self._head = connection.execute(head.where(Current(as_of)(cost_month), cost_month.c.month == month)).first()
        self._read: tuple[Plan, Weights] | None = None

    def parts(self, line: Row[Any]) -> tuple[Weighed, NDArray[np.int64]]:
        """Whom the part of a line went to, and how much to each."""
        step_id, method = _last(line.path)
        if not line.is_placed or method == "direct":
            alone = line.municipality_id if line.is_placed else UNKNOWN_MUNICIPALITY
            return Weighed(np.array([alone]), np.array([1])), np.array([line.amount_huf], dtype=np.int64)
        plan, weights = self._known()
        step = next(step for step in plan.steps if step.id == step_id)
        targets = weights.of_municipalities(step, method, line.application_id)
        parts = apportion(line.amount_huf, targets.weights)
        assert parts is not None, f"{self._month:%Y-%m}: the drivers it was allocated by are gone"
        return targets, parts

    def _known(self) -> tuple[Plan, Weights]:
        if self._read is None:
            assert self._head is not None, f"{self._month:%Y-%m}: lines without their month"
            version, run = self._head
            plan = plan_named(self._connection, version)
            assert plan is not None, f"{self._month:%Y-%m}: its plan {version} is gone"
            found = drivers(self._connection, self._month, plan.window_months, run)
            self._read = plan, Weights(found)
        return self._read


def _lines(as_of: int | None) -> Select[Any]:
    return select(cost_line).where(Current(as_of)(cost_line)).order_by(*ORDER)


def _key(line: Row[Any]) -> tuple[str, str, str]:
    return line.municipality_id, line.source, line.line_id


def _line_sums(lines: Sequence[Row[Any]]) -> dict[tuple[str, str, str], int]:
    sums: dict[tuple[str, str, str], int] = {}
    for line in lines:
        sums[_key(line)] = sums.get(_key(line), 0) + line.amount_huf
    return sums


def _last(path: str) -> tuple[str, Method]:
    """The last step of a path and its method; blanks of an empty one."""
    step, _, method = path.rpartition(" ")[2].partition(":")
    return step, cast("Method", method)
