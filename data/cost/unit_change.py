"""Why a unit cost changed: because the cost did, or because the volume that it is spread over did."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Split:
    """A change of N / D. cost: by what N did; volume: by what D did (more volume makes it less). They add up to it."""

    cost: Fraction
    volume: Fraction

    @property
    def total(self) -> Fraction:
        return self.cost + self.volume


def split(before: tuple[int, int], after: tuple[int, int]) -> Split | None:
    """before, after: cost (forints) and volume. None where a period has no volume.

    Each part is taken at the mean of the two periods, so neither is the yardstick and swapping them flips the signs:
    cost (N1 - N0) · (1/D0 + 1/D1) / 2, volume (1/D1 - 1/D0) · (N0 + N1) / 2.
    """
    (n0, d0), (n1, d1) = before, after
    if not d0 or not d1:
        return None
    u0, u1 = Fraction(1, d0), Fraction(1, d1)
    return Split((n1 - n0) * (u0 + u1) / 2, (u1 - u0) * (n0 + n1) / 2)
