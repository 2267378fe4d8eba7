"""Reading goes on in a second thread while the rows before are checked and stored."""

from collections.abc import Iterator
from queue import Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")
END = object()


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items in the same order, one of them made ahead. What making them raises is raised here."""
    ready: Queue[object] = Queue(maxsize=1)
    failure: list[BaseException] = []
    stopped = Event()

    def make() -> None:
        try:
            for item in items:
                ready.put(item)
                if stopped.is_set():
                    return
        except BaseException as error:
            failure.append(error)
        finally:
            ready.put(END)

    maker = Thread(target=make, name="reading ahead", daemon=True)
    maker.start()
    try:
        while (item := ready.get()) is not END:
            yield item  # type: ignore[misc]
    finally:
        stopped.set()
        while maker.is_alive():
            _emptied(ready)
            maker.join(0.01)
    if failure:
        raise failure[0]


def _emptied(ready: "Queue[object]") -> None:
    """Make room, so that the other thread can end."""
    while not ready.empty():
        ready.get_nowait()
