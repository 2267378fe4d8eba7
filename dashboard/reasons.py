"""Why a row was set aside, in the reader's language: the pipeline says it in English, field names as they are."""

import re

from dashboard.locale import N_
from dashboard.locale import translate as _

FIELD = r"\w+(?: \(\".*?\"\))?"  # a field, and the heading of the column it was read from

KNOWN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern.replace("{F}", FIELD)), message)
    for pattern, message in (
        (r"(?P<field>{F}) is missing; it is required\.?", N_("{field} is missing; it is required")),
        (
            r"(?P<field>{F}) is '(?P<value>.*?)'; expected one of (?P<known>.*?)\.?",
            N_("{field} is '{value}'; expected one of {known}"),
        ),
        (
            r"(?P<field>{F}) is '(?P<value>.*?)'; expected (?P<known>.*?)\.?",
            N_("{field} is '{value}'; expected {known}"),
        ),
        (
            r"(?P<later>{F}) (?P<after>\(.*?\)) is before (?P<earlier>{F}) (?P<before>\(.*?\))\.?",
            N_("{later} {after} is before {earlier} {before}"),
        ),
        (
            r"(?P<part>{F}) (?P<value>\(.*?\)) is more than (?P<whole>{F}) (?P<limit>\(.*?\))\.?",
            N_("{part} {value} is more than {whole} {limit}"),
        ),
        (
            r"(?P<field>{F}): '(?P<value>.*?)' is not a date \(expected (?P<known>.*)\)",
            N_("{field}: '{value}' is not a date (expected {known})"),
        ),
        (r"(?P<field>{F}): '…' is not a date \(…\)", N_("{field} is not a date")),
        (r"(?P<field>{F}): '…' is not a number \(…\)", N_("{field} is not a number")),
        (r"(?P<field>{F}): '(?P<value>.*?)' is not a number .*", N_("{field}: '{value}' is not a number")),
        (r"(?P<found>\S+) columns instead of (?P<wanted>\S+)", N_("{found} columns instead of {wanted}")),
        (
            r"a quotation mark is opened here and never closed",
            N_("a quotation mark is opened here and never closed"),
        ),
    )
)


def reason_words(reason: str, language: str) -> str:
    """A reason (or its kind, values left out) in the reader's language; one we do not know stays as it is."""
    for pattern, message in KNOWN:
        if found := pattern.fullmatch(reason):
            return _(message, language, **found.groupdict())
    return reason
