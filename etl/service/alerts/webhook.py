"""Alerts by webhook: JSON by POST, signed so that the receiver knows who sent it and when."""

import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Callable, Sequence

import httpx

from etl.service.alerts import Notice

SECONDS = 15.0
TRIES = 3
PASSING = {408, 425, 429, 500, 502, 503, 504}
PAUSES = (0.5, 2.0)


class Refused(Exception):
    """The receiver did not take the message. Says the status, never the address: it may be a secret."""


def send(
    url: str,
    secret: str | None,
    trust: ssl.SSLContext,
    body: bytes,
    now: Callable[[], float] = time.time,
    nap: Callable[[float], None] = time.sleep,
) -> None:
    """POST a body; a receiver that is not there or overloaded is asked up to three times. Raises Refused."""
    with httpx.Client(verify=trust, timeout=SECONDS, follow_redirects=False) as client:
        for pause in (*PAUSES[: TRIES - 1], None):
            problem, passing = _posted(client, url, secret, body, int(now()))
            if problem is None:
                return
            if pause is None or not passing:
                raise Refused(problem)
            nap(pause)


def body(notices: Sequence[Notice], language: str) -> bytes:
    """What is sent: {"alerts": [{id, event, at, key, kind, severity, source, run, text, message}]}.

    text: both languages; message: the language of the settings.
    """
    told = [notice.as_json() | {"message": notice.alert.text[language]} for notice in notices]
    return json.dumps({"alerts": told}, ensure_ascii=False).encode()


def signature(secret: str, stamp: int, sent: bytes) -> str:
    """HMAC-SHA256 of `stamp.body`, in hexadecimal: an old message sent again has an old stamp."""
    return hmac.new(secret.encode(), f"{stamp}.".encode() + sent, hashlib.sha256).hexdigest()


def _posted(client: httpx.Client, url: str, secret: str | None, sent: bytes, stamp: int) -> tuple[str | None, bool]:
    """What went wrong, if anything, and whether it may pass."""
    headers = {"Content-Type": "application/json", "X-ASP-Timestamp": str(stamp)}
    if secret:
        headers["X-ASP-Signature"] = f"sha256={signature(secret, stamp, sent)}"
    try:
        with client.stream("POST", url, content=sent, headers=headers) as answer:  # its content is of no interest
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return type(error).__name__, isinstance(error, httpx.TransportError)
    return (None, False) if 200 <= status < 300 else (f"HTTP {status}", status in PASSING)
