"""Allocates the lines of a month, and writes what came out as rows. (When months are allocated: refreshing.py.)"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.cost.run import Allocated, Pool
from data.schema import UNKNOWN_MUNICIPALITY

LINE = (
    "municipality_id", "source", "line_id", "month", "actor_id", "service_id", "account_id", "function_id", "nature",
)  # fmt: skip
PART = ("key", "application_id", "path", "is_placed", "amount_huf")
SHARE = ("municipality_id", "application_id", "amount_huf")


@dataclass(frozen=True)
class Made:
    """Tables of one month: lines as cost_line, shares as cost_share, without their runs."""

    lines: pd.DataFrame
    shares: pd.DataFrame


def as_ledger(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines as expenditure() gives them, as run() takes them: what is allocated is performance."""
    return lines.assign(amount=lines["spent_huf"]).reset_index(drop=True)


def tables(done: Allocated, lines: pd.DataFrame) -> Made:
    """What was allocated as rows: parts of lines by application and path, and sums by municipality and application."""
    parts = [(*_part(share.pool), True, share.pool.amount) for share in done.shared]
    parts += [(*_part(pool), False, pool.amount) for pool in done.left]
    found = pd.DataFrame(parts, columns=list(PART)).astype({"amount_huf": "int64", "is_placed": bool})
    whole = found.merge(lines[list(LINE)], left_on="key", right_index=True).drop(columns="key")
    month = lines["month"].iloc[0] if len(lines) else None
    return Made(whole, _summed(done).assign(month=month))


def _part(pool: Pool) -> tuple[int, str, str]:
    return pool.key, pool.service_id, " ".join(f"{step}:{method}" for step, method in pool.path)


def _summed(done: Allocated) -> pd.DataFrame:
    """Sums by municipality and application. Amounts over the same list of municipalities are added up as they are."""
    sums: dict[tuple[str, int], tuple[NDArray[np.str_], NDArray[np.int64]]] = {}
    for share in done.shared:
        key = (share.pool.service_id, id(share.municipalities))
        before = sums.get(key)
        sums[key] = (share.municipalities, share.amounts if before is None else before[1] + share.amounts)
    frames = [_frame(names, application, amounts) for (application, _), (names, amounts) in sums.items()]
    left = [(UNKNOWN_MUNICIPALITY, pool.service_id, pool.amount) for pool in done.left]
    frames.append(pd.DataFrame(left, columns=list(SHARE)))
    rows = pd.concat(frames).astype({"amount_huf": "int64"})
    return rows.groupby(list(SHARE[:2]))["amount_huf"].sum().reset_index()


def _frame(names: NDArray[np.str_], application: str, amounts: NDArray[np.int64]) -> pd.DataFrame:
    charged = amounts != 0
    whom = names[charged].astype(object)
    return pd.DataFrame({"municipality_id": whom, "application_id": application, "amount_huf": amounts[charged]})
