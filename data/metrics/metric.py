"""What a metric is: its words and its formula side by side."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Date, FromClause, Integer, Select, Table, TableClause, cast, column, func
from sqlalchemy.sql.elements import ColumnClause

Kind = Literal["ratio", "sum", "count", "mean", "quantile", "stock"]
Unit = Literal["rate", "count", "minutes", "hours", "days", "months", "huf", "ratio", "per_100"]
Better = Literal["higher", "lower", "band", "neutral"]
Chart = Literal["proportion", "rate", "mean", "individual"]
Field = Literal[
    "service_desk", "incident", "problem", "change", "availability", "demand", "security", "continuity",
    "training", "adoption", "contracts", "budget", "data_quality",
]  # fmt: skip
Words = Mapping[str, str]  # by language: hu, en

# The day a stock is taken at: a column of the days that measure() joins in.
POINT: ColumnClause[date] = column("point", Date)


class Current:
    """Which versions of a fact count: the current ones, or those that run `as_of` knew."""

    def __init__(self, as_of: int | None) -> None:
        self.as_of = as_of

    def __call__(self, fact: FromClause) -> ColumnElement[bool]:
        loaded, superseded = fact.c.loaded_run, fact.c.superseded_run
        if self.as_of is None:
            return superseded.is_(None)
        return (loaded <= self.as_of) & (superseded.is_(None) | (superseded > self.as_of))


# What rows must meet; a function of the versions asked for where the condition looks at other rows of the fact.
Condition = ColumnElement[bool] | Callable[[Current], ColumnElement[bool]]


@dataclass(frozen=True)
class Trace:
    """The rows of a main fact behind a derived figure: those that meet `where`, on the days from first_on to last_on
    (null: it lasts). by_operator: an actor is who operates the service, whoever holds the row. by_office: a row stands
    behind the figures of every municipality of its joint office. parts: the table (with application_id) that says what
    each row was shared out to: a service is that, and rows of no municipality stand behind every one's figures."""

    where: ColumnElement[bool]
    first_on: ColumnElement[date]
    last_on: ColumnElement[date]
    by_operator: bool = False
    by_office: bool = False
    parts: FromClause | None = None


@dataclass(frozen=True)
class Derived:
    """Rows made from facts that share a municipality, for metrics that need two of them.

    table: the lightweight table whose columns formulas use. rows: gives the SELECT behind it, its versions chosen by
    the Current handed in. main: the fact that a figure is traced to. trace: which of its rows stand behind a figure,
    where that is not told by the members selected alone.
    """

    table: TableClause
    rows: Callable[[Current], Select[Any]]
    main: Table
    trace: Trace | None = None


ROWS: ColumnElement[Any] = func.count()
"""Behind a row there is a person, though it is not known who: at most as many people as rows."""


@dataclass(frozen=True)
class Metric:
    """One figure of the catalogue.

    numerator, denominator: aggregates over the rows of `fact` that meet `where` and whose `counted_by` day lies in
    the period. Kinds: ratio and mean = numerator / denominator; sum and count = numerator; quantile = the `quantile`
    of `measured` over rows; stock = numerator (over denominator, where given; or the quantile of `measured`) of rows
    that hold on a day, from `starts_on` until before `ends_on`; with a cut by month, on the last day of each month.
    process: the ITIL process it measures, and so the one actor accountable for it.
    target: the value aimed at; for better="band" the lower and upper end. A starting proposal until a contract is
    signed. seasonal: whether it follows the peaks of the year (tax, closing, reports), so that its control chart has a
    seasonal baseline. exact: the definition compares with >= or <=, so equality with the target meets it.
    people: of a figure about people the aggregate that counts how many of them stand behind it, each once, or
    ROWS: measure() withholds what would tell of too few (protection.py).
    """

    id: str
    code: str
    field: Field
    name: Words
    definition: Words
    fact: Table | Derived
    kind: Kind
    unit: Unit
    better: Better
    process: str
    chart: Chart
    cut_by: tuple[str, ...]
    numerator: ColumnElement[Any] | None = None
    denominator: ColumnElement[Any] | None = None
    counted_by: ColumnElement[date] | None = None
    where: Condition | None = None
    measured: ColumnElement[Any] | None = None
    quantile: float = 0.5
    starts_on: ColumnElement[date] | None = None
    ends_on: ColumnElement[date] | None = None
    counted: ColumnElement[Any] = dataclass_field(default_factory=lambda: func.count())
    target: float | None = None
    band: tuple[float, float] | None = None
    seasonal: bool = False
    version: int = 1
    people: ColumnElement[Any] | None = None

    @property
    def source(self) -> Table | TableClause:
        """What formulas select from."""
        return self.fact.table if isinstance(self.fact, Derived) else self.fact

    @property
    def main_fact(self) -> Table:
        """The fact table that a figure is traced to."""
        return self.fact.main if isinstance(self.fact, Derived) else self.fact

    @property
    def is_quantile(self) -> bool:
        """Whether the value is a quantile of what each row measures."""
        return self.measured is not None

    @property
    def is_share(self) -> bool:
        """Whether the value is a quotient that can be undefined."""
        return self.kind in ("ratio", "mean") or (self.kind == "stock" and self.denominator is not None)


def count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Rows that meet the condition."""
    return func.count().filter(condition)


def days_between(first: ColumnElement[date], last: ColumnElement[date]) -> ColumnElement[int]:
    """Calendar days from first to last; both engines subtract dates to whole days."""
    return (last - first).cast(Integer)


def local_time(at: ColumnElement[Any]) -> ColumnElement[Any]:
    """A UTC time as the clocks of Budapest showed it."""
    return func.timezone("Europe/Budapest", func.timezone("UTC", at))


def local_day(at: ColumnElement[Any]) -> ColumnElement[date]:
    """The day in Budapest of a UTC time."""
    return cast(local_time(at), Date)
