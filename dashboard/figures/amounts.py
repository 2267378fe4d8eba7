"""Money on axes and beside bars: one scale, its unit said once."""

from collections.abc import Iterable
from typing import Any

from dashboard import formats
from dashboard.figures.axes import tick_values
from dashboard.formats import SCALES, UNITS, Scale

LEAST = 0.5  # an amount smaller than this in its scale would be read as nothing


def amount_scale(values: Iterable[float]) -> Scale:
    """The scale of a column of amounts: the biggest one's, or the next smaller where small ones would vanish in it."""
    sizes = sorted(abs(value) for value in values if not formats.missing(value) and value)
    if not sizes:
        return UNITS
    scale = formats.scale_of(sizes[-1])
    if scale is not UNITS and sizes[0] < LEAST * scale.factor:
        return SCALES[min(SCALES.index(scale) + 1, len(SCALES) - 1)]
    return scale


def money_axis(smallest: float, largest: float, language: str, scale: Scale | None = None) -> dict[str, Any]:
    """Arguments of an axis of forints from zero: ticks as plain numbers, scale and currency as its title.

    scale: that of amounts beside the marks, where there are any; by default the one of the largest tick.
    """
    ticks = tick_values(min(0.0, smallest), max(largest, 0.0), "huf")
    scale = scale or formats.scale_of(max((abs(tick) for tick in ticks), default=0.0))
    word = scale.words[language]
    title = f"{word}{formats.SPACE}Ft".strip() if language == "hu" else f"HUF{formats.SPACE}{word}".strip()
    return {
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [_plain(tick / scale.factor, language) for tick in ticks],
        "range": [min(ticks[0], smallest), max(largest, ticks[-1]) * 1.04],
        "title": {"text": title},
    }


def _plain(amount: float, language: str) -> str:
    """`2 000`, `2,5`."""
    return formats.number(amount, language, 0 if float(amount).is_integer() else 1)
