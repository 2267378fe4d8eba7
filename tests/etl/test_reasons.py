"""Reasons name the field and the column as delivered; `asp-etl check` puts those of one kind together."""

import pytest

from etl.analyst.check import Checked, _note
from etl.validate import with_headings

HEADINGS = {
    "priority": "Prioritás", "resolved_at": "Megoldva", "opened_at": "Nyitva", "P9": "never", "active_users": "Aktív",
    "enabled_users": "Összes", "the": "never",
}  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("priority is 'P9'; expected P1.", "priority (\"Prioritás\") is 'P9'; expected P1."),
        ("opened_at: 'x' is not a date", "opened_at (\"Nyitva\"): 'x' is not a date"),
        ("opened_at is missing; it is required.", 'opened_at ("Nyitva") is missing; it is required.'),
        (
            "resolved_at (2025-01-01) is before opened_at (2025-01-02).",
            'resolved_at ("Megoldva") (2025-01-01) is before opened_at ("Nyitva") (2025-01-02).',
        ),
        (
            "active_users (3) is more than enabled_users (2).",
            'active_users ("Aktív") (3) is more than enabled_users ("Összes") (2).',
        ),
        (
            "outage_minutes is more than the time from outage_started_at to outage_ended_at.",
            "outage_minutes is more than the time from outage_started_at to outage_ended_at.",
        ),
        ("channel is 'priority'; expected other.", "channel is 'priority'; expected other."),
        ("7 columns instead of 30", "7 columns instead of 30"),
    ],
)
def test_a_reason_names_the_column_as_delivered(reason, told):
    assert with_headings([reason], HEADINGS) == [told]


def test_problems_of_one_kind_are_one_whatever_their_values():
    found = Checked("desk", "a.csv")
    for line, value in enumerate(("P9", "P7", "P5"), start=2):
        _note(found, f"priority (\"Prioritás\") is '{value}'; expected P1.", line)
    _note(found, "initial_priority (\"Eredeti\") is 'P9'; expected P1.", 5)

    assert [(problem["rows"], problem["lines"]) for problem in found.problems.values()] == [(3, [2, 3, 4]), (1, [5])]
