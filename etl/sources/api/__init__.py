"""Live systems: each kind's module reads one, and computes nothing from what it reads."""

from collections.abc import Iterator
from importlib import import_module

from etl.config import Source
from etl.sources.pull import Slice, Span

MODULES = {
    "rt": "rt",
    "zammad": "zammad",
    "znuny": "znuny",
    "glpi": "glpi",
    "jira": "jira",
    "servicenow": "servicenow",
    "moodle": "moodle",
    "moodle_report": "moodle_report",
    "xapi": "xapi",
    "ocds": "ocds",
    "sql": "sql",
}
"""kind of [source.connect] -> its module here"""


def pull(source: Source, span: Span) -> Iterator[Slice]:
    """The slices of a live source. Raises AspError when it can't go on; the slices before count."""
    assert source.connect is not None, "a file is read, not pulled"
    # Loaded when it is needed: no run pays for the systems that it does not read.
    adapter = import_module(f"{__name__}.{MODULES[source.connect.kind]}")
    slices: Iterator[Slice] = adapter.pull(source, span)
    return slices
