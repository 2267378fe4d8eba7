"""Cards one below another in half of the width, beside one tall card."""

from dash import html

from dashboard.components.block import Block
from dashboard.components.card import Card


def stack(*cards: Card | Block, width: int = 6) -> html.Div:
    """The cards in one column of the grid. width: columns of 12."""
    return html.Div([card.view(12) for card in cards], className=f"card-stack width-{width}")
