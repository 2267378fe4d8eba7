"""Marks of a signal: an icon with its word. After NHS England's "Making Data Count", in shapes of our own.

Variation (is it changing?) is round for none, a disc, a diamond or a square for a change, with an arrow to the side it
went; assurance (can the target be met?) is a tick, a cross or a line that crosses the target. So shape and word carry
the meaning, colour only helps. Drawn in assets/signal.css.
"""

from typing import Any, Literal

from dash import html

from dashboard.components.icons import attributes
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.signal_words import (
    assurance_sentence,
    assurance_words,
    signal_sentence,
    signal_words,
    variation_words,
)
from data.control.chart import Assurance, ControlChart, Variation
from data.metrics.metric import Better

__all__ = [
    "assurance_mark",
    "assurance_sentence",
    "assurance_words",
    "signal_marks",
    "signal_sentence",
    "signal_words",
    "variation_mark",
    "variation_words",
]

Side = Literal["high", "low"] | None
SIDES = {"high": N_("values run high"), "low": N_("values run low")}
BETTER = {"higher": N_("higher is better"), "lower": N_("lower is better")}


def variation_mark(variation: Variation, side: Side, better: Better, language: str, *, word: bool = True) -> html.Span:
    """Whether it is changing: icon and word. word=False hides the word from the eye only, for dense tables."""
    signalled = variation in ("improvement", "concern", "shift")
    shape = f"{variation}-{side}" if signalled and side else variation.replace("_", "-")
    more = [_(SIDES[side], language)] if signalled and side else []
    if signalled and better in BETTER:
        more.append(_(BETTER[better], language))
    return _mark(f"signal-{shape}", variation, variation_words(variation, language), more, word)


def assurance_mark(assurance: Assurance, better: Better, language: str, *, word: bool = True) -> html.Span:
    """Whether the target can be met: icon and word."""
    more = [_(BETTER[better], language)] if better in BETTER and assurance in ("meets", "misses") else []
    shape = f"assure-{assurance.replace('_', '-')}"
    return _mark(shape, f"assured-{assurance}", assurance_words(assurance, language), more, word)


def signal_marks(chart: ControlChart, better: Better, language: str, *, word: bool = True) -> html.Span:
    """Both marks of a chart; too early said once, no target left out."""
    marks = [variation_mark(chart.variation, chart.side, better, language, word=word)]
    if chart.assurance not in ("no_target", "too_early"):
        marks.append(assurance_mark(chart.assurance, better, language, word=word))
    return html.Span(marks, className="signal-marks")


def _mark(shape: str, meaning: str, said: str, more: list[str], word: bool) -> html.Span:
    whole = "; ".join([said, *more])
    hidden: dict[str, Any] = {"aria-hidden": "true"}
    text = [html.Span(said)] if word else [html.Span(whole, className="visually-hidden")]
    return html.Span(
        [html.Span(className=f"signal-icon {shape}", **hidden), *text],
        className=f"signal {meaning.replace('_', '-')}",
        title=whole,
        **attributes({"data-signal": meaning}),
    )
