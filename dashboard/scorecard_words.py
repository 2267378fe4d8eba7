"""Sentences of the scorecard, made by rule. Pure but for the names of actors, services and figures.

No word's ending depends on an inserted name or number: names stand before a colon or behind a dash, in both languages.
"""

from collections.abc import Sequence

from dashboard import formats, words
from dashboard.answers import Answer, answers
from dashboard.components.tile import target_words, value_of
from dashboard.figures.targets import value_words
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.record import OpenItems
from dashboard.scorecard import Finding, Kind
from dashboard.scorecard_readings import AHEAD_DAYS, Expiring, LawChanges
from dashboard.signal_words import aim_words, assurance_words, signal_sentence, variation_words
from data.control.chart import ControlChart
from data.signals import Signal

KINDS: dict[Kind, str] = {
    "concern_missing": N_("Real deterioration, target consistently missed"),
    "concern": N_("Real deterioration"),
    "missing": N_("Target consistently missed"),
    "shift": N_("Real shift"),
    "improvement": N_("Real improvement"),
    "due": N_("Due soon"),
    "quality": N_("Data quality"),
}
LEAD = N_("{value} ({month}).")
LEAD_MISSING = N_("{value} ({month}), {variation}.")
AIM = N_("{assurance} (target: {target}).")
NOT_YET_WORSE = N_("The level is still better than the mean, but the values are moving the wrong way.")
NOT_YET_BETTER = N_("The level is still worse than the mean, but the values are moving the right way.")
NOBODY = N_("nobody (the responsibility matrix names no one)")


def subject(signal: Signal, language: str) -> str:
    """`Határidőre megoldott incidensek aránya – ADÓ`."""
    name = words.metric_name(signal.metric, language)
    return name if signal.service is None else f"{name} – {service_name(signal.service, language)}"


def told(finding: Finding, language: str) -> list[str]:
    """The sentences of a finding, its subject and its kind left out: the value, why it is a signal, the target, which
    services. Of a missed target also whether it changes, which its kind doesn't say."""
    signal, chart = finding.signal, finding.signal.chart
    last = chart.last
    assert last is not None, "what has no value is no finding"
    said = [
        _(
            LEAD_MISSING if finding.kind == "missing" else LEAD,
            language,
            value=value_words(float(last["value"]), signal.metric, language),
            month=formats.month(str(last["period"]), language, whole=True),
            variation=variation_words(chart.variation, language),
        )
    ]
    if finding.kind != "missing":
        said += [signal_sentence(chart, language), _(against(signal) or "", language)]
    said += [aim_sentence(signal, language), _others(finding, language)]
    return [one for one in said if one]


def against(signal: Signal) -> str | None:
    """What to add where only a trend is the signal and it runs against the side the value is on (the method goes by
    the side); None where nothing is."""
    chart, last = signal.chart, signal.chart.last
    if last is None or last["rules"] != ("trend",) or signal.metric.better not in ("higher", "lower"):
        return None
    rises = _rises(chart)
    good = rises if signal.metric.better == "higher" else not rises
    if chart.variation == "improvement" and not good:
        return NOT_YET_WORSE
    return NOT_YET_BETTER if chart.variation == "concern" and good else None


def aim_sentence(signal: Signal, language: str) -> str:
    """`A céltól rendre elmarad (cél: legalább 90 %).`; empty without a target or while it is too early."""
    target = aim_words(signal.chart.aim, signal.metric, language)
    if signal.chart.assurance in ("no_target", "too_early") or not target:
        return ""
    said = assurance_words(signal.chart.assurance, language)
    return _(AIM, language, assurance=said[:1].upper() + said[1:], target=target)


def actor_name(actor_id: str, language: str) -> str:
    """Who answers, by the short name."""
    return answers().names("actor", language).get(actor_id, actor_id) if actor_id else _(NOBODY, language)


def service_name(service: str, language: str) -> str:
    """The application or component by the name people use."""
    return answers().names("service", language).get(service, service)


def summary(signals: Sequence[Signal], language: str) -> str:
    """The answer to the page's question, by counts."""
    judged = [one for one in signals if one.chart.variation != "too_early"]
    if not any(one.chart.last is not None for one in signals):
        return _("There is no data in this selection to judge by.", language)
    if not judged:
        return _("Too early to say: there are not yet 13 whole months to judge by.", language)
    worse = sum(one.chart.variation == "concern" for one in judged)
    better = sum(one.chart.variation == "improvement" for one in judged)
    missed = sum(one.chart.assurance == "misses" for one in judged)
    if not worse and not missed:
        lead = N_("Yes: no figure has really deteriorated, and none consistently misses its target.")
    else:
        lead = N_("Not in everything: real deterioration {worse}, target consistently missed {missed}.")
    rest = N_("Figures judged month by month: {judged}; real improvement: {better}.")
    return f"{_(lead, language, worse=worse, missed=missed)} {_(rest, language, judged=len(judged), better=better)}"


def newest_month(signals: Sequence[Signal], language: str) -> str:
    """`Legutóbbi lezárt hónap: 2026. október`; empty without data."""
    known = [str(one.chart.last["period"]) for one in signals if one.chart.last is not None]
    if not known:
        return ""
    return _("Newest whole month: {month}", language, month=formats.month(max(known), language, whole=True))


# --- what is due, and whether the data can be believed ---------------------------------------------------------------


def decisions_told(items: OpenItems, language: str) -> str:
    """How many items of the decision log are open, and the most urgent one."""
    return _(
        "{total} open, {overdue} of them overdue; the most urgent one: no. {number} (due: {day}).",
        language,
        total=items.total,
        overdue=sum(item.overdue for item in items),
        number=items[0].number,
        day=formats.day(items[0].due_on, language),
    )


def laws_told(found: LawChanges, language: str) -> str:
    """How many law changes are not in production though in force, or soon."""
    said = []
    if found.in_force:
        said.append(_("Already in force: {count}.", language, count=found.in_force))
    if found.ahead:
        text = N_("Taking effect within {days} days: {count}; the next one: {day} ({service}).")
        said.append(
            _(
                text,
                language,
                days=AHEAD_DAYS,
                count=found.ahead,
                service=service_name(found.service or "UNKNOWN", language),
                day=formats.day(found.next_on, language),
            )
        )
    return " ".join(said)


def contracts_told(found: Expiring, language: str) -> str:
    """How many contracts end, and when the first does."""
    if found.first_on is None:
        return _("Their number: {count}.", language, count=found.count)
    text = N_("Their number: {count} (the first one ends: {day}).")
    return _(text, language, count=found.count, day=formats.day(found.first_on, language))


def missed_told(answer: Answer, language: str) -> str:
    """A figure and the target it does not meet, without a word on whether it changes."""
    text = N_("{value} ({period}). It does not meet the target ({target}).")
    return _(
        text,
        language,
        value=value_words(value_of(answer) or 0.0, answer.metric, language),
        period=formats.period(answer.selection.first, answer.selection.last, language) or _("all runs", language),
        target=target_words(answer.metric, language) or "",
    )


def _others(finding: Finding, language: str) -> str:
    if not finding.others:
        return ""
    names = ", ".join(service_name(one, language) for one in finding.others)
    return _("So it is in these applications: {names}.", language, names=names)


def _rises(chart: ControlChart) -> bool:
    known = chart.points.dropna(subset=["value"]).tail(2)
    level = (known["value"] / known["factor"]).tolist()
    return len(level) == 2 and level[1] > level[0]
