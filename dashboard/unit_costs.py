"""Unit costs as the page reads them: nominal and constant forints, numerator over denominator, what changed and why."""

from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import pandas as pd

from dashboard import formats
from dashboard.answers import Answer, answers
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.comparison.disclosure import WITHHELD
from data.cost.prices import Prices, constant, prices
from data.cost.unit_change import Split, split

PER = {
    "municipality_cost_huf": (N_("municipality-months"), 1),
    "inhabitant_cost_huf": (N_("thousand inhabitant-months"), 1000),
    "user_cost_huf": (N_("active user-months"), 1),
    "transaction_cost_huf": (N_("transactions"), 1),
    "ticket_cost_huf": (N_("resolved tickets"), 1),
    "certificate_cost_huf": (N_("new certificates"), 1),
}
"""Figures of the page: what their cost is divided by, and what numerator and denominator are told in units of."""


Member = tuple[str, ...]
OVER = "month"


@dataclass(frozen=True)
class Unit:
    """One unit cost: sums of the period, the same in constant forints, and whether part of it stayed nominal."""

    cost: int
    volume: int
    constant_cost: float
    is_partly_nominal: bool

    @property
    def value(self) -> float | None:
        return self.cost / self.volume if self.volume else None

    @property
    def constant(self) -> float | None:
        return self.constant_cost / self.volume if self.volume else None


def present_prices() -> Prices:
    """The prices that constant forints are told in."""
    return answers().read("prices", prices)


def units_of(answer: Answer) -> dict[Member, Unit]:
    """The unit cost of each member of the cuts of an answer beside the month, () for the whole; withheld ones left out.
    Costs and volumes of months add up: a municipality or user counts once a month."""
    frame, cuts = answer.frame, [name for name in answer.by if name != OVER]
    if WITHHELD in frame:
        frame = frame[~frame[WITHHELD].astype(bool)]
    if frame.empty:
        return {}
    whole = constant(frame, present_prices(), OVER).assign(nominal=frame["numerator"])
    keys = pd.Series(list(zip(*(whole[name].astype(str) for name in cuts), strict=True)) or [()] * len(whole))
    return {
        cast("Member", member): Unit(
            int(rows["nominal"].sum()), int(rows["denominator"].sum()), float(rows["numerator"].sum()),
            bool(rows["is_nominal"].any()),
        )
        for member, rows in whole.groupby(keys.to_numpy())
    }  # fmt: skip


def comparable(now: Answer, before: Answer) -> bool:
    """Whether both periods have as many months with a volume: else cost and volume of the two are no like for like."""
    months = [set(one.frame.loc[one.frame["denominator"].fillna(0) > 0, OVER]) for one in (now, before)]
    return len(months[0]) == len(months[1]) > 0


def priced(answer: Answer, over: str, is_constant: bool) -> pd.DataFrame:
    """The frame of an answer in nominal or constant forints."""
    return constant(answer.frame, present_prices(), over) if is_constant and len(answer.frame) else answer.frame


def change(before: Unit | None, after: Unit) -> Split | None:
    """Nominal change, split into cost and volume."""
    return None if before is None else split((before.cost, before.volume), (after.cost, after.volume))


def made_of(unit: Unit, metric: str, language: str) -> str:
    """`= 3 646 891 657 Ft ÷ 123 470 aktív felhasználói hónap`."""
    words, scale = PER[metric]
    volume = formats.number(unit.volume / scale, language, 0 if scale == 1 else 1)
    return f"= {formats.money(unit.cost / scale, language)} ÷ {volume}{formats.SPACE}{_(words, language)}"


def unit_money(value: float | Fraction | None, language: str, *, signed: bool = False) -> str:
    """Forints per unit: whole ones, with one decimal below a hundred."""
    if value is None:
        return formats.NOT_AVAILABLE[language]
    number = float(value)
    said = formats.number(number, language, 0 if abs(number) >= 100 else 1)
    plus = "+" if signed and number > 0 else ""
    return f"{plus}{said}{formats.SPACE}Ft" if language == "hu" else f"HUF{formats.SPACE}{plus}{said}"


def prices_note(language: str) -> str:
    """What constant forints are, which years are not deflated, and the source of the index."""
    found = present_prices()
    if found.base is None:
        return _("There is no price index: all amounts are nominal.", language)
    said = _(
        "Constant forints: amounts in the prices of {year}, by the consumer price index. Years without an index "
        "(after {year}) are not deflated: they stay nominal and are marked with *.",
        language, year=found.base,
    )  # fmt: skip
    return f"{said} {_('Source of the index: {source}.', language, source='; '.join(found.sources))}"
