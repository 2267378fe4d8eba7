"""What is wrong with a selection, in the reader's language: data/ says it in English, with the command line in mind."""

import re

from dashboard.locale import N_
from dashboard.locale import translate as _

KNOWN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        (
            r"There is no run (?P<run>\S+); the newest is (?P<newest>\S+)\. .*",
            N_("There is no run {run}; the newest is {newest}."),
        ),
        (
            r"There is no (?P<kind>service|actor|county|municipality) '(?P<member>.*)'\.",
            N_("The filter names something unknown: {member}."),
        ),
        (
            r"The period ends \((?P<last>.*)\) before it begins \((?P<first>.*)\)\. .*",
            N_("The period ends ({last}) before it begins ({first})."),
        ),
        (r"'(?P<text>.*)' is not a period\. .*", N_("This is not a period: {text}. Periods are written like 2025-03.")),
        (r"'(?P<text>.*)' is not a run\. .*", N_("This is not the number of a run: {text}.")),
        (
            r"\d+ \w+ are too many for one figure; the limit is (?P<limit>\d+)\. .*",
            N_("The period is too long for one figure: it has more than {limit} parts."),
        ),
        (r"\S+ can't be cut by .*", N_("This figure has no such breakdown.")),
    )
)


def complaint(error: Exception, language: str) -> str:
    """An error of a selection as a sentence; one we do not know stays as it is."""
    for pattern, message in KNOWN:
        if found := pattern.fullmatch(str(error)):
            return _(message, language, **found.groupdict())
    return str(error)
