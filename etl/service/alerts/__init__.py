"""Alerts: what a run, or the passing of time, found wrong; told once, and once more when it is over."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

RUN, INPUT, LATE, MISSED = "run_failed", "input_failed", "late_data", "missed_schedule"
QUARANTINE, VOLUME, CHANGED, WORKER, TEST = "quarantine_rate", "volume", "source_changed", "worker", "test"
ERROR, WARNING, INFO = "error", "warning", "info"
SEVERITIES = {
    RUN: ERROR, INPUT: ERROR, WORKER: ERROR, LATE: WARNING, MISSED: WARNING, QUARANTINE: WARNING, VOLUME: WARNING,
    CHANGED: INFO, TEST: INFO,
}  # fmt: skip
Text = Mapping[str, str]
"""What is told, by language: hu, en."""


@dataclass(frozen=True)
class Alert:
    """Something that a person should know. key: the same for as long as it lasts."""

    key: str
    kind: str
    text: Text
    source: str | None = None
    run: int | None = None

    @property
    def severity(self) -> str:
        return SEVERITIES[self.kind]

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"severity": self.severity, "text": dict(self.text)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """An alert as as_json gave it. Raises KeyError and TypeError for anything else."""
        known = {name: kept[name] for name in ("key", "kind", "text", "source", "run")}
        if known["kind"] not in SEVERITIES:
            raise KeyError(known["kind"])
        return cls(**known)


@dataclass(frozen=True)
class Finding:
    """What was judged, and the alert if something is wrong with it."""

    key: str
    alert: Alert | None = None


@dataclass(frozen=True)
class Notice:
    """What one message says of an alert: that it was raised, or that it is over. at: aware UTC."""

    id: str
    alert: Alert
    at: datetime
    over: bool = False

    def as_json(self) -> dict[str, Any]:
        event = "resolved" if self.over else "raised"
        return {"id": self.id, "event": event, "at": self.at.isoformat(timespec="seconds")} | self.alert.as_json()
