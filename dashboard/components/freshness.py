"""How new the data is, and what is missing from it."""

from collections.abc import Sequence

from dashboard import formats, withheld, words
from dashboard.answers import answers, job_of
from dashboard.components.card import Answered
from dashboard.locale import plural
from dashboard.locale import translate as _
from data.provenance import Freshness


def header_note(freshness: Freshness, language: str) -> str:
    """`adatok: 2026. nov. 22. 23:00`, for the header."""
    return _("data: {when}", language, when=formats.moment(freshness.newest_at, language))


def footnote(answered: Answered, language: str, note: str = "", sources: Sequence[str] = ()) -> str:
    """Source, freshness and rows set aside, for the foot of a card; note (ready text) stands before them. sources: the
    jobs that it is made of, where these are more than the first figure's."""
    first = answered[0]
    run, own = first.selection.as_of, job_of(first.metric)
    known = {job: answers().freshness(job, run) for job in sources}
    jobs = [job for job in sources if known[job].run_id is not None] or [own or ""]
    freshness = answers().freshness(None, run) if sources else first.freshness
    names = ", ".join(words.label("job", job, language) for job in jobs if job)
    parts = [
        note,
        withheld.note(answered, language),
        _("Source: {source}", language, source=names) if names else "",
        header_note(freshness, language),
        run_note(run, language),
        quarantine_note(freshness, language),
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
