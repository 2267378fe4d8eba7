"""Pairs of municipality and application, month by month: live or owed, used, and no longer used.

A month counts for an application when its counts of that month have been loaded. Facts are joined on municipality and
application only; months come from the calendar.
"""

from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
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
    extract,
    false,
    func,
    literal_column,
    select,
    table,
    true,
    tuple_,
    union,
)

from data.metrics.cuts import dimensions
from data.metrics.metric import Current, Derived, Trace
from data.schema import UNKNOWN_MUNICIPALITY, dim_date, dim_municipality, dim_service, entitlement
from data.schema import fact_contract as contract
from data.schema import fact_contract_service as service
from data.schema import fact_usage as usage

LAPSE_MONTHS = 3
"""A quarter without use, after a quarter with some."""

USED = (usage.c.transactions > 0) | (usage.c.active_users > 0)


def after(day: ColumnElement[Any], months: int) -> ColumnElement[Any]:
    """The first day of a month, so many months later (earlier where below zero)."""
    return cast(day + literal_column(f"INTERVAL '{months} months'"), Date)


def _of_pairs(name: str, *more: Column[Any] | Any) -> Any:
    return table(name, column("municipality_id", Text), column("service_id", Text), column("month_on", Date), *more)


live_pair = _of_pairs("live_pair_month", column("used", Integer))
owed_pair = _of_pairs("owed_pair_month", column("used", Integer))
lapsed_pair = _of_pairs("lapsed_pair_month", column("since_on", Date), column("until_on", Date))


def _months(current: Current) -> CTE:
    """Applications and the months of which they have counted their use: service_id, month_on, next_on."""
    counted = select(usage.c.service_id, usage.c.period_on).where(current(usage)).distinct()
    found = (
        select(dim_service.c.service_id, dim_date.c.date.label("month_on"), after(dim_date.c.date, 1).label("next_on"))
        .join_from(dim_service, dim_date, extract("day", dim_date.c.date) == 1)
        .where(
            dim_service.c.kind == "application",
            tuple_(dim_service.c.service_id, dim_date.c.date).in_(counted),
        )
    )
    return _once(found, "counted_month")


def _once(rows: Select[Any], name: str) -> CTE:
    """Rows that PostgreSQL computes before the rest: it guesses their number badly and then joins them in loops."""
    return rows.cte(name).prefix_with("MATERIALIZED", dialect="postgresql")


def _used(current: Current) -> Subquery:
    """Pairs and months with a sign of use, each once."""
    return (
        select(usage.c.municipality_id, usage.c.service_id, usage.c.period_on)
        .where(current(usage), USED)
        .distinct()
        .subquery("used_month")
    )


def _holds(months: FromClause, starts: ColumnElement[Any], ends: ColumnElement[Any]) -> ColumnElement[bool]:
    """What holds at the end of a month's last day."""
    return (starts < months.c.next_on) & (ends.is_(None) | (ends >= months.c.next_on))


def _live(current: Current, months: CTE) -> Select[Any]:
    """Pairs live at the end of each month, each once."""
    live = and_(service.c.service_id == months.c.service_id, _holds(months, service.c.live_on, service.c.ended_on))
    return (
        select(service.c.municipality_id, service.c.service_id, months.c.month_on)
        .join_from(service, months, live)
        .where(current(service), service.c.municipality_id != UNKNOWN_MUNICIPALITY)
        .distinct()
    )


def _contracted(current: Current, months: CTE) -> Select[Any]:
    holds = _holds(months, service.c.contracted_on, service.c.ended_on)
    return (
        select(service.c.municipality_id, service.c.service_id, months.c.month_on)
        .join_from(service, months, (service.c.service_id == months.c.service_id) & holds)
        .where(current(service), service.c.municipality_id != UNKNOWN_MUNICIPALITY)
    )


def _compulsory(current: Current, months: CTE) -> Select[Any]:
    """What a joining contract in force obliges to."""
    place = dimensions(current).place
    joined = _once(
        select(
            contract.c.municipality_id,
            contract.c.joining_type,
            place.c.kind,
            func.coalesce(contract.c.valid_from, contract.c.signed_on).label("began_on"),
            (contract.c.valid_to + 1).label("ended_on"),
        )
        .join_from(contract, place, place.c.municipality_id == contract.c.municipality_id)
        .where(
            current(contract),
            contract.c.contract_kind == "joining",
            contract.c.municipality_id != UNKNOWN_MUNICIPALITY,
        ),
        "joined_municipality",
    )
    duty = _duties(months)
    same = (joined.c.joining_type == duty.c.joining_type) & (joined.c.kind == duty.c.kind)
    return select(joined.c.municipality_id, duty.c.service_id, duty.c.month_on).join_from(
        joined, duty, same & _holds(duty, joined.c.began_on, joined.c.ended_on)
    )


