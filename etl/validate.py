"""Which rows may go on, and every reason why the others may not.

The rules are the pandera schemas of the jobs. Their checks are run one by one on whole columns instead of through
`validate(lazy=True)`: that lists every value of every failing row, which takes minutes on a file of wrong rows.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

LONGEST_QUOTE = 40  # characters of a value that a reason repeats
# Where a reason names the fields that it is about.
FIELD = re.compile(r"^\w+|(?<=is before )\w+|(?<=is more than )(?!the time)\w+")
ORDER = re.compile(r"(?P<one>\w+) (?P<how>is before|is more than) (?P<other>\w+)")


@dataclass(frozen=True)
class Failure:
    """Rows that break one rule: their positions, and what is wrong with each."""

    rows: np.ndarray
    reasons: list[str]


@dataclass(frozen=True)
class Verdict:
    """good: the valid rows with the columns that the schema names, index as it came.
    reasons: position of a failing row -> its reasons, unreadable values first, then in the order of the schema."""

    good: pd.DataFrame
    reasons: dict[int, list[str]]


def judge(
    rows: pd.DataFrame, schema: pa.DataFrameSchema, problems: pd.DataFrame, more: Iterable[Failure] = ()
) -> Verdict:
    """Split rows into valid ones and reasons.

    rows: a batch, RangeIndex. problems: row, reason: values that could not be read. more: failures of rules that need
    reference data. No rows give no reasons.
    """
    reasons: dict[int, list[str]] = {}
    for row, reason in zip(problems["row"].tolist(), problems["reason"].tolist(), strict=True):
        reasons.setdefault(int(row), []).append(str(reason))
    for failure in [*_missing(rows, schema, reasons), *_checked(rows, schema), *more]:
        for row, reason in zip(failure.rows.tolist(), failure.reasons, strict=True):
            reasons.setdefault(row, []).append(reason)
    good = rows.drop(index=list(reasons)) if reasons else rows
    return Verdict(schema.validate(good), reasons)


def with_headings(reasons: Iterable[str], headings: Mapping[str, str]) -> list[str]:
    """Reasons that also name the column as delivered, which is what a person sees: priority ("Prioritás") is 'X'; …"""
    return [FIELD.sub(lambda found: _with_heading(found[0], headings), reason) for reason in reasons]


def _with_heading(field: str, headings: Mapping[str, str]) -> str:
    return f'{field} ("{headings[field]}")' if field in headings else field


def quoted(value: object) -> str:
    """A value as a reason shows it: short, days without a time, times to the minute."""
    text = str(value)
    if isinstance(value, pd.Timestamp):
        text = f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M} UTC"
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


def failure(failing: np.ndarray, values: pd.Series, expected: str) -> Failure:
    """The reasons of the rows where failing is true, which is by value of the column."""
    wrong = values[failing].tolist()
    return Failure(
        np.flatnonzero(failing), [f"{values.name} is '{quoted(value)}'; expected {expected}." for value in wrong]
    )


def _missing(rows: pd.DataFrame, schema: pa.DataFrameSchema, unread: Mapping[int, list[str]]) -> Iterator[Failure]:
    """Required values that are not there. One that was there but could not be read has its reason already."""
    for name, column in schema.columns.items():
        if column.nullable:
            continue
        absent = np.flatnonzero(rows[name].isna().to_numpy())
        told = [any(name in reason for reason in unread.get(row, ())) for row in absent.tolist()]
        absent = absent[~np.array(told, dtype=bool)]
        yield Failure(absent, [f"{name} is missing; it is required."] * len(absent))


def _checked(rows: pd.DataFrame, schema: pa.DataFrameSchema) -> Iterator[Failure]:
    for name, column in schema.columns.items():
        for check in column.checks if name in rows else ():
            if (failing := _failing(check, rows[name])).any():
                yield failure(failing, rows[name], _expected(check))
    for check in schema.checks or []:
        if (failing := _failing(check, rows)).any():
            yield Failure(np.flatnonzero(failing), _about_rows(str(check.error), rows[failing]))


def _failing(check: Any, values: pd.Series | pd.DataFrame) -> np.ndarray:
    passed = check(values).check_output
    # pandera leaves missing values out of what it checks, and so out of its answer.
    return ~pd.Series(passed).reindex(values.index).astype("boolean").fillna(True).to_numpy(dtype=bool)


def _about_rows(error: str, wrong: pd.DataFrame) -> list[str]:
    """Reasons that repeat both values of a rule about their order; any other rule is said as it stands."""
    if not (order := ORDER.fullmatch(error)):
        return [f"{error}."] * len(wrong)
    one, how, other = order["one"], order["how"], order["other"]
    pairs = zip(wrong[one].tolist(), wrong[other].tolist(), strict=True)
    return [f"{one} ({quoted(mine)}) {how} {other} ({quoted(its)})." for mine, its in pairs]


def _expected(check: Any) -> str:
    """What a built-in check of pandera asks for, in words."""
    asked: Mapping[str, Any] = check.statistics or {}
    if check.name == "isin":
        return f"one of {', '.join(str(value) for value in asked['allowed_values'])}"
    if check.name == "in_range":
        return f"{quoted(asked['min_value'])} to {quoted(asked['max_value'])}"
    if check.name == "str_length":
        return f"at most {asked['max_value']} characters"
    return str(check.error)
