"""The star schema: dimensions, facts, runs and quarantine."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# DuckDB has no keys here: its indexes slow bulk loads down, and the pipeline checks them by query.
KEYS = {
    "fact_budget": ["municipality_id", "source", "line_id", "loaded_run"],
    "fact_contract": ["municipality_id", "source", "contract_id", "loaded_run"],
    "fact_contract_service": ["municipality_id", "source", "contract_id", "service_id", "loaded_run"],
    "fact_role_holder": ["municipality_id", "source", "holder_key", "loaded_run"],
    "fact_ticket": ["municipality_id", "source", "ticket_id", "loaded_run"],
    "fact_ticket_event": ["municipality_id", "source", "ticket_id", "event_id", "loaded_run"],
    "fact_training": ["municipality_id", "source", "enrolment_id", "loaded_run"],
}


def upgrade() -> None:
    op.create_table(
        "dim_account",
        sa.Column("account_id", sa.Text(), nullable=False, comment="rovat code; 'ebből' rows carry a suffix"),
        sa.Column("name_hu", sa.Text(), nullable=True, comment="name"),
        sa.Column("name_en", sa.Text(), nullable=True, comment="name; null below the second level"),
        sa.Column("parent_id", sa.Text(), nullable=True, comment="parent rovat"),
        sa.Column("side", sa.Text(), nullable=True, comment="expenditure or revenue"),
        sa.Column("level", sa.Integer(), nullable=True, comment="1 for K1 …"),
        sa.Column("is_of_which", sa.Integer(), nullable=True, comment="1 for 'ebből' rows, which are never summed"),
        sa.Column("sort", sa.Integer(), nullable=True, comment="order on the form"),
        sa.PrimaryKeyConstraint("account_id"),
        comment="Statutory economic codes B1–B8 and K1–K9",
    )
    op.create_table(
        "dim_actor",
        sa.Column("actor_id", sa.Text(), nullable=False, comment="organisation of the operating model"),
        sa.Column(
            "actor_type",
            sa.Text(),
            nullable=True,
            comment="supervisory, management, it_provider, application_operator, municipality, supplier, unknown",
        ),
        sa.Column("name_hu", sa.Text(), nullable=True, comment="name"),
        sa.Column("name_en", sa.Text(), nullable=True, comment="name"),
        sa.Column("short_hu", sa.Text(), nullable=True, comment="short name for charts"),
        sa.Column("short_en", sa.Text(), nullable=True, comment="short name for charts"),
        sa.PrimaryKeyConstraint("actor_id"),
        comment="Organisations of the operating model",
    )
    op.create_table(
        "dim_course",
        sa.Column("course_id", sa.Text(), nullable=False, comment="course code of the training system"),
        sa.Column("name", sa.Text(), nullable=True, comment="title as the source gives it"),
        sa.Column("service_id", sa.Text(), nullable=True, comment="application the course is about"),
        sa.PrimaryKeyConstraint("course_id"),
        comment="Courses met in training sources",
    )
    op.create_table(
        "dim_date",
        sa.Column("date", sa.Date(), nullable=False, comment="calendar day"),
        sa.Column("year", sa.Integer(), nullable=True, comment="calendar year"),
        sa.Column("quarter", sa.Integer(), nullable=True, comment="1 to 4"),
        sa.Column("month", sa.Integer(), nullable=True, comment="1 to 12"),
        sa.Column("iso_week", sa.Integer(), nullable=True, comment="ISO week"),
        sa.Column("weekday", sa.Integer(), nullable=True, comment="1 Monday to 7 Sunday"),
        sa.Column("is_working_day", sa.Boolean(), nullable=True, comment="Hungarian working day, moved days included"),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=True,
            comment="working_day, weekend, public_holiday, swapped_day_off, swapped_working_day",
        ),
        sa.Column("name_hu", sa.Text(), nullable=True, comment="name of the holiday"),
        sa.PrimaryKeyConstraint("date"),
        comment="Hungarian working calendar",
    )
    op.create_table(
        "dim_function",
        sa.Column("function_id", sa.Text(), nullable=False, comment="government function, 6 digits on the leaves"),
        sa.Column("name_hu", sa.Text(), nullable=True, comment="name"),
        sa.Column("parent_id", sa.Text(), nullable=True, comment="parent function"),
        sa.PrimaryKeyConstraint("function_id"),
        comment="Government functions (kormányzati funkció)",
    )
    op.create_table(
        "dim_municipality",
        sa.Column(
            "municipality_id", sa.Text(), nullable=False, comment="KSH code, 5 digits; M02..M20 county governments"
        ),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="first day of this version of the gazetteer"),
        sa.Column(
            "valid_to",
            sa.Date(),
            nullable=True,
            comment="day after its last day; null while current, date in Europe/Budapest",
        ),
        sa.Column("name", sa.Text(), nullable=True, comment="official name"),
        sa.Column(
            "kind", sa.Text(), nullable=True, comment="municipality, district_of_capital, capital, county, unknown"
        ),
        sa.Column("legal_status", sa.Text(), nullable=True, comment="jogállás"),
        sa.Column("county", sa.Text(), nullable=True, comment="county, or Budapest"),
        sa.Column("district_code", sa.Text(), nullable=True, comment="járás, 3 digits"),
        sa.Column("district", sa.Text(), nullable=True, comment="name of the district"),
        sa.Column("office_type", sa.Text(), nullable=True, comment="own, joint_seat, joint_member, none"),
        sa.Column("office_id", sa.Text(), nullable=True, comment="KSH code of the (joint) office's seat"),
        sa.Column("population", sa.Integer(), nullable=True, comment="resident population"),
        sa.Column(
            "size_band",
            sa.Text(),
            nullable=True,
            comment="under_500, 500_1999, 2000_4999, 5000_9999, 10000_49999, over_50000, unknown",
        ),
        sa.Column("area_ha", sa.Integer(), nullable=True, comment="area in hectares"),
        sa.Column("dwellings", sa.Integer(), nullable=True, comment="dwellings"),
        sa.Column("lon", sa.Double(), nullable=True, comment="inner point, WGS84"),
        sa.Column("lat", sa.Double(), nullable=True, comment="inner point, WGS84"),
        sa.PrimaryKeyConstraint("municipality_id", "valid_from"),
        comment="Municipalities of the KSH gazetteer, one version per import",
    )
    op.create_table(
        "dim_process",
        sa.Column("process_id", sa.Text(), nullable=False, comment="ITIL v3 process"),
        sa.Column("stage", sa.Text(), nullable=True, comment="ITIL v3 lifecycle stage"),
        sa.Column("name_hu", sa.Text(), nullable=True, comment="name"),
        sa.Column("name_en", sa.Text(), nullable=True, comment="name"),
        sa.PrimaryKeyConstraint("process_id"),
        comment="ITIL v3 processes and the model's own duties",
    )
    op.create_table(
        "dim_service",
        sa.Column("service_id", sa.Text(), nullable=False, comment="application (ADO …) or platform component (C01_…)"),
        sa.Column("kind", sa.Text(), nullable=True, comment="application, component, unknown, not_applicable"),
        sa.Column("name_hu", sa.Text(), nullable=True, comment="name"),
        sa.Column("name_en", sa.Text(), nullable=True, comment="name"),
        sa.Column("short", sa.Text(), nullable=True, comment="short name for charts"),
        sa.Column("actor_id", sa.Text(), nullable=True, comment="operating actor"),
        sa.Column("sort", sa.Integer(), nullable=True, comment="order on pages"),
        sa.PrimaryKeyConstraint("service_id"),
        comment="The seven applications and 13 platform components",
    )
    op.create_table(
        "etl_input",
        sa.Column("input_id", sa.Integer(), autoincrement=False, nullable=False, comment="input of a run"),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="run"),
        sa.Column("source", sa.Text(), nullable=False, comment="name of the source in sources.toml"),
        sa.Column("system", sa.Text(), nullable=True, comment="system whose keys its rows carry"),
        sa.Column(
            "record", sa.Text(), nullable=True, comment="record the rows are: ticket, event, event_log, contract …"
        ),
        sa.Column("input", sa.Text(), nullable=False, comment="file (with member or sheet) or address"),
        sa.Column(
            "content_hash", sa.Text(), nullable=True, comment="SHA-256 of the bytes and of the source's description"
        ),
        sa.Column("status", sa.Text(), nullable=True, comment="loaded, skipped (same content as before), failed"),
        sa.Column("message", sa.Text(), nullable=True, comment="why it failed, what to do"),
        sa.Column("read", sa.BigInteger(), nullable=True, comment="rows read"),
        sa.Column("loaded_new", sa.BigInteger(), nullable=True, comment="rows whose key was not known"),
        sa.Column("loaded_changed", sa.BigInteger(), nullable=True, comment="rows that closed an earlier version"),
        sa.Column(
            "unchanged", sa.BigInteger(), nullable=True, comment="rows equal to the current version, or older than it"
        ),
        sa.Column("duplicate", sa.BigInteger(), nullable=True, comment="rows whose key came again in this run"),
        sa.Column("quarantined", sa.BigInteger(), nullable=True, comment="rows set aside with reasons"),
        sa.Column(
            "unmatched_municipality",
            sa.BigInteger(),
            nullable=True,
            comment="rows that name no municipality we know; null where the source names none",
        ),
        sa.Column(
            "unmatched_service",
            sa.BigInteger(),
            nullable=True,
            comment="rows that name no service we know; null where the source names none",
        ),
        sa.Column(
            "unmatched_actor",
            sa.BigInteger(),
            nullable=True,
            comment="rows that name no actor we know; null where the source names none",
        ),
        sa.Column("newest_at", sa.DateTime(), nullable=True, comment="newest event time among its rows, UTC"),
        sa.PrimaryKeyConstraint("input_id"),
        comment="What became of the rows of each input: read = new + changed + unchanged + duplicate + quarantined",
    )
    op.create_table(
        "etl_run",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False, comment="run; grows, never reused"),
        sa.Column(
            "job", sa.Text(), nullable=True, comment="tickets, contracts, training, budget, reference, quarantine"
        ),
        sa.Column("status", sa.Text(), nullable=True, comment="published, failed, rolled_back"),
        sa.Column("started_at", sa.DateTime(), nullable=True, comment="started, UTC"),
        sa.Column("finished_at", sa.DateTime(), nullable=True, comment="finished, UTC"),
        sa.Column("mode", sa.Text(), nullable=True, comment="incremental, full, retry"),
        sa.Column("version", sa.Text(), nullable=True, comment="version of the program"),
        sa.Column("message", sa.Text(), nullable=True, comment="why it failed"),
        sa.PrimaryKeyConstraint("run_id"),
        comment="Every run that was published or failed",
    )
    op.create_table(
        "fact_budget",
        sa.Column(
            "municipality_id",
            sa.Text(),
            nullable=False,
            comment="KSH code; 00000 where the source names none that we know",
        ),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="system whose keys these are (sources.toml: system, else name)"
        ),
        sa.Column("line_id", sa.Text(), nullable=False, comment="key in the source, else a hash of its dimensions"),
        sa.Column("fiscal_year", sa.Integer(), nullable=False, comment="fiscal year"),
        sa.Column(
            "period_on",
            sa.Date(),
            nullable=False,
            comment="first day of the month (or of the year, for yearly forms), date in Europe/Budapest",
        ),
        sa.Column("side", sa.Text(), nullable=True, comment="expenditure or revenue"),
        sa.Column("account_id", sa.Text(), nullable=False, comment="rovat"),
        sa.Column("function_id", sa.Text(), nullable=False, comment="government function; unknown"),
        sa.Column("actor_id", sa.Text(), nullable=False, comment="actor that bears it"),
        sa.Column("service_id", sa.Text(), nullable=False, comment="service it is for"),
        sa.Column(
            "original_huf",
            sa.BigInteger(),
            nullable=True,
            comment="original appropriation (eredeti előirányzat), whole forints",
        ),
        sa.Column(
            "appropriated_huf",
            sa.BigInteger(),
            nullable=True,
            comment="modified appropriation (módosított előirányzat), whole forints",
        ),
        sa.Column(
            "committed_huf", sa.BigInteger(), nullable=True, comment="commitment (kötelezettségvállalás), whole forints"
        ),
        sa.Column("spent_huf", sa.BigInteger(), nullable=True, comment="performance (teljesítés), whole forints"),
        sa.Column("input_id", sa.Integer(), nullable=False, comment="etl_input that delivered this version"),
        sa.Column(
            "line", sa.BigInteger(), nullable=True, comment="line of that input (1 is the first), null for an API"
        ),
        sa.Column("loaded_run", sa.Integer(), nullable=False, comment="first run that knew this version"),
        sa.Column(
            "superseded_run", sa.Integer(), nullable=True, comment="first run that no longer did; null while current"
        ),
        comment="Ledger and treasury-form lines: appropriations, commitments and performance",
        info={"key": ("source", "line_id"), "primary_key": ("municipality_id", "source", "line_id", "loaded_run")},
    )
    op.create_table(
        "fact_contract",
        sa.Column(
            "municipality_id",
            sa.Text(),
            nullable=False,
            comment="KSH code; 00000 where the source names none that we know",
        ),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="system whose keys these are (sources.toml: system, else name)"
        ),
        sa.Column("contract_id", sa.Text(), nullable=False, comment="key in the source"),
        sa.Column(
            "contract_kind",
            sa.Text(),
            nullable=True,
            comment="joining, service, underpinning (with a supplier), award (procurement notice)",
        ),
        sa.Column("actor_id", sa.Text(), nullable=False, comment="actor whose contract it is"),
        sa.Column("service_id", sa.Text(), nullable=False, comment="service it is about"),
        sa.Column("buyer", sa.Text(), nullable=True, comment="contracting authority (an organisation)"),
        sa.Column("supplier", sa.Text(), nullable=True, comment="supplier (an organisation)"),
        sa.Column("joining_type", sa.Text(), nullable=True, comment="system, interface"),
        sa.Column("wave", sa.Integer(), nullable=True, comment="joining wave 1 to 3"),
        sa.Column("cpv", sa.Text(), nullable=True, comment="main CPV code"),
        sa.Column("reference", sa.Text(), nullable=True, comment="notice or file reference"),
        sa.Column("signed_on", sa.Date(), nullable=True, comment="signed or awarded, date in Europe/Budapest"),
        sa.Column("valid_from", sa.Date(), nullable=True, comment="first day in force, date in Europe/Budapest"),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="last day in force, date in Europe/Budapest"),
        sa.Column(
            "renewal_started_on", sa.Date(), nullable=True, comment="renewal procedure started, date in Europe/Budapest"
        ),
        sa.Column("original_huf", sa.BigInteger(), nullable=True, comment="value when signed, whole forints"),
        sa.Column("value_huf", sa.BigInteger(), nullable=True, comment="value as amended, whole forints"),
        sa.Column("invoiced_huf", sa.BigInteger(), nullable=True, comment="invoiced so far, whole forints"),
        sa.Column(
            "penalty_due_huf",
            sa.BigInteger(),
            nullable=True,
            comment="penalty due by the contract's rule, whole forints",
        ),
        sa.Column("penalty_applied_huf", sa.BigInteger(), nullable=True, comment="penalty applied, whole forints"),
        sa.Column("bids_count", sa.Integer(), nullable=True, comment="valid bids"),
        sa.Column("winners_count", sa.Integer(), nullable=True, comment="members of the winning consortium"),
        sa.Column("input_id", sa.Integer(), nullable=False, comment="etl_input that delivered this version"),
        sa.Column(
            "line", sa.BigInteger(), nullable=True, comment="line of that input (1 is the first), null for an API"
        ),
        sa.Column("loaded_run", sa.Integer(), nullable=False, comment="first run that knew this version"),
        sa.Column(
            "superseded_run", sa.Integer(), nullable=True, comment="first run that no longer did; null while current"
        ),
        comment="Joining, service, supplier contracts and procurement awards",
        info={
            "key": ("source", "contract_id"),
            "primary_key": ("municipality_id", "source", "contract_id", "loaded_run"),
        },
    )
    op.create_table(
        "fact_contract_service",
        sa.Column(
            "municipality_id",
            sa.Text(),
            nullable=False,
            comment="KSH code; 00000 where the source names none that we know",
        ),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="system whose keys these are (sources.toml: system, else name)"
        ),
        sa.Column("contract_id", sa.Text(), nullable=False, comment="contract in the source"),
        sa.Column("service_id", sa.Text(), nullable=False, comment="application"),
        sa.Column("contracted_on", sa.Date(), nullable=True, comment="contracted, date in Europe/Budapest"),
        sa.Column("provisioned_on", sa.Date(), nullable=True, comment="provisioned, date in Europe/Budapest"),
        sa.Column("live_on", sa.Date(), nullable=True, comment="went live, date in Europe/Budapest"),
        sa.Column("ended_on", sa.Date(), nullable=True, comment="left the service, date in Europe/Budapest"),
        sa.Column("input_id", sa.Integer(), nullable=False, comment="etl_input that delivered this version"),
        sa.Column(
            "line", sa.BigInteger(), nullable=True, comment="line of that input (1 is the first), null for an API"
        ),
        sa.Column("loaded_run", sa.Integer(), nullable=False, comment="first run that knew this version"),
        sa.Column(
            "superseded_run", sa.Integer(), nullable=True, comment="first run that no longer did; null while current"
        ),
        comment="Which municipality contracted and went live with which service, when",
        info={
            "key": ("source", "contract_id", "service_id"),
            "primary_key": ("municipality_id", "source", "contract_id", "service_id", "loaded_run"),
        },
    )
    op.create_table(
        "fact_role_holder",
        sa.Column(
            "municipality_id",
            sa.Text(),
            nullable=False,
            comment="KSH code; 00000 where the source names none that we know",
        ),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="system whose keys these are (sources.toml: system, else name)"
        ),
        sa.Column("holder_key", sa.Text(), nullable=False, comment="key of the appointment in the source"),
        sa.Column(
            "role",
            sa.Text(),
            nullable=True,
            comment="official_representative, contact_person, key_user, local_it_operator",
        ),
        sa.Column("service_id", sa.Text(), nullable=False, comment="application of a key user, NA for the other roles"),
        sa.Column("person_hash", sa.Text(), nullable=True, comment="HMAC of the person's key, to count a person once"),
        sa.Column("appointed_on", sa.Date(), nullable=True, comment="appointed, date in Europe/Budapest"),
        sa.Column("ended_on", sa.Date(), nullable=True, comment="day after the last, date in Europe/Budapest"),
        sa.Column("input_id", sa.Integer(), nullable=False, comment="etl_input that delivered this version"),
        sa.Column(
            "line", sa.BigInteger(), nullable=True, comment="line of that input (1 is the first), null for an API"
        ),
        sa.Column("loaded_run", sa.Integer(), nullable=False, comment="first run that knew this version"),
        sa.Column(
            "superseded_run", sa.Integer(), nullable=True, comment="first run that no longer did; null while current"
        ),
        comment="The four local roles and how long they are filled; people appear as keyed hashes only",
        info={
            "key": ("source", "holder_key"),
            "primary_key": ("municipality_id", "source", "holder_key", "loaded_run"),
        },
    )
    op.create_table(
        "fact_ticket",
        sa.Column(
            "municipality_id",
            sa.Text(),
            nullable=False,
            comment="KSH code; 00000 where the source names none that we know",
        ),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="system whose keys these are (sources.toml: system, else name)"
        ),
        sa.Column("ticket_id", sa.Text(), nullable=False, comment="key in the source"),
        sa.Column(
            "source_version",
            sa.BigInteger(),
            nullable=True,
            comment="version or update time in the source; an older never replaces a newer",
        ),
        sa.Column(
            "ticket_type",
            sa.Text(),
            nullable=True,
            comment="incident, service_request, problem, change, demand, security_finding, continuity_test",
        ),
        sa.Column("service_id", sa.Text(), nullable=False, comment="application or component"),
        sa.Column("actor_id", sa.Text(), nullable=False, comment="actor that holds or resolved it"),
        sa.Column("priority", sa.Text(), nullable=True, comment="P1 to P4"),
        sa.Column("channel", sa.Text(), nullable=True, comment="portal, email, phone, monitoring, other"),
        sa.Column("category", sa.Text(), nullable=True, comment="category code of the source"),
        sa.Column("status", sa.Text(), nullable=True, comment="open, pending, resolved, closed, cancelled"),
        sa.Column("level", sa.Integer(), nullable=True, comment="support level that holds or resolved it: 1 or 2"),
        sa.Column("opened_at", sa.DateTime(), nullable=False, comment="opened, UTC"),
        sa.Column("first_response_at", sa.DateTime(), nullable=True, comment="first response, UTC"),
        sa.Column("escalated_at", sa.DateTime(), nullable=True, comment="first assignment to the second level, UTC"),
        sa.Column("acknowledged_at", sa.DateTime(), nullable=True, comment="second level's acknowledgement, UTC"),
        sa.Column("resolved_at", sa.DateTime(), nullable=True, comment="last resolution, UTC"),
        sa.Column("closed_at", sa.DateTime(), nullable=True, comment="closure, UTC"),
        sa.Column("opened_on", sa.Date(), nullable=False, comment="opened, date in Europe/Budapest"),
        sa.Column("resolved_on", sa.Date(), nullable=True, comment="resolved, date in Europe/Budapest"),
        sa.Column(
            "ended_on",
            sa.Date(),
            nullable=True,
            comment="no longer open: resolved, closed or cancelled, date in Europe/Budapest",
        ),
        sa.Column("response_due_on", sa.Date(), nullable=True, comment="response deadline, date in Europe/Budapest"),
        sa.Column(
            "resolution_due_on", sa.Date(), nullable=True, comment="resolution deadline, date in Europe/Budapest"
        ),
        sa.Column("response_sla_minutes", sa.Integer(), nullable=True, comment="agreed minutes to respond"),
        sa.Column("sla_minutes", sa.Integer(), nullable=True, comment="agreed minutes to resolve"),
        sa.Column(
            "response_minutes", sa.Integer(), nullable=True, comment="minutes to the first response, on the SLA's clock"
        ),
        sa.Column(
            "resolution_minutes",
            sa.Integer(),
            nullable=True,
            comment="minutes to resolve, on the SLA's clock, waiting for the customer taken off",
        ),
        sa.Column(
            "resolution_clock_minutes", sa.Integer(), nullable=True, comment="clock minutes from opening to resolution"
        ),
        sa.Column(
            "waiting_minutes",
            sa.Integer(),
            nullable=True,
            comment="minutes spent waiting for the customer, on the SLA's clock",
        ),
        sa.Column(
            "acknowledge_minutes",
            sa.Integer(),
            nullable=True,
            comment="business minutes from second-level assignment to acknowledgement",
        ),
        sa.Column(
            "responded_in_sla",
            sa.Boolean(),
            nullable=True,
            comment="null while the deadline has not been missed or met",
        ),
        sa.Column(
            "resolved_in_sla",
            sa.Boolean(),
            nullable=True,
            comment="source's own verdict where it gives one, else minutes against target",
        ),
        sa.Column("sla_basis", sa.Text(), nullable=True, comment="computed or source"),
        sa.Column("reassignment_count", sa.Integer(), nullable=True, comment="changes of assignment group"),
        sa.Column("reopen_count", sa.Integer(), nullable=True, comment="times reopened"),
        sa.Column("reopened_on", sa.Date(), nullable=True, comment="first reopening, date in Europe/Budapest"),
        sa.Column("satisfaction", sa.Integer(), nullable=True, comment="requester's rating, 1 to 5"),
        sa.Column("problem_id", sa.Text(), nullable=True, comment="problem it belongs to"),
        sa.Column("caused_by_change_id", sa.Text(), nullable=True, comment="change that caused it"),
        sa.Column("is_major", sa.Boolean(), nullable=True, comment="declared major incident"),
        sa.Column("is_emergency", sa.Boolean(), nullable=True, comment="emergency change"),
        sa.Column("detected_by", sa.Text(), nullable=True, comment="monitoring or user"),
        sa.Column(
            "outcome", sa.Text(), nullable=True, comment="success, rolled_back, failed (changes, continuity tests)"
        ),
        sa.Column("origin", sa.Text(), nullable=True, comment="law or municipal (demands)"),
        sa.Column("decision", sa.Text(), nullable=True, comment="accepted or rejected (demands)"),
        sa.Column("initial_priority", sa.Text(), nullable=True, comment="priority at intake"),
        sa.Column("approved_on", sa.Date(), nullable=True, comment="change approved, date in Europe/Budapest"),
        sa.Column(
            "implemented_on",
            sa.Date(),
            nullable=True,
            comment="in production (changes, demands), date in Europe/Budapest",
        ),
        sa.Column("decided_on", sa.Date(), nullable=True, comment="demand decided, date in Europe/Budapest"),
        sa.Column(
            "analysed_on",
            sa.Date(),
            nullable=True,
            comment="impact analysis finished (demands), date in Europe/Budapest",
        ),
        sa.Column(
            "announced_on", sa.Date(), nullable=True, comment="law promulgated (demands), date in Europe/Budapest"
        ),
        sa.Column(
            "effective_on", sa.Date(), nullable=True, comment="law takes effect (demands), date in Europe/Budapest"
        ),
        sa.Column(
            "due_on",
            sa.Date(),
            nullable=True,
            comment="declared deadline (findings, tests, reports), date in Europe/Budapest",
        ),
        sa.Column(
            "root_cause_on", sa.Date(), nullable=True, comment="root cause recorded (problems), date in Europe/Budapest"
        ),
        sa.Column(
            "workaround_on",
            sa.Date(),
            nullable=True,
            comment="workaround published (problems), date in Europe/Budapest",
        ),
        sa.Column("outage_minutes", sa.Integer(), nullable=True, comment="minutes out of service inside service hours"),
        sa.Column("affected_users", sa.Integer(), nullable=True, comment="users affected"),
        sa.Column("rto_minutes", sa.Integer(), nullable=True, comment="agreed recovery time (tests)"),
        sa.Column("recovery_minutes", sa.Integer(), nullable=True, comment="measured recovery time (tests)"),
        sa.Column("rpo_minutes", sa.Integer(), nullable=True, comment="agreed data loss (tests)"),
        sa.Column("data_loss_minutes", sa.Integer(), nullable=True, comment="measured data loss (tests)"),
        sa.Column("input_id", sa.Integer(), nullable=False, comment="etl_input that delivered this version"),
        sa.Column(
            "line", sa.BigInteger(), nullable=True, comment="line of that input (1 is the first), null for an API"
        ),
        sa.Column("loaded_run", sa.Integer(), nullable=False, comment="first run that knew this version"),
        sa.Column(
            "superseded_run", sa.Integer(), nullable=True, comment="first run that no longer did; null while current"
        ),
        comment="One row per ticket of any ITIL kind, as last known",
        info={"key": ("source", "ticket_id"), "primary_key": ("municipality_id", "source", "ticket_id", "loaded_run")},
    )
    op.create_table(
        "fact_ticket_event",
        sa.Column(
            "municipality_id",
            sa.Text(),
            nullable=False,
            comment="KSH code; 00000 where the source names none that we know",
        ),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="system whose keys these are (sources.toml: system, else name)"
        ),
        sa.Column("ticket_id", sa.Text(), nullable=False, comment="ticket in the source"),
        sa.Column(
            "event_id", sa.Text(), nullable=False, comment="event's key in the source, else a hash of its content"
        ),
        sa.Column("event_at", sa.DateTime(), nullable=True, comment="when it happened, UTC"),
        sa.Column("event_type", sa.Text(), nullable=True, comment="status, assignment, or what the source calls it"),
        sa.Column("status", sa.Text(), nullable=True, comment="status after the event"),
        sa.Column("service_id", sa.Text(), nullable=False, comment="application or component"),
        sa.Column("actor_id", sa.Text(), nullable=False, comment="actor that held the ticket after the event"),
        sa.Column("assignment_group", sa.Text(), nullable=True, comment="group that held it (a group, never a person)"),
        sa.Column("priority", sa.Text(), nullable=True, comment="priority after the event"),
        sa.Column("level", sa.Integer(), nullable=True, comment="support level after the event"),
        sa.Column("source_version", sa.BigInteger(), nullable=True, comment="version of the ticket after the event"),
        sa.Column(
            "content_hash",
            sa.Text(),
            nullable=True,
            comment="hash of all delivered values, so that a changed delivery is noticed",
        ),
        sa.Column("input_id", sa.Integer(), nullable=False, comment="etl_input that delivered this version"),
        sa.Column(
            "line", sa.BigInteger(), nullable=True, comment="line of that input (1 is the first), null for an API"
        ),
        sa.Column("loaded_run", sa.Integer(), nullable=False, comment="first run that knew this version"),
        sa.Column(
            "superseded_run", sa.Integer(), nullable=True, comment="first run that no longer did; null while current"
        ),
        comment="Status and assignment changes of tickets",
        info={
            "key": ("source", "ticket_id", "event_id"),
            "primary_key": ("municipality_id", "source", "ticket_id", "event_id", "loaded_run"),
        },
    )
    op.create_table(
        "fact_training",
        sa.Column(
            "municipality_id",
            sa.Text(),
            nullable=False,
            comment="KSH code; 00000 where the source names none that we know",
        ),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="system whose keys these are (sources.toml: system, else name)"
        ),
        sa.Column(
            "enrolment_id",
            sa.Text(),
            nullable=False,
            comment="key in the source, else a hash of person, course and run",
        ),
        sa.Column("person_hash", sa.Text(), nullable=False, comment="HMAC of the person's key"),
        sa.Column("course_id", sa.Text(), nullable=False, comment="course"),
        sa.Column("service_id", sa.Text(), nullable=False, comment="application the course is about"),
        sa.Column("role", sa.Text(), nullable=True, comment="local role of the trainee"),
        sa.Column("run", sa.Text(), nullable=True, comment="course run"),
        sa.Column("enrolled_on", sa.Date(), nullable=True, comment="enrolled, date in Europe/Budapest"),
        sa.Column("started_on", sa.Date(), nullable=False, comment="start of the run, date in Europe/Budapest"),
        sa.Column("completed_on", sa.Date(), nullable=True, comment="completed, date in Europe/Budapest"),
        sa.Column("withdrawn_on", sa.Date(), nullable=True, comment="withdrew, date in Europe/Budapest"),
        sa.Column("result", sa.Text(), nullable=True, comment="passed, failed, withdrawn, in_progress"),
        sa.Column("attempted", sa.Boolean(), nullable=True, comment="sat the examination"),
        sa.Column("score", sa.Double(), nullable=True, comment="score, 0 to 100"),
        sa.Column(
            "certified_from", sa.Date(), nullable=True, comment="certificate valid from, date in Europe/Budapest"
        ),
        sa.Column(
            "certified_to",
            sa.Date(),
            nullable=True,
            comment="certificate's last day; null if it does not lapse, date in Europe/Budapest",
        ),
        sa.Column("satisfaction", sa.Integer(), nullable=True, comment="rating, 1 to 5"),
        sa.Column("cost_huf", sa.BigInteger(), nullable=True, comment="cost of the place, whole forints"),
        sa.Column("input_id", sa.Integer(), nullable=False, comment="etl_input that delivered this version"),
        sa.Column(
            "line", sa.BigInteger(), nullable=True, comment="line of that input (1 is the first), null for an API"
        ),
        sa.Column("loaded_run", sa.Integer(), nullable=False, comment="first run that knew this version"),
        sa.Column(
            "superseded_run", sa.Integer(), nullable=True, comment="first run that no longer did; null while current"
        ),
        comment="One row per person and course run; people appear as keyed hashes only",
        info={
            "key": ("source", "enrolment_id"),
            "primary_key": ("municipality_id", "source", "enrolment_id", "loaded_run"),
        },
    )
    op.create_table(
        "quarantine",
        sa.Column("quarantine_id", sa.Integer(), autoincrement=False, nullable=False, comment="rejected row"),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="run that set it aside"),
        sa.Column("input_id", sa.Integer(), nullable=False, comment="input it came from"),
        sa.Column("job", sa.Text(), nullable=False, comment="job"),
        sa.Column("source", sa.Text(), nullable=False, comment="source"),
        sa.Column("input", sa.Text(), nullable=False, comment="file or address"),
        sa.Column("line", sa.BigInteger(), nullable=True, comment="line of the input"),
        sa.Column("reasons", sa.Text(), nullable=False, comment="every reason, as a JSON list"),
        sa.Column("row", sa.Text(), nullable=False, comment="the mapped columns as delivered, as a JSON object"),
        sa.Column("status", sa.Text(), nullable=False, comment="open, retried, discarded"),
        sa.Column("closed_run", sa.Integer(), nullable=True, comment="run that retried or discarded it"),
        sa.Column("note", sa.Text(), nullable=True, comment="why it was discarded"),
        sa.PrimaryKeyConstraint("quarantine_id"),
        comment="Rows set aside whole, with their place and every reason",
    )
    op.create_table(
        "responsibility",
        sa.Column("process_id", sa.Text(), nullable=False, comment="ITIL v3 process"),
        sa.Column("service_id", sa.Text(), nullable=False, comment="service, or * for every service"),
        sa.Column("actor_id", sa.Text(), nullable=False, comment="actor"),
        sa.Column("raci", sa.Text(), nullable=False, comment="R, A, C or I"),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="first day"),
        sa.Column(
            "valid_to",
            sa.Date(),
            nullable=True,
            comment="day after the last; null while in force, date in Europe/Budapest",
        ),
        sa.Column("basis", sa.Text(), nullable=True, comment="where it is taken from, or that it is an assumption"),
        sa.PrimaryKeyConstraint("process_id", "service_id", "actor_id", "raci", "valid_from"),
        comment="Responsibility matrix (RACI)",
    )
    op.create_table(
        "service_hours",
        sa.Column("weekday", sa.Integer(), nullable=False, comment="1 Monday to 7 Sunday"),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="first day"),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="day after the last, date in Europe/Budapest"),
        sa.Column("opens", sa.Text(), nullable=True, comment="local time HH:MM"),
        sa.Column("closes", sa.Text(), nullable=True, comment="local time HH:MM"),
        sa.Column("basis", sa.Text(), nullable=True, comment="contract, or that it is an assumption"),
        sa.PrimaryKeyConstraint("weekday", "valid_from"),
        comment="Hours in which business minutes run",
    )
    op.create_table(
        "sla_target",
        sa.Column("ticket_type", sa.Text(), nullable=False, comment="ticket type, or *"),
        sa.Column("priority", sa.Text(), nullable=False, comment="P1 to P4"),
        sa.Column("service_id", sa.Text(), nullable=False, comment="service, or *"),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="first day"),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="day after the last, date in Europe/Budapest"),
        sa.Column("response_minutes", sa.Integer(), nullable=True, comment="minutes to respond"),
        sa.Column("resolution_minutes", sa.Integer(), nullable=True, comment="minutes to resolve"),
        sa.Column("clock", sa.Text(), nullable=True, comment="business or clock minutes"),
        sa.Column("basis", sa.Text(), nullable=True, comment="contract, or that it is an assumption"),
        sa.PrimaryKeyConstraint("ticket_type", "priority", "service_id", "valid_from"),
        comment="Agreed response and resolution times",
    )
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in KEYS.items():
            op.create_primary_key(f"pk_{table}", table, columns)
            op.create_index(
                f"ix_{table}_current",
                table,
                ["source", *columns[2:-1]],
                postgresql_where=sa.text("superseded_run IS NULL"),
            )
