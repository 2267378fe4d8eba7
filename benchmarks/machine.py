"""A command as a whole process: seconds and peak memory; and what it ran on."""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """Wall and processor seconds, peak resident memory in megabytes."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def measured(
    command: Sequence[str | Path], environment: Mapping[str, str], good: frozenset[int] = frozenset({0, 3})
) -> Measured:
    """Run a command to its end. Raises RuntimeError with its last words when it ends otherwise than `good`."""
    started = time.perf_counter()
    with subprocess.Popen(
        [str(part) for part in command],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None, "stderr is piped"
        words = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in good:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {words[-2000:].decode(errors='replace')}")
    return Measured(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def command(name: str) -> Path:
    """One of the project's commands, beside the Python that runs this."""
    return Path(sys.executable).parent / name


def described() -> str:
    """Cores and Python, to be stated with every figure."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
