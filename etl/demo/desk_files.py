"""The service desk's monthly files: tickets of the month, earlier ones with news, and the log of what happened."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from etl.demo.defects import broken_dates, spoil, tear
from etl.demo.delivery import Delivery, Put
from etl.demo.events import LOG, events, log_table
from etl.demo.exports import NEW, OLD, Form
from etl.demo.files import delimited, gzipped, recoded
from etl.demo.life import Desk
from etl.demo.plan import Plan, month_end
from etl.demo.states import carried, is_over, state_at
from etl.demo.world import World

OLD_SHARE = 3  # the old system served the first third of the months
LOG_MONTHS = 6  # the new one keeps its log for half a year
LOG_DEFECTS = 0.0002


@dataclass(frozen=True)
class Month:
    """A month's export: its tickets with their whole life, how many of them came before, and its last minute."""

    first: date
    tickets: pd.DataFrame
    again: int
    cutoff: pd.Timestamp


def write_desk(delivery: Delivery, plan: Plan, world: World, desk: Desk, counts: np.ndarray) -> None:
    """Writes the files of all months, one month in memory at a time. counts: tickets by month and service."""
    carry: pd.DataFrame | None = None
    number = 1
    for at, first in enumerate(plan.months):
        new = desk.month(first, counts[at].tolist(), number)
        number += len(new)
        again = 0 if carry is None else len(carry)
        tickets = new if carry is None else pd.concat([carry, new], ignore_index=True)
        month = Month(first, tickets, again, pd.Timestamp(month_end(first)) + pd.Timedelta(hours=23, minutes=59))
        form = OLD if at < len(plan.months) // OLD_SHARE else NEW
        spoilt = _write_tickets(delivery, plan, world, form, month)
        if at >= len(plan.months) - LOG_MONTHS:
            _write_log(delivery, plan, month)
        carry = carried(tickets, spoilt, month.cutoff, plan.rng("carried", first.isoformat()))


def _write_tickets(delivery: Delivery, plan: Plan, world: World, form: Form, month: Month) -> np.ndarray:
    """Writes one file; returns the positions of rows that were spoilt."""
    rng = plan.rng("export", month.first.isoformat())
    known = state_at(month.tickets, month.cutoff)
    may = np.flatnonzero(is_over(month.tickets, month.cutoff) & (np.arange(len(known)) >= month.again))
    spoilt = spoil(form.render(known, world, rng), may, form.spoilers, rng, at_least=1)
    relative = f"{form.folder}/bejelentesek_{month.first:%Y-%m}.csv.gz"
    content = recoded(tear(delimited(spoilt.table, ";"), spoilt.torn), form.encoding)
    delivery.write(relative, gzipped(content))
    nowhere = (known["municipality"] < 0).to_numpy(copy=True)
    nowhere[spoilt.defective] = False
    put = Put(
        rows=spoilt.table.num_rows,
        again=month.again,
        duplicate=spoilt.copies,
        defective=len(spoilt.defective),
        torn=len(spoilt.torn),
        unmatched=int(nowhere.sum()),
    )
    delivery.count(form.source, put)
    delivery.spoilt(form.source, relative, (spoilt.defective + 2).tolist())
    return spoilt.defective


def _write_log(delivery: Delivery, plan: Plan, month: Month) -> None:
    rng = plan.rng("log", month.first.isoformat())
    happened = events(month.tickets, pd.Timestamp(month.first), month.cutoff)
    table = log_table(happened)
    spoilt = spoil(table, np.arange(table.num_rows), {broken_dates("idopont"): LOG_DEFECTS}, rng)
    relative = f"tickets/naplo/esemenyek_{month.first:%Y-%m}.csv"
    delivery.write(relative, tear(delimited(spoilt.table, ",", quoted=True), spoilt.torn))
    put = Put(spoilt.table.num_rows, duplicate=spoilt.copies, defective=len(spoilt.defective), torn=len(spoilt.torn))
    delivery.count(LOG, put)
    delivery.spoilt(LOG, relative, (spoilt.defective + 2).tolist())


def allot(expected: np.ndarray, tickets: int, rng: np.random.Generator) -> np.ndarray:
    """So many tickets over months and services, by what is expected of each and some chance of the month."""
    chance = rng.lognormal(0.0, 0.045, (len(expected), 1)) * rng.lognormal(0.0, 0.03, expected.shape)
    weights = (expected * chance).ravel()
    return rng.multinomial(tickets, weights / weights.sum()).reshape(expected.shape)
