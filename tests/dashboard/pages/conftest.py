"""An app on a small country: sample sources of all jobs, loaded by the real pipeline, once for all processes.

Chromium, the server and its readers are there once per process. A reader's files (scripts, styles) are fetched and
compiled once; a new context for each page would take two seconds more for each.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from dash import Dash
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from dashboard.app import create_app
from dashboard.settings import DashboardSettings
from data.settings import DataSettings
from data.store import Store, open_store
from etl.config import load_sources
from etl.demo.generate import generate
from etl.pipeline import run_job
from etl.settings import Settings
from tests.conftest import MadeOnce

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
JOBS = ("contracts", "training", "budget", "tickets")


@pytest.fixture(scope="session")
def whole_store(
    made_once: MadeOnce, duckdb_template: Path, tmp_path_factory: pytest.TempPathFactory, settings: DataSettings
) -> Iterator[Store]:
    """Fourteen months of about a hundred municipalities, to the end of October 2026."""

    def fill(folder: Path) -> None:
        shutil.copytree(duckdb_template, folder / "reporting")
        generate(folder / "sources", months=14, seed=3, tickets=1500, municipalities=100, last=date(2026, 10, 31))
        config = folder / "sources" / "sources.toml"
        sources = load_sources(config, Settings(_env_file=None, person_key="a key that is long enough for tests"))
        with closing(open_store(f"duckdb:///{folder / 'reporting'}", settings)) as store:
            # Cells are made by the last run, of the facts of all.
            for job in JOBS:
                store.rollups = job == JOBS[-1]
                run_job(store, job, sources, config.parent)

    own = tmp_path_factory.mktemp("pages") / "reporting"
    shutil.copytree(made_once("pages", fill) / "reporting", own)
    with closing(open_store(f"duckdb:///{own}", settings)) as store:
        yield store


@pytest.fixture(scope="session")
def pages_app(whole_store: Store) -> Dash:
    return create_app(DashboardSettings(_env_file=None), whole_store)


@pytest.fixture
def in_pages(pages_app: Dash) -> Iterator[None]:
    """Callbacks are called as plain functions in here."""
    with pages_app.server.test_request_context("/"):
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; skips where there is none, fails instead under ASP_REQUIRE_BROWSER=1."""
    chromium = os.environ.get("ASP_BROWSER") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        told = "no Chromium found: install it, or name it in ASP_BROWSER"
        if os.environ.get("ASP_REQUIRE_BROWSER") == "1":
            pytest.fail(told)
        pytest.skip(told)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def address(pages_app: Dash) -> Iterator[str]:
    """The app served on a free port of this machine."""
    server = make_server("127.0.0.1", 0, pages_app.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def reader(browser: Browser, address: str) -> Iterator[Callable[[str, str], BrowserContext]]:
    """reader(language, theme): the context of one who has chosen these; of one who has chosen nothing, reader("", "").

    It is the same one whenever it is asked for, without what a test before did to its cookies. Close its pages.
    """
    known: dict[tuple[str, str], BrowserContext] = {}

    def chosen(language: str, theme: str) -> BrowserContext:
        if (language, theme) not in known:
            known[language, theme] = browser.new_context()
        context = known[language, theme]
        context.clear_cookies()
        cookies = {"asp_language": language, "asp_theme": theme}
        context.add_cookies([{"name": name, "value": one, "url": address} for name, one in cookies.items() if one])
        return context

    yield chosen
    for context in known.values():
        context.close()


@pytest.fixture
def contexts(reader: Callable[[str, str], BrowserContext]) -> dict[str, BrowserContext]:
    """A reader for each language, the English one in the dark."""
    return {"hu": reader("hu", "light"), "en": reader("en", "dark")}


@pytest.fixture
def page(reader: Callable[[str, str], BrowserContext]) -> Iterator[Page]:
    """A wide page of a reader who has chosen nothing yet."""
    opened = reader("", "").new_page()
    opened.set_viewport_size({"width": 1440, "height": 900})
    yield opened
    opened.close()
