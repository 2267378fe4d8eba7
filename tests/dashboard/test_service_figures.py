"""Figures of service quality: what they draw of a frame, and that they survive any."""

import math

import pandas as pd
import pytest

from dashboard.figures.ages import ages, band_name, by_holder
from dashboard.figures.certainty import Z, surely_missing, wilson
from dashboard.figures.distribution import distribution, heading, spreads
from dashboard.figures.heat import class_ends, hours, share_table
from dashboard.figures.sankey import handoffs, sankey, way_words
from dashboard.figures.shares import shares, sure_ones
from dashboard.look import Look
from data.metrics.catalogue import METRICS

LOOKS = [Look("hu", "light", False), Look("en", "dark", True)]
RATE, COUNT = METRICS["sla_resolution_rate"], METRICS["ticket_count"]
OPEN, TIME = METRICS["backlog_count"], METRICS["resolution_minutes_median"]
BANDS = ((0, 7), (8, 30), (31, 90), (91, None))


def plain(cut: str, member: object, language: str) -> str:
    return str(member)


def rates(cuts: list[str], *rows: tuple) -> pd.DataFrame:
    """Rows of (members …, numerator, denominator)."""
    frame = pd.DataFrame(rows, columns=[*cuts, "numerator", "denominator"])
    return frame.assign(n=frame["denominator"], value=frame["numerator"] / frame["denominator"])


@pytest.mark.parametrize(("hits", "rows"), [(90, 100), (1, 20), (500, 100_000), (4, 5)])
def test_the_ends_of_an_interval_are_just_as_far_from_the_share_as_chance_reaches(hits, rows):
    """Wilson's interval holds the shares from which what was seen lies at most z of their own standard errors away."""
    for end in wilson(hits, rows):
        assert abs(hits / rows - end) == pytest.approx(Z * math.sqrt(end * (1 - end) / rows), rel=1e-9)


@pytest.mark.parametrize(("hits", "low", "high"), [(0, 0, Z * Z / (20 + Z * Z)), (20, 20 / (20 + Z * Z), 1)])
def test_an_interval_ends_where_shares_end(hits, low, high):
    assert wilson(hits, 20) == pytest.approx((low, high))


def test_of_nothing_everything_is_possible():
    assert wilson(0, 0) == (0.0, 1.0)


def test_only_more_than_chance_is_a_sure_miss():
    frame = rates(["service"], ("ADO", 8, 10), ("GAZD", 800, 1000), ("IRAT", 900, 1000))

    assert surely_missing(frame, 0.9, "higher") == [False, True, False]
    assert surely_missing(frame, 0.5, "lower") == [False, True, True]
    assert sure_ones(frame, RATE, "service") == ["GAZD"]


def test_few_rows_are_never_sure():
    frame = rates(["service"], ("ADO", 0, 9), ("GAZD", 0, 10))

    assert sure_ones(frame, RATE, "service") == ["GAZD"]


@pytest.mark.parametrize("look", LOOKS)
def test_members_that_surely_miss_the_target_are_bold(look):
    frame = rates(["service"], ("ADO", 8, 10), ("GAZD", 800, 1000))
    figure = shares(frame, RATE, look, cut="service", label=plain)

    assert sorted(figure.layout.yaxis.ticktext) == ["<b>GAZD</b>", "ADO"]
    lines = figure.data[0]
    assert len(lines.x) == 6, "from, to and a gap for each member"
    assert figure.data[1].marker.symbol == ("diamond", "diamond")


