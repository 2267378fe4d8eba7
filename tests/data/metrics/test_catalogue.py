"""What every definition of the catalogue keeps to."""

import re
from collections import Counter

import pytest

from data.errors import UnknownMetric
from data.metrics.catalogue import METRICS, MODULES, metric
from data.metrics.cuts import CUTS
from data.metrics.metric import Current, Derived, Metric
from data.reference import register

SUFFIX = {
    "rate": r"_(rate|share)$", "ratio": r"_ratio$", "huf": r"_huf$", "months": r"_months$", "count": r"_count$",
    "minutes": r"_minutes_(median|p90)$", "days": r"_days_(median|p90)$", "hours": r"_hours(_median)?$",
}  # fmt: skip


@pytest.fixture(scope="module")
def matrix():
    return register.responsibilities()


every_metric = pytest.mark.parametrize("name", METRICS)


def test_ids_and_codes_are_unique_and_found_by_either():
    codes = Counter(one.code for one in METRICS.values())

    assert len(METRICS) >= 55
    assert set(codes.values()) == {1}
    assert all(metric(one.id) is metric(one.code.lower()) is one for one in METRICS.values())


def test_a_metric_stands_in_the_module_of_its_field():
    for module in MODULES:
        fields = {one.field for one in vars(module).values() if isinstance(one, Metric)}
        name = module.__name__.rpartition(".")[2]
        assert fields == {{"usage": "adoption", "cost": "budget"}.get(name, name)}


def test_an_unknown_metric_says_where_they_are_listed():
    with pytest.raises(UnknownMetric, match="asp-data metrics"):
        metric("sla")


@every_metric
def test_an_id_ends_in_its_unit(name):
    assert re.search(SUFFIX[METRICS[name].unit], name)


@every_metric
def test_words_are_whole_sentences_in_both_languages(name):
    one = METRICS[name]

    for words in (one.name, one.definition):
        assert set(words) == {"hu", "en"}
        assert words["hu"] != words["en"]
    for language in ("hu", "en"):
        assert re.fullmatch(r"[A-ZÁÉÍÓÖŐÚÜŰ0-9].*[^.]", one.name[language])
        assert re.fullmatch(r"[A-ZÁÉÍÓÖŐÚÜŰ0-9].*\.", one.definition[language])
        assert "  " not in one.definition[language]


@every_metric
def test_every_process_has_exactly_one_accountable_actor(name, matrix):
    owners = matrix[
        (matrix["process_id"] == METRICS[name].process)
        & (matrix["service_id"] == "*")
        & (matrix["raci"] == "A")
        & matrix["valid_to"].isna()
    ]

    assert len(owners) == 1


def test_every_process_is_one_of_the_list():
    assert {one.process for one in METRICS.values()} <= set(register.processes()["process_id"])


@every_metric
def test_a_metric_is_fit_to_be_measured(name):
    one = METRICS[name]

    assert set(one.cut_by) <= set(CUTS)
    assert len(set(one.cut_by)) == len(one.cut_by)
    assert (one.counted_by is None) == (one.kind == "stock") == (one.starts_on is not None)
    assert (one.measured is None) == (one.numerator is not None)
    assert (one.band is not None) == (one.better == "band")
    assert one.target is None or one.better in ("higher", "lower")
    assert one.kind not in ("ratio", "mean") or one.denominator is not None
    if isinstance(one.fact, Derived):
        given = one.fact.rows(Current(None)).selected_columns
        assert [column.name for column in given] == one.fact.table.c.keys()


def test_subtotals_are_told_by_the_codes_of_rovats():
    """budget_lines.py takes a rovat to be under another when its code begins with the other's."""
    parents = register.accounts().set_index("account_id")["parent_id"].fillna("")

    def above(code):
        parent = parents[code]
        return set() if not parent else {parent, *above(parent)}

    for code in parents.index:
        assert above(code) == {other for other in parents.index if other != code and code.startswith(other)}
