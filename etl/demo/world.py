"""The municipalities of the sample: when and how they joined, how many users they have."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from data.reference import register
from etl.demo.facts import published
from etl.demo.plan import BadDemoRequest
from etl.demo.spelling import spellings

WAVE_DAYS = {1: "2017-01-01", 2: "2018-01-01", 3: "2019-01-01"}
LATECOMERS_DAY = "2020-01-01"
COUNTY_STAFF = 12.0
ADO_STAFF_SHARE = 0.25  # in interface mode only the tax office works in the system
TAX_ONLY = "interface"


@dataclass(frozen=True)
class World:
    """members: one row per joined local government, index 0..n-1.

    Columns of the register, and wave (1 to 3, missing for counties and latecomers), joined_on (datetime64[s]),
    joining (system, interface), users (float: mean number of clerks), busyness (float around 1: how much they report).
    """

    members: pd.DataFrame

    @cached_property
    def system_weights(self) -> np.ndarray:
        """Chance of each member to be the one with a ticket about anything but ADÓ."""
        weights = (self.members["users"] * self.members["busyness"]).where(self.members["joining"] != TAX_ONLY, 0.0)
        return _share(weights.to_numpy(), self.members)

    @cached_property
    def ado_weights(self) -> np.ndarray:
        """The same for ADÓ, which county governments do not use."""
        weights = (self.members["users"] * self.members["busyness"]).where(self.members["kind"] != "county", 0.0)
        return _share(weights.to_numpy(), self.members)

    @cached_property
    def spellings(self) -> np.ndarray:
        """How exports write each member: a row per member, a column per kind of spelling (spelling.py)."""
        return spellings(self.members).to_numpy(dtype=object)

    @property
    def users(self) -> float:
        return float(self.members["users"].sum())


def build_world(rng: np.random.Generator, municipalities: int | None) -> World:
    """All local governments that joined, or as many of them as asked for: whole joint offices, then single ones.

    Raises BadDemoRequest when more are asked for than there are.
    """
    everyone = register.municipalities().query("kind != 'capital'").reset_index(drop=True)
    members = everyone.assign(**_waves(everyone, rng))
    members["users"] = _users(members)
    of_county = {name: rng.normal(1.0, 0.07) for name in sorted(members["county"].unique())}
    members["busyness"] = rng.gamma(12.0, 1 / 12.0, len(members)) * members["county"].map(of_county)
    if municipalities is not None:
        members = _some(members, municipalities, rng)
    return World(members.reset_index(drop=True))


def _share(weights: np.ndarray, members: pd.DataFrame) -> np.ndarray:
    usable = weights if weights.sum() > 0 else members["users"].to_numpy()
    return usable / usable.sum()


def _waves(everyone: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.Series]:
    """Columns wave, joined_on, joining: large towns and districts of Budapest last, joint offices as a whole."""
    wave = pd.Series(0, index=everyone.index)
    inhabitants = everyone["population"].fillna(0).astype(float)
    district = everyone["kind"] == "district_of_capital"
    towns = published("joined_wave_3_municipalities") - int(district.sum())
    large = inhabitants.where((everyone["kind"] == "municipality") & (everyone["office_type"] == "own"), 0)
    wave[district] = 3
    wave[large.nlargest(towns).index] = 3
    rest = everyone[(wave == 0) & (everyone["kind"] == "municipality")]
    latecomers = rng.choice(rest.index[rest["office_type"] == "own"], 2, replace=False)
    rest = rest.drop(latecomers)
    first = _whole_offices(rest, published("joined_wave_1_municipalities"), rng)
    wave[rest.index] = 2
    wave[first] = 1
    interface = inhabitants.where(wave == 3, 0).nlargest(published("interface_municipalities")).index
    joined = wave.map(WAVE_DAYS).fillna(WAVE_DAYS[3])
    joined[latecomers] = LATECOMERS_DAY
    return {
        "wave": wave.where(wave > 0).astype("Int64"),
        "joined_on": joined.astype("datetime64[s]"),
        "joining": pd.Series(np.where(everyone.index.isin(interface), TAX_ONLY, "system"), dtype="str"),
    }


def _whole_offices(rows: pd.DataFrame, wanted: int, rng: np.random.Generator) -> pd.Index:
    """Index of exactly `wanted` rows, joint offices never split (own offices, of one member, fill up the rest)."""
    sizes = rows.groupby("office_id").size()
    order = rng.permutation(len(sizes))
    chosen, left = [], wanted
    for at in order:
        if (size := int(sizes.iloc[at])) <= left:
            chosen.append(sizes.index[at])
            left -= size
    return rows.index[rows["office_id"].isin(chosen)]


def _users(members: pd.DataFrame) -> pd.Series:
    """Mean number of users: an office's staff grows slower than its inhabitants, its seat holds most of them."""
    inhabitants = members["population"].fillna(0).astype(float)
    of_office = inhabitants.groupby(members["office_id"]).transform("sum")
    staff = (2.5 + 0.02 * of_office**0.8).where(members["kind"] != "county", COUNTY_STAFF)
    pull = (inhabitants + 600.0 * (members["office_type"] == "joint_seat")).where(inhabitants > 0, 1.0)
    users = staff * pull / pull.groupby(members["office_id"]).transform("sum")
    users = users.where(members["joining"] != TAX_ONLY, users * ADO_STAFF_SHARE)
    return users * published("daily_users") / users.sum()


def _some(members: pd.DataFrame, wanted: int, rng: np.random.Generator) -> pd.DataFrame:
    if not 1 <= wanted <= len(members):
        raise BadDemoRequest(f"--municipalities is {wanted}; give 1 to {len(members)}.")
    return members.loc[_whole_offices(members, wanted, rng)]
