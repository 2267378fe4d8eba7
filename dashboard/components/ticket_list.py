"""The rows behind a figure: what is asked, in words; its parts as links; the tickets as a table."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.components.icons import aria
from dashboard.components.tables import data_grid
from dashboard.drill import further_cuts, ticket_href, with_query
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look, query_of
from dashboard.tabulate import LINKS, UNITS
from data.errors import BadSelection
from data.metrics.catalogue import metric as metric_of
from data.metrics.metric import Metric
from data.selection import Selection
from data.ticket_rows_read import MOST_ROWS, Part, TicketRows, is_of_tickets, parts_of

DEFAULT = "ticket_count"
IN_TIME, LATE = N_("in time"), N_("late")
PART_WORDS: dict[str, tuple[str, str]] = {
    "sla_resolution_rate": (IN_TIME, LATE),
    "request_sla_resolution_rate": (IN_TIME, LATE),
    "first_response_sla_rate": (IN_TIME, LATE),
    "law_change_on_time_rate": (IN_TIME, LATE),
    "impact_analysis_on_time_rate": (IN_TIME, LATE),
    "finding_on_time_rate": (IN_TIME, LATE),
    "root_cause_on_time_rate": (IN_TIME, LATE),
    "reopen_rate": (N_("reopened"), N_("not reopened")),
    "recurrence_rate": (N_("recurring"), N_("not recurring")),
    "change_success_rate": (N_("successful"), N_("not successful")),
    "emergency_change_rate": (N_("emergency"), N_("planned")),
    "change_incident_ratio": (N_("incidents caused"), N_("changes")),
}
COUNTED, NOT_COUNTED = N_("counted in the numerator"), N_("counted in the denominator only")
PARTS: tuple[Part, ...] = ("all", "met", "missed")


@dataclass(frozen=True)
class Asked:
    """What an address asks for: the rows of a metric, for a selection, members of further cuts, a part of them."""

    metric: Metric
    selection: Selection
    cuts: tuple[tuple[str, str], ...]
    part: Part
    query: tuple[tuple[str, str], ...]


def asked_of(search: str) -> Asked:
    """From the query of an address. Raises BadSelection, UnknownMetric."""
    query = query_of(search)
    metric = metric_of(query.get("metric") or DEFAULT)
    if not is_of_tickets(metric):
        raise BadSelection(f"{metric.id} is not made of tickets.")
    cuts = tuple(further_cuts(query, metric).items())
    wanted = query.get("part") or ("missed" if query.get("late") == "1" else "all")
    part: Part = next((one for one in PARTS if one == wanted and parts_of(metric)), "all")
    return Asked(metric, Selection.from_query(query), cuts, part, tuple(query.items()))


def metric_words(asked: Asked, look: Look) -> list[Component]:
    """Name and definition of the figure, and what it was narrowed to besides the filters."""
    name = words.metric_name(asked.metric, look.language)
    kept = asked.selection.to_query()
    found: list[Component] = [
        html.H2(dcc.Link(name, href=with_query(f"/kpi/{asked.metric.id}", kept)), className="card-title"),
        html.P(words.metric_definition(asked.metric, look.language), className="rows-of"),
    ]
    if asked.cuts:
        said = " · ".join(
            f"{words.cut_name(cut, look.language)}: {words.label(cut, member, look.language)}"
            for cut, member in asked.cuts
        )
        found.append(html.P(said, className="rows-of"))
    return found


def part_names(metric: Metric, language: str) -> dict[Part, str]:
    """What the parts of a figure's rows are called."""
    met, missed = PART_WORDS.get(metric.id, (COUNTED, NOT_COUNTED))
    return {"all": _("all rows", language), "met": _(met, language), "missed": _(missed, language)}


def part_links(found: TicketRows, asked: Asked, look: Look) -> Component:
    """A link to each part of the rows with its count; nothing for a figure whose rows are of one kind."""
    if found.met is None:
        return html.Div()
    names = part_names(asked.metric, look.language)
    rest = {key: value for key, value in asked.query if key not in ("part", "late")}
    items = []
    for part in PARTS:
        text = f"{names[part]}: {formats.number(found.count(part), look.language)}"
        href = with_query("/tickets", rest | ({} if part == "all" else {"part": part}))
        if part == asked.part:
            items.append(html.Li(html.A(text, href=href, **aria(current="true"))))
        else:
            items.append(html.Li(dcc.Link(text, href=href)))
    return html.Ul(items, className="part-links", **aria(label=_("Parts of the figure", look.language)))


def found_words(found: TicketRows, asked: Asked, look: Look) -> str:
    """How many rows there are, and how many of them are shown."""
    count, shown = found.count(asked.part), len(found.rows)
    said = formats.number(count, look.language)
    if count <= shown:
        return _("{count} rows, the newest first.", look.language, count=said)
    return _(
        "{count} rows; the newest {shown} are shown. Narrow the filters to see the others.",
        look.language,
        count=said,
        shown=formats.number(MOST_ROWS, look.language),
    )


def rows_grid(found: TicketRows, asked: Asked, look: Look) -> Component:
    """The tickets; the first column leads to each one's history."""
    table = readable(found, asked.metric, look.language)
    table.attrs[LINKS] = [
        ticket_href(str(source), str(ticket), asked.selection)
        for source, ticket in zip(found.rows["source"], found.rows["ticket_id"], strict=True)
    ]
    name = words.metric_name(asked.metric, look.language)
    return data_grid(table, name, look.language, height=620, fit=False)


def readable(found: TicketRows, metric: Metric, language: str) -> pd.DataFrame:
    """The rows as a person reads them: names for ids, days as days, durations written out."""
    rows = found.rows
    columns: dict[str, Any] = {_("Ticket", language): rows["ticket_id"]}
    if rows["ticket_type"].nunique() > 1:
        columns[_("Type of ticket", language)] = _labels(rows, "ticket_type", "ticket_type", language)
    if found.met is not None:
        names = part_names(metric, language)
        columns[_("In this figure", language)] = [names["met" if _is_true(one) else "missed"] for one in rows["is_met"]]
    columns |= {
        _("Opened", language): _days(rows["opened_on"]),
        _("Counted on", language): _days(rows["counted_on"]),
        _("Application or component", language): _labels(rows, "service_id", "service", language),
        _("Actor", language): _labels(rows, "actor_id", "actor", language),
        _("Priority", language): rows["priority"].fillna(""),
        _("Status", language): _labels(rows, "status", "status", language),
        _("Municipality", language): _labels(rows, "municipality_id", "municipality", language),
        _("Deadline", language): _days(rows["resolution_due_on"]),
        _("Time to resolve", language): rows["resolution_minutes"].astype("float64"),
        _("Agreed time", language): rows["sla_minutes"].astype("float64"),
        _("Source", language): rows["source_name"],
        _("Run", language): rows["loaded_run"],
    }
    table = pd.DataFrame(columns)
    table.attrs[UNITS] = dict.fromkeys((_("Time to resolve", language), _("Agreed time", language)), "minutes")
    return table


def _is_true(value: object) -> bool:
    return not formats.missing(value) and bool(value)


def _labels(rows: pd.DataFrame, column: str, cut: str, language: str) -> list[str]:
    return ["" if formats.missing(value) else words.label(cut, value, language) for value in rows[column]]


def _days(values: pd.Series) -> list[str | None]:
    return [None if formats.missing(value) else str(value)[:10] for value in values]
