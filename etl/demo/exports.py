"""Tickets as the two service-desk systems export them: the old one in Windows-1250, the new one in UTF-8."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.cells import dotted_times, flags, iso_times, labels, links, numbers, ticket_ids
from etl.demo.defects import Spoiler, broken_dates, out_of_order, unknown_codes
from etl.demo.facts import OPERATOR, SERVICES
from etl.demo.files import text_table
from etl.demo.intake import CHANNELS
from etl.demo.spelling import NOWHERE, OFTEN
from etl.demo.world import World

OLD_SERVICES = ("ADÓ", "GAZD", "IVK", "IRAT", "IPARKER", "KERET", "PORTÁL")
OLD_STATUS = ("Nyitott", "Várakozik", "Megoldva", "Lezárva", "Törölve")  # in the order of states.STATUSES
NEW_STATUS = ("folyamatban", "ügyfélre vár", "megoldott", "lezárt", "visszavont")
CATEGORY_NAMES = ("Használati kérdés", "Programhiba", "Jogosultság", "Adatjavítás", "Lassulás", "Kiesés")
CHANNEL_NAMES = ("Portál", "E-mail", "Telefon", "Monitoring", "Egyéb")
CODE_SHARE = 0.7  # of the new system's rows name the municipality by its KSH code

DEFECTS = 0.0003  # share of rows, of each kind


@dataclass(frozen=True)
class Form:
    """How a system exports tickets: name in sources.toml, folder, encoding, its columns, and what goes wrong in it."""

    source: str
    folder: str
    encoding: str
    render: Callable[[pd.DataFrame, World, np.random.Generator], pa.Table]
    spoilers: dict[Spoiler, float]


def _places(tickets: pd.DataFrame, world: World, rng: np.random.Generator, spelt: Sequence[int]) -> pa.Array:
    """Municipality names as they get written; spelt: the columns of spellings() in use, by frequency."""
    names = world.spellings[:, list(spelt)]
    column = rng.choice(len(spelt), len(tickets), p=OFTEN)
    member = tickets["municipality"].to_numpy()
    known = labels(names.ravel().tolist(), np.maximum(member, 0) * len(spelt) + column)
    nowhere = labels(NOWHERE, rng.integers(0, len(NOWHERE), len(tickets)))
    return pc.if_else(pa.array(member < 0), nowhere, known)


def _counties(tickets: pd.DataFrame, world: World) -> pa.Array:
    return labels(world.members["county"].tolist(), tickets["municipality"])


def _old(tickets: pd.DataFrame, world: World, rng: np.random.Generator) -> pa.Table:
    components = [name.replace("_", " ") for name in SERVICES[len(OLD_SERVICES) :]]
    priorities = ("", "1 - Kritikus", "2 - Magas", "3 - Közepes", "4 - Alacsony")
    return text_table(
        {
            "Azonosító": ticket_ids(tickets["number"]),
            "Típus": labels(("Hiba", "Igény"), tickets["type"]),
            "Bejelentve": dotted_times(tickets["opened_at"]),
            "Prioritás": labels(priorities, tickets["priority"]),
            "Eredeti prioritás": labels(priorities, tickets["initial_priority"]),
            "Önkormányzat": _places(tickets, world, rng, (0, 1, 2, 3, 4)),
            "Vármegye": _counties(tickets, world),
            "Szakrendszer": labels((*OLD_SERVICES, *components), tickets["service"]),
            "Csatorna": labels(CHANNEL_NAMES, tickets["channel"]),
            "Kategória": labels(CATEGORY_NAMES, tickets["category"]),
            "Szint": labels(("", "L1", "L2"), tickets["level"]),
            "Első válasz": dotted_times(tickets["first_response_at"]),
            "Továbbítva": dotted_times(tickets["escalated_at"]),
            "Átvéve": dotted_times(tickets["acknowledged_at"]),
            "Megoldva": dotted_times(tickets["resolved_at"]),
            "Lezárva": dotted_times(tickets["closed_at"]),
            "Várakozás (perc)": numbers(tickets["waiting_minutes"]),
            "Állapot": labels(OLD_STATUS, tickets["status"]),
            "Átadások": pa.array(tickets["reassignments"]).cast(pa.int64()).cast(pa.string()),
            "Újranyitások": pa.array(tickets["reopens"]).cast(pa.int64()).cast(pa.string()),
            "Újranyitva": dotted_times(tickets["reopened_at"]),
            "Elégedettség": numbers(tickets["satisfaction"]),
            "Problémajegy": links(tickets["problem"]),
            "Okozó változtatás": links(tickets["change"]),
            "Kiemelt": flags(tickets["major"], "igen", "nem"),
            "Észlelte": labels(("", "felhasználó", "felügyelet"), tickets["detected_by"].to_numpy()),
            "Kiesés (perc)": numbers(tickets["outage_minutes"]),
            "Kiesés kezdete": dotted_times(tickets["outage_started_at"]),
            "Kiesés vége": dotted_times(tickets["outage_ended_at"]),
            "Kiesés terjedelme": labels(("", "teljes", "részleges"), tickets["outage_scope"]),
            "Érintett felhasználók": numbers(tickets["affected_users"]),
            "Módosítva": dotted_times(tickets["updated_at"]),
        }
    )


def _new(tickets: pd.DataFrame, world: World, rng: np.random.Generator) -> pa.Table:
    coded = (rng.random(len(tickets)) < CODE_SHARE) & (tickets["municipality"] >= 0).to_numpy()
    codes = labels(world.members["municipality_id"].tolist(), tickets["municipality"])
    named = _places(tickets, world, rng, (0, 1, 2, 3, 5))
    operators = [OPERATOR[name] for name in SERVICES]
    group = pc.if_else(pa.array(tickets["level"] == 2), labels(operators, tickets["service"]), "nisz")
    return text_table(
        {
            "jegy": ticket_ids(tickets["number"]),
            "fajta": labels(("incidens", "szolgáltatáskérés"), tickets["type"]),
            "letrehozva": iso_times(tickets["opened_at"]),
            "prioritas": labels(("", "P1", "P2", "P3", "P4"), tickets["priority"]),
            "kezdeti_prioritas": labels(("", "P1", "P2", "P3", "P4"), tickets["initial_priority"]),
            "onkormanyzat": pc.if_else(pa.array(coded), codes, named),
            "varmegye": _counties(tickets, world),
            "szolgaltatas": labels(SERVICES, tickets["service"]),
            "megoldo": group,
            "csatorna": labels(CHANNELS, tickets["channel"]),
            "kategoria": labels(CATEGORY_NAMES, tickets["category"]),
            "szint": numbers(tickets["level"]),
            "elso_valasz": iso_times(tickets["first_response_at"]),
            "eszkalalva": iso_times(tickets["escalated_at"]),
            "visszaigazolva": iso_times(tickets["acknowledged_at"]),
            "megoldva": iso_times(tickets["resolved_at"]),
            "lezarva": iso_times(tickets["closed_at"]),
            "varakozas_perc": numbers(tickets["waiting_minutes"]),
            "allapot": labels(NEW_STATUS, tickets["status"]),
            "atadasok": pa.array(tickets["reassignments"]).cast(pa.int64()).cast(pa.string()),
            "ujranyitasok": pa.array(tickets["reopens"]).cast(pa.int64()).cast(pa.string()),
            "ujranyitva": iso_times(tickets["reopened_at"]),
            "elegedettseg": numbers(tickets["satisfaction"]),
            "problema": links(tickets["problem"]),
            "okozo_valtoztatas": links(tickets["change"]),
            "kiemelt": flags(tickets["major"], "true", "false"),
            "eszlelte": labels(("", "user", "monitoring"), tickets["detected_by"].to_numpy()),
            "kieses_perc": numbers(tickets["outage_minutes"]),
            "kieses_kezdete": iso_times(tickets["outage_started_at"]),
            "kieses_vege": iso_times(tickets["outage_ended_at"]),
            "kieses_terjedelme": labels(("", "whole", "part"), tickets["outage_scope"]),
            "erintett_felhasznalok": numbers(tickets["affected_users"]),
            "modositva": iso_times(tickets["updated_at"]),
        }
    )


OLD = Form(
    "ugyfelszolgalat-regi",
    "tickets/regi",
    "windows-1250",
    _old,
    {
        broken_dates("Bejelentve"): DEFECTS,
        out_of_order("Megoldva", "2015.01.05 09:00"): DEFECTS,
        unknown_codes("Prioritás", "5 - Egyéb", "sürgős"): DEFECTS,
        unknown_codes("Azonosító", ""): DEFECTS / 3,
    },
)
NEW = Form(
    "ugyfelszolgalat",
    "tickets/uj",
    "utf-8",
    _new,
    {
        broken_dates("letrehozva"): DEFECTS,
        out_of_order("megoldva", "2015-01-05 09:00"): DEFECTS,
        unknown_codes("prioritas", "P0", "P5"): DEFECTS,
        unknown_codes("jegy", ""): DEFECTS / 3,
    },
)
