"""Every metric of the catalogue once more, as a plain loop over rows: what measure() must agree with.

Written from the definitions, not from the SQL. A twin gives the numerator and denominator of a list of rows (and n,
where it is not their number). `rows` picks the rows from the world; counted twins name the day a row is counted by,
stock twins the day it begins to hold and the day it no longer does.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from tests.data.metrics.world import BUDAPEST, DAYS, FIRST, Row, World, local_day

Figure = tuple[Any, ...]
Rows = Callable[[World], list[Row]]
Day = Callable[[Row], Any]
ALWAYS = date(1990, 1, 1)


@dataclass(frozen=True)
class Twin:
    """A metric told a second time. job: whose last day ends the period; None leaves it open."""

    figure: Callable[..., Figure]
    rows: Rows
    job: str | None
    counted_by: Day | None = None
    starts: Day | None = None
    ends: Day | None = None


TWINS: dict[str, Twin] = {}


def counted(name: str, rows: Rows, by: str | Day, job: str | None = "tickets") -> Callable[..., Any]:
    """A figure of the rows counted in a period."""

    def keep(figure: Callable[..., Figure]) -> Callable[..., Figure]:
        TWINS[name] = Twin(figure, rows, job, counted_by=_day(by))
        return figure

    return keep


def stock(name: str, rows: Rows, starts: str | Day, ends: str | Day, job: str = "tickets") -> Callable[..., Any]:
    """A figure of the rows that hold on a day, which it is given as well."""

    def keep(figure: Callable[..., Figure]) -> Callable[..., Figure]:
        TWINS[name] = Twin(figure, rows, job, starts=_day(starts), ends=_day(ends))
        return figure

    return keep


def _day(by: str | Day) -> Day:
    return (lambda row: row[by]) if isinstance(by, str) else by


def table(name: str, keep: Callable[[Row], bool] = lambda row: True) -> Rows:
    return lambda world: [row for row in world[name] if keep(row)]


def tickets(*kinds: str, keep: Callable[[Row], bool] = lambda row: True) -> Rows:
    return table("fact_ticket", lambda row: row["ticket_type"] in kinds and keep(row))


def percentile(values: list[float], share: float) -> float | None:
    """Linear interpolation between the two nearest ranks."""
    if not values:
        return None
    ranked = sorted(values)
    place = (len(ranked) - 1) * share
    below = int(place)
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (ranked[above] - ranked[below]) * (place - below)


def add(rows: list[Row], name: str) -> int:
    return sum(row[name] or 0 for row in rows)


def share(rows: list[Row], meets: Callable[[Row], Any]) -> Figure:
    return sum(bool(meets(row)) for row in rows), len(rows)


def days(first: date, last: date) -> int:
    return (last - first).days


# --- service desk ---------------------------------------------------------------------------------------------------

calls = tickets("incident", "service_request")


@counted("ticket_count", calls, by="opened_on")
def ticket_count(rows):
    return len(rows), 1


@counted("first_response_sla_rate", calls, by="response_due_on")
def first_response_sla_rate(rows):
    return share(rows, lambda row: row["responded_in_sla"])


answered = tickets("incident", "service_request", keep=lambda row: row["response_minutes"] is not None)


@counted("first_response_minutes_p90", answered, by="opened_on")
def first_response_minutes_p90(rows):
    return percentile([row["response_minutes"] for row in rows], 0.9), 1


@counted("first_response_minutes_median", answered, by="opened_on")
def first_response_minutes_median(rows):
    return percentile([row["response_minutes"] for row in rows], 0.5), 1


@counted("first_contact_resolution_rate", calls, by="resolved_on")
def first_contact_resolution_rate(rows):
    def at_once(row):
        moved = row["escalated_at"] is not None or (row["reassignment_count"] or 0) > 0
        return row["level"] == 1 and not moved and not row["reopen_count"]

    return share(rows, at_once)


@counted("escalation_rate", calls, by="opened_on")
def escalation_rate(rows):
    return share(rows, lambda row: row["escalated_at"] is not None or row["level"] == 2)


accepted = tickets("incident", "service_request", keep=lambda row: row["acknowledge_minutes"] is not None)


@counted("escalation_acceptance_minutes_p90", accepted, by=lambda row: local_day(row["acknowledged_at"]))
def escalation_acceptance_minutes_p90(rows):
    return percentile([row["acknowledge_minutes"] for row in rows], 0.9), 1


@counted("escalation_acceptance_minutes_median", accepted, by=lambda row: local_day(row["acknowledged_at"]))
def escalation_acceptance_minutes_median(rows):
    return percentile([row["acknowledge_minutes"] for row in rows], 0.5), 1


@counted("reopen_rate", calls, by="resolved_on")
def reopen_rate(rows):
    return share(rows, lambda row: row["reopen_count"])


@stock("backlog_count", calls, starts="opened_on", ends="ended_on")
def backlog_count(rows, point):
    return len(rows), 1


@stock("old_backlog_share", calls, starts="opened_on", ends="ended_on")
def old_backlog_share(rows, point):
    return share(rows, lambda row: days(row["opened_on"], point) > 30)


@counted("ping_pong_rate", calls, by="resolved_on")
def ping_pong_rate(rows):
    return share(rows, lambda row: (row["reassignment_count"] or 0) >= 3)


rated = tickets("incident", "service_request", keep=lambda row: row["satisfaction"] is not None)


@counted("satisfaction_rate", rated, by="resolved_on")
def satisfaction_rate(rows):
    return share(rows, lambda row: row["satisfaction"] in (4, 5))


@counted("satisfaction_response_rate", calls, by="resolved_on")
def satisfaction_response_rate(rows):
    return share(rows, lambda row: row["satisfaction"] is not None)


@counted(
    "portal_share", tickets("incident", "service_request", keep=lambda row: row["channel"] is not None), by="opened_on"
)
def portal_share(rows):
    return share(rows, lambda row: row["channel"] == "portal")


# --- incidents ------------------------------------------------------------------------------------------------------

incidents = tickets("incident")
restored = tickets("incident", keep=lambda row: row["resolution_minutes"] is not None)


@counted("sla_resolution_rate", incidents, by="resolution_due_on")
def sla_resolution_rate(rows):
    return share(rows, lambda row: row["resolved_in_sla"])


@counted("request_sla_resolution_rate", tickets("service_request"), by="resolution_due_on")
def request_sla_resolution_rate(rows):
    return share(rows, lambda row: row["resolved_in_sla"])


@counted("resolution_minutes_p90", restored, by="resolved_on")
def resolution_minutes_p90(rows):
    return percentile([row["resolution_minutes"] for row in rows], 0.9), 1


@counted("resolution_minutes_median", restored, by="resolved_on")
def resolution_minutes_median(rows):
    return percentile([row["resolution_minutes"] for row in rows], 0.5), 1


@counted(
    "critical_resolution_minutes_p90",
    tickets("incident", keep=lambda row: row["priority"] == "P1" and row["resolution_minutes"] is not None),
    by="resolved_on",
)
def critical_resolution_minutes_p90(rows):
    return percentile([row["resolution_minutes"] for row in rows], 0.9), 1


@counted(
    "major_incident_count",
    tickets("incident", keep=lambda row: row["is_major"] or row["priority"] == "P1"),
    by="opened_on",
)
def major_incident_count(rows):
    return len(rows), 1


def with_recurrence(world):
    """Incidents of known municipalities, each told whether one like it came up to 30 days before."""
    known = [row for row in incidents(world) if row["municipality_id"] != "00000"]
    found = []
    for row in known:
        before = [
            other
            for other in known
            if (other["opened_at"], other["source"], other["ticket_id"])
            < (row["opened_at"], row["source"], row["ticket_id"])
            and other["municipality_id"] == row["municipality_id"]
            and other["service_id"] == row["service_id"]
            and cause(row) is not None
            and cause(other) == cause(row)
            and days(other["opened_on"], row["opened_on"]) <= 30
        ]
        found.append(row | {"recurs": bool(before)})
    return found


def cause(row):
    if row["problem_id"] is not None:
        return "problem", row["problem_id"]
    return None if row["category"] is None else ("category", row["category"])


@counted("recurrence_rate", with_recurrence, by="opened_on")
def recurrence_rate(rows):
    return share(rows, lambda row: row["recurs"])


@counted(
    "monitoring_detection_rate", tickets("incident", keep=lambda row: row["detected_by"] is not None), by="opened_on"
)
def monitoring_detection_rate(rows):
    return share(rows, lambda row: row["detected_by"] == "monitoring")


@counted(
    "user_lost_hours",
    tickets("incident", keep=lambda row: row["outage_minutes"] is not None and row["affected_users"] is not None),
    by="opened_on",
)
def user_lost_hours(rows):
    return sum(row["outage_minutes"] * row["affected_users"] for row in rows), 60


@counted(
    "wrong_priority_rate",
    tickets("incident", keep=lambda row: row["initial_priority"] is not None and row["priority"] is not None),
    by="opened_on",
)
def wrong_priority_rate(rows):
    return share(rows, lambda row: row["initial_priority"] != row["priority"])


# --- problems -------------------------------------------------------------------------------------------------------

problems = tickets("problem")


@stock("open_problem_count", problems, starts="opened_on", ends="ended_on")
def open_problem_count(rows, point):
    return len(rows), 1


@stock("open_problem_age_days_median", problems, starts="opened_on", ends="ended_on")
def open_problem_age_days_median(rows, point):
    return percentile([days(row["opened_on"], point) for row in rows], 0.5), 1


def with_due_day(world):
    """Problems not cancelled, each with its twentieth working day after the day of opening."""
    found = []
    for row in problems(world):
        if row["status"] == "cancelled":
            continue
        day, worked = row["opened_on"], 0
        while worked < 20:
            day += timedelta(days=1)
            worked += day in world["working_days"]
        found.append(row | {"deadline": day})
    return found


@counted("root_cause_on_time_rate", with_due_day, by="deadline")
def root_cause_on_time_rate(rows):
    return share(rows, lambda row: row["root_cause_on"] is not None and row["root_cause_on"] <= row["deadline"])


@stock("known_error_workaround_rate", problems, starts="root_cause_on", ends="ended_on")
def known_error_workaround_rate(rows, point):
    return share(rows, lambda row: row["workaround_on"] is not None and row["workaround_on"] <= point)


# --- changes --------------------------------------------------------------------------------------------------------

changes = tickets("change")


def in_production_on(row):
    return row["resolved_on"] if row["implemented_on"] is None else row["implemented_on"]


@counted("change_success_rate", tickets("change", keep=lambda row: row["outcome"] is not None), by="ended_on")
def change_success_rate(rows):
    return share(rows, lambda row: row["outcome"] == "success")


@counted("emergency_change_rate", changes, by=in_production_on)
def emergency_change_rate(rows):
    return share(rows, lambda row: row["is_emergency"])


def changes_and_what_they_caused(world):
    return changes(world) + [row for row in incidents(world) if row["caused_by_change_id"] is not None]


@counted(
    "change_incident_ratio",
    changes_and_what_they_caused,
    by=lambda row: row["opened_on"] if row["ticket_type"] == "incident" else in_production_on(row),
)
def change_incident_ratio(rows):
    done = sum(row["ticket_type"] == "change" for row in rows)
    return len(rows) - done, done, done


def unapproved(row):
    live_on = in_production_on(row)
    return row["approved_on"] is None or (live_on is not None and row["approved_on"] > live_on)


@counted("unauthorised_change_count", tickets("change", keep=unapproved), by=in_production_on)
def unauthorised_change_count(rows):
    return len(rows), 1


@counted(
    "change_lead_days_median", tickets("change", keep=lambda row: row["approved_on"] is not None), by=in_production_on
)
def change_lead_days_median(rows):
    return percentile([days(row["approved_on"], in_production_on(row)) for row in rows], 0.5), 1


# --- demands --------------------------------------------------------------------------------------------------------

demands = tickets("demand")
laws = tickets("demand", keep=lambda row: row["origin"] == "law" and row["status"] != "cancelled")
agreed = tickets("demand", keep=lambda row: row["decision"] == "accepted")


@counted("law_change_on_time_rate", laws, by="effective_on")
def law_change_on_time_rate(rows):
    return share(rows, lambda row: row["implemented_on"] is not None and row["implemented_on"] <= row["effective_on"])


@counted(
    "law_change_margin_days_median",
    tickets("demand", keep=lambda row: row["origin"] == "law" and row["implemented_on"] is not None),
    by="effective_on",
)
def law_change_margin_days_median(rows):
    return percentile([days(row["implemented_on"], row["effective_on"]) for row in rows], 0.5), 1


def tenth_day(row):
    return None if row["announced_on"] is None else row["announced_on"] + timedelta(days=10)


@counted("impact_analysis_on_time_rate", laws, by=tenth_day)
def impact_analysis_on_time_rate(rows):
    return share(rows, lambda row: row["analysed_on"] is not None and row["analysed_on"] <= tenth_day(row))


@counted("decision_days_median", demands, by="decided_on")
def decision_days_median(rows):
    return percentile([days(row["opened_on"], row["decided_on"]) for row in rows], 0.5), 1


def done_on(row):
    return min(filter(None, (row["implemented_on"], row["ended_on"])), default=None)


@stock("demand_backlog_count", agreed, starts="decided_on", ends=done_on)
def demand_backlog_count(rows, point):
    return len(rows), 1


@stock("demand_backlog_age_days_p90", agreed, starts="decided_on", ends=done_on)
def demand_backlog_age_days_p90(rows, point):
    return percentile([days(row["opened_on"], point) for row in rows], 0.9), 1


@counted(
    "municipal_demand_delivery_rate",
    tickets("demand", keep=lambda row: row["decision"] == "accepted" and row["origin"] == "municipal"),
    by="decided_on",
)
def municipal_demand_delivery_rate(rows):
    return share(rows, lambda row: row["implemented_on"] is not None)


# --- security and continuity ----------------------------------------------------------------------------------------

findings = tickets("security_finding")
exercises = tickets("continuity_test")


def overdue_from(row):
    return None if row["due_on"] is None else row["due_on"] + timedelta(days=1)


@counted("finding_on_time_rate", findings, by="due_on")
def finding_on_time_rate(rows):
    return share(rows, lambda row: row["ended_on"] is not None and row["ended_on"] <= row["due_on"])


@stock("overdue_finding_days_median", findings, starts=overdue_from, ends="ended_on")
def overdue_finding_days_median(rows, point):
    return percentile([days(row["due_on"], point) for row in rows], 0.5), 1


@stock("overdue_finding_count", findings, starts=overdue_from, ends="ended_on")
def overdue_finding_count(rows, point):
    return len(rows), 1


@stock(
    "critical_overdue_finding_count",
    tickets("security_finding", keep=lambda row: row["priority"] == "P1"),
    starts=overdue_from,
    ends="ended_on",
)
def critical_overdue_finding_count(rows, point):
    return len(rows), 1


def applications_with_exercises(world):
    succeeded = [row for row in exercises(world) if row["outcome"] == "success" and row["resolved_on"] is not None]
    return [
        {"service_id": name, "tested": [row["resolved_on"] for row in succeeded if row["service_id"] == name]}
        for name in world["applications"]
    ]


@stock("recovery_test_coverage_rate", applications_with_exercises, starts=lambda row: ALWAYS, ends=lambda row: None)
def recovery_test_coverage_rate(rows, point):
    return share(rows, lambda row: any(0 <= days(day, point) < 365 for day in row["tested"]))


@counted("rto_met_rate", tickets("continuity_test", keep=lambda row: row["rto_minutes"] is not None), by="resolved_on")
def rto_met_rate(rows):
    return share(
        rows, lambda row: row["recovery_minutes"] is not None and row["recovery_minutes"] <= row["rto_minutes"]
    )


@counted("rpo_met_rate", tickets("continuity_test", keep=lambda row: row["rpo_minutes"] is not None), by="resolved_on")
def rpo_met_rate(rows):
    return share(
        rows, lambda row: row["data_loss_minutes"] is not None and row["data_loss_minutes"] <= row["rpo_minutes"]
    )


@counted("exercise_held_rate", exercises, by="due_on")
def exercise_held_rate(rows):
    return share(rows, lambda row: row["resolved_on"] is not None)


# --- training -------------------------------------------------------------------------------------------------------

trainings = table("fact_training")


def uses_with_certificates(world):
    certificates = [row for row in trainings(world) if row["role"] == "key_user" and row["certified_from"] is not None]
    places = world["places"]

    def office(row):
        return places[row["municipality_id"]]["office_id"] or row["municipality_id"]

    return [
        use
        | {
            "certificates": [
                (row["certified_from"], row["certified_to"])
                for row in certificates
                if office(row) == office(use) and row["service_id"] == use["service_id"]
            ]
        }
        for use in world["fact_contract_service"]
        if use["municipality_id"] != "00000"
    ]


@stock("key_user_coverage_rate", uses_with_certificates, starts="live_on", ends="ended_on", job="training")
def key_user_coverage_rate(rows, point):
    covered = {
        (row["municipality_id"], row["service_id"]): any(
            first <= point and (last is None or last >= point) for first, last in row["certificates"]
        )
        for row in rows
    }
    return sum(covered.values()), len(covered), len(covered)


@counted("training_completion_rate", trainings, by="started_on", job="training")
def training_completion_rate(rows):
    return share(rows, lambda row: row["completed_on"] is not None)


@counted(
    "training_pass_rate", table("fact_training", lambda row: row["attempted"] is True), by="started_on", job="training"
)
def training_pass_rate(rows):
    return share(rows, lambda row: row["result"] == "passed")


@counted(
    "training_satisfaction_rate",
    table("fact_training", lambda row: row["satisfaction"] is not None),
    by="started_on",
    job="training",
)
def training_satisfaction_rate(rows):
    return share(rows, lambda row: row["satisfaction"] in (4, 5))


@counted(
    "certificate_cost_huf",
    table("fact_training", lambda row: row["cost_huf"] is not None),
    by="started_on",
    job="training",
)
def certificate_cost_huf(rows):
    return add(rows, "cost_huf"), sum(row["certified_from"] is not None for row in rows)


# --- adoption -------------------------------------------------------------------------------------------------------

joinings = table("fact_contract", lambda row: row["contract_kind"] == "joining" and row["municipality_id"] != "00000")
uses = table("fact_contract_service")


def in_force_from(row):
    return row["signed_on"] if row["valid_from"] is None else row["valid_from"]


def after_last(row):
    return None if row["valid_to"] is None else row["valid_to"] + timedelta(days=1)


def in_force(row, point):
    first, last = in_force_from(row), row["valid_to"]
    return first is not None and first <= point and (last is None or last >= point)


def municipalities_with_joining(world):
    of: dict[str, list[Row]] = {code: [] for code in world["places"] if code != "00000"}
    for row in joinings(world):
        of[row["municipality_id"]].append(row)
    return [{"municipality_id": code, "joinings": rows} for code, rows in of.items()]


@stock("joined_rate", municipalities_with_joining, starts=lambda row: ALWAYS, ends=lambda row: None, job="contracts")
def joined_rate(rows, point):
    return share(rows, lambda row: any(in_force(joining, point) for joining in row["joinings"]))


@stock("interface_joining_share", joinings, starts=in_force_from, ends=after_last, job="contracts")
def interface_joining_share(rows, point):
    joined = {row["municipality_id"] for row in rows}
    return len({row["municipality_id"] for row in rows if row["joining_type"] == "interface"}), len(joined), len(rows)


@stock("joined_municipality_count", joinings, starts=in_force_from, ends=after_last, job="contracts")
def joined_municipality_count(rows, point):
    return len({row["municipality_id"] for row in rows}), 1


@stock("provisioned_service_rate", uses, starts="contracted_on", ends="ended_on", job="contracts")
def provisioned_service_rate(rows, point):
    return share(rows, lambda row: row["provisioned_on"] is not None and row["provisioned_on"] <= point)


@stock("live_service_rate", uses, starts="contracted_on", ends="ended_on", job="contracts")
def live_service_rate(rows, point):
    return share(rows, lambda row: row["live_on"] is not None and row["live_on"] <= point)


@counted(
    "go_live_days_median",
    table("fact_contract_service", lambda row: row["contracted_on"] is not None),
    by="live_on",
    job="contracts",
)
def go_live_days_median(rows):
    return percentile([days(row["contracted_on"], row["live_on"]) for row in rows], 0.5), 1


@stock("live_service_count", uses, starts="live_on", ends="ended_on", job="contracts")
def live_service_count(rows, point):
    return len({(row["municipality_id"], row["service_id"]) for row in rows}), 1


# --- use of applications --------------------------------------------------------------------------------------------


def month_end(day):
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def months_on(day, count):
    months = day.year * 12 + day.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def rows_of_use(*names):
    return table("fact_usage", lambda row: all(row[name] is not None for name in names))


def counted_months(world):
    """Applications and the months of which they have told their use."""
    return {
        (row["service_id"], row["period_on"])
        for row in world["fact_usage"]
        if row["service_id"] in world["applications"]
    }


def used_months(world):
    """Pairs and months with a transaction or an active user."""
    return {
        (row["municipality_id"], row["service_id"], row["period_on"])
        for row in world["fact_usage"]
        if (row["transactions"] or 0) > 0 or (row["active_users"] or 0) > 0
    }


def holds(first, last, point):
    return first is not None and first <= point and (last is None or last > point)


def with_use(pairs, world):
    used = used_months(world)
    return [
        {"municipality_id": place, "service_id": service, "month_on": month, "used": (place, service, month) in used}
        for place, service, month in pairs
    ]


def live_pairs(world):
    return {
        (row["municipality_id"], service, month)
        for row in uses(world)
        for service, month in counted_months(world)
        if row["service_id"] == service
        and row["municipality_id"] != "00000"
        and holds(row["live_on"], row["ended_on"], month_end(month))
    }


def owed_pairs(world):
    contracted = {
        (row["municipality_id"], service, month)
        for row in uses(world)
        for service, month in counted_months(world)
        if row["service_id"] == service
        and row["municipality_id"] != "00000"
        and holds(row["contracted_on"], row["ended_on"], month_end(month))
    }
    compulsory = {
        (row["municipality_id"], service, month)
        for row in joinings(world)
        for service, month in counted_months(world)
        if in_force(row, month_end(month)) and requirement(world, row, service, month_end(month)) == "compulsory"
    }
    return contracted | compulsory


def requirement(world, joining, service, point):
    kind = world["places"][joining["municipality_id"]]["kind"]
    rules = {
        rule["municipality_kind"]: rule["requirement"]
        for rule in world["entitlements"]
        if rule["service_id"] == service
        and rule["joining_type"] == joining["joining_type"]
        and holds(rule["valid_from"], rule["valid_to"], point)
    }
    return rules.get(kind, rules.get("*"))


@counted("used_service_rate", lambda world: with_use(live_pairs(world), world), by="month_on", job="usage")
def used_service_rate(rows):
    return share(rows, lambda row: row["used"])


@counted("active_user_rate", rows_of_use("enabled_users", "active_users"), by="period_on", job="usage")
def active_user_rate(rows):
    return add(rows, "active_users"), add(rows, "enabled_users")


@counted("used_breadth_rate", lambda world: with_use(owed_pairs(world), world), by="month_on", job="usage")
def used_breadth_rate(rows):
    return share(rows, lambda row: row["used"])


@counted("online_case_rate", rows_of_use("cases", "online_cases"), by="period_on", job="usage")
def online_case_rate(rows):
    return add(rows, "online_cases"), add(rows, "cases")


@counted("form_completion_rate", rows_of_use("forms_started", "forms_submitted"), by="period_on", job="usage")
def form_completion_rate(rows):
    return add(rows, "forms_submitted"), add(rows, "forms_started")


def lapsed_pairs(world):
    """Live pairs with no use in the three months to a month's end, all counted, and some in the three before."""
    known, used = counted_months(world), used_months(world)
    found = []
    for place, service, month in live_pairs(world):
        quarter, before = ([months_on(month, -back) for back in span] for span in ((0, 1, 2), (3, 4, 5)))
        counts = all((service, one) in known for one in quarter)
        stopped = not any((place, service, one) in used for one in quarter)
        if counts and stopped and any((place, service, one) in used for one in before):
            found.append({"municipality_id": place, "service_id": service, "month_on": month})
    return found


