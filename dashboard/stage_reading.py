"""The stages of a day: read once a snapshot for the whole country, by whichever page asks first; a part for each."""

from dashboard.answers import answers
from data.adoption.narrowing import part_of
from data.adoption.stages import Stages, stages
from data.selection import Selection


def stages_of(selection: Selection) -> Stages:
    """On the last day of a selection (or of the data), whatever its first: they are of a day."""
    last = selection.last
    if selection.as_of is None:  # a day after the data is the last day of data, and read already
        last = min(filter(None, (last, answers().last_day())), default=None)
    whole = Selection(last=last, as_of=selection.as_of)
    found = answers().read(("stages", whole), lambda connection: stages(connection, whole))
    return part_of(found, selection)
