"""What the figures of service quality show, said as titles and sentences."""

import pandas as pd

from dashboard import formats, words
from dashboard.answers import Answer
from dashboard.components.card import Answered
from dashboard.figures.ages import LEVELS, band_name, by_holder, holder_name
from dashboard.figures.distribution import Spread, heading, spreads
from dashboard.figures.sankey import IN, OUT, Handoff, handoffs, node_name, way_words
from dashboard.figures.shares import sure_ones
from dashboard.figures.targets import limits_of
from dashboard.findings import Said
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.service_readings import (
    clocks,
    events_since,
    intake_hours,
    open_ages,
    ticket_flows,
    time_bins,
    time_period,
)
from dashboard.subtitles import day_of
from data.backlog import BANDS
from data.schema import EVERY
from data.ticket_times import EDGES

CERTAIN = N_(
    "Line: where the true share lies with 99.8 per cent certainty. Bold: beyond the target by more than chance"
)
"""Note below a chart of shares with their intervals."""
LEAST_RESPONSE = 0.15
"""Share of tickets rated below which satisfaction says little of those who did not answer."""


def surely_missing(subject: str, cut: str) -> Said:
    """Title of shares beside their target: which miss it by more than chance. subject: a message id."""

    def said(answered: Answered, look: Look) -> str:
        answer, language = answered[0], look.language
        known = answer.frame.dropna(subset=["value"])
        if known.empty or len(limits_of(answer.metric)) != 1:
            return _(subject, language)
        names = sure_ones(known, answer.metric, cut)
        if not names:
            return f"{_(subject, language)}: {_('none misses the target by more than chance', language)}"
        worst = _worst(known[known[cut].astype(str).isin(names)], answer, cut, language)
        text = N_("{missed} of {count} miss the target by more than chance, most of all {name}")
        if len(names) == 1:
            text = N_("one of {count} misses the target by more than chance: {name}")
        if len(known) == 1:
            text = N_("{name} misses the target by more than chance")
        return f"{_(subject, language)}: {_(text, language, missed=len(names), count=len(known), name=worst)}"

    return said


def spread_of(answer: Answer, of: str) -> list[Spread]:
    """The distribution of times by priority; unknown priorities last."""
    return spreads(time_bins(answer, of), EDGES, clocks())


def beyond_title(subject: str, of: str) -> Said:
    """Title of a distribution: the priority of which most take longer than agreed."""

    def said(answered: Answered, look: Look) -> str:
        language = look.language
        judged = [part for part in spread_of(answered[0], of) if part.agreed]
        if not judged:
            return _(subject, language)
        worst = max(judged, key=lambda part: part.beyond / part.agreed)
        share = formats.percent(worst.beyond / worst.agreed, language)
        text = N_("{share} of {priority} take longer than agreed, the most of all priorities")
        if len(judged) == 1:
            text = N_("{share} of {priority} take longer than agreed")
        return f"{_(subject, language)}: {_(text, language, share=share, priority=worst.priority)}"

    return said


def spread_subtitle(of: str) -> Said:
    """Unit, the days that were read, n."""

    def said(answered: Answered, look: Look) -> str:
        language = look.language
        period = formats.period(*time_period(answered[0], of), language)
        count = sum(part.n for part in spread_of(answered[0], of))
        return " · ".join([_("share done within the time", language), period, _n(count, language)])

    return said


def spread_table(of: str):  # type: ignore[no-untyped-def]
    """Table twin: by priority and time how many, and the share done by then."""

    def table(answered: Answered, look: Look) -> pd.DataFrame:
        language = look.language
        rows = []
        for part in spread_of(answered[0], of):
            limit = formats.duration(part.limit, language) if part.limit else "–"
            beyond = formats.percent(part.beyond / part.agreed if part.agreed else None, language)
            done = 0
            for end, count, share in zip(part.ends, part.counts, part.within, strict=True):
                done += count
                rows.append(
                    (part.priority, formats.duration(end, language), count, done, formats.percent(share, language),
                     limit, beyond)
                )  # fmt: skip
            longer = part.n - done
            if longer:
                rows.append(
                    (
                        part.priority,
                        _("longer", language),
                        longer,
                        part.n,
                        formats.percent(1.0, language),
                        limit,
                        beyond,
                    )
                )
        names = (N_("Priority"), N_("Within"), N_("Tickets"), N_("Tickets so far"), N_("Share so far"),
                 N_("Agreed time"), N_("Beyond the agreed time"))  # fmt: skip
        return pd.DataFrame(rows, columns=[_(name, language) for name in names])

    return table


