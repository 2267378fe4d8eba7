"""Run reports: a file of JSON for programs and one of Markdown for people, for each run; never overwritten."""

import json
import logging
import os
import re
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from etl.service.alerts import Alert
from etl.service.alerts.rules import by_source
from etl.service.alerts.words import STATUS, job_name, moment, phrase, short
from etl.status import FAILED, SKIPPED, InputReport, RunReport

LOGGER = logging.getLogger("asp-etl")
NAMED = re.compile(r"^\d{8}T\d{6}Z-run-\d{8}-[a-z]+\.(json|md)$")
COUNTS = ("read", "loaded_new", "loaded_changed", "unchanged", "duplicate", "quarantined")


def write_report(folder: Path, report: RunReport, alerts: Sequence[Alert], language: str, keep: int) -> None:
    """Write both files of a run and remove those of the oldest runs beyond `keep`.

    A report that is there is left as it is. A folder that cannot be written to is logged: the run stands without it.
    """
    name = f"{report.started_at:%Y%m%dT%H%M%SZ}-run-{report.run_id:08d}-{report.job}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / f"{name}.json", as_json(report, alerts))
        _write(folder / f"{name}.md", as_markdown(report, alerts, language))
        _prune(folder, keep)
    except OSError as error:
        LOGGER.error("%s: the run report cannot be written (%s). Set ASP_REPORTS.", folder, error.strerror)


def as_json(report: RunReport, alerts: Sequence[Alert]) -> str:
    """What `asp-etl run --json` prints of the run, its seconds, and its alerts."""
    told = [alert.as_json() for alert in alerts]
    return json.dumps(report.as_json() | {"seconds": seconds(report), "alerts": told}, ensure_ascii=False, indent=2)


def as_markdown(report: RunReport, alerts: Sequence[Alert], language: str) -> str:
    """The run on a page: what was read of each source, what failed, what is worth an alert."""
    title = "title" if report.run_id else "not_recorded"
    status = STATUS.get(report.status, {}).get(language, report.status)
    job = job_name(report.job, language)
    started, finished = (at.replace(tzinfo=UTC) for at in (report.started_at, report.finished_at))
    parts = [
        f"# {phrase(title, language, run=str(report.run_id), job=job, status=status)}",
        phrase("times", language, started=moment(started, language), finished=moment(finished, language),
               seconds=str(seconds(report)), mode=report.mode),
        _table(report, language),
        _messages(report, language),
        f"## {phrase('alerts', language)}",
        "\n".join(f"- {_plain(alert.text[language])}" for alert in alerts) or phrase("none", language),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


def seconds(report: RunReport) -> int:
    """How long the run took."""
    return round((report.finished_at - report.started_at).total_seconds())


def _table(report: RunReport, language: str) -> str:
    headings = phrase("columns", language).split("|")
    rows = [
        [
            _plain(source),
            _inputs(taken, language),
            *(_sum(taken, name, language) for name in COUNTS),
            _grouped(sum(one.withdrawn for one in taken), language),
        ]
        for source, taken in by_source(report).items()
    ]
    lines = [headings, ["---", "---", *(["---:"] * (len(COUNTS) + 1))], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) if rows else ""


def _inputs(taken: Sequence[InputReport], language: str) -> str:
    """How many inputs, and how many of them were not loaded."""
    states = [one.status for one in taken]
    rest = [
        phrase(name, language, count=states.count(status))
        for name, status in (("skipped", SKIPPED), ("failed", FAILED))
        if status in states
    ]
    return f"{len(taken)}" + (f" ({', '.join(rest)})" if rest else "")


def _sum(taken: Sequence[InputReport], name: str, language: str) -> str:
    return _grouped(sum(getattr(one.counts, name) for one in taken), language)


def _grouped(total: int, language: str) -> str:
    return f"{total:,}".replace(",", "\u00a0" if language == "hu" else ",")


def _messages(report: RunReport, language: str) -> str:
    """Why something failed, and what a source noted; that an input was skipped needs no words."""
    notes = [report.message] if report.message else []
    notes += [f"{one.source}: {one.message}" for one in report.inputs if one.message and one.status != SKIPPED]
    if not notes:
        return ""
    return "\n".join([f"## {phrase('notes', language)}\n", *(f"- {_plain(note)}" for note in notes)])


def _plain(text: str) -> str:
    """Text that no reader of Markdown takes for markup."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", short(text))


def _write(path: Path, content: str) -> None:
    """Whole or not at all, and only where nothing is."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(content, encoding="utf-8")
        os.link(draft, path)
    except FileExistsError:
        LOGGER.debug("%s is there already", path)
    finally:
        draft.unlink(missing_ok=True)


def _prune(folder: Path, keep: int) -> None:
    """Names begin with the time, so the oldest sort first."""
    runs: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if NAMED.match(path.name):
            runs.setdefault(path.stem, []).append(path)
    for paths in list(runs.values())[:-keep]:
        for path in paths:
            path.unlink(missing_ok=True)
