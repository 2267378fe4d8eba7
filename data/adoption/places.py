"""The joined municipalities of a day, with what they are compared by."""

from datetime import date

import pandas as pd
from sqlalchemy import Connection, func, select

from data.adoption.reading import read
from data.adoption.spells import FOREVER, day_numbers, held, on_day
from data.kept import kept
from data.metrics.cuts import dimensions
from data.metrics.metric import Current
from data.schema import UNKNOWN_MUNICIPALITY
from data.schema import fact_contract as contract
from data.selection import Selection

PLACE_COLUMNS = (
    "municipality_id", "name", "kind", "legal_status", "county", "district_code", "district", "office_type",
    "office_id", "population", "size_band",
)  # fmt: skip


def places(connection: Connection, selection: Selection, on: date) -> pd.DataFrame:
    """Municipalities with a joining contract in force on a day, by KSH code: PLACE_COLUMNS, joining_type, wave,
    joined_on (Timestamp).

    office_id: the joint office's seat, or the municipality's own code where no joint office works for it. Of several
    contracts in force the newest tells the type of joining. joined_on: since when there has been one without a gap;
    wave: of the first of these that names one. Selected counties, municipalities, types of joining and size bands
    narrow it.
    """
    frame = register(connection).merge(_joined(connection, selection, on), on="municipality_id")
    return narrowed(frame, selection).sort_values("municipality_id", ignore_index=True)


def narrowed(frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The rows of the applications, counties, municipalities, types of joining and size bands selected, as far as the
    frame has a column of them; its index is kept. The frame itself where nothing is selected."""
    for column, chosen in (
        ("service_id", selection.services),
        ("county", selection.counties),
        ("municipality_id", selection.municipalities),
        ("joining_type", selection.joining_types),
        ("size_band", selection.size_bands),
    ):
        if chosen and column in frame:
            frame = frame[frame[column].isin(chosen)]
    return frame


def register(connection: Connection) -> pd.DataFrame:
    """Every municipality of the register in its latest version, by KSH code: PLACE_COLUMNS, lon, lat."""
    return kept(connection, ("register",), lambda: _register(connection)).copy(deep=False)


def _register(connection: Connection) -> pd.DataFrame:
    place = dimensions(Current(None)).place
    found = select(*(place.c[name] for name in PLACE_COLUMNS), place.c.lon, place.c.lat)
    frame = read(connection, found.where(place.c.municipality_id != UNKNOWN_MUNICIPALITY))
    frame["office_id"] = frame["office_id"].fillna(frame["municipality_id"])
    return frame.sort_values("municipality_id", ignore_index=True)


def _joined(connection: Connection, selection: Selection, on: date) -> pd.DataFrame:
    """One row per joined municipality: municipality_id, joining_type, wave, joined_on."""
    rows, day = _contracts(connection, selection, on), int(day_numbers(pd.Series([pd.Timestamp(on)]))[0])
    codes, names = pd.factorize(rows["municipality_id"])
    spells = pd.DataFrame(
        {
            "key": codes,
            "first": day_numbers(rows["began_on"]),
            # valid_to is the last day in force
            "after": day_numbers(rows["valid_to"] + pd.Timedelta(days=1)),
        }
    )
    since = on_day(held(spells), day, len(names))["since"]
    rows = rows.assign(joined_on=since.reindex(codes).array, after=spells["after"].array)
    rows = rows[rows["began_on"] >= rows["joined_on"]]
    wave = rows.groupby("municipality_id")["wave"].first()
    rows = rows[rows["after"].fillna(FOREVER) > day].drop_duplicates("municipality_id", keep="last")
    return pd.DataFrame(
        {
            "municipality_id": rows["municipality_id"],
            "joining_type": rows["joining_type"].fillna("unknown"),
            "wave": rows["municipality_id"].map(wave).astype("Int64"),
            "joined_on": rows["joined_on"].astype("datetime64[s]"),
        }
    )


def _contracts(connection: Connection, selection: Selection, on: date) -> pd.DataFrame:
    """Joining contracts that have begun by the day, the newest last; of two of a day the system's is the later."""
    began = func.coalesce(contract.c.valid_from, contract.c.signed_on)
    found = select(
        contract.c.municipality_id,
        contract.c.joining_type,
        contract.c.wave,
        began.label("began_on"),
        contract.c.valid_to,
    ).where(
        Current(selection.as_of)(contract),
        contract.c.contract_kind == "joining",
        contract.c.municipality_id != UNKNOWN_MUNICIPALITY,
        began <= on,
    )
    frame = read(connection, found)
    for name in ("began_on", "valid_to"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    return frame.sort_values(["municipality_id", "began_on", "joining_type"], na_position="first", ignore_index=True)
