"""A MariaDB server of a test's own, in a folder of its own and without the network."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

START_SECONDS = 60


@contextmanager
def mariadb(folder: Path, database: str) -> Iterator[URL]:
    """The URL of an empty database, whose user may do anything; starting takes about a second.

    Skips where MariaDB is not installed, or fails under ASP_REQUIRE_SERVERS=1.
    """
    server, install = shutil.which("mariadbd", path=_PATH), shutil.which("mariadb-install-db", path=_PATH)
    if not server or not install:
        told = "MariaDB (mariadbd, mariadb-install-db) is not installed"
        (pytest.fail if os.environ.get("ASP_REQUIRE_SERVERS") == "1" else pytest.skip)(told)
    own = [f"--datadir={folder / 'data'}", "--no-defaults"][::-1]
    subprocess.run(
        [install, *own, "--auth-root-authentication-method=normal", "--skip-test-db"], check=True, capture_output=True
    )
    socket = folder / "s"
    options = [f"--socket={socket}", "--skip-networking", "--user=root", f"--pid-file={folder / 'pid'}"]
    with (folder / "log").open("wb") as log, subprocess.Popen([server, *own, *options], stderr=log) as process:
        try:
            _wait_for(socket)
            yield _database(URL.create("mariadb+pymysql", "root", query={"unix_socket": str(socket)}), database)
        finally:
            process.terminate()


_PATH = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"


def _wait_for(socket: Path) -> None:
    """The server tells nobody when it is ready; its socket is there then."""
    until = time.monotonic() + START_SECONDS
    while not socket.exists():
        assert time.monotonic() < until, "MariaDB does not start"
        time.sleep(0.02)


def _database(server: URL, name: str) -> URL:
    engine = create_engine(server, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"))
    return server.set(database=name)
