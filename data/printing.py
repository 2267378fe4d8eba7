"""How the commands of `asp-data` open the database and print what they find: tables for people, JSON and CSV."""

import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection

from data.migrate import check_schema
from data.settings import DataSettings
from data.store import Store, open_store


class Format(StrEnum):
    """How an answer is printed."""

    table = "table"
    json = "json"
    csv = "csv"


Output = Annotated[Format, typer.Option("--format", help="How to print.")]
AsOf = Annotated[int | None, typer.Option(help="As the database was known after this run.")]


def open_reporting() -> Store:
    """The reporting database that the settings name."""
    settings = DataSettings()
    return open_store(settings.reporting_url, settings)


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection to what is published. Raises NotPublished, and OtherSchema where it is of another version."""
    with closing(open_reporting()) as opened, opened.reading() as connection:
        check_schema(connection)
        yield connection


def print_frame(frame: pd.DataFrame, output: Format) -> None:
    """The rows as they are; missing values are blank, null in JSON."""
    if output is Format.json:
        print_json(json.loads(frame.to_json(orient="records", date_format="iso", force_ascii=False)))
    elif output is Format.csv:
        print_line(frame.to_csv(index=False).rstrip("\n"))
    else:
        table = Table(*map(str, frame.columns))
        for row in frame.itertuples(index=False):
            table.add_row(*("" if pd.isna(value) else str(value) for value in row))
        Console().print(table)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    print_line(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_line(text: str) -> None:
    """A line on standard output; logs go to standard error."""
    sys.stdout.write(text + "\n")
