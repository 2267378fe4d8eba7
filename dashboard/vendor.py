"""Bootstrap's stylesheet from the installed package, served from this host."""

from pathlib import Path

import flask_bootstrap
from flask import Flask, Response, send_from_directory

FOLDER = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css"
FILES = frozenset({"bootstrap.min.css"})
DAY = 24 * 60 * 60


def add_vendor(server: Flask) -> None:
    """/assets-vendor/bootstrap.min.css; any other name is not found."""

    @server.get("/assets-vendor/<name>")
    def vendor(name: str) -> Response:
        return send_from_directory(FOLDER, name if name in FILES else "none", max_age=DAY)
