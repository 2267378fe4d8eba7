"""An address that names nothing is answered with 404, whatever its page then offers: a page tells by `exists` what it
knows (`register_page(…, exists=…)`, called with the parts of its path and the query)."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import dash
from flask import Flask, Response, request

from data.errors import AspError

PAGES = ("/", "/<path:path>")
"""Endpoints by which Dash answers with the frame of a page, before it knows of which."""
Exists = Callable[..., bool]


def add_missing(server: Flask) -> None:
    """Set the status of pages that are not there."""

    @server.after_request
    def set_status(response: Response) -> Response:
        if response.status_code == 200 and request.endpoint in PAGES and not is_there(request.path, request.args):
            response.status_code = 404
        return response


def is_there(path: str, query: Mapping[str, str]) -> bool:
    """Whether a page stands at the path and knows what is asked of it; what cannot be told now, the page says."""
    found = _page(path)
    if found is None:
        return False
    page, parts = found
    exists: Exists | None = page.get("exists")
    try:
        return exists is None or exists(**{**query, **parts})
    except AspError:
        return True


def _page(path: str) -> tuple[Mapping[str, Any], dict[str, str]] | None:
    """The page of a path, with the parts that its template names."""
    path = path.rstrip("/") or "/"
    for page in dash.page_registry.values():
        if page["path"] == path and page["path"] != "/404" and not page["path_template"]:
            return page, {}
    for page in dash.page_registry.values():
        if page["path_template"]:
            pattern = re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", page["path_template"])
            if parts := re.fullmatch(pattern, path):
                return page, {name: unquote(value) for name, value in parts.groupdict().items()}
    return None
