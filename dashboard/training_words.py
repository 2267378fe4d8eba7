"""Sentences about training: what it does, what lapses. Pure; no word's ending depends on a name or a figure."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import formats, words
from dashboard.figures.training_effect import limits, signed
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.adoption.training import Coverage
from data.adoption.training_effect import Effect

BASES = {
    "users": N_("per 100 users"),
    "municipalities": N_("per 100 municipalities"),
}
REASONS = {
    "soon_after": N_("another training in the same office in the 120 days before"),
    "outside": N_("no tickets or trainings known for the whole of both windows"),
    "not_live": N_("not live in both windows"),
    "no_users": N_("number of users not known"),
    "no_control": N_("no similar municipality without training was found"),
    "other_basis": N_("application without a count of users"),
}


def effect_sentence(effect: Effect, language: str) -> str:
    """What the whole comes to, in plain words, and where it is shown by itself."""
    rows = effect.frame
    whole = rows[rows["cut"] == "all"].to_dict("records")
    if not whole:
        return _("The effect of training cannot be told: no training could be compared.", language)
    return " ".join(part for part in (_whole(whole[0], language), _where(rows, language)) if part)


def effect_title(effect: Effect, language: str) -> str:
    """The finding as the chart's title."""
    whole = effect.frame[effect.frame["cut"] == "all"].to_dict("records")
    verdict = whole[0]["verdict"] if whole else "few"
    return _(TITLES[verdict], language)


TITLES = {
    "fewer": N_("After a training fewer how-to tickets come in than where there was none"),
    "more": N_("After a training more how-to tickets come in than where there was none"),
    "none": N_("No effect of training on how-to tickets is shown"),
    "few": N_("Too few trainings to judge their effect on how-to tickets"),
}


def basis_and_count(effect: Effect, language: str) -> list[str]:
    """What rates are per 100 of, and how many trainings were compared."""
    whole = effect.frame[effect.frame["cut"] == "all"].to_dict("records")
    if not whole:
        return []
    count = formats.number(whole[0]["events"], language)
    return [_(BASES[whole[0]["basis"]], language), f"n{formats.SPACE}={formats.SPACE}{count}"]


def _whole(row: Mapping[Any, Any], language: str) -> str:
    if row["verdict"] == "few":
        return _(
            "Only {events} trainings could be compared: too few to judge their effect.",
            language,
            events=formats.number(row["events"], language),
        )
    known = {
        "effect": formats.number(abs(row["effect"]), language, 2 if abs(row["effect"]) < 1 else 1),
        "basis": _(BASES[row["basis"]], language),
        "limits": limits(row, language),
        "share": formats.percent(abs(row["relative"]), language, 0),
        "events": formats.number(row["events"], language),
    }
    return _(WHOLE[row["verdict"]], language, **known)


WHOLE = {
    "fewer": N_(
        "In the 60 days after a key user's training there were {effect} fewer how-to tickets {basis} than in similar "
        "municipalities without training: {share} less than to be expected (95 per cent interval: {limits}; trainings "
        "compared: {events})."
    ),
    "more": N_(
        "In the 60 days after a key user's training there were {effect} more how-to tickets {basis} than in similar "
        "municipalities without training: {share} more than to be expected (95 per cent interval: {limits}; trainings "
        "compared: {events})."
    ),
    "none": N_(
        "No effect of training on how-to tickets is shown: the difference from similar municipalities without training "
        "is within chance (95 per cent interval {basis}: {limits}; trainings compared: {events})."
    ),
}


def _where(rows: pd.DataFrame, language: str) -> str:
    """Applications in which the effect is shown by itself, and those in which it is not."""
    services = rows[(rows["cut"] == "service") & (rows["verdict"] != "few")]
    parts = []
    for verdict, text in (
        ("fewer", N_("Shown by itself in: {names}.")),
        ("none", N_("Not shown by itself in: {names}.")),
        ("more", N_("More questions after training in: {names}.")),
    ):
        names = services.loc[services["verdict"] == verdict, "member"]
        if len(names):
            said = ", ".join(words.label("service", one, language) for one in names)
            parts.append(_(text, language, names=said))
    return " ".join(parts)


def check_sentence(effect: Effect, language: str) -> str:
    """How many completions were compared and why the others were not, and what the check says."""
    left = [(reason, count) for reason, count in effect.left_out.items() if count]
    used = effect.completions - sum(effect.left_out.values())
    parts = [
        _(
            "Trainings completed: {all}, compared: {used}.",
            language,
            all=formats.number(effect.completions, language),
            used=formats.number(used, language),
        )
    ]
    if left:
        said = [f"{_(REASONS[one], language)}: {formats.number(count, language)}" for one, count in left]
        parts.append(_("Not compared: {reasons}.", language, reasons="; ".join(said)))
    if effect.frame["basis"].eq("municipalities").any():
        parts.append(_(NO_USERS, language))
    check = effect.frame[effect.frame["cut"] == "shuffled"].to_dict("records")
    if check:
        row = check[0]
        text = CHECKS["holds" if row["low"] <= 0 <= row["high"] else "fails"]
        parts.append(_(text, language, effect=signed(row["effect"], language), limits=limits(row, language)))
    return " ".join(parts)


NO_USERS = N_("Where no source delivers the number of users, tickets are told per 100 municipalities.")
CHECKS = {
    "holds": N_(
        "Check: with the trainings given to other municipalities at random the method finds {effect} ({limits}), that "
        "is, nothing, as it should."
    ),
    "fails": N_(
        "Check: with the trainings given to other municipalities at random the method finds {effect} ({limits}), where "
        "it should find nothing; chance does that once in twenty times."
    ),
}


def lapsing_sentence(coverage: Coverage, language: str) -> str:
    """How many certificates lapse within 90 days, and how many pairs are then left without."""
    windows = coverage.ahead.windows
    soon = windows[windows["days"] == 90]
    if soon.empty:
        return _("No certificate is known.", language)
    people = "" if soon["withheld"].any() else formats.number(int(soon["people"].sum()), language)
    risk = formats.number(int(soon["pairs"].sum()), language)
    if not people:
        return _(
            "Pairs of municipality and application that lose their last certified key user within 90 days: {pairs}.",
            language,
            pairs=risk,
        )
    return _(
        "Certificates that lapse within 90 days: {people}. Pairs of municipality and application that lose their last "
        "certified key user by it: {pairs}.",
        language,
        people=people,
        pairs=risk,
    )
