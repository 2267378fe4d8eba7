"""Trainings of those that one office serves, by application: people counted, and withheld where they are few."""

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd
from sqlalchemy import ColumnElement, Connection, distinct, func, select

from data.comparison.disclosure import WITHHELD, least_people, withhold
from data.kept import kept
from data.metrics.holders import memberships
from data.metrics.measure import measure
from data.metrics.metric import Current
from data.metrics.training import TRAINING_COMPLETION_RATE
from data.schema import dim_service
from data.schema import fact_training as training
from data.selection import Selection

LAPSING_DAYS = 90
COUNTS = ("enrolled", "completed", "certified", "lapsing")


def trainings(connection: Connection, municipalities: Sequence[str], selection: Selection) -> pd.DataFrame:
    """People of these municipalities together, one row per application, in the order of pages.

    Columns: service_id; enrolled (in courses that began in the period), completed (of these); certified (certificate in
    force on the last day of the selection), lapsing (of these, it lapses within LAPSING_DAYS and no later one is in
    force): whole numbers, missing where there are fewer people than the threshold, but some, the first two also where
    TR02 of the office is withheld; withheld (whether one of them is missing). Nobody gives 0. Source: fact_training.
    """
    assert selection.first is not None, "a closed period"
    assert selection.last is not None, "a closed period"
    in_period = training.c.started_on.between(selection.first, selection.last) & training.c.withdrawn_on.is_(None)
    query = (
        select(
            dim_service.c.service_id,
            _people(in_period).label("enrolled"),
            _people(in_period & (training.c.completed_on <= selection.last)).label("completed"),
        )
        .select_from(dim_service.outerjoin(training, _of(municipalities, selection)))
        .where(dim_service.c.kind == "application")
        .group_by(dim_service.c.service_id, dim_service.c.sort)
        .order_by(dim_service.c.sort)
    )
    counted = pd.read_sql(query, connection).merge(
        _certificates(connection, municipalities, selection), on="service_id", how="left"
    )
    counted = counted.fillna(dict.fromkeys(COUNTS, 0)).astype(dict.fromkeys(COUNTS, "int64"))
    withheld = counted["service_id"].isin(_withheld(connection, municipalities[0], selection))
    shown = _shown(counted, least_people(connection))
    for name in ("enrolled", "completed"):
        shown[name] = shown[name].mask(withheld & (counted["enrolled"] > 0))
    return shown.assign(withheld=shown["withheld"] | shown["enrolled"].isna())


def _withheld(connection: Connection, municipality_id: str, selection: Selection) -> set[str]:
    """Applications that TR02 is withheld of in the office: what covers another office is not told here either."""
    asked = Selection(selection.first, selection.last, as_of=selection.as_of)
    hidden = kept(connection, ("training withheld", asked), lambda: _withheld_cells(connection, asked))
    office = memberships(connection, asked.as_of)["office"].get(municipality_id, municipality_id)
    return set(hidden.loc[hidden["office"] == office, "service"])


def _withheld_cells(connection: Connection, asked: Selection) -> pd.DataFrame:
    cells = measure(connection, TRAINING_COMPLETION_RATE, asked, ["office", "service"])
    return cells.loc[cells[WITHHELD], ["office", "service"]].astype("category")


def _shown(counted: pd.DataFrame, least: int) -> pd.DataFrame:
    """Each count by itself; and the part of another one where the rest would tell of too few."""
    hidden = pd.Series(False, counted.index)
    for whole, part in (("enrolled", "completed"), ("certified", "lapsing")):
        rest = (counted[whole] - counted[part]).where(counted[part] > 0, 0)
        shown = withhold(counted, people=whole, values=[part], groups=(), least=least)
        shown = withhold(shown, people=part, values=[], groups=(), least=least)
        shown[part] = shown[part].astype("Int64").mask(rest.between(1, least - 1))
        hidden |= shown[[whole, part]].isna().any(axis=1)
        counted = counted.assign(**{name: shown[name].astype("Int64") for name in (whole, part)})
    return counted.assign(withheld=hidden)


def _certificates(connection: Connection, municipalities: Sequence[str], selection: Selection) -> pd.DataFrame:
    """service_id, certified, lapsing: of each person the certificate that lasts longest."""
    assert selection.last is not None
    forever = func.max(func.coalesce(training.c.certified_to, selection.last + timedelta(days=36500)))
    people = (
        select(training.c.service_id, training.c.person_hash, forever.label("until"))
        .where(
            _of(municipalities, selection, joined=False),
            training.c.certified_from <= selection.last,
            training.c.certified_to.is_(None) | (training.c.certified_to >= selection.last),
        )
        .group_by(training.c.service_id, training.c.person_hash)
        .subquery("people")
    )
    soon = people.c.until <= selection.last + timedelta(days=LAPSING_DAYS)
    query = select(
        people.c.service_id, func.count().label("certified"), func.count().filter(soon).label("lapsing")
    ).group_by(people.c.service_id)
    return pd.read_sql(query, connection)


def _of(municipalities: Sequence[str], selection: Selection, *, joined: bool = True) -> ColumnElement[bool]:
    found = Current(selection.as_of)(training) & training.c.municipality_id.in_(municipalities)
    return found & (training.c.service_id == dim_service.c.service_id) if joined else found


def _people(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(distinct(training.c.person_hash)).filter(condition)
