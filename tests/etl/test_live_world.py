"""All jobs from live systems that fail, change, and are killed in the middle: nothing lost, doubled or half there."""

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from data.schema import FACTS, etl_cursor, etl_input, etl_run, quarantine
from data.settings import DataSettings
from data.store import Store, open_store
from etl.config import load_sources
from etl.pipeline import run_job
from etl.service.operation import EVERY_JOB
from etl.settings import Settings
from etl.sources.api import client as http
from tests.etl.fakes.compare import current_facts
from tests.etl.fakes.server import Chaos
from tests.etl.fakes.waits import NoWaits
from tests.etl.killing import JOB_OF, KEY, killed, url_of
from tests.etl.live_world import SECRETS, World

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("ASP_TEST_KILLS", "4"))

Facts = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name, value in {**SECRETS, "ASP_PERSON_KEY": KEY}.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "world").mkdir()
    world = World(tmp_path / "world")
    with world.running():
        yield world


@pytest.fixture
def beside(duckdb_template: Path, tmp_path: Path) -> Iterator[Store]:
    """A store that nothing disturbs."""
    shutil.copytree(duckdb_template, tmp_path / "beside")
    store = open_store(f"duckdb:///{tmp_path / 'beside'}", DataSettings(_env_file=None, rollups=False))
    yield store
    store.close()


def complete(store: Store, world: World) -> list[str]:
    """Run every job that has sources to its end; the status of each."""
    sources = load_sources(world.config, Settings(_env_file=None, person_key=KEY))
    described = {source.job for source in sources}
    return [run_job(store, job, sources, world.folder).status for job in EVERY_JOB if job in described]


def facts(store: Store) -> Facts:
    return current_facts(store, *FACTS)


def sound(store: Store) -> None:
    """No key has two current versions, all rows are accounted for, cursors belong to runs that are there, and nothing
    waits in quarantine."""
    parts = [etl_input.c[name] for name in ("loaded_new", "loaded_changed", "unchanged", "duplicate", "quarantined")]
    unlike = select(func.count()).where(etl_input.c.status == "loaded", etl_input.c.read != sum(parts[1:], parts[0]))
    lost = select(func.count()).where(etl_cursor.c.run_id.not_in(select(etl_run.c.run_id)))
    with store.reading() as connection:
        for fact in FACTS:
            keys = [fact.c[name] for name in fact.info["key"]]
            twice = select(*keys).where(fact.c.superseded_run.is_(None)).group_by(*keys).having(func.count() > 1)
            assert connection.execute(twice.limit(1)).first() is None, fact.name
        of_jobs = unlike.where(
            etl_input.c.record.in_(["ticket", "event", "training", "contract", "amendment", "budget"])
        )
        assert connection.scalar(of_jobs) == 0
        assert connection.scalar(lost) == 0
        assert connection.scalar(select(func.count()).select_from(quarantine)) == 0


def test_systems_that_fail_at_random_leave_what_an_undisturbed_run_leaves(
    store: Store, beside: Store, world: World, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(http, "WAITS", NoWaits())
    monkeypatch.setattr(http, "ATTEMPTS", 2)  # so that requests are given up too
    chance, met = random.Random(seed), 0
    for _ in range(3):
        world.live(40)
        for server in world.servers.values():
            server.chaos = Chaos(seed=chance.randrange(10**6), rate=0.3)
            server.dies_after = chance.randrange(20) if chance.random() < 0.3 else None
        complete(store, world)
        sound(store)
        for server in world.servers.values():
            assert server.chaos is not None
            met += len(server.chaos.met)
            server.chaos, server.dies_after = None, None
        complete(beside, world)
    assert met > 20, "nothing was disturbed"

    assert set(complete(store, world)) == {"published"}

    assert facts(store) == facts(beside)
    sound(store)


def by_job(found: Facts) -> dict[str, Facts]:
    return {job: {name: rows for name, rows in found.items() if JOB_OF[name] == job} for job in EVERY_JOB}


def test_runs_killed_at_random_moments_are_whole_or_not_there(store: Store, beside: Store, world: World) -> None:
    chance, killed_in_time = random.Random(7), 0
    world.live(20)
    for _ in range(max(KILLS // 4, 1)):
        before = by_job(facts(store))
        complete(beside, world)
        after = by_job(facts(beside))
        for _ in range(min(KILLS, 4)):
            killed_in_time += killed(url_of(store), world.config, chance.uniform(0, 3))
            sound(store)
            seen = by_job(facts(store))
            for job in EVERY_JOB:
                assert seen[job] in (before[job], after[job]), f"{job} is there in part"
        complete(store, world)
        assert facts(store) == facts(beside)
        world.live(20)
    assert killed_in_time > 0, "no run was killed before its end"
