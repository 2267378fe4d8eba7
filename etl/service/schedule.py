"""When the jobs are due: cron expressions in Budapest time against what has run. Pure: no clock, no database."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from croniter import croniter
from croniter.croniter import CroniterError

from data.errors import AspError

BUDAPEST = ZoneInfo("Europe/Budapest")
LONGEST_SHIFT = timedelta(hours=2)  # more than clocks are ever moved at once
MINUTE = timedelta(minutes=1)
_RANDOM = re.compile(r"(^|[\s,])R([\s,(/]|$)", re.IGNORECASE)


class BadExpression(AspError):
    """A cron expression that names no time."""


@dataclass(frozen=True)
class Task:
    """What one entry of the schedule runs of one job. sources: names, in the order of sources.toml; never empty."""

    job: str
    sources: tuple[str, ...]
    cron: str

    @property
    def key(self) -> str:
        """What a run of it is remembered by: two expressions for the same sources share their runs."""
        return f"{self.job}: {', '.join(self.sources)}"


@dataclass(frozen=True)
class Due:
    """A task whose time has come. named_at: the latest time that its expression names; since: the first one since its
    last run. Both UTC.
    """

    task: Task
    named_at: datetime
    since: datetime


Started = Mapping[tuple[str, str], datetime]
"""(job, source) -> when the newest run that took in the source started, aware UTC."""


def check_expression(expression: str) -> None:
    """Raises BadExpression unless it has five fields (or is one of @daily, @hourly …) and names a time."""
    plain = expression.strip().startswith("@") or len(expression.split()) == 5
    if not plain or _RANDOM.search(expression) or not croniter.is_valid(expression):
        raise BadExpression(
            f"{expression!r} is not a cron expression. Expected five fields (minute hour day month weekday),"
            " such as '0 2 * * *' for 02:00 in Budapest."
        )
    try:
        croniter(expression, datetime(2026, 1, 1)).get_next(datetime)
    except CroniterError as error:
        raise BadExpression(f"{expression!r} names no day that exists. Correct its day and month.") from error


def next_run(expression: str, after: datetime) -> datetime:
    """The first time after `after` (aware) that the expression names, in Budapest. Raises BadExpression.

    A time of day that does not exist when clocks go forward is the moment they do; one that comes twice when they go
    back is the first of the two. So a nightly run happens once on either night.
    """
    check_expression(expression)
    times = croniter(expression, _wall(after) - LONGEST_SHIFT)
    while (found := _moment(times.get_next(datetime))) <= after:
        pass
    return found.astimezone(BUDAPEST)


def last_named(expression: str, now: datetime) -> datetime:
    """The last time up to and including now (aware) that the expression names, UTC. Raises BadExpression."""
    check_expression(expression)
    times = croniter(expression, _wall(now) + LONGEST_SHIFT)
    while (found := _moment(times.get_prev(datetime))) > now:
        pass
    return found


def due(tasks: Sequence[Task], started: Started, served: Mapping[str, datetime], now: datetime) -> list[Due]:
    """Tasks whose latest named time has not been run yet, in the order of the schedule; times missed before it are not
    made up for.

    started: what the reporting database knows. served: key of a task -> the named time that this worker has already
    tried, however that ended. A task with a source that never ran is due at once.
    """
    found = (_due(task, last_run(task, started, served, now), now) for task in tasks)
    return [one for one in found if one is not None]


def last_run(task: Task, started: Started, served: Mapping[str, datetime], now: datetime) -> datetime | None:
    """When a task was last run or tried; by the source that has waited longest, None when one never ran.

    A time after now was noted while the clock was wrong, and does not count.
    """
    known = [started.get((task.job, source)) for source in task.sources]
    runs = [moment for moment in known if moment is not None and moment <= now]
    oldest = min(runs) if len(runs) == len(known) else None
    tried = served.get(task.key)
    return max((moment for moment in (oldest, tried) if moment is not None and moment <= now), default=None)


def _due(task: Task, last: datetime | None, now: datetime) -> Due | None:
    named_at = last_named(task.cron, now)
    if last is None:
        return Due(task, named_at, named_at)
    if last >= named_at:
        return None
    return Due(task, named_at, next_run(task.cron, last).astimezone(UTC))


def until_next(tasks: Sequence[Task], now: datetime) -> tuple[datetime, Task] | None:
    """The next time that any task is named at, and which; None without tasks."""
    times = ((next_run(task.cron, now).astimezone(UTC), task) for task in tasks)
    return min(times, key=lambda pair: pair[0], default=None)


def _wall(moment: datetime) -> datetime:
    """What a clock in Budapest shows, without zone."""
    return moment.astimezone(BUDAPEST).replace(tzinfo=None)


def _moment(wall: datetime) -> datetime:
    """The moment of a time of day in Budapest: the first of two, or the end of the hour that is left out.

    In UTC: two times in one zone are compared as the clock shows them, not as they pass.
    """
    while _wall(found := wall.replace(tzinfo=BUDAPEST).astimezone(UTC)) != wall:
        wall += MINUTE
    return found
