"""The yardstick of a live source: its requests by a client that only downloads."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import httpx


@dataclass(frozen=True)
class Downloaded:
    """What downloading took. megabytes: of the bodies; None where a driver hides them."""

    seconds: float
    requests: int
    megabytes: float | None


@contextmanager
def recorded() -> Iterator[list[httpx.Request]]:
    """The requests that are sent meanwhile, in the order in which they are sent."""
    sent: list[httpx.Request] = []
    plain = httpx.Client.send

    def send(client: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        sent.append(request)
        return plain(client, request, **options)

    with patch.object(httpx.Client, "send", send):
        yield sent


def downloaded(requests: Sequence[httpx.Request]) -> Downloaded:
    """Send the requests again, one after the other, and read the bodies."""
    started = time.perf_counter()
    with httpx.Client(timeout=60, trust_env=False) as client:
        size = sum(len(client.send(request).content) for request in requests)
    return Downloaded(time.perf_counter() - started, len(requests), size / 1e6)
