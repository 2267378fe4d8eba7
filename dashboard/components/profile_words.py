"""Words of a municipality's profile: kinds, stages, figures beside peers."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import formats, words
from dashboard.figures.marks import APPLICATIONS
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.adoption.profile_service import PER_1000
from data.comparison.peers import Peers
from data.metrics.catalogue import METRICS

KINDS = {
    "municipality": N_("municipality"),
    "district_of_capital": N_("district of the capital"),
    "capital": N_("the capital"),
    "county": N_("county government"),
}
LEGAL = {
    "község": N_("village"),
    "nagyközség": N_("large village"),
    "város": N_("town"),
    "megyei jogú város": N_("city with county rights"),
    "megyeszékhely megyei jogú város": N_("county seat, city with county rights"),
}
OFFICES = {
    "own": N_("its own office"),
    "joint_seat": N_("seat of a joint office"),
    "joint_member": N_("member of a joint office"),
    "none": N_("its own office"),
}


def kind_text(kind: object, language: str) -> str:
    """What kind of local government it is."""
    return _(KINDS[str(kind)], language) if kind in KINDS else _("unknown", language)


def legal_text(place: Mapping[str, Any], language: str) -> str:
    """Village, town, city; of other kinds what they are."""
    status = str(place["legal_status"])
    if place["kind"] == "municipality" and status in LEGAL:
        return status if language == "hu" else _(LEGAL[status], language)
    return kind_text(place["kind"], language)


def figure_name(figure: str, language: str) -> str:
    """A figure that is shown beside peers."""
    if figure == PER_1000:
        return _("Tickets per 1,000 inhabitants", language)
    return words.metric_name(METRICS[figure], language)


def figure_text(figure: str, value: object, language: str) -> str:
    """A value of such a figure in its unit; `–` where there is none."""
    if formats.missing(value):
        return "–"
    amount = float(str(value))
    if figure == PER_1000:
        return formats.number(amount, language, 1)
    return formats.value(amount, METRICS[figure].unit, language)


def day_text(value: object, language: str) -> str:
    """A day as it is read; `–` where it is not known."""
    return "–" if formats.missing(value) else formats.day(pd.Timestamp(str(value)).date(), language)


def count_text(value: object, withheld: str, language: str) -> str:
    """A count of people; missing, it is withheld."""
    return withheld if formats.missing(value) else formats.number(float(str(value)), language)


SHARED = {
    "joining_type": N_("type of joining"),
    "size_band": N_("size band"),
    "office": N_("kind of office"),
    "county": N_("county"),
}


def peers_text(of: Peers, place: Mapping[str, Any], language: str) -> str:
    """Who the peers are: `142 municipalities with the same size band, county`."""
    count = formats.number(len(of.ids), language)
    if not of.ids:
        return _("none, so nothing stands beside its figures", language)
    if place["kind"] == "county":
        return _("the other county governments ({count})", language, count=count)
    if not of.rule:
        return _("all other municipalities ({count})", language, count=count)
    shared = ", ".join(_(SHARED[one], language) for one in of.rule)
    return _("{count} municipalities that share its {shared}", language, count=count, shared=shared)


def order_of(service: str) -> tuple[int, str]:
    """Applications in the order of every page."""
    return (APPLICATIONS.index(service) if service in APPLICATIONS else len(APPLICATIONS), service)
