"""A mail server and a webhook receiver on loopback, which keep what they are sent; either can be made to fail."""

import http.server
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


class MailServer:
    """Speaks as much SMTP as smtplib does. refuse: a reply to MAIL FROM instead of 250; logins: AUTH PLAIN lines."""

    def __init__(self, certificate: str | None = None, security: str = "none") -> None:
        self.messages: list[EmailMessage] = []
        self.logins: list[str] = []
        self.refuse: bytes | None = None
        self.refused_recipients: set[bytes] = set()
        self.security = security
        self.context = _context(certificate) if certificate else None
        server = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                if server.security == "tls":
                    self._secure()
                self._say(b"220 mail.example")
                while line := self.rfile.readline():
                    if not self._answer(line.strip()):
                        return

            def _answer(self, line: bytes) -> bool:
                verb = line.upper()
                if verb.startswith(b"EHLO"):
                    self._say(b"250-mail.example\r\n250-AUTH PLAIN\r\n250 STARTTLS")
                elif verb == b"STARTTLS":
                    self._say(b"220 go on")
                    self._secure()
                elif verb.startswith(b"AUTH"):
                    server.logins.append(line.split()[-1].decode())
                    self._say(b"235 welcome")
                elif verb.startswith(b"MAIL"):
                    self._say(server.refuse or b"250 ok")
                elif verb.startswith(b"RCPT"):
                    refused = any(address in line for address in server.refused_recipients)
                    self._say(b"550 no such user" if refused else b"250 ok")
                elif verb == b"DATA":
                    self._say(b"354 go on")
                    self._take()
                else:
                    self._say(b"221 bye" if verb == b"QUIT" else b"250 ok")
                    return verb != b"QUIT"
                return True

            def _take(self) -> None:
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
                server.messages.append(message_from_bytes(b"".join(lines), policy=policy.default))  # type: ignore[arg-type]
                self._say(b"250 taken")

            def _say(self, text: bytes) -> None:
                self.wfile.write(text + b"\r\n")
                self.wfile.flush()

            def _secure(self) -> None:
                assert server.context is not None
                self.connection = server.context.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")

            def finish(self) -> None:
                for one in (self.rfile, self.wfile, self.connection):
                    one.close()

        self.handler = Session


class Webhook:
    """Keeps the bodies and headers it is sent. statuses: what it answers next, then 204."""

    def __init__(self, certificate: str | None = None) -> None:
        self.received: list[tuple[bytes, dict[str, str]]] = []
        self.statuses: list[int] = []
        self.context = _context(certificate) if certificate else None
        receiver = self

        class Session(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append((body, dict(self.headers)))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return None

        self.handler = Session


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the tests."""


@contextmanager
def serving(receiver: MailServer | Webhook) -> Iterator[int]:
    """The port it answers at."""
    with _Server(("127.0.0.1", 0), receiver.handler) as server:
        if isinstance(receiver, Webhook) and receiver.context:
            server.socket = receiver.context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def _context(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
