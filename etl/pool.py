"""Small inputs of one source put together, since validating ten rows takes as long as validating ten thousand."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from etl.sources import Batch


@dataclass(frozen=True)
class Pooled:
    """A batch of rows of one or several inputs. owners: input of each row; torn_owners: of each torn row."""

    batch: Batch
    owners: np.ndarray
    torn_owners: np.ndarray

    @property
    def read(self) -> dict[int, int]:
        """Input -> its rows here, torn ones included."""
        numbers, rows = np.unique(np.concatenate([self.owners, self.torn_owners]), return_counts=True)
        return dict(zip(numbers.tolist(), rows.tolist(), strict=True))

    @property
    def size(self) -> int:
        """Its rows, torn ones included."""
        return len(self.owners) + len(self.torn_owners)


def alone(batch: Batch, owner: int = 0) -> Pooled:
    """A batch of one input."""
    return Pooled(batch, np.full(len(batch.rows), owner), np.full(len(batch.torn), owner))


@dataclass
class Pool:
    """Batches waiting for their turn; drained when the next one would make them more than `most` rows."""

    most: int
    waiting: list[Pooled] = field(default_factory=list)
    rows: int = field(init=False)  # of those that wait: thousands of small inputs do

    def __post_init__(self) -> None:
        self.rows = sum(one.size for one in self.waiting)

    def takes(self, batch: Batch) -> bool:
        """Whether the batch fits in: not too many rows (torn ones included), and the same columns as delivered."""
        if not self.waiting:
            return True
        same = list(batch.raw.columns) == list(self.waiting[0].batch.raw.columns)
        return same and self.rows + len(batch.rows) + len(batch.torn) <= self.most

    def add(self, batch: Batch, owner: int) -> None:
        self.waiting.append(alone(batch, owner))
        self.rows += self.waiting[-1].size

    def drop(self, owner: int) -> None:
        """Forget the batches of an input that turned out to be unreadable."""
        self.waiting = [one for one in self.waiting if owner not in one.read]
        self.rows = sum(one.size for one in self.waiting)

    def drain(self) -> list[Pooled]:
        """What waited."""
        waiting, self.waiting, self.rows = self.waiting, [], 0
        return waiting


def joined(parts: list[Pooled]) -> Pooled:
    """Batches of the same columns as one."""
    if len(parts) == 1:
        return parts[0]
    starts = np.cumsum([0, *(len(part.owners) for part in parts)])
    batch = Batch(
        rows=pd.concat([part.batch.rows for part in parts], ignore_index=True),
        lines=np.concatenate([part.batch.lines for part in parts]),
        raw=pd.concat([part.batch.raw for part in parts], ignore_index=True),
        problems=pd.concat(
            [
                part.batch.problems.assign(row=part.batch.problems["row"] + start)
                for part, start in zip(parts, starts, strict=False)
            ],
            ignore_index=True,
        ),
        torn=[torn for part in parts for torn in part.batch.torn],
        headings=parts[0].batch.headings,
    )
    owners = np.concatenate([part.owners for part in parts])
    return Pooled(batch, owners, np.concatenate([part.torn_owners for part in parts]))
