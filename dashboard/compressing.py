"""Answers of figures and tables go out compressed: their JSON repeats itself, and takes a tenth of the room."""

import gzip

from flask import Flask, Response, request

LEAST = 8_192
"""Bytes; below that it is not worth it."""
LEVEL = 1
"""A megabyte in some ten milliseconds; higher levels save little more of JSON."""


def add_compression(server: Flask) -> None:
    """Compress JSON for browsers that take gzip; whatever has an encoding already goes as it is."""

    @server.after_request
    def compress(response: Response) -> Response:
        if not _is_worth_it(response):
            return response
        response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.add("Vary", "Accept-Encoding")
        return response


def _is_worth_it(response: Response) -> bool:
    return (
        response.mimetype == "application/json"
        and not response.is_streamed
        and not response.direct_passthrough
        and "Content-Encoding" not in response.headers
        and (response.content_length or 0) >= LEAST
        and bool(request.accept_encodings.quality("gzip"))
    )
