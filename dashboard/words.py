"""Words for what the reporting database keeps as ids: units, cuts, members of a cut."""

from dashboard import formats
from dashboard.answers import answers
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.metrics.metric import Metric

UNITS = {
    "rate": N_("per cent"),
    "count": N_("number"),
    "minutes": N_("hours and minutes"),
    "hours": N_("hours"),
    "days": N_("days"),
    "months": N_("months"),
    "huf": N_("forints"),
    "ratio": N_("ratio"),
    "per_100": N_("per 100"),
}
FIELDS = {
    "service_desk": N_("Service desk"),
    "incident": N_("Incidents"),
    "problem": N_("Problems"),
    "change": N_("Changes"),
    "availability": N_("Availability"),
    "demand": N_("Demands and law changes"),
    "security": N_("Security"),
    "continuity": N_("Continuity"),
    "training": N_("Training"),
    "adoption": N_("Adoption"),
    "contracts": N_("Contracts"),
    "budget": N_("Budget"),
    "data_quality": N_("Data quality"),
}
CUTS = {
    "day": N_("Day"),
    "week": N_("Week"),
    "month": N_("Month"),
    "quarter": N_("Quarter"),
    "year": N_("Year"),
    "service": N_("Application or component"),
    "actor": N_("Actor"),
    "actor_type": N_("Type of actor"),
    "operator": N_("Operator"),
    "priority": N_("Priority"),
    "ticket_type": N_("Type of ticket"),
    "channel": N_("Channel"),
    "category": N_("Category"),
    "level": N_("Support level"),
    "municipality": N_("Municipality"),
    "county": N_("County"),
    "district": N_("District"),
    "office": N_("Municipal office"),
    "joining_type": N_("Type of joining"),
    "size_band": N_("Population"),
    "legal_status": N_("Legal status"),
    "course": N_("Course"),
    "role": N_("Role"),
    "result": N_("Result"),
    "account": N_("Account"),
    "account_group": N_("Account group"),
    "side": N_("Side"),
    "function": N_("Government function"),
    "contract_kind": N_("Kind of contract"),
    "supplier": N_("Supplier"),
    "source": N_("Source"),
    "job": N_("Job"),
    "weekday": N_("Day of the week"),
    "hour": N_("Hour"),
    "origin": N_("Origin"),
}
MEMBERS: dict[str, dict[str, str]] = {
    "actor_type": {
        "supervisory": N_("supervisory body"),
        "management": N_("ASP Centre management"),
        "it_provider": N_("IT service provider"),
        "application_operator": N_("application operator"),
        "municipality": N_("municipality"),
        "supplier": N_("supplier"),
    },
    "ticket_type": {
        "incident": N_("incident"),
        "service_request": N_("service request"),
        "problem": N_("problem"),
        "change": N_("change"),
        "demand": N_("demand"),
        "security_finding": N_("security finding"),
        "continuity_test": N_("continuity test"),
    },
    "channel": {
        "portal": N_("portal"),
        "email": N_("e-mail"),
        "phone": N_("telephone"),
        "monitoring": N_("monitoring"),
        "other": N_("other"),
    },
    "joining_type": {"system": N_("system joining"), "interface": N_("interface joining")},
    "size_band": {
        "under_500": N_("under 500"),
        "500_1999": N_("500 to 1,999"),
        "2000_4999": N_("2,000 to 4,999"),
        "5000_9999": N_("5,000 to 9,999"),
        "10000_49999": N_("10,000 to 49,999"),
        "over_50000": N_("50,000 and over"),
    },
    "role": {
        "official_representative": N_("official representative"),
        "contact_person": N_("contact person"),
        "key_user": N_("key user"),
        "local_it_operator": N_("local IT operator"),
    },
    "result": {
        "passed": N_("passed"),
        "failed": N_("failed"),
        "withdrawn": N_("withdrawn"),
        "in_progress": N_("in progress"),
    },
    "side": {"expenditure": N_("expenditure"), "revenue": N_("revenue")},
    "contract_kind": {
        "joining": N_("joining contract"),
        "service": N_("service contract"),
        "underpinning": N_("supplier contract"),
        "award": N_("procurement award"),
    },
    "origin": {"law": N_("change of law"), "municipal": N_("municipal wish")},
    "job": {
        "tickets": N_("tickets"),
        "contracts": N_("contracts"),
        "training": N_("training"),
        "budget": N_("budget"),
        "usage": N_("use of applications"),
        "reference": N_("reference data"),
        "quarantine": N_("retried rows"),
    },
    "status": {
        "published": N_("published"),
        "failed": N_("failed"),
        "rolled_back": N_("rolled back"),
        "loaded": N_("loaded"),
        "skipped": N_("skipped"),
        "open": N_("open"),
        "pending": N_("pending"),
        "resolved": N_("resolved"),
        "closed": N_("closed"),
        "cancelled": N_("cancelled"),
    },
    "better": {
        "higher": N_("higher is better"),
        "lower": N_("lower is better"),
        "band": N_("good between two limits"),
        "neutral": N_("neither direction is better"),
    },
}
WEEKDAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))
UNKNOWN = frozenset({"unknown", "UNKNOWN", "00000", "", "None", "nan"})


def unit_name(unit: str, language: str) -> str:
    """What a unit is called in a subtitle or an axis title."""
    return _(UNITS[unit], language)


def metric_name(metric: Metric, language: str) -> str:
    """A metric's name."""
    return metric.name["hu" if language == "hu" else "en"]


def metric_definition(metric: Metric, language: str) -> str:
    """A metric's definition."""
    return metric.definition["hu" if language == "hu" else "en"]


def cut_name(cut: str, language: str) -> str:
    """What a cut is called as the heading of a column."""
    return _(CUTS[cut], language) if cut in CUTS else cut


def district_name(name: str, language: str) -> str:
    """`Ajkai járás`; a district of the capital is called as its municipality is."""
    return name if name.startswith("Budapest") else _("{district} district", language, district=name)


def label(cut: str, member: object, language: str) -> str:
    """A member of a cut as the reader calls it: `2026-01` as `2026. jan.`, `ADO` as `ADÓ`, `unknown` as unknown."""
    text = "" if formats.missing(member) else str(member)
    if text in UNKNOWN:
        return _("unknown", language)
    match cut:
        case "month":
            return formats.month(text, language)
        case "quarter":
            return formats.quarter(text, language)
        case "week":
            return formats.week(text, language)
        case "day":
            return formats.iso_day(text, language)
        case "weekday":
            return _(WEEKDAYS[int(float(text)) - 1], language)
        case "district":
            return district_name(text, language)
        case "account" | "account_group":
            return f"{text} {answers().names(cut, language).get(text, '')}".strip()
    if text in MEMBERS.get(cut, {}):
        return _(MEMBERS[cut][text], language)
    if text == "NA":
        return _("not for one application", language)
    return answers().names(cut, language).get(text, text)
