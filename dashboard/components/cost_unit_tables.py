"""Tables of unit costs: each with what it is made of, nominal and constant, and what changed: cost or volume."""

from collections.abc import Sequence

import pandas as pd

from dashboard import formats, words
from dashboard.answers import Answer
from dashboard.components.kpi_link import kpi_href
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.tabulate import LINKS
from dashboard.unit_costs import (
    OVER,
    Member,
    Unit,
    change,
    comparable,
    made_of,
    present_prices,
    unit_money,
    units_of,
)

LEVELS = {"1": N_("Level 1 (service desk)"), "2": N_("Level 2 (operator)")}
ORDER = ("ADO", "GAZD", "INGKAT", "KERET", "PORTAL", "IRAT", "IPARKER")


def all_table(now: Sequence[Answer], before: Sequence[Answer], language: str) -> pd.DataFrame:
    """A row per unit cost, of the whole selection."""
    rows, links = [], []
    for one, earlier in zip(now, before, strict=True):
        unit = units_of(one).get(())
        name = words.metric_name(one.metric, language)
        rows.append(
            {_("Unit cost", language): name} | _cells(unit, _before(one, earlier).get(()), one.metric.id, language)
        )
        links.append(kpi_href(one.metric.id))
    frame = pd.DataFrame(rows)
    frame.attrs[LINKS] = links
    return frame


def member_table(now: Answer, before: Answer, language: str) -> pd.DataFrame:
    """A row per member of the cuts, in the order of every page (applications) or of their ids; never ranked."""
    cuts = [name for name in now.by if name != OVER]
    found, earlier = units_of(now), _before(now, before)
    rows = []
    for member in sorted(found, key=lambda one: [ORDER.index(name) if name in ORDER else 99 for name in one]):
        if not found[member].cost:  # tickets of components: their cost is with the applications
            continue
        named = {
            words.cut_name(cut, language): unit_label(cut, name, language)
            for cut, name in zip(cuts, member, strict=True)
        }
        rows.append(named | _cells(found[member], earlier.get(member), now.metric.id, language))
    return pd.DataFrame(rows)


def _before(now: Answer, before: Answer) -> dict[Member, Unit]:
    return units_of(before) if comparable(now, before) else {}


def _cells(unit: Unit | None, before: Unit | None, metric: str, language: str) -> dict[str, str]:
    missing = formats.NOT_AVAILABLE[language]
    base = present_prices().base
    nominal, real = _("Nominal", language), _("In prices of {year}", language, year=base or "–")
    parts = change(before, unit) if unit else None
    effects = (parts.total, parts.cost, parts.volume) if parts else (None, None, None)
    shown = [unit_money(one, language, signed=True) for one in effects]
    heads = [_("Change from a year before", language), _("because of cost", language), _("because of volume", language)]
    if unit is None:
        return {nominal: missing, _("made of", language): missing, real: missing, **dict.fromkeys(heads, missing)}
    mark = "*" if unit.is_partly_nominal else ""
    return {
        nominal: unit_money(unit.value, language),
        _("made of", language): made_of(unit, metric, language),
        real: unit_money(unit.constant, language) + mark,
        **dict(zip(heads, shown, strict=True)),
    }


def unit_label(cut: str, name: object, language: str) -> str:
    """A member's name; a level of support as a number of its own says little."""
    if cut == "level" and str(name)[:1] in LEVELS:
        return _(LEVELS[str(name)[:1]], language)
    return words.label(cut, name, language)
