"""Office exports as delimited text: dates, keys of people, and the defects that go with them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.demo.defects import Spoiler, spoil, tear
from etl.demo.delivery import Delivery, Put
from etl.demo.files import delimited, gzipped, recoded
from etl.demo.plan import Plan

BROKEN = 0.0004  # share of rows, of each kind of defect
WORTH_SPOILING = 200  # rows from which on every kind of defect is there at least once


@dataclass(frozen=True)
class Office:
    """How an office saves its tables: source in sources.toml, delimiter, encoding, byte order mark."""

    source: str
    delimiter: str = ","
    encoding: str = "utf-8"
    mark: bytes = b""


def write_table(
    delivery: Delivery, plan: Plan, office: Office, relative: str, table: pa.Table, spoilers: Mapping[Spoiler, float]
) -> None:
    """Writes a table as its office would, with some rows spoilt and some repeated, and counts them; packed as .gz."""
    rng = plan.rng("defects", relative)
    least = int(table.num_rows > WORTH_SPOILING)
    spoilt = spoil(table, np.arange(table.num_rows), spoilers, rng, at_least=least)
    content = tear(delimited(spoilt.table, office.delimiter), spoilt.torn)
    content = office.mark + recoded(content, office.encoding)
    delivery.write(relative, gzipped(content) if relative.endswith(".gz") else content)
    put = Put(spoilt.table.num_rows, duplicate=spoilt.copies, defective=len(spoilt.defective), torn=len(spoilt.torn))
    delivery.count(office.source, put)
    delivery.spoilt(office.source, relative, (spoilt.defective + 2).tolist())


def people(numbers: pd.Series) -> pa.Array:
    """Keys of people: U0012345."""
    return pa.array([f"U{number:07d}" for number in numbers], pa.string())


def iso_days(days: pd.Series) -> pd.Series:
    """2026-03-31"""
    return days.dt.strftime("%Y-%m-%d")


def dotted_days(days: pd.Series) -> pd.Series:
    """2026.03.31."""
    return days.dt.strftime("%Y.%m.%d.")
