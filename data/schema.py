"""The star schema of the reporting database: dimensions, facts, runs and quarantine.

Facts are system-versioned: `loaded_run` is the first run that knew a version, `superseded_run` the first run that no
longer did (null while the version is current). Nothing is overwritten, so any figure can be asked as of a run.

Uniqueness: PostgreSQL holds the primary keys named in `fact.info["key"]`. DuckDB has none, since its indexes slow bulk
loads down; there the pipeline checks the same keys by a query before it publishes.

Units: `_at` UTC time without zone, `_on` date in Europe/Budapest, `_minutes` business minutes unless the name says
`_clock_minutes`, `_huf` whole forints. Unknown and not applicable are members of their dimension, never null.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Integer,
    MetaData,
    Table,
    Text,
)

metadata = MetaData()

UNKNOWN_MUNICIPALITY = "00000"
UNKNOWN = "unknown"
UNKNOWN_SERVICE = "UNKNOWN"
NO_SERVICE = "NA"


def _text(name: str, comment: str, *, null: bool = True) -> Column[str]:
    return Column(name, Text, nullable=null, comment=comment)


def _int(name: str, comment: str, *, null: bool = True) -> Column[int]:
    return Column(name, Integer, nullable=null, comment=comment)


def _number(name: str, comment: str) -> Column[float]:
    return Column(name, Double, comment=comment)


def _huf(name: str, comment: str) -> Column[int]:
    return Column(name, BigInteger, comment=f"{comment}, whole forints")


def _flag(name: str, comment: str) -> Column[bool]:
    return Column(name, Boolean, comment=comment)


def _at(name: str, comment: str, *, null: bool = True) -> Column:
    return Column(name, DateTime, nullable=null, comment=f"{comment}, UTC")


def _on(name: str, comment: str, *, null: bool = True) -> Column:
    return Column(name, Date, nullable=null, comment=f"{comment}, date in Europe/Budapest")


def _municipality() -> Column[str]:
    return _text("municipality_id", "KSH code; 00000 where the source names none that we know", null=False)


def _provenance() -> list[Column]:
    return [
        _int("input_id", "etl_input that delivered this version", null=False),
        Column("line", BigInteger, comment="line of that input (1 is the first), null for an API"),
        _int("loaded_run", "first run that knew this version", null=False),
        _int("superseded_run", "first run that no longer did; null while current"),
    ]


def _fact(name: str, key: tuple[str, ...], comment: str, *columns: Column) -> Table:
    """A fact table: source and key first, the payload, then where the row came from.

    key: what makes a current row unique. The payload, by which versions are compared, is every column that is
    neither key nor provenance.
    """
    return Table(
        name,
        metadata,
        _municipality(),
        _text("source", "system whose keys these are (sources.toml: system, else name)", null=False),
        *columns,
        *_provenance(),
        comment=comment,
        info={"key": key, "primary_key": ("municipality_id", *key, "loaded_run")},
    )


# --- dimensions -------------------------------------------------------------------------------------------------

dim_date = Table(
    "dim_date",
    metadata,
    Column("date", Date, primary_key=True, comment="calendar day"),
    _int("year", "calendar year"),
    _int("quarter", "1 to 4"),
    _int("month", "1 to 12"),
    _int("iso_week", "ISO week"),
    _int("weekday", "1 Monday to 7 Sunday"),
    _flag("is_working_day", "Hungarian working day, moved days included"),
    _text("kind", "working_day, weekend, public_holiday, swapped_day_off, swapped_working_day"),
    _text("name_hu", "name of the holiday"),
    comment="Hungarian working calendar",
)

dim_municipality = Table(
    "dim_municipality",
    metadata,
    Column("municipality_id", Text, primary_key=True, comment="KSH code, 5 digits; M02..M20 county governments"),
    Column("valid_from", Date, primary_key=True, comment="first day of this version of the gazetteer"),
    _on("valid_to", "day after its last day; null while current"),
    _text("name", "official name"),
    _text("kind", "municipality, district_of_capital, capital, county, unknown"),
    _text("legal_status", "jogállás"),
    _text("county", "county, or Budapest"),
    _text("district_code", "járás, 3 digits"),
    _text("district", "name of the district"),
    _text("office_type", "own, joint_seat, joint_member, none"),
    _text("office_id", "KSH code of the (joint) office's seat"),
    _int("population", "resident population"),
    _text("size_band", "under_500, 500_1999, 2000_4999, 5000_9999, 10000_49999, over_50000, unknown"),
    _int("area_ha", "area in hectares"),
    _int("dwellings", "dwellings"),
    _number("lon", "inner point, WGS84"),
    _number("lat", "inner point, WGS84"),
    comment="Municipalities of the KSH gazetteer, one version per import",
)

municipality_alias = Table(
    "municipality_alias",
    metadata,
    Column("alias", Text, primary_key=True, comment="spelling met in a source, normalised"),
    Column("county", Text, primary_key=True, comment="county it holds in; * everywhere"),
    _text("municipality_id", "KSH code", null=False),
    _text("basis", "who confirmed it and why"),
    comment="Spellings of municipality names confirmed by an analyst",
)

dim_actor = Table(
    "dim_actor",
    metadata,
    Column("actor_id", Text, primary_key=True, comment="organisation of the operating model"),
    _text("actor_type", "supervisory, management, it_provider, application_operator, municipality, supplier, unknown"),
    _text("name_hu", "name"),
    _text("name_en", "name"),
    _text("short_hu", "short name for charts"),
    _text("short_en", "short name for charts"),
    comment="Organisations of the operating model",
)

dim_service = Table(
    "dim_service",
    metadata,
    Column("service_id", Text, primary_key=True, comment="application (ADO …) or platform component (C01_…)"),
    _text("kind", "application, component, unknown, not_applicable"),
    _text("name_hu", "name"),
    _text("name_en", "name"),
    _text("short", "short name for charts"),
    _text("actor_id", "operating actor"),
    _int("sort", "order on pages"),
    comment="The seven applications and 13 platform components",
)

dim_process = Table(
    "dim_process",
    metadata,
    Column("process_id", Text, primary_key=True, comment="ITIL v3 process"),
    _text("stage", "ITIL v3 lifecycle stage"),
    _text("name_hu", "name"),
    _text("name_en", "name"),
    comment="ITIL v3 processes and the model's own duties",
)

dim_course = Table(
    "dim_course",
    metadata,
    Column("course_id", Text, primary_key=True, comment="course code of the training system"),
    _text("name", "title as the source gives it"),
    _text("service_id", "application the course is about"),
    comment="Courses met in training sources",
)

dim_account = Table(
    "dim_account",
    metadata,
    Column("account_id", Text, primary_key=True, comment="rovat code; 'ebből' rows carry a suffix"),
    _text("name_hu", "name"),
    _text("name_en", "name; null below the second level"),
    _text("parent_id", "parent rovat"),
    _text("side", "expenditure or revenue"),
    _int("level", "1 for K1 …"),
    _int("is_of_which", "1 for 'ebből' rows, which are never summed"),
    _int("sort", "order on the form"),
    comment="Statutory economic codes B1–B8 and K1–K9",
)

dim_function = Table(
    "dim_function",
    metadata,
    Column("function_id", Text, primary_key=True, comment="government function, 6 digits on the leaves"),
    _text("name_hu", "name"),
    _text("parent_id", "parent function"),
    comment="Government functions (kormányzati funkció)",
)

responsibility = Table(
    "responsibility",
    metadata,
    Column("process_id", Text, primary_key=True, comment="ITIL v3 process"),
    Column("service_id", Text, primary_key=True, comment="service, or * for every service"),
    Column("actor_id", Text, primary_key=True, comment="actor"),
    Column("raci", Text, primary_key=True, comment="R, A, C or I"),
    Column("valid_from", Date, primary_key=True, comment="first day"),
    _on("valid_to", "day after the last; null while in force"),
    _text("basis", "where it is taken from, or that it is an assumption"),
    comment="Responsibility matrix (RACI)",
)

sla_target = Table(
    "sla_target",
    metadata,
    Column("ticket_type", Text, primary_key=True, comment="ticket type, or *"),
    Column("priority", Text, primary_key=True, comment="P1 to P4"),
    Column("service_id", Text, primary_key=True, comment="service, or *"),
    Column("valid_from", Date, primary_key=True, comment="first day"),
    _on("valid_to", "day after the last"),
    _int("response_minutes", "minutes to respond"),
    _int("resolution_minutes", "minutes to resolve"),
    _text("clock", "business or clock minutes"),
    _text("basis", "contract, or that it is an assumption"),
    comment="Agreed response and resolution times",
)

service_hours = Table(
    "service_hours",
    metadata,
    Column("weekday", Integer, primary_key=True, comment="1 Monday to 7 Sunday"),
    Column("valid_from", Date, primary_key=True, comment="first day"),
    _on("valid_to", "day after the last"),
    _text("opens", "local time HH:MM"),
    _text("closes", "local time HH:MM"),
    _text("basis", "contract, or that it is an assumption"),
    comment="Hours in which business minutes run",
)

metric_target = Table(
    "metric_target",
    metadata,
    Column("metric_id", Text, primary_key=True, comment="metric of the catalogue"),
    Column("service_id", Text, primary_key=True, comment="service, or * for every service"),
    Column("valid_from", Date, primary_key=True, comment="first day"),
    _on("valid_to", "day after the last; null while in force"),
    _number("target", "value aimed at, in the metric's own unit (a rate as 0 to 1)"),
    _number("lower", "lower end of the band, for a metric that is good between two limits"),
    _number("upper", "upper end of the band"),
    _text("basis", "contract or decision it is taken from"),
    comment="Targets that replace the catalogue's starting proposals, with the days they hold",
)

control_rebase = Table(
    "control_rebase",
    metadata,
    Column("metric_id", Text, primary_key=True, comment="metric of the catalogue"),
    Column("service_id", Text, primary_key=True, comment="service, or * for every service"),
    Column("from_on", Date, primary_key=True, comment="first day that is judged by new limits"),
    _text("reason", "the known change that explains it", null=False),
    _text("name", "role that decided it", null=False),
    comment="Dates from which the limits of a control chart are computed anew",
)

peak_period = Table(
    "peak_period",
    metadata,
    Column("peak_id", Text, primary_key=True, comment="window of the year"),
    Column("valid_from", Date, primary_key=True, comment="first day"),
    _on("valid_to", "day after the last; null while in force"),
    _text("kind", "tax, closing, report"),
    _text("name_hu", "name"),
    _text("name_en", "name"),
    _int("first_month", "month it begins in"),
    _int("first_day", "day of that month"),
    _int("last_month", "month it ends in; before first_month when it runs over the new year"),
    _int("last_day", "last day, included"),
    _int("is_frozen", "1 when no change but an emergency may go into production"),
    _text("basis", "law or decision it is taken from, or that it is an assumption"),
    comment="Yearly peaks of municipal work: tax deadlines, year-end closing, reports to the treasury",
)

entitlement = Table(
    "entitlement",
    metadata,
    Column("joining_type", Text, primary_key=True, comment="system or interface"),
    Column("municipality_kind", Text, primary_key=True, comment="kind of dim_municipality, or * for every kind"),
    Column("service_id", Text, primary_key=True, comment="application"),
    Column("valid_from", Date, primary_key=True, comment="first day"),
    _on("valid_to", "day after the last; null while in force"),
    _text("requirement", "compulsory, optional, none"),
    _text("basis", "law or contract it is taken from, or that it is an assumption"),
    comment="Applications that a municipality is entitled to by its type of joining; its own kind goes first",
)

boundary = Table(
    "boundary",
    metadata,
    Column("layer", Text, primary_key=True, comment="municipality, district, county"),
    _int("shapes", "number of shapes", null=False),
    _text("content", "the layer as TopoJSON, shapes keyed by code", null=False),
    _text("attribution", "whose geometry it is and under which licence, shown on the map", null=False),
    _text("origin", "file it was read from", null=False),
    comment="Imported official boundaries; while there are none the map draws cells made of points",
)

allocation_plan = Table(
    "allocation_plan",
    metadata,
    Column("version", Text, primary_key=True, comment="version that every allocated figure names"),
    _on("valid_from", "first day; a month goes by the newest plan that its first day is in", null=False),
    _text("content", "the plan as it was written: allocation.toml", null=False),
    comment="How cost is shared out: steps, methods and their order, by version; none is ever changed",
)

price_index = Table(
    "price_index",
    metadata,
    Column("year", Integer, primary_key=True, comment="calendar year"),
    _number("index", "annual average of consumer prices, previous year = 100"),
    _text("source", "where it was published", null=False),
    comment="Consumer price index, for amounts in constant forints",
)

penalty_rule = Table(
    "penalty_rule",
    metadata,
    Column("metric_id", Text, primary_key=True, comment="figure of the catalogue that the contract promises"),
    Column("service_id", Text, primary_key=True, comment="application or component; * for every one"),
    Column("valid_from", Date, primary_key=True, comment="first day"),
    _on("valid_to", "day after the last; null while in force"),
    _number("point_share", "share of the month's fee due for each percentage point below the target"),
    _number("most_share", "share of the month's fee that is due at most"),
    _text("basis", "contract it is taken from, or that it is an assumption"),
    comment="What is due of a service contract's fee where a promised level of service is missed",
)

# --- facts ------------------------------------------------------------------------------------------------------

fact_ticket = _fact(
    "fact_ticket",
    ("source", "ticket_id"),
    "One row per ticket of any ITIL kind, as last known",
    _text("ticket_id", "key in the source", null=False),
    Column(
        "source_version", BigInteger, comment="version or update time in the source; an older never replaces a newer"
    ),
    _text("ticket_type", "incident, service_request, problem, change, demand, security_finding, continuity_test"),
    _text("service_id", "application or component", null=False),
    _text("actor_id", "actor that holds or resolved it", null=False),
    _text("priority", "P1 to P4"),
    _text("channel", "portal, email, phone, monitoring, other"),
    _text("category", "category code of the source"),
    _text("status", "open, pending, resolved, closed, cancelled"),
    _int("level", "support level that holds or resolved it: 1 or 2"),
    _at("opened_at", "opened", null=False),
    _at("first_response_at", "first response"),
    _at("escalated_at", "first assignment to the second level"),
    _at("acknowledged_at", "second level's acknowledgement"),
    _at("resolved_at", "last resolution"),
    _at("closed_at", "closure"),
    _on("opened_on", "opened", null=False),
    _on("resolved_on", "resolved"),
    _on("ended_on", "no longer open: resolved, closed or cancelled"),
    _on("response_due_on", "response deadline"),
    _on("resolution_due_on", "resolution deadline"),
    _int("response_sla_minutes", "agreed minutes to respond"),
    _int("sla_minutes", "agreed minutes to resolve"),
    _int("response_minutes", "minutes to the first response, on the SLA's clock"),
    _int("resolution_minutes", "minutes to resolve, on the SLA's clock, waiting for the customer taken off"),
    _int("resolution_clock_minutes", "clock minutes from opening to resolution"),
    _int("waiting_minutes", "minutes spent waiting for the customer, on the SLA's clock"),
    _int("acknowledge_minutes", "business minutes from second-level assignment to acknowledgement"),
    _flag("responded_in_sla", "null while the deadline has not been missed or met"),
    _flag("resolved_in_sla", "source's own verdict where it gives one, else minutes against target"),
    _text("sla_basis", "computed or source"),
    _int("reassignment_count", "changes of assignment group"),
    _int("reopen_count", "times reopened"),
    _on("reopened_on", "first reopening"),
    _int("satisfaction", "requester's rating, 1 to 5"),
    _text("problem_id", "problem it belongs to"),
    _text("caused_by_change_id", "change that caused it"),
    _flag("is_major", "declared major incident"),
    _flag("is_emergency", "emergency change"),
    _text("detected_by", "monitoring or user"),
    _text("outcome", "success, rolled_back, failed (changes, continuity tests)"),
    _text("origin", "law or municipal (demands)"),
    _text("decision", "accepted or rejected (demands)"),
    _text("initial_priority", "priority at intake"),
    _on("approved_on", "change approved"),
    _on("implemented_on", "in production (changes, demands)"),
    _on("decided_on", "demand decided"),
    _on("analysed_on", "impact analysis finished (demands)"),
    _on("announced_on", "law promulgated (demands)"),
    _on("effective_on", "law takes effect (demands)"),
    _on("built_on", "development finished (demands)"),
    _on("trained_on", "users trained (demands)"),
    _on("due_on", "declared deadline (findings, tests, reports)"),
    _on("root_cause_on", "root cause recorded (problems)"),
    _on("workaround_on", "workaround published (problems)"),
    _int("outage_minutes", "minutes out of service inside service hours"),
    _at("outage_started_at", "service out of reach from"),
    _at("outage_ended_at", "service within reach again"),
    _text("outage_scope", "whole: no user group could reach the service; part: some could"),
    _int("affected_users", "users affected"),
    _int("rto_minutes", "agreed recovery time (tests)"),
    _int("recovery_minutes", "measured recovery time (tests)"),
    _int("rpo_minutes", "agreed data loss (tests)"),
    _int("data_loss_minutes", "measured data loss (tests)"),
)

fact_ticket_event = _fact(
    "fact_ticket_event",
    ("source", "ticket_id", "event_id"),
    "Status and assignment changes of tickets",
    _text("ticket_id", "ticket in the source", null=False),
    _text("event_id", "event's key in the source, else a hash of its content", null=False),
    _at("event_at", "when it happened"),
    _text("event_type", "status, assignment, or what the source calls it"),
    _text("status", "status after the event"),
    _text("service_id", "application or component", null=False),
    _text("actor_id", "actor that held the ticket after the event", null=False),
    _text("assignment_group", "group that held it (a group, never a person)"),
    _text("priority", "priority after the event"),
    _int("level", "support level after the event"),
    Column("source_version", BigInteger, comment="version of the ticket after the event"),
    _text("content_hash", "hash of all delivered values, so that a changed delivery is noticed"),
)

fact_contract = _fact(
    "fact_contract",
    ("source", "contract_id"),
    "Joining, service, supplier contracts and procurement awards",
    _text("contract_id", "key in the source", null=False),
    _text("contract_kind", "joining, service, underpinning (with a supplier), award (procurement notice)"),
    _text("actor_id", "actor whose contract it is", null=False),
    _text("service_id", "service it is about", null=False),
    _text("buyer", "contracting authority (an organisation)"),
    _text("supplier", "supplier (an organisation)"),
    _text("joining_type", "system, interface"),
    _int("wave", "joining wave 1 to 3"),
    _text("cpv", "main CPV code"),
    _text("reference", "notice or file reference"),
    _on("signed_on", "signed or awarded"),
    _on("valid_from", "first day in force"),
    _on("valid_to", "last day in force"),
    _on("renewal_started_on", "renewal procedure started"),
    _huf("original_huf", "value when signed"),
    _huf("value_huf", "value as amended"),
    _huf("invoiced_huf", "invoiced so far"),
    _huf("penalty_due_huf", "penalty due by the contract's rule"),
    _huf("penalty_applied_huf", "penalty applied"),
    _int("bids_count", "valid bids"),
    _int("winners_count", "members of the winning consortium"),
)

fact_contract_amendment = _fact(
    "fact_contract_amendment",
    ("source", "contract_id", "amendment_id"),
    "Amendments of contracts, in the order they were made",
    _text("contract_id", "contract in the source", null=False),
    _text("amendment_id", "key in the source, else made of its content", null=False),
    _text("actor_id", "actor whose contract it is", null=False),
    _text("service_id", "service it is about", null=False),
    _on("amended_on", "amended"),
    _huf("previous_huf", "value before"),
    _huf("value_huf", "value after"),
    _on("previous_to", "last day in force before"),
    _on("valid_to", "last day in force after"),
)

fact_contract_service = _fact(
    "fact_contract_service",
    ("source", "contract_id", "service_id"),
    "Which municipality contracted and went live with which service, when",
    _text("contract_id", "contract in the source", null=False),
    _text("service_id", "application", null=False),
    _on("contracted_on", "contracted"),
    _on("provisioned_on", "provisioned"),
    _on("live_on", "went live"),
    _on("ended_on", "left the service"),
)

fact_role_holder = _fact(
    "fact_role_holder",
    ("source", "holder_key"),
    "The four local roles and how long they are filled; people appear as keyed hashes only",
    _text("holder_key", "key of the appointment in the source", null=False),
    _text("role", "official_representative, contact_person, key_user, local_it_operator"),
    _text("service_id", "application of a key user, NA for the other roles", null=False),
    _text("person_hash", "HMAC of the person's key, to count a person once"),
    _on("appointed_on", "appointed"),
    _on("ended_on", "day after the last"),
)

fact_training = _fact(
    "fact_training",
    ("source", "enrolment_id"),
    "One row per person and course run; people appear as keyed hashes only",
    _text("enrolment_id", "key in the source, else a hash of person, course and run", null=False),
    _text("person_hash", "HMAC of the person's key", null=False),
    _text("course_id", "course", null=False),
    _text("service_id", "application the course is about", null=False),
    _text("role", "local role of the trainee"),
    _text("run", "course run"),
    _on("enrolled_on", "enrolled"),
    _on("started_on", "start of the run", null=False),
    _on("completed_on", "completed"),
    _on("withdrawn_on", "withdrew"),
    _text("result", "passed, failed, withdrawn, in_progress"),
    _flag("attempted", "sat the examination"),
    _number("score", "score, 0 to 100"),
    _on("certified_from", "certificate valid from"),
    _on("certified_to", "certificate's last day; null if it does not lapse"),
    _int("satisfaction", "rating, 1 to 5"),
    _huf("cost_huf", "cost of the place"),
)

fact_budget = _fact(
    "fact_budget",
    ("source", "line_id"),
    "Ledger and treasury-form lines: appropriations, commitments and performance",
    _text("line_id", "key in the source, else a hash of its dimensions", null=False),
    _int("fiscal_year", "fiscal year", null=False),
    _on("period_on", "first day of the month (or of the year, for yearly forms)", null=False),
    _text("side", "expenditure or revenue"),
    _text("account_id", "rovat", null=False),
    _text("function_id", "government function; unknown", null=False),
    _text("actor_id", "actor that bears it", null=False),
    _text("service_id", "service it is for", null=False),
    _huf("original_huf", "original appropriation (eredeti előirányzat)"),
    _huf("appropriated_huf", "modified appropriation (módosított előirányzat)"),
    _huf("committed_huf", "commitment (kötelezettségvállalás)"),
    _huf("spent_huf", "performance (teljesítés)"),
    _text("purpose", "control: a report of totals to compare with, never summed with the ledger; null: the ledger"),
    _text("nature", "run or change, where the source tags it; null: by its rovat"),
)

fact_usage = _fact(
    "fact_usage",
    ("source", "usage_id"),
    "Use of an application by a municipality in a month, as the application counts it; no person is in it",
    _text("usage_id", "key in the source, else made of municipality, application and month", null=False),
    _text("service_id", "application", null=False),
    _on("period_on", "first day of the month", null=False),
    _int("enabled_users", "users enabled at the end of the month"),
    _int("active_users", "users with at least one business transaction in the month"),
    Column("transactions", BigInteger, comment="business transactions in the month"),
    Column("cases", BigInteger, comment="cases of the kinds that can be begun on the portal, all channels"),
    Column("online_cases", BigInteger, comment="of these, begun on the portal, assisted ones included"),
    Column("forms_started", BigInteger, comment="portal forms begun"),
    Column("forms_submitted", BigInteger, comment="of these, submitted"),
    _int("files_due", "files due to the municipal data warehouse in the month"),
    _int("files_on_time", "of these, accepted by their deadline"),
)

FACTS: tuple[Table, ...] = (
    fact_ticket,
    fact_ticket_event,
    fact_contract,
    fact_contract_amendment,
    fact_contract_service,
    fact_role_holder,
    fact_training,
    fact_budget,
    fact_usage,
)

# --- runs and quarantine ----------------------------------------------------------------------------------------

etl_run = Table(
    "etl_run",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=False, comment="run; grows, never reused"),
    _text("job", "tickets, contracts, training, budget, usage, reference, quarantine"),
    _text("status", "published, failed, rolled_back"),
    _at("started_at", "started"),
    _at("finished_at", "finished"),
    _text("mode", "incremental, full, retry"),
    _text("version", "version of the program"),
    _text("message", "why it failed"),
    comment="Every run that was published or failed",
)

etl_input = Table(
    "etl_input",
    metadata,
    Column("input_id", Integer, primary_key=True, autoincrement=False, comment="input of a run"),
    _int("run_id", "run", null=False),
    _text("source", "name of the source in sources.toml", null=False),
    _text("system", "system whose keys its rows carry"),
    _text("record", "record the rows are: ticket, event, event_log, contract …"),
    _text("input", "file (with member or sheet) or address", null=False),
    _text("content_hash", "SHA-256 of the bytes and of the source's description"),
    _text("status", "loaded, skipped (same content as before), failed"),
    _text("message", "why it failed, what to do; what else is to be known of one that was loaded"),
    Column("read", BigInteger, comment="rows read"),
    Column("loaded_new", BigInteger, comment="rows whose key was not known"),
    Column("loaded_changed", BigInteger, comment="rows that closed an earlier version"),
    Column("unchanged", BigInteger, comment="rows equal to the current version, or older than it"),
    Column("duplicate", BigInteger, comment="rows whose key came again in this run"),
    Column("quarantined", BigInteger, comment="rows set aside with reasons"),
    Column("withdrawn", BigInteger, comment="current rows closed because their source deleted or merged them"),
    Column(
        "unmatched_municipality",
        BigInteger,
        comment="rows that name no municipality we know; null where the source names none",
    ),
    Column(
        "unmatched_service", BigInteger, comment="rows that name no service we know; null where the source names none"
    ),
    Column("unmatched_actor", BigInteger, comment="rows that name no actor we know; null where the source names none"),
    _at("newest_at", "newest event time among its rows"),
    comment="What became of the rows of each input: read = new + changed + unchanged + duplicate + quarantined",
)

etl_cursor = Table(
    "etl_cursor",
    metadata,
    Column("source", Text, primary_key=True, comment="live source"),
    Column("run_id", Integer, primary_key=True, autoincrement=False, comment="run whose data it belongs to"),
    _text("position", "where the next pull goes on, as a JSON object", null=False),
    _text("shape", "columns and their types that the source has delivered, as a JSON object", null=False),
    _text("description_hash", "SHA-256 of the source's description; with another one everything is read again"),
    _at("reconciled_at", "when deleted rows were last looked for"),
    comment="How far each live source has been read: one row per run that got further, the last one counts",
)

unmatched_name = Table(
    "unmatched_name",
    metadata,
    Column("source", Text, primary_key=True, comment="source"),
    Column("kind", Text, primary_key=True, comment="municipality, service, actor"),
    Column("name", Text, primary_key=True, comment="name as delivered"),
    Column("run_id", Integer, primary_key=True, autoincrement=False, comment="run"),
    Column("rows", BigInteger, comment="rows that carry it"),
    _text("how", "none, or ambiguous"),
    _text("candidates", "KSH codes it could be, comma separated"),
    comment="Names that were not matched, so that each can be given an alias",
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("quarantine_id", Integer, primary_key=True, autoincrement=False, comment="rejected row"),
    _int("run_id", "run that set it aside", null=False),
    _int("input_id", "input it came from", null=False),
    _text("job", "job", null=False),
    _text("source", "source", null=False),
    _text("input", "file or address", null=False),
    Column("line", BigInteger, comment="line of the input"),
    _text("reasons", "every reason, as a JSON list", null=False),
    _text("row", "the mapped columns as delivered, as a JSON object", null=False),
    _text("status", "open, retried, discarded, replaced (a live source delivered it again)", null=False),
    _int("closed_run", "run that retried, discarded or replaced it"),
    _text("note", "why it was discarded"),
    _text("row_key", "key of the row in its source, where it could be read"),
    comment="Rows set aside whole, with their place and every reason",
)

# --- made from the facts at each publication ---------------------------------------------------------------------

EVERY = "*"

cost_month = Table(
    "cost_month",
    metadata,
    Column("month", Date, nullable=False, comment="first day of the month"),
    _text("plan_version", "allocation plan it went by", null=False),
    _text("fingerprint", "hash of the ledger lines and of the plan it was made from", null=False),
    _int("lines", "ledger lines with an amount", null=False),
    _huf("ledger_huf", "expenditure in the ledger"),
    _huf("placed_huf", "of this, what reached a municipality"),
    _int("loaded_run", "run whose rows and drivers it was made from", null=False),
    _int("superseded_run", "first run that no longer knew it; null while current"),
    comment="Months of the ledger that are allocated: what reached municipalities, and what could not",
    info={"primary_key": ("month", "loaded_run")},
)

cost_line = Table(
    "cost_line",
    metadata,
    _text("municipality_id", "of the ledger line: KSH code; 00000 where it names none that we know", null=False),
    _text("source", "of the ledger line", null=False),
    _text("line_id", "of the ledger line", null=False),
    Column("month", Date, nullable=False, comment="first day of the month"),
    _text("actor_id", "actor that bears it", null=False),
    _text("service_id", "service the ledger books it to", null=False),
    _text("account_id", "rovat", null=False),
    _text("function_id", "government function", null=False),
    _text("nature", "run or change"),
    _text("application_id", "application it comes to; else the service it could not be moved from", null=False),
    _text("path", "steps it went by, each step:method, blank where none; separated by blanks", null=False),
    _flag("is_placed", "whether it reached municipalities"),
    _huf("amount_huf", "part of the line's performance"),
    _int("loaded_run", "run whose rows and drivers it was made from", null=False),
    _int("superseded_run", "first run that no longer knew it; null while current"),
    comment="Where each ledger line of expenditure comes to: the parts of a line add up to its performance",
    info={"primary_key": ("municipality_id", "source", "line_id", "application_id", "path", "loaded_run")},
)

cost_share = Table(
    "cost_share",
    metadata,
    _municipality(),
    Column("month", Date, nullable=False, comment="first day of the month"),
    _text("application_id", "application; else the service that the amount could not be moved from", null=False),
    _huf("amount_huf", "share of the month's cost"),
    _int("loaded_run", "run whose rows and drivers it was made from", null=False),
    _int("superseded_run", "first run that no longer knew it; null while current"),
    comment="What each municipality is charged by application and month; 00000 holds what could not be shared out",
    info={"primary_key": ("municipality_id", "month", "application_id", "loaded_run")},
)

cost_support = Table(
    "cost_support",
    metadata,
    _text("municipality_id", "of the ledger line: KSH code; 00000 where it names none that we know", null=False),
    _text("source", "of the ledger line", null=False),
    _text("line_id", "of the ledger line", null=False),
    Column("month", Date, nullable=False, comment="first day of the month"),
    _text("actor_id", "actor that bears it", null=False),
    _text("application_id", "application it comes to; else the service it could not be moved from", null=False),
    _text("activity_id", "activity of the plan", null=False),
    _int("level", "support level: 1 service desk, 2 second level", null=False),
    _huf("amount_huf", "part of the line that is the activity's cost"),
    _int("loaded_run", "run whose rows and drivers it was made from", null=False),
    _int("superseded_run", "first run that no longer knew it; null while current"),
    comment="Cost of support by level, as the activities of the allocation plan define it",
    info={"primary_key": ("municipality_id", "source", "line_id", "application_id", "activity_id", "loaded_run")},
)

metric_cell = Table(
    "metric_cell",
    metadata,
    _text("metric_id", "metric of the catalogue", null=False),
    Column("month", Date, nullable=False, comment="first day of the month; of twelve months, of the last one"),
    _text("grain", "which dimensions the cell is of, the others are *; year_…: of twelve months", null=False),
    _text("service_id", "service; * every one"),
    _text("actor_id", "actor; * every one"),
    _text("priority", "priority; * every one"),
    _text("county", "county; * every one"),
    _number("quantile", "the value, where it is a quantile"),
    Column("numerator", BigInteger, comment="numerator"),
    Column("denominator", BigInteger, comment="denominator"),
    Column("n", BigInteger, comment="rows behind the cell"),
    comment="Monthly figures of the catalogue, made from the facts at each publication so that pages need not",
)

ticket_flow = Table(
    "ticket_flow",
    metadata,
    Column("month", Date, nullable=False, comment="first day of the month of the hand-off"),
    _text("service_id", "service", null=False),
    _text("priority", "priority"),
    _text("ticket_type", "ticket type"),
    _text("county", "county; * every one", null=False),
    _text("from_actor_id", "actor that held the ticket; * it was opened", null=False),
    _int("from_level", "support level that held it"),
    _text("to_actor_id", "actor that got it; * it was resolved", null=False),
    _int("to_level", "support level that got it"),
    Column("handoffs", BigInteger, comment="hand-offs"),
    Column("timed", BigInteger, comment="hand-offs whose holding time is known"),
    Column("held_clock_minutes", BigInteger, comment="clock minutes the giving side had held them, summed over timed"),
    comment="Hand-offs between levels and actors by month, made from the ticket events at each publication",
)

ticket_time = Table(
    "ticket_time",
    metadata,
    _text("measure", "response or resolution", null=False),
    Column("month", Date, nullable=False, comment="first day of the month that the tickets are counted in"),
    _text("grain", "which dimensions the row is of: holder (service, actor) or place (county)", null=False),
    _text("service_id", "service; * every one"),
    _text("actor_id", "actor; * every one"),
    _text("county", "county; * every one"),
    _text("priority", "priority"),
    _text("ticket_type", "ticket type"),
    _int("bin", "place of the time among the bins' upper ends (data/ticket_times.py)", null=False),
    Column("n", BigInteger, comment="tickets"),
    Column("beyond", BigInteger, comment="tickets that took longer than agreed"),
    Column("agreed", BigInteger, comment="tickets that have an agreed time"),
    _int("least_agreed", "shortest agreed minutes"),
    _int("most_agreed", "longest agreed minutes"),
    comment="Tickets by length of time and month, made from the facts at each publication",
)

rollup_state = Table(
    "rollup_state",
    metadata,
    Column("rollup_id", Text, primary_key=True, comment="metric, or table made from the facts"),
    _text("definition", "hash of the statement it was made by", null=False),
    _int("run_id", "newest published run whose rows are in it", null=False),
    comment="What the tables made from the facts were made of; anything else is asked of the facts themselves",
)
