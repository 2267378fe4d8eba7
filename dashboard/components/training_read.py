"""What the page of training reads, once for all of its parts."""

import pandas as pd

from dashboard.answers import answers
from dashboard.periods import latest
from dashboard.stage_reading import stages_of
from data.adoption.training import Coverage, coverage, funnel
from data.adoption.training_effect import Effect, training_effect
from data.adoption.training_laws import law_trainings
from data.selection import Selection


def effect_of(selection: Selection) -> Effect:
    """The effect of the trainings completed in the selection's period; without one, of all."""
    return answers().read(("training effect", selection), lambda connection: training_effect(connection, selection))


def coverage_of(selection: Selection) -> Coverage:
    """Who is trained on the last day of the selection."""
    asked = latest(selection)
    asked = asked.with_period(None, asked.last)  # it holds on a day, whenever the period begins
    return answers().read(
        ("training coverage", asked), lambda connection: coverage(connection, asked, stages_of(asked))
    )


def funnel_of(selection: Selection) -> pd.DataFrame:
    """How far enrolments got."""
    return answers().read(("training funnel", selection), lambda connection: funnel(connection, selection))


def laws_of(selection: Selection) -> pd.DataFrame:
    """Changes of law with the trainings before them."""
    asked = latest(selection)
    return answers().read(("training laws", asked), lambda connection: law_trainings(connection, asked))
