"""What training is good for (TR05): how-to tickets after a training less before, against matched untrained ones.

The database is read here; matching and intervals are arithmetic of their own (training_matching, training_interval).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from data.adoption.places import narrowed, places
from data.adoption.training_days import PER, Ints, Users
from data.adoption.training_histories import known_histories
from data.adoption.training_interval import Estimate, Sets, estimate
from data.adoption.training_matching import LEFT_OUT, Matched, match, shuffled
from data.metrics.period import last_day
from data.selection import Selection

ID, CODE, PROCESS = "training_effect_how_to", "TR05", "training_management"
NAME = {"hu": "Az oktatás hatása", "en": "Training effect"}
DEFINITION = {
    "hu": "Használati kérdések száma 100 felhasználóra a kulcsfelhasználó oktatásának elvégzése utáni 60 napban, "
    "levonva belőle az azt megelőző 60 nap számát, mindez a hozzá leginkább hasonló, nem oktatott önkormányzatok "
    "azonos időszaki változásához képest. A negatív érték azt jelenti, hogy az oktatás után kevesebb a kérdés.",
    "en": "How-to tickets per 100 users in the 60 days after a key user completed a training, less those in the 60 "
    "days before, compared with the same change of the most similar municipalities without training. Negative: fewer "
    "questions after the training.",
}
FORMULA = "effect = sum of u × ((after − before) − mean of controls (after − before)) ÷ sum of u; u: users of the event"
FEWEST, FEWEST_TICKETS = 100, 30
"""Where fewer events, or fewer how-to tickets in their windows, stand behind an estimate, it is not judged."""
CHANCE = 0.05
SEED = 20_240_102
COLUMNS = (
    "cut", "member", "basis", "events", "municipalities", "controls", "no_control", "tickets", "before", "after",
    "control_before", "control_after", "effect", "low", "high", "p", "relative", "verdict",
)  # fmt: skip


@dataclass(frozen=True)
class Effect:
    """frame: a row per cut and member, columns COLUMNS. on: last day of tickets, None where nothing is loaded.

    cut: all, service, size_band, shuffled (all, with the trainings given to other municipalities of the cell: no effect
    may be left). basis: users (per 100 enabled users), or municipalities where no source delivers users. events:
    municipality × application trained; controls: municipality × application used as one; tickets: how-to tickets of the
    trained in both windows. before … control_after: how-to tickets of 60 days per 100; effect, low, high: tickets per
    100 and its 95 per cent interval; relative: effect as a part of what was to be expected without training. verdict:
    fewer, more (the interval leaves 0 out and p is at most CHANCE), none, few (less than FEWEST or FEWEST_TICKETS
    behind it).
    completions: of key users, each counted once per municipality, application and day; left_out: those that are no
    event, by reason: soon_after, outside, not_live, no_users, no_control, other_basis.
    """

    on: date | None
    completions: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    frame: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))


@dataclass(frozen=True)
class _Part:
    """The matched events of one application; basis: what its rates are per 100 of; office: of each municipality. The
    histories, some MB each, are not kept: the next application's take their place."""

    service: str
    basis: str
    office: Ints
    real: Matched
    placebo: Matched


def training_effect(connection: Connection, selection: Selection) -> Effect:
    """The effect in all and by application and size band, for trainings that key users completed in the period.

    Selected counties, municipalities, types of joining and size bands narrow the trained ones; controls are sought in
    the whole country. Source: how-to tickets that people opened, trainings, contracts, counts of use.
    """
    end = last_day(connection, "tickets", selection.as_of)
    if end is None:
        return Effect(None)
    everyone = places(connection, Selection(as_of=selection.as_of), end)
    wanted = everyone.index.isin(narrowed(everyone, selection).index)
    parts = []
    for known in known_histories(connection, selection, everyone, end):
        days = known.days(selection.first, selection.last)
        random, users = np.random.default_rng(SEED), Users(known.histories)
        blind = match(shuffled(known.histories, random), wanted, days, users)
        real = match(known.histories, wanted, days, users)
        parts.append(_Part(known.service, known.basis, known.histories.office, real, blind))
    return _told(end, parts, everyone)


