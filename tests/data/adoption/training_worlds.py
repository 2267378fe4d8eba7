"""Made-up histories of one application, by which matching and intervals are tried."""

import numpy as np

from data.adoption.training_days import Histories

DAYS, EVERY = 420, 330


def world(seed: int, places: int = 160, *, spared: float = 0.0, after_spikes: bool = False) -> Histories:
    """Municipalities that differ in users and in how much they ask, trained about once a year.

    spared: part of the questions of the 90 days after a training that are not asked. after_spikes: who has asked much
    in the 60 days before is trained sooner, so that questions fall afterwards by themselves.
    """
    random = np.random.default_rng(seed)
    users = np.round(random.lognormal(2.3, 0.7, places)).clip(2)
    daily = users * random.gamma(4, 0.25, places) * 0.004
    asked = random.poisson(daily[:, None] * (1 + 0.4 * np.sin(np.arange(DAYS) / 58)))
    lessons = _after_spikes(asked, random) if after_spikes else _by_chance(places, random)
    for place, day, _is_key in lessons:
        window = asked[place, day + 1 : day + 91]
        asked[place, day + 1 : day + 91] = random.binomial(window, 1 - spared)
    return histories(asked, lessons, users, cell=random.integers(0, 2, places), office=np.arange(places) // 2)


def histories(
    asked: np.ndarray, lessons: np.ndarray, users: np.ndarray, cell: np.ndarray, office: np.ndarray
) -> Histories:
    """asked: how-to tickets by municipality and day; all of them live all the time, months of 30 days."""
    places, days = asked.shape
    tickets = np.zeros((days + 1, places), dtype=np.int32)
    tickets[1:] = asked.cumsum(axis=1).T
    month = np.arange(days) // 30
    return Histories(
        cell, office, users * 100.0, np.zeros(places, dtype=np.int64), np.full(places, days + 1), tickets,
        np.repeat(users[:, None].astype(float), month[-1] + 1, axis=1), month, lessons, 0, days - 1,
    )  # fmt: skip


def _by_chance(places: int, random: np.random.Generator) -> np.ndarray:
    return np.array([(place, random.integers(0, DAYS), 1) for place in range(places)], dtype=np.int64)


def _after_spikes(asked: np.ndarray, random: np.random.Generator) -> np.ndarray:
    found = []
    for place, row in enumerate(asked):
        day = int(random.integers(60, EVERY))
        while day < DAYS:
            many = row[day - 60 : day].sum() > row.mean() * 60
            if random.random() < (0.9 if many else 0.15):
                found.append((place, day, 1))
                break
            day += 30
    return np.array(found, dtype=np.int64)
