"""Cards of what is stuck: items by step and actor, by how long, and shares of all pairs by kinds of municipality."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import formats, words
from dashboard.answers import Ask
from dashboard.components import chart_card
from dashboard.components.card import Answered, Card
from dashboard.components.stage_origin import SOURCES, stage_origin
from dashboard.components.stuck_read import STEP, list_of, page_href
from dashboard.components.stuck_tables import meaning
from dashboard.components.stuck_words import AGES, NEXT_STEPS
from dashboard.drill import KEY_OF_CUT
from dashboard.figures.marks import NATURAL
from dashboard.figures.stuck import Names, parts, shares
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.periods import latest
from dashboard.stage_words import OFFICES, stage_name
from dashboard.subtitles import day_of
from dashboard.tabulate import LINKS, UNITS
from data.adoption.stages import STAGES
from data.adoption.stuck_counts import by_age, by_step, long_waiting
from data.adoption.stuck_counts import shares as shares_of
from data.adoption.stuck_items import WorkList
from data.selection import Selection

ASKS = tuple(Ask(name, change=latest) for name in (
    "live_service_rate", "local_role_filled_rate", "key_user_coverage_rate",
))  # fmt: skip
"""Figures of the same facts: they tell the day, and where the rows come from."""
ITEM_NOTE = N_("An item is one next step of a municipality or joint office; how it is counted is said below")
PAIR_NOTE = N_("Of all pairs of municipality and application that are contracted or compulsory")


def step_card(id: str) -> Card:
    """Items by next step, in parts by accountable actor."""
    return chart_card(
        id, ASKS, draw=draw_steps, title=title_steps, subtitle=items_subtitle, summary=summary_steps, table=steps_table,
        note=ITEM_NOTE, height=300, meaning=meaning, origin=stage_origin, sources=SOURCES,
    )  # fmt: skip


def age_card(id: str) -> Card:
    """Items by missing stage, in parts by how long."""
    return chart_card(
        id, ASKS, draw=draw_ages, title=title_ages, subtitle=items_subtitle, summary=title_ages, table=ages_table,
        note=ITEM_NOTE, height=300, meaning=meaning, origin=stage_origin, sources=SOURCES,
    )  # fmt: skip


def share_card(id: str, cut: str, title: str, height: int) -> Card:
    """Stuck pairs of all pairs, by a cut; members in their usual order, never by their share."""

    def draw(answered: Answered, look: Look) -> go.Figure:
        selection = answered[0].selection
        found = shares_of(list_of(selection), cut)
        key = KEY_OF_CUT.get(cut, cut)
        links = {} if cut == "office_type" else {one: page_href(selection, **{key: one}) for one in found[cut]}
        return shares(found, cut, _names(found[cut], cut, look.language), links, look)

    def table(answered: Answered, look: Look) -> pd.DataFrame:
        return shares_table(shares_of(list_of(answered[0].selection), cut), cut, look.language)

    return chart_card(
        id, ASKS, draw=draw, title=title, subtitle=pairs_subtitle, summary=summary_shares, table=table, note=PAIR_NOTE,
        height=height, meaning=meaning, origin=stage_origin, sources=SOURCES,
    )  # fmt: skip


def items_subtitle(answered: Answered, look: Look) -> str:
    """`teendők · 2026. okt. 31-i állapot · n = 2 838`."""
    return _subtitle(_("items", look.language), len(list_of(answered[0].selection).items), answered, look)


def pairs_subtitle(answered: Answered, look: Look) -> str:
    """Per cent, the day, n."""
    return _subtitle(words.unit_name("rate", look.language), len(list_of(answered[0].selection).scope), answered, look)


def draw_steps(answered: Answered, look: Look) -> go.Figure:
    selection = answered[0].selection
    found = by_step(list_of(selection))
    rows = dict.fromkeys(found["next_step"])
    names = Names(
        {one: _(NEXT_STEPS[one], look.language) for one in rows},
        {one: words.label("actor", one, look.language) for one in sorted(set(found["accountable"]))},
        {row: page_href(selection, **{STEP: stage}) for row, stage in zip(found["next_step"], found["missing"],
                                                                          strict=True)},
    )  # fmt: skip
    said = [
        f"{names.rows[row]} · {names.parts[actor]}: {_items(items, look.language)}"
        for row, actor, items in zip(found["next_step"], found["accountable"], found["items"], strict=True)
    ]
    frame = found.rename(columns={"next_step": "row", "accountable": "part", "items": "value"})
    return parts(frame.assign(said=said), names, look)


def draw_ages(answered: Answered, look: Look) -> go.Figure:
    selection = answered[0].selection
    found = by_age(list_of(selection))
    names = Names(
        {one: stage_name(one, look.language) for one in STAGES},
        {str(at): _(age, look.language) for at, age in enumerate(AGES)},
        {one: page_href(selection, **{STEP: one}) for one in STAGES},
    )
    frame = found.rename(columns={"missing": "row", "items": "value"}).assign(part=found["age"].astype("str"))
    said = [
        f"{names.rows[row]} · {names.parts[part]}: {_items(items, look.language)}"
        for row, part, items in zip(frame["row"], frame["part"], frame["value"], strict=True)
    ]
    return parts(frame.assign(said=said), names, look)


def title_steps(answered: Answered, look: Look) -> str:
    """The step of most items."""
    found = by_step(list_of(answered[0].selection))
    if found.empty:
        return _("Items, by next step", look.language)
    most = max(found.to_dict("records"), key=lambda row: row["items"])
    return _(
        "Items, by next step; most of them: {step} ({count})", look.language,
        step=_(NEXT_STEPS[str(most["next_step"])], look.language).lower(),
        count=formats.number(int(most["items"]), look.language),
    )  # fmt: skip


def summary_steps(answered: Answered, look: Look) -> str:
    """Every step with its items."""
    found = by_step(list_of(answered[0].selection))
    return "; ".join(
        f"{_(NEXT_STEPS[step], look.language)}: {_items(items, look.language)}"
        for step, items in zip(found["next_step"], found["items"], strict=True)
    )


def title_ages(answered: Answered, look: Look) -> str:
    """How many have waited for more than two years."""
    work = list_of(answered[0].selection)
    if work.items.empty:
        return _("How long the items have been waiting", look.language)
    return _(
        "Waiting for more than two years: {count} of {all} items", look.language,
        count=formats.number(long_waiting(work), look.language), all=formats.number(len(work.items), look.language),
    )  # fmt: skip


def summary_shares(answered: Answered, look: Look) -> str:
    """The whole's share."""
    work: WorkList = list_of(answered[0].selection)
    scope = len(work.scope)
    return _(
        "Together: {share} ({stuck} of {all} pairs)", look.language,
        share=formats.percent(len(work.stuck) / scope if scope else None, look.language),
        stuck=formats.number(len(work.stuck), look.language), all=formats.number(scope, look.language),
    )  # fmt: skip


