"""Allocated cost beside what it was spent on: municipalities live, use, tickets, and the ledger itself.

Rows of two facts are united, never joined, so a figure sums each side by itself. Municipalities, use and tickets count
in the months that are allocated: a month without a cost would make each of them cheaper.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    FromClause,
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    null,
    select,
    table,
    true,
    tuple_,
    union_all,
)

from data.metrics.budget_lines import CONTROL, summed
from data.metrics.cuts import dimensions
from data.metrics.metric import Current, Derived, Trace
from data.metrics.ticket_rows import CALLS
from data.metrics.usage_rows import after
from data.schema import UNKNOWN_MUNICIPALITY, cost_line, cost_month, cost_share, cost_support, dim_service
from data.schema import fact_budget as line
from data.schema import fact_contract_service as service
from data.schema import fact_ticket as ticket
from data.schema import fact_usage as usage

KEY_SPACE = 2**24
"""More than a municipality has inhabitants: place_key × KEY_SPACE + population is another number for each place and
month, so that inhabitants can be summed once for each however many applications are live there."""

_LEDGER = ("actor_id", "service_id", "account_id", "function_id", "source")


def _table(name: str, texts: tuple[str, ...], numbers: tuple[str, ...], *more: Column[Any] | Any) -> Any:
    columns: list[Any] = [*(column(one, Text) for one in texts), column("month_on", Date)]
    return table(name, *columns, *(column(one, BigInteger) for one in numbers), *more)


line_cost = _table("cost_of_line", _LEDGER, ("huf", "direct_huf"))
residual = _table("cost_residue", _LEDGER, ("huf",))
place_cost = _table("cost_of_place", ("municipality_id", "service_id"), ("huf", "place_key", "inhabitant_key"))
user_cost = _table("cost_of_user", ("municipality_id", "service_id"), ("huf", "amount"))
transaction_cost = _table("cost_of_transaction", ("municipality_id", "service_id"), ("huf", "amount"))
ticket_cost = _table("cost_of_ticket", ("actor_id", "service_id"), ("huf", "tickets"), column("level", Integer))


def _whole(value: Any, name: str) -> Any:
    return cast(value, BigInteger).label(name)


def _months(current: Current) -> Select[Any]:
    """The months that are allocated."""
    return select(cost_month.c.month).where(current(cost_month))


def _line_rows(current: Current) -> Select[Any]:
    """Parts of ledger lines, by the application that each comes to; direct_huf: booked to an application."""
    direct = case((dim_service.c.kind == "application", cost_line.c.amount_huf), else_=0)
    return (
        select(
            cost_line.c.actor_id, cost_line.c.application_id.label("service_id"), cost_line.c.account_id,
            cost_line.c.function_id, cost_line.c.source, cost_line.c.month.label("month_on"),
            _whole(cost_line.c.amount_huf, "huf"), _whole(direct, "direct_huf"),
        )
        .select_from(cost_line.outerjoin(dim_service, dim_service.c.service_id == cost_line.c.service_id))
        .where(current(cost_line))
    )  # fmt: skip


def _residual_rows(current: Current) -> Select[Any]:
    """The ledger's expenditure, and with the other sign what was allocated of it; services as they are booked."""
    ledger = select(
        *(line.c[name] for name in _LEDGER),
        cast(func.date_trunc("month", line.c.period_on), Date).label("month_on"),
        _whole(line.c.spent_huf, "huf"),
    ).where(current(line), summed(current), line.c.side == "expenditure")
    allocated = select(
        *(cost_line.c[name] for name in _LEDGER), cost_line.c.month, _whole(-cost_line.c.amount_huf, "huf")
    ).where(current(cost_line))
    return _united(ledger, allocated)


def _charged(current: Current, *more: Any) -> Select[Any]:
    """What municipalities are charged."""
    return select(
        cost_share.c.municipality_id, cost_share.c.application_id.label("service_id"),
        cost_share.c.month.label("month_on"), _whole(cost_share.c.amount_huf, "huf"), *more,
    ).where(current(cost_share), cost_share.c.municipality_id != UNKNOWN_MUNICIPALITY)  # fmt: skip


