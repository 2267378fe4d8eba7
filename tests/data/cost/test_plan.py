"""A plan's file is read as it is written, or refused with its place and with what was expected."""

from datetime import date

import pytest

from data.cost.plan import BadPlan, parse_plan, read_plan
from data.cost.plans import plan_of_month

STEP = {"id": "last", "name_hu": "u", "name_en": "l", "from": "application", "to": "municipality", "method": "users"}


def _text(head: str = 'version = "1"\nvalid_from = 2025-01-01\n', **changed: object) -> str:
    step = {key: value for key, value in (STEP | changed).items() if value is not None}
    written = "".join(f"{key} = {_toml(value)}\n" for key, value in step.items())
    return f"{head}[[step]]\n{written}"


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def test_a_plan_is_read_with_its_defaults():
    plan = parse_plan(_text(otherwise=["tickets", "even"]), "plan.toml")

    assert (plan.version, plan.valid_from, plan.valid_to, plan.window_months) == ("1", date(2025, 1, 1), None, 12)
    assert plan.steps[0].methods == ("users", "tickets", "even")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version = ", "not TOML"),
        (_text(head="valid_from = 2025-01-01\n"), "version is missing"),
        (_text(head='version = "1"\nvalid_from = "tomorrow"\n'), "valid_from is missing or no day"),
        (_text(head='version = "1"\nvalid_from = 2025-01-01T10:00:00\n'), "valid_from is missing or no day"),
        (_text(head='version = "1"\nvalid_from = 2025-01-01\nvalid_to = 2025-01-01\n'), "valid_to is no day after"),
        (_text(head='version = "1"\nvalid_from = 2025-01-01\nwindow_months = 0\n'), "window_months is 0"),
        (_text(head='version = "1"\nvalid_from = 2025-01-01\nwindow_months = true\n'), "window_months is True"),
        (_text(head='version = "1"\nvalid_from = 2025-01-01\nbasis = 3\n'), "basis is 3"),
        (_text(head='version = "1"\nvalid_from = 2025-01-01\nsteps = 3\n'), "steps is not known"),
        ('version = "1"\nvalid_from = 2025-01-01\n', "no [[step]]"),
        ('version = "1"\nvalid_from = 2025-01-01\nstep = ["a"]\n', "no [[step]]"),
        (_text(driver="users"), "step 1 (last): driver is not known"),
        (_text(name_hu=None), "name_hu is missing"),
        (_text(id="Two words"), "id is 'Two words'"),
        (_text(method="headcount"), "method is 'headcount'; choose from direct"),
        (_text(method=["users"]), "method is ['users']"),
        (_text(otherwise="even"), "otherwise is a list"),
        (_text(otherwise=[["even"]]), "otherwise is a list"),
        (_text(otherwise=["direct"]), "otherwise is a list"),
        (_text(otherwise=["users"]), "stands twice"),
        (_text(method="fixed"), "method fixed wants shares"),
        (_text(shares={"01508": 1}), "method fixed wants shares"),
        (_text(method="fixed", shares={"01508": -1}), "whole numbers of 0 or more"),
        (_text(method="fixed", shares={"01508": 0.5}), "whole numbers of 0 or more"),
        (_text(method="fixed", shares={"01508": 0}), "all shares are 0"),
        (_text(to="application"), "nothing would move"),
        (_text(**{"from": "component"}), "only applications are shared out"),
        (_text(to="component"), "applications go to municipalities"),
        (_text(**{"from": "shared", "to": "application", "method": "direct"}), "direct is for municipalities"),
        (_text(**{"from": "shared", "to": "application"}), "no step goes to the municipalities"),
        (_text(actors="nisz"), "actors is a list"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_used_says_what_was_expected(text, told):
    with pytest.raises(BadPlan) as raised:
        parse_plan(text, "plan.toml")

    assert str(raised.value).startswith("plan.toml")
    assert told in str(raised.value)


def test_a_step_must_not_fill_nodes_that_an_earlier_one_has_emptied():
    late = '[[step]]\nid = "late"\nname_hu = "k"\nname_en = "l"\nfrom = "shared"\nto = "application"\nmethod = "even"\n'

    with pytest.raises(BadPlan, match=r"step late fills nodes that step last has emptied; swap them"):
        parse_plan(_text() + late, "plan.toml")


def test_a_plan_that_is_not_there_or_no_text_is_told(tmp_path):
    with pytest.raises(BadPlan, match="no such file"):
        read_plan(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes('version = "é"'.encode("latin-1"))
    with pytest.raises(BadPlan, match="cannot be read as text in UTF-8"):
        read_plan(tmp_path / "latin.toml")


@pytest.mark.parametrize(
    ("month", "version"),
    [
        (date(2024, 12, 1), None),
        (date(2025, 1, 1), "a"),
        (date(2025, 5, 1), "b"),
        (date(2025, 7, 1), "a"),
    ],
)
def test_a_month_goes_by_the_newest_plan_that_its_first_day_is_in(month, version):
    first = parse_plan(_text(head='version = "a"\nvalid_from = 2025-01-01\n'), "a")
    second = parse_plan(_text(head='version = "b"\nvalid_from = 2025-04-15\nvalid_to = 2025-07-01\n'), "b")

    found = plan_of_month([second, first], month)

    assert (found and found.version) == version
