"""A municipality's share of the centre's cost: twelve months by application, per inhabitant beside its peers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from dash import dcc
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.answers import answers
from dashboard.components.cost_allocation_read import months_read, place_href
from dashboard.components.profile_read import day_of, every_place_of
from dashboard.components.profile_words import peers_text
from dashboard.components.titled import figure_table, titled
from dashboard.locale import translate as _
from data.adoption.profile_service import peers_of
from data.comparison.peers import Peers
from data.cost.charged import own_share, shares
from data.periods import last_of_month, months_before


@dataclass(frozen=True)
class Share:
    """rows: from own_share(), of the months from first to last; of: who its peers are."""

    rows: pd.DataFrame
    first: date
    last: date
    plan_version: str
    of: Peers


def share_for(code: str, view: Mapping[str, Any] | None) -> Share | None:
    """The twelve months up to the last allocated one by the day of the profile; None where none is allocated."""
    day = day_of(view)
    months = months_read(day.as_of)
    known = months[[day.last is None or month <= day.last for month in months["month"]]]
    if known.empty:
        return None
    last, every = known["month"].iloc[-1], every_place_of(view)
    first = max(months_before(last, 11), known["month"].iloc[0])
    table = answers().read(
        ("cost shares", first, last, day.as_of), lambda connection: shares(connection, first, last, day.as_of)
    )
    of = peers_of(every, code)
    rows = own_share(table, code, list(of.ids), every.set_index("municipality_id")["population"])
    return Share(rows, first, last, str(known["plan_version"].iloc[-1]), of)


def cost_share_table(code: str, share: Share | None, place: Mapping[str, Any], language: str) -> Component:
    """The share by application, and where the ledger lines behind it are."""
    title = _("Share of the cost", language)
    if share is None:
        return titled(
            title, "", _("No month is allocated yet, so its share of the common cost is not known.", language)
        )
    rows, period = share.rows, formats.period(share.first, last_of_month(share.last), language)
    under = _(
        "Allocated cost of the platform in {period}, by application. Per inhabitant beside the median of its peers: "
        "{peers}.",
        language, period=period, peers=peers_text(share.of, place, language),
    )  # fmt: skip
    shown = pd.DataFrame(
        {
            _("Application", language): [
                words.label("service", one, language) if one else _("Together", language)
                for one in rows["application_id"]
            ],
            _("Share (Ft)", language): [formats.number(one, language) for one in rows["amount_huf"]],
            _("Per inhabitant (Ft)", language): [formats.number(one, language) for one in rows["per_head"]],
            _("Median of peers (Ft)", language): [formats.number(one, language) for one in rows["peers_per_head"]],
        }
    )
    link = dcc.Link(_("Ledger lines behind it", language), href=place_href(code))
    assumed = _("The allocation is an assumption until the plan is approved.", language)
    note = f"{_('Allocation plan', language)}: {share.plan_version} · {assumed}"
    return titled(title, under, [figure_table(shown, title), link], note)
