"""Amounts of OCDS: forints stay numbers, money of another currency becomes a text that no forint field accepts."""

from decimal import Decimal, InvalidOperation
from typing import Any

from etl.sources.ocds.history import inner

FORINT = "HUF"


def currency_of(value: Any, default: str | None) -> str | None:
    """The currency of a Value object in capitals; default when it names none."""
    own = inner(value, "currency")
    return str(own).strip().upper() if own else default


def in_forints(value: Any, default: str | None) -> Any:
    """The same value, but amounts in other money, however deep they stand, as "550000 MXN (not in forints)".

    default: the currency of those that name none; without one they are no forints either.
    """
    if isinstance(value, list):
        return [in_forints(item, default) for item in value]
    if not isinstance(value, dict):
        return value
    own = {key: in_forints(item, default) for key, item in value.items()}
    amounts = [key for key, item in value.items() if key.startswith("amount") and not isinstance(item, dict | list)]
    return {**own, **{key: _told(value, key, default) for key in amounts}}


def invoiced(contract: dict[str, Any], default: str | None) -> Any:
    """The sum of a contract's transactions; None without any, a text that no forint field accepts for other money.

    A transaction that names no currency is in the contract's.
    """
    own = currency_of(contract.get("value"), default)
    listed = inner(contract, "implementation", "transactions")
    transactions = listed if isinstance(listed, list) else []
    values = [inner(one, "value") or inner(one, "amount") for one in transactions]
    amounts = {at: inner(value, "amount") for at, value in enumerate(values) if inner(value, "amount") is not None}
    if not amounts:
        return None
    total = sum((_number(number) for number in amounts.values()), Decimal(0))
    foreign = {currency_of(values[at], own) for at in amounts} - {FORINT}
    if not total.is_finite():
        return "a transaction's amount is no number"
    return f"{total} {_not_forints(' and '.join(sorted(filter(None, foreign))))}" if foreign else total


def _number(number: Any) -> Decimal:
    try:
        return Decimal(str(number))
    except InvalidOperation:
        return Decimal("NaN")


def _told(value: dict[str, Any], key: str, default: str | None) -> Any:
    number, currency = inner(value, key), currency_of(value, default)
    return number if number is None or currency == FORINT else f"{number} {_not_forints(currency)}"


def _not_forints(currency: str | None) -> str:
    return f"{currency} (not in forints)" if currency else "(no currency named)"
