"""What held for a figure, and from when to when: who answered for it, what was aimed at, where limits began anew."""

import pandas as pd
from sqlalchemy import Connection, or_, select

from data.metrics.metric import Metric
from data.schema import control_rebase, metric_target, responsibility


def owner_history(connection: Connection, process_id: str) -> pd.DataFrame:
    """The rows of the responsibility matrix with the letter A for a process, newest first.

    Columns: service_id (`*` every service), actor_id, valid_from, valid_to (the day after the last; null while in
    force), basis. Empty for a process that nobody answers for.
    """
    columns = ("service_id", "actor_id", "valid_from", "valid_to", "basis")
    query = (
        select(*(responsibility.c[name] for name in columns))
        .where(responsibility.c.process_id == process_id, responsibility.c.raci == "A")
        .order_by(responsibility.c.valid_from.desc(), responsibility.c.service_id, responsibility.c.actor_id)
    )
    return pd.read_sql(query, connection)


def target_history(connection: Connection, metric: Metric) -> pd.DataFrame:
    """The targets that replaced the catalogue's proposal, newest first.

    Columns: service_id (`*` every service), target, lower, upper (in the metric's own unit), valid_from, valid_to (the
    day after the last; null while in force), basis. Empty where the proposal still holds.
    """
    columns = ("service_id", "target", "lower", "upper", "valid_from", "valid_to", "basis")
    query = (
        select(*(metric_target.c[name] for name in columns))
        .where(metric_target.c.metric_id == metric.id)
        .order_by(metric_target.c.valid_from.desc(), metric_target.c.service_id)
    )
    return pd.read_sql(query, connection)


def rebase_history(connection: Connection, metric: Metric, services: tuple[str, ...] = ()) -> pd.DataFrame:
    """Where a metric's limits were computed anew, newest first: service_id, from_on, reason, name.

    services: those asked about, with what holds for every service; empty: all.
    """
    columns = ("service_id", "from_on", "reason", "name")
    query = select(*(control_rebase.c[name] for name in columns)).where(control_rebase.c.metric_id == metric.id)
    if services:
        query = query.where(or_(control_rebase.c.service_id == "*", control_rebase.c.service_id.in_(services)))
    return pd.read_sql(query.order_by(control_rebase.c.from_on.desc(), control_rebase.c.service_id), connection)
