"""Use of applications, as they count it: are they really used, by how many, and do residents come in by the portal?"""

from sqlalchemy import Double, cast, distinct, func

from data.metrics.cuts import PERIODS
from data.metrics.metric import Metric
from data.metrics.ticket_rows import BY_PLACE
from data.metrics.usage_rows import LAPSED, LIVE, OWED, lapsed_pair, live_pair, owed_pair
from data.schema import fact_usage as usage

BY_PAIR = (*PERIODS[2:], "service", *BY_PLACE)
BY_USAGE = (*PERIODS[2:], "service", "source", *BY_PLACE)

# At least so many different people: those of the largest row, or of an average month and application.
_PEOPLE = func.greatest(
    func.max(usage.c.enabled_users),
    func.floor(
        cast(func.sum(usage.c.enabled_users), Double)
        / (func.count(distinct(usage.c.period_on)) * func.count(distinct(usage.c.service_id)))
    ),
)

USED_SERVICE_RATE = Metric(
    id="used_service_rate",
    code="AD02",
    field="adoption",
    name={"hu": "Ténylegesen használt alkalmazások aránya", "en": "Live applications really used"},
    definition={
        "hu": "Azok az önkormányzat–alkalmazás kapcsolatok, amelyekben a hónapban volt legalább egy tranzakció vagy "
        "aktív felhasználó, a hónap végén éles üzemben lévők közül. Csak az a hónap számít, amelyre az alkalmazás "
        "közölte a használatát. Több hónapra a kapcsolatok hónapjai adódnak össze.",
        "en": "Pairs of municipality and application with at least one transaction or active user in the month, of "
        "those live at its end. Only months of which the application has told its use count. Over several months the "
        "months of the pairs are added up.",
    },
    fact=LIVE,
    kind="ratio",
    numerator=func.sum(live_pair.c.used),
    denominator=func.count(),
    counted_by=live_pair.c.month_on,
    cut_by=BY_PAIR,
    unit="rate",
    better="higher",
    target=0.95,
    process="business_relationship_management",
    chart="proportion",
)

ACTIVE_USER_RATE = Metric(
    id="active_user_rate",
    code="AD03",
    field="adoption",
    name={"hu": "Aktív felhasználók aránya", "en": "Active users"},
    definition={
        "hu": "A hónapban legalább egy tranzakciót végző felhasználók a hónap végén engedélyezett felhasználók közül. "
        "Több hónapra és alkalmazásra az aktív felhasználók összege az engedélyezettek összegéhez viszonyítva, így "
        "az, aki három hónapban volt aktív, háromszor számít.",
        "en": "Users with at least one transaction in the month, of those enabled at its end. Over several months and "
        "applications the sum of active users over the sum of enabled ones, so that one active in three months counts "
        "three times.",
    },
    fact=usage,
    kind="ratio",
    numerator=func.sum(usage.c.active_users),
    denominator=func.sum(usage.c.enabled_users),
    counted_by=usage.c.period_on,
    where=usage.c.active_users.is_not(None) & usage.c.enabled_users.is_not(None),
    people=_PEOPLE,
    cut_by=BY_USAGE,
    unit="rate",
    better="higher",
    target=0.75,
    process="business_relationship_management",
    chart="proportion",
)

USED_BREADTH_RATE = Metric(
    id="used_breadth_rate",
    code="AD04",
    field="adoption",
    name={"hu": "Az igénybevétel teljessége", "en": "Breadth of use"},
    definition={
        "hu": "A hónapban ténylegesen használt alkalmazások (legalább egy tranzakció vagy aktív felhasználó) az "
        "önkormányzat által a hónap végéig leszerződött vagy a csatlakozás módja szerint kötelező alkalmazások közül, "
        "akkor is, ha még nem éles. Csak az a hónap számít, amelyre az alkalmazás közölte a használatát. Több hónapra "
        "és önkormányzatra a kapcsolatok hónapjai adódnak össze.",
        "en": "Applications really used in the month (at least one transaction or active user), of those that the "
        "municipality has contracted by its end or is obliged to by its type of joining, live or not. Only months of "
        "which the application has told its use count. Over several months and municipalities the months of the "
        "pairs are added up.",
    },
    fact=OWED,
    kind="ratio",
    numerator=func.sum(owed_pair.c.used),
    denominator=func.count(),
    counted_by=owed_pair.c.month_on,
    cut_by=BY_PAIR,
    unit="rate",
    better="higher",
    target=0.9,
    process="business_relationship_management",
    chart="proportion",
)

