"""What tables of a profile share: they scroll inside themselves, and the keyboard can reach them."""

from typing import Any

from dash import html
from dash.development.base_component import Component


def scrolling(table: Component, label: str) -> html.Div:
    """A table that is wider than its card scrolls by itself."""
    named: dict[str, Any] = {"aria-label": label}
    return html.Div(table, className="table-scroll", tabIndex=0, role="group", **named)
