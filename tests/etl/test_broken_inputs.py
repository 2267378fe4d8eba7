"""Three hundred broken deliveries beside good ones: a message or rows set aside, and never a good row lost."""

import json
import logging

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from data.schema import fact_budget, fact_contract, fact_ticket, fact_training
from etl import cli

from .broken import FIELDS, ROWS, csv_of, sources_toml, table, variants

pytestmark = pytest.mark.slow

PARTS = ("new", "changed", "unchanged", "duplicate", "quarantined")
KEYS = {
    "tickets": fact_ticket.c.ticket_id, "contracts": fact_contract.c.contract_id,
    "training": fact_training.c.enrolment_id, "budget": fact_budget.c.line_id,
}  # fmt: skip


@pytest.fixture
def outcome(duckdb_store, tmp_path, caplog):
    """Runs a job over its broken variants: exit code, inputs by file name, stderr, keys loaded, variants."""

    def run(job, sheets):
        folder = tmp_path / "deliveries"
        (folder / job).mkdir(parents=True)
        (folder / "sources.toml").write_text(sources_toml(), encoding="utf-8")
        # Before and after the broken ones, since one of those must not stop what comes next.
        for prefix, name in (("G", "0-good.csv"), ("H", "9-good.csv")):
            (folder / job / name).write_bytes(csv_of(table(job, prefix)))
        broken = {f"{job}/5-{number:03}-{one.name}": one for number, one in enumerate(variants(job, sheets))}
        for name, one in broken.items():
            (folder / name).write_bytes(one.content)
        environment = {
            "ASP_REPORTING_URL": f"duckdb:///{duckdb_store.folder}",
            "ASP_PERSON_KEY": "a key for tests, long enough",
        }
        with caplog.at_level(logging.WARNING):
            result = CliRunner().invoke(
                cli.app, ["run", job, "--config", str(folder / "sources.toml"), "--json"], env=environment
            )
        with duckdb_store.reading() as connection:
            keys = set(connection.scalars(select(KEYS[job])))
        (report,) = json.loads(result.stdout)
        return result, report["inputs"], result.stderr + caplog.text, keys, broken

    return run


@pytest.mark.parametrize("job", FIELDS)
def test_broken_deliveries_end_in_a_message_or_in_quarantine(outcome, tmp_path, job):
    result, inputs, told, keys, broken = outcome(job, sheets=job == "tickets")
    outside = {path.name for path in tmp_path.iterdir()}

    assert result.exit_code == 1
    assert "Traceback" not in told
    assert outside == {"deliveries", "reporting"}
    assert all(one["read"] == sum(one[part] for part in PARTS) for one in inputs)
    assert {f"{prefix}{n}" for prefix in "GH" for n in range(ROWS)} <= keys
    wrong = [problem for name, one in broken.items() if (problem := _disappointed(name, one, inputs))]
    assert not wrong, "\n".join(wrong)


def test_there_are_three_hundred_of_them():
    assert sum(len(variants(job, sheets=job == "tickets")) for job in FIELDS) >= 300


def _disappointed(name, variant, inputs):
    """What became of a variant, where that is not what should have."""
    found = [one for one in inputs if one["input"] == name or one["input"].startswith((f"{name}!", f"{name}["))]
    failed = [one for one in found if one["status"] == "failed"]
    aside, read = sum(one["quarantined"] for one in found), sum(one["read"] for one in found)
    if not found:
        return f"{name}: not reported"
    if silent := [one["input"] for one in failed if name not in (one["message"] or "")]:
        return f"{name}: failed without a message that names it: {silent}"
    if unclear := [one["message"] for one in failed if "stopped with" in one["message"]]:
        return f"{name}: {unclear}"
    expected = {
        "fails": bool(failed),
        "aside": not failed and aside > 0 and read - aside >= ROWS - 1,
        "loads": not failed and aside == 0,
        "either": True,
    }[variant.outcome]
    return None if expected else f"{name}: expected '{variant.outcome}', got {failed or (read, aside)}"
