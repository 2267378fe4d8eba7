"""What is read once and holds as long as the state that a connection reads: the last day of data, which tables are new.

A store that hands out a connection to a state that cannot change under it gives it a dictionary to keep such things in
(`execution_options(kept=…)`). A connection without one, as a run that writes has, asks again each time.
"""

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from sqlalchemy import Connection

Found = TypeVar("Found")
OPTION = "kept"
_MISSING = object()


def kept(connection: Connection, key: Hashable, read: Callable[[], Found]) -> Found:
    """What read() gives, asked once for the state that the connection reads."""
    known = connection.get_execution_options().get(OPTION)
    if known is None:
        return read()
    found = known.get(key, _MISSING)
    if found is _MISSING:
        found = known[key] = read()
    return cast("Found", found)
