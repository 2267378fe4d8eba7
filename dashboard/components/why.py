"""Why did it change? A metric's change between two periods, as a waterfall with its words, for any page of a figure.

    why_block("sla_resolution_rate")

The dimension (`why=service`) and the two periods (`compare=previous`) are kept in the address.
"""

import calendar
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import dash_bootstrap_components as dbc
import pandas as pd
import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component

from dashboard import words
from dashboard.answers import Ask, answers
from dashboard.components.card import Answered, Card, Choose, chart_card
from dashboard.components.parts import part
from dashboard.figures.waterfall import waterfall
from dashboard.locale import N_, language
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import Period, end_of_last_whole_month, periods_of
from dashboard.tabulate import UNITS
from dashboard.why_steps import NAMES, own_said, steps_of, weight_said
from dashboard.why_words import head, member_named, note, period_said, sentence
from data.changes import Change, change, dimensions_of
from data.decomposition import apportioned
from data.metrics.catalogue import METRICS
from data.metrics.metric import Metric
from data.selection import Selection

HEIGHT = 460
DIMENSION, COMPARISON = "why", "compare"
"""Keys of the address."""
COMPARISONS = {
    "previous": N_("This period with the one before"),
    "month": N_("Last month with the month before"),
    "year": N_("Last month with the same month a year earlier"),
}
DIMENSIONS = {
    "service": N_("by application and component"),
    "actor": N_("by actor"),
    "priority": N_("by priority"),
    "county": N_("by county"),
}
PLAIN_UNITS = {
    "rate": (N_("percentage points"), 100), "minutes": (N_("minutes"), 1), "huf": (N_("forints"), 1),
    "count": (N_("number"), 1),
}  # fmt: skip


def why_block(metric_id: str) -> Component:
    """The choosers, the sentence and the waterfall card; a sentence alone where a metric cannot be taken apart."""
    if metric_id not in CARDS_OF:
        return html.P(_("This figure has no services, actors, counties or priorities to look for a reason in."))
    spoken = language()
    dimensions = {name: DIMENSIONS[name] for name in dimensions_of(METRICS[metric_id])}
    return html.Div(
        [
            html.Div(
                [
                    _chooser(metric_id, DIMENSION, N_("Break down"), dimensions, spoken),
                    _chooser(metric_id, COMPARISON, N_("Compare"), COMPARISONS, spoken),
                ],
                className="why-choosers",
            ),
            html.P(id=part("why-words", metric_id), className="why-words", role="status"),
            CARDS_OF[metric_id].view(12),
        ],
        className="why",
    )


def chosen(metric: Metric, query: Mapping[str, str]) -> tuple[str, str]:
    """Dimension and comparison that an address asks for; the first ones where it names none that there is."""
    known = dimensions_of(metric)
    dimension, comparison = query.get(DIMENSION, ""), query.get(COMPARISON, "")
    return (
        dimension if dimension in known else known[0],
        comparison if comparison in COMPARISONS else next(iter(COMPARISONS)),
    )


def periods_compared(metric: Metric, comparison: str) -> tuple[Period, Period]:
    """The later and the earlier period of a comparison."""
    if comparison == "previous":
        return periods_of(metric.id)
    return last_month, (month_before if comparison == "month" else year_before)


def last_month(selection: Selection) -> Selection:
    """The last whole month of the reader's period, or of the data."""
    day = min(filter(None, (selection.last, answers().last_day())), default=None)
    if day is None:
        return selection
    last = end_of_last_whole_month(day)
    return selection.with_period(last.replace(day=1), last)


def month_before(selection: Selection) -> Selection:
    """The month before that."""
    return last_month(selection).previous()


def year_before(selection: Selection) -> Selection:
    """The same month a year earlier."""
    last = last_month(selection).last
    if last is None:
        return selection
    year = last.year - 1
    return selection.with_period(
        date(year, last.month, 1), date(year, last.month, calendar.monthrange(year, last.month)[1])
    )


def change_of(answered: Answered) -> Change:
    """The decomposition of what a card asked: the later answer, then the earlier one."""
    later, earlier = answered
    return answers().read(
        ("why", later.metric.id, earlier.selection, later.selection, later.by),
        lambda connection: change(connection, later.metric, earlier.selection, later.selection, later.by[0]),
    )


def words_of(answered: Answered, look: Look) -> str:
    """The sentence above the card."""
    found = change_of(answered)
    steps = steps_of(found)
    if steps is None:
        return _("In one of the two periods there is nothing to compare with.", look.language)
    return sentence(steps, member_named(found.dimension, look.language), look.language)


def draw_why(answered: Answered, look: Look) -> go.Figure:
    """The waterfall."""
    found = change_of(answered)
    return waterfall(steps_of(found), _periods(found, look), look, member_named(found.dimension, look.language))


def why_title(answered: Answered, look: Look) -> str:
    """`Miért változott? Romlás: 3,2 százalékpont`."""
    steps = steps_of(change_of(answered))
    question = _("Why did it change?", look.language)
    return question if steps is None else f"{question} {head(steps, look.language)}"


