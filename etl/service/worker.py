"""The scheduled worker: runs what is due, one after the other, and watches, until it is told to stop."""

import logging
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import FrameType
from typing import Protocol

from data.errors import AspError, StoreBusy
from etl.config import ConfigError
from etl.service.schedule import BUDAPEST, Due, Started, Task, due, until_next

LOGGER = logging.getLogger("asp-etl")
LONGEST_NAP = timedelta(seconds=30)  # so that a clock that is set or a machine that slept is noticed
BUSY_WAIT = timedelta(minutes=5)
WATCH_EVERY = timedelta(minutes=10)
GRACE = 10.0  # seconds that a step has to give up


class Stopped(BaseException):
    """The process was asked to end. Not an Exception: a run that is under way must be given up, not reported."""


class Stop:
    """SIGTERM and SIGINT: ends what can be given up at once, and lets what must be whole come to its end."""

    def __init__(self) -> None:
        self.asked = False
        self._held = 0

    def install(self) -> None:
        """Take over the signals of this process."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)
        signal.signal(signal.SIGALRM, self._leave)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        signal.setitimer(signal.ITIMER_REAL, GRACE)
        if not self._held:
            raise Stopped

    def _leave(self, number: int, frame: FrameType | None) -> None:
        """A server that does not answer must not hold the end up: what is left behind here is not published anyway."""
        if self._held:
            signal.setitimer(signal.ITIMER_REAL, GRACE)
        else:
            LOGGER.warning("left in the middle of a step, which has changed nothing")
            os._exit(0)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Put the end off until the block is done."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
        if self.asked and not self._held:
            raise Stopped


class Work(Protocol):
    """What the worker does: etl/service.py, or a table of times in a test."""

    def tasks(self) -> Sequence[Task]:
        """What is to run, from sources.toml as it is now. Raises ConfigError."""

    def started(self, now: datetime) -> Started:
        """What the reporting database knows of earlier runs. Raises what its driver raises."""

    def run(self, task: Task) -> None:
        """Run a task. Raises StoreBusy when another run is writing, and anything else."""

    def failed(self, task: Task, began: datetime, error: Exception) -> None:
        """Report a run that raised."""

    def watch(self, waiting: Sequence[Due] | None, calm: bool = True) -> None:
        """Judge and deliver. waiting: tasks that wait in vain; None when nothing can be judged now. calm: nothing else
        is about to run, so that what is missing will not come by itself.
        """

    def trouble(self, name: str, message: str | None) -> None:
        """What keeps the worker from working (config, database); None when that is over."""


@dataclass
class Worker:
    """now: aware; nap: waits so many seconds. served: what was tried by this process; later: not before these times;
    told: the next time that was last logged; troubles: what was last logged of each.
    """

    work: Work
    now: Callable[[], datetime]
    nap: Callable[[float], None]
    stop: Stop = field(default_factory=Stop)
    served: dict[str, datetime] = field(default_factory=dict)
    later: dict[str, datetime] = field(default_factory=dict)
    watched_at: datetime | None = None
    told: datetime | None = None
    troubles: dict[str, str | None] = field(default_factory=dict)

    def forever(self) -> None:
        """Work until Stopped is raised, by a signal or by nap."""
        try:
            while not self.stop.asked:
                self.tick()
        except Stopped:
            LOGGER.debug("stopped in the middle of a step, which has changed nothing")
        LOGGER.info("stopped")

    def tick(self) -> None:
        """Run the first task that is due; else watch, and nap until something can be."""
        tasks = self._tasks()
        waiting = None if tasks is None else self._waiting(tasks)
        ready = [one for one in waiting or () if not self._postponed(one.task)]
        if ready:
            self._serve(ready[0])
        self._watch(waiting, at_once=bool(ready), calm=len(ready) < 2)
        if not ready:
            self._rest(tasks or ())

    def _tasks(self) -> Sequence[Task] | None:
        try:
            tasks = self.work.tasks()
        except ConfigError as error:
            self._trouble("config", str(error))
            return None
        self._trouble("config", None)
        return tasks

    def _waiting(self, tasks: Sequence[Task]) -> list[Due] | None:
        now = self.now()
        try:
            found = due(tasks, self.work.started(now), self.served, now)
        except Exception as error:  # whatever a driver raises: the database may be back at the next tick
            self._trouble("database", str(error) if isinstance(error, AspError) else type(error).__name__)
            return None
        self._trouble("database", None)
        return found

    def _serve(self, one: Due) -> None:
        began = self.now()
        LOGGER.info("%s: due since %s", one.task.key, _shown(one.named_at))
        try:
            self.work.run(one.task)
        except StoreBusy as error:
            self.later[one.task.key] = began + BUSY_WAIT
            LOGGER.warning("%s: %s Tried again in %d minutes.", one.task.key, error, BUSY_WAIT.total_seconds() // 60)
            return
        except Exception as error:
            with self._guarded():
                self.work.failed(one.task, began, error)
        self.later.pop(one.task.key, None)
        self.served[one.task.key] = one.named_at

    def _postponed(self, task: Task) -> bool:
        """Whether another run was writing a moment ago. A clock that was set back does not prolong it."""
        later, now = self.later.get(task.key), self.now()
        return later is not None and now < later <= now + BUSY_WAIT

    def _watch(self, waiting: Sequence[Due] | None, at_once: bool, calm: bool) -> None:
        """After each run, and every ten minutes."""
        now = self.now()
        if not at_once and self.watched_at and timedelta() <= now - self.watched_at < WATCH_EVERY:
            return
        self.watched_at = now
        vain = None if waiting is None else [one for one in waiting if one.task.key in self.later]
        with self._guarded():
            self.work.watch(vain, calm)

    def _rest(self, tasks: Sequence[Task]) -> None:
        now = self.now()
        upcoming = until_next(tasks, now)
        if upcoming and upcoming[0] != self.told:
            self.told = upcoming[0]
            LOGGER.info("next: %s at %s", upcoming[1].key, _shown(upcoming[0]))
        left = upcoming[0] - now if upcoming else LONGEST_NAP
        self.nap(min(left, LONGEST_NAP).total_seconds())

    def _trouble(self, name: str, message: str | None) -> None:
        if message is not None and message != self.troubles.get(name):
            LOGGER.error("%s: %s", name, message)
        self.troubles[name] = message
        with self._guarded():
            self.work.trouble(name, message)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Alerts and reports never end the worker."""
        try:
            with self.stop.held():
                yield
        except AspError as error:
            LOGGER.error("%s", error)
        except Exception as error:
            LOGGER.error("alerts stopped with %s", type(error).__name__, exc_info=error)


def _shown(moment: datetime) -> str:
    return moment.astimezone(BUDAPEST).isoformat(timespec="minutes")
