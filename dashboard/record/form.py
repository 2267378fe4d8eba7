"""Fields of the log's forms: a label, a control, what helps, and the complaint beside it.

assets/decisions.js ties help and complaint to the control (the controls take no aria- attributes of their own).
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import dash_bootstrap_components as dbc
from dash import ClientsideFunction, Input, Output, clientside_callback, dcc, html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.components.icons import aria, attributes, icon
from dashboard.locale import plural
from dashboard.locale import translate as _
from dashboard.record.checks import MOST_NAME, MOST_TEXT

TEXT_ROWS = 5


def field(id: str, label: str, control: Component, help: str = "") -> html.Div:
    """A labelled control (its id is `id`), what helps below it, and the place of its complaint."""
    helped = [html.P(help, id=f"{id}-help", className="field-help")] if help else []
    return html.Div(
        [html.Label(label, htmlFor=id), control, *helped, html.Div(id=f"{id}-error", className="field-error")],
        className="field",
        **attributes({"data-control": id}),
    )


def choice(id: str, label: str, options: Mapping[str, str], value: str | None) -> html.Fieldset:
    """One of a few, as radio buttons."""
    control = dbc.RadioItems(
        id=id,
        options=[{"label": said, "value": name, "input_id": f"{id}-{name}"} for name, said in options.items()],
        value=value,
        class_name="field-choice",
    )
    return html.Fieldset(
        [html.Legend(label), control, html.Div(id=f"{id}-error", className="field-error")],
        className="field",
        **aria(describedby=f"{id}-error"),
        **attributes({"data-control": id}),
    )


def text_field(id: str, label: str, language: str) -> html.Div:
    """Several lines of plain text."""
    help = _("Plain text, at most {most} characters.", language, most=formats.number(MOST_TEXT, language))
    return field(id, label, dbc.Textarea(id=id, rows=TEXT_ROWS, value=""), help)


def day_field(id: str, label: str, value: str, least: str, help: str = "") -> html.Div:
    """A day, as the browser lets one be chosen."""
    return field(id, label, dbc.Input(id=id, type="date", value=value, min=least), help)


def signature(prefix: str, language: str) -> html.Fieldset:
    """Name and role of the person, kept by the browser until it is closed."""
    kept: dict[str, Any] = {"persistence": "asp", "persistence_type": "session", "maxlength": 2 * MOST_NAME}
    return html.Fieldset(
        [
            html.Legend(_("Who records it", language)),
            html.P(
                [icon("info"), " ", _("There is no sign-in yet: name and role are recorded as given.", language)],
                className="field-note",
            ),
            html.Div(
                [
                    field(
                        f"{prefix}-name",
                        _("Name", language),
                        dbc.Input(id=f"{prefix}-name", value="", autocomplete="name", **kept),
                    ),
                    field(
                        f"{prefix}-role",
                        _("Role", language),
                        dbc.Input(id=f"{prefix}-role", value="", autocomplete="organization-title", **kept),
                    ),
                ],
                className="field-pair",
            ),
        ],
        className="signature",
    )


def ended(prefix: str, send: str, language: str) -> list[Component]:
    """The end of a form: that nothing can be taken back, the button, the place of what went wrong."""
    return [
        html.P(_("What is recorded cannot be changed or removed, only added to.", language), className="field-note"),
        dbc.Button(send, type="submit", color="primary", id=f"{prefix}-send"),
        html.Div(id=f"{prefix}-summary", role="alert", className="form-summary", tabIndex=-1),
    ]


def complaint(text: str | None) -> list[Any]:
    """What is wrong with a field, with its sign; nothing where all is well."""
    return [icon("alert"), " ", text] if text else []


def complaints(found: Mapping[str, str], fields: Sequence[str]) -> list[Any]:
    """The complaint of each field, in their order."""
    return [complaint(found.get(name)) for name in fields]


def summary(count: int, language: str) -> list[Any]:
    """How many fields are to be corrected."""
    text = plural(
        "Nothing was recorded yet: {count} field is to be corrected.",
        "Nothing was recorded yet: {count} fields are to be corrected.",
        count,
        language,
        count=count,
    )
    return complaint(text)


def focus_parts(prefix: str) -> list[Component]:
    """What focus() and focuses() need on the page, outside of what a form replaces."""
    return [dcc.Store(id=f"{prefix}-focus"), html.Span(id=f"{prefix}-focused", hidden=True)]


def focus(id: str) -> dict[str, str]:
    """For the store `…-focus`: the field to go to. Each time another value, so that it is gone to each time."""
    return {"id": id, "at": uuid4().hex}


def focuses(prefix: str) -> None:
    """Register what moves the focus, when the page's module is imported."""
    clientside_callback(
        ClientsideFunction("asp", "focusField"),
        Output(f"{prefix}-focused", "title"),
        Input(f"{prefix}-focus", "data"),
        prevent_initial_call=True,
    )
