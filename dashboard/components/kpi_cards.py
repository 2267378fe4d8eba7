"""Cards of a figure's own page: its control chart, and its breakdowns beside the target."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.answers import Ask
from dashboard.components.card import Answered, Card, Text, chart_card
from dashboard.control_twin import control_twin
from dashboard.figures.bars import bars
from dashboard.figures.control import control
from dashboard.figures.dots import dots
from dashboard.figures.gaps import adds_up
from dashboard.figures.marks import NATURAL
from dashboard.figures.pooling import pooled
from dashboard.figures.shares import shares
from dashboard.figures.targets import limits_of
from dashboard.figures.trend import trend
from dashboard.figures.trends import naming_others
from dashboard.findings import against_others, against_target, laggards, line_summary, members_summary
from dashboard.judged import aims_of, can_be_judged, signal_of
from dashboard.kpi_periods import asked_of, charted_of
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.service_words import CERTAIN, surely_missing
from dashboard.signal_words import assurance_sentence, signal_sentence, signal_words
from dashboard.subtitles import on_the_day
from dashboard.tabulate import LINKS, links_of, rows_of
from data.control.chart import LEAST_POINTS, ControlChart
from data.metrics.metric import Metric

HEIGHT = 400
CUTS = {
    "fact_ticket": ("service", "actor", "priority", "county", "size_band"),
    "fact_contract": ("service", "actor", "contract_kind", "supplier", "county", "size_band", "joining_type"),
    "fact_contract_service": ("service", "county", "size_band", "joining_type"),
    "fact_role_holder": ("role", "county", "size_band", "joining_type"),
    "fact_training": ("service", "course", "role", "county", "size_band", "joining_type"),
    "fact_budget": ("service", "actor", "account_group"),
    "fact_usage": ("service", "county", "size_band", "joining_type"),
    "etl_input": ("source", "job"),
}
"""Breakdowns by fact, in the order a supervisor asks. Of tickets only one that is not kept ready by month."""
MOST_CUTS = 6
SUBJECTS = {
    "service": N_("By application and component"),
    "actor": N_("By actor"),
    "priority": N_("By priority"),
    "county": N_("By county"),
    "size_band": N_("By population"),
    "joining_type": N_("By type of joining"),
    "role": N_("By role"),
    "course": N_("By course"),
    "contract_kind": N_("By kind of contract"),
    "supplier": N_("By supplier"),
    "account_group": N_("By account group"),
    "source": N_("By source"),
    "job": N_("By kind of data"),
}
HEIGHTS = {
    "service": 560, "actor": 320, "priority": 220, "county": 560, "size_band": 260, "joining_type": 170, "role": 220,
    "course": 420, "contract_kind": 220, "supplier": 360, "account_group": 400, "source": 400, "job": 220,
}  # fmt: skip
MOST_MEMBERS = 12
BARS_HEIGHT = 380
POOLED = ("course", "supplier", "source", "account_group")


def cuts_of(metric: Metric) -> tuple[str, ...]:
    """The breakdowns that a metric's page shows, in their order."""
    wanted = CUTS.get(metric.main_fact.name, ())
    return tuple(cut for cut in wanted if cut in metric.cut_by)[:MOST_CUTS]


def height_of(metric: Metric, cut: str) -> int:
    """Pixels of a breakdown: bars are of the few biggest services, dots of all of them."""
    return BARS_HEIGHT if cut == "service" and adds_up(metric) else HEIGHTS[cut]


def control_card(metric: Metric) -> Card | None:
    """The control chart of a metric; a line by quarter or year where it cannot be followed by month; None where it
    cannot be followed at all."""
    over = next((one for one in ("month", "quarter", "year") if one in metric.cut_by), None)
    if over is None:
        return None
    judged = over == "month"
    return chart_card(
        f"kpi-{metric.id}-control", [Ask(metric.id, (over,), charted_of(metric.id))], height=HEIGHT,
        draw=draw_control if judged else draw_line, table=control_table if judged else None,
        title=control_title if judged else None, subtitle=control_subtitle, summary=control_summary,
        note=control_note if judged else None,
    )  # fmt: skip


def breakdown_cards(metric: Metric) -> list[Card]:
    """A card for each breakdown of a metric."""
    return [_breakdown(metric, cut) for cut in cuts_of(metric)]


def draw_control(answered: Answered, look: Look) -> go.Figure:
    """The control chart; a plain line where there is nothing to judge yet."""
    chart, metric = chart_of(answered)
    if chart.last is None:
        return draw_line(answered, look)
    aims = aims_of(metric.id, answered[0].selection, [str(period) for period in chart.points["period"]])
    return control(chart, metric, look, aims=aims, pixels=HEIGHT - 110)


