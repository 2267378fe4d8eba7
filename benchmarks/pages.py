"""What each page asks of the database: as the page asks it, cold and warm, and as bare SQL over the facts."""

import time
from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select

from benchmarks import adoption
from data.backlog import backlog_ages
from data.exercises import exercises_by_service
from data.flows import flows
from data.intake import intake_hours
from data.major import major_incidents
from data.metrics.catalogue import METRICS
from data.metrics.cells import months_before
from data.metrics.measure import last_day, measure, statement
from data.metrics.metric import Metric
from data.metrics.series import series
from data.open_work import open_problems, overdue_findings
from data.outages import availability_by_service, outages
from data.provenance import services
from data.readiness import law_changes
from data.selection import Selection
from data.signals import signals
from data.store import Store, open_store
from data.ticket_times import time_bins

COLD_REPEATS, WARM_REPEATS = 5, 20
YEAR, CHART = 12, 36  # months of a page, and of a control chart
DESK = (
    "sla_resolution_rate", "first_response_sla_rate", "ticket_count", "backlog_count", "old_backlog_share",
    "first_contact_resolution_rate", "reopen_rate", "ping_pong_rate", "satisfaction_rate",
)  # fmt: skip
TIMES = ("first_response_minutes_median", "first_response_minutes_p90", "resolution_minutes_median",
         "resolution_minutes_p90")  # fmt: skip
FLOW = (
    "ticket_count", "backlog_count", "old_backlog_share", "first_contact_resolution_rate", "escalation_rate",
    "reopen_rate", "ping_pong_rate", "satisfaction_rate", "satisfaction_response_rate",
)  # fmt: skip
INCIDENTS = (
    "major_incident_count", "critical_resolution_minutes_p90", "user_lost_hours", "recurrence_rate",
    "monitoring_detection_rate", "wrong_priority_rate",
)  # fmt: skip
KPI = "sla_resolution_rate"


def by_month(name: str) -> bool:
    """Whether a metric has a control chart."""
    return "month" in METRICS[name].cut_by


def _fields(*fields: str) -> tuple[str, ...]:
    """Metrics of fields that have a control chart."""
    return tuple(name for name, one in METRICS.items() if one.field in fields and by_month(name))


CHANGES = _fields("change", "problem")
DEMANDS = _fields("demand")
SECURITY = _fields("security", "continuity")
AVAILABILITY = _fields("availability")
COVERAGE = "key_user_coverage_rate"
ADOPTION = ("joined_rate", "local_role_filled_rate", COVERAGE, "live_service_count")
TRAINING = ("training_completion_rate", "training_pass_rate", "training_satisfaction_rate")


@dataclass(frozen=True)
class Question:
    """Metrics over the last so many months of data, cut by names."""

    metrics: tuple[str, ...]
    by: tuple[str, ...]
    months: int = YEAR


@dataclass(frozen=True)
class Page:
    """A page's questions of the catalogue, and what else it reads. asked: False where one of the others asks them."""

    name: str
    questions: tuple[Question, ...]
    others: tuple[Callable[[Connection, Selection], object], ...] = ()
    asked: bool = True


@dataclass(frozen=True)
class PageTime:
    """Seconds of a page's data, and how many rows and charts that is.

    cold: on a new connection, the slowest; warm: 95th percentile; bare: once, of the facts by their own SQL on a warm
    connection.
    """

    page: str
    rows: int
    cold: float
    warm: float
    bare: float


def _response(connection: Connection, selection: Selection) -> object:
    return time_bins(connection, selection, "response")


def _resolution(connection: Connection, selection: Selection) -> object:
    return time_bins(connection, selection, "resolution")


def _charts(connection: Connection, selection: Selection) -> object:
    """Of every figure, judged."""
    return signals(connection, Selection(last=selection.last))


def _charts_of_services(connection: Connection, selection: Selection) -> object:
    """And of every figure and service."""
    known = services(connection)["service_id"].astype(str)
    return signals(connection, Selection(last=selection.last), services=[None, *known])


