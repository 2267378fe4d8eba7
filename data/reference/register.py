"""The reference tables as typed frames. Codes are text; what is not known is missing (None or NaN)."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

import pandas as pd

MUNICIPALITY_COLUMNS = {
    "municipality_id": "str",
    "name": "str",
    "kind": "str",
    "legal_status": "str",
    "county": "str",
    "district_code": "str",
    "district": "str",
    "office_type": "str",
    "office_id": "str",
    "population": "Int64",
    "area_ha": "Int64",
    "dwellings": "Int64",
    "lon": "float64",
    "lat": "float64",
}
SIZE_BANDS = (
    (500, "under_500"),
    (2_000, "500_1999"),
    (5_000, "2000_4999"),
    (10_000, "5000_9999"),
    (50_000, "10000_49999"),
)
EVERY_SERVICE = "*"


def size_band(population: int | float | None) -> str:
    """Band of a municipality by its inhabitants, lower bound included; "unknown" where the number is missing."""
    if population is None or pd.isna(population):
        return "unknown"
    return next((band for limit, band in SIZE_BANDS if population < limit), "over_50000")


def municipalities() -> pd.DataFrame:
    """One row per local government: 3,177 municipalities, Budapest as a whole (13578), 19 counties (M02 to M20).

    Columns: MUNICIPALITY_COLUMNS and size_band. population, area_ha, dwellings are missing for Budapest as a whole and
    the counties, so sums count everybody once; lon, lat are WGS84. Source: KSH gazetteer, OpenStreetMap (README.md).
    """
    table = _table("municipalities", MUNICIPALITY_COLUMNS)
    return table.assign(size_band=table["population"].map(size_band, na_action=None).astype("str"))


def actors() -> pd.DataFrame:
    """One row per actor: actor_id, actor_type, name_hu, name_en, short_hu, short_en. Source: the operating model."""
    return _table("actors")


def services() -> pd.DataFrame:
    """One row per application or component: service_id, kind, name_hu, name_en, short, actor_id, sort (int)."""
    return _table("services", {"sort": "Int64"})


def processes() -> pd.DataFrame:
    """One row per process: process_id, stage, name_hu, name_en. stage operating_model is not ITIL's but our own."""
    return _table("processes")


def responsibilities() -> pd.DataFrame:
    """RACI letters: process_id, service_id (* is every service), actor_id, raci, valid_from, valid_to, basis.

    Dates are datetime.date, valid_to the day after the last. The rows of one service replace those of * for it, all
    letters together. An assumption until the published matrix is at hand (README.md).
    """
    return _dated(_table("responsibility"))


def accountable(process_id: str, service_id: str, on: date) -> str | None:
    """The actor accountable for a process of a service on a day; None where the matrix names nobody."""
    for service in (service_id, EVERY_SERVICE):
        found = _accountable_rows().get((process_id, service), ())
        if holders := [actor for actor, first, end in found if first <= on and (end is None or on < end)]:
            return holders[0]
    return None


@cache
def _accountable_rows() -> Mapping[tuple[str, str], tuple[tuple[str, date, date | None], ...]]:
    rows = responsibilities().query("raci == 'A'")
    found: dict[tuple[str, str], tuple[tuple[str, date, date | None], ...]] = {}
    for row in rows.to_dict("records"):
        key = (row["process_id"], row["service_id"])
        found[key] = (*found.get(key, ()), (row["actor_id"], row["valid_from"], row["valid_to"]))
    return found


def accounts() -> pd.DataFrame:
    """Rovat codes: account_id, name_hu, name_en, parent_id, side, level, is_of_which (0/1), sort.

    is_of_which marks the six "ebből" lines of B34: part of their parent, never added to it.
    """
    return _table("accounts", {"level": "Int64", "is_of_which": "Int64", "sort": "Int64"})


def functions() -> pd.DataFrame:
    """Government functions: function_id (6 digits on the leaves, shorter for groups), name_hu, parent_id."""
    return _table("functions")


def sla_targets() -> pd.DataFrame:
    """Agreed times: ticket_type, priority, service_id, response_minutes, resolution_minutes, clock, dates, basis.

    The row that names the ticket type (service) goes before the one with *. An assumption (README.md).
    """
    return _dated(_table("sla_targets", {"response_minutes": "Int64", "resolution_minutes": "Int64"}))


def service_hours() -> pd.DataFrame:
    """Hours in which business minutes run: weekday (1 Monday to 7), opens, closes (HH:MM local), dates, basis.

    They hold on days that the working calendar says are worked; Saturday's hours are for moved working days only.
    """
    return _dated(_table("service_hours", {"weekday": "Int64"}))


def metric_targets() -> pd.DataFrame:
    """Targets that replace the catalogue's starting proposals: metric_id, service_id (* is every service), valid_from,
    valid_to, target, lower, upper, basis. Empty until contracts or decisions set any.
    """
    return _dated(_table("metric_targets", dict.fromkeys(("target", "lower", "upper"), "float64")))


def control_rebases() -> pd.DataFrame:
    """Days from which control limits are computed anew: metric_id, service_id, from_on, reason, name. Empty."""
    table = _table("control_rebases")
    return table.assign(from_on=_days(table["from_on"]))


def peak_periods() -> pd.DataFrame:
    """Yearly windows: peak_id, valid_from, valid_to, kind (tax, closing, report), name_hu, name_en, first_month,
    first_day, last_month, last_day (included), is_frozen, basis. Windows around the deadlines are assumptions.
    """
    whole = ("first_month", "first_day", "last_month", "last_day", "is_frozen")
    return _dated(_table("peak_periods", dict.fromkeys(whole, "Int64")))


def entitlements() -> pd.DataFrame:
    """What each type of joining entitles to: joining_type, municipality_kind (* is every kind), service_id, valid_from,
    valid_to, requirement (compulsory, optional, none), basis. The row of a municipality's own kind goes before *.
    """
    return _dated(_table("entitlements"))


def allocation_plans() -> pd.DataFrame:
    """The packaged plan of allocation, one row: version, valid_from, content (allocation.toml as it is written)."""
    content = resources.files("data.reference").joinpath("allocation.toml").read_text("utf-8")
    head = tomllib.loads(content)
    return pd.DataFrame([{"version": head["version"], "valid_from": head["valid_from"], "content": content}])


def price_indices() -> pd.DataFrame:
    """Consumer price index: year (int), index (float, previous year = 100), source."""
    return _table("price_index", {"year": "int64", "index": "float64"})


def penalty_rules() -> pd.DataFrame:
    """What is due where a promised level is missed: metric_id, service_id (* is every), valid_from, valid_to,
    point_share and most_share (float, of a month's fee), basis."""
    return _dated(_table("penalty_rules", {"point_share": "float64", "most_share": "float64"}))


def asp_facts() -> pd.DataFrame:
    """Published facts on the real ASP: fact, value (float), unit, as_of (ISO date, month or year, text), source."""
    return _table("asp_facts", {"value": "float64"})


def _table(name: str, types: Mapping[str, str] | None = None) -> pd.DataFrame:
    """A table of this folder; columns are text unless types says otherwise. "NA" is a code, only "" is missing."""
    with resources.files("data.reference").joinpath(f"{name}.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype="str", keep_default_na=False, na_values=[""])
    return table.astype(dict(types or {}))


def _dated(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(valid_from=_days(table["valid_from"]), valid_to=_days(table["valid_to"]))


def _days(column: pd.Series) -> pd.Series:
    days = [None if pd.isna(text) else date.fromisoformat(text) for text in column]
    return pd.Series(days, index=column.index, dtype=object)
