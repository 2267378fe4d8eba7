"""All jobs over sample sources, killed at random moments: every job is there whole or not at all, and the next run
completes with the facts of an undisturbed one."""

import random
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from data.schema import FACTS, etl_input, etl_run, quarantine
from data.store import Store, open_store
from etl.config import load_sources
from etl.demo import generate
from etl.pipeline import run_job
from etl.service.operation import EVERY_JOB
from etl.settings import Settings
from tests.etl.killing import JOB_OF, KEY, killed, url_of

pytestmark = pytest.mark.slow

PROVENANCE = ("input_id", "loaded_run", "superseded_run")
KILLS = 3

State = dict[str, Counter[tuple[Any, ...]]]


def state(store: Store) -> State:
    """What a reader sees of each job: current facts without their provenance, and the rows set aside."""
    found: State = {job: Counter() for job in EVERY_JOB}
    with store.reading() as connection:
        for fact in FACTS:
            columns = [column for column in fact.c if column.name not in PROVENANCE]
            rows = connection.execute(select(*columns).where(fact.c.superseded_run.is_(None)))
            found[JOB_OF[fact.name]].update((fact.name, *row) for row in rows)
        for job, *row in connection.execute(select(quarantine.c.job, quarantine.c.input, quarantine.c.line)):
            found[job][("quarantine", *row)] += 1
    return found


def unaccounted(store: Store) -> int:
    """Inputs whose rows do not add up."""
    parts = [etl_input.c[name] for name in ("loaded_new", "loaded_changed", "unchanged", "duplicate", "quarantined")]
    loaded = etl_input.c.status == "loaded"
    wrong = select(func.count()).where(loaded, etl_input.c.read != sum(parts[1:], parts[0]), etl_input.c.record != "")
    with store.reading() as connection:
        return connection.scalar(wrong.where(etl_input.c.run_id.in_(jobs_runs()))) or 0


def jobs_runs() -> Any:
    return select(etl_run.c.run_id).where(etl_run.c.job.in_(EVERY_JOB)).scalar_subquery()


def run_numbers(store: Store) -> list[int]:
    with store.reading() as connection:
        return list(connection.scalars(select(etl_run.c.run_id)))


def complete(store: Store, folder: Path) -> None:
    """Run every job to its end."""
    sources = load_sources(folder / "sources.toml", Settings(_env_file=None, person_key=KEY))
    for job in EVERY_JOB:
        assert run_job(store, job, sources, folder).status == "published"


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    generate(folder, months=3, seed=1, municipalities=12, last=date(2025, 12, 31))
    return folder


@pytest.fixture(scope="module")
def undisturbed(deliveries: Path, duckdb_template: Path, tmp_path_factory: pytest.TempPathFactory, settings) -> State:
    """The facts after a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed") / "reporting"
    shutil.copytree(duckdb_template, folder)
    store = open_store(f"duckdb:///{folder}", settings)
    complete(store, deliveries)
    found = state(store)
    store.close()
    return found


def check(store: Store, before: State, undisturbed: State) -> State:
    """Each job is as it was or as it shall be; gives what is there now."""
    seen = state(store)
    for job in EVERY_JOB:
        assert seen[job] in (before[job], undisturbed[job]), f"{job} is there in part"
    assert unaccounted(store) == 0
    numbers = run_numbers(store)
    assert len(numbers) == len(set(numbers))
    return seen


def test_jobs_killed_at_random_moments_are_whole_and_complete_later(store, deliveries, undisturbed, seed):
    chance = random.Random(seed)
    assert all(undisturbed.values())
    seen = state(store)
    for _ in range(KILLS):
        killed(url_of(store), deliveries / "sources.toml", chance.uniform(0, 2))
        seen = check(store, seen, undisturbed)

    complete(store, deliveries)

    assert check(store, undisturbed, undisturbed) == undisturbed