def spread_summary(of: str) -> Said:
    """A sentence per priority: how many took longer than agreed."""

    def said(answered: Answered, look: Look) -> str:
        return "; ".join(heading(part, look) for part in spread_of(answered[0], of))

    return said


def mixed_clocks(answered: Answered, look: Look) -> str:
    """Two clocks in one figure are never left unsaid."""
    if len(set(answered[0].selection.priorities)) == 1:
        return ""
    return _("P1 and P2 in clock time, P3 and P4 in service hours; priorities together", look.language)


def ages_title(answered: Answered, look: Look) -> str:
    """How many are open, how many of them for more than 30 days, who holds most of those."""
    language, frame = look.language, open_ages(answered[0])
    total = int(frame["n"].sum())
    old = frame[frame["band"] >= 2]
    if not total:
        return _("No ticket is open", language)
    if old.empty:
        return _(
            "{count} tickets are open, none for more than 30 days", language, count=formats.number(total, language)
        )
    actor, level = by_holder(frame, len(BANDS)).index[-1]
    return _(
        "{count} tickets are open, {old} for more than 30 days, most of these with {holder}", language,
        count=formats.number(total, language), old=formats.number(int(old["n"].sum()), language),
        holder=holder_name(actor, level, language),
    )  # fmt: skip


def ages_subtitle(answered: Answered, look: Look) -> str:
    """Unit, the day, n."""
    count = int(open_ages(answered[0])["n"].sum())
    return " · ".join([words.unit_name("count", look.language), day_of(answered, look), _n(count, look.language)])


def ages_table(answered: Answered, look: Look) -> pd.DataFrame:
    """Table twin: actor, level and a column for each age."""
    language = look.language
    held = by_holder(open_ages(answered[0]), len(BANDS)).iloc[::-1]
    columns: dict[str, object] = {
        words.cut_name("actor", language): [words.label("actor", actor, language) for actor, _level in held.index],
        words.cut_name("level", language): [
            _(LEVELS.get(int(level), LEVELS[0]), language) for _actor, level in held.index
        ],
    }
    for place, band in enumerate(BANDS):
        columns[band_name(band, language)] = held[place].to_numpy()
    columns[_("Total", language)] = held.sum(axis=1).to_numpy()
    return pd.DataFrame(columns)


def busiest_hour(answered: Answered, look: Look) -> str:
    """Title: when most tickets come."""
    language, frame = look.language, intake_hours(answered[0])
    subject = _("When tickets come", language)
    if frame.empty:
        return subject
    top = frame.iloc[int(frame["n"].to_numpy().argmax())]
    hour = int(top["hour"])
    said = _(
        "most on {day} from {first}:00 to {last}:00", language, first=hour, last=hour + 1,
        day=_(DAYS_WITHIN[int(top["weekday"]) - 1], language),
    )  # fmt: skip
    return f"{subject}: {said}"


def hours_table(answered: Answered, look: Look) -> pd.DataFrame:
    """Table twin: a row per hour of the day, a column for each day of the week."""
    counts = {(row["weekday"], row["hour"]): row["n"] for row in intake_hours(answered[0]).to_dict("records")}
    columns: dict[str, list[object]] = {
        words.cut_name("hour", look.language): [f"{hour}:00–{hour + 1}:00" for hour in range(24)]
    }
    for day in range(1, 8):
        columns[words.label("weekday", day, look.language)] = [counts.get((day, hour), 0) for hour in range(24)]
    return pd.DataFrame(columns)


DAYS_WITHIN = (
    N_("Mondays"), N_("Tuesdays"), N_("Wednesdays"), N_("Thursdays"), N_("Fridays"), N_("Saturdays"), N_("Sundays"),
)  # fmt: skip


def ways_of(answered: Answered) -> list[Handoff]:
    """The ways that tickets took, biggest first."""
    return handoffs(ticket_flows(answered[0]))


def flow_title(answered: Answered, look: Look) -> str:
    """Of the tickets that came in, how many were handed over; the hand-off that waited longest."""
    language, ways = look.language, ways_of(answered)
    came = sum(way.count for way in ways if way.giver[0] == IN)
    inside = [way for way in ways if way.is_inside]
    subject = _("From opening to solution", language)
    if not ways:
        return subject
    if not inside or not came:
        return f"{subject}: {_('no ticket was handed over', language)}"
    count = sum(way.count for way in inside)
    said = _(
        "{count} hand-offs for {came} tickets; waiting before them {time} on average", language,
        count=formats.number(count, language), came=formats.number(came, language),
        time=formats.duration(_mean(inside, ticket_flows(answered[0])), language, 24 * 60),
    )  # fmt: skip
    return f"{subject}: {said}"


