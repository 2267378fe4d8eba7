"""What delivered codes mean in canonical terms, where that is plain in Hungarian or English."""

import re
from functools import cache

from data.reference import register
from etl.analyst.init.headings import plain
from etl.jobs import budget, contracts, tickets, training

ALLOWED: dict[str, tuple[str, ...]] = {
    "status": tickets.STATUSES,
    "priority": tickets.PRIORITIES,
    "initial_priority": tickets.PRIORITIES,
    "ticket_type": tickets.TYPES,
    "channel": tickets.CHANNELS,
    "level": ("1", "2"),
    "detected_by": ("monitoring", "user"),
    "outcome": ("success", "rolled_back", "failed"),
    "outage_scope": tickets.SCOPES,
    "origin": ("law", "municipal"),
    "decision": ("accepted", "rejected"),
    "contract_kind": contracts.CONTRACT_KINDS,
    "joining_type": contracts.JOINING_TYPES,
    "role": contracts.ROLES,
    "result": training.RESULTS,
    "nature": budget.NATURES,
    "purpose": budget.PURPOSES,
}
"""field -> the values that it takes; channel takes any, but counts these"""

_WORDS: dict[str, dict[str, str]] = {
    "status": {
        "open": "nyitott nyitva új uj new open active aktív aktiv inprogress workinprogress folyamatban "
        "assigned kiosztva hozzárendelve megkezdve elfogadva accepted processing feldolgozásalatt started reopened "
        "újranyitva registered",
        "pending": "várakozik függő függőben függőbentartva pending onhold stalled waiting awaitinguserinfo "
        "awaitingvendor awaitingproblem awaitingevidence awaitingchange ügyfélrevár ügyfélválaszraVár felfüggesztve "
        "szünetel pendingreminder pendingclose waitingforcustomer waitingforsupport várakozó",
        "resolved": "megoldott megoldva resolved solved elhárítva elvégezve kész teljesítve done fixed",
        "closed": "lezárt lezárva closed zárt zárva closedcomplete closedsuccessful complete completed "
        "befejezett befejezve megvalósult megtartva",
        "cancelled": "törölt törölve visszavont visszavonva cancelled canceled elutasítva elutasított "
        "rejected deleted elmaradt merged closedskipped closedincomplete sztornó",
    },
    "priority": {
        "P1": "p1 1 kritikus critical 1critical 1kritikus veryhigh nagyonmagas blocker highest sürgős "
        "azonnali urgent 5veryhigh",
        "P2": "p2 2 magas high 2high 2magas major",
        "P3": "p3 3 közepes moderate medium normal normál 3moderate 3medium 3közepes 2normal 3normal",
        "P4": "p4 4 alacsony low 4low 4alacsony minor lowest 5lowest 5planning verylow trivial 1low planning",
    },
    "ticket_type": {
        "incident": "incident incidens hiba hibabejelentés bejelentés fault bug",
        "service_request": "servicerequest request kérés igény szolgáltatáskérés szolgáltatásigény "
        "requestforinformation kérdés question szolgáltatásikérés",
        "problem": "problem probléma",
        "change": "change változtatás változás rfc changerequest",
        "demand": "demand fejlesztésiigény fejlesztés",
        "security_finding": "securityfinding megállapítás",
        "continuity_test": "continuitytest próba helyreállításipróba",
    },
    "channel": {
        "portal": "portal portál web selfservice önkiszolgáló webform ügyfélkapu service desk servicedesk",
        "email": "email mail levél",
        "phone": "phone telefon ivr call hívás",
        "monitoring": "monitoring felügyelet event esemény riasztás",
        "other": "other egyéb walkin személyes chat",
    },
    "level": {"1": "l1 1 1szint elsőszint firstlevel szint1 tier1", "2": "l2 2 2szint másodikszint secondlevel tier2"},
    "detected_by": {"user": "user felhasználó ügyfél", "monitoring": "monitoring felügyelet riasztás"},
    "outcome": {
        "success": "success successful sikeres megfelelt",
        "rolled_back": "rolledback visszaállítva backedout",
        "failed": "failed unsuccessful sikertelen nemfelelt",
    },
    "outage_scope": {
        "whole": "whole full total complete teljes egész mindenki",
        "part": "part partial limited részleges rész részben",
    },
    "origin": {"law": "law jogszabály törvény", "municipal": "municipal önkormányzat önkormányzati"},
    "decision": {
        "accepted": "accepted approved elfogadva elfogadott jóváhagyva",
        "rejected": "rejected elutasítva elutasított",
    },
    "nature": {
        "run": "run running operation működés működési üzemeltetés fenntartás",
        "change": "change development fejlesztés fejlesztési beruházás",
    },
    "purpose": {"ledger": "ledger főkönyv", "control": "control ellenőrzés egyeztetés"},
    "contract_kind": {
        "joining": "joining csatlakozási csatlakozás",
        "service": "service szolgáltatási szolgáltatás",
        "underpinning": "underpinning szállítói szállító supplier",
        "award": "award közbeszerzés közbeszerzési procurement",
    },
    "joining_type": {
        "system": "system rendszer rendszercsatlakozás",
        "interface": "interface interfész interfészes interfészescsatlakozás",
    },
    "role": {
        "official_representative": "officialrepresentative hivatalosképviselő",
        "contact_person": "contactperson kapcsolattartó",
        "key_user": "keyuser kulcsfelhasználó",
        "local_it_operator": "localitoperator lokálisinformatikaiüzemeltető helyiinformatikus informatikus",
    },
    "result": {
        "passed": "passed pass megfelelt sikeres teljesített teljesítette distinction elvégezte completed",
        "failed": "failed fail nemfeleltmeg sikertelen nemteljesített",
        "withdrawn": "withdrawn lemondta visszalépett kimaradt",
        "in_progress": "inprogress folyamatban active beiratkozott",
    },
}


def canonical(field: str, value: str) -> str | None:
    """The canonical value that a delivered one plainly means; None where it does not."""
    if field in ("service", "actor"):
        return _registered(field).get(_bare(value))
    known = _codes("priority" if field == "initial_priority" else field)
    bare = _bare(value)
    numbered = re.sub(r"^\d+", "", bare)
    return known.get(bare) or (known.get(numbered) if field != "priority" and field != "initial_priority" else None)


def passes(field: str, value: str) -> bool:
    """Whether the delivered value needs no entry: it is the canonical one."""
    if field in ("service", "actor"):
        return value.upper() in {known.upper() for known in _registered(field).values()}
    allowed = ALLOWED.get(field, ())
    return value.lower() in {one.lower() for one in allowed}


def expected(field: str) -> str:
    """The values that a field takes, for people."""
    if field in ("service", "actor"):
        return ", ".join(dict.fromkeys(_registered(field).values()))
    return ", ".join(ALLOWED[field])


@cache
def _codes(field: str) -> dict[str, str]:
    return {_bare(word): code for code, words in _WORDS.get(field, {}).items() for word in (code, *words.split())}


@cache
def _registered(field: str) -> dict[str, str]:
    """Spellings of services and actors -> their ids, as the packaged lists have them."""
    frame = register.services() if field == "service" else register.actors()
    key = f"{field}_id"
    names = [name for name in (key, "name_hu", "name_en", "short", "short_hu", "short_en") if name in frame]
    rows = frame[~frame[key].str.lower().isin(["unknown", "na", "not_applicable"])].to_dict("records")
    return {_bare(str(row[name])): str(row[key]) for name in reversed(names) for row in rows}


def _bare(value: str) -> str:
    return plain(value).replace(" ", "")
