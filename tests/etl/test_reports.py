"""A file for programs and one for people, for each run."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from etl.counts import Counts
from etl.service.alerts import Alert
from etl.service.reports import write_report
from etl.status import InputReport, RunReport

STARTED = datetime(2026, 11, 23, 1, 0, 0)
ALERT = Alert("input:desk", "input_failed", {"hu": "desk: nem sikerült.", "en": "desk: it failed."}, "desk", 7)


def run(number: int = 7, days: int = 0, **other: Any) -> RunReport:
    started = STARTED + timedelta(days=days)
    inputs = (
        InputReport(1, "desk", "desk", "ticket", "a.csv", counts=Counts(1200, 1000, 100, 40, 10, 50), withdrawn=7),
        InputReport(2, "desk", "desk", "ticket", "b.csv", "skipped", message="same content as loaded before"),
        InputReport(3, "rt", "rt", "ticket", "c|d.csv", "failed", message="c|d.csv: <b>broken</b>\nline 2"),
    )
    fields = {"status": "published", "message": None, "inputs": inputs} | other
    return RunReport(number, "tickets", fields["status"], started, started + timedelta(seconds=83), "incremental",
                     fields["inputs"], fields["message"])  # fmt: skip


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_file_for_programs_is_what_run_prints_with_its_seconds_and_alerts(tmp_path):
    write_report(tmp_path / "reports", run(), [ALERT], "hu", 10)

    name = "20261123T010000Z-run-00000007-tickets"
    assert names(tmp_path / "reports") == [f"{name}.json", f"{name}.md"]
    told = json.loads((tmp_path / "reports" / f"{name}.json").read_text(encoding="utf-8"))
    assert told == run().as_json() | {"seconds": 83, "alerts": [ALERT.as_json()]}


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("hu", ["# 7. futás: bejelentések, közzétéve",
                "2026. 11. 23. 02:00 – 2026. 11. 23. 02:01 (83 másodperc), mód: incremental",
                "| desk | 2 (ebből kihagyva 1) | 1\u00a0200 | 1\u00a0000 | 100 | 40 | 10 | 50 | 7 |",
                "- rt: c\\|d.csv: \\<b\\>broken\\</b\\> line 2", "- desk: nem sikerült."]),
        ("en", ["# Run 7: tickets, published", "| rt | 1 (1 failed) | 0 | 0 | 0 | 0 | 0 | 0 | 0 |",
                "- desk: it failed."]),
    ],
)  # fmt: skip
def test_the_file_for_people_is_in_their_language(tmp_path, language, lines):
    write_report(tmp_path, run(), [ALERT], language, 10)

    (page,) = tmp_path.glob("*.md")
    told = page.read_text(encoding="utf-8")
    assert [line for line in lines if line not in told.splitlines()] == []
    assert "same content" not in told


def test_a_run_that_was_never_recorded_has_a_report_without_a_number(tmp_path):
    write_report(tmp_path, run(0, status="failed", message="It stopped.", inputs=()), [], "hu", 10)

    (page,) = tmp_path.glob("*.md")
    assert page.read_text(encoding="utf-8").splitlines()[0] == "# Futás: bejelentések, sikertelen"
    assert "- It stopped." in page.read_text(encoding="utf-8")


def test_a_report_is_never_overwritten(tmp_path):
    write_report(tmp_path, run(), [], "hu", 10)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}

    write_report(tmp_path, run(), [ALERT], "en", 10)

    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_oldest_runs_are_removed_and_nothing_else(tmp_path):
    (tmp_path / "20200101-notes.md").write_text("mine", encoding="utf-8")
    for day in range(5):
        write_report(tmp_path, run(day + 1, day), [], "hu", 3)

    assert [name for name in names(tmp_path) if name.endswith(".md")] == [
        "20200101-notes.md",
        *(f"202611{23 + day}T010000Z-run-{day + 1:08d}-tickets.md" for day in (2, 3, 4)),
    ]


def test_a_folder_that_cannot_be_written_is_logged_and_harms_nothing(tmp_path, caplog):
    (tmp_path / "reports").write_text("a file", encoding="utf-8")

    write_report(tmp_path / "reports", run(), [], "hu", 10)

    assert "ASP_REPORTS" in caplog.text
