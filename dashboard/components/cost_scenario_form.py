"""The forms of a scenario: one that adds a change, one that names and saves what was added."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.answers import answers
from dashboard.components.cost_scenario_read import allocated_months, plan_of
from dashboard.components.cost_scenario_words import DRIVERS, KINDS, METHODS, change_said, step_name
from dashboard.components.icons import icon
from dashboard.locale import translate as _
from dashboard.record import form
from dashboard.record.actors import actors
from dashboard.record.checks import MOST_NAME
from dashboard.record.scenarios import Saved, plain_changes
from data.cost.plan import Plan
from data.cost.scenario import GROUPS, Change, change_of, forints, shares_of, thousandths

PAGE = "cost-scenario"
CHANGE_FIELDS = (
    "kind",
    "actors",
    "services",
    "groups",
    "driver",
    "step",
    "method",
    "shares",
    "more",
    "follows",
    "fee_huf",
)
SAVE_FIELDS = ("changes", "label", "month", "note", "name", "role")
MOST_NOTE = 4000
ANY = ""
ONE_OF = {"volume": {"service": "services"}, "contract": {"actor": "actors", "service": "services"}}
"""Keys of a change that are typed into a field of another name."""


def forms(saved: Saved | None, spoken: str) -> list[Component]:
    """Both forms. saved: the revision that a new one is made from."""
    changes = saved.changes if saved else ()
    months = allocated_months()
    plan = plan_of(months[0]) if months else None
    return [
        dcc.Store(id=f"{PAGE}-changes", data=plain_changes(changes)),
        dcc.Store(id=f"{PAGE}-of", data={"token": uuid4().hex, "parent": saved.number if saved else None}),
        _adding(plan, spoken),
        _saving(saved, spoken),
    ]


def change_typed(typed: Mapping[str, Any]) -> Change:
    """The change that was typed into the fields of its kind. Raises BadScenario naming the field of the form."""
    kind = str(typed.get("kind") or "")
    given: dict[str, Any] = {"kind": kind}
    text = {name: str(typed.get(name) or "").strip() for name in CHANGE_FIELDS}
    if kind == "price":
        given |= {name: [text[name]] if text[name] else [] for name in ("actors", "services", "groups")}
    if kind in ("price", "volume"):
        given["more"] = thousandths(text["more"], "more")
    if kind == "volume":
        given |= {"driver": text["driver"], "follows": thousandths(text["follows"] or "0", "follows")}
    if kind == "contract":
        given["fee_huf"] = forints(text["fee_huf"])
    if kind == "method":
        known = answers().choices().services["service_id"].astype(str)
        shares = shares_of(text["shares"], list(known)) if text["method"] == "fixed" else {}
        given |= {"step": text["step"], "method": text["method"], "shares": shares}
    given |= {key: text[name] for key, name in ONE_OF.get(kind, {}).items()}
    return change_of(given)


def field_of(key: str) -> str:
    """The field of the form that a key of a change is typed into."""
    return {"actor": "actors", "service": "services"}.get(key, key if key in CHANGE_FIELDS else "kind")


def listed(changes: Sequence[Change], spoken: str) -> Component:
    """The changes added, in the order they are applied, each with a button that removes it."""
    if not changes:
        return html.P(_("Nothing has been added yet.", spoken), className="field-note")
    months = allocated_months()
    plan = plan_of(months[0]) if months else None
    return html.Ol([_item(place, change_said(one, spoken, plan), spoken) for place, one in enumerate(changes)])


def _item(place: int, said: str, spoken: str) -> html.Li:
    remove = _("Remove: {change}", spoken, change=said)
    button = dbc.Button(
        [icon("close"), html.Span(remove, className="visually-hidden")], id={"scenario-remove": place}, n_clicks=0,
        color="link", size="sm", type="button", class_name="icon-button",
    )  # fmt: skip
    return html.Li([html.Span(said), " ", button])


def _adding(plan: Plan | None, spoken: str) -> Component:
    steps = {step.id: step_name(step.id, plan, spoken) for step in plan.steps} if plan else {}
    services = {name: said for name, said in answers().names("service", spoken).items() if name not in words.UNKNOWN}
    services.pop("NA", None)
    groups = {name: words.label("account_group", name, spoken) for name in GROUPS}
    drivers = {name: _(said, spoken) for name, said in DRIVERS.items()}
    methods = {name: _(said, spoken) for name, said in METHODS.items()}
    kinds: dict[str, str] = {name: _(said, spoken) for name, said in KINDS.items()}
    fields = [
        ("volume", _select("driver", _("Driver", spoken), drivers, spoken)),
        ("price contract", _select("actors", _("Actor", spoken), actors(spoken), spoken, any_one=True)),
        ("price volume contract",
         _select("services", _("Application or component", spoken), services, spoken, any_one=True)),
        ("price", _select("groups", _("Account group", spoken), groups, spoken, any_one=True)),
        ("price volume", _typed("more", _("Change in per cent", spoken), _("Such as 5 or -2.5.", spoken))),
        ("volume", _typed("follows", _("Cost that follows, per cent", spoken),
                          _("Share of the change by which the K3 lines of the application follow. 0: only the "
                            "allocation changes.", spoken), "0")),
        ("contract", _typed("fee_huf", _("Yearly fee, Ft", spoken),
                            _("It replaces what was spent on K3 for this application in the twelve months.", spoken))),
        ("method", _select("step", _("Step of the plan", spoken), steps, spoken)),
        ("method", _select("method", _("Shared out by", spoken), methods, spoken)),
        ("method", _typed("shares", _("Fixed shares", spoken),
                          _("Only for fixed shares, such as ADO=3, GAZD=1.", spoken))),
    ]  # fmt: skip
    return dbc.Form(
        [
            html.H3(_("1. What changes?", spoken), className="card-title"),
            form.choice(f"{PAGE}-kind", _("Kind of change", spoken), kinds, "price"),
            html.Div(
                [html.Div(one, className=" ".join(f"for-{kind}" for kind in of.split())) for of, one in fields],
                className="scenario-fields",
            ),
            dbc.Button(_("Add this change", spoken), type="submit", color="secondary", outline=True, id=f"{PAGE}-add"),
            html.Div(id=f"{PAGE}-added", role="status", className="field-note", tabIndex=-1),
        ],
        id=f"{PAGE}-change-form",
        prevent_default_on_submit=True,
        class_name="chart-card log-form scenario-form",
    )


def _saving(saved: Saved | None, spoken: str) -> Component:
    months = {one.isoformat(): formats.month(one, spoken, whole=True) for one in allocated_months()}
    chosen = saved.base_month.isoformat() if saved else next(iter(months), "")
    on_base = _("The twelve months that end with it, as they are known now.", spoken)
    return dbc.Form(
        [
            html.H3(_("2. The scenario", spoken), className="card-title"),
            html.Div(
                [
                    html.Strong(_("Changes, in the order they are applied", spoken), id=f"{PAGE}-list-name"),
                    html.Div(listed(saved.changes if saved else (), spoken), id=f"{PAGE}-list"),
                    html.Div(id=f"{PAGE}-changes-error", className="field-error", tabIndex=-1),
                ],
                className="field",
            ),
            html.Div(
                [
                    form.field(
                        f"{PAGE}-label", _("Name of the scenario", spoken),
                        dbc.Input(id=f"{PAGE}-label", value=saved.name if saved else "", maxlength=2 * MOST_NAME),
                    ),
                    form.field(
                        f"{PAGE}-month", _("Last month of the base", spoken),
                        dbc.Select(id=f"{PAGE}-month", value=chosen,
                                   options=[{"label": said, "value": name} for name, said in months.items()]),
                        on_base,
                    ),
                ],
                className="field-pair",
            ),
            _note(saved, spoken),
            form.signature(PAGE, spoken),
            *form.ended(PAGE, _("Save the scenario", spoken), spoken),
        ],
        id=f"{PAGE}-form",
        prevent_default_on_submit=True,
        class_name="chart-card log-form",
    )  # fmt: skip


def _note(saved: Saved | None, spoken: str) -> html.Div:
    """Not required, so it is no field that assets/decisions.js would say so of."""
    return html.Div(
        [
            html.Label(_("Note (may be left empty)", spoken), htmlFor=f"{PAGE}-note"),
            dbc.Textarea(id=f"{PAGE}-note", rows=3, value=saved.note if saved else ""),
            html.Div(id=f"{PAGE}-note-error", className="field-error"),
        ],
        className="field",
    )


def _select(name: str, label: str, options: Mapping[str, str], spoken: str, *, any_one: bool = False) -> html.Div:
    first = _("All", spoken) if any_one else "–"
    offered = [{"label": first, "value": ANY}, *({"label": said, "value": one} for one, said in options.items())]
    return form.field(f"{PAGE}-{name}", label, dbc.Select(id=f"{PAGE}-{name}", options=offered, value=ANY))


def _typed(name: str, label: str, help: str, value: str = "") -> html.Div:
    return form.field(f"{PAGE}-{name}", label, dbc.Input(id=f"{PAGE}-{name}", value=value, maxlength=200), help)
