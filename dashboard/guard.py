"""What every response carries, and who may ask at all until there is sign-in."""

from flask import Flask, Response, abort, request

from dashboard.settings import is_loopback

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
