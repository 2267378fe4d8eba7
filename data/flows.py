"""The flow of tickets between actors and support levels, from their events.

A ticket is with a holder (actor and level). A row of the flow is one of three things, of one month in Budapest:
it comes in ("*" to a holder: its first event, where that is of the day it was opened, and each reopening), it is
handed over (holder to another holder while open), or it ends (holder to "*": resolved, closed or cancelled). So what
comes to a holder and what leaves it differ by what it still holds. Holding times are clock minutes from when the
giving side got the ticket; of a ticket whose log begins later than the ticket, the first one is not known.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    MetaData,
    delete,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy import cast as sql_cast

from data.flow_moves import EDGE, KEY, SUMS, TOLD, Asked, cells, changed_since, moved_within
from data.made import ALL_ANEW, answers, definition, is_whole_months, remember, stale_since
from data.metrics.cell_state import Definition
from data.metrics.cells import months_before
from data.metrics.cuts import dimensions
from data.metrics.measure import conditions, last_day
from data.metrics.metric import Current
from data.metrics.service_desk import TICKET_COUNT
from data.metrics.statements import members
from data.metrics.ticket_rows import CALL_TYPES
from data.schema import EVERY, ticket_flow
from data.schema import fact_ticket_event as event
from data.selection import Selection

ROLLUP = ticket_flow.name
SHORT = timedelta(days=45)
TOO_MANY = 200_000  # tickets: counting everything anew is quicker than what they change
BUDAPEST = ZoneInfo("Europe/Budapest")
COLUMNS = [column.name for column in ticket_flow.c]