def _duties(months: CTE) -> CTE:
    """Applications compulsory at the end of each month, by type of joining and kind of municipality; the rule of a
    kind of its own goes before the one of every kind."""
    types = select(entitlement.c.joining_type).distinct().subquery("type_of_joining")
    kinds = select(dim_municipality.c.kind).distinct().subquery("kind_of_municipality")
    own, every = entitlement.alias("of_own_kind"), entitlement.alias("of_every_kind")

    def rule(found: FromClause, kind: ColumnElement[Any] | str) -> ColumnElement[bool]:
        named = (found.c.joining_type == types.c.joining_type) & (found.c.service_id == months.c.service_id)
        return named & (found.c.municipality_kind == kind) & _holds(months, found.c.valid_from, found.c.valid_to)

    found = (
        select(types.c.joining_type, kinds.c.kind, months.c.service_id, months.c.month_on, months.c.next_on)
        .select_from(
            months.join(types, true())
            .join(kinds, true())
            .outerjoin(own, rule(own, kinds.c.kind))
            .outerjoin(every, rule(every, "*"))
        )
        .where(func.coalesce(own.c.requirement, every.c.requirement) == "compulsory")
    )
    return _once(found, "compulsory_service")


def _with_use(pairs: FromClause, current: Current) -> Select[Any]:
    used = _used(current)
    same = and_(
        used.c.municipality_id == pairs.c.municipality_id,
        used.c.service_id == pairs.c.service_id,
        used.c.period_on == pairs.c.month_on,
    )
    return select(
        pairs.c.municipality_id,
        pairs.c.service_id,
        pairs.c.month_on,
        case((used.c.period_on.is_not(None), 1), else_=0).label("used"),
    ).select_from(pairs.outerjoin(used, same))


def _live_rows(current: Current) -> Select[Any]:
    """Every pair live at the end of a month that its application has counted, and whether it was used in it."""
    return _with_use(_live(current, _months(current)).subquery("live"), current)


def _owed_rows(current: Current) -> Select[Any]:
    """Every pair contracted or compulsory at the end of a month that its application has counted; whether used."""
    months = _months(current)
    return _with_use(union(_contracted(current, months), _compulsory(current, months)).subquery("owed"), current)


def _lapsed_rows(current: Current) -> Select[Any]:
    """Pairs live and not used for LAPSE_MONTHS to twice as many months, month by month: from a month's last day on
    until before the next one's."""
    months, gap = _months(current), _gaps(current)
    without = (
        (gap.c.service_id == months.c.service_id)
        & (months.c.month_on >= after(gap.c.period_on, LAPSE_MONTHS))
        & (months.c.month_on < after(gap.c.period_on, 2 * LAPSE_MONTHS))
        & (gap.c.next_use.is_(None) | (gap.c.next_use > months.c.month_on))
    )
    live = and_(
        service.c.municipality_id == gap.c.municipality_id,
        service.c.service_id == gap.c.service_id,
        _holds(months, service.c.live_on, service.c.ended_on),
    )
    counted = select(months.c.service_id, months.c.month_on)
    found = (
        select(
            gap.c.municipality_id,
            gap.c.service_id,
            months.c.month_on,
            (months.c.next_on - 1).label("since_on"),
            (after(months.c.next_on, 1) - 1).label("until_on"),
        )
        .select_from(gap.join(months, without).join(service, live))
        .where(
            current(service),
            # A month that was not counted tells nothing: the pair may have been used in it.
            *(
                tuple_(gap.c.service_id, after(months.c.month_on, -before)).in_(counted)
                for before in range(1, LAPSE_MONTHS)
            ),
        )
        .distinct()
    )
    return select(_once(found, "lapse"))


def _gaps(current: Current) -> CTE:
    """The last month of use of each pair before LAPSE_MONTHS or more without: …, period_on, next_use (null: never)."""
    following = func.lead(usage.c.period_on).over(
        partition_by=(usage.c.municipality_id, usage.c.service_id), order_by=usage.c.period_on
    )
    use = (
        select(usage.c.municipality_id, usage.c.service_id, usage.c.period_on, following.label("next_use"))
        .where(current(usage), USED, usage.c.municipality_id != UNKNOWN_MUNICIPALITY)
        .subquery("month_of_use")
    )
    ends = use.c.next_use.is_(None) | (use.c.next_use > after(use.c.period_on, LAPSE_MONTHS))
    return _once(select(use).where(ends), "last_use")


_TRACE = Trace(true(), usage.c.period_on, usage.c.period_on)
# Behind a lapse stand the months without use, to the end of the quarter that they may be the first of.
_LAPSE_TRACE = Trace(
    func.coalesce(USED, false()).is_(False), usage.c.period_on, after(usage.c.period_on, LAPSE_MONTHS) - 1
)

LIVE = Derived(live_pair, _live_rows, usage, _TRACE)
OWED = Derived(owed_pair, _owed_rows, usage, _TRACE)
LAPSED = Derived(lapsed_pair, _lapsed_rows, usage, _LAPSE_TRACE)