@stock(
    "lapsed_use_count",
    lapsed_pairs,
    starts=lambda row: month_end(row["month_on"]),
    ends=lambda row: month_end(months_on(row["month_on"], 1)),
    job="usage",
)
def lapsed_use_count(rows, point):
    return len(rows), 1


@counted("warehouse_on_time_rate", rows_of_use("files_due", "files_on_time"), by="period_on", job="usage")
def warehouse_on_time_rate(rows):
    return add(rows, "files_on_time"), add(rows, "files_due")


def roles_of_joined(world):
    roles = ("official_representative", "contact_person", "key_user", "local_it_operator")
    return [
        row
        | {
            "role": role,
            "holders": [
                holder
                for holder in world["fact_role_holder"]
                if holder["municipality_id"] == row["municipality_id"] and holder["role"] == role
            ],
        }
        for row in ({key: row[key] for key in ("municipality_id", "valid_from", "valid_to", "signed_on")}
                    for row in joinings(world))
        for role in roles
    ]  # fmt: skip


@stock("local_role_filled_rate", roles_of_joined, starts=in_force_from, ends=after_last, job="contracts")
def local_role_filled_rate(rows, point):
    def holds(holder):
        first, last = holder["appointed_on"], holder["ended_on"]
        return first is not None and first <= point and (last is None or last > point)

    filled = {(row["municipality_id"], row["role"]): any(map(holds, row["holders"])) for row in rows}
    return sum(filled.values()), len(filled), len(filled)


