"""DuckDB: a folder of numbered snapshots and a pointer to the published one.

DuckDB lets one process write and nobody else read meanwhile. So a run works on a private copy and publishes it:
checkpoint, fsync, atomic rename to a new number, then the pointer is replaced atomically. Readers open snapshots
read-only and keep the old one until they look again. A killed run leaves a `work-…` file that the next run removes.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool, QueuePool

from data.comparison import disclosure
from data.errors import AspError, NotPublished, StoreBusy
from data.kept import OPTION
from data.rollups import refresh
from data.session import Session, Snapshot

POINTER = "current"
SNAPSHOT = re.compile(r"^snapshot-(\d{8})\.duckdb$")


class DuckDBStore:
    """The embedded store: one folder, many readers, one writer."""

    def __init__(
        self,
        folder: str,
        keep: int = 10,
        memory: str = "1500MB",
        rollups: bool = True,
        least_people: int = disclosure.LEAST_PEOPLE,
    ) -> None:
        self.folder = Path(folder)
        self.keep = keep
        self.memory = memory
        self.rollups = rollups
        self.least_people = least_people
        self._opened: tuple[str, Engine] | None = None
        self._lock = Lock()

    def snapshot_id(self) -> str | None:
        try:
            name = (self.folder / POINTER).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        return name or None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._engine().connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._write_lock():
            self._remove_leftovers()
            number = self._next_number()
            work = self.folder / f"work-{number:08d}.duckdb"
            published = self.snapshot_id()
            if published:
                shutil.copyfile(self.folder / published, work)
            try:
                engine = create_engine(f"duckdb:///{work}", poolclass=NullPool)
                with engine.connect() as connection:
                    connection.exec_driver_sql(f"SET memory_limit = '{self.memory}'")
                    connection.exec_driver_sql("SET preserve_insertion_order = false")
                    connection.exec_driver_sql("SET TimeZone = 'UTC'")
                    connection.commit()
                    with connection.begin():
                        yield Session(connection, number)
                    if self.rollups:
                        refresh(connection, alone=True)
                    connection.exec_driver_sql("CHECKPOINT")
                    connection.commit()
                engine.dispose()
            except BaseException:
                self._remove_leftovers()
                raise
            self._publish(work, number)
            self._remove_leftovers()
            self._prune()

    def snapshots(self) -> list[Snapshot]:
        current = self.snapshot_id()
        return [
            Snapshot(
                id=path.name,
                run_id=number,
                published_at=datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None),
                is_current=path.name == current,
            )
            for number, path in sorted(self._numbered(), reverse=True)
        ]

    def rollback(self, to: str | None = None) -> str:
        with self._write_lock():
            names = [snapshot.id for snapshot in self.snapshots()]
            current = self.snapshot_id()
            older = names[names.index(current) + 1 :] if current in names else names
            target = to or (older[0] if older else None)
            if target is None:
                raise AspError(f"{self.folder}: there is no earlier snapshot to roll back to.")
            if target not in names:
                raise AspError(f"{self.folder}: no snapshot {target}; there are {', '.join(names) or 'none'}.")
            self._point_to(target)
            return target

    def close(self) -> None:
        with self._lock:
            if self._opened:
                self._opened[1].dispose()
            self._opened = None

    def _engine(self) -> Engine:
        """The engine of the published snapshot, made anew when another was published since."""
        name = self.snapshot_id()
        if name is None:
            raise NotPublished(f"{self.folder}: nothing is published yet. Run `asp-etl run all --config sources.toml`.")
        with self._lock:
            if self._opened is None or self._opened[0] != name:
                path = self.folder / name
                if not path.exists():
                    raise NotPublished(f"{path}: the published snapshot is missing. Run `asp-data rollback`.")
                engine = create_engine(
                    f"duckdb:///{path}",
                    connect_args={"read_only": True, "config": {"memory_limit": self.memory}},
                    poolclass=QueuePool,
                    pool_size=8,
                    # What is kept holds for good: a snapshot never changes.
                    execution_options={OPTION: {}, disclosure.OPTION: self.least_people},
                )
                # The one before is not disposed of here: another thread may still be reading it. Its connections
                # close with their last user.
                self._opened = (name, engine)
            return self._opened[1]

    @contextmanager
    def _write_lock(self) -> Iterator[None]:
        """The operating system drops this lock with its process, so a killed run leaves none behind."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StoreBusy(f"{self.folder}: another run is writing. Wait for it, or stop it first.") from error
            yield

    def _numbered(self) -> list[tuple[int, Path]]:
        if not self.folder.is_dir():
            return []
        return [(int(found[1]), path) for path in self.folder.iterdir() if (found := SNAPSHOT.match(path.name))]

    def _next_number(self) -> int:
        """Numbers are never reused: not after a rollback, nor after a run that failed."""
        counter = self.folder / "counter"
        last = int(counter.read_text(encoding="utf-8")) if counter.exists() else 0
        number = max([last, *(number for number, _ in self._numbered())]) + 1
        self._replace(counter, str(number))
        return number

    def _publish(self, work: Path, number: int) -> None:
        # The rename moves one file: nothing may be left in a log beside it.
        assert not work.with_name(f"{work.name}.wal").exists(), "the checkpoint left a write-ahead log"
        _sync(work)
        target = self.folder / f"snapshot-{number:08d}.duckdb"
        work.replace(target)
        _sync(self.folder)
        self._point_to(target.name)

    def _point_to(self, name: str) -> None:
        self._replace(self.folder / POINTER, name)

    def _replace(self, path: Path, content: str) -> None:
        new = path.with_suffix(".new")
        new.write_text(content, encoding="utf-8")
        _sync(new)
        new.replace(path)
        _sync(self.folder)

    def _remove_leftovers(self) -> None:
        for path in self.folder.glob("work-*"):
            if path.is_dir():  # where DuckDB spilled to
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def _prune(self) -> None:
        current = self.snapshot_id()
        for _, path in sorted(self._numbered(), reverse=True)[self.keep :]:
            if path.name != current:
                path.unlink()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
