"""The table twin of a chart: the same figures as a frame with headings and labels in the reader's language."""

from typing import TYPE_CHECKING

import pandas as pd

from dashboard import withheld, words
from dashboard.answers import Answer
from dashboard.drill import rows_href
from dashboard.locale import translate as _
from dashboard.look import Look

if TYPE_CHECKING:
    from dashboard.components.card import Answered, Card


UNITS = "units"
"""Key of a frame's attrs: the metric unit of a column of plain numbers, by heading."""
LINKS = "links"
"""Key of a frame's attrs: for each row the address that its first column leads to, empty where it leads nowhere."""
HEAD_LINKS = "head links"
"""Key of a frame's attrs: by heading the address of the figure's own page."""


def twin(card: "Card", answered: "Answered", look: Look) -> pd.DataFrame:
    """What the card's own table says, else cuts, value, numerator, denominator and n of the first answer.

    Numbers are plain ones (rates 0 to 1); attrs["units"] says how those of a metric are written on the screen.
    """
    if card.table is not None:
        return card.table(answered, look)
    return rows_of(answered[0], look.language)


def rows_of(answer: Answer, language: str) -> pd.DataFrame:
    """An answer with headings and labels in the reader's language."""
    columns: dict[str, object] = {}
    for cut in answer.by:
        labels = [words.label(cut, member, language) for member in answer.frame[cut]]
        columns[words.cut_name(cut, language)] = labels
    columns[value_heading(answer, language)] = answer.frame["value"].astype("float64").to_numpy()
    if answer.metric.is_share:
        columns[_("Numerator", language)] = answer.frame["numerator"].to_numpy()
        columns[_("Denominator", language)] = answer.frame["denominator"].to_numpy()
    columns[_("Rows behind (n)", language)] = answer.frame["n"].to_numpy()
    if withheld.note([answer], language):
        columns[_("Remark", language)] = withheld.reasons(answer.frame, language)
    frame = pd.DataFrame(columns)
    frame.attrs[UNITS] = {value_heading(answer, language): answer.metric.unit}
    frame.attrs[LINKS] = links_of(answer, answer.frame)
    return frame


def links_of(answer: Answer, members: pd.DataFrame) -> list[str]:
    """Of each row the address of what stands behind it. members: columns of the answer's cuts."""
    cuts = list(answer.by)
    return [
        rows_href(answer.metric, answer.selection, dict(zip(cuts, row, strict=True)))
        for row in (zip(*(members[cut] for cut in cuts), strict=True) if cuts else [()] * len(members))
    ]


def value_heading(answer: Answer, language: str) -> str:
    """The metric's name as the heading of the values."""
    return words.metric_name(answer.metric, language)
