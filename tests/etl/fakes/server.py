"""A loopback HTTP server that answers by a function, and can fail at random as real ones do."""

import json
import random
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Call:
    """A request as it came. query, form: pairs in their order."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes

    @property
    def args(self) -> dict[str, str]:
        """The query, the last of a name."""
        return dict(self.query)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True)
class Reply:
    """What is answered: json, or text as it stands."""

    json: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None

    @property
    def body(self) -> bytes:
        return (self.text if self.text is not None else json.dumps(self.json, ensure_ascii=False)).encode()


Handle = Callable[[Call], Reply]
FAULTS = ("reset", "busy", "broken", "truncated", "cut", "page")


class Chaos:
    """Faults at random, of a seed: rate is the share of requests that fail.

    reset: the connection is torn; busy: 429 with Retry-After; broken: 500; truncated: half of the JSON, as if whole;
    cut: fewer bytes than announced; page: a proxy's HTML with status 502.
    """

    def __init__(self, seed: int, rate: float, faults: tuple[str, ...] = FAULTS) -> None:
        self._random, self._rate, self._faults = random.Random(seed), rate, faults
        self._lock = threading.Lock()
        self.met: list[str] = []

    def fault(self) -> str | None:
        with self._lock:
            if self._random.random() >= self._rate:
                return None
            self.met.append(self._random.choice(self._faults))
            return self.met[-1]


class FakeServer:
    """A server on 127.0.0.1 with a port of its own. calls: what was asked, in order; chaos may be set at any time.

    dies_after: answers so many more requests, then tears every connection, until it is set to None.
    """

    def __init__(self, handle: Handle) -> None:
        self.calls: list[Call] = []
        self.chaos: Chaos | None = None
        self.dies_after: int | None = None
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, handle))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def fault(self, call: Call) -> str | None:
        """What goes wrong with this call, if anything."""
        with self._lock:
            self.calls.append(call)
            if self.dies_after is not None:
                self.dies_after -= 1
                if self.dies_after < 0:
                    return "reset"
        return self.chaos.fault() if self.chaos else None


@contextmanager
def serving(handle: Handle) -> Iterator[FakeServer]:
    """The server, running."""
    server = FakeServer(handle)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _handler(server: FakeServer, handle: Handle) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else head and body wait 40 ms for each other

        def log_message(self, *_: object) -> None:
            return None

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = parse_qsl(parts.query, keep_blank_values=True)
            call = Call(self.command, parts.path, query, headers, body)
            fault = server.fault(call)
            if fault == "reset":
                self._tear()
            elif fault == "busy":
                self._send(Reply({"error": "slow down"}, 429, {"Retry-After": "1"}))
            elif fault == "broken":
                self._send(Reply({"error": "boom"}, 500))
            elif fault == "page":
                self._send(Reply(text="<html>Bad gateway</html>", status=502, headers={"Content-Type": "text/html"}))
            else:
                self._send(handle(call), fault)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - names of http.server

        def _send(self, reply: Reply, fault: str | None = None) -> None:
            body = reply.body
            if fault == "truncated":
                body = body[: len(body) // 2]
            self.send_response_only(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if fault == "cut":
                self.wfile.write(body[: len(body) // 2])
                self._tear()
            else:
                self.wfile.write(body)

        def _tear(self) -> None:
            """A reset, not an orderly end."""
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    return Handler
