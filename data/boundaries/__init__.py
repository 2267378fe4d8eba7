"""The shapes on the map: cells computed from the municipalities' points, or official boundaries that were imported."""
