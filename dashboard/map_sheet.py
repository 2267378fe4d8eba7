"""The map's figures as a file: a row per area of the selection, with what explains them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from dashboard import formats, words
from dashboard.answers import answers
from dashboard.components.chips import CUT_OF_KEY
from dashboard.exports.sheet import Sheet
from dashboard.locale import translate as _
from dashboard.look import look_of, query_of, selection_of
from dashboard.map_reading import Choice, values_of
from dashboard.map_view import shown
from dashboard.map_words import area_name
from data.boundaries.values import areas
from data.selection import KEYS, Selection


def sheet_of(view: Mapping[str, Any]) -> Sheet:
    """The sheet for what the browser reports. Withheld figures are empty, and said to be withheld."""
    look, selection = look_of(view), selection_of(view)
    language = look.language
    choice = Choice.from_query(query_of(str(view.get("search") or "")))
    told, values = shown(view), values_of(choice, selection)
    places = answers().read(("areas", choice.level, selection.counties, selection.municipalities),
                            lambda connection: areas(connection, selection, choice.level))  # fmt: skip
    frame = places.merge(values.frame, on="code")
    value = _("Value", language)
    rows = pd.DataFrame(
        {
            _("Code", language): frame["code"],
            _("Area", language): [area_name(one, choice.level, language) for one in frame["name"]],
            _("County", language): frame["county"],
            _("Inhabitants", language): frame["population"],
            value: frame["value"],
            _("Numerator", language): frame["numerator"],
            _("Denominator", language): frame["denominator"],
            _("Withheld", language): [_("yes", language) if one else "" for one in frame["withheld"]],
        }
    )
    about = {
        _("Title", language): told.title,
        _("Definition", language): told.meaning,
        _("Unit", language): told.subtitle,
        _("Filters", language): _filters(selection, language),
        _("Notes to the map", language): told.note,
        _("Snapshot", language): answers().snapshot(),
        _("Link to this view", language): str(view.get("address") or ""),
        _("Exported on", language): formats.day(date.today(), language),
    }
    name = f"asp-{choice.figure.id.replace('_', '-')}-{choice.level}"
    return Sheet(told.title, rows, about, name, {value: "0.0%"} if choice.figure.unit == "rate" else {value: "0.0"})


def _filters(selection: Selection, language: str) -> str:
    found = [
        f"{words.cut_name(CUT_OF_KEY.get(key, key), language)}: "
        + ", ".join(words.label(CUT_OF_KEY.get(key, key), member, language) for member in getattr(selection, field))
        for key, field in KEYS.items()
        if getattr(selection, field)
    ]
    return " · ".join(found) or "–"