# --- contracts ------------------------------------------------------------------------------------------------------


def supply(keep: Callable[[Row], bool] = lambda row: True) -> Rows:
    return table("fact_contract", lambda row: row["contract_kind"] in ("service", "underpinning") and keep(row))


def applications_with_contracts(world):
    contracts = [row for row in world["fact_contract"] if row["contract_kind"] == "service"]
    return [
        {"service_id": name, "contracts": [row for row in contracts if row["service_id"] == name]}
        for name in world["applications"]
    ]


@stock(
    "contract_cover_rate",
    applications_with_contracts,
    starts=lambda row: ALWAYS,
    ends=lambda row: None,
    job="contracts",
)
def contract_cover_rate(rows, point):
    return share(rows, lambda row: any(in_force(contract, point) for contract in row["contracts"]))


def soon_over_from(row):
    window = row["valid_to"] - timedelta(days=180)
    return max(filter(None, (in_force_from(row), window)))


def renewed_or_over_on(row):
    return min(filter(None, (row["renewal_started_on"], after_last(row))))


@stock(
    "expiring_contract_count",
    supply(lambda row: row["valid_to"] is not None),
    starts=soon_over_from,
    ends=renewed_or_over_on,
    job="contracts",
)
def expiring_contract_count(rows, point):
    return len(rows), 1


