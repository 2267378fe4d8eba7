"""A flat map of Hungary in kilometres: degrees of longitude narrowed as they are in its middle.

Off by less than two per cent at its borders, which no reader of a map on a screen can see.
"""

from math import cos, radians

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

WEST, SOUTH = 16.0, 45.7
EAST, NORTH = 23.0, 48.7
"""Degrees (WGS84) that Hungary lies within."""
MIDDLE = 47.2
DEGREE_KM = 111.32
KM = np.array([DEGREE_KM * cos(radians(MIDDLE)), DEGREE_KM])
CORNER = np.array([WEST, SOUTH])


def to_plane(degrees: Floats) -> Floats:
    """Kilometres east and north of the corner, from pairs of longitude and latitude."""
    return (degrees - CORNER) * KM


def to_degrees(plane: Floats) -> Floats:
    """Pairs of longitude and latitude, from kilometres."""
    return plane / KM + CORNER