EVERY = tuple(filter(by_month, METRICS))
OF_SERVICES = tuple(name for name in EVERY if "service" in METRICS[name].cut_by)
MONTH, WHOLE, SERVICE = ("month",), (), ("service",)
PAGES = (
    Page("/", (Question(EVERY, MONTH, CHART),), (_charts,), asked=False),
    Page(
        "/service",
        (Question(DESK, MONTH), Question((KPI,), SERVICE), Question((KPI,), ("actor", "priority"))),
    ),
    Page(
        "/service/times",
        (
            Question(TIMES, MONTH, CHART),
            *(Question((name,), by) for name in TIMES for by in (WHOLE, ("priority",), SERVICE)),
        ),
        (_response, _resolution),
    ),
    Page("/service/flow", (Question(FLOW, MONTH, CHART),), (flows, intake_hours, backlog_ages)),
    Page(
        "/service/incidents",
        (
            Question(INCIDENTS, MONTH, CHART),
            Question(("major_incident_count",), SERVICE),
            Question(("user_lost_hours",), SERVICE),
            Question(("critical_resolution_minutes_p90",), WHOLE),
        ),
        (major_incidents,),
    ),
    Page("/service/changes", (Question(CHANGES, MONTH, CHART),), (open_problems,)),
    Page("/service/demand", (Question(DEMANDS, MONTH, CHART),), (law_changes,)),
    Page("/service/security", (Question(SECURITY, MONTH, CHART),), (overdue_findings, exercises_by_service)),
    Page("/service/availability", (Question(AVAILABILITY, MONTH, CHART),), (outages, availability_by_service)),
    Page("/adoption", (Question(ADOPTION, MONTH), Question((COVERAGE,), ("county",))), (adoption.how_far,)),
    Page("/adoption/map", (), (adoption.on_the_map,)),
    Page("/adoption/comparison", (), (adoption.compared,)),
    Page("/adoption/training", (Question(TRAINING, MONTH),), (adoption.trained,)),
    Page("… its effect", (), (adoption.effect,)),
    Page("/adoption/stuck", (), (adoption.stuck,)),
    Page("/municipality/<ksh>", (), (adoption.profile,)),
    Page(
        f"/kpi/{KPI}",
        (
            Question((KPI,), MONTH, CHART),
            *(Question((KPI,), ("month", cut)) for cut in ("service", "actor", "priority", "county")),
        ),
    ),
    Page(
        "/responsibility",
        (Question(EVERY, MONTH, CHART), Question(OF_SERVICES, ("month", "service"), CHART)),
        (_charts_of_services,),
        asked=False,
    ),
)


def page_times(url: str) -> list[PageTime]:
    """Each page's questions about the last months of data."""
    store = open_store(url)
    try:
        with store.reading() as connection:
            last = last_day(connection, "tickets")
            assert last is not None, "nothing was loaded"
        return [_page(url, store, page, last) for page in PAGES]
    finally:
        store.close()


def _page(url: str, store: Store, page: Page, last: date) -> PageTime:
    cold = max(_cold(url, page, last) for _ in range(COLD_REPEATS))
    rows = 0

    def warm() -> None:
        nonlocal rows
        with store.reading() as connection:
            rows = _ask(connection, page, last)

    warm()
    times = sorted(_timed(warm) for _ in range(WARM_REPEATS))
    with store.reading() as connection:
        bare = [_prepared(connection, one) for one in _statements(connection, page, last)]
        taken = _timed(lambda: [connection.exec_driver_sql(sql, given).fetchall() for sql, given in bare])
    return PageTime(page.name, rows, cold, times[round(0.95 * WARM_REPEATS) - 1], taken)


def _cold(url: str, page: Page, last: date) -> float:
    store = open_store(url)
    try:

        def ask() -> None:
            with store.reading() as connection:
                _ask(connection, page, last)

        return _timed(ask)
    finally:
        store.close()


def _ask(connection: Connection, page: Page, last: date) -> int:
    """As pages do: many metrics together, one alone."""
    rows = 0
    for question in page.questions if page.asked else ():
        selection, metrics = _selection(question.months, last), _metrics(question)
        if len(metrics) > 1:
            rows += sum(map(len, series(connection, metrics, selection, question.by).values()))
        else:
            rows += len(measure(connection, metrics[0], selection, question.by))
    for other in page.others:
        found = other(connection, _selection(YEAR, last))
        rows += len(found) if isinstance(found, Sized) else 0
    return rows


def _statements(connection: Connection, page: Page, last: date) -> list[Select[Any]]:
    return [
        found
        for question in page.questions
        for metric in _metrics(question)
        if (found := statement(connection, metric, _selection(question.months, last), question.by)) is not None
    ]


def _metrics(question: Question) -> Sequence[Metric]:
    return [METRICS[name] for name in question.metrics]


def _selection(months: int, last: date) -> Selection:
    return Selection(first=months_before(last, months - 1), last=last)


def _prepared(connection: Connection, query: Select[Any]) -> tuple[str, Any]:
    """The SQL text that the driver gets, and its parameters."""
    compiled = query.compile(connection.engine, compile_kwargs={"render_postcompile": True})
    given = compiled.construct_params()
    return compiled.string, tuple(given[name] for name in compiled.positiontup or ()) if compiled.positional else given


def _timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
