"""Tables: plain HTML for small ones, AG Grid for big ones; one look, one language."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import dash_ag_grid as dag
import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.components.grid_words import grid_words
from dashboard.components.icons import aria
from dashboard.locale import translate as _
from dashboard.tabulate import LINKS, UNITS

MOST_PLAIN_ROWS = 60
LINK_FIELD = "asp_link"
"""Field of a grid's row that assets/drill.js reads: where the row's first cell leads."""
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
FIGURE = re.compile(r"(?!\d{4}\.\s)([−+]?(HUF\s)?\d[\d\s.,]*(\s*[^\W\d]+|\s?%)*|n\.\sa\.|n/a)")


def table_of(frame: pd.DataFrame, caption: str, language: str) -> Component:
    """A frame of headings, labels and plain numbers as the table that its length needs.

    attrs["units"] names the metric unit of a column of plain numbers; ready text is shown as it is.
    """
    if len(frame) <= MOST_PLAIN_ROWS:
        return small_table(frame, caption, language)
    return data_grid(frame, caption, language)


def small_table(frame: pd.DataFrame, caption: str, language: str) -> html.Div:
    """A table with caption and scopes, the first column heading its rows; it scrolls inside itself."""
    names = list(frame.columns)
    right = {name for name in names[1:] if _holds_figures(frame[name])}
    head = [html.Th(str(name), scope="col", className=_side(name, right)) for name in names]
    links = frame.attrs.get(LINKS) or [""] * len(frame)
    rows = [
        _row(record, frame, right, language, link) for record, link in zip(frame.to_dict("records"), links, strict=True)
    ]
    return html.Div(
        html.Table(
            [html.Caption(caption, className="visually-hidden"), html.Thead(html.Tr(head)), html.Tbody(rows)],
            className="plain-table",
        ),
        className="table-scroll",
    )


def data_grid(
    frame: pd.DataFrame,
    caption: str,
    language: str,
    *,
    id: Any = None,
    columns: list[dict[str, Any]] | None = None,
    height: int = 420,
    row_id: str | None = None,
    fit: bool = True,
) -> html.Div:
    """AG Grid of a frame: sorted and filtered in the browser. columns: its column definitions, else one per column.

    height in pixels. row_id: the column that identifies a row. fit: columns share the width, else they are as wide as
    what they hold and scroll. attrs["links"]: where the first cell of each row leads.
    """
    names = [str(name) for name in frame.columns]
    shown = columns or [_column(frame, name, language) | _width(frame[name], name, fit) for name in names]
    rows = [{str(name): _plain(cell) for name, cell in row.items()} for row in frame.to_dict("records")]
    if opened := frame.attrs.get(LINKS):
        shown = [shown[0] | {"cellRenderer": "aspLink"}, *shown[1:]]
        rows = [row | {LINK_FIELD: link} for row, link in zip(rows, opened, strict=True)]
    grid = dag.AgGrid(
        **({"id": id} if id is not None else {}),
        rowData=rows,
        columnDefs=shown,
        defaultColDef={"sortable": True, "filter": True, "resizable": True, "minWidth": 90},
        dashGridOptions={
            "localeText": grid_words(language),
            "animateRows": False,
            "suppressColumnVirtualisation": True,
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
            "suppressFieldDotNotation": True,
        },
        **({"getRowId": f"params.data.{row_id}"} if row_id else {}),
        className="ag-theme-quartz asp-grid",
        style={"height": f"{height}px"},
    )
    return html.Div(grid, role="group", **aria(label=caption))


def definition_list(pairs: Mapping[str, Any]) -> html.Dl:
    """Terms and what stands beside them."""
    return html.Dl([element for term, said in pairs.items() for element in (html.Dt(term), html.Dd(said))])


def _row(record: Mapping[Any, Any], frame: pd.DataFrame, right: set[Any], language: str, link: str) -> html.Tr:
    units = frame.attrs.get(UNITS, {})
    said = {name: _said(cell, units.get(name), language) for name, cell in record.items()}
    first, *rest = frame.columns
    cells = [html.Td(said[name], className=_side(name, right)) for name in rest]
    return html.Tr([html.Th(linked(said[first], link), scope="row"), *cells])


def linked(text: str, link: str) -> str | dcc.Link:
    """Text that leads somewhere, where there is a place for it."""
    return dcc.Link(text, href=link) if link else text


def _side(name: Any, right: set[Any]) -> str:
    return "num" if name in right else ""


def _holds_figures(column: pd.Series) -> bool:
    """Numbers, or ready text that is nothing but figures with their unit (dates are not)."""
    if pd.api.types.is_numeric_dtype(column):
        return True
    texts = column.dropna().astype(str)
    return len(texts) > 0 and bool(texts.map(lambda text: FIGURE.fullmatch(text) is not None).all())


def _said(cell: Any, unit: str | None, language: str) -> str:
    if formats.missing(cell):
        return formats.NOT_AVAILABLE[language]
    if unit:
        return formats.value(cell, unit, language)
    if isinstance(cell, bool):
        return _("yes", language) if cell else _("no", language)
    if isinstance(cell, (int, float)):
        return formats.number(cell, language, 0 if float(cell).is_integer() else 2)
    return str(cell)


def _plain(cell: Any) -> Any:
    """A cell as JSON can carry it."""
    if formats.missing(cell):
        return None
    return cell.isoformat() if hasattr(cell, "isoformat") else cell


def _width(column: pd.Series, name: str, fit: bool) -> dict[str, int]:
    """Width from what the column holds, in pixels: a share of the grid, or as it is."""
    longest = max((len(str(cell)) for cell in column.dropna().head(200)), default=0)
    wide = min(340, max(90, 32 + 8 * longest, 64 + 8 * len(name)))
    return {"flex": wide, "minWidth": min(wide, 140)} if fit else {"width": wide}


def _calendar(column: pd.Series) -> str | None:
    """The function that writes a column of days, or of moments in UTC; sorted by what stands behind it."""
    first = next(iter(column.dropna()), None)
    if isinstance(first, datetime):
        return "aspMoment"
    is_day = isinstance(first, date) or (isinstance(first, str) and ISO_DAY.fullmatch(first) is not None)
    return "aspDay" if is_day else None


def _column(frame: pd.DataFrame, name: str, language: str) -> dict[str, Any]:
    column: dict[str, Any] = {"field": name, "headerName": name, "tooltipField": name}
    if day_or_moment := _calendar(frame[name]):
        return column | {"valueFormatter": {"function": f"{day_or_moment}(params.value, '{language}')"}}
    if pd.api.types.is_bool_dtype(frame[name]) or not pd.api.types.is_numeric_dtype(frame[name]):
        return column
    unit = frame.attrs.get(UNITS, {}).get(name, "")
    written = {"function": f"aspValue(params.value, '{unit}', '{language}')"}
    return column | {"type": "rightAligned", "filter": "agNumberColumnFilter", "valueFormatter": written}
