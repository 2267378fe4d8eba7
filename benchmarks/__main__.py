"""python -m benchmarks [--rows N …] [--engine duckdb|postgres|both]: loads and page queries beside their yardsticks."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from benchmarks.load import Load, empty_duckdb, load
from benchmarks.machine import described
from benchmarks.pages import PageTime, page_times
from benchmarks.tickets import ticket_sources

SCRATCH = Path("var/bench")
DEFAULT_ROWS = 100_000
MEASURABLE = 0.001  # seconds; a page without questions of the catalogue has no SQL of facts


def main() -> None:
    """Measure each size on each engine and print a table of figures and ratios."""
    arguments = _arguments()
    SCRATCH.mkdir(parents=True, exist_ok=True)
    print(f"{described()}; ratios within this run")
    if arguments.url:
        print_pages(page_times(arguments.url))
        return
    for rows in arguments.rows:
        sources = ticket_sources(SCRATCH, rows)
        for engine in ("duckdb", "postgres") if arguments.engine == "both" else (arguments.engine,):
            url = empty_duckdb(SCRATCH / "reporting") if engine == "duckdb" else _empty_postgres()
            _print_load(rows, engine, load(sources, url, SCRATCH))
            print_pages(page_times(url))


def print_pages(pages: Sequence[PageTime]) -> None:
    """A line for each page; ratio: its warm time to that of the facts' own SQL."""
    for page in pages:
        ratio = f"{page.warm / page.bare:6.3f}" if page.bare > MEASURABLE else "     –"
        print(
            f"  page {page.page:26} {page.rows:7,} rows  cold {page.cold * 1000:6.0f} ms  warm p95"
            f" {page.warm * 1000:6.0f} ms  facts {page.bare * 1000:7.0f} ms  ratio {ratio}",
            flush=True,
        )


def _print_load(rows: int, engine: str, took: Load) -> None:
    print(f"{rows:,} tickets, {engine}")
    for name in ("yardstick", "first", "unchanged", "skipped"):
        one = getattr(took, name)
        beside = one.seconds / took.yardstick.seconds
        print(
            f"  {name:10} {one.seconds:8.1f} s  cpu {one.cpu_seconds:8.1f} s  peak {one.peak_mb:6.0f} MB"
            f"  {beside:5.1f}x yardstick  {one.seconds / took.first.seconds:5.2f}x first load"
        )


def _empty_postgres() -> str:
    """A new database asp_bench beside the one that ASP_TEST_POSTGRES_URL names."""
    server = make_url(os.environ.get("ASP_TEST_POSTGRES_URL", "postgresql+psycopg://asp:asp@127.0.0.1/asp_test"))
    engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS asp_bench WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE asp_bench"))
    engine.dispose()
    return server.set(database="asp_bench").render_as_string(hide_password=False)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[DEFAULT_ROWS], help="tickets, one or more sizes")
    parser.add_argument("--engine", choices=["duckdb", "postgres", "both"], default="duckdb")
    parser.add_argument("--url", help="only the pages, of a database that is filled already")
    return parser.parse_args()


if __name__ == "__main__":
    main()
