"""The frame of a page: its question as the heading, then what answers it."""

from typing import Any

from dash import html

from dashboard.locale import translate as _


def page(question: str, *children: Any) -> html.Div:
    """A page. question: message id of its heading (h1)."""
    return html.Div([html.H1(_(question), className="page-title"), *children], className="page")


def section(heading: str, *children: Any) -> html.Section:
    """Part of a page under a heading (h2), a message id. Cards in it keep their own h3."""
    return html.Section([html.H2(_(heading), className="section-title"), *children], className="page-section")


def grid(*cards: Any) -> html.Div:
    """Cards side by side on twelve columns; one below another on a narrow screen."""
    return html.Div(list(cards), className="card-grid")
