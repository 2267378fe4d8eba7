"""Tables made from the facts at each publication: refreshed in the session that publishes."""

from sqlalchemy import Connection


def refresh(connection: Connection) -> None:
    """Make anew what was made of older facts, or by older definitions; the rest stays."""