@pytest.mark.parametrize("look", LOOKS)
def test_a_table_of_shares_says_value_and_n_and_tints_no_small_numbers(look):
    frame = rates(["service", "priority"], ("ADO", "P1", 1, 2), ("ADO", "P3", 80, 100), ("GAZD", "P3", 99, 100))
    heat = share_table(frame, RATE, look, rows="service", columns="priority", label=plain).data[0]

    assert heat.x == ("P1", "P3")
    assert heat.y == ("GAZD", "ADO")
    tints = {(y, x): heat.z[i][j] for i, y in enumerate(heat.y) for j, x in enumerate(heat.x)}
    assert tints == {
        ("ADO", "P1"): 0,
        ("ADO", "P3"): pytest.approx(-1),
        ("GAZD", "P1"): 0,
        ("GAZD", "P3"): pytest.approx(0.9),
    }
    texts = dict(zip(heat.y, heat.text, strict=True))
    assert "*" in texts["ADO"][0]
    assert "*" not in texts["ADO"][1]
    assert "100" in texts["ADO"][1]
    assert "–" in texts["GAZD"][0]


@pytest.mark.parametrize("look", LOOKS)
def test_many_columns_on_a_narrow_screen_say_whole_per_cents_that_never_seem_to_meet_the_target(look):
    services = ("ADO", "GAZD", "INGKAT", "IRAT", "IPARKER", "KERET")
    frame = rates(["size_band", "service"], *(("under_500", one, 8_999, 10_000) for one in services))
    heat = share_table(frame, RATE, look, rows="size_band", columns="service", label=plain).data[0]

    text = heat.text[0][0]
    assert text == "89%" if look.narrow else "n\u00a0=\u00a010\u00a0000" in text
    assert "10,000" in heat.hovertext[0][0] or "10\u00a0000" in heat.hovertext[0][0]


@pytest.mark.parametrize("look", LOOKS)
def test_hours_are_complete_and_run_down_on_a_narrow_screen(look):
    frame = pd.DataFrame({"weekday": [1, 7], "hour": [0, 23], "n": [3, 50]})
    heat = hours(frame, COUNT, look, plain).data[0]

    assert (len(heat.y), len(heat.x)) == ((24, 7) if look.narrow else (7, 24))
    assert heat.z[0][0] == 1, "Monday, midnight: in the first class above nothing"
    assert heat.z[-1][-1] == len(class_ends(50)) - 1, "Sunday, 23: in the highest class"
    assert heat.customdata[-1][-1] == "metric=ticket_count&weekday=7&hour=23"
    assert sum(value == 0 for line in heat.z for value in line) == 7 * 24 - 2


@pytest.mark.parametrize(
    ("largest", "ends"),
    [
        (0, [0]),
        (1, [0, 1]),
        (6, [0, 1, 2, 3, 4, 5, 6]),
        (50, [0, 10, 20, 30, 40, 50]),
        (1049, [0, *range(200, 1201, 200)]),
    ],
)
def test_classes_of_counts_are_seven_at_most_and_hold_the_largest(largest, ends):
    assert class_ends(largest) == ends


@pytest.mark.parametrize("largest", [2, 7, 13, 99, 101, 999, 12_345, 987_654])
def test_classes_cover_every_count(largest):
    ends = class_ends(largest)
    assert ends[-1] >= largest
    assert len(ends) <= 7