@stock(
    "contract_value_huf",
    supply(lambda row: row["value_huf"] is not None),
    starts=in_force_from,
    ends=after_last,
    job="contracts",
)
def contract_value_huf(rows, point):
    return add(rows, "value_huf"), 1


@stock(
    "penalty_applied_rate",
    supply(lambda row: (row["penalty_due_huf"] or 0) > 0),
    starts=in_force_from,
    ends=lambda row: None,
    job="contracts",
)
def penalty_applied_rate(rows, point):
    return add(rows, "penalty_applied_huf"), add(rows, "penalty_due_huf")


@stock(
    "contract_growth_rate",
    supply(lambda row: row["value_huf"] is not None and row["original_huf"] is not None),
    starts=in_force_from,
    ends=after_last,
    job="contracts",
)
def contract_growth_rate(rows, point):
    return add(rows, "value_huf") - add(rows, "original_huf"), add(rows, "original_huf")


@stock(
    "contract_drawdown_ratio",
    supply(lambda row: None not in (row["valid_from"], row["valid_to"], row["value_huf"], row["invoiced_huf"])),
    starts="valid_from",
    ends=after_last,
    job="contracts",
)
def contract_drawdown_ratio(rows, point):
    expected = [
        row["value_huf"] * (days(row["valid_from"], point) + 1) // (days(row["valid_from"], row["valid_to"]) + 1)
        for row in rows
    ]
    return add(rows, "invoiced_huf"), sum(expected)


