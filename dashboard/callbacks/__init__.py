"""The shell's callbacks: they measure what cards ask, and keep address, filters and cards in step."""

from dash import Dash

from dashboard.callbacks import blocks, cards, exporting, filters, frame, matrix, panel, recording, why


def register(app: Dash) -> None:
    """Register every callback of the shell on an app."""
    for module in (frame, filters, cards, blocks, panel, exporting, recording, why, matrix):
        module.register(app)
