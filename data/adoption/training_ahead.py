"""Certificates that lapse in the months ahead, and the pairs that are then left without a certified key user."""

from dataclasses import dataclass

import pandas as pd

from data.comparison.disclosure import withhold

AHEAD_DAYS = (30, 90, 180)


@dataclass(frozen=True)
class Ahead:
    """months: month (2026-11), people, pairs, at_risk, withheld: by the month of the last day, to AHEAD_DAYS[-1].
    windows: service_id, days (30, 90, 180), people, pairs, withheld: those within so many days.

    people: whose last certificate for the application ends; missing where withheld. pairs: in live use, that lose the
    last certified key user of the municipality and its joint office; at_risk: these, added up over the months.
    """

    months: pd.DataFrame
    windows: pd.DataFrame

    @classmethod
    def of_nothing(cls) -> "Ahead":
        """Where nothing is loaded."""
        return cls(
            pd.DataFrame(columns=["month", "people", "pairs", "at_risk", "withheld"]),
            pd.DataFrame(columns=["service_id", "days", "people", "pairs", "withheld"]),
        )


def ahead_of(rows: pd.DataFrame, live: pd.DataFrame, day: pd.Timestamp, least: int) -> Ahead:
    """rows: completed courses (municipality_id, service_id, role, person_hash, certified_to, is_valid); live: stages of
    the pairs in live use; day: the one that it is seen from."""
    people = _last_days(rows[rows["is_valid"] & (rows["role"] == "key_user")])
    pairs = live.loc[live["trained"] & live["certified_to"].notna(), ["service_id", "certified_to"]]
    ends = {"people": people, "pairs": pairs.rename(columns={"certified_to": "on"})}
    return Ahead(_months(ends, day, least), _windows(ends, sorted(live["service_id"].unique()), day, least))


def _last_days(valid: pd.DataFrame) -> pd.DataFrame:
    """A row per person and application: the last day of the last certificate; none where one does not lapse."""
    endless = valid["certified_to"].isna().groupby([valid["service_id"], valid["person_hash"]]).any()
    last = valid.groupby(["service_id", "person_hash"])["certified_to"].max()
    return last[~endless].rename("on").reset_index()


def _months(ends: dict[str, pd.DataFrame], day: pd.Timestamp, least: int) -> pd.DataFrame:
    months = pd.period_range(day, day + pd.Timedelta(days=AHEAD_DAYS[-1]), freq="M")
    counts = {}
    for name, rows in ends.items():
        soon = _within(rows, day, AHEAD_DAYS[-1])
        counts[name] = soon["on"].dt.to_period("M").value_counts().reindex(months, fill_value=0)
    found = pd.DataFrame({"month": months.strftime("%Y-%m")}).assign(
        **{name: count.to_numpy(dtype="int64") for name, count in counts.items()}
    )
    found["at_risk"] = found["pairs"].cumsum()
    return withhold(found, people="people", values=(), least=least)


def _windows(ends: dict[str, pd.DataFrame], services: list[str], day: pd.Timestamp, least: int) -> pd.DataFrame:
    parts = []
    for days in AHEAD_DAYS:
        counts = {
            name: _within(rows, day, days)["service_id"].value_counts().reindex(services, fill_value=0)
            for name, rows in ends.items()
        }
        made = pd.DataFrame({name: count.to_numpy(dtype="int64") for name, count in counts.items()})
        parts.append(withhold(made.assign(service_id=services, days=days), people="people", values=(), least=least))
    return pd.concat(parts, ignore_index=True)[["service_id", "days", "people", "pairs", "withheld"]]


def _within(rows: pd.DataFrame, day: pd.Timestamp, days: int) -> pd.DataFrame:
    """Those whose last day is one of the next so many, the day itself included."""
    return rows[(rows["on"] >= day) & (rows["on"] <= day + pd.Timedelta(days=days))]
