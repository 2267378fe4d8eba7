"""Errors that a person can act on: commands print them without a traceback."""


class AspError(Exception):
    """Says what went wrong, where, and what to do next."""


class UnknownCut(AspError):
    """A metric was asked for a cut that its rows do not have."""


class UnknownMetric(AspError):
    """No metric of that name is in the catalogue."""


class BadSelection(AspError):
    """A filter names something that does not exist, or a period that cannot be read."""


class NotPublished(AspError):
    """There is no published snapshot to read yet."""


class OtherSchema(AspError):
    """The reporting database is not at the migration that this version of the program wants."""


class StoreBusy(AspError):
    """Another run holds the write lock of the reporting database."""


class BadRebase(AspError):
    """Limits of a control chart computed anew without saying why, or who decided it."""