ONLINE_CASE_RATE = Metric(
    id="online_case_rate",
    code="AD06",
    field="adoption",
    name={"hu": "Elektronikusan indított ügyek aránya", "en": "Cases begun online"},
    definition={
        "hu": "A portálon (segítséggel is) indított ügyek a portálon is indítható ügyek közül, bármely csatornán "
        "indultak. Csak az a sor számít, amely mindkettőt közli.",
        "en": "Cases begun on the portal (assisted ones included), of the cases of the kinds that can be begun there, "
        "by any channel. Only rows that tell both count.",
    },
    fact=usage,
    kind="ratio",
    numerator=func.sum(usage.c.online_cases),
    denominator=func.sum(usage.c.cases),
    counted_by=usage.c.period_on,
    where=usage.c.online_cases.is_not(None) & usage.c.cases.is_not(None),
    cut_by=BY_USAGE,
    unit="rate",
    better="higher",
    process="business_relationship_management",
    chart="proportion",
)

FORM_COMPLETION_RATE = Metric(
    id="form_completion_rate",
    code="AD07",
    field="adoption",
    name={"hu": "Beküldött űrlapok aránya", "en": "Portal forms submitted"},
    definition={
        "hu": "A portálon beküldött űrlapok a hónapban megkezdettek közül. Csak az a sor számít, amely mindkettőt "
        "közli.",
        "en": "Portal forms submitted, of those begun in the month. Only rows that tell both count.",
    },
    fact=usage,
    kind="ratio",
    numerator=func.sum(usage.c.forms_submitted),
    denominator=func.sum(usage.c.forms_started),
    counted_by=usage.c.period_on,
    where=usage.c.forms_submitted.is_not(None) & usage.c.forms_started.is_not(None),
    cut_by=BY_USAGE,
    unit="rate",
    better="higher",
    target=0.8,
    process="service_validation_and_testing",  # a form that is left half done was not fit for its use
    chart="proportion",
)

LAPSED_USE_COUNT = Metric(
    id="lapsed_use_count",
    code="AD09",
    field="adoption",
    name={"hu": "Megszakadt használat", "en": "Use that has lapsed"},
    definition={
        "hu": "Azok az éles üzemben lévő önkormányzat–alkalmazás kapcsolatok, amelyeket a hónap végével záruló három "
        "hónapban egyszer sem, de az azt megelőző három hónap valamelyikében használtak. Negyedév végén: az előző "
        "negyedévben használták, ebben már nem. Csak akkor számít, ha az alkalmazás mind a három hónapra közölte a "
        "használatát.",
        "en": "Live pairs of municipality and application not used in any of the three months that end with the month, "
        "but used in one of the three before. At the end of a quarter: used in the last quarter, no longer in this "
        "one. It counts only where the application has told its use of all the three months.",
    },
    fact=LAPSED,
    kind="stock",
    numerator=func.count(),
    starts_on=lapsed_pair.c.since_on,
    ends_on=lapsed_pair.c.until_on,
    cut_by=(*PERIODS, "service", *BY_PLACE),
    unit="count",
    better="lower",
    target=0,
    process="business_relationship_management",
    chart="individual",
)

WAREHOUSE_ON_TIME_RATE = Metric(
    id="warehouse_on_time_rate",
    code="AD10",
    field="adoption",
    name={"hu": "Határidőre teljesített adattárházi adatszolgáltatás", "en": "Data warehouse deliveries on time"},
    definition={
        "hu": "Az önkormányzati adattárházba határidőre befogadott állományok a hónapban esedékesek közül; interfészes "
        "csatlakozásnál a nem igénybe vett szakrendszerek adatai érkeznek így. Csak az a sor számít, amely mindkettőt "
        "közli.",
        "en": "Files accepted by the municipal data warehouse by their deadline, of those due in the month; by "
        "interface joining, data of the systems not taken come this way. Only rows that tell both count.",
    },
    fact=usage,
    kind="ratio",
    numerator=func.sum(usage.c.files_on_time),
    denominator=func.sum(usage.c.files_due),
    counted_by=usage.c.period_on,
    where=usage.c.files_on_time.is_not(None) & usage.c.files_due.is_not(None),
    cut_by=BY_USAGE,
    unit="rate",
    better="higher",
    target=1.0,
    process="business_relationship_management",
    chart="proportion",
)
