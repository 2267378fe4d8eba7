"""Problems: are causes found in time, and users given a way round them meanwhile?"""

from typing import Any

from sqlalchemy import Date, Integer, Select, Text, case, cast, column, func, null, select, table, union_all

from data.metrics.metric import POINT, Current, Derived, Metric, Trace, count_if, days_between
from data.metrics.ticket_rows import BY_SERVICE, INCIDENTS, NOT_CANCELLED, PROBLEMS
from data.schema import dim_date
from data.schema import fact_ticket as ticket

ROOT_CAUSE_WORKING_DAYS = 20
EFFECT_DAYS = 30

OPEN_PROBLEM_COUNT = Metric(
    id="open_problem_count",
    code="PR01",
    field="problem",
    name={"hu": "Nyitott problémák", "en": "Open problems"},
    definition={
        "hu": "A nap végén nyitott problémák száma.",
        "en": "Problems open at the end of the day.",
    },
    fact=ticket,
    kind="stock",
    numerator=func.count(),
    starts_on=ticket.c.opened_on,
    ends_on=ticket.c.ended_on,
    where=PROBLEMS,
    cut_by=BY_SERVICE,
    unit="count",
    better="lower",
    process="problem_management",
    chart="individual",
)

OPEN_PROBLEM_AGE_DAYS_MEDIAN = Metric(
    id="open_problem_age_days_median",
    code="PR01B",
    field="problem",
    name={"hu": "Nyitott problémák kora, medián", "en": "Age of open problems, median"},
    definition={
        "hu": "A nap végén nyitott problémák megnyitásától eltelt naptári napok mediánja.",
        "en": "Median of the calendar days since the opening of the problems open at the end of the day.",
    },
    fact=ticket,
    kind="stock",
    measured=days_between(ticket.c.opened_on, POINT),
    starts_on=ticket.c.opened_on,
    ends_on=ticket.c.ended_on,
    where=PROBLEMS,
    cut_by=BY_SERVICE,
    unit="days",
    better="lower",
    target=60,
    process="problem_management",
    chart="individual",
)

_COLUMNS = ("municipality_id", "source", "service_id", "actor_id", "priority", "category")
_problem = table(
    "problem_with_deadline",
    *(column(name, Text) for name in _COLUMNS),
    column("root_cause_on", Date),
    column("due_on", Date),
)


def _with_deadline(current: Current) -> Select[Any]:
    """Problems with the working day by which their cause is due; the day of opening is not counted."""
    worked = func.sum(case((dim_date.c.is_working_day, 1), else_=0)).over(order_by=dim_date.c.date)
    days = select(dim_date.c.date, dim_date.c.is_working_day, worked.label("worked")).cte("working_days")
    opened, due = days.alias("opened"), days.alias("due")
    return (
        select(*(ticket.c[name] for name in _COLUMNS), ticket.c.root_cause_on, due.c.date.label("due_on"))
        .join(opened, opened.c.date == ticket.c.opened_on)
        .join(due, due.c.is_working_day & (due.c.worked == opened.c.worked + ROOT_CAUSE_WORKING_DAYS))
        .where(current(ticket), PROBLEMS, NOT_CANCELLED)
    )


ROOT_CAUSE_ON_TIME_RATE = Metric(
    id="root_cause_on_time_rate",
    code="PR02",
    field="problem",
    name={"hu": "Határidőre feltárt kiváltó okok aránya", "en": "Root cause on time"},
    definition={
        "hu": "A megnyitást követő 20 munkanapon belül feltárt okú problémák azok közül, amelyek 20. munkanapja az "
        "időszakra esik. A feltáratlan okú probléma késettnek számít, az elvetett nem számít bele.",
        "en": "Problems whose root cause was recorded within 20 working days of opening, of those whose 20th working "
        "day fell in the period. Those without a root cause count as late; cancelled ones are left out.",
    },
    fact=Derived(_problem, _with_deadline, ticket),
    kind="ratio",
    numerator=count_if(_problem.c.root_cause_on <= _problem.c.due_on),
    denominator=func.count(),
    counted_by=_problem.c.due_on,
    cut_by=BY_SERVICE,
    unit="rate",
    better="higher",
    target=0.80,
    process="problem_management",
    chart="proportion",
)

