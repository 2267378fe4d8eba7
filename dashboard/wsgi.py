"""For WSGI servers: `gunicorn "dashboard.wsgi:server()"`."""

from flask import Flask

from dashboard.app import create_app
from dashboard.settings import DashboardSettings


def server() -> Flask:
    """The Flask application, from the settings of the environment."""
    flask: Flask = create_app(DashboardSettings()).server
    return flask
