"""The contracts of the reader's selection, read once for all parts of the page."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from dashboard.answers import Ask, answers
from dashboard.drill import with_query
from dashboard.look import query_of, selection_of
from dashboard.periods import latest, recent
from data.cost import contract_market, contract_penalties, contracts
from data.cost.contract_levels import attainment
from data.errors import BadSelection
from data.selection import Selection

PATH = "/cost/contracts"
CONTRACT = "contract"
"""Key of the address: the contract whose details are shown."""
KEY = contracts.KEY


def contract_period(selection: Selection) -> Selection:
    """The reader's period, up to the last day of data; without one from twelve whole months before."""
    return latest(selection).with_period(recent(selection).first, latest(selection).last)


def until(selection: Selection) -> Selection:
    """Everything up to the end of the reader's period."""
    return latest(selection).with_period(None, latest(selection).last)


IN_FORCE = Ask("contract_value_huf", change=contract_period)
"""Names the day and the facts; the page is of all contracts."""
AWARDED = Ask("awarded_huf", change=until)


def book_of(asked: Selection) -> contracts.Book:
    """The contracts of a selection that contract_period() has made."""
    plain = Selection(asked.first, asked.last, asked.services, asked.actors, as_of=asked.as_of)
    return answers().read(("contracts", plain), lambda connection: contracts.book(connection, plain))


def awards_of(asked: Selection) -> pd.DataFrame:
    """Awards of a selection that until() has made."""
    plain = Selection(None, asked.last, asked.services, asked.actors, as_of=asked.as_of)
    return answers().read(("awards", plain), lambda connection: contract_market.awards(connection, plain))


def assumptions() -> list[str]:
    """What the rules of penalties are taken from."""

    def read(connection: Connection) -> list[str]:
        return contract_penalties.assumed(connection)

    return answers().read("penalty rules", read)


def book_at(view: Mapping[str, Any]) -> tuple[contracts.Book, Selection]:
    """The contracts at the address that the browser reports, and the selection asked for. Raises BadSelection."""
    reader = selection_of(view)
    for key, strange in answers().strangers(reader).items():
        raise BadSelection(f"There is no {key} {strange[0]!r}.")
    asked = contract_period(reader)
    return book_of(asked), asked


def chosen(view: Mapping[str, Any]) -> str:
    """The contract that the address names; empty without one."""
    return query_of(str(view.get("search") or "")).get(CONTRACT, "")


def contract_href(contract_id: str, selection: Selection) -> str:
    """This page with the details of a contract. The last day of data is left to move on with the data."""
    if selection.last == answers().last_day():
        default = contract_period(selection.with_period(None, None))
        is_default = selection.first == default.first
        selection = selection.with_period(None if is_default else selection.first, None)
    return with_query(PATH, selection.to_query() | ({CONTRACT: contract_id} if contract_id else {}))


def merged(book: contracts.Book) -> pd.DataFrame:
    """The register with what is measured: promised, measured, met, attained; measured_due_huf. One row a contract."""
    reached = attainment(book.levels).rename(columns={"value": "attained"})
    due = contract_penalties.by_contract(book.due).rename(columns={"due_huf": "measured_due_huf"})
    return book.rows.merge(reached, on=KEY, how="left").merge(due, on=KEY, how="left")
