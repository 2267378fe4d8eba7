"""What each record of sources.toml is: its row schema, the spelling of its codes, the facts that its rows become."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa
from sqlalchemy import Table

from data import schema
from etl.jobs import budget, contracts, tickets, training, usage
from etl.jobs.rules import Row
from etl.lookups import Lookups
from etl.validate import Failure

Facts = dict[Table, pd.DataFrame]


@dataclass(frozen=True)
class Record:
    """One kind of source row.

    fact: the one whose rows the counts of an input are of. key: fields that name a row in its source. low, high: codes
    spelled in lower and upper case. newest: columns of event times. no_service: the service of a row that names none.
    facts: valid, placed rows and their lines -> rows of each fact. unknown: rules that need reference data.
    by_month: the time of a row is any day of the month that it tells of, to its end.
    """

    row: type[Row]
    fact: Table
    facts: Callable[[pd.DataFrame, pd.Series, Lookups], Facts]
    newest: tuple[str, ...]
    key: tuple[str, ...]
    low: tuple[str, ...] = ()
    high: tuple[str, ...] = ()
    no_service: str = schema.UNKNOWN_SERVICE
    by_month: bool = False
    unknown: Callable[[pd.DataFrame, Lookups], list[Failure]] = lambda rows, lookups: []

    @property
    def schema(self) -> pa.DataFrameSchema:
        return self.row.to_schema()

    @property
    def required(self) -> list[str]:
        """Canonical fields that a source must map."""
        return [name for name, column in self.schema.columns.items() if column.required]


def _ticket(rows: pd.DataFrame, lines: pd.Series, lookups: Lookups) -> Facts:
    return {schema.fact_ticket: tickets.conform(rows, lookups.targets, lookups.clock)}


def _event(rows: pd.DataFrame, lines: pd.Series, lookups: Lookups) -> Facts:
    return {schema.fact_ticket_event: tickets.conform_events(rows)}


def _event_log(rows: pd.DataFrame, lines: pd.Series, lookups: Lookups) -> Facts:
    states = tickets.last_states(rows, lines)
    state_facts = tickets.conform(states, lookups.targets, lookups.clock).assign(order_at=states["event_at"])
    return {schema.fact_ticket_event: tickets.conform_events(rows), schema.fact_ticket: state_facts}


def _training(rows: pd.DataFrame, lines: pd.Series, lookups: Lookups) -> Facts:
    return {schema.fact_training: training.conform(rows), schema.dim_course: training.courses(rows)}


TICKET_TIMES = ("opened_at", "resolved_at", "closed_at", "updated_at")

RECORDS: dict[str, Record] = {
    "ticket": Record(
        tickets.TicketRow,
        schema.fact_ticket,
        _ticket,
        TICKET_TIMES,
        ("ticket_id",),
        tickets.SPELLED_LOW,
        tickets.SPELLED_HIGH,
    ),
    "event": Record(
        tickets.EventRow, schema.fact_ticket_event, _event, ("event_at",), ("ticket_id", "event_id"), high=("priority",)
    ),
    "event_log": Record(
        tickets.EventLogRow,
        schema.fact_ticket_event,
        _event_log,
        ("event_at",),
        ("ticket_id", "event_id"),
        tickets.SPELLED_LOW,
        tickets.SPELLED_HIGH,
    ),
    "contract": Record(
        contracts.ContractRow,
        schema.fact_contract,
        lambda rows, lines, lookups: {schema.fact_contract: contracts.conform(rows)},
        ("signed_on", "valid_from"),
        ("contract_id",),
        contracts.SPELLED_LOW,
        no_service=schema.NO_SERVICE,
    ),
    "amendment": Record(
        contracts.AmendmentRow,
        schema.fact_contract_amendment,
        lambda rows, lines, lookups: {schema.fact_contract_amendment: contracts.conform_amendments(rows)},
        ("amended_on",),
        ("contract_id", "amendment_id"),
        no_service=schema.NO_SERVICE,
    ),
    "contract_service": Record(
        contracts.ContractServiceRow,
        schema.fact_contract_service,
        lambda rows, lines, lookups: {schema.fact_contract_service: contracts.conform_services(rows)},
        ("contracted_on", "provisioned_on", "live_on", "ended_on"),
        (),
    ),
    "role_holder": Record(
        contracts.RoleHolderRow,
        schema.fact_role_holder,
        lambda rows, lines, lookups: {schema.fact_role_holder: contracts.conform_role_holders(rows)},
        ("appointed_on", "ended_on"),
        ("holder_key",),
        contracts.SPELLED_LOW,
        no_service=schema.NO_SERVICE,
    ),
    "training": Record(
        training.TrainingRow,
        schema.fact_training,
        _training,
        ("enrolled_on", "started_on", "completed_on", "withdrawn_on"),
        ("enrolment_id",),
        training.SPELLED_LOW,
    ),
    "budget": Record(
        budget.BudgetRow,
        schema.fact_budget,
        lambda rows, lines, lookups: {schema.fact_budget: budget.conform(rows, lookups.sides, lookups.functions)},
        ("period_on",),
        ("line_id",),
        high=budget.SPELLED_HIGH,
        no_service=schema.NO_SERVICE,
        unknown=lambda rows, lookups: budget.unknown_accounts(rows, lookups.sides),
    ),
    "usage": Record(
        usage.UsageRow,
        schema.fact_usage,
        lambda rows, lines, lookups: {schema.fact_usage: usage.conform(rows)},
        ("period_on",),
        ("usage_id",),
        by_month=True,
    ),
}
