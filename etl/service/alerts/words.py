"""What alerts and run reports say, Hungarian and English side by side."""

from datetime import datetime

from etl.service.alerts import CHANGED, INPUT, LATE, MISSED, QUARANTINE, RUN, TEST, VOLUME, WORKER, Text
from etl.service.schedule import BUDAPEST

LANGUAGES = ("hu", "en")
LONGEST = 600  # characters of a message that is repeated

KIND = {
    RUN: {"hu": "sikertelen futás", "en": "run failed"},
    INPUT: {"hu": "sikertelen beolvasás", "en": "input failed"},
    LATE: {"hu": "késő adat", "en": "late data"},
    MISSED: {"hu": "elmaradt ütemezett futás", "en": "scheduled run missed"},
    QUARANTINE: {"hu": "sok félretett sor", "en": "many rows set aside"},
    VOLUME: {"hu": "szokatlan mennyiség", "en": "unusual volume"},
    CHANGED: {"hu": "megváltozott forrás", "en": "source changed"},
    TEST: {"hu": "próbaüzenet", "en": "test message"},
    WORKER: {"hu": "az ütemező hibája", "en": "trouble of the scheduler"},
}
SEVERITY = {
    "error": {"hu": "hiba", "en": "error"},
    "warning": {"hu": "figyelmeztetés", "en": "warning"},
    "info": {"hu": "tájékoztatás", "en": "information"},
}
JOB = {
    "tickets": {"hu": "bejelentések", "en": "tickets"},
    "contracts": {"hu": "szerződések", "en": "contracts"},
    "training": {"hu": "oktatások", "en": "training"},
    "budget": {"hu": "költségvetés", "en": "budget"},
    "usage": {"hu": "alkalmazáshasználat", "en": "use of applications"},
}
STATUS = {
    "published": {"hu": "közzétéve", "en": "published"},
    "failed": {"hu": "sikertelen", "en": "failed"},
}
TEXTS: dict[str, dict[str, str]] = {
    "run_failed": {
        "hu": "A futás nem sikerült ({job}), az adatbázisban a korábbi állapot maradt. {message}",
        "en": "The run failed ({job}); the database keeps its earlier state. {message}",
    },
    "run_stopped": {
        "hu": "A futás nem sikerült ({job}), az adatbázisban a korábbi állapot maradt. Ok: {error}. Részletek az"
        " ütemező naplójában.",
        "en": "The run failed ({job}); the database keeps its earlier state. Cause: {error}. The scheduler's log has"
        " the details.",
    },
    "source_failed": {
        "hu": "{source}: a forrásból semmi sem töltődött be. A rendszer üzenete: {message}",
        "en": "{source}: nothing of the source was loaded. {message}",
    },
    "input_failed": {
        "hu": "{source}: {count} bemenet nem volt teljes egészében feldolgozható, a többi betöltődött. Az első"
        " üzenete: {message}",
        "en": "{source}: {count} input(s) could not be taken in whole, the others were loaded. The first: {message}",
    },
    "late_data": {
        "hu": "{source}: a legfrissebb adat {newest} időpontú, több mint {hours} órája nem jött új. Nézze meg, hogy a"
        " forrásrendszer szállít-e.",
        "en": "{source}: the newest row is of {newest}, more than {hours} hours ago. See whether the source delivers.",
    },
    "missed_schedule": {
        "hu": "Az ütemezett futás ({job}: {sources}) elmaradt: {named} óta esedékes. Nézze meg az ütemező naplóját.",
        "en": "The scheduled run ({job}: {sources}) did not take place: it has been due since {named}. See the"
        " scheduler's log.",
    },
    "quarantine_rate": {
        "hu": "{source}: {read} beolvasott sorból {bad} került félre ({rate}; megengedett: {limit}). Legtöbb itt:"
        " {input}. Teendő: asp-etl quarantine list",
        "en": "{source}: {bad} of {read} rows read were set aside ({rate}; limit {limit}). Most of them in {input}."
        " To do: asp-etl quarantine list",
    },
    "volume": {
        "hu": "{source}: {read} sor jött, a korábbi {runs} futás alapján {low} és {high} között szokott. Nézze meg,"
        " teljes-e a szállítás.",
        "en": "{source}: {read} rows came; from the {runs} runs before, between {low} and {high} were to be expected."
        " See whether the delivery is complete.",
    },
    "source_changed": {"hu": "{source}: a beolvasás megjegyzése: {message}", "en": "{source}: {message}"},
    "config": {
        "hu": "A források leírása nem használható, ezért semmi sem fut: {message}",
        "en": "The description of the sources cannot be used, so nothing runs: {message}",
    },
    "database": {
        "hu": "Az adatbázis nem érhető el, ezért semmi sem fut. Ok: {message}",
        "en": "The reporting database cannot be reached, so nothing runs. Cause: {message}",
    },
    "test": {
        "hu": "Próbaüzenet: a riasztások ezen a csatornán megérkeznek.",
        "en": "A test: alerts arrive by this channel.",
    },
}
# What stands around the alerts in messages, reports and lists.
FRAME = {
    "subject_one": {"hu": "[ASP] {kind}: {about}", "en": "[ASP] {kind}: {about}"},
    "subject_over": {"hu": "[ASP] Elmúlt – {kind}: {about}", "en": "[ASP] Resolved – {kind}: {about}"},
    "subject_many": {"hu": "[ASP] {count} riasztás", "en": "[ASP] {count} alerts"},
    "raised": {"hu": "Új", "en": "New"},
    "over": {"hu": "Elmúlt", "en": "Resolved"},
    "over_text": {"hu": "Rendben van, ami ez volt: {text}", "en": "It is well again, after: {text}"},
    "run": {"hu": "futás: {run}", "en": "run: {run}"},
    "footer": {
        "hu": "Nyitott riasztások: asp-etl alerts list. Ezt az üzenetet az ASP adatbetöltés küldte.",
        "en": "Open alerts: asp-etl alerts list. This message was sent by the ASP data load.",
    },
    "everything": {"hu": "adatbetöltés", "en": "data load"},
    "title": {"hu": "{run}. futás: {job}, {status}", "en": "Run {run}: {job}, {status}"},
    "not_recorded": {"hu": "Futás: {job}, {status}", "en": "Run: {job}, {status}"},
    "times": {
        "hu": "{started} – {finished} ({seconds} másodperc), mód: {mode}",
        "en": "{started} – {finished} ({seconds} seconds), mode: {mode}",
    },
    "columns": {
        "hu": "forrás|bemenet|beolvasott|új|változott|változatlan|ismétlődő|félretett|megszűnt",
        "en": "source|inputs|read|new|changed|unchanged|duplicate|set aside|withdrawn",
    },
    "skipped": {"hu": "ebből kihagyva {count}", "en": "{count} skipped"},
    "failed": {"hu": "ebből sikertelen {count}", "en": "{count} failed"},
    "notes": {"hu": "Üzenetek", "en": "Messages"},
    "alerts": {"hu": "Riasztások", "en": "Alerts"},
    "none": {"hu": "Nincs riasztás.", "en": "No alerts."},
}
Value = str | int | float | datetime


