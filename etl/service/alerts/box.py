"""What is kept between runs: which alerts are open, which runs have been judged, and what is still to be delivered.

One file, replaced whole: an alert is open exactly when its message waits or has been delivered, whatever is killed.
"""

import fcntl
import hashlib
import json
import logging
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from data.errors import AspError
from etl.service.alerts import CHANGED, Alert, Finding, Notice

LOGGER = logging.getLogger("asp-etl")
FILE, LOCK, DELIVERING = "alerts.json", "lock", "delivering"
MOST_WAITING = 1000
VERSION = 1


@dataclass
class Open:
    """An alert that is not over. since: aware UTC."""

    alert: Alert
    since: datetime


@dataclass
class Waiting:
    """A message on its way. channels: those it still has to go to."""

    notice: Notice
    channels: tuple[str, ...]


@dataclass
class State:
    """judged: number of the newest run that was judged; None before the first."""

    judged: int | None = None
    open: dict[str, Open] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)

    def take(self, findings: Sequence[Finding], now: datetime, channels: Sequence[str]) -> list[Notice]:
        """Open what is new and close what is over; gives what is to be told, which now waits for the channels.

        What lasts is not told again, but shown as it is now. That a changed source is as before is not told.
        """
        told = [notice for finding in findings if (notice := self._taken(finding, now))]
        self.waiting += [Waiting(notice, tuple(channels)) for notice in told]
        if (over := len(self.waiting) - MOST_WAITING) > 0:
            LOGGER.error("%d oldest alerts could not be delivered and are given up", over)
            del self.waiting[:over]
        return told

    def drop(self, gone: Collection[str]) -> None:
        """Close alerts without a word: what they were about is not watched any more."""
        for key in gone:
            self.open.pop(key, None)

    def deliver(self, channel: str, ids: Collection[str]) -> None:
        """Note that the channel has delivered these messages, or does not exist."""
        for one in self.waiting:
            if one.notice.id in ids:
                one.channels = tuple(name for name in one.channels if name != channel)
        self.waiting = [one for one in self.waiting if one.channels]

    def _taken(self, finding: Finding, now: datetime) -> Notice | None:
        known, alert = self.open.get(finding.key), finding.alert
        if alert is None:
            self.open.pop(finding.key, None)
            told = known is not None and known.alert.kind != CHANGED
            return _notice(known.alert, now, over=True) if known and told else None
        new = known is None or (alert.kind == CHANGED and dict(alert.text) != dict(known.alert.text))
        self.open[finding.key] = Open(alert, now if new or known is None else known.since)
        return _notice(alert, now) if new else None


class Box:
    """The folder that the state is kept in, shared by the worker and by commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def state(self) -> State:
        """The state as it is now. A file that cannot be understood is set aside, and an empty state given."""
        path = self.folder / FILE
        try:
            return _state(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return State()
        except (ValueError, KeyError, TypeError, AttributeError):
            spoiled = path.with_suffix(".spoiled")
            LOGGER.error("%s cannot be understood; it is kept as %s and alerts start anew", path, spoiled)
            path.replace(spoiled)
            return State()
        except OSError as error:
            raise _unusable(self.folder, error) from error

    @contextmanager
    def changing(self) -> Iterator[State]:
        """The state to change; what was changed is kept when the block ends well. Waits for other processes."""
        with self._locked(LOCK):
            state = self.state()
            yield state
            self._keep(state)

    @contextmanager
    def delivering(self) -> Iterator[bool]:
        """Whether this process may deliver: False while another one does, so that nothing is sent twice."""
        with self._locked(DELIVERING, wait=False) as free:
            yield free

    @contextmanager
    def _locked(self, name: str, wait: bool = True) -> Iterator[bool]:
        """The operating system drops these locks with their process."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = (self.folder / name).open("a")
        except OSError as error:
            raise _unusable(self.folder, error) from error
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
                free = True
            except BlockingIOError:
                free = False
            yield free

    def _keep(self, state: State) -> None:
        draft = self.folder / f"{FILE}.new"
        try:
            with draft.open("w", encoding="utf-8") as file:
                json.dump(_as_json(state), file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.folder / FILE)
        except OSError as error:
            raise _unusable(self.folder, error) from error


def _unusable(folder: Path, error: OSError) -> AspError:
    return AspError(f"{folder}: alerts cannot be kept there ({error.strerror}). Make it writable, or set ASP_STATE.")


def _notice(alert: Alert, at: datetime, over: bool = False) -> Notice:
    """The same alert of the same moment has the same id, so that receivers can tell a message that came twice."""
    named = f"{alert.key} {at.isoformat()} {over}"
    return Notice(hashlib.sha256(named.encode()).hexdigest()[:16], alert, at, over)


def _as_json(state: State) -> dict[str, Any]:
    return {
        "version": VERSION,
        "judged": state.judged,
        "open": [one.alert.as_json() | {"since": one.since.isoformat()} for one in state.open.values()],
        "waiting": [
            one.notice.as_json() | {"at": one.notice.at.isoformat(), "channels": one.channels} for one in state.waiting
        ],
    }


def _state(kept: dict[str, Any]) -> State:
    if kept["version"] != VERSION:
        raise ValueError(kept["version"])
    opened = [Open(Alert.from_json(one), datetime.fromisoformat(one["since"])) for one in kept["open"]]
    waiting = [Waiting(_kept_notice(one), tuple(one["channels"])) for one in kept["waiting"]]
    return State(kept["judged"], {one.alert.key: one for one in opened}, waiting)


def _kept_notice(one: dict[str, Any]) -> Notice:
    at = datetime.fromisoformat(one["at"])
    return Notice(one["id"], Alert.from_json(one), at, one["event"] == "resolved")