def why_subtitle(answered: Answered, look: Look) -> str:
    """Unit, the two periods, how it is broken down."""
    found = change_of(answered)
    earlier, later = _periods(found, look)
    unit = words.unit_name(found.metric.unit, look.language)
    compared = _("{later}, compared with {earlier}", look.language, later=later, earlier=earlier)
    return " · ".join([unit, compared, _(DIMENSIONS[found.dimension], look.language)])


def why_note(answered: Answered, look: Look) -> str:
    """What the effects mean."""
    return note(change_of(answered), look.language)


def why_table(answered: Answered, look: Look) -> pd.DataFrame:
    """Every member: own values, weights, effects that add up as printed; of shares the numerator's effects as well."""
    found, spoken = change_of(answered), look.language
    steps, named = steps_of(found), member_named(found.dimension, spoken)
    order = [one.member for one in steps.steps] if steps else [str(one) for one in found.found.parts]
    parts = {str(member): one for member, one in found.found.parts.items()}
    whole = _("Total", spoken)
    columns: dict[str, list[object]] = {
        words.cut_name(found.dimension, spoken): [*(named(member) for member in order), whole]
    }
    units: dict[str, str] = {}
    ends = (found.found.before, found.found.after)
    for place, heading in enumerate((_("Earlier value", spoken), _("Later value", spoken))):
        end = ends[place]
        total = None if end is None else float(end)
        columns[heading] = [*(own_said(parts[member])[place] for member in order), total]
        units[heading] = found.metric.unit
    for place, heading in enumerate((_("Earlier weight", spoken), _("Later weight", spoken))):
        columns[heading] = [*(weight_said(parts[member])[place] for member in order), None]
        units[heading] = "rate"
    if steps:
        word, times = PLAIN_UNITS.get(found.metric.unit, (words.UNITS[found.metric.unit], 1))
        for name in NAMES:
            shown = [getattr(one, name) for one in steps.steps]
            heading = f"{_(NAMES[name], spoken)} ({_(word, spoken)})".capitalize()
            columns[heading] = [float(one * steps.size * times) for one in (*shown, sum(shown))]
        totals = [one.total for one in steps.steps]
        heading = f"{_('Together', spoken)} ({_(word, spoken)})"
        columns[heading] = [float(one * steps.size * times) for one in (*totals, sum(totals))]
    if found.kind == "ratio":
        columns |= _numerators(found, order, spoken)
    frame = pd.DataFrame(columns)
    frame.attrs[UNITS] = units
    return frame


def _numerators(found: Change, order: list[str], spoken: str) -> dict[str, list[object]]:
    """What each effect does to the numerator, in whole ones that add up."""
    amounts = {str(member): one.amount for member, one in found.found.parts.items()}
    exact = {name: [getattr(amounts[member], name) for member in order] for name in NAMES}
    sums = apportioned([getattr(found.found.amount, name) for name in NAMES], Fraction(1))
    whole = [apportioned(exact[name], Fraction(1), total) for name, total in zip(NAMES, sums, strict=True)]
    rows = [sum(shown) for shown in zip(*whole, strict=True)]
    headings = [_(NAMES[name], spoken) for name in NAMES]
    return {
        _("Numerator: {effect}", spoken, effect=heading): [*shown, sum(shown)]
        for heading, shown in zip([*headings, _("together", spoken)], [*whole, rows], strict=True)
    }


def _periods(found: Change, look: Look) -> tuple[str, str]:
    is_stock = found.metric.kind == "stock"
    earlier, later = (period_said(one, is_stock, look.language) for one in (found.earlier, found.later))
    return earlier, later


def _chooser(metric_id: str, key: str, label: str, options: Mapping[str, str], spoken: str) -> html.Div:
    """A labelled choice that the address keeps."""
    control = dbc.Select(
        id=part(f"why-{key}", metric_id),
        options=[{"label": _(text, spoken), "value": value} for value, text in options.items()],
        size="sm",  # its value is set from the address: one given here would be taken for the reader's choice
    )
    return html.Div(html.Label([html.Span(_(label, spoken)), control]), className="why-chooser")


def _card(metric: Metric) -> Card:
    def choose(query: Mapping[str, str]) -> tuple[Ask, ...]:
        dimension, comparison = chosen(metric, query)
        later, earlier = periods_compared(metric, comparison)
        return Ask(metric.id, (dimension,), later), Ask(metric.id, (dimension,), earlier)

    chooses: Choose = choose
    return chart_card(
        f"why-{metric.id}", choose({}), draw=draw_why, title=why_title, subtitle=why_subtitle, summary=words_of,
        note=why_note, table=why_table, height=HEIGHT, choose=chooses,
    )  # fmt: skip


CARDS_OF = {metric.id: _card(metric) for metric in METRICS.values() if dimensions_of(metric)}
"""The card of each metric that can be taken apart."""
