"""/healthz: the process is alive. /readyz: a snapshot is published and can be read."""

from flask import Flask, Response, jsonify

from dashboard.answers import answers
from data.errors import NotPublished, OtherSchema
from data.migrate import check_schema


def add_health(server: Flask) -> None:
    """Both addresses on a server whose answers are set up."""

    @server.get("/healthz")
    def alive() -> Response:
        return jsonify(status="ok")

    @server.get("/readyz")
    def ready() -> tuple[Response, int]:
        try:
            found = answers()
            snapshot = found.snapshot()
            with found.store.reading() as connection:
                connection.exec_driver_sql("SELECT 1 FROM etl_run LIMIT 1").all()
                check_schema(connection)
        except (NotPublished, OtherSchema) as error:
            return jsonify(status="not ready", reason=str(error)), 503
        except Exception as error:
            # The class says enough to an operator; the message may hold an address or a name.
            server.logger.exception("readiness check failed")
            return jsonify(
                status="not ready", reason=f"the reporting database cannot be read ({type(error).__name__})"
            ), 503
        return jsonify(status="ready", snapshot=snapshot), 200
