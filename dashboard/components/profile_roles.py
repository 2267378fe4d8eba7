"""The local roles of a municipality: filled or vacant, since when. Nobody is named."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.components.profile_words import day_text
from dashboard.components.titled import figure_table, titled
from dashboard.locale import translate as _


def role_table(rows: pd.DataFrame, under: str, language: str) -> Component:
    """rows: of data.adoption.profile_roles; nobody is named."""
    title = _("Local roles", language)
    shown = pd.DataFrame(
        {
            _("Role", language): [_role(row, language) for row in rows.to_dict("records")],
            _("State", language): [
                _("filled", language) if filled else _("vacant", language) for filled in rows["is_filled"]
            ],
            _("Since", language): [
                day_text(day, language) if filled or not formats.missing(day) else _("never filled", language)
                for day, filled in zip(rows["since"], rows["is_filled"], strict=True)
            ],
        }
    )
    count = _(
        "{filled} of {all} filled", language, filled=int(rows["is_filled"].sum()), all=len(rows)
    )  # fmt: skip
    return titled(title, f"{under} · {count}", figure_table(shown, title, 3))


def _role(row: Mapping[Any, Any], language: str) -> str:
    role = words.label("role", row["role"], language)
    return role if row["service_id"] == "NA" else f"{role} ({words.label('service', row['service_id'], language)})"
