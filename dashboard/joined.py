"""Several answers on the same cuts as one table: the twin of charts that show more than one figure."""

import pandas as pd

from dashboard import words
from dashboard.components.card import Answered
from dashboard.components.kpi_link import kpi_href
from dashboard.figures.gaps import adds_up
from dashboard.figures.targets import value_words
from dashboard.look import Look
from dashboard.tabulate import HEAD_LINKS, LINKS, links_of, value_heading


def joined(answered: Answered, look: Look) -> pd.DataFrame:
    """Labels of the cuts, then each answer's value as it is read; of nothing a count is 0, a share n. a.

    Rows: every member that any answer has."""
    cuts = list(answered[0].by)
    whole = merged(answered)
    found = {
        words.cut_name(cut, look.language): [words.label(cut, member, look.language) for member in whole[cut]]
        for cut in cuts
    }
    for place, answer in enumerate(answered):
        values = whole[str(place)].fillna(0.0) if adds_up(answer.metric) else whole[str(place)]
        found[value_heading(answer, look.language)] = [
            value_words(value, answer.metric, look.language) for value in values
        ]
    table = pd.DataFrame(found)
    table.attrs[LINKS] = links_of(answered[0], whole)
    table.attrs[HEAD_LINKS] = {value_heading(one, look.language): kpi_href(one.metric.id) for one in answered}
    return table


def merged(answered: Answered) -> pd.DataFrame:
    """The cuts, then the values of each answer under its position ("0", "1" …); missing where one has no such row."""
    cuts = list(answered[0].by)
    whole = answered[0].frame[[*cuts, "value"]].rename(columns={"value": "0"})
    for place, answer in enumerate(answered[1:], 1):
        part = answer.frame[[*cuts, "value"]].rename(columns={"value": str(place)})
        whole = whole.merge(part, on=cuts, how="outer")
    return whole.sort_values(cuts, ignore_index=True)
