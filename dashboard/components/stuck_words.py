"""Words of what is stuck: stages, what is missing of them, next steps, reasons for not calling a pair stuck."""

from collections.abc import Callable, Iterable

import pandas as pd

from dashboard import formats, words
from dashboard.figures.marks import APPLICATIONS
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.stage_words import BASES, PROXY, stage_name

NEXT_STEPS = {
    "sign_contract": N_("Conclude the contract"),
    "appoint_roles": N_("Appoint to the vacant roles"),
    "train_key_user": N_("Train and certify a key user"),
    "provision": N_("Provision the application"),
    "go_live": N_("Go live"),
    "clarify_use": N_("Clarify with the municipality whether it is used"),
}
LACKS = {
    "not_contracted": N_("no contract for it"),
    "never_certified": N_("no key user has been certified yet"),
    "certificate_lapsed": N_("the key user's certificate has lapsed"),
    "not_provisioned": N_("contracted, not provisioned yet"),
    "not_live": N_("provisioned, not live yet"),
    "never_used": N_("no use counted since going live"),
    "not_used_since": N_("no use counted since the last month of use"),
    "no_sign_ever": N_("no sign of use since going live"),
    "no_sign_since": N_("no sign of use for a year"),
}
VACANT = N_("vacant: {roles}")
EXCUSES = {"": "", "grace": N_("within the time allowed"), "optional": N_("its use is not compulsory")}
REQUIREMENTS = {"compulsory": N_("compulsory"), "optional": N_("optional"), "none": N_("not required")}
AGES = (
    N_("less than half a year"), N_("half a year to a year"), N_("1 to 2 years"), N_("2 to 5 years"),
    N_("more than 5 years"),
)  # fmt: skip


def each(values: Iterable[str], say: Callable[[str], str]) -> list[str]:
    """What is said of each value; of thousands of values there are few different ones."""
    listed = list(values)
    said = {one: say(one) for one in set(listed)}
    return [said[one] for one in listed]


def stages_text(stages: str, language: str) -> str:
    """Stages that stand comma separated."""
    return ", ".join(stage_name(one, language) for one in stages.split(",") if one)


def services_text(services: Iterable[str], language: str) -> str:
    """Applications by their short names, in the order of every page."""
    order = {name: at for at, name in enumerate(APPLICATIONS)}
    known = sorted(services, key=lambda one: (order.get(one, len(order)), one))
    return ", ".join(words.label("service", one, language) for one in known)


def lacks_text(lacks: str, basis: str, language: str) -> str:
    """`betöltetlen: kapcsolattartó, kulcsfelhasználó (ADÓ, GAZD)`; what rests on a proxy says so."""
    roles, others = [], []
    for one in lacks.split(","):
        code, _colon, services = one.partition(":")
        where = f" ({services_text(services.split('+'), language)})" if services else ""
        if code in LACKS:
            others.append(f"{_(LACKS[code], language)}{where}")
        else:
            roles.append(f"{words.label('role', code, language)}{where}")
    said = [_(VACANT, language, roles=", ".join(roles))] if roles else []
    if others and "proxy" in basis.split(",") and "no_sign" in lacks:
        others[-1] += f" – {_(PROXY, language)}"
    return "; ".join([*said, *others])


def lacks_texts(rows: pd.DataFrame, language: str) -> list[str]:
    """lacks_text() of rows with lacks and basis."""
    listed = list(zip(rows["lacks"], rows["basis"], strict=True))
    said = {one: lacks_text(*one, language) for one in set(listed)}
    return [said[one] for one in listed]


def actors_text(actors: str, language: str) -> str:
    """Actors that stand comma separated, by their short names."""
    return ", ".join(words.label("actor", one, language) for one in actors.split(",") if one)


def bases_text(bases: str, language: str) -> str:
    """What the last stage rests on."""
    return ", ".join(_(BASES[one], language) for one in bases.split(",") if one)


def members_text(cut: str, members: str, language: str) -> str:
    """Members of a cut that stand comma separated."""
    return ", ".join(words.label(cut, one, language) for one in members.split(",") if one)


def days_text(days: object, language: str) -> str:
    """`1 234 nap`."""
    return (
        formats.NOT_AVAILABLE[language] if formats.missing(days) else formats.value(float(str(days)), "days", language)
    )