def awarded(row):
    return row["value_huf"] if row["original_huf"] is None else row["original_huf"]


def awards(keep: Callable[[Row], bool]) -> Rows:
    return table("fact_contract", lambda row: row["contract_kind"] == "award" and keep(row))


@counted("awarded_huf", awards(lambda row: awarded(row) is not None), by="signed_on", job="contracts")
def awarded_huf(rows):
    return sum(map(awarded, rows)), 1


@counted(
    "single_bid_share",
    awards(lambda row: awarded(row) is not None and row["bids_count"] is not None),
    by="signed_on",
    job="contracts",
)
def single_bid_share(rows):
    return sum(awarded(row) for row in rows if row["bids_count"] == 1), sum(map(awarded, rows))


@counted("single_bid_rate", awards(lambda row: row["bids_count"] is not None), by="signed_on", job="contracts")
def single_bid_rate(rows):
    return share(rows, lambda row: row["bids_count"] == 1)


# --- budget ---------------------------------------------------------------------------------------------------------

AMOUNTS = ("original_huf", "appropriated_huf", "committed_huf", "spent_huf")


def ancestors(world, account):
    parent = world["parents"][account]
    return [] if parent is None else [parent, *ancestors(world, parent)]


def lines(*groups: str) -> Rows:
    """Lines of main rovats that are neither 'ebből' nor subtotals of lines of the same budget."""

    def pick(world):
        details = {}
        for row in world["fact_budget"]:
            if row["account_id"] in world["of_which"]:
                continue
            for above in ancestors(world, row["account_id"]):
                details.setdefault((*budget_of(row), above), set()).update(name for name in AMOUNTS if row[name])
        return [
            row
            for row in world["fact_budget"]
            if row["account_id"][:2] in groups
            and row["account_id"] not in world["of_which"]
            and not any(row[name] for name in details.get((*budget_of(row), row["account_id"]), ()))
        ]

    return pick


