"""Runs the jobs at the times of a cron expression, in Budapest time, until it is stopped."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from croniter import croniter

from data.errors import AspError

LOGGER = logging.getLogger(__name__)
BUDAPEST = ZoneInfo("Europe/Budapest")
LONGEST_NAP = 30.0  # seconds: so that a clock that is set or a machine that slept is noticed


def next_run(expression: str, after: datetime) -> datetime:
    """The first time after `after` (aware) that the expression names, in Budapest. Raises AspError for a bad one."""
    if not croniter.is_valid(expression):
        raise AspError(f"{expression!r} is not a cron expression. Expected five fields, such as '0 2 * * *' for 02:00.")
    found: datetime = croniter(expression, after.astimezone(BUDAPEST)).get_next(datetime)
    return found


def run_on_schedule(
    expression: str,
    run: Callable[[], int],
    now: Callable[[], datetime] = lambda: datetime.now(BUDAPEST),
    nap: Callable[[float], None] = time.sleep,
    rounds: int | None = None,
) -> None:
    """Call run() at each time of the expression; a run that fails is logged and the next one goes on.

    rounds: stop after so many runs (None: never). now and nap are handed in so that a test needs no waiting.
    """
    done = 0
    while rounds is None or done < rounds:
        due = next_run(expression, now())
        LOGGER.info("next run at %s", due.isoformat(timespec="minutes"))
        while (left := (due - now()).total_seconds()) > 0:
            nap(min(left, LONGEST_NAP))
        try:
            LOGGER.info("scheduled run ended with exit code %d", run())
        except AspError as error:
            LOGGER.error("scheduled run failed: %s", error)
        done += 1
