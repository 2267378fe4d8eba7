"""How new the data is, and what is missing from it."""

from dashboard import formats, withheld, words
from dashboard.answers import job_of
from dashboard.components.card import Answered
from dashboard.locale import plural
from dashboard.locale import translate as _
from data.provenance import Freshness


def header_note(freshness: Freshness, language: str) -> str:
    """`adatok: 2026. nov. 22. 23:00`, for the header."""
    return _("data: {when}", language, when=formats.moment(freshness.newest_at, language))


def footnote(answered: Answered, language: str, note: str = "") -> str:
    """Source, freshness and rows set aside, for the foot of a card; note (ready text) stands before them."""
    first = answered[0]
    job = job_of(first.metric)
    parts = [
        note,
        withheld.note(answered, language),
        _("Source: {source}", language, source=words.label("job", job, language)) if job else "",
        header_note(first.freshness, language),
        run_note(first.selection.as_of, language),
        quarantine_note(first.freshness, language),
    ]
    return " · ".join(part for part in parts if part)


def run_note(as_of: int | None, language: str) -> str:
    """That the figure is as an earlier run knew it."""
    return "" if as_of is None else _("as run {run} knew it", language, run=as_of)


def quarantine_note(freshness: Freshness, language: str) -> str:
    """`12 sor (0,4 %) karanténban`; empty when nothing is set aside."""
    if not freshness.quarantined:
        return ""
    count = formats.number(freshness.quarantined, language)
    rate = formats.percent(freshness.quarantined_rate, language, 1 if freshness.quarantined_rate >= 0.0005 else 2)
    return plural(
        "{count} row ({rate}) in quarantine",
        "{count} rows ({rate}) in quarantine",
        freshness.quarantined,
        language,
        count=count,
        rate=rate,
    )
