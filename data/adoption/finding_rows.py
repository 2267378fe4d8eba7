"""What `asp-data municipality` prints: the municipalities that a text may mean."""

import pandas as pd
from sqlalchemy import Connection

from data.adoption.finding import find, meant
from data.adoption.places import register as loaded_register
from data.errors import AspError
from data.reference import register

SHOWN = ("municipality_id", "name", "county", "district", "kind", "population")


def found_rows(connection: Connection | None, typed: str, limit: int) -> pd.DataFrame:
    """SHOWN, how it fits, and meant: yes in the row of the one municipality that the text means, if it means just one.

    connection: to the published register; None reads the packaged one. Raises AspError where nothing fits.
    """
    places = register.municipalities() if connection is None else loaded_register(connection)
    found = find(places, typed, limit)
    if found.empty:
        raise AspError(f"No municipality fits {typed!r}. Type the name, how it begins, or its KSH code.")
    one = meant(found)
    is_meant = ["yes" if code == one else "" for code in found["municipality_id"]]
    return found[[*SHOWN, "how"]].assign(meant=is_meant).astype({"population": "Int64"})
