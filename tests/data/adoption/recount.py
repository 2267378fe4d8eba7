"""Stages told again by plain loops: a day at a time, a row at a time, over rows as dictionaries."""

from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
ONE = timedelta(days=1)
EARLIEST = date(2023, 1, 1)
"""No day that a state holds on lies before it."""
ROLES = ("official_representative", "contact_person", "key_user", "local_it_operator")
STAGES = ("contracted", "staffed", "trained", "live", "in_use")


class Recount:
    """world: rows in force by table, `places` (by code), `entitlements` and `applications`."""

    def __init__(self, world: dict[str, Any], on: date) -> None:
        self.world, self.on = world, on

    def pairs(self) -> dict[tuple[str, str], Row]:
        """What is said of every pair in scope."""
        found = {}
        for code, place in self.world["places"].items():
            if code == "00000" or not self.joinings(code, self.on):
                continue
            for service in self.world["applications"]:
                pair = (code, service)
                rule = self.rule(place, service)
                if rule["requirement"] == "compulsory" or self.contracted(pair, self.on) or self.live(pair, self.on):
                    found[pair] = self.said(pair, rule)
        return found

    def said(self, pair: tuple[str, str], rule: Row) -> Row:
        holds = {name: getattr(self, name)(pair, self.on) for name in STAGES}
        missing = next((name for name in STAGES if not holds[name]), "")
        since = self.missing_since(pair, missing, rule) if missing else None
        return holds | {
            "requirement": rule["requirement"], "missing": missing, "missing_since": since,
            "stage": STAGES.index(missing) if missing else len(STAGES), "joined_on": self.since(self.joined, pair),
            "contracted_on": self.since(self.contracted, pair), "live_on": self.since(self.live, pair),
            "staffed_on": self.since(self.staffed, pair), "first_staffed_on": self.first(self.staffed, pair),
            "certified_on": self.first(self.trained, pair), "roles": sum(self.filled(pair, self.on).values()),
            "vacant": ",".join(role for role, is_filled in self.filled(pair, self.on).items() if not is_filled),
        }  # fmt: skip

    # --- states of a day ---

    def joinings(self, code: str, day: date) -> list[Row]:
        found = []
        for row in self.world["fact_contract"]:
            first = row["valid_from"] or row["signed_on"]
            is_its = row["municipality_id"] == code and row["contract_kind"] == "joining"
            if is_its and first and first <= day <= (row["valid_to"] or date.max):
                found.append(row)
        return sorted(found, key=lambda row: (row["valid_from"] or row["signed_on"], row["joining_type"] or ""))

    def joined(self, pair, day):
        return bool(self.joinings(pair[0], day))

    def uses(self, pair, day):
        for row in self.world["fact_contract_service"]:
            if (row["municipality_id"], row["service_id"]) == pair and (row["ended_on"] or date.max) > day:
                yield row

    def contracted(self, pair, day):
        return any(row["contracted_on"] and row["contracted_on"] <= day for row in self.uses(pair, day))

    def live(self, pair, day):
        return any(row["live_on"] and row["live_on"] <= day for row in self.uses(pair, day))

    def filled(self, pair, day):
        found = dict.fromkeys(ROLES, False)
        for row in self.world["fact_role_holder"]:
            if row["municipality_id"] != pair[0] or row["appointed_on"] is None or row["appointed_on"] > day:
                continue
            if row["ended_on"] is not None and row["ended_on"] <= day:
                continue
            if row["role"] != "key_user" or row["service_id"] in (pair[1], "NA"):
                found[row["role"]] = True
        return found

    def staffed(self, pair, day):
        return all(self.filled(pair, day).values())

    def office(self, code):
        return self.world["places"][code]["office_id"] or code

    def trained(self, pair, day):
        return any(
            row["role"] == "key_user"
            and row["service_id"] == pair[1]
            and row["municipality_id"] in self.world["places"]
            and self.office(row["municipality_id"]) == self.office(pair[0])
            and row["certified_from"] is not None
            and row["certified_from"] <= day
            and (row["certified_to"] is None or row["certified_to"] >= day)
            for row in self.world["fact_training"]
        )

    # --- use ---

    def last_whole_month(self) -> date:
        month = self.on.replace(day=1)
        return month if (self.on + ONE).day == 1 else (month - ONE).replace(day=1)

    def counted_month(self, service: str) -> date | None:
        """The last month counted of an application, where it is not more than two months older than the last."""
        months = [row["period_on"] for row in self.world["fact_usage"] if row["service_id"] == service]
        last = max((month for month in months if month <= self.last_whole_month()), default=None)
        oldest = self.last_whole_month()
        for _ in range(2):
            oldest = (oldest - ONE).replace(day=1)
        return last if last is not None and last >= oldest else None

    def months_used(self, pair) -> list[date]:
        return [
            row["period_on"]
            for row in self.world["fact_usage"]
            if (row["municipality_id"], row["service_id"]) == pair
            and row["period_on"] <= self.last_whole_month()
            and ((row["transactions"] or 0) > 0 or (row["active_users"] or 0) > 0)
        ]

    def is_of_office(self, row: Row, pair) -> bool:
        """Whether a row is of the pair's application, and of its municipality or the joint office."""
        code = row["municipality_id"]
        if row["service_id"] != pair[1]:
            return False
        return code == pair[0] or (code in self.world["places"] and self.office(code) == self.office(pair[0]))

    def signs(self, pair) -> list[date]:
        tickets = [
            row["opened_on"]
            for row in self.world["fact_ticket"]
            if self.is_of_office(row, pair)
            and row["ticket_type"] in ("incident", "service_request")
            and row["channel"] != "monitoring"
        ]
        trainings = [
            row["started_on"]
            for row in self.world["fact_training"]
            if self.is_of_office(row, pair) and row["withdrawn_on"] is None
        ]
        return [day for day in (*tickets, *trainings) if day <= self.on]

    def last_sign(self, pair) -> date | None:
        if self.counted_month(pair[1]):
            last = max(self.months_used(pair), default=None)
            return last and (last.replace(day=28) + 5 * ONE).replace(day=1) - ONE
        return max(self.signs(pair), default=None)

    def in_use(self, pair, _day):
        if month := self.counted_month(pair[1]):
            return month in self.months_used(pair)
        last = self.last_sign(pair)
        return last is not None and (self.on - last).days < 365

    # --- days ---

    def since(self, state, pair) -> date | None:
        """The first day of the run of days up to `on` that the state holds on."""
        if not state(pair, self.on):
            return None
        day = self.on
        while day > EARLIEST and state(pair, day - ONE):
            day -= ONE
        return day

    def first(self, state, pair) -> date | None:
        day = EARLIEST
        while day <= self.on:
            if state(pair, day):
                return day
            day += ONE
        return None

    def after_last(self, state, pair) -> date | None:
        """The day after the last one that the state held on."""
        day = self.on
        while day >= EARLIEST:
            if state(pair, day):
                return day + ONE
            day -= ONE
        return None

    def missing_since(self, pair, missing: str, rule: Row) -> date:
        contracted, live = self.since(self.contracted, pair), self.since(self.live, pair)
        sign = self.last_sign(pair)
        found = {
            "contracted": (
                self.since(self.joined, pair), self.after_last(self.contracted, pair), rule.get("valid_from")
            ),
            "staffed": (contracted, self.after_last(self.staffed, pair)),
            "trained": (contracted, self.after_last(self.trained, pair)),
            "live": (contracted,),
            "in_use": (live, sign and sign + ONE),
        }  # fmt: skip
        return max(day for day in found[missing] if day is not None)

    def rule(self, place: Row, service: str) -> Row:
        joining = self.joinings(place["municipality_id"], self.on)[-1]["joining_type"]
        for kind in (place["kind"], "*"):
            for row in self.world["entitlements"]:
                of = (row["joining_type"], row["municipality_kind"], row["service_id"])
                in_force = row["valid_from"] <= self.on < (row["valid_to"] or date.max)
                if of == (joining, kind, service) and in_force:
                    return dict(row)
        return {"requirement": "none"}
