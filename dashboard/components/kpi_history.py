"""What has held for a figure over time: its targets, who answered for it, where its limits began anew."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.answers import Ask, answers
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.tile import target_words
from dashboard.components.titled import figure_table, titled
from dashboard.kpi_periods import asked_of
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.signal_words import aim_words
from data import history
from data.control.chart import Aim
from data.metrics.metric import Metric

EVERY_SERVICE = "*"
OWNERS, TARGETS, REBASES = N_("Who has answered for it"), N_("What was aimed at"), N_("Where the limits began anew")


def kpi_history(metric: Metric) -> list[Block]:
    """Declare the three tables of a metric's past."""
    makers = {"owners": (OWNERS, _owners), "targets": (TARGETS, _targets), "rebases": (REBASES, _rebases)}
    return [_table(metric, name, title, make) for name, (title, make) in makers.items()]


def _table(metric: Metric, name: str, title: str, make: Any) -> Block:
    def show(answered: Answered, look: Look) -> Component:
        frame, none = make(metric, answered[0].selection.services, look.language)
        said = _(title, look.language)
        inside = html.P(none, className="kpi-none") if frame.empty else figure_table(frame, said, len(frame.columns))
        return titled(said, "", inside)

    return block(
        f"kpi-{metric.id}-{name}", Ask(metric.id, (), asked_of(metric.id)), show=show, height=140,
        class_name="chart-card",
    )  # fmt: skip


def _owners(metric: Metric, services: tuple[str, ...], language: str) -> tuple[pd.DataFrame, str]:
    found = answers().read(
        ("owners", metric.process), lambda connection: history.owner_history(connection, metric.process)
    )
    names = answers().names("actor", language)
    rows = _of(found, services)
    frame = pd.DataFrame(
        {
            _("Accountable", language): [names.get(row["actor_id"], row["actor_id"]) for row in rows],
            **_validity(rows, language),
        }
    )
    return _gathered(frame, language), _("The responsibility matrix names nobody.", language)


def _targets(metric: Metric, services: tuple[str, ...], language: str) -> tuple[pd.DataFrame, str]:
    found = answers().read(("target rows", metric.id), lambda connection: history.target_history(connection, metric))
    rows = _of(found, services)
    said = [aim_words(_aim(row), metric, language) or _("no target", language) for row in rows]
    frame = _gathered(pd.DataFrame({_("Target", language): said, **_validity(rows, language)}), language)
    proposal = target_words(metric, language)
    if proposal is not None:
        first = [proposal, _("every one", language), "–", "–", _("starting proposal of the catalogue", language)]
        frame = pd.DataFrame([*frame.to_numpy().tolist(), first], columns=frame.columns)
    return frame, _("No target has been set so far.", language)


def _rebases(metric: Metric, services: tuple[str, ...], language: str) -> tuple[pd.DataFrame, str]:
    found = answers().read(("rebases", metric.id), lambda connection: history.rebase_history(connection, metric))
    rows = _of(found, services)
    frame = pd.DataFrame(
        {
            _("From", language): [formats.day(row["from_on"], language) for row in rows],
            _("Reason", language): [row["reason"] for row in rows],
            _("Decided by", language): [row["name"] for row in rows],
            words.cut_name("service", language): [_service(row, language) for row in rows],
        }
    )
    return frame, _("The limits have not begun anew so far.", language)


def _of(found: pd.DataFrame, services: tuple[str, ...]) -> list[Mapping[Any, Any]]:
    """The rows for the services selected, and those for every one."""
    wanted = {*services, EVERY_SERVICE}
    return [row for row in found.to_dict("records") if not services or row["service_id"] in wanted]


def _validity(rows: list[Mapping[Any, Any]], language: str) -> dict[str, list[str]]:
    return {
        words.cut_name("service", language): [_service(row, language) for row in rows],
        _("Valid from", language): [formats.day(row["valid_from"], language) for row in rows],
        _("Until", language): [_until(row["valid_to"], language) for row in rows],
        _("Taken from", language): ["–" if formats.missing(row["basis"]) else row["basis"] for row in rows],
    }


def _gathered(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """Rows that differ only in their service as one, services in their order."""
    service = words.cut_name("service", language)
    rest = [name for name in frame.columns if name != service]
    together = frame.groupby(rest, sort=False, dropna=False)[service].agg(", ".join).reset_index()
    return together[list(frame.columns)] if len(frame) else frame


def _until(end: Any, language: str) -> str:
    """The last day; what is in force has none."""
    if formats.missing(end):
        return _("in force", language)
    return formats.day((pd.Timestamp(end) - pd.Timedelta(days=1)).date(), language)


def _service(row: Mapping[Any, Any], language: str) -> str:
    if row["service_id"] == EVERY_SERVICE:
        return _("every one", language)
    return words.label("service", row["service_id"], language)


def _aim(row: Mapping[Any, Any]) -> Aim:
    return Aim(*(None if formats.missing(row[name]) else float(row[name]) for name in ("target", "lower", "upper")))
