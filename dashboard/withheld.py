"""Words for figures that are withheld because they would tell of too few people."""

from collections.abc import Sequence

import pandas as pd

from dashboard import formats
from dashboard.answers import Answer, answers
from dashboard.locale import plural
from dashboard.locale import translate as _
from data.comparison.disclosure import WITHHELD, least_people


def is_withheld(frame: pd.DataFrame) -> bool:
    """Whether there are values and all of them are withheld."""
    return WITHHELD in frame and len(frame) > 0 and bool(frame[WITHHELD].all())


def reason(language: str) -> str:
    """Why a value is missing."""
    return _("withheld: it would tell of fewer than {least} people", language, least=_least(language))


def note(answered: Sequence[Answer], language: str) -> str:
    """How many values of the answers are withheld; empty for none."""
    count = sum(int(answer.frame[WITHHELD].sum()) for answer in answered if WITHHELD in answer.frame)
    if not count:
        return ""
    return plural(
        "{count} value withheld: it would tell of fewer than {least} people",
        "{count} values withheld: they would tell of fewer than {least} people",
        count,
        language,
        count=formats.number(count, language),
        least=_least(language),
    )


def notice(language: str) -> tuple[str, str]:
    """What is shown in place of a figure that is withheld as a whole: why, and what the reader can change."""
    why = _(
        "The figure is withheld, because it would tell of fewer than {least} people.", language, least=_least(language)
    )
    return why, _("Choose a longer period, or a larger area.", language)


def reasons(frame: pd.DataFrame, language: str) -> list[str]:
    """Of each row why its value is missing; empty where it is not withheld."""
    if WITHHELD not in frame:
        return [""] * len(frame)
    return [reason(language) if hidden else "" for hidden in frame[WITHHELD]]


def _least(language: str) -> str:
    return formats.number(answers().read("least_people", least_people), language)
