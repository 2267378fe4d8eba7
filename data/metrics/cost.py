"""Cost, as it is allocated: whose, of which application, and per municipality, inhabitant, user, transaction, ticket.

Allocated cost is performance (K1–K9), shared out by the allocation plan. Unit costs are of a month: cost of the period
over the sum of each month's municipalities, users … What could not be shared out is in no municipality's cost.
"""

from sqlalchemy import Double, cast, distinct, func

from data.metrics.cost_rows import (
    KEY_SPACE,
    LINES,
    PLACES,
    RESIDUE,
    TICKETS,
    TRANSACTIONS,
    USERS,
    line_cost,
    place_cost,
    residual,
    ticket_cost,
    transaction_cost,
    user_cost,
)
from data.metrics.cuts import PERIODS
from data.metrics.metric import Metric
from data.metrics.ticket_rows import BY_PLACE

MONTHS = PERIODS[2:]
BY_LEDGER = (*MONTHS, "account_group", "account", "function", "actor", "actor_type", "service", "operator", "source")
BY_CHARGED = (*MONTHS, "service", "operator", *BY_PLACE)
BY_SUPPORT = (*MONTHS, "level", "actor", "actor_type", "service", "operator")
THOUSAND = 1000

ALLOCATED_COST_HUF = Metric(
    id="allocated_cost_huf",
    code="BU04B",
    field="budget",
    name={"hu": "Felosztott költség", "en": "Allocated cost"},
    definition={
        "hu": "Az időszak teljesített kiadása (K1–K9) azon szereplőnél, amelyet terhel, és azon szakrendszernél, "
        "amelyre a felosztási rend szerint jut; ami nem volt felosztható, annál a szolgáltatásnál marad, ahol megállt.",
        "en": "Expenditure performed in the period (K1–K9), at the actor that bears it and the application that it "
        "comes to by the allocation plan; what could not be shared out stays at the service where it came to a halt.",
    },
    fact=LINES,
    kind="sum",
    numerator=func.sum(line_cost.c.huf),
    counted_by=line_cost.c.month_on,
    cut_by=BY_LEDGER,
    unit="huf",
    better="neutral",
    process="financial_management",
    chart="individual",
)

DIRECT_COST_SHARE = Metric(
    id="direct_cost_share",
    code="BU11",
    field="budget",
    name={"hu": "Közvetlenül szakrendszerre könyvelt költség aránya", "en": "Share of cost booked to an application"},
    definition={
        "hu": "A főkönyvben közvetlenül szakrendszerre könyvelt teljesített kiadás az időszak felosztott költségéhez "
        "(K1–K9) viszonyítva; a többi platform-összetevőről vagy közös költségként, felosztással jut a "
        "szakrendszerekre.",
        "en": "Expenditure that the ledger books directly to an application, over the allocated cost of the period "
        "(K1–K9); the rest comes to applications by allocation, from platform components or shared cost.",
    },
    fact=LINES,
    kind="ratio",
    numerator=func.sum(line_cost.c.direct_huf),
    denominator=func.sum(line_cost.c.huf),
    counted_by=line_cost.c.month_on,
    cut_by=BY_LEDGER,
    unit="rate",
    better="higher",
    target=0.60,
    process="financial_management",
    chart="rate",
)

ALLOCATION_RESIDUAL_HUF = Metric(
    id="allocation_residual_huf",
    code="BU10",
    field="budget",
    name={"hu": "Felosztási maradvány", "en": "Allocation residual"},
    definition={
        "hu": "Az időszak főkönyvi teljesített kiadása (K1–K9) mínusz a felosztás által bárhol kimutatott összeg; "
        "pontosan 0 Ft, szereplőnként, szolgáltatásonként (a könyvelés szerint) és rovatonként is.",
        "en": "Expenditure of the ledger in the period (K1–K9) minus all that the allocation shows anywhere; exactly "
        "0 HUF, also by actor, service (as booked) and account.",
    },
    fact=RESIDUE,
    kind="sum",
    numerator=func.sum(residual.c.huf),
    counted_by=residual.c.month_on,
    cut_by=tuple(name for name in BY_LEDGER if name != "operator"),
    unit="huf",
    better="band",
    band=(0.0, 0.0),
    process="financial_management",
    chart="individual",
)

MUNICIPALITY_COST_HUF = Metric(
    id="municipality_cost_huf",
    code="BU05",
    field="budget",
    name={"hu": "Egy önkormányzatra jutó havi költség", "en": "Monthly cost per municipality"},
    definition={
        "hu": "Az önkormányzatokra felosztott költség osztva a hó végén éles üzemben lévő önkormányzatok számának havi "
        "összegével. Szakrendszerenként az adott szakrendszert, egyébként bármelyiket élesben használó önkormányzat "
        "számít, havonta egyszer.",
        "en": "Cost shared out to municipalities, over the sum of each month's municipalities live at its end. By "
        "application those live with it count, else those live with any, each once a month.",
    },
    fact=PLACES,
    kind="ratio",
    numerator=func.sum(place_cost.c.huf),
    denominator=func.count(distinct(place_cost.c.place_key)),
    counted_by=place_cost.c.month_on,
    cut_by=BY_CHARGED,
    unit="huf",
    better="lower",
    process="financial_management",
    chart="individual",
)

