"""A Request Tracker of its own: Debian's packages, with configuration, database and log in one folder.

Needs request-tracker5, rt5-db-sqlite and rt5-standalone, and any user. Nothing outside the folder is written.
"""

import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

SETUP = Path("/usr/sbin/rt-setup-database-5")
SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
LIBRARY = Path("/usr/share/request-tracker5/lib")
SECONDS = 60  # that it may take to start

# A token is checked at every request, at a cost of a quarter of a second unless BcryptCost is low.
CONFIG = """
Set($rtname, 'desk.example');
Set($Organization, 'desk.example');
Set($Timezone, 'Europe/Budapest');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($WebPath, '');
Set($WebBaseURL, 'http://127.0.0.1:{port}');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '{folder}/rt.sqlite');
$RT::MasonDataDir = '{folder}/mason';
$RT::MasonSessionDir = '{folder}/sessions';
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'error');
Set($SendmailPath, '/bin/true');
Set($BcryptCost, 4);
Set($UseSQLForACLChecks, {sql_for_rights});
1;
"""

READER = """
use RT; RT->LoadConfig; RT->Init; require RT::AuthToken;
my $reader = RT::User->new(RT->SystemUser);
my ($zone, $name, @queues) = @ARGV;
$reader->Load($name);
$reader->Create(Name => $name, Privileged => 1, EmailAddress => $name . '@desk.example') unless $reader->id;
$reader->SetTimezone($zone);
for my $right (qw(ShowTicket SeeQueue SeeCustomField)) {
    if (@queues) {
        for my $one (@queues) {
            my $queue = RT::Queue->new(RT->SystemUser); $queue->Load(Encode::decode('UTF-8', $one));
            $reader->PrincipalObj->GrantRight(Right => $right, Object => $queue);
        }
    } else {
        $reader->PrincipalObj->GrantRight(Right => $right, Object => RT->System);
    }
}
my $token = RT::AuthToken->new(RT->SystemUser);
my ($ok, $said, $secret) = $token->Create(Owner => $reader->id, Description => 'reporting');
print $secret;
"""
"""Makes the user that the configuration asks for: privileged, in a time zone, with rights on all or some queues."""


def missing() -> str | None:
    """Why there can be no server here; None when there can."""
    absent = [str(path) for path in (SETUP, SERVER) if not path.exists()]
    return f"request-tracker5, rt5-db-sqlite, rt5-standalone: {', '.join(absent)} not installed" if absent else None


class RequestTracker:
    """The server, asked as its administrator."""

    def __init__(self, folder: Path, sql_for_rights: bool = True) -> None:
        self.folder, self.port = folder, _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.administrator = httpx.Client(
            base_url=f"{self.url}/REST/2.0", auth=("root", "password"), timeout=60, trust_env=False
        )
        self._process: subprocess.Popen[bytes] | None = None
        for part in ("conf.d", "mason", "sessions"):
            (folder / part).mkdir(parents=True)
        self._configure(sql_for_rights)
        self._run([str(SETUP), "--action", "init", "--skip-create"])

    def start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(SERVER), "--host", "127.0.0.1", "--port", str(self.port), "--max-workers", "4"],
                env=self._environment(), stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            if self._answers():
                return
            time.sleep(0.1)
        raise TimeoutError(f"Request Tracker did not start: {(self.folder / 'server.log').read_text()[-2000:]}")

    def kill(self) -> None:
        """As by a power cut: the server and its workers at once."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.kill()
        self.administrator.close()

    def reader(self, *queues: str, zone: str = "UTC", name: str = "reporting") -> str:
        """The token of a user that may read all queues, or those named."""
        return self.perl(READER, zone, name, *queues).strip().splitlines()[-1]

    def perl(self, program: str, *arguments: str) -> str:
        """What its own library prints: for what REST2 has no word for."""
        return self._run(["perl", f"-I{LIBRARY}", "-e", program, *arguments])

    def configure(self, sql_for_rights: bool) -> None:
        """Start anew with another setting."""
        self.kill()
        self._configure(sql_for_rights)
        self.start()

    def create(self, kind: str, **values: Any) -> str:
        answer = self.administrator.post(f"/{kind}", json=values)
        answer.raise_for_status()
        return str(answer.json()["id"])

    def change(self, ticket: str, **values: Any) -> None:
        self.administrator.put(f"/ticket/{ticket}", json=values).raise_for_status()

    def answer(self, ticket: str) -> None:
        said = {"Content": "Megnéztük.", "ContentType": "text/plain"}
        self.administrator.post(f"/ticket/{ticket}/correspond", json=said).raise_for_status()

    def count(self, query: str) -> int:
        """How many tickets the server's own search finds."""
        answer = self.administrator.get("/tickets", params={"query": query, "per_page": 1})
        answer.raise_for_status()
        return int(answer.json()["total"])

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What its database says."""
        with closing(sqlite3.connect(self.folder / "rt.sqlite", timeout=30)) as database:
            return database.execute(query, values).fetchall()

    def write(self, statements: Iterable[tuple[str, Sequence[Any]]]) -> None:
        """To date things back."""
        with closing(sqlite3.connect(self.folder / "rt.sqlite", timeout=30)) as database, database:
            for statement, values in statements:
                database.execute(statement, values)

    def _configure(self, sql_for_rights: bool) -> None:
        config = CONFIG.format(port=self.port, folder=self.folder, sql_for_rights=int(sql_for_rights))
        (self.folder / "RT_SiteConfig.pm").write_text(config)

    def _answers(self) -> bool:
        try:
            return self.administrator.get("/rt").is_success
        except httpx.TransportError:
            return False

    def _environment(self) -> dict[str, str]:
        folder = str(self.folder)
        return {
            "PATH": os.environ["PATH"], "HOME": folder, "LANG": "C.UTF-8",
            "RT_SITE_CONFIG": f"{folder}/RT_SiteConfig.pm", "RT_SITE_CONFIG_DIR": f"{folder}/conf.d",
        }  # fmt: skip

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(command, env=self._environment(), capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{command[0]}: {done.stdout[-1000:]}{done.stderr[-1000:]}"
        return done.stdout


@contextmanager
def running(folder: Path, sql_for_rights: bool = True) -> Iterator[RequestTracker]:
    """A server with an empty database."""
    server = RequestTracker(folder, sql_for_rights)
    try:
        server.start()
        yield server
    finally:
        server.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
