"""Where files go, and the account of what was put into them (EXPECTED.json)."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path


@dataclass(frozen=True)
class Put:
    """Rows of a file or source: rows = keys + again + duplicate + defective.

    keys: distinct records that a loader must know afterwards. again: rows of a record that an earlier row or file
    delivered, with news or without. duplicate: exact repeats within a file. defective: rows that can't be loaded as
    they are, of which torn are not even whole lines. unmatched: rows that name no municipality that exists.
    """

    rows: int
    again: int = 0
    duplicate: int = 0
    defective: int = 0
    torn: int = 0
    unmatched: int = 0

    @property
    def keys(self) -> int:
        return self.rows - self.again - self.duplicate - self.defective

    def __add__(self, other: "Put") -> "Put":
        mine, others = asdict(self), asdict(other)
        return replace(self, **{name: mine[name] + others[name] for name in mine})


@dataclass
class Delivery:
    """Writes files below out and adds up what each source was given."""

    out: Path
    files: list[Path] = field(default_factory=list)
    sources: dict[str, Put] = field(default_factory=dict)
    defects: list[tuple[str, str, int]] = field(default_factory=list)

    def write(self, relative: str, content: bytes) -> None:
        path = self.out / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.files.append(path)

    def count(self, source: str, put: Put) -> None:
        self.sources[source] = self.sources.get(source, Put(0)) + put

    def spoilt(self, source: str, relative: str, lines: Iterable[int]) -> None:
        """Lines of a file (1 is the first) that are defective."""
        self.defects += [(source, relative, line) for line in sorted(lines)]
