"""Joining contracts, the services that went live by them, and the four local roles with their holders."""

import numpy as np
import pandas as pd

from etl.demo.facts import APPLICATIONS, LAGGING_COUNTY
from etl.demo.plan import Plan, day64
from etl.demo.world import TAX_ONLY, World

# Days after joining until a service is live: tax and finance at once, the portal when the municipality asks for it.
DELAY = {"ADO": 0, "GAZD": 0, "KERET": 0, "IRAT": 120, "INGKAT": 300, "IPARKER": 240, "PORTAL": 480}
NOT_YET = {"INGKAT": 0.012, "IPARKER": 0.02}  # contracted, never live
ASKED_FOR_PORTAL, PORTAL_OF_LATE = 0.95, 0.16  # the latter go live within the plan's months
ROLES = ("official_representative", "contact_person", "key_user", "local_it_operator")
FILLED, FILLED_WHERE_LAGGING = 0.945, 0.70
TURNOVER = 0.11  # of role holders a year


def contracts(world: World, plan: Plan) -> pd.DataFrame:
    """One joining contract per member, in their order: contract_id, joining, wave, signed_on, valid_from."""
    rng = plan.rng("joining")
    members = world.members
    signed = members["joined_on"] - pd.to_timedelta(rng.integers(45, 260, len(members)), unit="D")
    return pd.DataFrame(
        {
            "contract_id": "CSAT-" + members["municipality_id"],
            "joining": members["joining"],
            "wave": members["wave"],
            "signed_on": signed,
            "valid_from": members["joined_on"],
        }
    )


def services(world: World, plan: Plan) -> pd.DataFrame:
    """One row per member and service it contracted: member (row), service, contracted_on, provisioned_on, live_on,
    ended_on (missing while not so), with nothing after the plan's last day."""
    rng = plan.rng("services")
    parts = [_service(world.members, name, plan, rng) for name in APPLICATIONS]
    rows = pd.concat(parts, ignore_index=True)
    end = pd.Timestamp(plan.last)
    rows = rows[rows["contracted_on"] <= end].reset_index(drop=True)
    for column in ("provisioned_on", "live_on", "ended_on"):
        rows[column] = rows[column].where(rows[column] <= end)
    return rows.sort_values(["member", "service"], ignore_index=True)


def _service(members: pd.DataFrame, name: str, plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    count = len(members)
    user = (members["joining"] != TAX_ONLY) | (name in ("ADO", "PORTAL"))
    user &= (members["kind"] != "county") | (name in ("GAZD", "KERET", "IRAT", "INGKAT"))
    user &= (name != "PORTAL") | (rng.random(count) < ASKED_FOR_PORTAL)
    joined = members["joined_on"].to_numpy("datetime64[D]")
    live = joined + np.where(DELAY[name] == 0, 0, rng.integers(0, 2 * DELAY[name] + 1, count))
    live = np.where(DELAY[name] == 0, live, live.astype("datetime64[M]").astype("datetime64[D]"))
    if name == "PORTAL":
        span = (plan.last - plan.first).days
        late = day64(plan.first) + rng.integers(0, span + 45, count)
        live = np.where(rng.random(count) < PORTAL_OF_LATE, np.maximum(late, live), live)
    never = rng.random(count) < NOT_YET.get(name, 0.0)
    left = (name == "PORTAL") & (rng.random(count) < 0.004)
    ended = live + rng.integers(400, 1_500, count)
    rows = pd.DataFrame(
        {
            "member": members.index,
            "service": name,
            "contracted_on": live - rng.integers(40, 150, count),
            "provisioned_on": live - rng.integers(3, 30, count),
            "live_on": np.where(never, np.datetime64("NaT"), live),
            "ended_on": np.where(left, ended, np.datetime64("NaT")),
        }
    )
    times = ["contracted_on", "provisioned_on", "live_on", "ended_on"]
    return rows.assign(**{column: rows[column].astype("datetime64[s]") for column in times})[user]


def role_holders(world: World, services: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """One row per appointment: member, role, service ("" but for key users), person, appointed_on, ended_on.

    A key user per service in use; in a small office one person holds several roles. Some left and were followed by
    another, some were not.
    """
    rng = plan.rng("roles")
    general = [pd.DataFrame({"member": world.members.index, "role": role, "service": ""}) for role in ROLES]
    users = services.loc[services["live_on"].notna(), ["member", "service"]].assign(role="key_user")
    rows = pd.concat([*(part for part in general if part["role"].iat[0] != "key_user"), users], ignore_index=True)
    lagging = (world.members["county"] == LAGGING_COUNTY).to_numpy()[rows["member"]]
    rows = rows[rng.random(len(rows)) < np.where(lagging, FILLED_WHERE_LAGGING, FILLED)]
    rows = rows.sort_values(["member", "role", "service"], ignore_index=True)
    rows["person"] = _people(rows, world, rng)
    joined = world.members["joined_on"].to_numpy("datetime64[D]")[rows["member"]]
    last = day64(plan.last)
    rows["appointed_on"] = np.minimum(joined - rng.integers(-400, 60, len(rows)), last - 30)
    years = (last - rows["appointed_on"].to_numpy("datetime64[D]")).astype(int) / 365.25
    leaves = rng.random(len(rows)) < 1 - (1 - TURNOVER) ** years
    left = rows["appointed_on"].to_numpy("datetime64[D]") + (years * 365 * rng.uniform(0.1, 1, len(rows))).astype(int)
    rows["ended_on"] = np.where(leaves, left, np.datetime64("NaT", "D"))
    followed = leaves & (rng.random(len(rows)) < 0.96)
    new = rows[followed].assign(
        person=rows["person"][followed] + 500_000,
        appointed_on=np.minimum(left[followed] + rng.integers(0, 60, int(followed.sum())), last),
        ended_on=np.datetime64("NaT", "D"),
    )
    rows = pd.concat([rows, new], ignore_index=True)
    rows[["appointed_on", "ended_on"]] = rows[["appointed_on", "ended_on"]].astype("datetime64[s]")
    return rows


def _people(rows: pd.DataFrame, world: World, rng: np.random.Generator) -> np.ndarray:
    """Numbers of people: an office's staff share out its roles, so a small one has one or two people for all."""
    staff = np.clip(world.members["users"].to_numpy() / 2, 1, 12).astype(int)[rows["member"]]
    return rows["member"].to_numpy() * 20 + (rng.random(len(rows)) * staff).astype(int) + 1_000
