"""What the map can show: stages of adoption, and figures of the catalogue that make sense for a single village."""

from dataclasses import dataclass
from typing import Literal

from data.adoption.stages import STAGES
from data.metrics.catalogue import METRICS

Kind = Literal["stage", "joining", "per_1000", "metric"]
Level = Literal["municipality", "district", "county"]
LEVELS: tuple[Level, ...] = ("county", "district", "municipality")


@dataclass(frozen=True)
class MapFigure:
    """id: in the address. kind: how it is made. source: the stage, or the metric's id. unit, better: as of a metric."""

    id: str
    kind: Kind
    source: str
    unit: str = "rate"
    better: str = "higher"


OF_METRICS = ("local_role_filled_rate", "sla_resolution_rate", "first_contact_resolution_rate", "reopen_rate",
              "training_completion_rate", "satisfaction_rate")  # fmt: skip
STAGE_ORDER = ("in_use", *(name for name in STAGES if name != "in_use"))
FIGURES: dict[str, MapFigure] = {
    one.id: one
    for one in (
        *(MapFigure(name, "stage", name) for name in STAGE_ORDER),
        MapFigure("joining", "joining", "interface", better="neutral"),
        MapFigure("tickets_per_1000", "per_1000", "ticket_count", "per_1000", "neutral"),
        *(MapFigure(name, "metric", name, METRICS[name].unit, METRICS[name].better) for name in OF_METRICS),
    )
}
"""By id, in the order of the chooser; the first is shown where none is chosen."""


def figure_of(name: str | None) -> MapFigure:
    """The figure of an id; the first for any other."""
    return FIGURES.get(name or "", next(iter(FIGURES.values())))
