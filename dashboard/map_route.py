"""The map's shapes at an address of their own: asked for once, kept by the browser as long as they are the same."""

from flask import Flask, Response, abort, request

from dashboard.map_reading import geometry
from data.errors import NotPublished

PREFIX = "/map-geometry"
YEAR = 365 * 24 * 60 * 60


def add_map(server: Flask) -> None:
    """/map-geometry/<name>.json; a name of other shapes than the published ones is not found."""

    @server.get(f"{PREFIX}/<name>.json")
    def shapes(name: str) -> Response:
        try:
            found = geometry()
        except NotPublished:
            abort(404)
        if name != found.name:
            abort(404)
        return _answer(found.content)


def address_of(name: str) -> str:
    """Where the shapes of that name are."""
    return f"{PREFIX}/{name}.json"


def _answer(content: bytes) -> Response:
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        answer = Response(content, mimetype="application/json")
        answer.headers["Content-Encoding"] = "gzip"
    else:
        import gzip

        answer = Response(gzip.decompress(content), mimetype="application/json")
    answer.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer
