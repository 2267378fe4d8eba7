"""Fingerprints of allocated months: of what a month was made, and which drivers there were when it was."""

import hashlib

import pandas as pd

from data.cost.allocating import LINE
from data.cost.drivers import MEASURED
from data.cost.plan import Plan
from data.cost.weights import Drivers

APART = "; "


def made_of(lines: pd.DataFrame, plan: Plan) -> str:
    """Of a month's ledger lines and the plan it goes by."""
    text = lines[[*LINE, "spent_huf"]].to_csv(index=False) + plan.mark
    return hashlib.sha256(text.encode()).hexdigest()


def marked(text: str, drivers: Drivers) -> str:
    """The fingerprint of a month made of `text` with drivers: names those that there was something of."""
    return text + APART + " ".join(name for name in MEASURED if len(drivers.frames.get(name, ())))


def is_made_of(mark: str, text: str) -> bool:
    """Whether a fingerprint is of this ledger and plan, whatever the drivers."""
    return mark.partition(APART)[0] == text


def lacking(mark: str) -> set[str]:
    """The drivers that there was nothing of."""
    there = mark.partition(APART)[2].split()
    return {name for name in MEASURED if name not in there}
