"""Waits that take no time."""

from etl.sources.api.client import Waits


class NoWaits(Waits):
    """No test sleeps; the clock stands still."""

    def sleep(self, seconds: float) -> None:
        return None

    def clock(self) -> float:
        return 0.0
