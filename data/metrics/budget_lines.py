"""Which budget lines are summed: each forint once, though forms also carry 'of which' rows and subtotals."""

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from data.metrics.metric import Current
from data.schema import dim_account
from data.schema import fact_budget as line

AMOUNTS = ("original_huf", "appropriated_huf", "committed_huf", "spent_huf")
CONTROL = "control"  # purpose of a report that is compared with the ledger, never added to it
SAME_BUDGET = ("municipality_id", "source", "fiscal_year", "actor_id", "service_id")


def summed(current: Current) -> ColumnElement[bool]:
    """Lines of the ledger that are neither 'ebből' rows nor subtotals."""
    return line.c.purpose.is_distinct_from(CONTROL) & counted_once(current)


def counted_once(current: Current) -> ColumnElement[bool]:
    """Lines, of whatever purpose, that are neither 'ebből' rows nor subtotals.

    A line is a subtotal when the same budget (municipality, source, year, actor, service) also has a line of a rovat
    under it that gives an amount where this one does. A ledger that plans by K3 and pays by K311 has no subtotals.
    """
    of_which = select(dim_account.c.account_id).where(dim_account.c.is_of_which == 1)
    parent, child = dim_account.alias("parent"), dim_account.alias("child")
    # A rovat's code begins with the codes of those above it; the reference data are tested for that.
    below = (
        select(parent.c.account_id, child.c.account_id.label("detail_id"))
        .join(
            child,
            func.starts_with(child.c.account_id, parent.c.account_id) & (child.c.account_id != parent.c.account_id),
        )
        .where(child.c.is_of_which == 0)
        .subquery("below")
    )
    detail = line.alias("detail")
    same = and_(*(detail.c[name] == line.c[name] for name in SAME_BUDGET))
    repeated = or_(*((detail.c[name] != 0) & (line.c[name] != 0) for name in AMOUNTS))
    detailed = exists().where(
        current(detail),
        same,
        below.c.detail_id == detail.c.account_id,
        below.c.account_id == line.c.account_id,
        repeated,
    )
    return line.c.account_id.not_in(of_which) & ~detailed
