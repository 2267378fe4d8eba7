"""How much each member uses each application, month by month, as the applications count it.

How well a pair does depends on its county, its joint office and chance, never on its size: a village is used as much
as a town of as many users. Everybody has two users at least, a key user and a deputy.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from etl.demo.facts import APPLICATIONS, LAGGING_COUNTY, season
from etl.demo.plan import Plan, day64, month_end
from etl.demo.world import TAX_ONLY, World

# Of an application: share of a member's clerks who have it, share of them active, transactions of one a month.
REACH = {"ADO": 0.35, "GAZD": 0.35, "INGKAT": 0.15, "IRAT": 0.8, "IPARKER": 0.15, "KERET": 1.0, "PORTAL": 0.2}
ACTIVE = {"ADO": 0.83, "GAZD": 0.84, "INGKAT": 0.78, "IRAT": 0.83, "IPARKER": 0.77, "KERET": 0.84, "PORTAL": 0.8}
ACTIONS = {"ADO": 120, "GAZD": 180, "INGKAT": 15, "IRAT": 220, "IPARKER": 9, "KERET": 60, "PORTAL": 40}
TAX_PEAKS = {3: 1.6, 5: 1.35, 9: 1.6}  # of ADO's transactions; as many users as ever

# Cases that can be begun on the portal: of transactions; share begun there, in the plan's first and last month.
CASES = {"ADO": 0.06, "IPARKER": 0.5, "PORTAL": 0.6}
ONLINE = {"ADO": (0.34, 0.47), "IPARKER": (0.2, 0.36), "PORTAL": (0.55, 0.66)}
FORMS_A_CASE, SUBMITTED = 1.3, 0.815

NEVER = {"INGKAT": 0.05, "IPARKER": 0.06, "PORTAL": 0.05}
USUALLY_NEVER = 0.012
LAPSED, LAPSED_MONTHS = 0.008, 9  # stopped within the last months
PAUSED, PAUSE_MONTHS = 0.02, (3, 8)  # stopped for a while, whenever
LAGGING_TIMES, IDLE_TIMES = 4.0, 8.0  # how much oftener where a county lags, where a joint office is idle
IDLE_OFFICES = 0.025
WAREHOUSE = ("GAZD", "INGKAT", "IRAT", "IPARKER")  # of interface members: delivered as data
FILES_A_MONTH, ON_TIME, ON_TIME_WHERE_LATE = 4, 0.97, 0.8
LATE_MEMBERS = 0.15
MOST_STARTING = 3  # months until the first use after going live


@dataclass(frozen=True)
class Traits:
    """What stays of each pair over the months.

    pairs: member (row), service, live_on, ended_on, then enabled, share (active), online (around 1), and months:
    first and last (with use), paused and resumed (without), NaT where not so. deliverers: interface members' other
    systems, whose data are delivered: member, service, on_time.
    """

    pairs: pd.DataFrame
    deliverers: pd.DataFrame

    def facts(self) -> dict[str, str]:
        """In words, for EXPECTED.json."""
        never, lapsed = self.pairs["first"].isna(), self.pairs["last"].notna()
        return {
            "use": f"{int(never.sum())} of {len(self.pairs)} live pairs of municipality and application never used, "
            f"{int(lapsed.sum())} no longer; both oftener in {LAGGING_COUNTY} and in idle joint offices"
        }


def traits(world: World, services: pd.DataFrame, plan: Plan) -> Traits:
    """Of every pair that went live. services: of joining.services()."""
    rng = plan.rng("usage")
    members = world.members
    pairs = services.loc[services["live_on"].notna(), ["member", "service", "live_on", "ended_on"]]
    pairs = pairs.reset_index(drop=True)
    clerks = members["users"].to_numpy()[pairs["member"]]
    users = clerks * _of(REACH, pairs["service"]) * rng.uniform(0.8, 1.2, len(pairs))
    pairs["enabled"] = np.maximum(2, np.rint(users)).astype(int)
    share = _of(ACTIVE, pairs["service"])
    pairs["share"] = rng.beta(40 * share, 40 * (1 - share))
    pairs["online"] = rng.gamma(25.0, 1 / 25.0, len(members))[pairs["member"]]
    risk = _risk(members, rng)[pairs["member"]]
    live = pairs["live_on"].to_numpy("datetime64[M]")
    never = rng.random(len(pairs)) < risk * _of(NEVER, pairs["service"], USUALLY_NEVER)
    stopped = ~never & (rng.random(len(pairs)) < risk * LAPSED)
    nothing = np.datetime64("NaT", "M")
    first = live + rng.integers(0, MOST_STARTING, len(pairs))
    last = day64(plan.last).astype("datetime64[M]") - rng.integers(1, LAPSED_MONTHS + 1, len(pairs))
    pairs["first"] = np.where(never, nothing, first).astype("datetime64[s]")
    pairs["last"] = np.where(stopped, np.maximum(first, last), nothing).astype("datetime64[s]")
    pauses = rng.random(len(pairs)) < PAUSED
    paused = day64(plan.first).astype("datetime64[M]") + rng.integers(0, len(plan.months), len(pairs))
    resumed = paused + rng.integers(*PAUSE_MONTHS, len(pairs))
    pairs["paused"] = np.where(pauses, paused, nothing).astype("datetime64[s]")
    pairs["resumed"] = np.where(pauses, resumed, nothing).astype("datetime64[s]")
    return Traits(pairs, _deliverers(members, rng))


def month_of(found: Traits, month: date, plan: Plan) -> pd.DataFrame:
    """What the applications count of a month, by member and application: member, service, enabled_users, active_users,
    transactions, cases, online_cases, forms_started, forms_submitted, files_due, files_on_time; missing where not
    counted."""
    rng = plan.rng("usage", month.isoformat())
    end = pd.Timestamp(month_end(month))
    pairs = found.pairs
    pairs = pairs[(pairs["live_on"] <= end) & (pairs["ended_on"].isna() | (pairs["ended_on"] > end))]
    start = pd.Timestamp(month)
    used = (pairs["first"] <= end) & (pairs["last"].isna() | (pairs["last"] >= start))
    used &= ~((pairs["paused"] <= start) & (pairs["resumed"] > start))
    rows = pairs[["member", "service"]].assign(
        enabled_users=pairs["enabled"], active_users=np.where(used, _active(pairs, rng), 0)
    )
    actions = rows["active_users"] * _of(ACTIONS, rows["service"]) * [_busy(name, month) for name in rows["service"]]
    rows["transactions"] = np.where(used, np.maximum(rng.poisson(actions), 1), 0)
    rows = rows.join(_portal(rows, pairs["online"].to_numpy(), _progress(month, plan), rng))
    files = found.deliverers.assign(files_due=FILES_A_MONTH)
    files["files_on_time"] = rng.binomial(FILES_A_MONTH, files["on_time"])
    return pd.concat([rows, files.drop(columns="on_time")], ignore_index=True)


def _active(pairs: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """One at least, and as many on average as the pair's share says."""
    enabled = pairs["enabled"].to_numpy()
    others = np.clip((pairs["share"].to_numpy() * enabled - 1) / (enabled - 1), 0, 1)
    return 1 + rng.binomial(enabled - 1, others)


