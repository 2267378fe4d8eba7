"""Workbooks: a table per sheet that has one, or the treasury's report as a whole."""

from collections.abc import Iterator
from typing import Any

from etl.analyst.init.ready import is_kgr
from etl.analyst.init.tables import HEADING_LINES, ROWS, Table, columns_under, heading_line, words_of
from etl.config import Source
from etl.sources.inputs import Input
from etl.sources.rendering import rendered
from etl.sources.stream import read_whole
from etl.sources.workbooks import first_rows, sheet_names

FORM = 200  # lines that show whether a sheet is a form of the treasury's
_KGR = "the treasury's budget report: its forms are read whole, docs/sources.md tells how"


def sheets(
    one: Input, probe: Source, sheet: str | None, settings: dict[str, Any], notes: dict[str, str]
) -> Iterator[Table]:
    """The tables of a workbook, or of one sheet. settings, notes: of the file, to be added to."""
    with one.open() as stream:
        content = read_whole(stream, one.name, probe.limits.document)
    names = sheet_names(content, one.name, one.format, probe)
    if sheet is None and any(is_kgr(_plain_rows(content, one, name, probe, FORM)) for name in names):
        yield Table(one.name, words_of(one), settings | {"format": "kgr"}, [], notes | {"format": _KGR})
        return
    for name in [sheet] if sheet is not None else names:
        rows = _plain_rows(content, one, name, probe, ROWS + HEADING_LINES)
        at = heading_line(rows)
        if at is None or not any(any(row) for row in rows[at + 1 :]):
            continue
        own = settings | ({"sheet": name} if len(names) > 1 else {}) | ({"header_row": at + 1} if at else {})
        body = [row for row in rows[at + 1 :] if any(row)][:ROWS]
        columns = columns_under(rows[at], body, f"{one.name}[{name}]")
        yield Table(f"{one.name}[{name}]", words_of(one, name), own, columns, dict(notes), typed=True)


def _plain_rows(content: bytes, one: Input, sheet: str, probe: Source, count: int) -> list[list[str]]:
    laid = first_rows(content, one.name, one.format, sheet, probe, count)
    return [[(rendered(value, ".") or "").strip() for value in row] for row in laid]
