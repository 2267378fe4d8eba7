"""What a card's figures show, said as its title and as the sentence that screen readers hear."""

from collections.abc import Callable

import pandas as pd

from dashboard import words
from dashboard.answers import Answer
from dashboard.components.card import Answered
from dashboard.figures.outlying import outlying
from dashboard.figures.targets import limits_of, missed, value_words
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look

Said = Callable[[Answered, Look], str]

LAST = N_("{name}: from {first} in {begin} to {last} in {end}; lowest {low}, highest {high}.")


def against_target(subject: str, cut: str) -> Said:
    """Title of members beside their target: how many miss it, and which by most. subject: a message id."""

    def said(answered: Answered, look: Look) -> str:
        return f"{_(subject, look.language)}{_against(answered[0], cut, look)}"

    return said


def against_others(subject: str, cut: str) -> Said:
    """Title of members beside one another: which lag behind the others by more than chance."""

    def said(answered: Answered, look: Look) -> str:
        answer, language = answered[0], look.language
        names = laggards(answer, cut)
        if answer.frame["value"].isna().all():
            return _(subject, language)
        if not names:
            return f"{_(subject, language)}: {_('no one lags behind the others', language)}"
        first = answer.frame[answer.frame[cut] == names[0]].iloc[0]
        value = value_words(first["value"], answer.metric, language)
        labels = ", ".join(words.label(cut, name, language) for name in names[:2])
        if len(names) == 1:
            said = _("{name} lags behind ({value})", language, name=labels, value=value)
            return f"{_(subject, language)}: {said}"
        said = _("{count} lag behind, most of all {name}", language, count=len(names), name=labels)
        return f"{_(subject, language)}: {said}"

    return said


def laggards(answer: Answer, cut: str) -> list[str]:
    """Members that lie apart from the others on the worse side, worst first."""
    known = answer.frame[~answer.frame[cut].isin(list(words.UNKNOWN))]
    return outlying(known, cut, answer.metric.better)


def line_summary(answered: Answered, look: Look) -> str:
    """A line in one sentence: where it began and ended, its lowest and highest."""
    return " ".join(filter(None, (_line(answer, look.language) for answer in answered)))


def members_summary(answered: Answered, look: Look) -> str:
    """Members in one sentence: the highest and the lowest."""
    answer, language = answered[0], look.language
    known = answer.frame.dropna(subset=["value"])
    if known.empty or not answer.by:
        return ""
    cut = answer.by[-1]
    values = known["value"].to_numpy()
    ends = [known.iloc[int(values.argmax())], known.iloc[int(values.argmin())]]
    high, low = (
        f"{words.label(cut, end[cut], language)} {value_words(end['value'], answer.metric, language)}" for end in ends
    )
    name = words.metric_name(answer.metric, language)
    return _("{name}: highest {high}, lowest {low}.", language, name=name, high=high, low=low)


def _against(answer: Answer, cut: str, look: Look) -> str:
    known = answer.frame.dropna(subset=["value"])
    limits = limits_of(answer.metric)
    if known.empty or not limits:
        return ""
    if len(known) == 1:
        alone = missed([float(known["value"].iloc[0])], answer.metric)[0]
        name = words.label(cut, known[cut].iloc[0], look.language)
        said = N_("{name} misses the target") if alone else N_("{name} meets the target")
        return ": " + _(said, look.language, name=name)
    wrong = known[pd.Series(missed(list(known["value"]), answer.metric), index=known.index, dtype=bool)]
    if wrong.empty:
        return ": " + _("all meet the target", look.language)
    away = wrong["value"].map(lambda value: min(abs(value - limit) for limit in limits))
    worst = wrong.iloc[int(away.to_numpy().argmax())]
    if len(wrong) == len(known):
        name = words.label(cut, worst[cut], look.language)
        return ": " + _("all miss the target, most of all {name}", look.language, name=name)
    said = N_("{missed} of {count} miss the target, most of all {name}")
    return ": " + _(
        said if len(wrong) > 1 else N_("one of {count} misses the target: {name}"),
        look.language,
        missed=len(wrong),
        count=len(known),
        name=words.label(cut, worst[cut], look.language),
    )


def _line(answer: Answer, language: str) -> str:
    known = answer.frame.dropna(subset=["value"])
    if known.empty or not answer.by:
        return ""
    over = answer.by[0]

    def said(value: float) -> str:
        return value_words(value, answer.metric, language)

    first, last = known.iloc[0], known.iloc[-1]
    return _(
        LAST,
        language,
        name=words.metric_name(answer.metric, language),
        first=said(first["value"]),
        begin=words.label(over, first[over], language),
        last=said(last["value"]),
        end=words.label(over, last[over], language),
        low=said(known["value"].min()),
        high=said(known["value"].max()),
    )
