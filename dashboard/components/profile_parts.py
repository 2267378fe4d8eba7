"""The parts of a municipality's profile, each filled by itself: a name, and what it shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import answers
from dashboard.components.profile_cost import cost_share_table, share_for
from dashboard.components.profile_head import head_facts, print_head
from dashboard.components.profile_read import (
    asked_of,
    day_of,
    every_place_of,
    head_for,
    service_table_of,
    stages_of,
    two_years_of,
)
from dashboard.components.profile_roles import role_table
from dashboard.components.profile_service import beside_table, month_bars, open_table
from dashboard.components.profile_stages import stage_table
from dashboard.components.profile_tables import contract_tables, money_table, training_table, use_table
from dashboard.components.profile_words import order_of, peers_text
from dashboard.locale import translate as _
from dashboard.look import Look, look_of, query_of
from data.adoption import profile_money as money
from data.adoption import profile_service as service
from data.adoption.profile import Head
from data.adoption.profile_roles import role_coverage
from data.adoption.profile_training import trainings
from data.adoption.profile_usage import monthly_use
from data.adoption.stages import Stages
from data.adoption.stuck import stuck_of
from data.selection import Selection


@dataclass(frozen=True)
class Asked:
    """What a part is made for: the municipality, the reader's view, its period and the day that states hold on."""

    head: Head
    view: Mapping[str, Any]
    look: Look
    period: Selection
    day: Selection

    @property
    def code(self) -> str:
        return self.head.code

    @property
    def query(self) -> dict[str, str]:
        """What links to other pages keep."""
        return query_of(str(self.view.get("search") or ""))

    @property
    def under(self) -> str:
        """The period in words."""
        return formats.period(self.period.first, self.period.last, self.look.language)

    @property
    def on(self) -> str:
        """The day in words."""
        return _("as of {day}", self.look.language, day=formats.day(self.day.last, self.look.language))


def asked_for(code: str, view: Mapping[str, Any]) -> Asked | None:
    """None where there is no municipality of that code."""
    head = head_for(code, view)
    return None if head is None else Asked(head, view, look_of(view), asked_of(view), day_of(view))


def show_head(asked: Asked) -> Any:
    """Who it is; that other filters are not applied, where any is set; and the head of the printed page."""
    wanted = Selection.from_query(asked.query)
    own = Selection(wanted.first, wanted.last, as_of=wanted.as_of)
    shown: list[Component] = [print_head(asked.head, asked.day, answers().freshness(), asked.look.language)]
    if wanted != own:
        said = _(
            "This page is of one municipality: of the filters only the period and the run are applied.",
            asked.look.language,
        )
        shown.append(html.P(said, className="profile-note"))
    facts = head_facts(asked.head, asked.query, asked.look.language)
    return [*shown, html.Div(facts, className="chart-card")]


def show_stages(asked: Asked) -> Any:
    """The five stages, and the next step of each application."""
    language = asked.look.language
    found = stages_of(asked.view)
    rows = found.frame[found.frame["municipality_id"] == asked.code]
    narrow = Selection(last=asked.day.last, municipalities=(asked.code,), as_of=asked.day.as_of)
    steps = answers().read(
        ("profile steps", asked.code, asked.day),
        lambda connection: stuck_of(connection, Stages(found.on, rows.reset_index(drop=True)), narrow),
    )
    return html.Div(stage_table(rows, steps, asked.on, language), className="chart-card")


def show_training(asked: Asked) -> Any:
    """Role holders, trainings and use."""
    language, members = asked.look.language, asked.head.members
    found = stages_of(asked.view).frame
    services = sorted(found.loc[found["municipality_id"] == asked.code, "service_id"], key=order_of)
    roles, trained, used = answers().read(
        ("profile training", asked.code, asked.period, asked.day),
        lambda connection: (
            role_coverage(connection, asked.code, asked.day, services),
            trainings(connection, members, asked.period),
            monthly_use(connection, members, asked.period),
        ),
    )
    shown = [
        (role_table(roles, asked.on, language), 5),
        (training_table(trained, len(members), asked.under, language), 7),
        (use_table(used, len(members), asked.under, language), 12),
    ]
    parts = [html.Div(one, className=f"chart-card width-{width}") for one, width in shown]
    return html.Div(parts if asked.head.is_joined else parts[1:], className="card-grid")


def show_service(asked: Asked) -> Any:
    """Figures beside peers, two years by month, open tickets."""
    language = asked.look.language
    of = service.peers_of(every_place_of(asked.view), asked.code)
    beside = service.beside_peers(service_table_of(asked.period), of)
    wide = two_years_of(asked.period)
    months, waiting = answers().read(
        ("profile months", asked.code, asked.period, asked.day),
        lambda connection: (
            service.by_month(connection, asked.code, wide),
            service.open_tickets(connection, asked.code, asked.day),
        ),
    )
    who = peers_text(of, asked.head.place, language)
    return html.Div(
        [
            html.Div(beside_table(beside, who, asked.under, asked.query | {"municipality": asked.code}, language),
                     className="chart-card width-12"),
            html.Div(month_bars(months, language), className="chart-card width-6"),
            html.Div(open_table(waiting, asked.day, asked.on, language), className="chart-card width-6"),
        ],
        className="card-grid",
    )  # fmt: skip


def show_money(asked: Asked) -> Any:
    """Contracts and what the ledger books to it."""
    language, day = asked.look.language, asked.day
    contracts, services, lines = answers().read(
        ("profile contracts", asked.code, day),
        lambda connection: (
            money.contracts(connection, asked.code, day),
            money.contracted_services(connection, asked.code, day),
            money.own_lines(connection, asked.code, day),
        ),
    )
    year = formats.period(day.last.replace(month=1, day=1), day.last, language) if day.last else ""
    return html.Div(
        [
            html.Div(contract_tables(contracts, services, asked.on, language), className="chart-card width-7"),
            html.Div(money_table(lines, year, language), className="chart-card width-5"),
            html.Div(cost_share_table(asked.code, share_for(asked.code, asked.view), asked.head.place, language),
                     className="chart-card width-12"),
        ],
        className="card-grid",
    )  # fmt: skip


PARTS: dict[str, Callable[[Asked], Any]] = {
    "head": show_head, "stages": show_stages, "training": show_training, "service": show_service, "money": show_money,
}  # fmt: skip
