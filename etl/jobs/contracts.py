"""Contracts, the services under them, and the municipalities' role holders: row schemas and pure steps to facts."""

import pandas as pd

from etl.columns import each, texts
from etl.jobs.rules import Row, Text, Time, Whole, between, count, day, huf, key, not_before, one_of, text

CONTRACT_KINDS = ("joining", "service", "underpinning", "award")
JOINING_TYPES = ("system", "interface")
ROLES = ("official_representative", "contact_person", "key_user", "local_it_operator")
SPELLED_LOW = ("contract_kind", "joining_type", "role")
CONTRACT_KEPT = (
    "buyer", "supplier", "wave", "cpv", "reference", "signed_on", "valid_from", "valid_to", "renewal_started_on",
    "original_huf", "value_huf", "invoiced_huf", "penalty_due_huf", "penalty_applied_huf", "bids_count",
    "winners_count",
)  # fmt: skip
AMENDMENT_KEPT = ("amended_on", "previous_huf", "value_huf", "previous_to", "valid_to")
SERVICE_KEPT = ("contracted_on", "provisioned_on", "live_on", "ended_on")


class ContractRow(Row):
    """One row per contract or award, as a source delivers it after field mapping; money in whole forints."""

    contract_id: str = key()
    contract_kind: str = one_of(*CONTRACT_KINDS, nullable=False)
    actor: Text = text()
    service: Text = text()
    buyer: Text = text()
    supplier: Text = text()
    joining_type: Text = one_of(*JOINING_TYPES)
    wave: Whole = between(1, 3)
    cpv: Text = text()
    reference: Text = text()
    signed_on: Time = day()
    valid_from: Time = day()
    valid_to: Time = day()
    renewal_started_on: Time = day()
    original_huf: Whole = huf()
    value_huf: Whole = huf()
    invoiced_huf: Whole = huf()
    penalty_due_huf: Whole = huf()
    penalty_applied_huf: Whole = huf()
    bids_count: Whole = count()
    winners_count: Whole = count()

    validity_order = not_before("valid_from", "valid_to")


class AmendmentRow(Row):
    """One row per amendment of a contract; money in whole forints, the value before and after."""

    contract_id: str = key()
    amendment_id: str = key()
    actor: Text = text()
    service: Text = text()
    amended_on: Time = day()
    previous_huf: Whole = huf()
    value_huf: Whole = huf()
    previous_to: Time = day()
    valid_to: Time = day()


class ContractServiceRow(Row):
    """One row per service that a municipality contracted."""

    contract_id: str = key()
    service: str = key()
    contracted_on: Time = day()
    provisioned_on: Time = day()
    live_on: Time = day()
    ended_on: Time = day()

    live_order = not_before("contracted_on", "live_on")
    end_order = not_before("live_on", "ended_on")


class RoleHolderRow(Row):
    """One row per appointment to one of the four local roles; the person is a keyed hash already."""

    holder_key: str = key()
    role: str = one_of(*ROLES, nullable=False)
    service: Text = text()
    person: Text = text()
    appointed_on: Time = day()
    ended_on: Time = day()

    end_order = not_before("appointed_on", "ended_on")


def conform(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of fact_contract from valid, placed rows, index kept; no rows give no rows."""
    facts = _placed(rows, CONTRACT_KEPT).assign(
        contract_id=rows["contract_id"], contract_kind=each(rows["contract_kind"], str), actor_id=rows["actor_id"]
    )
    return facts.assign(joining_type=each(rows["joining_type"], str)) if "joining_type" in rows else facts


def conform_amendments(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of fact_contract_amendment from valid, placed rows, index kept; no rows give no rows."""
    return _placed(rows, AMENDMENT_KEPT).assign(
        contract_id=rows["contract_id"], amendment_id=rows["amendment_id"], actor_id=rows["actor_id"]
    )


def conform_services(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of fact_contract_service from valid, placed rows, index kept; no rows give no rows."""
    return _placed(rows, SERVICE_KEPT).assign(contract_id=rows["contract_id"])


def conform_role_holders(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of fact_role_holder from valid, placed rows, index kept; no rows give no rows."""
    return _placed(rows, ("appointed_on", "ended_on")).assign(
        holder_key=rows["holder_key"], role=each(rows["role"], str), person_hash=texts(rows, "person")
    )


def _placed(rows: pd.DataFrame, kept: tuple[str, ...]) -> pd.DataFrame:
    return rows[[name for name in kept if name in rows]].assign(
        municipality_id=rows["municipality_id"], service_id=rows["service_id"]
    )
