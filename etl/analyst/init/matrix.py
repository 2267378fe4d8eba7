"""A table with a column per month, seen as the rows that [source.unpivot] makes of it."""

from dataclasses import replace

from etl.analyst.init.tables import Column, Table
from etl.analyst.init.values import is_date

PERIOD, AMOUNT = "period", "amount"
LEAST = 3  # months that make a matrix


def unpivoted(table: Table) -> Table:
    """The table as it is, unless several of its headings are days: then with one column of them and one of values."""
    months = [column for column in table.columns if isinstance(column.heading, str) and is_date([column.heading])]
    if len(months) < LEAST:
        return table
    kept = [column for column in table.columns if column not in months]
    headings = [str(column.heading) for column in months for _ in column.values]
    values = [value for column in months for value in column.values]
    cells = len(values)
    form = {"id": [column.heading for column in kept], "header": PERIOD, "value": AMOUNT}
    notes = {**table.notes, "unpivot": "a column per month: each of its cells becomes a row"}
    columns = [*kept, Column(PERIOD, headings, cells), Column(AMOUNT, values, cells)]
    return replace(table, settings={**table.settings, "unpivot": form}, columns=columns, notes=notes)
