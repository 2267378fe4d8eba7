"""The service that municipalities received in a period, each beside its peers; and one of them by month."""

import pandas as pd
from sqlalchemy import Connection, func, select

from data.comparison.peers import Peers, beside, peers
from data.metrics.catalogue import METRICS
from data.metrics.cuts import dimensions
from data.metrics.measure import measure
from data.metrics.metric import Current
from data.schema import UNKNOWN_MUNICIPALITY
from data.schema import fact_ticket as ticket
from data.selection import Selection

PER_1000 = "tickets_per_1000"
FIGURES = (
    "sla_resolution_rate", "resolution_minutes_median", "first_contact_resolution_rate", "reopen_rate",
    "satisfaction_rate",
)  # fmt: skip
"""Metrics of the catalogue that a municipality is shown beside its peers by."""
BY_MONTH = ("ticket_count", "sla_resolution_rate", "resolution_minutes_median")
ALONE = ("county", "capital")
COLUMNS = ["figure", "municipality_id", "value", "n", "withheld"]


def service_table(connection: Connection, selection: Selection) -> pd.DataFrame:
    """Every municipality's figures in the selection's period: COLUMNS, one row per figure and municipality that it has
    a value or a withheld one of.

    figure: PER_1000 (tickets of any kind per 1,000 inhabitants, 0 without a ticket; none where nobody lives there, as
    in counties) or one of FIGURES. n: tickets behind the value. Only period and run of the selection count.
    """
    asked = Selection(selection.first, selection.last, as_of=selection.as_of)
    frames = [_per_1000(connection, asked)]
    for name in FIGURES:
        values = measure(connection, METRICS[name], asked, ["municipality"])
        hidden = values.get("withheld", False)
        values = values.rename(columns={"municipality": "municipality_id"}).assign(figure=name, withheld=hidden)
        frames.append(values[values["value"].notna() | values["withheld"]])
    table = pd.concat([frame[COLUMNS].astype(TYPES) for frame in frames], ignore_index=True)
    return table[table["municipality_id"] != UNKNOWN_MUNICIPALITY].reset_index(drop=True)


TYPES = {"value": "float64", "n": "Int64", "withheld": "bool"}


def _per_1000(connection: Connection, asked: Selection) -> pd.DataFrame:
    place = dimensions(Current(asked.as_of)).place
    inhabitants = pd.read_sql(
        select(place.c.municipality_id, place.c.population).where(place.c.population > 0), connection
    )
    counted = measure(connection, METRICS["ticket_count"], asked, ["municipality"])
    tickets = counted.set_index("municipality")["numerator"].reindex(inhabitants["municipality_id"]).fillna(0)
    rates = tickets.to_numpy() * 1000 / inhabitants["population"].to_numpy()
    return inhabitants.assign(figure=PER_1000, value=rates, n=tickets.astype("int64").to_numpy(), withheld=False)


def peers_of(every: pd.DataFrame, municipality_id: str) -> Peers:
    """The peers of a municipality among those that have joined; of a county's government or the capital only its like.

    every: from data.adoption.profile.every_place().
    """
    joined = every[every["joining_type"].notna()]
    own = joined[joined["municipality_id"] == municipality_id]
    if len(own) and own["kind"].iloc[0] in ALONE:
        joined = joined[joined["kind"] == own["kind"].iloc[0]]
    return peers(joined, municipality_id)


def beside_peers(table: pd.DataFrame, of: Peers) -> pd.DataFrame:
    """A municipality's row of each figure beside the quartiles of its peers, in the order of FIGURES.

    table: from service_table(). Columns: figure; value (missing where it has none), n (tickets), withheld; lower,
    median, upper (of the peers; missing where too few have a value), peers (how many have one).
    """
    rows = []
    for figure in (PER_1000, *FIGURES):
        known = table[table["figure"] == figure]
        found = beside(known, of)
        n = known.loc[known["municipality_id"] == of.ksh, "n"].sum()
        rows.append((figure, found.value, int(n), found.withheld, found.lower, found.median, found.upper, found.n))
    names = ["figure", "value", "n", "withheld", "lower", "median", "upper", "peers"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(["value", "lower", "median", "upper"], "float64"))


def by_month(connection: Connection, municipality_id: str, selection: Selection) -> pd.DataFrame:
    """One municipality by month: month (2025-01), tickets (0 where none), and each other metric of BY_MONTH, missing
    where it is undefined. Every month of the selection has a row."""
    assert selection.first is not None, "a closed period"
    assert selection.last is not None, "a closed period"
    asked = Selection(selection.first, selection.last, municipalities=(municipality_id,), as_of=selection.as_of)
    months = pd.period_range(selection.first, selection.last, freq="M").strftime("%Y-%m")
    frame = pd.DataFrame({"month": months})
    for name in BY_MONTH:
        values = measure(connection, METRICS[name], asked, ["month"]).set_index("month")["value"]
        frame[name] = values.reindex(months).to_numpy(dtype="float64")
    return frame.assign(ticket_count=frame["ticket_count"].fillna(0).astype("int64"))


OPEN_COLUMNS = (
    "source", "ticket_id", "ticket_type", "service_id", "actor_id", "priority", "status", "opened_on",
    "resolution_due_on",
)  # fmt: skip


def open_tickets(connection: Connection, municipality_id: str, selection: Selection, limit: int = 20) -> pd.DataFrame:
    """Tickets of one municipality open at the end of the selection's last day, the oldest first: OPEN_COLUMNS, and open
    (how many there are in all). At most `limit` rows. Source: fact_ticket."""
    assert selection.last is not None, "tickets are open on a day"
    query = (
        select(*(ticket.c[name] for name in OPEN_COLUMNS), func.count().over().label("open"))
        .where(
            Current(selection.as_of)(ticket),
            ticket.c.municipality_id == municipality_id,
            ticket.c.opened_on <= selection.last,
            ticket.c.ended_on.is_(None) | (ticket.c.ended_on > selection.last),
        )
        .order_by(ticket.c.opened_on, ticket.c.source, ticket.c.ticket_id)
        .limit(limit)
    )
    return pd.read_sql(query, connection)
