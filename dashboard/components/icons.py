"""Line icons of our own: drawn in assets/icons.css as masks, so that they take the colour of the text."""

from typing import Any, Literal

from dash import html

Icon = Literal[
    "menu", "close", "filter", "more", "table", "chart", "book", "route", "download", "home", "pulse", "people",
    "coins", "shield", "check", "alert", "info", "up", "down", "flat", "sun", "moon", "contrast", "calendar", "clock",
    "search", "external", "target", "record",
]  # fmt: skip


def aria(**words: str) -> dict[str, Any]:
    """aria- attributes for a component of dash.html: `aria(label="…")`, `aria(expanded="false")`."""
    return {f"aria-{name}": value for name, value in words.items()}


def attributes(named: dict[str, str]) -> dict[str, Any]:
    """data- attributes for a component of dash.html, which its type knows only as anything."""
    return dict(named)


def icon(name: Icon, said: str | None = None) -> html.Span:
    """An icon; said: what it stands for, where no word beside it says so (already translated)."""
    drawn = html.Span(className=f"icon icon-{name}", **aria(hidden="true"))
    return html.Span([drawn, html.Span(said, className="visually-hidden")]) if said else drawn
