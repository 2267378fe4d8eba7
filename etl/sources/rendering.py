"""Typed cells of spreadsheets, JSON and databases as the text a delimited file of the same source would hold."""

import json
import math
from datetime import date
from decimal import Decimal
from typing import Any


def rendered(value: Any, decimal: str) -> str | None:
    """Numbers without exponent and with the source's decimal mark, flags true and false, days and times in ISO 8601,
    lists as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return (
            _number(Decimal(repr(value)), decimal)
            if math.isfinite(value)
            else (None if math.isnan(value) else str(value))
        )
    if isinstance(value, Decimal):
        return _number(value, decimal)
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, list | dict | tuple):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _number(value: Decimal, decimal: str) -> str:
    if abs(value.adjusted()) > 400:
        return str(value)
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", decimal)
