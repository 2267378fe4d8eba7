"""What the pages of service quality read besides the figures of the catalogue; kept while the snapshot is published."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pandas as pd

from dashboard.answers import Answer, answers
from data import backlog, flows, intake, ticket_times
from data.selection import Selection


def time_bins(answer: Answer, of: str) -> pd.DataFrame:
    """Tickets by priority and length of time; see data.ticket_times.time_bins."""
    selection = answer.selection
    return answers().read(
        ("time_bins", of, selection), lambda connection: ticket_times.time_bins(connection, selection, of)
    )


def time_period(answer: Answer, of: str) -> tuple[date | None, date | None]:
    """The days that time_bins() reads."""
    selection = answer.selection
    return answers().read(
        ("time_period", of, selection), lambda connection: ticket_times.read_period(connection, selection, of)
    )


def clocks() -> Mapping[str, str]:
    """Of each priority the clock that its agreed time runs on."""
    return answers().read(("clocks",), ticket_times.clocks)


def intake_hours(answer: Answer) -> pd.DataFrame:
    """Tickets by day of the week and hour; see data.intake.intake_hours."""
    selection = answer.selection
    return answers().read(("intake_hours", selection), lambda connection: intake.intake_hours(connection, selection))


def open_ages(answer: Answer) -> pd.DataFrame:
    """Open tickets by actor, level and age; see data.backlog.backlog_ages."""
    selection = answer.selection
    return answers().read(("backlog_ages", selection), lambda connection: backlog.backlog_ages(connection, selection))


def ticket_flows(answer: Answer) -> pd.DataFrame:
    """Hand-offs between actors and levels; see data.flows.flows."""
    selection = answer.selection
    return answers().read(("flows", selection), lambda connection: flows.flows(connection, selection))


def events_since(selection: Selection) -> date | None:
    """The day that the log of tickets begins on."""
    as_of = selection.as_of
    return answers().read(("events_since", as_of), lambda connection: flows.known_since(connection, as_of))


def applications(selection: Selection) -> tuple[list[str], list[str]]:
    """The applications and the components among the services selected (of none all), in the order of pages."""
    services = answers().choices().services
    chosen = services[services["service_id"].isin(selection.services)] if selection.services else services
    return tuple(list(chosen.loc[chosen["kind"] == kind, "service_id"]) for kind in ("application", "component"))  # type: ignore[return-value]


def of_services(selection: Selection, services: list[str]) -> Selection:
    """The same of these services only."""
    return replace(selection, services=tuple(sorted(services)))
