"""Brings next year's gazetteer in as a new version of the municipality dimension."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import select, update

from data.errors import AspError
from data.reference.gazetteer import read_gazetteer
from data.reference.register import size_band
from data.reference_load import record_reference_run
from data.schema import UNKNOWN_MUNICIPALITY, dim_municipality
from data.store import Session

COMPARED = (
    "name", "kind", "legal_status", "county", "district_code", "district", "office_type", "office_id", "population",
    "area_ha", "dwellings",
)  # fmt: skip
CARRIED = ("lon", "lat", "dwellings")  # kept from the version before where the file has none


@dataclass(frozen=True)
class RegisterChange:
    """What an import did: municipalities new to the register, changed, unchanged, and gone from it."""

    added: int
    changed: int
    unchanged: int
    ended: int


def import_register(session: Session, path: Path, valid_from: date) -> RegisterChange:
    """Close the versions that the file changes on valid_from and add the new ones; equal rows stay as they are.

    A municipality that the file no longer names is ended, never deleted. Raises AspError when the file can't be read,
    or valid_from is not after the newest version.
    """
    connection = session.connection
    started = datetime.now(UTC).replace(tzinfo=None)
    known = pd.read_sql(select(dim_municipality).where(dim_municipality.c.valid_to.is_(None)), connection)
    known = known[known["municipality_id"] != UNKNOWN_MUNICIPALITY].set_index("municipality_id")
    newest = pd.to_datetime(known["valid_from"]).max()
    if pd.notna(newest) and valid_from <= newest.date():
        raise AspError(
            f"--valid-from {valid_from} is not after the newest version ({newest.date()}). Give a later day."
        )
    file = read_gazetteer(path).set_index("municipality_id")
    file = _carried(file, known)
    shared = file.index.intersection(known.index)
    differs = _differs(file.loc[shared], known.loc[shared])
    changed, ended = shared[differs], known.index.difference(file.index)
    added = file.index.difference(known.index)
    _end(session, [*changed, *ended], valid_from)
    arriving = file.loc[[*changed, *added]].reset_index()
    arriving = arriving.assign(
        size_band=arriving["population"].map(size_band), valid_from=valid_from, valid_to=pd.Series(dtype="object")
    )
    session.load_frame("dim_municipality", arriving[[column.name for column in dim_municipality.c]])
    record_reference_run(session, started, [("dim_municipality", path.name, len(file))], path.name)
    return RegisterChange(len(added), len(changed), int(len(shared) - len(changed)), len(ended))


def _carried(file: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The file's rows, with points and dwellings of the version before where the file has none."""
    before = known.reindex(file.index)
    return file.assign(**{name: file[name].where(file[name].notna(), before[name]) for name in CARRIED})


def _differs(file: pd.DataFrame, known: pd.DataFrame) -> "pd.Series[bool]":
    differs = pd.Series(False, index=file.index)
    for name in COMPARED:
        left, right = file[name].astype(object), known[name].astype(object)
        differs |= ~((left == right) | (left.isna() & right.isna()))
    return differs


def _end(session: Session, municipality_ids: list[str], on: date) -> None:
    for start in range(0, len(municipality_ids), 500):
        session.connection.execute(
            update(dim_municipality)
            .where(
                dim_municipality.c.municipality_id.in_(municipality_ids[start : start + 500]),
                dim_municipality.c.valid_to.is_(None),
            )
            .values(valid_to=on)
        )