def steps_table(answered: Answered, look: Look) -> pd.DataFrame:
    found, language = by_step(list_of(answered[0].selection)), look.language
    shown = pd.DataFrame(
        {
            _("Next step", language): [_(NEXT_STEPS[one], language) for one in found["next_step"]],
            _("Accountable", language): [words.label("actor", one, language) for one in found["accountable"]],
            _("Items", language): found["items"].astype("int64"),
            _("Pairs", language): found["pairs"].astype("int64"),
        }
    )
    shown.attrs[UNITS] = {_("Items", language): "count", _("Pairs", language): "count"}
    return _linked(shown, list(found["missing"]), answered[0].selection)


def ages_table(answered: Answered, look: Look) -> pd.DataFrame:
    found, language = by_age(list_of(answered[0].selection)), look.language
    stages = [one for one in STAGES if one in set(found["missing"])]
    columns: dict[str, object] = {_("Missing stage", language): [stage_name(one, language) for one in stages]}
    for at, age in enumerate(AGES):
        columns[_(age, language)] = list(found.loc[found["age"] == at, "items"])
    shown = pd.DataFrame(columns)
    shown.attrs[UNITS] = {_(age, language): "count" for age in AGES}
    return _linked(shown, stages, answered[0].selection)


def shares_table(found: pd.DataFrame, cut: str, language: str) -> pd.DataFrame:
    """The shares with what they are made of, in the order of the chart."""
    names = _names(found[cut], cut, language)
    rows = found.set_index(cut).loc[list(names)]
    shown = pd.DataFrame(
        {
            _cut_name(cut, language): list(names.values()),
            _("Stuck pairs, share", language): list(rows["value"]),
            _("Stuck pairs", language): list(rows["numerator"]),
            _("Pairs", language): list(rows["denominator"]),
        }
    )
    shown.attrs[UNITS] = {_("Stuck pairs, share", language): "rate"}
    return shown


def _linked(shown: pd.DataFrame, stages: list[str], selection: Selection) -> pd.DataFrame:
    shown.attrs[LINKS] = [page_href(selection, **{STEP: stage}) for stage in stages]
    return shown


def _names(members: pd.Series, cut: str, language: str) -> dict[str, str]:
    """Names of members in the order they are read: their natural one, counties by name."""
    known = [str(one) for one in members]
    order = [one for one in (tuple(OFFICES) if cut == "office_type" else NATURAL.get(cut, ())) if one in known]
    order += [one for one in sorted(known) if one not in order]
    if cut == "office_type":
        return {one: _(OFFICES.get(one, one), language) for one in order}
    return {one: words.label(cut, one, language) for one in order}


def _cut_name(cut: str, language: str) -> str:
    return _("Kind of office", language) if cut == "office_type" else words.cut_name(cut, language)


def _items(count: int, language: str) -> str:
    return _("{count} items", language, count=formats.number(int(count), language))


def _subtitle(unit: str, n: int, answered: Answered, look: Look) -> str:
    said = f"n{formats.SPACE}={formats.SPACE}{formats.number(n, look.language)}"
    return " · ".join(one for one in (unit, day_of(answered, look), said) if one)
