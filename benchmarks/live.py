"""python -m benchmarks.live [--kind rt …] [--records 20000]: pulls of live sources beside a bare download.

Each kind is served by the fake of its tests, in a process of its own, from answers that it has made before. bare: the
requests that the adapter sends, one after the other, bodies read and dropped; for sql the driver's rows. pull: the
adapter's records, without a database. run: the whole job into an empty database.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from unittest.mock import patch

from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from benchmarks.live_bare import Downloaded, downloaded, recorded
from benchmarks.live_database import database, fetched
from benchmarks.live_kinds import KINDS, Kind
from benchmarks.live_served import served
from benchmarks.load import empty_duckdb
from benchmarks.machine import described
from data.reference_load import prepare
from data.store import open_store
from etl.config import Source
from etl.pipeline import run_job
from etl.settings import Settings
from etl.sources import live
from etl.sources.api import pull
from etl.sources.pull import Slice, Span
from etl.status import PUBLISHED

SCRATCH = Path("var/bench")
RECORDS = 20_000
REPEATS = 3
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)  # after all that the fakes hold; the same for each pull


@dataclass(frozen=True)
class Measured:
    """What one kind took. records: of all its sources; seconds of pull and run; bare: median of the downloads."""

    records: int
    bare: Downloaded
    pull: float
    run: float


def main() -> None:
    """Measure each kind and print a line of figures and ratios."""
    arguments = _arguments()
    SCRATCH.mkdir(parents=True, exist_ok=True)
    print(f"{described()}; run into duckdb; bare and pull medians of {REPEATS}, run once; ratios within this run")
    print(f"{'':15}{'records':>9}{'requests':>9}{'MB':>7}{'bare s':>8}{'pull s':>8}{'run s':>8}"
          f"{'pull/s':>9}{'run/s':>8}{'pull/bare':>10}{'run/bare':>9}")  # fmt: skip
    for name in arguments.kind:
        kind = KINDS[name]
        records = min(arguments.records, kind.most or arguments.records)
        try:
            _print(name, _of_server(kind, records) if kind.fill else _of_database(kind, records))
        except OperationalError:
            print(f"{name:15}  no PostgreSQL to read from; name one with ASP_TEST_POSTGRES_URL")


def _of_server(kind: Kind, records: int) -> Measured:
    assert kind.fill is not None, "a database has no fake"
    with served(kind.fill, records) as system:
        sources = _sources(kind, system.url)
        with recorded() as requests:
            count = _pulled(sources)
        made = system.made()
        measured = _measured(sources, count, partial(downloaded, requests))
        assert system.made() == made, "answers were made while the time ran"
    return measured


def _of_database(kind: Kind, records: int) -> Measured:
    with database(records) as url:
        plain = URL.create(url.drivername, url.username, None, url.host, url.port, url.database)
        sources = _sources(kind, plain.render_as_string(), str(url.password))
        bare = partial(fetched, url, f"{kind.connect['query']} ORDER BY {kind.connect['cursor']}")
        bare()
        return _measured(sources, _pulled(sources), bare)


def _measured(sources: Sequence[Source], records: int, bare: Callable[[], Downloaded]) -> Measured:
    downloads = sorted((bare() for _ in range(REPEATS)), key=lambda one: one.seconds)
    pulls = [_timed(lambda: _pulled(sources)) for _ in range(REPEATS)]
    return Measured(records, downloads[REPEATS // 2], median(pulls), _run(sources, records))


def _pulled(sources: Sequence[Source]) -> int:
    """Read the sources to their end; gives how many records came."""
    return sum(len(part.records) for source in sources for part in _at_noon(source, Span(NOW)))


def _at_noon(source: Source, span: Span) -> Iterator[Slice]:
    """A pull whose requests are the same at any time of the day."""
    return pull(source, replace(span, started_at=NOW))


def _run(sources: Sequence[Source], records: int) -> float:
    """Seconds of the job into an empty database; its preparation is not counted."""
    store = open_store(empty_duckdb(SCRATCH / "live"))
    try:
        prepare(store)
        with patch.object(live, "pull", _at_noon):
            started = time.perf_counter()
            report = run_job(store, sources[0].job, sources, Path())
            seconds = time.perf_counter() - started
    finally:
        store.close()
    counts = [taken.counts for taken in report.inputs]
    assert report.status == PUBLISHED, [taken.message for taken in report.inputs]
    assert sum(one.read for one in counts) == records, "the run read other records than the pull"
    assert not any(one.quarantined for one in counts), "records were quarantined: the description is wrong"
    return seconds


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _sources(kind: Kind, url: str, password: str | None = None) -> list[Source]:
    os.environ.update(kind.secrets | ({"BENCH_PASSWORD": password} if password else {}))
    settings = Settings(_env_file=None, person_key="a key of measurements, long enough")
    login = {"password_env": "BENCH_PASSWORD"} if password else {}
    entries = [{**entry, "connect": entry["connect"] | login} for entry in kind.described(url)]
    return [Source.model_validate(entry).equipped(settings) for entry in entries]


def _print(name: str, took: Measured) -> None:
    size = "–" if took.bare.megabytes is None else f"{took.bare.megabytes:.1f}"
    bare = took.bare.seconds
    print(f"{name:15}{took.records:9,}{took.bare.requests:9,}{size:>7}{bare:8.2f}{took.pull:8.2f}{took.run:8.2f}"
          f"{took.records / took.pull:9,.0f}{took.records / took.run:8,.0f}"
          f"{took.pull / bare:10.1f}{took.run / bare:9.1f}", flush=True)  # fmt: skip


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live", description=__doc__)
    parser.add_argument("--kind", nargs="+", choices=sorted(KINDS), default=list(KINDS), help="all unless named")
    parser.add_argument("--records", type=int, default=RECORDS, help="at the source; fewer where each takes a request")
    return parser.parse_args()


if __name__ == "__main__":
    main()
