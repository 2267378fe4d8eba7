"""What can keep the log from being read or written. None repeats a text, a name or an address of the database."""

from data.errors import AspError


class LogUnreachable(AspError):
    """The application database cannot be opened or read."""


class LogReadOnly(AspError):
    """The application database can be read but not written."""


class Unusable(AspError):
    """ASP_APP_URL names no database that the log can use."""


class AlreadyRecorded(AspError):
    """The same form was sent before with another content; number: what was recorded then."""

    def __init__(self, number: int) -> None:
        super().__init__(f"This form has been recorded already, as number {number}.")
        self.number = number


class NotAllowed(AspError):
    """The item's state does not take such an entry (any more)."""


class NoSuchItem(AspError):
    """There is no item of that number."""
