"""Certificates of the key users of each pair of municipality and application, own or of the joint office."""

import pandas as pd
from sqlalchemy import Connection, select

from data.adoption.reading import read
from data.adoption.spells import FOREVER, as_days, day_numbers, held, on_day
from data.metrics.metric import Current
from data.schema import fact_training as training

PAIR = ["municipality_id", "service_id"]
OF_OFFICE = ["office_id", "service_id"]


def with_certificates(
    connection: Connection, current: Current, pairs: pd.DataFrame, office: pd.Series, day: pd.Timestamp
) -> pd.DataFrame:
    """Pairs (municipality_id, office_id, service_id) with certified_on, certified_to, lapsed_on and trained_by.

    A key user of any member of a joint office works for each of its members. office: every municipality's office, by
    KSH code; also of those that are no pair's. lapsed_on: the first day without a certificate, where there is none.
    """
    number = int(day_numbers(pd.Series([day]))[0])
    rows = _certificates(connection, current, day).assign(office_id=lambda rows: rows["municipality_id"].map(office))
    rows = rows[rows["office_id"].notna()]
    of_office = pd.MultiIndex.from_frame(pairs[OF_OFFICE])
    keys = of_office.unique()
    codes = keys.get_indexer(of_office)
    rows = rows.assign(key=keys.get_indexer(pd.MultiIndex.from_frame(rows[OF_OFFICE])))
    rows = rows[rows["key"] >= 0]
    valid = rows[rows["after"] > number]
    said = on_day(held(rows), number, len(keys))
    is_own = pd.MultiIndex.from_frame(pairs[PAIR]).isin(pd.MultiIndex.from_frame(valid[PAIR]))
    is_joint = said["since"].notna().to_numpy()[codes]
    last = as_days(valid.groupby("key")["after"].max().where(lambda after: after < FOREVER).reindex(range(len(keys))))
    trained_by = pd.Series(is_joint, pairs.index).map({True: "office", False: ""}).mask(is_own, "own")
    return pairs.assign(
        certified_on=said["began"].array[codes],
        certified_to=(last - pd.Timedelta(days=1)).array[codes],
        lapsed_on=said["left"].array[codes],
        trained_by=trained_by.astype("str"),
    )


def _certificates(connection: Connection, current: Current, day: pd.Timestamp) -> pd.DataFrame:
    """municipality_id, service_id, first and after (day numbers) of the certificates of key users."""
    query = select(
        training.c.municipality_id, training.c.service_id, training.c.certified_from, training.c.certified_to
    ).where(current(training), training.c.role == "key_user", training.c.certified_from <= day.date())
    frame = read(connection, query)
    first = day_numbers(pd.to_datetime(frame["certified_from"]))
    last = day_numbers(pd.to_datetime(frame["certified_to"]))  # a certificate's last day; without one it does not lapse
    after = pd.Series(last).where(last == FOREVER, last + 1).array
    return frame.drop(columns=["certified_from", "certified_to"]).assign(first=first, after=after)
