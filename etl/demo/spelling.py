"""How municipalities are written in real exports: official, in capitals, with the office's name, without accents."""

import re

import pandas as pd

from data.reference.names import fold_accents

UNITS = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
KIND = {"község": "Község", "nagyközség": "Nagyközség", "város": "Város"}
CITY = "Megyei Jogú Város"
OFTEN = (0.62, 0.24, 0.09, 0.04, 0.01)  # of the first five spellings, in the order of spellings()
MISREAD = str.maketrans({"ő": "õ", "ű": "û", "Ő": "Õ", "Ű": "Û"})  # ISO 8859-2 bytes read as ISO 8859-1
NOWHERE = ("?", "ismeretlen", "Mintafalva", "ASP Központ")  # what clerks write when no municipality fits


def spellings(members: pd.DataFrame) -> pd.DataFrame:
    """Six spellings of each member, columns 0 to 5; 4 without accents, 5 with ő read as õ. members: of World."""
    rows = [_of(*row) for row in zip(members["name"], members["kind"], members["legal_status"], strict=True)]
    return pd.DataFrame(rows, index=members.index)


def _of(name: str, kind: str, status: str) -> tuple[str, ...]:
    if kind == "county":
        body = name.replace("vármegye", "Vármegyei Önkormányzat")
        return name, body, body.upper(), name.replace("vármegye", "Megyei Önkormányzat"), name, name
    if number := re.fullmatch(r"Budapest (\d+)\. ker\.", name):
        roman = "X" * (int(number[1]) // 10) + UNITS[int(number[1]) % 10]
        body = f"Budapest Főváros {roman}. Kerületi Önkormányzat"
        return name, body, body.upper(), f"Bp. {roman}. kerület", f"Budapest {roman}. ker.", name
    body = f"{name} {KIND.get(status, CITY)} Önkormányzata"
    return name, body, body.upper(), f"{name} {KIND.get(status, CITY)}", fold_accents(body), body.translate(MISREAD)
