"""Tables made from the facts at each publication: refreshed in the session that publishes."""

from collections.abc import Callable

from sqlalchemy import Connection, inspect

from data.attempts import Attempts
from data.metrics.cell_refresh import refresh_cells
from data.schema import rollup_state, ticket_flow, ticket_time


def refresh(connection: Connection, alone: bool = False) -> bool:
    """Make anew what was made of older facts, or by older definitions; the rest stays. True when anything was made.

    Does nothing in a database that has not been brought to this schema. What cannot be made is logged and stays as it
    was: its state tells that it is old, so figures are asked of the facts, and the run is published all the same.
    alone: as for Attempts.
    """
    # These ask the catalogue too, and the catalogue's cells are read by every figure: imported when they are needed.
    from data import flows, time_rows
    from data.cost import refreshing

    if not inspect(connection).has_table(rollup_state.name):
        return False
    attempts = Attempts(connection, alone)
    made = _made(attempts, refreshing.ROLLUP, refreshing.refresh)  # figures of cost are counted from it
    made = refresh_cells(connection, attempts) or made
    for name, make in ((ticket_flow.name, flows.refresh), (ticket_time.name, time_rows.refresh)):
        made = _made(attempts, name, make) or made
    return made


def _made(attempts: Attempts, name: str, make: Callable[[Connection], bool]) -> bool:
    done: list[bool] = []
    attempts.make(name, lambda: done.append(make(attempts.connection)))
    return any(done)
