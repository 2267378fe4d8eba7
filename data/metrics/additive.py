"""Which figures of a year are the sums of its months' figures, and which have to be counted anew."""

from typing import Any, Literal

from sqlalchemy import BindParameter, Cast, ColumnElement, Float, Integer, Numeric
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, FunctionFilter, Grouping, UnaryExpression
from sqlalchemy.sql.functions import FunctionElement

from data.metrics.metric import Metric

Shape = Literal["constant", "additive", "other"]


def is_additive(metric: Metric) -> bool:
    """Whether numerator, denominator and n of parts add up to those of the whole."""
    parts = (metric.numerator, metric.denominator, metric.counted)
    return not metric.is_quantile and shape(metric.numerator) == "additive" and "other" not in map(shape, parts)


def constant(metric: Metric) -> int | None:
    """The denominator, where it is the same for any rows; None where rows make it."""
    if metric.denominator is None:
        return 1
    same = metric.denominator
    return int(same.value) if isinstance(same, BindParameter) and same.value is not None else None


def shape(found: Any) -> Shape:
    """What an aggregate over rows is made of. Counts and sums of whole numbers add up, exactly; a quantile does not,
    nor do counts of what is distinct, and what this function does not know is taken for one that does not either."""
    match found:
        case None | BindParameter():
            return "constant"
        case FunctionFilter():
            return shape(found.func)
        case Grouping():
            return shape(found.element)
        case Cast():
            return shape(found.clause) if isinstance(found.type, Integer) else "other"
        case BinaryExpression():
            return _combined(found)
        case FunctionElement():
            return _called(found)
    return "other"


def _combined(found: BinaryExpression[Any]) -> Shape:
    sides = {shape(found.left), shape(found.right)}
    if found.operator in (operators.add, operators.sub) and sides == {"additive"}:
        return "additive"
    if found.operator is operators.mul and sides == {"additive", "constant"}:
        return "additive"
    return "other"


def _called(found: FunctionElement[Any]) -> Shape:
    arguments = list(found.clauses)
    match found.name:
        case "count" if not any(map(_is_distinct, arguments)):
            return "additive"
        case "sum" if all(map(_is_whole, arguments)):
            return "additive"
        case "coalesce" if shape(arguments[0]) == "additive" and all(map(_is_zero, arguments[1:])):
            return "additive"
    return "other"


def _is_distinct(argument: ColumnElement[Any]) -> bool:
    return isinstance(argument, UnaryExpression) and argument.operator is operators.distinct_op


def _is_zero(argument: ColumnElement[Any]) -> bool:
    return isinstance(argument, BindParameter) and argument.value == 0


def _is_whole(argument: ColumnElement[Any]) -> bool:
    """Whether it is known to be a whole number; a function that does not tell is one if its arguments are."""
    if _is_distinct(argument):
        return False
    if isinstance(argument.type, Integer):
        return True
    if isinstance(argument.type, (Numeric, Float)):
        return False
    if isinstance(argument, FunctionElement) and argument.name in ("abs", "greatest", "least", "coalesce"):
        return all(map(_is_whole, argument.clauses))
    return False
