"""The filter bar: controls of the selection, and what is set as removable chips. Its state is the address' query."""

import re
from datetime import date
from typing import Any

import dash
import dash_bootstrap_components as dbc
import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.answers import Choices
from dashboard.components.icons import aria, icon
from dashboard.components.suggest import folded, municipality_options
from dashboard.locale import N_
from dashboard.locale import translate as _

# Keys of the address that a control of the bar sets, in the order of the bar.
CONTROLS: dict[str, str] = {
    "from": N_("From"),
    "to": N_("To"),
    "service": N_("Application or component"),
    "actor": N_("Actor"),
    "county": N_("County"),
    "municipality": N_("Municipality"),
    "run": N_("As of run"),
}
MULTIPLE = ("service", "actor", "county", "municipality")
ANY = "-"
"""Value of a native select that sets nothing: the browser shows no option for an empty one."""


def filtered(path: str) -> bool:
    """Whether the figures of a page follow the filters; unknown ones do not, nor pages registered with filters=False.

    A page outside the menu (nav=False) does only where it is registered with filters=True.
    """
    page = next((one for one in dash.page_registry.values() if _leads_to(one, path)), None)
    return page is not None and bool(page.get("filters", page.get("nav", True)))


def _leads_to(page: dict[str, Any], path: str) -> bool:
    """Whether a page is at a path; `/kpi/<metric_id>` is at every `/kpi/…`."""
    template = page.get("path_template")
    return page["path"] == path or bool(template and re.fullmatch(re.sub("<[^>]*>", "[^/]+", template), path))


def filter_bar(choices: Choices | None, language: str, path: str = "/") -> html.Section:
    """The bar, its controls still unset; without choices (nothing published) or off its pages it is not shown."""
    return html.Section(
        [
            html.Div(
                [
                    html.Button(
                        [icon("filter"), html.Span(_("Filters", language))],
                        id="shell-filters-toggle",
                        className="btn filter-toggle",
                        type="button",
                        **aria(expanded="false", controls="shell-filter-controls"),
                    ),
                    html.Div(id="shell-chips", className="chips"),
                ],
                className="filter-line",
            ),
            html.Div(
                [
                    html.Div(id="shell-quick", className="quick"),
                    html.Div(_controls(choices, language), className="filter-grid"),
                ],
                id="shell-filter-controls",
                className="filter-controls",
            ),
        ],
        id="shell-filters",
        hidden=choices is None or not filtered(path),
        className="filters",
        **aria(label=_("Filters", language)),
    )


def control_id(key: str) -> str:
    """Component id of the control of a key."""
    return f"shell-filter-{key}"


def month_options(first: date | None, last: date | None, language: str) -> list[dict[str, str]]:
    """Months there are facts of, newest first, with an empty one for no limit."""
    options = [{"label": "–", "value": ANY}]
    if first is None or last is None:
        return options
    count = (last.year - first.year) * 12 + last.month - first.month
    for back in range(min(count, 600) + 1):
        year, month = divmod(last.year * 12 + last.month - 1 - back, 12)
        value = f"{year}-{month + 1:02d}"
        options.append({"label": formats.month(value, language), "value": value})
    return options


def dropdown_words(language: str) -> Any:
    """The `labels` of dcc.Dropdown."""
    return {
        "select_all": _("Select all", language),
        "deselect_all": _("Deselect all", language),
        "selected_count": _("{num_selected} selected", language),
        "search": _("Search", language),
        "clear_search": _("Clear search", language),
        "clear_selection": _("Clear selection", language),
        "no_options_found": _("No such entry", language),
    }


def _controls(choices: Choices | None, language: str) -> list[Component]:
    months = month_options(choices.first, choices.last, language) if choices else []
    options: dict[str, Any] = {key: [] for key in MULTIPLE} | {"from": months, "to": months, "run": []}
    if choices:
        options |= {
            "service": _members(choices.services, "service_id", "service", language, "kind"),
            "actor": _members(choices.actors, "actor_id", "actor", language, "actor_type"),
            "county": [
                {"label": county, "value": county, "search": f"{county} {folded(county)}"}
                for county in sorted(choices.counties, key=folded)
            ],
            "municipality": municipality_options(choices.finder, None, None, language),
            "run": _runs(choices.runs, language),
        }
    return [_control(key, name, options[key], language) for key, name in CONTROLS.items()]


def _control(key: str, name: str, options: list[dict[str, str]], language: str) -> html.Div:
    label = _(name, language)
    label_id = f"{control_id(key)}-label"
    if key in MULTIPLE:
        control: Component = dcc.Dropdown(
            id=control_id(key),
            options=options,
            multi=True,
            placeholder=_("All", language),
            labels=dropdown_words(language),
            debounce=key != "municipality",
            maxHeight=320,
            optionHeight=36,
            className="filter-dropdown",
        )
        return html.Div(
            [html.Label(label, htmlFor=control_id(key), id=label_id), control], className=f"filter filter-{key}"
        )
    control = dbc.Select(id=control_id(key), options=options, value=ANY, size="sm")
    return html.Div([html.Label(label, htmlFor=control_id(key)), control], className=f"filter filter-{key}")


def _members(frame: pd.DataFrame, key: str, cut: str, language: str, kind: str) -> list[dict[str, str]]:
    known = frame[~frame[kind].isin(["unknown", "not_applicable"])]
    return [_option(words.label(cut, member, language), member) for member in known[key]]


def _option(label: str, value: str) -> dict[str, str]:
    return {"label": label, "value": value, "search": f"{label} {folded(label)} {value}"}


def _runs(runs: pd.DataFrame, language: str) -> list[dict[str, str]]:
    newest = [{"label": _("newest", language), "value": ANY}]
    return newest + [
        {
            "label": " · ".join(
                [
                    str(run["run_id"]),
                    formats.moment(run["finished_at"], language),
                    words.label("job", run["job"], language),
                ]
            ),
            "value": str(run["run_id"]),
        }
        for run in runs.to_dict("records")
    ]