def budget_of(row):
    return row["municipality_id"], row["source"], row["fiscal_year"], row["actor_id"], row["service_id"]


EXPENDITURE = tuple(f"K{number}" for number in range(1, 10))
REVENUE = tuple(f"B{number}" for number in range(1, 9))
RUNNING = EXPENDITURE[:5]
expenditure, revenue = lines(*EXPENDITURE), lines(*REVENUE)


def of(rows, groups):
    return [row for row in rows if row["account_id"][:2] in groups]


@counted("execution_rate", expenditure, by="period_on", job="budget")
def execution_rate(rows):
    return add(rows, "spent_huf"), add(rows, "appropriated_huf")


@counted("revenue_execution_rate", revenue, by="period_on", job="budget")
def revenue_execution_rate(rows):
    return add(rows, "spent_huf"), add(rows, "appropriated_huf")


@counted("original_huf", expenditure, by="period_on", job="budget")
def original_huf(rows):
    return add(rows, "original_huf"), 1


@counted("appropriated_huf", expenditure, by="period_on", job="budget")
def appropriated_huf(rows):
    return add(rows, "appropriated_huf"), 1


@counted("variance_huf", expenditure, by="period_on", job="budget")
def variance_huf(rows):
    return add(rows, "spent_huf") - add(rows, "appropriated_huf"), 1


@counted("revenue_huf", revenue, by="period_on", job="budget")
def revenue_huf(rows):
    return add(rows, "spent_huf"), 1


@counted("commitment_rate", expenditure, by="period_on", job="budget")
def commitment_rate(rows):
    return add(rows, "committed_huf"), add(rows, "appropriated_huf")


@counted("committed_huf", expenditure, by="period_on", job="budget")
def committed_huf(rows):
    return add(rows, "committed_huf"), 1


@counted("spent_huf", expenditure, by="period_on", job="budget")
def spent_huf(rows):
    return add(rows, "spent_huf"), 1


