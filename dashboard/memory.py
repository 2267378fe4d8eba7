"""A bounded memory: the least recently used is forgotten first."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any

MISSING = object()


class Memory:
    """Shared by the threads of a process. A size of 0 remembers nothing."""

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
