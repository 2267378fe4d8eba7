"""The figure that an item is about, measured here and never taken from the browser."""

from datetime import date

from dashboard import formats
from dashboard.answers import answers
from dashboard.components.chips import written
from dashboard.look import query_of
from dashboard.periods import periods_of
from dashboard.record.items import Figure
from data.control.chart import Aim, ControlChart
from data.metrics import measure as measuring
from data.metrics.catalogue import metric
from data.metrics.changes import changed_rows
from data.metrics.metric import Metric
from data.selection import Selection
from data.signals import signal


def seen(metric_id: str, selection: Selection) -> Selection:
    """What a reader sees of a figure: with the period that pages ask for where none is set, and as of the newest run.

    So the figure stays the same whatever is published later. Raises UnknownMetric, NotPublished.
    """
    period, _ = periods_of(metric_id)
    shown = period(selection)
    run = selection.as_of if selection.as_of is not None else answers().freshness().run_id
    return Selection(**{**vars(shown), "as_of": run})


def measured(metric_id: str, selection: Selection) -> Figure:
    """The figure of a selection as of its run. Raises UnknownMetric, BadSelection, NotPublished."""
    answer = answers().answer(metric_id, selection)
    row = answer.frame.iloc[0]
    service = selection.services[0] if len(selection.services) == 1 else None
    chart, aim = _judged(answer.metric, selection, service)
    return Figure(
        metric_id=metric_id,
        metric_version=answer.metric.version,
        service_id=service,
        selection=written(selection.to_query()),
        run_id=selection.as_of,
        snapshot=answers().snapshot(),
        value=_number(row["value"]),
        numerator=_number(row["numerator"]),
        denominator=_number(row["denominator"]),
        n=int(row["n"]),
        variation=chart.variation if chart else None,
        assurance=chart.assurance if chart else None,
        target=aim.target,
        target_low=aim.lower,
        target_high=aim.upper,
        accountable_id=accountable_at_end(answer.metric, selection, service),
    )


def selection_seen(figure: Figure) -> Selection:
    """The selection that a recorded figure was of, its run included."""
    return Selection.from_query(query_of(figure.selection))


def as_known_now(figure: Figure) -> Figure:
    """The same figure by what is known now. Raises as measured() does."""
    then = selection_seen(figure)
    return measured(figure.metric_id, Selection(**{**vars(then), "as_of": None}))


def rows_since(figure: Figure) -> int | None:
    """Rows behind the figure that came or changed after the run it was seen at; None where that is not known."""
    if figure.run_id is None:
        return None
    definition, selection, run = metric(figure.metric_id), selection_seen(figure), figure.run_id
    return answers().read(
        ("record-since", figure.metric_id, selection),
        lambda connection: changed_rows(connection, definition, selection, run),
    )


def accountable_at_end(definition: Metric, selection: Selection, service: str | None) -> str:
    """Id of the actor accountable on the last day of what is shown; of the newest matrix where that had none yet."""
    on = min(filter(None, (selection.last, answers().last_day())), default=None)

    def read_at(day: date | None) -> str:
        return answers().read(
            ("record-accountable", definition.id, service, day),
            lambda connection: measuring.accountable(connection, definition, service, day)["actor_id"],
        )

    try:
        return read_at(on)
    except AssertionError:
        return read_at(None)


def _judged(definition: Metric, selection: Selection, service: str | None) -> tuple[ControlChart | None, Aim]:
    """The control chart where the figure has one, and what was aimed at."""
    low, high = definition.band or (None, None)
    aim = Aim(definition.target, low, high) if definition.better == "band" else Aim(definition.target)
    if "month" not in definition.cut_by:
        return None, aim
    try:
        found = answers().read(
            ("record-signal", definition.id, selection, service),
            lambda connection: signal(connection, definition, selection, service),
        )
    except NotImplementedError:
        return None, aim
    return found.chart, found.chart.aim


def _number(value: float | None) -> float | None:
    return None if formats.missing(value) or value is None else float(value)
