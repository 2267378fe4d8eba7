"""What the map's page shows for a choice: the drawing's state, legend, words and the sheet for export."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import answers
from dashboard.components.chips import written
from dashboard.components.freshness import header_note, run_note
from dashboard.components.map_parts import legend
from dashboard.drill import carried
from dashboard.figures.map import Shading, by_chance, by_kind, by_value, map_state
from dashboard.locale import translate as _
from dashboard.look import Look, look_of, query_of, selection_of
from dashboard.map_reading import Choice, geometry, in_order, values_of, without_shape, zoom_of
from dashboard.map_route import address_of
from dashboard.map_words import (
    LEVELS,
    area_words,
    counted,
    figure_meaning,
    figure_name,
    finding,
    unit_words,
    value_cells,
    value_words,
)
from dashboard.words import district_name, label
from data.boundaries.chance import kind_of, sides
from data.boundaries.values import AreaValues
from data.selection import Selection

MINIMUM = 4
FACTORS = {"rate": 100}
"""What a value is multiplied by in the table, so that it can be filtered as it is read."""


@dataclass(frozen=True)
class Shown:
    """state: for the browser; the rest: texts and components of the page."""

    state: dict[str, Any]
    title: str
    subtitle: str
    legend: list[Component]
    finding: str
    note: str
    meaning: str


def shown(view: Mapping[str, Any]) -> Shown:
    """Everything for what the browser reports, kept while the snapshot is the published one."""
    look, selection = look_of(view), selection_of(view)
    choice = Choice.from_query(query_of(str(view.get("search") or "")))
    kept = carried(str(view.get("search") or ""))
    return answers().made(("map", choice, selection, look, written(kept)), lambda: _made(choice, selection, look, kept))


def title_of(view: Mapping[str, Any]) -> str:
    """The title alone, which needs no figure: so the reader knows what is missing."""
    return _title(Choice.from_query(query_of(str(view.get("search") or ""))), look_of(view).language)


def _made(choice: Choice, reader: Selection, look: Look, kept: dict[str, str]) -> Shown:
    language, figure, shapes = look.language, choice.figure, geometry()
    values = values_of(choice, reader)
    frame = in_order(values, shapes.codes[choice.level])
    kind = kind_of(figure)
    beyond = sides(values.frame, kind) if kind else None
    shading = _shading(choice, frame, beyond, look)
    said, brief = area_words(frame, figure, language), value_cells(frame, figure, language)
    state = map_state(shading, frame, said, brief, look) | {
        "name": figure_name(figure, language),
        "geometry": address_of(shapes.name),
        "level": choice.level,
        "called": district_name("{name}", language) if choice.level == "district" else "",
        "dots": choice.dots,
        "zoom": zoom_of(choice, reader),
        "query": written(kept),
        "factor": FACTORS.get(figure.unit, 1),
        "label": f"{_title(choice, language)}. " + _("Every value stands in the table below.", language),
        "failed": _("The shapes of the map could not be loaded. Load the page again.", language),
    }
    state["key"] = hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:12]
    known = frame[frame["selected"]]
    return Shown(
        state,
        _title(choice, language),
        _subtitle(choice, values, reader, language),
        legend(_of_selected(shading, frame), look),
        finding(values, figure, choice.level, None if beyond is None else _named(beyond, choice), language),
        _note(choice, values, reader, len(known), language),
        figure_meaning(figure, language),
    )


def _shading(choice: Choice, frame: pd.DataFrame, beyond: pd.DataFrame | None, look: Look) -> Shading:
    figure = choice.figure
    if choice.chance and beyond is not None:
        side = beyond.set_index("code")["side"].reindex(frame.index)
        return by_chance(frame.assign(side=side), figure.better, look)
    if figure.kind == "joining" and choice.level == "municipality":
        names = {one: label("joining_type", one, look.language) for one in ("system", "interface")}
        kinds = [None if formats.missing(value) else "interface" if value else "system" for value in frame["value"]]
        return by_kind(kinds, names, look)
    return by_value(frame, figure.unit, look)


def _of_selected(shading: Shading, frame: pd.DataFrame) -> Shading:
    """The classes of the areas in the selection only, for their counts."""
    kept = [one for one, here in zip(shading.classes, frame["selected"], strict=True) if here]
    return Shading(shading.colours, shading.names, kept)


def _named(beyond: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    names = answers().read(("map names", choice.level), lambda connection: _names(connection, choice.level))
    return beyond.assign(name=beyond["code"].map(names))


def _names(connection: Any, level: Any) -> dict[str, str]:
    from data.boundaries.values import areas

    found = areas(connection, Selection(), level)
    return dict(zip(found["code"], found["name"], strict=True))


def _title(choice: Choice, language: str) -> str:
    return f"{figure_name(choice.figure, language)}, {_(LEVELS[choice.level], language)}"


def _subtitle(choice: Choice, values: AreaValues, reader: Selection, language: str) -> str:
    selection = choice.period(reader)
    when = (
        _("as of {day}", language, day=formats.day(values.on, language))
        if values.on
        else formats.period(selection.first, selection.last, language) or _("whole period", language)
    )
    n = "" if values.n is None else f"n{formats.SPACE}={formats.SPACE}{formats.number(values.n, language)}"
    middle = (
        _("middle: the whole, {value}", language, value=value_words(values.value, choice.figure, language))
        if choice.chance
        else ""
    )
    return " · ".join(part for part in (unit_words(choice.figure, language), when, n, middle) if part)


def _note(choice: Choice, values: AreaValues, reader: Selection, drawn: int, language: str) -> str:
    layer = geometry().layers[choice.level]
    missing = without_shape(values, geometry().codes[choice.level])
    parts = [
        _("The borders are computed from the municipalities' points, not official ones.", language)
        if layer.is_computed
        else _("Borders: {attribution}", language, attribution=layer.attribution),
        _("A limit belongs to the class above it.", language) if not choice.chance else "",
        _("proxy: by tickets or trainings", language) if values.proxy else "",
        _("without a shape: {areas}", language, areas=counted(missing, choice.level, language)) if missing else "",
        header_note(answers().freshness(), language),
        run_note(reader.as_of, language),
    ]
    return " · ".join(part.rstrip(".") for part in parts if part)