INHABITANT_COST_HUF = Metric(
    id="inhabitant_cost_huf",
    code="BU05B",
    field="budget",
    name={"hu": "Ezer lakosra jutó havi költség", "en": "Monthly cost per 1,000 inhabitants"},
    definition={
        "hu": "Az önkormányzatokra felosztott költség ezerszerese osztva a hó végén éles üzemben lévő önkormányzatok "
        "lakosságának havi összegével. Szakrendszerenként az adott szakrendszert, egyébként bármelyiket élesben "
        "használó önkormányzat lakossága számít, havonta egyszer.",
        "en": "A thousand times the cost shared out to municipalities, over the sum of each month's inhabitants of "
        "municipalities live at its end. By application the inhabitants of those live with it count, else of those "
        "live with any, each once a month.",
    },
    fact=PLACES,
    kind="ratio",
    numerator=func.sum(place_cost.c.huf) * THOUSAND,
    denominator=func.sum(distinct(place_cost.c.inhabitant_key))
    - func.sum(distinct(place_cost.c.place_key)) * KEY_SPACE,
    counted_by=place_cost.c.month_on,
    cut_by=BY_CHARGED,
    unit="huf",
    better="lower",
    process="financial_management",
    chart="individual",
)

# At least so many different people: those of the largest row, or of an average month and application.
_PEOPLE = func.greatest(
    func.max(user_cost.c.amount),
    func.floor(
        cast(func.sum(user_cost.c.amount), Double)
        / (func.count(distinct(user_cost.c.month_on)) * func.count(distinct(user_cost.c.service_id)))
    ),
)

USER_COST_HUF = Metric(
    id="user_cost_huf",
    code="BU06",
    field="budget",
    name={"hu": "Egy aktív felhasználóra jutó havi költség", "en": "Monthly cost per active user"},
    definition={
        "hu": "Az önkormányzatokra felosztott költség osztva a havonta legalább egy tranzakciót végző felhasználók "
        "összegével. Csak azon szakrendszerek azon hónapjainak költsége számít, amelyekre a szakrendszer közölte az "
        "aktív felhasználók számát. Aki három hónapban vagy három szakrendszerben volt aktív, háromszor számít.",
        "en": "Cost shared out to municipalities, over the sum of each month's users with at least one transaction. "
        "Only the cost of applications and months counts of which the application has told its active users. One "
        "active in three months or three applications counts three times.",
    },
    fact=USERS,
    kind="ratio",
    numerator=func.sum(user_cost.c.huf),
    denominator=func.sum(user_cost.c.amount),
    people=_PEOPLE,
    counted_by=user_cost.c.month_on,
    cut_by=BY_CHARGED,
    unit="huf",
    better="lower",
    process="financial_management",
    chart="individual",
)

TRANSACTION_COST_HUF = Metric(
    id="transaction_cost_huf",
    code="BU08",
    field="budget",
    name={"hu": "Egy tranzakcióra jutó költség", "en": "Cost per transaction"},
    definition={
        "hu": "Az önkormányzatokra felosztott költség osztva a szakrendszerek által közölt tranzakciók számával. Csak "
        "azon szakrendszerek azon hónapjainak költsége számít, amelyekre a szakrendszer közölte a tranzakciók számát.",
        "en": "Cost shared out to municipalities, over the transactions that applications have told. Only the cost of "
        "applications and months counts of which the application has told its transactions.",
    },
    fact=TRANSACTIONS,
    kind="ratio",
    numerator=func.sum(transaction_cost.c.huf),
    denominator=func.sum(transaction_cost.c.amount),
    counted_by=transaction_cost.c.month_on,
    cut_by=BY_CHARGED,
    unit="huf",
    better="lower",
    process="financial_management",
    chart="individual",
)

TICKET_COST_HUF = Metric(
    id="ticket_cost_huf",
    code="BU07",
    field="budget",
    name={"hu": "Egy megoldott bejelentésre jutó támogatási költség", "en": "Support cost per resolved ticket"},
    definition={
        "hu": "Az ügyfélszolgálat (1. szint) és a másodszintű támogatás (2. szint) költsége, ahogyan a felosztási rend "
        "tevékenységei meghatározzák, osztva az időszakban megoldott hibabejelentések és szolgáltatáskérések számával. "
        "Szintenként és szereplőnként a szint, illetve a szereplő költsége az általa megoldottakhoz viszonyítva.",
        "en": "Cost of the service desk (level 1) and of the second-level help desk (level 2), as the activities of "
        "the allocation plan define it, over the incidents and service requests resolved in the period. By level and "
        "actor the cost of each over what it resolved.",
    },
    fact=TICKETS,
    kind="ratio",
    numerator=func.sum(ticket_cost.c.huf),
    denominator=func.sum(ticket_cost.c.tickets),
    counted=func.coalesce(func.sum(ticket_cost.c.tickets), 0),
    counted_by=ticket_cost.c.month_on,
    cut_by=BY_SUPPORT,
    unit="huf",
    better="lower",
    process="financial_management",
    chart="individual",
)