def bins(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(
        rows, columns=["priority", "bin", "n", "beyond", "agreed", "least_agreed", "most_agreed"]
    ).astype({"least_agreed": "Int64", "most_agreed": "Int64"})


def test_a_spread_adds_up_to_what_was_done_within_each_time():
    found = bins(("P3", 0, 2, 0, 2, 30, 30), ("P3", 2, 1, 1, 1, 30, 30), ("P3", 3, 1, 1, 1, 30, 30))
    part = spreads(found, (5, 30, 60),
                   {"P3": "business"})[0]  # fmt: skip

    assert part.within == [0.5, 0.5, 0.75], "what took longer than the last end is never within"
    assert (part.n, part.beyond, part.agreed, part.limit) == (4, 2, 4, 30)
    assert heading(part, LOOKS[1]) == "P3 (service hours): 50.0% beyond 30\xa0min (few)"


def test_two_agreed_times_leave_no_single_rule():
    part = spreads(bins(("P3", 0, 20, 2, 20, 30, 60)), (5,), {})[0]

    assert part.limit is None
    assert heading(part, LOOKS[1]) == "P3 (clock time and service hours mixed): 10.0% beyond the agreed time"
    assert distribution([part], TIME, LOOKS[0]).layout.shapes == ()


@pytest.mark.parametrize("look", LOOKS)
def test_each_priority_has_a_panel_with_its_own_rule(look):
    parts = spreads(
        bins(("P1", 0, 9, 0, 9, 5, 5), ("P3", 1, 9, 0, 9, 30, 30)), (5, 30, 60), {"P1": "clock", "P3": "business"}
    )
    figure = distribution(parts, TIME, look)

    assert [shape.x0 for shape in figure.layout.shapes] == [5, 30]
    assert [trace.y[-1] for trace in figure.data] == [1, 1]
    assert len({shape.xref for shape in figure.layout.shapes}) == 2


def test_holders_with_the_oldest_backlog_are_on_top():
    frame = pd.DataFrame(
        [("nisz", 1, 0, 90), ("nisz", 1, 2, 1), ("operator_ado", 2, 3, 4)], columns=["actor", "level", "band", "n"]
    )
    held = by_holder(frame, len(BANDS))

    assert list(held.index) == [("nisz", 1), ("operator_ado", 2)], "drawn from the bottom up"
    assert held.loc[("nisz", 1)].tolist() == [90, 0, 1, 0]
    figure = ages(frame, BANDS, OPEN, LOOKS[0], plain)
    assert [trace.name for trace in figure.data] == [band_name(band, "hu") for band in BANDS]
    assert [note.text for note in figure.layout.annotations] == ["91", "4"]
    assert figure.data[0].customdata[1] == "metric=backlog_count&actor=operator_ado&level=2"


def ways(*rows: tuple) -> pd.DataFrame:
    names = ["from_actor_id", "from_level", "to_actor_id", "to_level", "handoffs", "timed", "held_clock_minutes"]
    return pd.DataFrame(rows, columns=names)


FLOW = ways(
    ("*", 0, "desk", 1, 100, 0, 0), ("desk", 1, "*", 0, 60, 60, 600), ("desk", 1, "operator", 2, 40, 20, 2400),
    ("operator", 2, "desk", 1, 5, 5, 50), ("operator", 2, "*", 0, 35, 35, 70),
)  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
def test_the_flow_has_no_loop_and_says_what_goes_back(look):
    figure = sankey(handoffs(FLOW), look, plain)
    link, node = figure.data[0].link, figure.data[0].node

    links = set(zip(link.source, link.target, strict=True))
    reached = {place: {to for start, to in links if start == place} for place in range(len(node.label))}
    for _step in node.label:
        reached = {place: to.union(*(reached[one] for one in to)) if to else to for place, to in reached.items()}
    assert all(place not in to for place, to in reached.items()), "a loop cannot be followed"
    assert any(label.startswith("→ desk") for label in node.label)
    assert sum(link.value) == (205 if look.narrow else 240)


def test_a_hand_off_is_said_with_its_mean_waiting():
    found = {(way.giver[0], way.taker[0]): way for way in handoffs(FLOW)}

    said = way_words(found["desk", "operator"], LOOKS[1], plain)
    assert said == "desk · level 1 → operator · level 2: 40 hand-offs, on average after 2\xa0h with the giver"
    assert found["operator", "desk"].is_back
    assert not found["desk", "operator"].is_back
    assert found["in", "desk"].mean is None


@pytest.mark.parametrize("look", LOOKS)
def test_an_empty_frame_is_said_in_words(look):
    nothing = rates(["service", "priority"]).astype({"numerator": "int64", "denominator": "int64"})
    figures = [
        shares(nothing, RATE, look, cut="service"),
        share_table(nothing, RATE, look, rows="service", columns="priority"),
        hours(pd.DataFrame(columns=["weekday", "hour", "n"]), COUNT, look), distribution([], TIME, look),
        ages(pd.DataFrame(columns=["actor", "level", "band", "n"]), BANDS, OPEN, look), sankey([], look),
    ]  # fmt: skip
    assert all(figure.layout.annotations[0].text for figure in figures)