def _told(end: date, parts: Sequence[_Part], everyone: pd.DataFrame) -> Effect:
    """One row per cut; the whole is of the applications that are counted per user, where there are any."""
    bases = {part.basis for part in parts if len(part.real.event)}
    basis = "users" if "users" in bases or not bases else "municipalities"
    same = [part for part in parts if part.basis == basis]
    left_out = {reason: sum(part.real.left_out[reason] for part in parts) for reason in LEFT_OUT}
    left_out["other_basis"] = sum(len(part.real.event) for part in parts if part.basis != basis)
    used = sum(len(part.real.event) for part in same)
    bands = everyone["size_band"].to_numpy()
    rows = [_row("all", "", basis, [(part, part.real, None) for part in same])]
    rows += [_row("service", part.service, part.basis, [(part, part.real, None)]) for part in parts]
    for band in sorted({str(bands[one]) for part in same for one in part.real.event}):
        chosen = [(part, part.real, bands[part.real.event] == band) for part in same]
        rows.append(_row("size_band", band, basis, chosen))
    rows.append(_row("shuffled", "", basis, [(part, part.placebo, None) for part in same]))
    frame = pd.DataFrame([row for row in rows if row["events"]], columns=list(COLUMNS)).astype({"no_control": "Int64"})
    return Effect(end, used + sum(left_out.values()), left_out, frame)


def _row(cut: str, member: str, basis: str, chosen: Sequence[tuple[_Part, Matched, Any]]) -> dict[str, Any]:
    """The estimate of some matched events; each with the part it belongs to, and which of its events count."""
    kept = [(part, found, slice(None) if mask is None else mask) for part, found, mask in chosen]
    users = _joined([found.users[mask] for _part, found, mask in kept])
    rates = {
        name: _joined([getattr(found, name)[mask] for _part, found, mask in kept])
        for name in ("before", "after", "control_before", "control_after")
    }
    offices = [part.office for part, _found, _mask in kept]
    event = [found.event[mask] for _part, found, mask in kept]
    control = [found.control[mask] for _part, found, mask in kept]
    sets = Sets(
        users,
        rates["after"] - rates["before"],
        rates["control_after"] - rates["control_before"],
        _joined([office[one] for office, one in zip(offices, event, strict=True)]).astype(np.int64),
        _joined([office[one] for office, one in zip(offices, control, strict=True)]).astype(np.int64),
    )
    found = estimate(sets)
    means = {name: _mean(values, users) for name, values in rates.items()}
    tickets = round(float((users * (rates["before"] + rates["after"])).sum()) / PER)
    expected = means["before"] + means["control_after"] - means["control_before"]
    return {
        "cut": cut, "member": member, "basis": basis, "events": len(users),
        "municipalities": len(np.unique(_joined(event))),
        "controls": sum(len(np.unique(one[one >= 0])) for one in control),
        "no_control": _unmatched(chosen), "tickets": tickets, **means, **found.__dict__,
        "relative": found.effect / expected if expected > 0 else float("nan"),
        "verdict": _verdict(found, len(users), tickets),
    }  # fmt: skip


def _unmatched(chosen: Sequence[tuple[_Part, Matched, Any]]) -> int | None:
    """Events without a control; not known by size band."""
    if any(mask is not None for _part, _found, mask in chosen):
        return None
    return sum(found.left_out["no_control"] for _part, found, _mask in chosen)


def _joined(parts: Sequence[Any]) -> Any:
    return np.concatenate(parts) if parts else np.empty(0)


def _mean(values: Any, weights: Any) -> float:
    """Weighted mean of rates; where an event has several controls, of their mean."""
    if not len(weights):
        return float("nan")
    flat = np.nanmean(values, axis=1) if values.ndim > 1 else values
    return float(np.average(flat, weights=weights))


def _verdict(found: Estimate, events: int, tickets: int) -> str:
    if events < FEWEST or tickets < FEWEST_TICKETS:
        return "few"
    if found.p > CHANCE or found.low <= 0 <= found.high:
        return "none"
    return "fewer" if found.effect < 0 else "more"


assert PER == 100, "the words of the definition say per 100"
