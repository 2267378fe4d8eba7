"""The year-end forecast for the command line, with what it means and how far it was off before."""

import json
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from data.cost.forecast import CODE, DEFINITION, FORMULA, ID, NAME, PROCESS, TARGET, Forecast, forecast
from data.metrics.responsibility import accountable_actor
from data.selection import Selection


def forecast_document(connection: Connection, selection: Selection) -> dict[str, Any]:
    """The error's id, code, name, definition, formula, target and accountable actor; year, through (the last month
    booked), past (years used), level (of the interval); rows and backtest as forecast() gives them. Without a past
    whole year the rows carry no forecast, and `is_made` is false."""
    found = forecast(connection, selection)
    return {
        "id": ID, "code": CODE, "name": NAME, "definition": DEFINITION, "formula": FORMULA, "target": TARGET,
        "accountable": accountable_actor(connection, PROCESS, None, selection.last),
        "year": found.year, "through": found.through, "past": list(found.past), "level": found.level,
        "is_made": found.is_made, "rows": _records(found.frame), "backtest": _records(found.tried),
    }  # fmt: skip


def forecast_rows(found: dict[str, Any], *, is_backtest: bool = False) -> pd.DataFrame:
    """The rows of a document as a table."""
    return pd.DataFrame(found["backtest" if is_backtest else "rows"])


def missing_words(found: Forecast | dict[str, Any]) -> str:
    """Why there is no forecast; empty where there is one."""
    made, year = (found["is_made"], found["year"]) if isinstance(found, dict) else (found.is_made, found.year)
    if made:
        return ""
    return f"no forecast for {year}: no whole year before it, or nothing booked yet"


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=6))
    return rows
