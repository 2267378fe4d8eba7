from datetime import datetime

import pytest
from sqlalchemy import insert

from data.provenance import freshness
from data.schema import etl_input, etl_run, quarantine


@pytest.fixture
def two_runs(connection):
    """Run 201 set two rows aside; run 202 loaded one of them and set one more aside."""
    for run, loaded in ((201, 8), (202, 1)):
        when = datetime(2026, 1, run - 200, 2)
        run_row = {"run_id": run, "job": "tickets", "status": "published", "finished_at": when}
        connection.execute(insert(etl_run), run_row)
        delivered = {"source": "desk", "input": "a.csv", "status": "loaded", "loaded_new": loaded, "newest_at": when}
        connection.execute(insert(etl_input), {"input_id": run, "run_id": run, **delivered})
    row = {"input_id": 201, "job": "tickets", "source": "desk", "input": "a.csv", "reasons": "[]", "row": "{}"}
    for number, run, status, closed in ((901, 201, "retried", 202), (902, 201, "open", None), (903, 202, "open", None)):
        rejected = {**row, "quarantine_id": number, "run_id": run, "status": status, "closed_run": closed}
        connection.execute(insert(quarantine), rejected)


@pytest.mark.parametrize(("as_of", "run", "loaded", "aside"), [(None, 202, 9, 2), (202, 202, 9, 2), (201, 201, 8, 2)])
def test_freshness_is_what_the_run_asked_for_knew(connection, two_runs, as_of, run, loaded, aside):
    found = freshness(connection, "tickets", as_of)

    assert (found.run_id, found.loaded, found.quarantined) == (run, loaded, aside)
