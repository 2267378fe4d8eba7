"""Full load and unchanged re-run, on an engine, beside the yardstick."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import Measured, command, measured
from benchmarks.tickets import ticket_files


@dataclass(frozen=True)
class Load:
    """What one size took: the yardstick, the first load, the same files skipped, the same files read again."""

    yardstick: Measured
    first: Measured
    skipped: Measured
    unchanged: Measured


def load(sources: Path, url: str, scratch: Path) -> Load:
    """Load the files into an empty database at url, then again; the yardstick before, on the same files."""
    database = scratch / "yardstick.duckdb"
    database.unlink(missing_ok=True)
    files = ticket_files(sources)
    yardstick = measured([sys.executable, "-m", "benchmarks.yardstick", database, *files], {})
    database.unlink()
    run = [command("asp-etl"), "run", "tickets", "--config", sources / "sources.toml", "--json"]
    environment = {"ASP_REPORTING_URL": url, "ASP_KEEP_SNAPSHOTS": "2"}
    measured([command("asp-data"), "init"], environment)
    return Load(
        yardstick, measured(run, environment), measured(run, environment), measured([*run, "--full"], environment)
    )


def empty_duckdb(folder: Path) -> str:
    """The URL of a new folder of snapshots."""
    shutil.rmtree(folder, ignore_errors=True)
    return f"duckdb:///{folder}"
