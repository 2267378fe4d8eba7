"""Words of the stages of adoption: sentences, headings, members of their cuts."""

import pandas as pd

from dashboard import formats, words
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.adoption.stages import STAGES, Stages
from data.adoption.summary import bases, completeness, progress, widest_gap

STAGE_NAMES = {
    "contracted": N_("contracted"),
    "staffed": N_("local roles filled"),
    "trained": N_("key user trained"),
    "live": N_("live"),
    "in_use": N_("in use"),
}
MEANINGS = {
    "contracted": N_("A contract for the application is in force."),
    "staffed": N_(
        "All four local roles are filled: official representative, contact person, local IT operator, and a key user "
        "of the application or of all."
    ),
    "trained": N_(
        "A key user of the municipality or of its joint office has a certificate of the application in force."
    ),
    "live": N_("The application is live under a contract in force."),
    "in_use": N_(
        "The application counted an active user or a transaction in its last whole month. Where it does not count its "
        "use: a ticket or a training of the municipality or its joint office within a year, which is a proxy."
    ),
}
PROXY = N_("proxy: by tickets or trainings")
BASES = {"usage": N_("use as the application counts it"), "proxy": PROXY}
OFFICES = {
    "own": N_("own office"),
    "joint_seat": N_("seat of a joint office"),
    "joint_member": N_("member of a joint office"),
    "none": N_("county or capital"),
}
UNKNOWN = N_("unknown")
CUT_NAMES = {"office_type": N_("Kind of office")}


def stage_name(stage: str, language: str) -> str:
    """A stage by its name."""
    return _(STAGE_NAMES[stage], language)


def member_name(cut: str, member: object, language: str) -> str:
    """A member of a cut of the stages: an office type, a wave, or what words.label names."""
    if cut == "office_type":
        return _(OFFICES.get(str(member), UNKNOWN), language)
    if cut == "wave":
        return wave_name(member, language)
    return words.label(cut.removesuffix("_id"), member, language)


def cut_heading(cut: str, language: str) -> str:
    """What a cut is called."""
    return _(CUT_NAMES[cut], language) if cut in CUT_NAMES else words.cut_name(cut.removesuffix("_id"), language)


def wave_name(wave: object, language: str) -> str:
    """`1. ütem`; of contracts that name none, that."""
    if formats.missing(wave):
        return _("no wave named", language)
    return _("wave {wave}", language, wave=str(wave))


def stages_sentence(found: Stages, language: str) -> str:
    """How many municipalities are complete, where most pairs are left behind, what use rests on."""
    if found.on is None or found.frame.empty:
        return _("No municipality has joined by this day in the selection.", language)
    whole = completeness(found.frame).iloc[0]
    said = _(
        "Of {municipalities} joined municipalities {complete} ({rate}) have come through all five stages in every "
        "application of theirs.",
        language,
        municipalities=formats.number(whole["municipalities"], language),
        complete=formats.number(whole["complete"], language),
        rate=formats.percent(whole["rate"], language),
    )
    return " ".join(
        part for part in (said, _most_lost(found.frame, language), basis_sentence(found.frame, language)) if part
    )


def _most_lost(frame: pd.DataFrame, language: str) -> str:
    gap = widest_gap(progress(frame))
    if gap is None:
        return ""
    return _(
        "Most are left behind at the stage “{stage}”: {lost} of {pairs} pairs of municipality and application "
        "({share}).",
        language,
        stage=stage_name(gap.stage, language),
        lost=formats.number(gap.lost, language),
        pairs=formats.number(gap.pairs, language),
        share=formats.percent(gap.lost / gap.pairs, language),
    )


def basis_sentence(frame: pd.DataFrame, language: str) -> str:
    """What "in use" rests on."""
    told = bases(frame)
    proxies = [str(one) for one in told.loc[~told["counted"], "service_id"]]
    if not proxies:
        return _("Every application here counts its use itself.", language)
    if len(proxies) == len(told):
        return _("Use is told by a proxy (tickets or trainings), since no application here counts it itself.", language)
    names = ", ".join(words.label("service", one, language) for one in proxies)
    return _("Of {names} use is told by a proxy (tickets or trainings); the others count it.", language, names=names)


def order_of(stage: str) -> int:
    """Its place, from 1."""
    return STAGES.index(stage) + 1
