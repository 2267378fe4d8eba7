"""The headings under which the canonical fields are known, in Hungarian and English, the plainest first.

Compared without case, accents, spaces and marks (headings.readings), so each is written once. A field's rank among
equals is its place in the list: of two columns that fit, the one whose heading stands earlier is proposed.
"""

_COMMON: dict[str, str] = {
    "municipality": "önkormányzat|település|municipality|ksh kód|ksh|településkód|település ksh kódja|"
    "önkormányzat ksh|önkormányzat neve|település neve|munkahely ksh|munkahely|kérte ksh|kérte|hivatal|site|"
    "location|helyszín|organization|organisation|szervezet neve|company|ügyfél szervezet|intézmény|ksh code|"
    "settlement|partner",
    "county": "vármegye|megye|county|vármegye neve|megye neve|region|régió",
    "service": "szakrendszer|szolgáltatás|service|alkalmazás|application|business service|cmdb ci|rendszer|"
    "modul|service name|configuration item|ci|termék|product|component|komponens|affected service",
    "actor": "felelős szervezet|felelős|szervezet|megoldó szervezet|megoldó|actor|owner organisation|"
    "üzemeltető|operator|resolver",
    "status": "állapot|státusz|status|state|incident state|státus|jegy állapota|aktuális állapot|stádium",
    "priority": "prioritás|priority|súlyosság|severity|sürgősség|fontosság",
    "level": "szint|support level|level|támogatási szint|tier",
    "category": "kategória|category|bejelentés kategóriája|ok|closure code|close code|hibakategória|témakör|"
    "subcategory",
    "source_version": "változat|verzió|version|sys mod count|revision|sorszám változat",
    "assignment_group": "csoport|assignment group|megoldó csoport|hozzárendelt csoport|group|queue|sor|"
    "queue name|support group|assigned group|team",
    "satisfaction": "elégedettség|értékelés|satisfaction|csat|rating|ügyfél értékelése",
    "role": "szerepkör|szerep|role|munkakör",
    "person": "dolgozó kód|dolgozó|dolgozó azonosító|résztvevő kód|résztvevő|hallgató kód|hallgató|személy|"
    "felhasználó|felhasználó azonosító|person|person id|user id|userid|user|username|id student|student id|learner|"
    "employee|employee id|név|teljes név|name|full name|e-mail|email",
    "ended_on": "vége|megszűnt|kilépett|befejezve|ended|end date|megszűnés|ended on|valid to|end",
    "run": "turnus|run|csoport|évfolyam|code presentation|presentation|session|futam|képzési csoport",
}
_TICKET: dict[str, str] = {
    "ticket_id": "azonosító|jegy|bejelentés száma|bejelentés azonosítója|jegyszám|ticket id|number|ticket|"
    "incident id|ticket number|key|issue key|ügyszám|hibajegy|hibajegy száma|sorszám|bejelentésszám|case id|id|"
    "jegyazonosító|iktatószám|incidens|incidens száma|change id|problem id|request id",
    "opened_at": "bejelentve|nyitás|nyitva|létrehozva|bejelentés ideje|bejelentés időpontja|"
    "bejelentés dátuma|opened at|created at|created|opened|beérkezett|beérkezés|beérkezés ideje|nyitás ideje|"
    "nyitás dátuma|open time|letrehozás|létrehozás ideje|létrehozás dátuma|feltárva|elrendelve|sys created on|"
    "create time|created on|date created|create date|rögzítve|rögzítés ideje|reported at|kezdete|submitted",
    "ticket_type": "típus|fajta|jegytípus|type|ticket type|bejelentés típusa|issue type|jegy típusa|jellege|"
    "category|típusa|kind|kind of ticket",
    "channel": "csatorna|bejelentés módja|contact type|channel|bejelentési csatorna|forrás|source|create article type",
    "first_response_at": "első válasz|első válasz ideje|first response at|first response|first response time|"
    "első reagálás|első intézkedés|response at|takenintoaccountdate|started",
    "escalated_at": "eszkalálva|továbbítva|escalated at|eszkalálás ideje|továbbítás ideje|escalation time|"
    "2 szintre adva",
    "acknowledged_at": "átvéve|visszaigazolva|acknowledged at|átvétel ideje|acknowledged",
    "resolved_at": "megoldva|megoldás ideje|megoldás dátuma|resolved at|resolved|resolved time|"
    "resolution date|élesítve|lezárva|megoldás időpontja|solved at|solvedate|solve date|resolutiondate|elhárítva|"
    "vége|close at",
    "closed_at": "lezárva|lezárás ideje|lezárás dátuma|lezárás|closed at|closed|close time|closed time|"
    "closedate|close at|close date|lezárás időpontja|lezárt",
    "updated_at": "módosítva|utolsó módosítás|updated at|updated|last updated|sys updated on|lastupdated|"
    "date mod|módosítás ideje|changed|frissítve|last modified",
    "waiting_minutes": "várakozás perc|várakozás|waiting minutes|ügyfélre várt perc|pending minutes|"
    "várakozási idő perc",
    "made_sla": "made sla|sla teljesült|sla|határidőben|within sla|sla met",
    "reassignment_count": "átadások|átadások száma|reassignment count|reassignments|no of reassignments|"
    "x reassignments|átirányítások száma",
    "reopen_count": "újranyitások|újranyitások száma|reopen count|reopens|újranyitás száma",
    "reopened_on": "újranyitva|újranyitás napja|reopened on|reopen time|reopened|reopened at|újranyitás dátuma",
    "problem_id": "problémajegy|probléma|problem id|problem|related problem|kapcsolódó probléma",
    "caused_by_change_id": "okozó változtatás|okozó változás|caused by|related change|caused by change|rfc|"
    "change request",
    "is_major": "kiemelt|jelentős|major|major incident|is major|kiemelt incidens|súlyos incidens",
    "is_emergency": "sürgős|sürgősségi|emergency|is emergency|rendkívüli",
    "detected_by": "észlelte|észlelés|detected by|észlelés módja",
    "outcome": "eredmény|kimenetel|outcome|result|végrehajtás eredménye",
    "origin": "eredet|origin|igény eredete",
    "decision": "döntés|decision|elbírálás",
    "initial_priority": "eredeti prioritás|kezdeti prioritás|initial priority|induló prioritás|original priority",
    "approved_on": "jóváhagyva|approved on|jóváhagyás|approved|approved at|engedélyezve",
    "implemented_on": "élesítve|éles|bevezetve|implemented on|implemented|megvalósítva|go live|élesítés",
    "decided_on": "döntés napja|döntés dátuma|decided on|decided",
    "analysed_on": "hatáselemzés|hatásvizsgálat|analysed on|impact analysis",
    "announced_on": "kihirdetve|kihirdetés|announced on|promulgated|kihirdetés napja",
    "effective_on": "hatályba lép|hatálybalépés|effective on|effective|hatályos",
    "built_on": "fejlesztés kész|elkészült|fejlesztve|fejlesztés vége|fejlesztés befejezve|built on|built|"
    "development finished|development done|fejlesztés napja",
    "trained_on": "oktatva|oktatás napja|oktatás|oktatás befejezve|felkészítés|felkészítés napja|trained on|trained|"
    "users trained|training date",
    "due_on": "határidő|esedékes|due on|due date|due|tervezett nap|deadline|time to resolve",
    "root_cause_on": "gyökérok|gyökérok napja|root cause on|kiváltó ok feltárva|root cause found",
    "workaround_on": "kerülőút|kerülő megoldás|workaround on|áthidaló megoldás",
    "outage_minutes": "kiesés perc|kiesés|outage minutes|downtime|leállás perc|kiesés hossza perc",
    "outage_started_at": "kiesés kezdete|leállás kezdete|üzemszünet kezdete|kiesés kezdő időpontja|outage started at|"
    "outage start|outage started|outage begin|downtime start|down since|unavailable from",
    "outage_ended_at": "kiesés vége|leállás vége|üzemszünet vége|kiesés záró időpontja|outage ended at|outage end|"
    "outage ended|downtime end|up since|service restored|unavailable to",
    "outage_scope": "kiesés terjedelme|leállás terjedelme|kiesés kiterjedése|terjedelem|outage scope|scope|"
    "downtime scope|outage extent",
    "affected_users": "érintett felhasználók|érintett felhasználók száma|affected users|érintettek száma",
    "rto_minutes": "rto perc|rto|rto minutes",
    "recovery_minutes": "helyreállítás perc|helyreállítási idő|recovery minutes|helyreállítás",
    "rpo_minutes": "rpo perc|rpo|rpo minutes",
    "data_loss_minutes": "adatvesztés perc|adatvesztés|data loss minutes",
    "handle_hours": "handle time hours|handle time hrs|ráfordítás óra|handle hours",
}
_EVENT: dict[str, str] = {
    "ticket_id": "jegy|bejelentés száma|jegyszám|ticket id|incident id|ticket|number|jegyazonosító|"
    "bejelentés|issue key|documentkey|document key|azonosító|o id|objectid|items id",
    "event_at": "időpont|esemény ideje|event at|timestamp|idő|date|dátum|data stamp|date stamp|datestamp|"
    "sys created on|sys updated at|változás ideje|created|created at|mikor",
    "event_id": "esemény|esemény azonosító|eseményazonosító|event id|activity number|"
    "incident activity number|id|sys id|history id|napló id|sorszám",
    "event_type": "esemény fajta|esemény típusa|művelet|event type|activity|incident activity type|"
    "activity type|type|tevékenység|fieldname|történt|action",
    "assignment_group": "csoport|assignment group|megoldó csoport|group|queue|team",
}
_CONTRACT: dict[str, str] = {
    "contract_id": "szerződésszám|szerződés száma|szerződés|szerződés azonosító|contract id|contract number|"
    "contract|ocid|azonosító|nyilvántartási szám|ügyszám|iktatószám|id|number|link notice",
    "contract_kind": "fajta|szerződés típusa|szerződés fajtája|típus|contract kind|contract type|kind|type",
    "buyer": "megrendelő|ajánlatkérő|buyer|contracting authority|vevő|buyer name|ajánlatkérő neve",
    "supplier": "szállító|nyertes|supplier|vállalkozó|nyertes ajánlattevő|szerződő partner|supplier name|"
    "contractor|registered name|nyertes neve",
    "municipality": "önkormányzat|település|ksh|ksh kód|municipality|önkormányzat ksh|contracting authority",
    "joining_type": "csatlakozás módja|csatlakozás típusa|joining type|csatlakozás|csatlakozási mód",
    "wave": "ütem|hullám|wave|csatlakozási ütem",
    "cpv": "fő cpv|cpv|cpv kód|main cpv|cpv code",
    "reference": "hirdetmény|hivatkozás|reference|eljárás száma|ekr azonosító|hirdetményszám",
    "signed_on": "aláírva|aláírás napja|aláírás dátuma|szerződéskötés|szerződéskötés dátuma|signed on|"
    "date signed|datesigned|signature date|kelte|kelt|award date|date",
    "valid_from": "hatályos|hatály kezdete|hatálybalépés|érvényesség kezdete|valid from|start date|kezdete|"
    "hatályos ettől",
    "valid_to": "hatály vége|lejárat|lejár|érvényesség vége|valid to|end date|vége|hatályos eddig|lejárat dátuma",
    "renewal_started_on": "megújítás indult|megújítás kezdete|renewal started on|renewal started",
    "original_huf": "eredeti érték|szerződéses érték|eredeti érték ft|original value|szerződés értéke|"
    "original huf|contract value|nettó érték|value amount",
    "value_huf": "módosított érték|módosított érték ft|aktuális érték|current value|value huf|amended value",
    "invoiced_huf": "számlázva|számlázott|kifizetve|invoiced|invoiced huf|számlázott összeg",
    "penalty_due_huf": "kötbér esedékes|esedékes kötbér|penalty due|járó kötbér",
    "penalty_applied_huf": "kötbér érvényesítve|érvényesített kötbér|penalty applied",
    "bids_count": "érvényes ajánlatok|érvényes ajánlatok száma|ajánlatok száma|bids count|number of bids|"
    "number of tenderers|beérkezett ajánlatok",
    "winners_count": "nyertesek száma|winners count|number companies win",
}
_AMENDMENT: dict[str, str] = {
    "contract_id": _CONTRACT["contract_id"],
    "amendment_id": "módosítás|módosítás száma|módosítás sorszáma|amendment id|amendment|amendment number",
    "amended_on": "módosítva|módosítás napja|módosítás kelte|amended on|amendment date",
    "previous_huf": "érték módosítás előtt|korábbi érték|previous value|value before",
    "value_huf": "érték módosítás után|új érték|módosított érték|new value|value after",
    "previous_to": "korábbi lejárat|lejárat módosítás előtt|previous end date",
    "valid_to": "új lejárat|lejárat módosítás után|new end date|hatály vége",
}
_CONTRACT_SERVICE: dict[str, str] = {
    "contract_id": "szerződés|szerződésszám|szerződés száma|contract id|contract|contract number",
    "contracted_on": "igényelve|megrendelve|szerződve|contracted on|contracted|igénylés napja",
    "provisioned_on": "létrehozva|kiépítve|provisioned on|provisioned|üzembe helyezve",
    "live_on": "éles|élesítve|éles indulás|live on|go live|indulás|éles üzem kezdete",
}
_ROLE_HOLDER: dict[str, str] = {
    "holder_key": "kinevezés|kinevezés azonosítója|kijelölés|azonosító|holder key|appointment|id|sorszám|"
    "kijelölés száma",
    "person": "dolgozó|dolgozó kód|személy|név|person|betöltő|felhasználó|dolgozó neve|name|e-mail|email|user",
    "appointed_on": "kezdete|kinevezve|kijelölve|appointed on|appointed|start date|kezdet|ettől",
}
_TRAINING: dict[str, str] = {
    "course_id": "tanfolyam|tanfolyam kód|kurzus|kurzus kód|képzés|képzés kód|course id|course|course code|"
    "code module|module|shortname|course shortname|courseid|képzés azonosító|tanfolyam azonosító",
    "course_name": "tanfolyam neve|képzés neve|kurzus neve|course name|course fullname|fullname|tanfolyam megnevezése",
    "started_on": "kezdés|kezdés napja|kezdete|started on|start date|tanfolyam kezdete|képzés kezdete|"
    "course start|képzés napja|indulás|started|timestarted|course startdate|startdate",
    "enrolment_id": "beiratkozás|beiratkozás azonosítója|jelentkezés azonosítója|enrolment id|enrollment id|"
    "ueid|azonosító|user enrolment id|id",
    "enrolled_on": "jelentkezett|jelentkezés|beiratkozott|beiratkozás napja|enrolled on|enrolled|"
    "date registration|time enrolled|timecreated|jelentkezés napja|enrolment date|time enrolled",
    "completed_on": "befejezte|elvégezte|befejezés|completed on|completed|completion date|timecompleted|"
    "time completed|teljesítve|teljesítés napja|vizsga napja",
    "withdrawn_on": "lemondta|visszalépett|withdrawn on|withdrawn|date unregistration|lemondás napja",
    "result": "eredmény|minősítés|result|final result|vizsgaeredmény|outcome|kimenet",
    "attempted": "vizsgázott|attempted|vizsgát tett|megjelent",
    "score": "pontszám|pont|score|grade|final grade|eredmény %|pontszám %",
    "certified_from": "tanúsítvány kezdete|tanúsítvány kelte|certified from|certificate issued|tanúsítvány napja",
    "certified_to": "tanúsítvány vége|tanúsítvány lejárata|certified to|certificate expires|érvényes eddig",
    "cost_huf": "költség|költség ft|díj|cost|cost huf|képzési díj|ár",
}
_BUDGET: dict[str, str] = {
    "fiscal_year": "év|költségvetési év|fiscal year|year|tárgyév|gazdasági év",
    "account_id": "rovat|rovatkód|rovatszám|account id|account|rovat kód|rovatrend|economic classification|"
    "főkönyvi szám",
    "period_on": "időszak|hónap|period on|period|month|dátum|könyvelés napja|teljesítés dátuma|date",
    "line_id": "tétel|tétel azonosító|tételszám|line id|sor azonosító|bizonylatszám|könyvelési tétel|bizonylat",
    "function_id": "kormányzati funkció|cofog|kormányzati funkció kód|function id|function|funkció|"
    "functional classification|kormányzati funkciókód",
    "actor": "szervezet|költséghely|költségviselő|actor|organisation|felelős",
    "original_huf": "eredeti előirányzat|eredeti előirányzat ft|original appropriation|eredeti|original|"
    "original huf|approved|összesen",
    "appropriated_huf": "módosított előirányzat|módosított előirányzat ft|modified appropriation|módosított|"
    "appropriated|adjusted|appropriated huf|revised",
    "committed_huf": "kötelezettségvállalás|kötelezettségvállalás ft|commitment|committed|committed huf|"
    "kötelezettségvállalás más fizetési kötelezettség",
    "spent_huf": "teljesítés|teljesítés ft|performance|spent|tény|executed|spent huf|kifizetés|actual|execution",
    "nature": "jelleg|kiadás jellege|nature|run or change",
    "purpose": "purpose|rendeltetés",
}
_USAGE: dict[str, str] = {
    "period_on": "hónap|tárgyhónap|időszak|tárgyidőszak|period on|period|month|dátum|nap|date",
    "usage_id": "sor azonosító|azonosító|rekord azonosító|usage id|row id|id",
    "enabled_users": "engedélyezett felhasználók|engedélyezett felhasználók száma|jogosult felhasználók|"
    "jogosult felhasználók száma|felhasználók száma|felhasználók|enabled users|licensed users|registered users|users",
    "active_users": "aktív felhasználók|aktív felhasználók száma|active users|monthly active users|mau|"
    "belépett felhasználók",
    "transactions": "tranzakciók|tranzakciók száma|tranzakciószám|műveletek|műveletek száma|transactions|"
    "transaction count|business transactions|operations",
    "cases": "ügyek|ügyek száma|összes ügy|ügyszám|indított ügyek|cases|case count|all cases",
    "online_cases": "elektronikus ügyek|elektronikusan indított ügyek|portálon indított ügyek|online ügyek|"
    "online indított ügyek|online cases|digital cases|portal cases",
    "forms_started": "megkezdett űrlapok|elkezdett űrlapok|megkezdett űrlapok száma|űrlap kezdés|forms started|"
    "started forms",
    "forms_submitted": "beküldött űrlapok|benyújtott űrlapok|beküldött űrlapok száma|űrlap beküldés|forms submitted|"
    "submitted forms",
    "files_due": "esedékes állományok|esedékes fájlok|esedékes adatszolgáltatások|esedékes állományok száma|files due|"
    "due files|deliveries due",
    "files_on_time": "határidőre befogadott állományok|határidőben befogadott állományok|"
    "határidőre érkezett állományok|határidőre befogadott|határidőre teljesített adatszolgáltatások|files on time|"
    "on time files|deliveries on time",
}
_OWN: dict[str, dict[str, str]] = {
    "ticket": _TICKET,
    "event": _EVENT,
    "event_log": {
        **_TICKET,
        "event_at": "időpont|esemény ideje|event at|timestamp|sys updated at|változás ideje|módosítva|updated at",
        "event_id": _EVENT["event_id"],
        "event_type": _EVENT["event_type"],
    },
    "contract": _CONTRACT,
    "amendment": _AMENDMENT,
    "contract_service": _CONTRACT_SERVICE,
    "role_holder": _ROLE_HOLDER,
    "training": _TRAINING,
    "budget": _BUDGET,
    "usage": _USAGE,
}