def _place_rows(current: Current) -> Select[Any]:
    """What municipalities are charged; municipalities live with an application at the end of each month."""
    live, place = _live(current), dimensions(current).place
    key = func.dense_rank().over(order_by=(live.c.municipality_id, live.c.month))
    inhabitants = func.coalesce(place.c.population, 0)
    places = select(
        live.c.municipality_id, live.c.service_id, live.c.month, _whole(literal(0), "huf"), _whole(key, "place_key"),
        _whole(cast(key, BigInteger) * KEY_SPACE + inhabitants, "inhabitant_key"),
    ).select_from(live.outerjoin(place, place.c.municipality_id == live.c.municipality_id))  # fmt: skip
    return _united(_charged(current, _whole(null(), "place_key"), _whole(null(), "inhabitant_key")), places)


def _live(current: Current) -> Subquery:
    following = after(cost_month.c.month, 1)
    holds = (service.c.live_on < following) & (service.c.ended_on.is_(None) | (service.c.ended_on >= following))
    return (
        select(service.c.municipality_id, service.c.service_id, cost_month.c.month)
        .join_from(service, cost_month, holds)
        .where(current(service), current(cost_month), service.c.municipality_id != UNKNOWN_MUNICIPALITY)
        .distinct()
        .subquery("live_place")
    )


def _use_rows(counted: Column[Any]) -> Any:
    """Rows of cost and of use, of the applications and months that have told that count of use."""

    def rows(current: Current) -> Select[Any]:
        """What municipalities are charged, and their use, of the applications and months that have told it."""
        told = select(usage.c.service_id, usage.c.period_on).where(current(usage), counted.is_not(None)).distinct()
        cost = _charged(current, _whole(literal(0), "amount")).where(
            tuple_(cost_share.c.application_id, cost_share.c.month).in_(told)
        )
        use = select(
            usage.c.municipality_id, usage.c.service_id, usage.c.period_on, _whole(literal(0), "huf"),
            _whole(counted, "amount"),
        ).where(current(usage), counted.is_not(None), usage.c.period_on.in_(_months(current)))  # fmt: skip
        return _united(cost, use)

    return rows


def _ticket_rows(current: Current) -> Select[Any]:
    """What support of each level costs, and the calls and requests that each level resolved."""
    month = cast(func.date_trunc("month", ticket.c.resolved_on), Date)
    cost = select(
        cost_support.c.actor_id, cost_support.c.application_id.label("service_id"),
        cost_support.c.month.label("month_on"), _whole(cost_support.c.amount_huf, "huf"),
        _whole(literal(0), "tickets"), cost_support.c.level,
    ).where(current(cost_support))  # fmt: skip
    resolved = (
        select(
            ticket.c.actor_id, ticket.c.service_id, month.label("month_on"), _whole(literal(0), "huf"),
            _whole(func.count(), "tickets"), ticket.c.level,
        )
        .where(current(ticket), CALLS, ticket.c.resolved_on.is_not(None), month.in_(_months(current)))
        .group_by(ticket.c.actor_id, ticket.c.service_id, month, ticket.c.level)
    )  # fmt: skip
    return _united(cost, resolved)


def _united(one: Select[Any], other: Select[Any]) -> Select[Any]:
    return select(union_all(one, other).subquery("both"))


def _trace(parts: FromClause = cost_line) -> Trace:
    return Trace(true(), line.c.period_on, line.c.period_on, parts=parts)


LINES = Derived(line_cost, _line_rows, line, _trace())
RESIDUE = Derived(
    residual, _residual_rows, line,
    Trace(
        and_(line.c.side == "expenditure", line.c.purpose.is_distinct_from(CONTROL)),
        line.c.period_on, line.c.period_on,
    ),
)  # fmt: skip
PLACES = Derived(place_cost, _place_rows, line, _trace())
USERS = Derived(user_cost, _use_rows(usage.c.active_users), line, _trace())
TRANSACTIONS = Derived(transaction_cost, _use_rows(usage.c.transactions), line, _trace())
TICKETS = Derived(ticket_cost, _ticket_rows, line, _trace(cost_support))
