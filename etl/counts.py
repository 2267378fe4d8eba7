"""Conservation: every row read is accounted for, or nothing is published."""

from dataclasses import astuple, dataclass

from data.errors import AspError


class ConservationError(AspError):
    """Rows were lost or counted twice on their way in; the run is not published."""


@dataclass(frozen=True)
class Counts:
    """What became of the rows of one input: each row read is in exactly one of the other fields.

    duplicate: rows whose key came again in the run, in this input or in another; one of them was kept.
    unchanged: rows equal to the current version, or older than it.
    """

    read: int = 0
    loaded_new: int = 0
    loaded_changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    quarantined: int = 0

    def check(self, source: str) -> None:
        """Raises ConservationError when the parts are not the whole."""
        accounted = sum(astuple(self)[1:])
        if accounted != self.read:
            raise ConservationError(f"{source}: {self.read} rows read, {accounted} accounted for. Nothing published.")
