"""What a ticket is when it comes in: by which channel, about what, how pressing, and from whom."""

import numpy as np
import pandas as pd

from etl.demo.facts import SERVICES
from etl.demo.training import SPARED, Lessons
from etl.demo.world import World

TYPES = ("incident", "service_request")
CHANNELS = ("portal", "email", "phone", "monitoring", "other")
CATEGORIES = ("how_to", "defect", "access", "data_fix", "performance", "outage")
INCIDENT = TYPES.index("incident")
MONITORING = CHANNELS.index("monitoring")
MISSED_LINKS = 0.002  # tickets that name no municipality
TECHNICAL = ("KERET", "PORTAL")  # and the components: found by machines as often as by users


def by_machine(tickets: pd.DataFrame) -> np.ndarray:
    """Whether monitoring reported the ticket."""
    return (tickets["channel"] == MONITORING).to_numpy()


def is_technical(tickets: pd.DataFrame) -> np.ndarray:
    """Whether the ticket is about something that monitoring watches."""
    watched = [at for at, name in enumerate(SERVICES) if name in TECHNICAL or name.startswith("C")]
    return tickets["service"].isin(watched).to_numpy()


def municipalities(tickets: pd.DataFrame, world: World, rng: np.random.Generator) -> np.ndarray:
    """Row of World.members per ticket, -1 where none is named."""
    ado = (tickets["service"] == SERVICES.index("ADO")).to_numpy()
    drawn = np.empty(len(tickets), dtype=np.int64)
    for chosen, weights in ((ado, world.ado_weights), (~ado, world.system_weights)):
        ends = np.cumsum(weights)
        drawn[chosen] = np.searchsorted(ends, rng.random(int(chosen.sum())) * ends[-1], side="right")
    return np.where(rng.random(len(tickets)) < MISSED_LINKS, -1, drawn)


def spared(tickets: pd.DataFrame, world: World, lessons: Lessons, rng: np.random.Generator) -> np.ndarray:
    """Row of World.members per ticket: some questions of members that have just learnt are asked by others instead."""
    member, service = tickets["municipality"].to_numpy(), tickets["service"].to_numpy()
    asks = (tickets["category"] == CATEGORIES.index("how_to")).to_numpy() & ~by_machine(tickets)
    learnt = asks & lessons.learnt(member, service, tickets["opened_at"].to_numpy())
    others = municipalities(tickets, world, rng)
    return np.where(learnt & (rng.random(len(tickets)) < SPARED), others, member)


def channels(tickets: pd.DataFrame, progress: float, rng: np.random.Generator) -> np.ndarray:
    """Portal wins ground from telephone and e-mail over the period (progress 0 to 1)."""
    portal = 0.69 + 0.07 * progress
    mail, other = 0.10 - 0.03 * progress, 0.01
    ends = np.cumsum([portal, mail, 1 - portal - mail - other, 0.0, other])
    drawn = np.searchsorted(ends, rng.random(len(tickets)) * ends[-1], side="right")
    machine = (tickets["type"] == INCIDENT) & is_technical(tickets) & (rng.random(len(tickets)) < 0.66)
    return np.where(machine, MONITORING, drawn)


def categories(tickets: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Requests ask how to do things, incidents report what does not work."""
    draws = rng.random(len(tickets))
    asked = np.searchsorted(np.cumsum([0.52, 0.0, 0.30]), draws, side="right")
    broken = np.searchsorted(np.cumsum([0.22, 0.42, 0.12, 0.14, 0.085]), draws, side="right")
    seen = np.where(draws < 0.7, CATEGORIES.index("performance"), CATEGORIES.index("outage"))
    return np.where(tickets["type"] != INCIDENT, asked, np.where(by_machine(tickets), seen, broken))


def priorities(tickets: pd.DataFrame, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Priority (1 to 4), and the one given at intake, which is a level off for some."""
    draws = rng.random(len(tickets))
    critical = draws < np.where(by_machine(tickets), 0.012, 0.0012)
    broken = np.where(critical, 1, np.searchsorted([0.06, 0.60], draws, side="right") + 2)
    priority = np.where(tickets["type"] == INCIDENT, broken, np.where(draws < 0.27, 3, 4))
    wrong = np.where(rng.random(len(tickets)) < 0.085, rng.choice([1, 1, -1], len(tickets)), 0)
    return priority, np.clip(priority + wrong, 1, 4)