@counted("operating_share", lines(*EXPENDITURE[:8]), by="period_on", job="budget")
def operating_share(rows):
    """As the source tags a line; untagged, K1–K5 is run, K6–K7 is change, K8 neither."""
    run = [row for row in rows if row.get("nature") == "run" or (not row.get("nature") and of([row], RUNNING))]
    changes = [row for row in rows if row.get("nature") == "change"]
    changes += [row for row in rows if not row.get("nature") and of([row], ("K6", "K7"))]
    return add(run, "spent_huf"), add(run + changes, "spent_huf"), len(rows)


@counted("self_financing_rate", lines("B1", "B4", "B6", *RUNNING), by="period_on", job="budget")
def self_financing_rate(rows):
    return add(of(rows, ("B1", "B4", "B6")), "spent_huf"), add(of(rows, RUNNING), "spent_huf")


@counted("own_income_coverage_rate", lines("B4", "B6", *RUNNING), by="period_on", job="budget")
def own_income_coverage_rate(rows):
    return add(of(rows, ("B4", "B6")), "spent_huf"), add(of(rows, RUNNING), "spent_huf")


@counted("runway_months", expenditure, by="period_on", job="budget")
def runway_months(rows):
    used = max(add(rows, "committed_huf"), add(rows, "spent_huf"))
    months = len({row["period_on"] for row in rows})
    return (add(rows, "appropriated_huf") - used) * months, add(rows, "spent_huf")


