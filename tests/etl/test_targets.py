"""Which agreed times hold for a ticket."""

from datetime import date

import pandas as pd
import pytest

from etl.targets import SlaTargets

TARGETS = SlaTargets(
    pd.DataFrame(
        [
            ("*", "P1", "*", 30, 240, "clock", date(2020, 1, 1), date(2025, 1, 1)),
            ("*", "P1", "*", 20, 200, "clock", date(2025, 1, 1), None),
            ("*", "P3", "*", 240, 1200, "business", date(2020, 1, 1), None),
            ("problem", "P3", "*", 999, 9999, "business", date(2020, 1, 1), None),
            ("*", "P3", "ADO", 60, 600, "business", date(2020, 1, 1), None),
        ],
        columns=[
            "ticket_type", "priority", "service_id", "response_minutes", "resolution_minutes", "clock", "valid_from",
            "valid_to",
        ],
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("ticket_type", "priority", "service", "day", "minutes", "by_clock"),
    [
        ("incident", "P1", "GAZD", "2024-12-31", 240, True),
        ("incident", "P1", "GAZD", "2025-01-01", 200, True),
        ("incident", "P1", "GAZD", "2012-01-01", 240, True),
        ("incident", "P3", "GAZD", "2025-01-01", 1200, False),
        ("problem", "P3", "GAZD", "2025-01-01", 9999, False),
        ("incident", "P3", "ADO", "2025-01-01", 600, False),
        ("problem", "P3", "ADO", "2025-01-01", 600, False),
        ("incident", "P2", "ADO", "2025-01-01", None, False),
    ],
)
def test_the_most_specific_target_in_force_holds(ticket_type, priority, service, day, minutes, by_clock):
    found = TARGETS.of(
        *(pd.Series([value], dtype="str") for value in (ticket_type, priority, service)),
        pd.Series(pd.array([day], dtype="datetime64[us]")),
    )

    assert found["resolution_minutes"].dropna().tolist() == ([] if minutes is None else [minutes])
    assert found["by_clock"].tolist() == [by_clock]


def test_each_row_gets_its_own():
    kinds = pd.Series(["problem", "incident", None, "incident"], dtype="str", index=[7, 3, 5, 1])
    rows = TARGETS.of(
        kinds,
        pd.Series(["P3", "P1", "P3", "P3"], dtype="str", index=kinds.index),
        pd.Series(["GAZD", "ADO", "GAZD", "ADO"], dtype="str", index=kinds.index),
        pd.Series(pd.array(["2024-06-01"] * 4, dtype="datetime64[us]"), index=kinds.index),
    )

    assert rows.index.tolist() == [7, 3, 5, 1]
    assert rows["response_minutes"].tolist() == [999, 30, 240, 60]
