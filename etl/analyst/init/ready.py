"""Files of a known standard: their columns are what the standard says, so their mapping needs no guess."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

DAY = r"^(\d{4}-\d\d-\d\d)"
READY: dict[str, dict[str, dict[str, Any]]] = {
    "ocds": {
        "contract": {
            "contract_id": "key",
            "contract_kind": {"value": "underpinning"},
            "municipality": {"column": "buyer.name", "optional": True},
            "buyer": "buyer.name",
            "supplier": "suppliers",
            "winners_count": "suppliers_count",
            "bids_count": "tender.numberOfTenderers",
            "cpv": "cpv",
            "reference": "release.id",
            "signed_on": "contract.dateSigned",
            "valid_from": "contract.period.startDate",
            "valid_to": {"column": "contract.period.endDate", "pattern": DAY},
            "original_huf": {"column": "original.value.amount", "round": True},
            "value_huf": {"column": "contract.value.amount", "round": True},
            "invoiced_huf": {"column": "invoiced", "round": True},
        },
        "amendment": {
            "contract_id": "key",
            "amendment_id": "amendment.id",
            "amended_on": "amendment.date",
            "previous_huf": {"column": "before.value.amount", "round": True},
            "value_huf": {"column": "after.value.amount", "round": True},
            "previous_to": {"column": "before.ends", "pattern": DAY},
            "valid_to": {"column": "after.ends", "pattern": DAY},
        },
    },
    "kgr": {"budget": {"municipality": "body"}},
}
"""format -> record -> field -> column or entry, as docs/sources.md describes them"""

_CODE = re.compile(r"\([KB]\d{1,4}\)")


def is_ocds(lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> bool:
    """Whether a JSON document is a package of releases or records, or a list of them."""
    return any(
        path in ("releases", "records", "")
        and items[0].get("ocid")
        and ({"tag", "releases", "compiledRelease"} & set(items[0]))
        for path, items in lists.items()
    )


def has_amendments(text: str) -> bool:
    return '"amendments"' in text


def is_kgr(rows: Iterable[Sequence[str]]) -> bool:
    """Whether a sheet is a form of the treasury's budget report: appropriations above lines with their rovat."""
    appropriation = codes = 0
    for row in rows:
        appropriation += any("előirányzat" in cell.lower() for cell in row)
        codes += any(_CODE.search(cell) for cell in row)
    return bool(appropriation) and codes > 3
