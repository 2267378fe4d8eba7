"""Sentences made from figures by rule, in the reader's language: the answers to the questions that pages ask."""

from collections.abc import Sequence

import pandas as pd

from dashboard import formats, words
from dashboard.components.tile import target_words
from dashboard.figures.targets import value_words
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.verdicts import Verdict
from data.signals import Signal

ALL, MOST, SOME, FEW = (
    N_("Yes: all {count} targets are met."),
    N_("Mostly: {met} of {count} targets are met."),
    N_("Partly: {met} of {count} targets are met."),
    N_("No: {met} of {count} targets are met."),
)
SAID_AT_MOST = 2  # names in one sentence; the tiles below show the rest


def answer_sentence(verdicts: Sequence[Verdict], signals: Sequence[Signal], language: str) -> str:
    """How many targets are met, which is missed by most, what has really got better and what worse."""
    judged = [one for one in verdicts if one.standing in ("met", "missed")]
    if not judged:
        return _("There are no figures with a target in this selection.", language)
    parts = [_met(judged, language), _farthest(judged, language), moved_sentence(signals, language)]
    return " ".join(part for part in parts if part)


def moved_sentence(signals: Sequence[Signal], language: str) -> str:
    """Which figures have really got better and which worse by their control charts; empty where none can be judged."""
    judged = [one for one in signals if one.chart.variation != "too_early"]
    if not judged:
        return _("Too early to say whether anything has really changed.", language) if signals else ""
    worse, better = (
        [words.metric_name(one.metric, language) for one in judged if one.chart.variation == variation]
        for variation in ("concern", "improvement")
    )
    parts = []
    if worse:
        parts.append(_("Real deterioration: {names}.", language, names=_names(worse, language)))
    if better:
        parts.append(_("Real improvement: {names}.", language, names=_names(better, language)))
    return " ".join(parts) or _("Nothing has really changed in the newest whole month.", language)


def believable(sources: pd.DataFrame, aside: int, names: int, language: str) -> str:
    """Whether every row is accounted for, how many are set aside, how many names are unknown.

    sources: from data.quality.conservation; aside: rows set aside now; names: names that were not matched.
    """
    if sources.empty:
        return _("No source has been loaded yet.", language)
    read = int(sources["read"].sum())
    whole = not (sources["residual"] != 0).any()
    adds_up = _("Every row is accounted for: {rows} read, none lost.", language, rows=formats.number(read, language))
    missing = _("Rows are missing: see the sources that do not add up.", language)
    rest = _(
        "{aside} rows ({share}) are set aside with their reasons; {names} names were not matched.",
        language,
        aside=formats.number(aside, language),
        share=formats.percent(aside / read if read else None, language, 2),
        names=formats.number(names, language),
    )
    return f"{adds_up if whole else missing} {rest}"


def _met(judged: Sequence[Verdict], language: str) -> str:
    met = sum(one.standing == "met" for one in judged)
    share = met / len(judged)
    if len(judged) == 1 and met:
        return _("Yes: the only target is met.", language)
    said = ALL if share == 1 else MOST if share >= 2 / 3 else SOME if share >= 1 / 3 else FEW
    return _(said, language, met=met, count=len(judged))


def _farthest(judged: Sequence[Verdict], language: str) -> str:
    worst = max(judged, key=lambda one: one.shortfall)
    if worst.standing != "missed":
        return ""
    return _(
        "Farthest from its target: {name}, {value} (target: {target}).",
        language,
        name=lowered(words.metric_name(worst.metric, language)),
        value=value_words(worst.value, worst.metric, language) if worst.value is not None else "",
        target=target_words(worst.metric, language) or "",
    )


def _names(names: Sequence[str], language: str) -> str:
    said = [lowered(name) for name in names]
    if len(said) <= SAID_AT_MOST + 1:
        return ", ".join(said)
    more = len(said) - SAID_AT_MOST
    return _("{names} and {more} more", language, names=", ".join(said[:SAID_AT_MOST]), more=more)


def lowered(name: str) -> str:
    """A name within a sentence: its first letter small, unless it begins with an abbreviation."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]
