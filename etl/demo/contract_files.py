"""Files of joining contracts, contracted services, local roles, and contracts with suppliers."""

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.demo import joining
from etl.demo.defects import broken_dates, unknown_codes
from etl.demo.delivery import Delivery, Put
from etl.demo.files import text_table, workbook
from etl.demo.plan import Plan
from etl.demo.spelling import OFTEN
from etl.demo.suppliers import supplier_contracts
from etl.demo.tables import BROKEN, Office, dotted_days, iso_days, people, write_table
from etl.demo.world import World

JOINING = Office("csatlakozasi-szerzodesek", ";", "iso-8859-2")
SERVICES = Office("szerzodott-szolgaltatasok")
HOLDERS = Office("szerepkorok", "\t")
SUPPLIERS = "szallitoi-szerzodesek"
KIND = {"service": "szolgáltatási", "underpinning": "szállítói", "award": "közbeszerzés"}
JOINING_TYPE = {"system": "rendszercsatlakozás", "interface": "interfészes csatlakozás"}
ROLE = {
    "official_representative": "hivatalos képviselő",
    "contact_person": "kapcsolattartó",
    "key_user": "kulcsfelhasználó",
    "local_it_operator": "lokális informatikai üzemeltető",
}
SUPPLIER_HEADINGS = {
    "contract_id": "Szerződésszám",
    "contract_kind": "Fajta",
    "service": "Szolgáltatás",
    "actor": "Felelős",
    "buyer": "Megrendelő",
    "supplier": "Szállító",
    "cpv": "Fő CPV",
    "signed_on": "Aláírva",
    "valid_from": "Hatály kezdete",
    "valid_to": "Hatály vége",
    "renewal_started_on": "Megújítás indult",
    "original_huf": "Eredeti érték (Ft)",
    "value_huf": "Módosított érték (Ft)",
    "invoiced_huf": "Számlázva (Ft)",
    "penalty_due_huf": "Kötbér esedékes (Ft)",
    "penalty_applied_huf": "Kötbér érvényesítve (Ft)",
    "bids_count": "Érvényes ajánlatok",
}


def write_contracts(delivery: Delivery, plan: Plan, world: World, services: pd.DataFrame) -> None:
    """Writes the four files of the contracts job. services: of joining.services()."""
    table = _joining(world, plan)
    path = "contracts/csatlakozasi_szerzodesek.csv"
    write_table(delivery, plan, JOINING, path, table, {broken_dates("Aláírva"): BROKEN})
    write_table(delivery, plan, SERVICES, "contracts/szerzodott_szolgaltatasok.csv", _services(world, services), {})
    spoilers = {broken_dates("kezdete"): BROKEN, unknown_codes("kinevezes", ""): BROKEN / 4}
    holders = joining.role_holders(world, services, plan)
    write_table(delivery, plan, HOLDERS, "contracts/szerepkorok.tsv", _holders(world, holders), spoilers)
    suppliers = supplier_contracts(plan).replace({"contract_kind": KIND}).rename(columns=SUPPLIER_HEADINGS)
    delivery.write("contracts/szallitoi_szerzodesek.xlsx", workbook({"Szerződések": suppliers}))
    delivery.count(SUPPLIERS, Put(len(suppliers)))


def _joining(world: World, plan: Plan) -> pa.Table:
    contracts = joining.contracts(world, plan)
    names = world.spellings
    spelt = plan.rng("spelling").choice(len(OFTEN), len(names), p=OFTEN)
    return text_table(
        {
            "Szerződésszám": contracts["contract_id"],
            "Önkormányzat": pa.array(names[np.arange(len(names)), spelt], pa.string()),
            "Vármegye": world.members["county"],
            "Csatlakozás módja": contracts["joining"].map(JOINING_TYPE),
            "Ütem": contracts["wave"],
            "Aláírva": dotted_days(contracts["signed_on"]),
            "Hatályos": dotted_days(contracts["valid_from"]),
        }
    )


def _services(world: World, services: pd.DataFrame) -> pa.Table:
    codes = world.members["municipality_id"].to_numpy(dtype=object)[services["member"]]
    return text_table(
        {
            "szerzodes": pa.array("CSAT-" + codes, pa.string()),
            "ksh": pa.array(codes, pa.string()),
            "szolgaltatas": services["service"],
            "igenyelve": iso_days(services["contracted_on"]),
            "letrehozva": iso_days(services["provisioned_on"]),
            "eles": iso_days(services["live_on"]),
            "megszunt": iso_days(services["ended_on"]),
        }
    )


def _holders(world: World, holders: pd.DataFrame) -> pa.Table:
    codes = world.members["municipality_id"].to_numpy(dtype=object)[holders["member"]]
    return text_table(
        {
            "kinevezes": pa.array([f"SZK-{number:06d}" for number in range(1, len(holders) + 1)], pa.string()),
            "ksh": pa.array(codes, pa.string()),
            "szerepkor": holders["role"].map(ROLE),
            "szakrendszer": holders["service"],
            "dolgozo": people(holders["person"]),
            "kezdete": iso_days(holders["appointed_on"]),
            "vege": iso_days(holders["ended_on"]),
        }
    )
