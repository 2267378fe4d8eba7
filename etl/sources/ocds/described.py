"""What a process tells about each of its contracts and awards, in one shape whatever the publisher leaves out."""

from typing import Any

from etl.sources.ocds.amendments import Terms
from etl.sources.ocds.history import inner
from etl.sources.ocds.money import currency_of, in_forints, invoiced
from etl.sources.ocds.packages import Release, by_id

Row = dict[str, Any]

_VALUE: Row = {"amount": None, "currency": None}
_TERMS: Row = {"value": _VALUE, "ends": None}
SHAPE: Row = {
    "ocid": None, "key": None, "currency": None, "cpv": None, "suppliers": None, "suppliers_count": None,
    "amendments_count": None, "invoiced": None, "original": _TERMS,
    "release": {"id": None, "date": None, "tag": None},
    "buyer": {"id": None, "name": None, "address": {"locality": None, "region": None, "postalCode": None}},
    "tender": {"id": None, "title": None, "status": None, "procurementMethod": None, "numberOfTenderers": None,
               "value": _VALUE, "classification": {"id": None}},
    "award": {"id": None, "title": None, "status": None, "date": None, "value": _VALUE,
              "contractPeriod": {"startDate": None, "endDate": None}},
    "contract": {"id": None, "awardID": None, "title": None, "status": None, "dateSigned": None, "value": _VALUE,
                 "period": {"startDate": None, "endDate": None}},
}  # fmt: skip
"""The columns that every row has, if only as missing; what else is published is there besides."""


class Described:
    """A process in its current state. default: the currency of amounts that name none."""

    def __init__(self, ocid: str, state: Row, default: str | None) -> None:
        self._default = default
        self._state = state
        self._parties = by_id(state.get("parties"))
        self.awards = by_id(state.get("awards"))
        own = {key: value for key, value in state.items() if key not in ("contracts", "awards")}
        told = {**own, "ocid": ocid, "buyer": self._buyer(), "tender": self._tender()}
        self._common = SHAPE | self._shaped(told)

    def row(self, contract: Row, award: Row) -> Row:
        """A contract and its award (each may be empty) as a row."""
        suppliers = self._suppliers(contract, award)
        return {
            **self._common,
            **self._shaped({"contract": contract, "award": award}),
            "suppliers": "; ".join(suppliers) or None,
            "suppliers_count": len(suppliers) or None,
            "cpv": _cpv(contract, award, self._state.get("tender")),
            "currency": currency_of(contract.get("value") or award.get("value"), self._default),
            "invoiced": invoiced(contract, self._default),
        }

    def _shaped(self, told: Row) -> Row:
        return {key: _shaped(SHAPE.get(key), value) for key, value in in_forints(told, self._default).items()}

    def _buyer(self) -> Row:
        """The buyer, else the procuring entity, with what parties tell of it."""
        buyers = (party for party in self._parties.values() if "buyer" in (party.get("roles") or []))
        named = self._state.get("buyer") or next(buyers, None) or inner(self._state, "tender", "procuringEntity")
        own = named if isinstance(named, dict) else {}
        told = self._parties.get(str(own.get("id")), {})
        return {**told, **{key: value for key, value in own.items() if value not in (None, "")}}

    def _tender(self) -> Row:
        """The tender, its bidders counted where their number is not given."""
        tender = self._state.get("tender")
        tender = tender if isinstance(tender, dict) else {}
        bidders = tender.get("tenderers")
        if inner(tender, "numberOfTenderers") is None and isinstance(bidders, list) and bidders:
            return {**tender, "numberOfTenderers": len(bidders)}
        return tender

    def _suppliers(self, contract: Row, award: Row) -> list[str]:
        """Their names, each once: publishers give a supplier a new id now and then."""
        named = contract.get("suppliers") or award.get("suppliers")
        found = [
            inner(one, "name") or inner(self._parties.get(str(inner(one, "id"))), "name") or inner(one, "id")
            for one in (named if isinstance(named, list) else [])
        ]
        names = [" ".join(str(name).split()) for name in found if name]
        return list({name.casefold(): name for name in reversed(names)}.values())[::-1]


def shaped_terms(terms: Terms, default: str | None) -> Row:
    """What a contract was worth and when it was to end."""
    shaped: Row = _shaped(_TERMS, in_forints(terms, default))
    return shaped


def about(release: Release) -> Row:
    """Which release it was."""
    return {"id": release.id, "date": release.body.get("date"), "tag": ", ".join(release.tags)}


def _shaped(shape: Any, value: Any) -> Any:
    """The value with all keys of the shape; what is no object where one is due is left out."""
    if not isinstance(shape, dict):
        return value
    own = value if isinstance(value, dict) else {}
    return {**own, **{key: _shaped(inside, own.get(key)) for key, inside in shape.items()}}


def _cpv(*owners: Any) -> Any:
    """The first CPV code among the items of the contract, else of the award, else of the tender."""
    for owner in owners:
        items = inner(owner, "items")
        for item in [*(items if isinstance(items, list) else []), owner]:
            if str(inner(item, "classification", "scheme") or "").upper() == "CPV":
                return inner(item, "classification", "id")
    return None