def draw_line(answered: Answered, look: Look) -> go.Figure:
    """A plain line."""
    answer = answered[0]
    return trend(answer.frame, answer.metric, look, over=answer.by[0], pixels=HEIGHT - 70)


def chart_of(answered: Answered) -> tuple[ControlChart, Metric]:
    """The control chart of what was asked, and the metric with the target in force."""
    found = signal_of(answered[0].metric.id, answered[0].selection)
    return found.chart, found.metric


def control_table(answered: Answered, look: Look) -> pd.DataFrame:
    """Every point with what it signals."""
    chart, metric = chart_of(answered)
    if chart.last is None:
        return rows_of(answered[0], look.language)
    found = control_twin(chart, metric, look.language)
    found.attrs[LINKS] = links_of(answered[0], chart.points.rename(columns={"period": "month"}))
    return found


def control_title(answered: Answered, look: Look) -> str:
    """`Havonta: érdemi romlás; a céltól rendre elmarad`."""
    chart, _metric = chart_of(answered)
    said = _("no figure", look.language) if chart.last is None else signal_words(chart, look.language)
    return _("By month: {signal}", look.language, signal=said)


def control_subtitle(answered: Answered, look: Look) -> str:
    """Unit, period, and n: of what holds on a day that of the newest, since n of several days would count twice."""
    answer, language = answered[0], look.language
    frame = answer.frame
    newest = int(frame["n"].fillna(0).iloc[-1]) if len(frame) else 0
    count = newest if answer.metric.kind == "stock" else answer.n
    parts = [
        words.unit_name(answer.metric.unit, language),
        formats.period(answer.selection.first, answer.selection.last, language),
        f"n{formats.SPACE}={formats.SPACE}{formats.number(count, language)}",
    ]
    return " · ".join(part for part in parts if part)


def control_summary(answered: Answered, look: Look) -> str:
    """Where the line began and ended, what it signals, what that means for the target."""
    said = line_summary(answered, look)
    if not can_be_judged(answered[0].metric) or answered[0].by != ("month",):
        return said
    chart, metric = chart_of(answered)
    more = (signal_sentence(chart, look.language), assurance_sentence(chart, metric, look.language))
    return " ".join(part for part in (said, *more) if part)


def control_note(answered: Answered, look: Look) -> str:
    """How the limits were made: trial ones, seasonal ones, and where they begin anew."""
    chart, _metric = chart_of(answered)
    notes = []
    if chart.variation == "too_early" and chart.last is not None:
        notes.append(_("Trial limits: fewer than {least} months", look.language, least=LEAST_POINTS))
    if chart.seasonal:
        notes.append(_("The limits allow for the yearly peaks of taxes and closings", look.language))
    return " · ".join(notes)


def _breakdown(metric: Metric, cut: str) -> Card:
    return chart_card(
        f"kpi-{metric.id}-by-{cut}", metric.id, by=[cut], draw=draw_breakdown, change=asked_of(metric.id),
        title=_breakdown_title(metric, cut), subtitle=on_the_day if metric.kind == "stock" else None,
        summary=members_summary, height=height_of(metric, cut), note=CERTAIN if _with_intervals(metric, cut) else None,
    )  # fmt: skip


def _breakdown_title(metric: Metric, cut: str) -> Text:
    subject = SUBJECTS[cut]
    if cut == "county" and _is_share_of_rows(metric):
        return against_others(subject, cut)
    if _with_intervals(metric, cut):
        return surely_missing(subject, cut)
    return subject if adds_up(metric) else against_target(subject, cut)


def draw_breakdown(answered: Answered, look: Look) -> go.Figure:
    """Amounts as bars, anything else as dots beside the target, shares of rows with what chance leaves open; of many
    members the biggest."""
    answer = answered[0]
    cut, metric = answer.by[0], answer.metric
    natural = cut in NATURAL and cut != "service"
    if adds_up(metric):
        return bars(answer.frame, metric, look, cut=cut, by_value=not natural, most=20 if cut == "county" else 8)
    if _with_intervals(metric, cut):
        return shares(answer.frame, metric, look, cut=cut, by_value=not natural, label=naming_others(words.label))
    frame = pooled(answer.frame, metric, cut, most=MOST_MEMBERS) if cut in POOLED else answer.frame
    marked = (laggards(answer, cut) or ("",)) if cut == "county" and _is_share_of_rows(metric) else ()
    label = naming_others(words.label)
    return dots(frame, metric, look, cut=cut, by_value=not natural, marked=marked, label=label)


def _with_intervals(metric: Metric, cut: str) -> bool:
    """Where few rows could make a member miss the target by chance alone."""
    return _is_share_of_rows(metric) and len(limits_of(metric)) == 1 and cut not in ("county", *POOLED)


def _is_share_of_rows(metric: Metric) -> bool:
    return metric.chart == "proportion" and metric.is_share and metric.unit == "rate"
