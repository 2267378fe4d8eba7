from datetime import date

import pytest
from sqlalchemy import insert

from data.history import owner_history, rebase_history, target_history
from data.metrics.catalogue import metric
from data.schema import control_rebase, metric_target, responsibility

RATE = metric("sla_resolution_rate")
CHANGED = date(2026, 3, 1)


@pytest.fixture
def changed_owner(connection):
    """From the first of March another actor answers for a process of one service."""
    rows = [("nisz", date(2017, 1, 1), CHANGED), ("operator_ado", CHANGED, None)]
    for actor, first, end in rows:
        row = {"process_id": "tested", "service_id": "ADO", "actor_id": actor, "valid_from": first, "valid_to": end}
        connection.execute(insert(responsibility), {**row, "raci": "A", "basis": "contract"})
    connection.execute(
        insert(responsibility),
        {"process_id": "tested", "service_id": "ADO", "actor_id": "nisz", "valid_from": CHANGED, "raci": "R"},
    )


def test_those_who_answered_earlier_stay_known(connection, changed_owner):
    found = owner_history(connection, "tested")

    assert list(found["actor_id"]) == ["operator_ado", "nisz"]
    assert [str(day)[:10] for day in found["valid_from"]] == ["2026-03-01", "2017-01-01"]


def test_a_process_that_nobody_answers_for_has_no_history(connection):
    assert owner_history(connection, "nobody's").empty


def test_targets_and_rebases_are_of_the_metric_alone(connection):
    for name, target in ((RATE.id, 0.9), ("reopen_rate", 0.03)):
        row = {"metric_id": name, "service_id": "*", "valid_from": CHANGED, "target": target, "basis": "contract"}
        connection.execute(insert(metric_target), row)
    for service in ("*", "ADO", "GAZD"):
        row = {"metric_id": RATE.id, "service_id": service, "from_on": CHANGED, "reason": "why", "name": "who"}
        connection.execute(insert(control_rebase), row)

    assert list(target_history(connection, RATE)["target"]) == [0.9]
    assert sorted(rebase_history(connection, RATE)["service_id"]) == ["*", "ADO", "GAZD"]
    assert sorted(rebase_history(connection, RATE, ("ADO",))["service_id"]) == ["*", "ADO"]
