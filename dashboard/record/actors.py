"""Who can be asked to answer."""

from dashboard.answers import answers
from dashboard.record.words import actor_said


def actors(language: str) -> dict[str, str]:
    """Actors of the operating model by id, by their short names; without unknown and not applicable ones."""
    frame = answers().choices().actors
    known = frame[~frame["actor_type"].isin(["unknown", "not_applicable"])]
    named = {name: actor_said(name, language) for name in known["actor_id"]}
    return dict(sorted(named.items(), key=lambda one: one[1].casefold()))
