"""A tree of dash.html components as HTML text: for tables of thousands of parts, which the browser would be long in
making one component at a time. Text and attributes are escaped; nothing in it calls back."""

from html import escape
from typing import Any

from dash import html
from dash.development.base_component import Component

NAMES = {"className": "class", "htmlFor": "for", "tabIndex": "tabindex", "rowSpan": "rowspan", "colSpan": "colspan"}
VOID = frozenset({"br", "hr", "img", "input"})


def as_html(shown: Any) -> str:
    """The text of a component, of several, or of plain words. Raises TypeError for what is no element of HTML."""
    if shown is None:
        return ""
    if isinstance(shown, (list, tuple)):
        return "".join(as_html(one) for one in shown)
    if isinstance(shown, Component):
        return _element(shown)
    return escape(str(shown))


def _element(shown: Component) -> str:
    named = shown.to_plotly_json()
    if named["namespace"] != html.Div().to_plotly_json()["namespace"]:
        raise TypeError(f"{named['type']} is no element of HTML")
    tag = str(named["type"]).lower()
    given = {name: value for name, value in named["props"].items() if name != "children"}
    attributes = "".join(_attribute(NAMES.get(name, name), value) for name, value in given.items())
    if tag in VOID:
        return f"<{tag}{attributes}>"
    return f"<{tag}{attributes}>{as_html(getattr(shown, 'children', None))}</{tag}>"


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
