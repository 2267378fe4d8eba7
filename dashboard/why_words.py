"""A change and its decomposition in words. Names stand alone after a colon, so that no ending has to be put to them."""

from collections.abc import Callable

from dashboard import formats, words
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.why_steps import (
    NAMES,
    Step,
    Steps,
    Way,
    change_said,
    largest_effect,
    shortened,
    value_said,
    way_of,
)
from data.changes import UNSHARED, Change
from data.replacement import MIX, OTHERS
from data.selection import Selection

Named = Callable[[str], str]

HEADS: dict[Way, str] = {
    "better": N_("Improvement: {change}"),
    "worse": N_("Deterioration: {change}"),
    "up": N_("Increase: {change}"),
    "down": N_("Decrease: {change}"),
    "none": N_("No change"),
}
WAYS: dict[Way, str] = {
    "better": N_("improves it"),
    "worse": N_("worsens it"),
    "up": N_("raises it"),
    "down": N_("lowers it"),
    "none": "",
}
NOTES = {
    "ratio": N_(
        "Mix: cells weigh more or less than before. Rate: the cells' own values changed. Volume is 0 for a share by "
        "definition: it moves the numerator, as the table shows"
    ),
    "amount": N_("Volume: as if all had grown alike. Mix: who grew faster or slower than the others, 0 in all"),
    "quantile": N_(
        "A percentile is no sum: composition and the members' own rows are replaced one by one, and each effect is its "
        "mean over all orders (Shapley value)"
    ),
}
SAID = 3
AGAINST = 2


def head(steps: Steps, language: str) -> str:
    """`Romlás: 3,2 százalékpont`."""
    said = change_said(steps.change, steps, language, sign=False)
    return _(HEADS[way_of(steps.metric, steps.change)], language, change=said)


def sentence(steps: Steps, named: Named, language: str) -> str:
    """What changed, whose doing most of it is and by which effect, what worked against it."""
    ends = f"{value_said(steps.before, steps, language)} → {value_said(steps.after, steps, language)}"
    if not steps.change:
        return _("{head} ({ends}); what its members did cancels out.", language, head=head(steps, language), ends=ends)
    shown = [one for one in shortened(steps).steps if one.total]
    along = [one for one in shown if one.member != OTHERS and (one.total > 0) == (steps.change > 0)]
    against = [one for one in shown if one.member != OTHERS and (one.total > 0) != (steps.change > 0)]
    parts = [f"{head(steps, language)} ({ends})."]
    if along:
        parts.append(_("Most of it: {members}.", language, members=_listed(along[:SAID], steps, named, language)))
    if against:
        members = _listed(against[:AGAINST], steps, named, language)
        parts.append(_("Working against it: {members}.", language, members=members))
    rest = steps.change - sum(one.total for one in (*along[:SAID], *against[:AGAINST]))
    if rest:
        parts.append(_("All others together: {change}.", language, change=change_said(rest, steps, language)))
    return " ".join([*parts, _effects(steps, language)])


def note(change: Change, language: str) -> str:
    """What the effects mean, over which cells they were computed, and that chance is not ruled out."""
    parts = [_(NOTES[change.kind], language)]
    if change.kind == "ratio":
        cells = " × ".join(words.cut_name(name, language).lower() for name in change.cells)
        share = formats.percent(None if change.covered is None else float(change.covered), language, 0)
        parts.append(
            _("Cells: {cells}; {share} of the cases lie in cells of both periods", language, cells=cells, share=share)
        )
    parts.append(_("Whether the change is real is told by the control chart", language))
    return " · ".join(parts)


def member_named(dimension: str, language: str) -> Named:
    """Names the members of a dimension, and those that stand for more than one."""

    def named(member: str) -> str:
        special = {OTHERS: N_("others"), MIX: N_("mix of all"), UNSHARED: N_("cannot be shared out")}
        return _(special[member], language) if member in special else words.label(dimension, member, language)

    return named


def period_said(selection: Selection, is_stock: bool, language: str) -> str:
    """The period of one side; of what holds on a day that day."""
    if is_stock:
        return formats.day(selection.last, language)
    return formats.period(selection.first, selection.last, language) or _("whole period", language)


def _listed(members: list[Step], steps: Steps, named: Named, language: str) -> str:
    return ", ".join(
        f"{named(one.member)}: {change_said(one.total, steps, language, sign=False, unit=False)}"
        f" ({_(NAMES[largest_effect(one)], language)})"
        for one in members
    )


def _effects(steps: Steps, language: str) -> str:
    """`Együtt: összetétel −0,4, saját érték −2,8.`"""
    said = ", ".join(
        f"{_(NAMES[name], language)} {change_said(steps.sum_of(name), steps, language, unit=False)}"
        for name in steps.effects
    )
    return _("By effect: {effects}.", language, effects=said)