def budgets_by_year(world):
    """One row per municipality, source, actor, fiscal year and main rovat."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in expenditure(world):
        names = ("municipality_id", "source", "actor_id")
        key = (*(row[name] for name in names), row["fiscal_year"], row["account_id"][:2])
        group = found.setdefault(key, {name: row[name] for name in names} | {
            "account_id": row["account_id"][:2], "booked_on": row["period_on"], "appropriated": 0, "committed": 0,
        })  # fmt: skip
        group["booked_on"] = max(group["booked_on"], row["period_on"])
        group["appropriated"] += row["appropriated_huf"] or 0
        group["committed"] += row["committed_huf"] or 0
    return list(found.values())


@counted("unfunded_commitment_huf", budgets_by_year, by="booked_on", job="budget")
def unfunded_commitment_huf(rows):
    return sum(max(row["committed"] - row["appropriated"], 0) for row in rows), 1


# --- availability -----------------------------------------------------------------------------------------------------


@cache
def service_minutes(hours, working_days):
    """Every minute of service, in order, as the UTC time it begins at, and of each working day its first place."""
    minutes, places = [], {}
    for day in sorted(working_days):
        own = [row for row in hours if row[0] == day.isoweekday() and row[3] <= day]
        if own and FIRST <= day <= FIRST + timedelta(days=DAYS + 60):
            opens, closes = (
                datetime.combine(day, time.fromisoformat(text), BUDAPEST).astimezone(UTC).replace(tzinfo=None)
                for text in max(own, key=lambda row: row[3])[1:3]
            )
            places[day] = len(minutes)
            minutes += [opens + timedelta(minutes=at) for at in range(int((closes - opens).total_seconds()) // 60)]
    return minutes, places


def days_of_service(kind):
    """Rows per service of a kind and working day: minutes agreed, minutes of them down, failures that began."""

    def rows(world):
        hours = frozenset((row["weekday"], row["opens"], row["closes"], row["valid_from"]) for row in world["hours"])
        minutes, places = service_minutes(hours, frozenset(world["working_days"]))
        first = min(row["opened_on"] for row in tickets("incident")(world))
        found = []
        for service in world["services"]:
            if service["kind"] != kind:
                continue
            down, begun = bytearray(len(minutes)), set()
            reached = -1
            for start, end in sorted(outages_of(world, service["service_id"], minutes)):
                if start >= reached:
                    begun.add(start)
                down[start:end] = b"1" * (end - start)
                reached = max(reached, end)
            ends = [*list(places.values())[1:], len(minutes)]
            for (day, start), end in zip(places.items(), ends, strict=True):
                if day >= first:
                    found.append({
                        "service_id": service["service_id"], "actor_id": service["actor_id"], "day": day,
                        "agreed": end - start, "down": down[start:end].count(b"1"),
                        "failures": len(begun & set(range(start, end))),
                    })  # fmt: skip
        return found

    return rows


def outages_of(world, service_id, minutes):
    """Places of the first minute of each outage and of the one after its last, those without any left out."""
    for row in world["fact_ticket"]:
        if row["service_id"] != service_id or row["ticket_type"] != "incident" or row["status"] == "cancelled":
            continue
        if row["outage_scope"] != "whole" or not (row["outage_started_at"] or row["outage_minutes"]):
            continue
        start = bisect_left(minutes, (row["outage_started_at"] or row["opened_at"]).replace(second=0))
        back_at = row["outage_ended_at"] or row["resolved_at"]
        if row["outage_ended_at"] is None and row["outage_minutes"] is not None:
            end = min(start + row["outage_minutes"], len(minutes))
        else:
            end = bisect_left(minutes, back_at.replace(second=0)) if back_at else len(minutes)
        if end > start:
            yield start, end


@counted("service_availability_rate", days_of_service("application"), by="day")
def service_availability_rate(rows):
    return add(rows, "agreed") - add(rows, "down"), add(rows, "agreed")


@counted("component_availability_rate", days_of_service("component"), by="day")
def component_availability_rate(rows):
    return add(rows, "agreed") - add(rows, "down"), add(rows, "agreed")


def hours_per_failure(rows):
    return add(rows, "agreed"), add(rows, "failures") * 60, add(rows, "failures")


counted("time_between_failures_hours", days_of_service("application"), by="day")(hours_per_failure)
counted("component_time_between_failures_hours", days_of_service("component"), by="day")(hours_per_failure)


def of_unknown_scope(row):
    out = row["outage_started_at"] is not None or (row["outage_minutes"] or 0) > 0
    return row["status"] != "cancelled" and out and row["outage_scope"] is None


@counted("unknown_scope_outage_count", tickets("incident", keep=of_unknown_scope), by="opened_on")
def unknown_scope_outage_count(rows):
    return len(rows), 1


# --- effect of fixes --------------------------------------------------------------------------------------------------


def fixed_problems(world):
    """Resolved problems by their number, with the incidents of the month before and after. Equal numbers are one."""
    found = {}
    for row in world["fact_ticket"]:
        if row["ticket_type"] == "problem" and row["status"] != "cancelled" and row["resolved_on"]:
            found.setdefault(row["ticket_id"], []).append(row)
    linked: dict[str, list[date]] = {}
    for row in tickets("incident")(world):
        linked.setdefault(row["problem_id"], []).append(row["opened_on"])
    names = ("municipality_id", "source", "service_id", "actor_id", "priority", "category")
    for number, rows in found.items():
        fixed = max(row["resolved_on"] for row in rows)
        since = [days(fixed, opened) for opened in linked.get(number, [])]
        yield {name: max((row[name] for row in rows if row[name] is not None), default=None) for name in names} | {
            "judged_on": fixed + timedelta(days=30),
            "before": sum(-30 <= one <= -1 for one in since), "after": sum(1 <= one <= 30 for one in since),
        }  # fmt: skip


@counted("fix_effect_rate", lambda world: list(fixed_problems(world)), by="judged_on")
def fix_effect_rate(rows):
    return add(rows, "before") - add(rows, "after"), add(rows, "before")


# --- training for changes of law --------------------------------------------------------------------------------------

of_law = tickets("demand", keep=lambda row: row["origin"] == "law" and row["status"] != "cancelled")


@counted("law_change_trained_rate", of_law, by="effective_on")
def law_change_trained_rate(rows):
    return share(rows, lambda row: row["trained_on"] and row["trained_on"] <= row["effective_on"])


# --- frozen periods ---------------------------------------------------------------------------------------------------


def in_frozen_period(world):
    """Changes in production, none of them an emergency, on a day of a frozen window of the year."""

    def frozen(day):
        for peak in world["peaks"]:
            first, last = (peak["first_month"], peak["first_day"]), (peak["last_month"], peak["last_day"])
            at = (day.month, day.day)
            within = first <= at <= last if first <= last else at >= first or at <= last
            if peak["is_frozen"] and within and peak["valid_from"] <= day:
                return peak["valid_to"] is None or day < peak["valid_to"]
        return False

    changes = tickets("change", keep=lambda row: not row["is_emergency"])(world)
    return [row for row in changes if (day := row["implemented_on"] or row["resolved_on"]) and frozen(day)]


@counted("freeze_breach_count", in_frozen_period, by=lambda row: row["implemented_on"] or row["resolved_on"])
def freeze_breach_count(rows):
    return len(rows), 1


# --- data quality ---------------------------------------------------------------------------------------------------


def delivered(world):
    runs = {row["run_id"]: row for row in world["etl_run"]}
    jobs = ("tickets", "contracts", "training", "budget", "usage")
    fates = ("read", "loaded_new", "loaded_changed", "unchanged", "duplicate", "quarantined")
    return [
        {key: 0 if value is None and key in fates else value for key, value in row.items() if key != "municipality_id"}
        | {"job": runs[row["run_id"]]["job"], "finished_at": runs[row["run_id"]]["finished_at"]}
        for row in world["etl_input"]
        if row["status"] == "loaded"
        and runs[row["run_id"]]["status"] == "published"
        and runs[row["run_id"]]["job"] in jobs
    ]


def finished_on(row):
    return local_day(row["finished_at"])


def dated(world):
    return [row for row in delivered(world) if row["newest_at"] is not None]


@counted("freshness_hours_median", dated, by=finished_on, job=None)
def freshness_hours_median(rows):
    return percentile([(row["finished_at"] - row["newest_at"]).total_seconds() / 3600 for row in rows], 0.5), 1


@counted("read_count", delivered, by=finished_on, job=None)
def read_count(rows):
    return add(rows, "read"), 1


@counted("quarantine_rate", delivered, by=finished_on, job=None)
def quarantine_rate(rows):
    return add(rows, "quarantined"), add(rows, "read")


@counted("reconciliation_gap_count", delivered, by=finished_on, job=None)
def reconciliation_gap_count(rows):
    fates = ("loaded_new", "loaded_changed", "unchanged", "duplicate", "quarantined")
    return sum(abs(row["read"] - sum(row[fate] for fate in fates)) for row in rows), 1


def of_loaded(rows, name):
    named = [row for row in rows if row[name] is not None]
    return add(named, name), add(named, "loaded_new") + add(named, "loaded_changed")


@counted("unmatched_municipality_rate", delivered, by=finished_on, job=None)
def unmatched_municipality_rate(rows):
    return of_loaded(rows, "unmatched_municipality")


@counted("unmatched_service_rate", delivered, by=finished_on, job=None)
def unmatched_service_rate(rows):
    return of_loaded(rows, "unmatched_service")


@counted("unmatched_actor_rate", delivered, by=finished_on, job=None)
def unmatched_actor_rate(rows):
    return of_loaded(rows, "unmatched_actor")
