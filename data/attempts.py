"""Making what can be done without: an error in it is logged and undone, and stops nothing."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

log = logging.getLogger(__name__)


class Attempts:
    """Attempts on a connection. alone: nothing is under way on it that has to be kept, so that each attempt is a
    transaction of its own; otherwise each is a savepoint.

    DuckDB knows no savepoints: there an error is raised where attempts are not alone.
    """

    def __init__(self, connection: Connection, alone: bool = False) -> None:
        self.connection = connection
        self._alone = alone

    def make(self, name: str, action: Callable[[], object]) -> bool:
        """Run the action, whole or not at all. False when it failed."""
        if not self._alone and self.connection.dialect.name == "duckdb":
            action()
            return True
        try:
            with self._undone_on_error():
                action()
        except Exception:
            log.exception("%s could not be made from the facts; figures are asked of the facts themselves", name)
            return False
        return True

    @contextmanager
    def _undone_on_error(self) -> Iterator[None]:
        if not self._alone:
            with self.connection.begin_nested():
                yield
            return
        self.connection.commit()  # what was read before began a transaction too
        with self.connection.begin():
            yield
