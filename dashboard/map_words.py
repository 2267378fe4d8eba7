"""What the map says: names and meanings of its figures, the value of an area, the finding."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard import formats, words
from dashboard.locale import N_, plural
from dashboard.locale import translate as _
from data.boundaries.figures import MapFigure
from data.boundaries.values import AreaValues
from data.metrics.catalogue import metric

NAMES: Mapping[str, str] = {
    "contracted": N_("Applications contracted"),
    "staffed": N_("Applications with the local roles filled"),
    "trained": N_("Applications with a trained key user"),
    "live": N_("Applications live"),
    "in_use": N_("Applications in use"),
    "joining": N_("Joined by interface"),
    "tickets_per_1000": N_("Tickets per 1,000 inhabitants"),
}
MEANINGS: Mapping[str, str] = {
    "contracted": N_(
        "Of the pairs of municipality and application in scope (contracted, or compulsory for the municipality), "
        "the share with a contract in force."
    ),
    "staffed": N_(
        "Of the pairs of municipality and application in scope, the share for which all four local roles are filled: "
        "official representative, contact person, key user, local IT operator."
    ),
    "trained": N_(
        "Of the pairs of municipality and application in scope, the share with a key user whose certificate is in "
        "force; a key user of a joint office counts for each of its members."
    ),
    "live": N_("Of the pairs of municipality and application in scope, the share that has gone live."),
    "in_use": N_(
        "Of the pairs of municipality and application in scope, the share that is really used: by the application's "
        "own counts where it has them, else by a ticket or a training within a year."
    ),
    "joining": N_("Of the joined municipalities, the share that joined by interface; the others by system."),
    "tickets_per_1000": N_(
        "Tickets opened in the period per thousand inhabitants of the joined municipalities. Many or few is neither "
        "good nor bad by itself: who uses an application asks."
    ),
}
LEVELS: Mapping[str, str] = {
    "county": N_("by county"), "district": N_("by district"), "municipality": N_("by municipality"),
}  # fmt: skip
COUNTED: Mapping[str, tuple[str, str]] = {
    "county": (N_("{count} county"), "{count} counties"),
    "district": (N_("{count} district"), "{count} districts"),
    "municipality": (N_("{count} municipality"), "{count} municipalities"),
}
MOST_NAMED = 5


def figure_name(figure: MapFigure, language: str) -> str:
    """What a figure is called."""
    if figure.kind == "metric":
        return words.metric_name(metric(figure.source), language)
    return _(NAMES[figure.id], language)


def figure_meaning(figure: MapFigure, language: str) -> str:
    """What it counts."""
    if figure.kind == "metric":
        return words.metric_definition(metric(figure.source), language)
    return _(MEANINGS[figure.id], language)


def unit_words(figure: MapFigure, language: str) -> str:
    """The unit of a figure."""
    return _("per 1,000 inhabitants", language) if figure.unit == "per_1000" else words.unit_name(figure.unit, language)


def value_words(value: float | None, figure: MapFigure, language: str) -> str:
    """A value in its unit."""
    if figure.unit == "per_1000":
        return formats.number(value, language, 1)
    return formats.value(value, figure.unit, language)


def area_words(frame: pd.DataFrame, figure: MapFigure, language: str) -> list[str]:
    """Of each area `85,7 % (6 / 7)`; why there is none, where there is none. frame: as AreaValues has it."""
    withheld, none = _("withheld: too few people", language), _("no data", language)
    return [
        withheld if hidden else none if formats.missing(value) else _of(value, numerator, denominator, figure, language)
        for value, numerator, denominator, hidden in _told(frame, "numerator", "denominator")
    ]


def value_cells(frame: pd.DataFrame, figure: MapFigure, language: str) -> list[str]:
    """Values as they stand in the table."""
    withheld = _("withheld", language)
    return [withheld if hidden else value_words(value, figure, language) for value, hidden in _told(frame)]


def _of(value: float, numerator: float, denominator: float, figure: MapFigure, language: str) -> str:
    parts = f"{formats.number(numerator, language)} / {formats.number(denominator, language)}"
    return f"{value_words(value, figure, language)} ({parts})"


def _told(frame: pd.DataFrame, *names: str) -> Iterator[Any]:
    """Values as plain numbers, each row once: thousands of areas are written at every change."""
    columns = [frame[name].astype("float64").tolist() for name in ("value", *names)]
    return zip(*columns, frame["withheld"].tolist(), strict=True)


def counted(count: int, level: str, language: str) -> str:
    """`197 járás`."""
    one, many = COUNTED[level]
    return plural(one, many, count, language, count=formats.number(count, language))


def finding(values: AreaValues, figure: MapFigure, level: str, beyond: pd.DataFrame | None, language: str) -> str:
    """The sentence above the map. beyond: areas outside the funnel's limits, with name and side; None where the figure
    is none that chance can be told of."""
    frame = values.frame[values.frame["value"].notna()]
    if frame.empty:
        return _("There is nothing to count in this selection.", language)
    parts = [_whole(values, figure, language)]
    if figure.unit == "rate" and figure.better == "higher":
        full = int((frame["value"] >= 1).sum())
        parts.append(
            _("It is complete (100%) in {full} of {all}.", language, full=formats.number(full, language),
              all=counted(len(frame), level, language))
        )  # fmt: skip
    else:
        low, middle, high = (
            value_words(float(frame["value"].quantile(one)), figure, language) for one in (0.25, 0.5, 0.75)
        )
        parts.append(
            _("The middle of {all} is {middle}; half of them lie between {low} and {high}.", language,
              all=counted(len(frame), level, language), middle=middle, low=low, high=high)
        )  # fmt: skip
    if beyond is not None and len(beyond) and figure.better != "neutral":
        parts.append(_beyond(beyond, figure, level, language))
    return " ".join(parts)


def _whole(values: AreaValues, figure: MapFigure, language: str) -> str:
    return _(
        "{name}: {value} as a whole.",
        language,
        name=figure_name(figure, language),
        value=value_words(values.value, figure, language),
    )


def _beyond(beyond: pd.DataFrame, figure: MapFigure, level: str, language: str) -> str:
    """How many lie below (or above, where less is better) by more than chance; of larger areas which."""
    wrong = beyond[beyond["side"] == (2 if figure.better == "lower" else -2)]
    if wrong.empty:
        return _("None of them is worse than the whole by more than chance.", language)
    said = _("Worse than the whole by more than chance: {areas}.", language, areas=counted(len(wrong), level, language))
    if level == "municipality" or len(wrong) > MOST_NAMED:
        return said
    return said.removesuffix(".") + f" ({', '.join(_named(list(wrong['name']), level, language))})."


def area_name(name: str, level: str, language: str) -> str:
    """What an area is called: districts need their word."""
    return words.district_name(name, language) if level == "district" else name


def _named(names: Sequence[str], level: str, language: str) -> list[str]:
    return sorted(area_name(str(name), level, language) for name in names)
