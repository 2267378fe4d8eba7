"""Whether text in a colour can be read."""

from dashboard.figures.template import MUTED, SURFACE
from dashboard.look import Look


def readable(colour: str, look: Look) -> str:
    """A series' colour where text in it reaches 4.5 : 1 on the surface, else the muted text colour."""
    return colour if contrast(colour, SURFACE[look.theme]) >= 4.5 else MUTED[look.theme]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours by WCAG 2.1, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
