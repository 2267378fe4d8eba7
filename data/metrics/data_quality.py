"""Data quality: how far can the other figures be believed?

Counted by the day a run finished. Reference data and the retry of rows set aside are not deliveries, so they are left
out; so are runs that were not published.
"""

from typing import Any

from sqlalchemy import BigInteger, Date, DateTime, Select, Text, column, extract, func, select, table

from data.metrics.cuts import PERIODS
from data.metrics.metric import Current, Derived, Metric, local_day
from data.schema import etl_input, etl_run

BY_INPUT = (*PERIODS, "source", "job")
DELIVERIES = ("tickets", "contracts", "training", "budget", "usage")
SECONDS_AN_HOUR = 3600

_COUNTS = ("read", "loaded_new", "loaded_changed", "unchanged", "duplicate", "quarantined")
_UNMATCHED = ("unmatched_municipality", "unmatched_service", "unmatched_actor")  # null: the source names none at all
_input = table(
    "delivered_input",
    column("source", Text),
    column("job", Text),
    column("finished_on", Date),
    column("finished_at", DateTime),
    column("newest_at", DateTime),
    *(column(name, BigInteger) for name in (*_COUNTS, *_UNMATCHED)),
)


def _delivered(current: Current) -> Select[Any]:
    """Inputs that published runs loaded, none newer than the run asked for."""
    rows = (
        select(
            etl_input.c.source,
            etl_run.c.job,
            local_day(etl_run.c.finished_at).label("finished_on"),
            etl_run.c.finished_at,
            etl_input.c.newest_at,
            *(func.coalesce(etl_input.c[name], 0).label(name) for name in _COUNTS),
            *(etl_input.c[name] for name in _UNMATCHED),
        )
        .join(etl_run, etl_run.c.run_id == etl_input.c.run_id)
        .where(etl_run.c.status == "published", etl_run.c.job.in_(DELIVERIES), etl_input.c.status == "loaded")
    )
    return rows if current.as_of is None else rows.where(etl_run.c.run_id <= current.as_of)


_FACT = Derived(_input, _delivered, etl_input)
_LOADED = func.sum(_input.c.loaded_new + _input.c.loaded_changed)

FRESHNESS_HOURS_MEDIAN = Metric(
    id="freshness_hours_median",
    code="DQ01",
    field="data_quality",
    name={"hu": "Adatok kora betöltéskor, medián", "en": "Age of data when loaded, median"},
    definition={
        "hu": "Az állomány legújabb eseményétől a betöltés végéig eltelt órák mediánja az időszakban betöltött "
        "állományokra. A dátumozatlan állomány nem számít bele.",
        "en": "Median of the hours from the newest event of an input to the end of its load, of the inputs loaded in "
        "the period. Inputs without dated events are left out.",
    },
    fact=_FACT,
    kind="quantile",
    measured=extract("epoch", _input.c.finished_at - _input.c.newest_at) / SECONDS_AN_HOUR,
    counted_by=_input.c.finished_on,
    where=_input.c.newest_at.is_not(None),
    cut_by=BY_INPUT,
    unit="hours",
    better="lower",
    process="data_quality_management",
    chart="individual",
)

READ_COUNT = Metric(
    id="read_count",
    code="DQ02B",
    field="data_quality",
    name={"hu": "Beolvasott sorok", "en": "Rows read"},
    definition={
        "hu": "Az időszakban betöltött állományokból beolvasott sorok száma.",
        "en": "Rows read from the inputs loaded in the period.",
    },
    fact=_FACT,
    kind="sum",
    numerator=func.sum(_input.c.read),
    counted_by=_input.c.finished_on,
    cut_by=BY_INPUT,
    unit="count",
    better="neutral",
    process="data_quality_management",
    chart="individual",
)

QUARANTINE_RATE = Metric(
    id="quarantine_rate",
    code="DQ02",
    field="data_quality",
    name={"hu": "Félretett sorok aránya", "en": "Rows quarantined"},
    definition={
        "hu": "Hibájuk miatt félretett sorok az időszakban beolvasott sorok közül, az azóta javítottakkal együtt.",
        "en": "Rows set aside for their errors, of the rows read in the period, those corrected since included.",
    },
    fact=_FACT,
    kind="ratio",
    numerator=func.sum(_input.c.quarantined),
    denominator=func.sum(_input.c.read),
    counted_by=_input.c.finished_on,
    cut_by=BY_INPUT,
    unit="rate",
    better="lower",
    target=0.005,
    process="data_quality_management",
    chart="proportion",
)

