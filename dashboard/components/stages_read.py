"""The stages of the reader's selection, read once for every part of the page."""

import pandas as pd

from dashboard.answers import Answer, answers
from dashboard.periods import latest
from dashboard.stage_reading import stages_of as of_day
from data.adoption.known import Since, known_since
from data.adoption.stages import Stages
from data.adoption.summary import cohorts, days_to, office_totals
from data.comparison.disclosure import least_counted


def stages_of(answer: Answer) -> Stages:
    """On the last day of an answer's selection."""
    return of_day(latest(answer.selection))


def pairs_of(answer: Answer) -> pd.DataFrame:
    """The frame of stages()."""
    return stages_of(answer).frame


def days_of(answer: Answer) -> pd.DataFrame:
    """As days_to()."""
    return answers().made(("days", answer.selection), lambda: days_to(pairs_of(answer), _since(answer)))


def cohorts_of(answer: Answer) -> pd.DataFrame:
    """As cohorts()."""
    found = stages_of(answer)
    return answers().made(("cohorts", answer.selection), lambda: cohorts(found.frame, found.on, _since(answer)))


def offices_of(answer: Answer) -> pd.DataFrame:
    """As office_totals(); fewer users than may be told of are withheld."""
    chosen = answer.selection.municipalities
    least = answers().read(("least people", bool(chosen)), lambda connection: least_counted(connection, chosen))
    return answers().made(("offices", answer.selection), lambda: office_totals(pairs_of(answer), least))


def _since(answer: Answer) -> Since:
    run = answer.selection.as_of
    return answers().read(("known since", run), lambda connection: known_since(connection, run))