def _portal(rows: pd.DataFrame, leaning: np.ndarray, progress: float, rng: np.random.Generator) -> pd.DataFrame:
    """Cases and forms of the applications that count them."""
    name = rows["service"]
    has_cases, has_forms = name.isin(list(CASES)).to_numpy(), (name == "PORTAL").to_numpy()
    cases = rng.binomial(rows["transactions"], _of(CASES, name, 0.0))
    share = np.array([np.interp(progress, (0, 1), ONLINE.get(one, (0.0, 0.0))) for one in name])
    online = rng.binomial(cases, np.clip(share * leaning, 0, 0.98))
    started = online + rng.poisson(online * (FORMS_A_CASE - 1))
    counted = {
        "cases": (cases, has_cases),
        "online_cases": (online, has_cases),
        "forms_started": (started, has_forms),
        "forms_submitted": (rng.binomial(started, SUBMITTED), has_forms),
    }
    return pd.DataFrame(
        {key: pd.Series(values, rows.index, dtype="Int64").where(has) for key, (values, has) in counted.items()}
    )


def _risk(members: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """How much likelier than usual each member's applications stay idle."""
    joint = members.loc[members["office_type"].str.startswith("joint"), "office_id"].unique()
    idle = joint[rng.random(len(joint)) < IDLE_OFFICES]
    lagging = (members["county"] == LAGGING_COUNTY).to_numpy()
    return np.where(lagging, LAGGING_TIMES, 1.0) * np.where(members["office_id"].isin(idle), IDLE_TIMES, 1.0)


def _deliverers(members: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    interface = members.index[members["joining"] == TAX_ONLY].to_numpy()
    late = rng.random(len(interface)) < LATE_MEMBERS
    return pd.DataFrame(
        {
            "member": np.repeat(interface, len(WAREHOUSE)),
            "service": list(WAREHOUSE) * len(interface),
            "on_time": np.repeat(np.where(late, ON_TIME_WHERE_LATE, ON_TIME), len(WAREHOUSE)),
        }
    )


def _progress(month: date, plan: Plan) -> float:
    return plan.months.index(month) / max(1, len(plan.months) - 1)


def _busy(service: str, month: date) -> float:
    return TAX_PEAKS.get(month.month, 1.0) if service == "ADO" else season(service, month.month)


def _of(numbers: dict[str, float] | dict[str, int], names: pd.Series, usual: float = 0.0) -> np.ndarray:
    return names.map({name: numbers.get(name, usual) for name in APPLICATIONS}).to_numpy(dtype=float)
