"""What is remembered of answers, and who may look for one: shared by the threads of a process."""

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

MISSING = object()


class Memory:
    """A bounded memory: the least recently used is forgotten first. A size of 0 remembers nothing."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._known: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: Hashable) -> Any:
        """What is known under key, else MISSING."""
        with self._lock:
            if key not in self._known:
                return MISSING
            self._known.move_to_end(key)
            return self._known[key]

    def put(self, key: Hashable, found: object) -> None:
        """Remember under key, forgetting the least recently used beyond the size."""
        with self._lock:
            self._known[key] = found
            while len(self._known) > self.size:
                self._known.popitem(last=False)


class Turns:
    """Threads that want the same take turns, so that what the first one finds is there for the others."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[Hashable, tuple[Lock, int]] = {}

    @contextmanager
    def of(self, key: Hashable) -> Iterator[None]:
        """The turn of a key; while it lasts every other thread that wants it waits. Keys wanted in it are others."""
        with self._lock:
            turn, waiting = self._waiting.get(key, (Lock(), 0))
            self._waiting[key] = turn, waiting + 1
        try:
            with turn:
                yield
        finally:
            with self._lock:
                turn, waiting = self._waiting.pop(key)
                if waiting > 1:
                    self._waiting[key] = turn, waiting - 1
