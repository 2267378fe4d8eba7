"""What pages of adoption read besides metrics, each as if it came first after a publication: nothing is known yet."""

from sqlalchemy import Connection, func, select

from data.adoption.known import known_since
from data.adoption.profile import every_place
from data.adoption.profile_service import beside_peers, by_month, open_tickets, peers_of, service_table
from data.adoption.stages import stages
from data.adoption.stuck import stuck_of
from data.adoption.stuck_items import work_list
from data.adoption.summary import cohorts, days_to
from data.adoption.training import coverage, funnel
from data.adoption.training_effect import training_effect
from data.adoption.training_laws import law_trainings
from data.boundaries.figures import LEVELS
from data.boundaries.shapes import layers
from data.boundaries.values import areas
from data.comparison.units import compare
from data.metrics.metric import Current
from data.schema import UNKNOWN_MUNICIPALITY
from data.schema import fact_ticket as ticket
from data.selection import Selection


def how_far(connection: Connection, selection: Selection) -> object:
    """/adoption: the stages, and how long they took."""
    found = stages(connection, selection)
    since = known_since(connection)
    return days_to(found.frame, since), cohorts(found.frame, found.on, since)


def on_the_map(connection: Connection, selection: Selection) -> object:
    """/adoption/map: the shapes, the areas of each level, and the stages."""
    shapes = layers(connection)
    return shapes, [areas(connection, selection, level) for level in LEVELS], stages(connection, selection)


def compared(connection: Connection, selection: Selection) -> object:
    """/adoption/comparison: its first figure, by municipality."""
    return compare(connection, "key_user_coverage_rate", Selection(last=selection.last))


def trained(connection: Connection, selection: Selection) -> object:
    """/adoption/training: all but the effect."""
    asked = Selection(last=selection.last)
    return coverage(connection, asked), funnel(connection, selection), law_trainings(connection, selection)


def effect(connection: Connection, selection: Selection) -> object:
    """The effect of training, of all trainings."""
    return training_effect(connection, Selection())


def stuck(connection: Connection, selection: Selection) -> object:
    """/adoption/stuck: the whole work list."""
    return work_list(connection, Selection(last=selection.last))


def profile(connection: Connection, selection: Selection) -> object:
    """/municipality/<ksh>: the one with the most tickets."""
    busiest = (
        select(ticket.c.municipality_id)
        .where(Current(None)(ticket), ticket.c.municipality_id != UNKNOWN_MUNICIPALITY)
        .group_by(ticket.c.municipality_id)
        .order_by(func.count().desc(), ticket.c.municipality_id)
    )
    code = str(connection.scalar(busiest.limit(1)))
    every, table = every_place(connection, selection), service_table(connection, selection)
    own = Selection(last=selection.last, municipalities=(code,))
    found = stages(connection, own)
    return (
        beside_peers(table, peers_of(every, code)),
        by_month(connection, code, selection),
        open_tickets(connection, code, selection),
        stuck_of(connection, found, own),
    )
