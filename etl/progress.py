"""How far a run is: bars on a terminal, plain log lines elsewhere."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

LOGGER = logging.getLogger("asp-etl")
EVERY = 1_000_000  # rows between two log lines


class Watcher(Protocol):
    """Is told what a run does."""

    def starts(self, step: str) -> None:
        """Reading a source, or another step, begins."""

    def advances(self, part: str, rows: int) -> None:
        """So many more rows were read, of this input."""

    def ends(self, outcome: str) -> None:
        """The step is done; outcome says how, in words."""


class Silent:
    """Tells nobody."""

    def starts(self, step: str) -> None:
        return None

    def advances(self, part: str, rows: int) -> None:
        return None

    def ends(self, outcome: str) -> None:
        return None


class LogLines:
    """A line when a step ends, and one per million rows on the way."""

    def __init__(self) -> None:
        self._step = ""
        self._rows = 0

    def starts(self, step: str) -> None:
        self._step, self._rows = step, 0

    def advances(self, part: str, rows: int) -> None:
        before, self._rows = self._rows, self._rows + rows
        if before // EVERY != self._rows // EVERY:
            LOGGER.info("%s: %d rows so far (%s)", self._step, self._rows, part)

    def ends(self, outcome: str) -> None:
        LOGGER.info("%s: %s", self._step, outcome)


class Bars:
    """A spinner per step, with the input at hand and the rows so far."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None
        self._rows = 0

    def starts(self, step: str) -> None:
        self._rows = 0
        self._task = self._progress.add_task(step, total=None, told="")

    def advances(self, part: str, rows: int) -> None:
        self._rows += rows
        if self._task is not None:
            self._progress.update(self._task, told=f"{self._rows:,} rows  {part}")

    def ends(self, outcome: str) -> None:
        if self._task is not None:
            self._progress.update(self._task, total=1, completed=1, told=outcome)


@contextmanager
def watching(console: Console) -> Iterator[Watcher]:
    """Bars when the console is a terminal, log lines when it is not."""
    if not console.is_terminal:
        yield LogLines()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(20), TextColumn("{task.fields[told]}"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        yield Bars(progress)