KNOWN_ERROR_WORKAROUND_RATE = Metric(
    id="known_error_workaround_rate",
    code="PR03",
    field="problem",
    name={"hu": "Kerülőmegoldással ellátott ismert hibák aránya", "en": "Known errors with a workaround"},
    definition={
        "hu": "Közzétett kerülőmegoldással rendelkező ismert hibák (feltárt okú, nyitott problémák) a nap végén "
        "fennálló összes ismert hiba közül.",
        "en": "Known errors (open problems whose root cause is recorded) with a published workaround, of all known "
        "errors at the end of the day.",
    },
    fact=ticket,
    kind="stock",
    numerator=count_if(ticket.c.workaround_on <= POINT),
    denominator=func.count(),
    starts_on=ticket.c.root_cause_on,
    ends_on=ticket.c.ended_on,
    where=PROBLEMS,
    cut_by=BY_SERVICE,
    unit="rate",
    better="higher",
    target=0.90,
    process="problem_management",
    chart="proportion",
)


_fixed = table(
    "fixed_problem",
    *(column(name, Text) for name in _COLUMNS),
    column("judged_on", Date),
    column("before", Integer),
    column("after", Integer),
)


def _with_incidents(current: Current) -> Select[Any]:
    """Resolved problems with their incidents of the 30 days before and after the day they were resolved on.

    Problems and incidents come from different systems, so the problem's key alone links them; no join of tickets is
    needed, since both are rows of one fact.
    """
    problems = select(
        *(ticket.c[name] for name in _COLUMNS),
        ticket.c.ticket_id.label("problem_id"),
        ticket.c.resolved_on,
        cast(null(), Date).label("opened_on"),
    ).where(current(ticket), PROBLEMS, NOT_CANCELLED, ticket.c.resolved_on.is_not(None))
    incidents = select(
        *(cast(null(), Text).label(name) for name in _COLUMNS),
        ticket.c.problem_id,
        cast(null(), Date).label("resolved_on"),
        ticket.c.opened_on,
    ).where(current(ticket), INCIDENTS, ticket.c.problem_id.is_not(None))
    rows = union_all(problems, incidents).subquery("problem_or_incident")
    resolved_on = func.max(rows.c.resolved_on).over(partition_by=rows.c.problem_id)
    linked = select(
        *(rows.c[name] for name in (*_COLUMNS, "problem_id", "opened_on")), resolved_on.label("resolved_on")
    ).subquery("linked")
    since = days_between(linked.c.resolved_on, linked.c.opened_on)
    return (
        select(
            *(func.max(linked.c[name]).label(name) for name in _COLUMNS),
            (linked.c.resolved_on + EFFECT_DAYS).label("judged_on"),
            count_if(since.between(-EFFECT_DAYS, -1)).label("before"),
            count_if(since.between(1, EFFECT_DAYS)).label("after"),
        )
        .where(linked.c.resolved_on.is_not(None))
        .group_by(linked.c.problem_id, linked.c.resolved_on)
    )


_JUDGED_ON = ticket.c.resolved_on + EFFECT_DAYS
_JUDGED = Trace(PROBLEMS & NOT_CANCELLED & ticket.c.resolved_on.is_not(None), _JUDGED_ON, _JUDGED_ON)

FIX_EFFECT_RATE = Metric(
    id="fix_effect_rate",
    code="PR04",
    field="problem",
    name={"hu": "Problémamegoldások hatása", "en": "Effect of fixes"},
    definition={
        "hu": "Mennyivel lett kevesebb a problémához kapcsolt incidens a megoldás napját követő 30 napban, mint az azt "
        "megelőző 30 napban, az utóbbihoz mérten. Azokra a megoldott problémákra, amelyek 30. napja az időszakra esik; "
        "negatív, ha több lett.",
        "en": "By how much the incidents linked to a problem were fewer in the 30 days after the day it was resolved "
        "on than in the 30 days before, of the latter. Of resolved problems whose thirtieth day fell in the period; "
        "negative where there were more.",
    },
    fact=Derived(_fixed, _with_incidents, ticket, _JUDGED),
    kind="ratio",
    numerator=func.sum(_fixed.c.before - _fixed.c.after),
    denominator=func.sum(_fixed.c.before),
    counted_by=_fixed.c.judged_on,
    cut_by=BY_SERVICE,
    unit="rate",
    better="higher",
    target=0.70,
    process="problem_management",
    chart="individual",
)
