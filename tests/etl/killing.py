"""A run of asp-etl in a process of its own, killed at a moment."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

KEY = "a key for tests, long enough"
JOB_OF = {
    "fact_ticket": "tickets", "fact_ticket_event": "tickets", "fact_training": "training", "fact_budget": "budget",
    "fact_contract": "contracts", "fact_contract_amendment": "contracts", "fact_contract_service": "contracts",
    "fact_role_holder": "contracts", "fact_usage": "usage",
}  # fmt: skip
"""Fact -> the job that loads it."""

# Says when it has started, so that a moment is one of the run and not of Python's imports.
_RUN = "from etl.cli import main; print('started', flush=True); main()"


def killed(url: str, config: Path, seconds: float) -> bool:
    """Start a run of everything and kill it so many seconds after it began; whether it was still running then."""
    own = {
        "ASP_REPORTING_URL": url,
        "ASP_PERSON_KEY": KEY,
        "ASP_ROLLUPS": "true",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-c", _RUN, "run", "all", "--config", str(config)]
    with subprocess.Popen(
        command, cwd=config.parent, env=os.environ | own, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
    return process.returncode == -signal.SIGKILL


def url_of(store: Any) -> str:
    """The URL that opens the store again."""
    if hasattr(store, "folder"):
        return f"duckdb:///{store.folder}"
    return str(store.url.render_as_string(hide_password=False))
