"""The log of the service desk: one line per change of a ticket."""

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.demo.cells import iso_times, labels, ticket_ids
from etl.demo.facts import OPERATOR, SERVICES
from etl.demo.files import text_table

LOG = "ugyfelszolgalat-naplo"
STEPS = ("opened_at", "first_response_at", "escalated_at", "acknowledged_at", "reopened_at", "resolved_at", "closed_at")
KINDS = ("létrehozás", "állapot", "átadás", "átvétel", "újranyitás", "állapot", "állapot")
STATUS_AFTER = ("folyamatban", "folyamatban", "folyamatban", "folyamatban", "folyamatban", "megoldott", "lezárt")


def events(tickets: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """One row per step of a ticket from since to until, by time: number, service, priority, step (index), level, at."""
    parts = []
    for step, column in enumerate(STEPS):
        times = tickets[column]
        seen = ((times >= since) & (times <= until)).to_numpy()
        part = tickets.loc[seen, ["number", "service", "priority", "cancelled"]].assign(step=step, at=times[seen])
        second = tickets.loc[seen, "level"] == 2 if step >= STEPS.index("escalated_at") else 1 > 2
        parts.append(part.assign(level=np.where(second, 2, 1)))
    return pd.concat(parts).sort_values(["at", "number", "step"], ignore_index=True)


def log_table(rows: pd.DataFrame) -> pa.Table:
    """The log's columns. An event's key is the ticket's and the step's number, so a re-delivery adds nothing."""
    operators = [f"{OPERATOR[name]}" for name in SERVICES]
    second = (rows["level"] == 2).to_numpy()
    status = rows["step"].to_numpy()
    withdrawn = len(STATUS_AFTER)
    status = np.where(rows["cancelled"] & (status == withdrawn - 1), withdrawn, status)
    holder = np.where(second, rows["service"], len(operators))
    return text_table(
        {
            "esemeny": pa.array(rows["number"].to_numpy() * 10 + rows["step"].to_numpy()).cast(pa.string()),
            "jegy": ticket_ids(rows["number"]),
            "idopont": iso_times(rows["at"]),
            "esemeny_fajta": labels(KINDS, rows["step"]),
            "allapot": labels((*STATUS_AFTER, "visszavont"), status),
            "prioritas": labels(("", "P1", "P2", "P3", "P4"), rows["priority"]),
            "szolgaltatas": labels(SERVICES, rows["service"]),
            "szervezet": labels((*operators, "nisz"), holder),
            "csoport": labels((*(f"{name} 2. szint" for name in SERVICES), "ASP ügyfélszolgálat"), holder),
            "szint": labels(("", "1", "2"), rows["level"]),
        }
    )