RECONCILIATION_GAP_COUNT = Metric(
    id="reconciliation_gap_count",
    code="DQ03",
    field="data_quality",
    name={"hu": "Egyeztetési eltérés", "en": "Reconciliation gap"},
    definition={
        "hu": "Az időszakban beolvasott, de sem betöltöttként, sem változatlanként, ismétlődőként vagy félretettként "
        "el nem számolt sorok száma (állományonként abszolút értékben).",
        "en": "Rows read in the period that are accounted for neither as loaded nor as unchanged, duplicate or "
        "quarantined (as an absolute number for each input).",
    },
    fact=_FACT,
    kind="sum",
    numerator=func.sum(
        func.abs(
            _input.c.read
            - _input.c.loaded_new
            - _input.c.loaded_changed
            - _input.c.unchanged
            - _input.c.duplicate
            - _input.c.quarantined
        )
    ),
    counted_by=_input.c.finished_on,
    cut_by=BY_INPUT,
    unit="count",
    better="lower",
    target=0,
    process="data_quality_management",
    chart="individual",
)

UNMATCHED_MUNICIPALITY_RATE = Metric(
    id="unmatched_municipality_rate",
    code="DQ04",
    field="data_quality",
    name={"hu": "Önkormányzathoz nem rendelt sorok aránya", "en": "Rows without a known municipality"},
    definition={
        "hu": "Ismert önkormányzatot meg nem nevező sorok az időszakban betöltött (új vagy módosult) sorok közül, azon "
        "forrásokból, amelyek önkormányzatot megneveznek.",
        "en": "Rows that name no municipality we know, of the rows loaded (new or changed) in the period from sources "
        "that name a municipality.",
    },
    fact=_FACT,
    kind="ratio",
    numerator=func.sum(_input.c.unmatched_municipality),
    denominator=_LOADED.filter(_input.c.unmatched_municipality.is_not(None)),
    counted_by=_input.c.finished_on,
    cut_by=BY_INPUT,
    unit="rate",
    better="lower",
    target=0.002,
    process="data_quality_management",
    chart="proportion",
)

UNMATCHED_SERVICE_RATE = Metric(
    id="unmatched_service_rate",
    code="DQ04B",
    field="data_quality",
    name={"hu": "Szolgáltatáshoz nem rendelt sorok aránya", "en": "Rows without a known service"},
    definition={
        "hu": "Ismert szolgáltatást meg nem nevező sorok az időszakban betöltött (új vagy módosult) sorok közül, azon "
        "forrásokból, amelyek szolgáltatást megneveznek.",
        "en": "Rows that name no service we know, of the rows loaded (new or changed) in the period from sources "
        "that name a service.",
    },
    fact=_FACT,
    kind="ratio",
    numerator=func.sum(_input.c.unmatched_service),
    denominator=_LOADED.filter(_input.c.unmatched_service.is_not(None)),
    counted_by=_input.c.finished_on,
    cut_by=BY_INPUT,
    unit="rate",
    better="lower",
    target=0.002,
    process="data_quality_management",
    chart="proportion",
)

UNMATCHED_ACTOR_RATE = Metric(
    id="unmatched_actor_rate",
    code="DQ04C",
    field="data_quality",
    name={"hu": "Szereplőhöz nem rendelt sorok aránya", "en": "Rows without a known actor"},
    definition={
        "hu": "Ismert szereplőt meg nem nevező sorok az időszakban betöltött (új vagy módosult) sorok közül, azon "
        "forrásokból, amelyek szereplőt megneveznek.",
        "en": "Rows that name no actor we know, of the rows loaded (new or changed) in the period from sources "
        "that name an actor.",
    },
    fact=_FACT,
    kind="ratio",
    numerator=func.sum(_input.c.unmatched_actor),
    denominator=_LOADED.filter(_input.c.unmatched_actor.is_not(None)),
    counted_by=_input.c.finished_on,
    cut_by=BY_INPUT,
    unit="rate",
    better="lower",
    target=0.002,
    process="data_quality_management",
    chart="proportion",
)
