"""Words of the comparison: figures, units, segments, and what the funnel says in a sentence."""

from collections.abc import Mapping
from typing import Any

from dashboard import formats, words
from dashboard.answers import answers
from dashboard.figures.funnel import value_said
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.comparison.disclosure import least_people
from data.comparison.units import FIGURES, Compared, Comparison
from data.metrics.catalogue import METRICS

UNIT_NAMES = {
    "municipality": N_("Municipalities"),
    "office": N_("Joint offices"),
    "district": N_("Districts"),
    "county": N_("Counties"),
}
ONE_UNIT = {
    "municipality": N_("Municipality"),
    "office": N_("Joint office"),
    "district": N_("District"),
    "county": N_("County"),
}
OF_UNITS = {
    "municipality": N_("{count} of {all} municipalities"),
    "office": N_("{count} of {all} joint offices"),
    "district": N_("{count} of {all} districts"),
    "county": N_("{count} of {all} counties"),
}
SEGMENT_NAMES = {
    "": N_("All together"),
    "joining_type": N_("By type of joining"),
    "size_band": N_("By population"),
    "office_kind": N_("By kind of office"),
}
OFFICE_KINDS = {"own": N_("own office"), "joint": N_("joint office"), "none": N_("no office of its own")}
OWN_NAMES = {
    "in_use": N_("Applications in use"),
    "how_to": N_("How-to tickets per 1,000 inhabitants"),
}
SIZES = {
    "in_use": N_("pairs of municipality and application in scope"),
    "how_to": N_("thousands of inhabitants"),
    "key_user_coverage_rate": N_("live applications"),
    "live_service_rate": N_("contracted applications"),
    "local_role_filled_rate": N_("roles to be filled"),
    "training_completion_rate": N_("enrolments"),
    "training_pass_rate": N_("examinations sat"),
}
SIDES = {"above": N_("outside, above"), "below": N_("outside, below"), "": N_("within the limits")}


def figure_name(figure: str, language: str) -> str:
    """What a figure of FIGURES is called."""
    if figure in OWN_NAMES:
        return _(OWN_NAMES[figure], language)
    return words.metric_name(METRICS[FIGURES[figure].metric], language)


def size_name(figure: str, language: str) -> str:
    """What the size of a unit is counted in: the axis of a funnel."""
    return _(SIZES.get(figure, N_("tickets counted")), language)


def unit_of(of: Compared) -> str:
    """The unit of the values: rate or count."""
    return "rate" if of.kind == "proportion" else "count"


def better_of(of: Compared) -> str:
    """Which way is better; more how-to tickets may mean more use or less training, so neither is."""
    return "neutral" if of.category else METRICS[of.metric].better


def segment_said(segment: str, member: str, language: str) -> str:
    """A member of a segment."""
    if segment == "office_kind" and member in OFFICE_KINDS:
        return _(OFFICE_KINDS[member], language)
    return words.label(segment, member, language) if member else ""


def name_of(row: Mapping[Any, Any], unit: str, language: str) -> str:
    """A unit by name: `Komló (Baranya)`; a joint office by its seat; municipalities added up by their county."""
    if row["is_pooled"]:
        return _("{county}: {count} small municipalities together", language, county=row["county"],
                 count=formats.number(row["members"], language))  # fmt: skip
    if unit == "district":
        return words.district_name(str(row["unit"]), language)
    if unit == "county":
        return str(row["unit"])
    known = answers().names("municipality", language).get(str(row["unit"]), str(row["unit"]))
    return f"{known} ({row['county']})"


def sentence(found: Comparison, figure: str, unit: str, language: str) -> str:
    """How many lie outside, how many would by chance, and whether the limits allow for over-dispersion."""
    units = found.units
    if units.empty:
        return _("There are too few units to compare.", language)
    out, count = int(units["is_outside"].sum()), len(units)
    who = _(OF_UNITS[unit], language, count=formats.number(out, language), all=formats.number(count, language))
    chance = formats.number(sum(part.funnel.expected for part in found.parts), language, 1)
    said = _(
        "Outside the 99.8 per cent limits: {who}. By chance alone at most {chance} would be.",
        language, who=who, chance=chance,
    )  # fmt: skip
    return " ".join(filter(None, [said, dispersion_said(found, language), left_out(found, unit, language)]))


def dispersion_said(found: Comparison, language: str) -> str:
    """Whether units differ by more than chance: `φ = 2,4; τ = 0,11`."""
    if len(found.parts) != 1:
        wide = sum(part.funnel.is_overdispersed for part in found.parts)
        return _(
            "Each group has its own line and limits; in {count} of {all} groups they allow for over-dispersion.",
            language, count=wide, all=len(found.parts),
        )  # fmt: skip
    funnel = found.parts[0].funnel
    phi = formats.number(funnel.phi, language, 2)
    if funnel.is_overdispersed:
        return _(
            "They differ by more than chance (over-dispersion: φ = {phi}, τ = {tau}), and the limits allow for it.",
            language, phi=phi, tau=formats.number(funnel.tau, language, 3),
        )  # fmt: skip
    return _("Beyond these they differ no more than by chance (φ = {phi}).", language, phi=phi)


def left_out(found: Comparison, unit: str, language: str) -> str:
    """Units without a point of their own, and why."""
    parts = []
    if found.withheld:
        said = N_("{count} units with fewer than {least} people are not shown one by one")
        if unit == "municipality" and found.units["is_pooled"].any():
            said = N_("{count} units with fewer than {least} people are added up by county")
        least = answers().read("least_people", least_people)
        parts.append(_(said, language, count=formats.number(found.withheld, language), least=least))
    if found.uncounted:
        said = N_("{count} units have nothing to count")
        parts.append(_(said, language, count=formats.number(found.uncounted, language)))
    return f"{'; '.join(parts)}." if parts else ""


def target_said(found: Comparison, of: Compared, language: str) -> str:
    """The figure of all."""
    return value_said(found.parts[0].funnel.target, unit_of(of), language) if len(found.parts) == 1 else ""


def verdict(side: str, language: str) -> str:
    """Where a unit lies, in words."""
    return _(SIDES[side], language)
