"""A fake system in a process of its own, which makes each answer once and then only repeats it."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from tests.etl.fakes.server import Call, Handle, Reply, serving


@dataclass(frozen=True)
class Served:
    """url: where the system answers. made: tells how many answers it has had to make so far."""

    url: str
    made: Callable[[], int]


@contextmanager
def served(filled: Callable[[int], Handle], records: int) -> Iterator[Served]:
    """The system, filled with so many records by a function that is found by its name, until the context ends."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(filled, records, theirs), daemon=True)
    process.start()

    def made() -> int:
        ours.send("made")
        return int(ours.recv())

    try:
        yield Served(ours.recv(), made)
        ours.send("end")
        process.join()
    finally:
        process.terminate()


def _serve(filled: Callable[[int], Handle], records: int, pipe: Connection) -> None:
    known: dict[object, Reply] = {}
    with serving(_remembering(filled(records), known)) as server:
        pipe.send(server.url)
        while pipe.recv() == "made":
            pipe.send(len(known))


def _remembering(handle: Handle, known: dict[object, Reply]) -> Handle:
    def answer(call: Call) -> Reply:
        key = (call.method, call.path, tuple(call.query), call.body)
        if key not in known:
            reply = handle(call)
            known[key] = Reply(status=reply.status, headers=reply.headers, text=reply.body.decode())
        return known[key]

    return answer