FILE_WORDS: dict[str, str] = {
    "ticket": "bejelentes jegy ticket incident incidens hiba problema valtozas valtoztatas igeny demand "
    "change problem megallapitas biztonsag helyreallitas proba request",
    "event": "naplo esemeny event events log history activity tortenet",
    "event_log": "eventlog",
    "contract": "szerzodes szerzodesek contract contracts award awards kozbeszerzes csatlakozas beszerzes",
    "amendment": "modositas modositasok amendment amendments",
    "contract_service": "szolgaltatasok services szerzodott",
    "role_holder": "szerepkor szerepkorok roles holders kijeloles kinevezes",
    "training": "kepzes kepzesek training tanfolyam oktatas beiratkozas enrolment registration kurzus",
    "budget": "koltsegvetes budget fokonyv ledger rovat eloiranyzat kgr bevetel bevetelek kiadas",
    "usage": "hasznalat alkalmazashasznalat hasznalati forgalom forgalmi usage statistics statisztika",
}
"""record -> words that the name of such a file often holds, without accents"""


def synonyms(record: str, field: str) -> list[str]:
    """Headings that mean the field in a record, plainest first; its own name comes last of all."""
    listed = _OWN.get(record, {}).get(field) or _COMMON.get(field, "")
    return [*(one for one in listed.split("|") if one), field, field.removesuffix("_id")]
