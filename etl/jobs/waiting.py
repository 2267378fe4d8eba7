"""When tickets waited for the customer, as live desks tell it: a JSON list of [from, to] per ticket."""

import itertools
import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from etl.clock import as_times

Wait = tuple[datetime, datetime | None]
EXPECTED = (
    "a JSON list of [from, to]: times in ISO 8601 with their zone, one span after the other, to null in the last one"
    " while it still waits"
)


def are_waits(texts: pd.Series) -> pd.Series:
    """Which texts are such lists. Texts: none missing."""
    codes, distinct = pd.factorize(texts)
    known = np.array([_is_waits(str(text)) for text in distinct], dtype=bool)
    return pd.Series(known[codes], index=texts.index)


def waits(texts: pd.Series) -> pd.DataFrame:
    """One row per span: row (position among the texts), start, stop (UTC without zone; stop missing while it waits).

    Missing texts have none. Raises ValueError for a text that is no such list.
    """
    codes, distinct = pd.factorize(texts)
    read = [waits_of(str(text)) for text in distinct]
    spans = [(row, *span) for row, code in enumerate(codes.tolist()) if code >= 0 for span in read[code]]
    rows, starts, stops = zip(*spans, strict=True) if spans else ((), (), ())
    index = pd.RangeIndex(len(spans))
    return pd.DataFrame(
        {"row": np.array(rows, dtype=np.int64), "start": _times(starts, index), "stop": _times(stops, index)}
    )


def waits_of(text: str) -> list[Wait]:
    """The spans of one text, UTC without zone. Raises ValueError when it is no list of such spans in order."""
    try:
        found = [(_moment(start), None if stop is None else _moment(stop)) for start, stop in _listed(text)]
    except (TypeError, OverflowError, RecursionError) as error:
        raise ValueError("no list of spans") from error
    if any(stop is None for _, stop in found[:-1]):
        raise ValueError("an end that is missing inside")
    times = [time for span in found for time in span if time is not None]
    if any(later < earlier for earlier, later in itertools.pairwise(times)):
        raise ValueError("spans that are not in order")
    return found


def _is_waits(text: str) -> bool:
    try:
        waits_of(text)
    except ValueError:
        return False
    return True


def _listed(text: str) -> list[Any]:
    value = json.loads(text)
    if not isinstance(value, list) or not all(isinstance(one, list) for one in value):
        raise ValueError("no list of lists")
    return value


def _moment(text: str) -> datetime:
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError("a time without its zone")
    return read.astimezone(UTC).replace(tzinfo=None)


def _times(values: tuple[datetime | None, ...], index: pd.Index) -> pd.Series:
    return as_times(np.array(values, dtype="datetime64[us]").view(np.int64), index)