def text(name: str, **values: Value) -> Text:
    """A text in every language. datetime: as Budapest time; float: a share, as per cent; int: grouped by thousands;
    job: by its name."""
    return {language: _filled(TEXTS[name][language], language, values) for language in LANGUAGES}


def phrase(name: str, language: str, **values: Value) -> str:
    """A part of the frame in one language; values as for text()."""
    return _filled(FRAME[name][language], language, values)


def job_name(job: str, language: str) -> str:
    return JOB.get(job, {}).get(language, job)


def moment(at: datetime, language: str) -> str:
    """An aware time in Budapest, to the minute."""
    form = "%Y. %m. %d. %H:%M" if language == "hu" else "%Y-%m-%d %H:%M"
    return at.astimezone(BUDAPEST).strftime(form)


def short(message: str) -> str:
    """A message on one line and not too long."""
    line = " ".join(message.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _filled(template: str, language: str, values: dict[str, Value]) -> str:
    shown = {name: _shown(value, language) for name, value in values.items()}
    return template.format(**shown | {"job": job_name(shown.get("job", ""), language)})


def _shown(value: Value, language: str) -> str:
    match value:
        case datetime():
            return moment(value, language)
        case float():
            shown = f"{value:.1%}"
            return shown.replace(".", ",") if language == "hu" else shown
        case int():
            return f"{value:,}".replace(",", "\u00a0" if language == "hu" else ",")
    return value
