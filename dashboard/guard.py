"""What every response carries, and who may ask at all until there is sign-in."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from dashboard.settings import is_loopback
from data.errors import AspError

OPEN_PATHS = ("/healthz", "/readyz")
PLAIN_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def add_headers(server: Flask, script_hashes: list[str]) -> None:
    """Security headers on every response. script_hashes: of the inline scripts that Dash writes into the page."""
    policy = content_policy(script_hashes)

    @server.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(PLAIN_HEADERS)
        response.headers["Content-Security-Policy"] = policy
        return response


def content_policy(script_hashes: list[str]) -> str:
    """Nothing from any other host. Styles may be inline, as Plotly and AG Grid write them; images may be made here."""
    return "; ".join(
        [
            "default-src 'self'",
            " ".join(["script-src 'self'", *script_hashes]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def refuse_strangers(server: Flask) -> None:
    """Answer only this machine, by a loopback name: also when another server than ours was bound to every address,
    and when a web page elsewhere resolves its own name to 127.0.0.1."""

    @server.before_request
    def check() -> None:
        if request.path in OPEN_PATHS:
            return
        name = (
            request.host.rsplit(":", 1)[0].strip("[]") if not request.host.endswith("]") else request.host.strip("[]")
        )
        if not is_loopback(name) or not is_loopback(request.remote_addr or "127.0.0.1"):
            abort(403, "The dashboard answers only on this machine until there is sign-in. See ASP_ALLOW_PUBLIC.")


class ForeignOrigin(AspError):
    """A request that writes came from a page of another site."""


def check_same_origin() -> None:
    """For requests that write: raises ForeignOrigin unless the browser says that a page of this site sent them.

    Sec-Fetch-Site cannot be set by a page; browsers without it tell the page's own Origin, which must be our Host.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        same = site == "same-origin"
    else:
        same = urlsplit(request.headers.get("Origin", "")).netloc == request.host
    if not same:
        raise ForeignOrigin("The request did not come from a page of this dashboard, so nothing was recorded.")
