"""How far an input may expand: one place, so that a small file cannot fill memory or run for ever."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """expanded: bytes that a compressed input may give; document: bytes of a spreadsheet or JSON document, which are
    read whole; ratio: growth of an archive or spreadsheet; the rest are not settings."""

    expanded: int = 20_000_000_000
    document: int = 200_000_000
    ratio: float = 200
    record: int = 1_048_576  # characters of one record; longer ones are torn
    record_lines: int = 1_000  # lines that one quoted record may span
    torn: int = 1_000_000  # rows that do not split into columns; an input of more is no table
    cells: int = 20_000_000  # cells of a sheet, counted to its farthest filled corner
    reader_memory: int = 2_000_000_000  # bytes that laying out a sheet may take
    members: int = 100_000
    ratio_from: int = 10_000_000  # bytes below which growth does not matter