def flow_subtitle(answered: Answered, look: Look) -> str:
    """Unit, period, n."""
    language, selection = look.language, answered[0].selection
    count = sum(way.count for way in ways_of(answered))
    period = formats.period(selection.first, selection.last, language)
    parts = [_("tickets and hand-offs; waiting in clock time", language), period, _n(count, language)]
    return " · ".join(part for part in parts if part)


def flow_note(answered: Answered, look: Look) -> str:
    """What the arrows are, and from when on the log is known where the period begins earlier."""
    language, notes = look.language, []
    if any(way.is_back for way in ways_of(answered)):
        notes.append(_("→: back to a lower level, or to another actor of the same one", language))
    since, first = events_since(answered[0].selection), answered[0].selection.first
    if since is not None and (first is None or first < since):
        notes.append(
            _("Hand-offs are known from {month} on", language, month=formats.month(since, language, whole=True))
        )
    return " · ".join(notes)


def flow_table(answered: Answered, look: Look) -> pd.DataFrame:
    """Table twin: from, to, how many, how long the giver had them."""
    language = look.language
    rows = [
        (
            node_name(way.giver, language), node_name(way.taker, language), way.count,
            formats.duration(way.mean, language, 24 * 60) if way.giver[0] != IN else "–",
            _("back", language) if way.is_back else "",
        )
        for way in ways_of(answered)
    ]  # fmt: skip
    names = (N_("From"), N_("To"), N_("Tickets"), N_("Mean time with the giver"), N_("Direction"))
    return pd.DataFrame(rows, columns=[_(name, language) for name in names])


def flow_summary(answered: Answered, look: Look) -> str:
    """The biggest ways in words."""
    return "; ".join(way_words(way, look) for way in ways_of(answered)[:6])


def pairs_table(answered: Answered, look: Look) -> pd.DataFrame:
    """Who passes to whom and gets back: a row per pair of holders that pass in both directions, most back first."""
    language = look.language
    ways = {(way.giver, way.taker): way for way in ways_of(answered)}
    found = []
    for (giver, taker), way in ways.items():
        back = ways.get((taker, giver))
        if back is None or (back.count, taker) > (way.count, giver) or giver[0] == IN or taker[0] == OUT:
            continue
        found.append((way, back))
    found.sort(key=lambda pair: -pair[1].count)
    rows = [
        (
            f"{node_name(way.giver, language)} → {node_name(way.taker, language)}", formats.number(way.count, language),
            formats.number(back.count, language), formats.percent(back.count / way.count, language),
            formats.duration(way.mean, language, 24 * 60), formats.duration(back.mean, language, 24 * 60),
        )
        for way, back in found
    ]  # fmt: skip
    names = (N_("Pair"), N_("Passed on"), N_("Passed back"), N_("Back of what was passed on"),
             N_("Mean time before passing on"), N_("Mean time before passing back"))  # fmt: skip
    return pd.DataFrame(rows, columns=[_(name, language) for name in names])


def scarce_ratings(answer: Answer, look: Look) -> str:
    """A warning where so few rated that satisfaction may not be that of all. answer: satisfaction_response_rate."""
    rated, all_of = (int(answer.frame[name].sum()) for name in ("numerator", "denominator"))
    if not all_of or rated >= LEAST_RESPONSE * all_of:
        return ""
    share, least = (formats.percent(one, look.language) for one in (rated / all_of, LEAST_RESPONSE))
    return _(
        "only {share} rated ({least} at least would be needed): read with care", look.language, share=share, least=least
    )


def _mean(ways: list[Handoff], frame: pd.DataFrame) -> float | None:
    """Mean clock minutes before the hand-offs of ways, weighted by those that are timed."""
    inside = frame[(frame["from_actor_id"] != EVERY) & (frame["to_actor_id"] != EVERY)]
    timed = int(inside["timed"].sum())
    return float(inside["held_clock_minutes"].sum()) / timed if ways and timed else None


def _worst(known: pd.DataFrame, answer: Answer, cut: str, language: str) -> str:
    limit = limits_of(answer.metric)[0]
    away = (known["value"] - limit).abs()
    return words.label(cut, known[cut].iloc[int(away.to_numpy().argmax())], language)


def _n(count: int, language: str) -> str:
    return f"n{formats.SPACE}={formats.SPACE}{formats.number(count, language)}"
