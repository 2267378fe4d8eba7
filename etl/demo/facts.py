"""The proportions of the made-up life. What is published comes from data/reference; the rest are plausible guesses."""

from data.reference import register

APPLICATIONS = ("ADO", "GAZD", "INGKAT", "IRAT", "IPARKER", "KERET", "PORTAL")
SERVICES: tuple[str, ...] = tuple(register.services().query("kind in ('application', 'component')")["service_id"])
OPERATOR: dict[str, str] = dict(register.services().set_index("service_id")["actor_id"])

TICKETS_PER_USER_MONTH = 2_500 / 30_000  # about one ticket a year per clerk
COMPONENT_SHARE = 0.055  # of all tickets, shared evenly by the platform's components
SHARE = {"ADO": 0.30, "GAZD": 0.27, "INGKAT": 0.055, "IRAT": 0.16, "IPARKER": 0.035, "KERET": 0.07, "PORTAL": 0.055}

ATTAINMENT = {"ADO": 0.925, "GAZD": 0.92, "INGKAT": 0.93, "IRAT": 0.915, "IPARKER": 0.935, "KERET": 0.94}
USUAL_ATTAINMENT = 0.94
ESCALATED = {"ADO": 0.25, "GAZD": 0.28, "INGKAT": 0.30, "IRAT": 0.27, "IPARKER": 0.25, "KERET": 0.22}
USUAL_ESCALATED = 0.24

DRIFTING_SERVICE, DRIFT_TO, DRIFT_MONTHS = "INGKAT", 0.78, 12
RELEASE_SERVICE, RELEASE_TIMES, RELEASE_BEFORE_END = "IRAT", 3.0, 5
LAGGING_COUNTY = "Nógrád"

TAX_MONTHS = (3, 9)
SEASON: dict[str, dict[int, float]] = {
    "ADO": {1: 1.15, 2: 1.3, 3: 2.0, 5: 0.95, 6: 0.85, 7: 0.75, 8: 1.1, 9: 2.0, 10: 1.05, 11: 0.9, 12: 0.8},
    "GAZD": {1: 1.65, 2: 1.2, 4: 1.1, 7: 0.8, 8: 0.8, 12: 1.55},
    "INGKAT": {3: 1.2, 4: 1.6, 5: 1.5, 7: 0.8, 8: 0.75},
    "PORTAL": {3: 1.3, 5: 1.2, 9: 1.3},
}
LAW_CHANGE = {1: 1.1, 2: 1.03}  # laws take effect on 1 January
HOLIDAYS = {7: 0.9, 8: 0.88, 12: 0.93}


def season(service: str, month: int) -> float:
    """How much busier (above 1) or calmer a calendar month is for a service."""
    return SEASON.get(service, {}).get(month, 1.0) * LAW_CHANGE.get(month, 1.0) * HOLIDAYS.get(month, 1.0)


def share(service: str) -> float:
    """Share of a service in all tickets of an ordinary month."""
    return SHARE.get(service, COMPONENT_SHARE / (len(SERVICES) - len(SHARE)))


def published(fact: str) -> int:
    """The one published value of a fact of data/reference/asp_facts.csv."""
    facts = register.asp_facts()
    (value,) = facts.loc[facts["fact"] == fact, "value"]
    return int(value)
