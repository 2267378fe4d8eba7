"""Source rows as they may be shown: nothing of single persons, no rows of a place with too few people."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, distinct, func, select

from data.schema import fact_training

PRIVATE = ("person_hash", "score", "satisfaction")
HEADCOUNTS = ("enabled_users", "active_users")


def shown_columns(rows: Table) -> list[ColumnElement[Any]]:
    """The columns of a fact without what a person is known, marked or heard by."""
    return [column for column in rows.c if column.name not in PRIVATE]


def enough_people(rows: Table, where: Sequence[ColumnElement[bool]], least: int) -> list[ColumnElement[bool]]:
    """What rows that meet `where` must meet as well to be shown: none of a municipality with fewer trainees among them,
    none that counts fewer users. Holders of an office are no secret."""
    found: list[ColumnElement[bool]] = [
        rows.c[name].is_(None) | (rows.c[name] == 0) | (rows.c[name] >= least) for name in HEADCOUNTS if name in rows.c
    ]
    if rows is fact_training:
        big = (
            select(rows.c.municipality_id)
            .where(*where)
            .group_by(rows.c.municipality_id)
            .having(func.count(distinct(rows.c.person_hash)) >= least)
        )
        found.append(rows.c.municipality_id.in_(big))
    return found
