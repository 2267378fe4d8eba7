"""Times of servers that neither store nor tell a zone: the wall clock of the source's time_zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from etl.config import Source

_EPOCH = datetime(1970, 1, 1)
_HOUR = timedelta(hours=1)
FIRST = int((datetime(1990, 1, 1) - _EPOCH).total_seconds())  # where a first pull starts


@dataclass(frozen=True)
class Wall:
    """The clock on the wall. A place is its seconds since 1970-01-01 00:00 on the same wall."""

    zone: ZoneInfo

    def text(self, place: int) -> str:
        """As such servers write it."""
        return (_EPOCH + timedelta(seconds=place)).strftime("%Y-%m-%d %H:%M:%S")

    def since(self, at: datetime) -> int:
        """The first place that a moment from at (aware) on can have.

        Within an hour of a change of the clocks it is an hour less: what is read twice does no harm.
        """
        return self._place(at, -_HOUR)

    def until(self, at: datetime) -> int:
        """The place after the last one that a moment before at can have."""
        return self._place(at + timedelta(microseconds=999_999), _HOUR)

    def moment(self, text: str | None) -> datetime | None:
        """What the wall showed, in UTC; of an hour that came twice the earlier one. None for no time at all."""
        if not text or text.startswith("0000"):
            return None
        return datetime.fromisoformat(text).replace(tzinfo=self.zone).astimezone(UTC)

    def at(self, place: int | None) -> datetime | None:
        """The moment of a place, in UTC; None for none."""
        return None if place is None else self.moment(self.text(place))

    def _place(self, at: datetime, margin: timedelta) -> int:
        offsets = {(at + hours * _HOUR).astimezone(self.zone).utcoffset() for hours in (-1, 0, 1)}
        shown = at.astimezone(self.zone).replace(tzinfo=None) + (margin if len(offsets) > 1 else timedelta())
        return int((shown - _EPOCH) // timedelta(seconds=1))


def wall_of(source: Source) -> Wall:
    """The wall clock of a source's server."""
    return Wall(ZoneInfo(source.time_zone))
