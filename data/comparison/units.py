"""What is compared: a figure of every municipality, joint office, district or county, and how it is judged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd
from sqlalchemy import Connection

from data.adoption.places import narrowed, register
from data.adoption.stages import Stages, stages
from data.comparison.disclosure import WITHHELD, pool
from data.comparison.dispersion import LEAST_UNITS
from data.comparison.funnel import Funnel, Kind, funnel
from data.comparison.peers import office_kind
from data.metrics.catalogue import METRICS
from data.metrics.cuts import dimensions
from data.metrics.measure import measure
from data.metrics.metric import Current
from data.selection import Selection

UNITS = ("municipality", "office", "district", "county")
SEGMENTS = ("joining_type", "size_band", "office_kind")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Compared:
    """A figure that units are compared by. metric: the one of the catalogue that it is, or is made of.

    stage: of the pairs of municipality and application in scope, those that this stage holds for. category: tickets of
    this category per `per` inhabitants.
    """

    metric: str
    kind: Kind = "proportion"
    stage: str = ""
    category: str = ""
    per: int = 1


FIGURES: Mapping[str, Compared] = MappingProxyType(
    {
        "key_user_coverage_rate": Compared("key_user_coverage_rate"),
        "local_role_filled_rate": Compared("local_role_filled_rate"),
        "live_service_rate": Compared("live_service_rate"),
        "in_use": Compared("live_service_rate", stage="in_use"),
        "how_to": Compared("ticket_count", kind="rate", category="how_to", per=1000),
        "sla_resolution_rate": Compared("sla_resolution_rate"),
        "first_contact_resolution_rate": Compared("first_contact_resolution_rate"),
        "reopen_rate": Compared("reopen_rate"),
        "satisfaction_rate": Compared("satisfaction_rate"),
        "training_completion_rate": Compared("training_completion_rate"),
        "training_pass_rate": Compared("training_pass_rate"),
    }
)


@dataclass(frozen=True)
class Part:
    """The units judged together: those of one member of the segment, or all (member empty)."""

    member: str
    funnel: Funnel


@dataclass(frozen=True)
class Comparison:
    """parts: each with its own line and limits. withheld: units left out because too few people stand behind them; of
    these pooled ones count as one unit of a county. uncounted: units without anything to count."""

    parts: tuple[Part, ...]
    withheld: int
    uncounted: int

    @property
    def units(self) -> pd.DataFrame:
        """Every unit judged, with its own limits: the frames of the parts, and a column segment."""
        frames = [part.funnel.frame.assign(segment=part.member) for part in self.parts]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def compare(
    connection: Connection,
    figure: str,
    selection: Selection,
    unit: str = "municipality",
    segment: str = "",
    known_stages: Callable[[], Stages] | None = None,
) -> Comparison:
    """Funnels of a figure of FIGURES by a unit of UNITS, all together or by a segment of SEGMENTS (municipalities).

    Columns of the frames: unit (id, or the name of a district or county), county, joining_type, size_band, office_kind,
    is_pooled, members, and those of data.comparison.funnel. Districts and counties have no segments.
    known_stages: gives those of the selection, where they have been read; they are dear, and few figures are of them.
    """
    of = FIGURES[figure]
    rows = counted(connection, of, selection, unit, known_stages)
    hidden = rows[WITHHELD]
    known = rows[~hidden]
    uncounted = int((known["denominator"] <= 0).sum())
    known = known[known["denominator"] > 0]
    if unit == "municipality":
        pooled = _pooled(connection, of, selection, rows) if hidden.any() and not segment else known.iloc[:0]
        known = pd.concat([known, pooled], ignore_index=True)
    members = sorted(known[segment].unique()) if segment and unit == "municipality" else [""]
    parts = [known[known[segment] == member] if member else known for member in members]
    return Comparison(
        tuple(
            Part(member, funnel(part, of.kind))
            for member, part in zip(members, parts, strict=True)
            if len(part) >= LEAST_UNITS
        ),
        int(hidden.sum()),
        uncounted,
    )


def counted(
    connection: Connection,
    of: Compared,
    selection: Selection,
    unit: str,
    known_stages: Callable[[], Stages] | None = None,
) -> pd.DataFrame:
    """Numerator and denominator of each unit known by name: see compare(). Withheld ones have no numbers."""
    places = _places(connection, selection)
    if of.stage:
        of_day = known_stages() if known_stages else stages(connection, selection)
        frame = _staged(of_day.frame, of, unit)
    elif of.category:
        frame = _per_inhabitant(connection, of, selection, unit, places)
    else:
        frame = measure(connection, METRICS[of.metric], selection, [unit])
    frame = frame[~frame[unit].isin([UNKNOWN]) & frame[unit].notna()].rename(columns={unit: "unit"})
    frame = frame.assign(is_pooled=False, members=1, **({} if WITHHELD in frame else {WITHHELD: False}))
    columns = ["unit", "numerator", "denominator", WITHHELD, "is_pooled", "members"]
    if unit in ("district", "county"):
        county = places.drop_duplicates("district").set_index("district")["county"]
        held = frame["unit"] if unit == "county" else frame["unit"].map(county)
        return frame[columns].assign(county=held, joining_type="", size_band="", office_kind="").reset_index(drop=True)
    known = places.set_index("municipality_id")[["county", "joining_type", "size_band", "office_kind"]]
    found = frame[columns].join(known, on="unit").fillna(dict.fromkeys(known.columns, UNKNOWN))
    joint = found["office_kind"] == "joint"  # an office of one municipality is that municipality
    return (found[joint] if unit == "office" else found).reset_index(drop=True)


def _places(connection: Connection, selection: Selection) -> pd.DataFrame:
    """The register, and how each municipality joined."""
    joining = dimensions(Current(selection.as_of)).joining
    types = pd.read_sql(joining.select(), connection)
    frame = register(connection).merge(types, on="municipality_id", how="left")
    frame["joining_type"] = frame["joining_type"].fillna(UNKNOWN)
    return frame.assign(office_kind=office_kind(frame["office_type"].fillna("none")))


def _staged(frame: pd.DataFrame, of: Compared, unit: str) -> pd.DataFrame:
    """Pairs in scope, and those that the stage holds for. frame: of stages()."""
    column = {"municipality": "municipality_id", "office": "office_id"}.get(unit, unit)
    if frame.empty:
        return pd.DataFrame(columns=[unit, "numerator", "denominator"])
    if unit == "office":
        frame = frame[frame["office_type"].isin(["joint_seat", "joint_member"])]
    sums = frame.groupby(column)[of.stage].agg(["sum", "size"])
    return sums.set_axis(["numerator", "denominator"], axis=1).rename_axis(unit).reset_index()


def _per_inhabitant(
    connection: Connection, of: Compared, selection: Selection, unit: str, places: pd.DataFrame
) -> pd.DataFrame:
    """Tickets of the category, per so many inhabitants of the register; units without any ticket included."""
    tickets = measure(connection, METRICS[of.metric], selection, [unit, "category"])
    asked = tickets[tickets["category"] == of.category].set_index(unit)["numerator"]
    column = {"municipality": "municipality_id", "office": "office_id"}.get(unit, unit)
    chosen = narrowed(places[places["joining_type"] != UNKNOWN], selection)  # those that have joined
    if unit == "office":
        chosen = chosen[chosen["office_kind"] == "joint"]
    inhabitants = chosen.groupby(column)["population"].sum()
    counts = asked.reindex(inhabitants.index).fillna(0)
    frame = pd.DataFrame({"denominator": inhabitants / of.per, "numerator": counts})
    return frame.rename_axis(unit).reset_index()


def _pooled(connection: Connection, of: Compared, selection: Selection, rows: pd.DataFrame) -> pd.DataFrame:
    """Municipalities that are withheld, added up by county."""
    totals = measure(connection, METRICS[of.metric], selection, ["county"])
    made = pool(rows, totals, "county", ["numerator", "denominator"])
    return made.assign(unit="", is_pooled=True, joining_type="", size_band="", office_kind="", **{WITHHELD: False})
