"""Tables made from the facts at each publication: refreshed in the session that publishes."""

from sqlalchemy import Connection, inspect

from data.metrics.cell_refresh import refresh_cells
from data.schema import rollup_state


def refresh(connection: Connection) -> bool:
    """Make anew what was made of older facts, or by older definitions; the rest stays. True when anything was made.

    Does nothing in a database that has not been brought to this schema.
    """
    # Flows ask the catalogue too, and the catalogue's cells are read by every figure: imported when it is needed.
    from data import flows

    if not inspect(connection).has_table(rollup_state.name):
        return False
    made = refresh_cells(connection)
    return flows.refresh(connection) or made
