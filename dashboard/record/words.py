"""Words of the log: kinds, states, the selection a figure was of."""

from dashboard import formats, words
from dashboard.components.chips import CUT_OF_KEY
from dashboard.components.icons import Icon
from dashboard.components.tile import target_words
from dashboard.figures.targets import value_words
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.record.items import Figure, Item
from dashboard.record.state import EntryKind, Kind, State
from dashboard.signal_words import aimed
from data.control.chart import Aim
from data.metrics.catalogue import METRICS
from data.metrics.metric import Metric
from data.selection import KEYS, Selection

KINDS: dict[Kind, str] = {"question": N_("Question"), "decision": N_("Decision")}
NUMBERED: dict[Kind, str] = {"question": N_("Question no. {number}"), "decision": N_("Decision no. {number}")}
ENTRIES: dict[EntryKind, str] = {
    "answer": N_("Answer"),
    "outcome": N_("What came of it"),
    "comment": N_("Comment"),
    "due_changed": N_("New due date"),
}
TO_RECORD: dict[EntryKind, str] = {
    "answer": N_("Answer of the actor asked"),
    "outcome": N_("Outcome (closes the item)"),
    "comment": N_("Comment"),
    "due_changed": N_("New due date"),
}
STATES: dict[State, tuple[Icon, str]] = {
    "open": ("clock", N_("Open")),
    "answered": ("info", N_("Answered")),
    "closed": ("check", N_("Closed")),
}
OVERDUE = N_("Overdue")


def title_of(item: Item, language: str) -> str:
    """`12. számú kérdés`."""
    return _(NUMBERED[item.kind], language, number=item.number)


def figure_name(metric_id: str, language: str) -> str:
    """A metric's name; its id where the catalogue has no such metric any more."""
    known = METRICS.get(metric_id)
    return words.metric_name(known, language) if known else metric_id


def value_said(figure: Figure, language: str) -> str:
    """The value in its unit: `92,4 %`, beside the target that was in force."""
    known = METRICS.get(figure.metric_id)
    if known is None:
        return formats.number(figure.value, language, 2)
    if figure.value is None:
        return formats.NOT_AVAILABLE[language]
    return value_words(figure.value, _aimed(figure, known), language)


def parts_said(figure: Figure, language: str) -> str:
    """`3 812 / 4 126` of a share; empty for other figures."""
    known = METRICS.get(figure.metric_id)
    if known is None or not known.is_share or known.is_quantile:
        return ""
    return f"{formats.number(figure.numerator, language)} / {formats.number(figure.denominator, language)}"


def target_said(figure: Figure, language: str) -> str:
    """`legalább 95 %`; empty without a target."""
    known = METRICS.get(figure.metric_id)
    return (target_words(_aimed(figure, known), language) or "") if known else ""


def period_said(selection: Selection, language: str) -> str:
    """The period of a selection; of a stock its day."""
    return formats.period(selection.first, selection.last, language) or _("whole period", language)


def members_said(selection: Selection, language: str) -> str:
    """`Vármegye: Zala · Szakrendszer vagy komponens: ADÓ`; empty where everything was selected."""
    found = []
    for key, name in KEYS.items():
        cut = CUT_OF_KEY.get(key, key)
        if members := getattr(selection, name):
            said = ", ".join(words.label(cut, member, language) for member in members)
            found.append(f"{words.cut_name(cut, language)}: {said}")
    return " · ".join(found)


def actor_said(actor_id: str, language: str) -> str:
    """An actor by its short name."""
    return words.label("actor", actor_id, language)


def _aimed(figure: Figure, metric: Metric) -> Metric:
    return aimed(metric, Aim(figure.target, figure.target_low, figure.target_high))
