"""A plan run as one would by hand, line by line with fractions: what run() is compared with; and random plans."""

from fractions import Fraction

import pandas as pd
from hypothesis import strategies as st

from data.cost.plan import Plan
from data.cost.plan_reading import plan_from
from data.cost.weights import Drivers

APPLICATIONS, COMPONENTS, PLACES = ("A1", "A2", "A3"), ("C1", "C2"), ("10001", "10002", "10003", "10004")
KINDS = {**dict.fromkeys(APPLICATIONS, "application"), **dict.fromkeys(COMPONENTS, "component")}
ACTORS, SERVICES = ("alfa", "beta", "unknown"), ("NA", "UNKNOWN", *COMPONENTS, *APPLICATIONS)
METHODS = ("tickets", "users", "municipalities", "even", "fixed")


def hamilton(whole: int, weights: list[int]) -> list[int] | None:
    """Largest remainders, with fractions."""
    total = sum(weights)
    if not total:
        return None
    exact = [Fraction(abs(whole) * one, total) for one in weights]
    parts = [int(one) for one in exact]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: abs(whole) - sum(parts)]:
        parts[place] += 1
    return parts if whole >= 0 else [-part for part in parts]


def by_hand(plan: Plan, drivers: Drivers, ledger: list[dict]) -> dict[tuple[int, str, str], int]:
    """(ledger row, node or application, municipality; 00000 while it is on the node) -> forints."""
    found: dict[tuple[int, str, str], int] = {}
    for row, line in enumerate(ledger):
        standing = {(line["service_id"], ()): line["amount"]}
        for step in plan.steps:
            moved: dict[tuple[str, tuple], int] = {}
            for (node, path), amount in standing.items():
                kind = "shared" if node == "NA" else KINDS.get(node)
                mine = kind == step.source and line["actor_id"] != "unknown"
                mine = mine and (not step.actors or line["actor_id"] in step.actors)
                mine = mine and (not step.services or node in step.services)
                method, parts = _shared(step, drivers, node, line, amount) if mine else ("", None)
                if parts is None:
                    moved[node, path] = moved.get((node, path), 0) + amount
                elif step.to == "municipality":
                    for place, part in parts.items():
                        found[row, node, place] = found.get((row, node, place), 0) + part
                else:
                    for target, part in parts.items():
                        key = (target, (*path, (step.id, method)))
                        moved[key] = moved.get(key, 0) + part
            standing = moved
        for (node, _), amount in standing.items():
            found[row, node, "00000"] = found.get((row, node, "00000"), 0) + amount
    return {key: amount for key, amount in found.items() if amount}


def _shared(step, drivers, node, line, amount) -> tuple[str, dict[str, int] | None]:
    for method in step.methods:
        if method == "direct":
            if line["municipality_id"] != "00000":
                return method, {line["municipality_id"]: amount}
            continue
        weights = _weights(step, method, drivers, node)
        names = sorted(weights)
        parts = hamilton(amount, [weights[name] for name in names])
        if parts is not None:
            return method, dict(zip(names, parts, strict=True))
    return "", None


def _weights(step, method, drivers, node) -> dict[str, int]:
    if step.to == "municipality":
        if method == "fixed":
            return dict(step.shares)
        rows = [row for row in _rows(drivers, "municipalities" if method == "even" else method) if row[0] == node]
        sums = {place: sum(row[2] for row in rows if row[1] == place) for place in {row[1] for row in rows}}
        return {place: int(weight > 0) for place, weight in sums.items()} if method == "even" else sums
    names = [name for name, kind in KINDS.items() if kind == step.to]
    if method == "fixed":
        return {name: step.shares.get(name, 0) for name in names}
    if method == "even":
        return dict.fromkeys(names, 1)
    return {name: sum(row[2] for row in _rows(drivers, method) if row[0] == name) for name in names}


def _rows(drivers: Drivers, method: str) -> list[tuple]:
    return list(drivers.frames[method].itertuples(index=False)) if method in drivers.frames else []


# --- random ones ----------------------------------------------------------------------------------------------------

weights = st.one_of(st.just(0), st.integers(0, 5), st.integers(0, 10**9))
amounts = st.one_of(st.integers(-50, 50), st.integers(-(10**15), 10**15))


@st.composite
def frames(draw) -> pd.DataFrame:
    rows = draw(st.lists(st.tuples(st.sampled_from(APPLICATIONS), st.sampled_from(PLACES), weights), max_size=8))
    return pd.DataFrame(rows, columns=["service_id", "municipality_id", "weight"]).astype({"weight": "int64"})


drivers_of = st.dictionaries(st.sampled_from(("tickets", "users", "municipalities")), frames(), max_size=3).map(
    lambda found: Drivers(found, KINDS)
)
lines = st.fixed_dictionaries(
    {
        "actor_id": st.sampled_from(ACTORS),
        "service_id": st.sampled_from(SERVICES),
        "municipality_id": st.sampled_from(("00000", *PLACES)),
        "amount": amounts,
    }
)
ledgers = st.lists(lines, max_size=6)


@st.composite
def steps(draw, number: int, way: tuple[str, str]) -> dict:
    source, to = way
    first = ("direct", *METHODS) if to == "municipality" else METHODS
    method = draw(st.sampled_from(first))
    otherwise = draw(st.lists(st.sampled_from([one for one in METHODS if one != method]), unique=True, max_size=3))
    step = {"id": f"s{number}", "name_hu": "l", "name_en": "s", "from": source, "to": to, "method": method}
    if otherwise:
        step["otherwise"] = otherwise
    if "fixed" in (method, *otherwise):
        targets = PLACES if to == "municipality" else APPLICATIONS if to == "application" else COMPONENTS
        shares = draw(st.dictionaries(st.sampled_from(targets), st.integers(1, 100), min_size=1))
        step["shares"] = shares
    if draw(st.booleans()):
        step["actors"] = draw(st.lists(st.sampled_from(("alfa", "beta")), unique=True, max_size=2))
    if source != "shared" and draw(st.booleans()):
        own = COMPONENTS if source == "component" else APPLICATIONS
        step["services"] = draw(st.lists(st.sampled_from(own), unique=True, max_size=2))
    return step


WAYS = (("shared", "component"), ("shared", "application"), ("component", "application"),
        ("application", "municipality"))  # fmt: skip


@st.composite
def plans(draw) -> Plan:
    """Valid plans of any steps in any order: those that a rule forbids are left out, one by one."""
    from data.cost.plan import BadPlan

    kept: list[dict] = []
    asked = draw(st.lists(st.sampled_from(WAYS), max_size=6))
    for number, way in enumerate([*asked, WAYS[3]]):
        step = draw(steps(number, way))
        try:
            plan_from(_plan([*kept, step, _last(number)]), "random")
        except BadPlan:
            continue
        kept.append(step)
    return (
        plan_from(_plan(kept or [_last(9)]), "random")
        if any(step["to"] == "municipality" for step in kept)
        else (plan_from(_plan([*kept, _last(9)]), "random"))
    )


def _last(number: int) -> dict:
    return {"id": f"last{number}", "name_hu": "l", "name_en": "s", "from": "application", "to": "municipality",
            "method": "even"}  # fmt: skip


def _plan(found: list[dict]) -> dict:
    from datetime import date

    return {"version": "1", "valid_from": date(2020, 1, 1), "step": found}
