"""How long things take, as minutes on the clock of the ticket's SLA: drawn so that the agreed share is in time."""

import numpy as np

from data.reference import register

LATE_AT_LEVEL_2 = 2.4  # times the average risk: hard cases are escalated
RESPONSE_IN_TIME = 0.94
WAITING = 0.15
FOREVER = 0.06  # of the late ones: nobody's child


def targets() -> tuple[np.ndarray, np.ndarray]:
    """Agreed minutes to respond and to resolve by priority (index 1 to 4; 0 unused), of the reference's SLA."""
    rows = register.sla_targets().query("ticket_type == '*'").set_index("priority").sort_index()
    response, resolution = (rows[f"{name}_minutes"].to_numpy(int) for name in ("response", "resolution"))
    return np.insert(response, 0, 0), np.insert(resolution, 0, 0)


def resolution_minutes(
    target: np.ndarray, attainment: np.ndarray, level: np.ndarray, escalated: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Minutes to resolve. attainment: share in time per ticket, over both levels; escalated: its chance of level 2."""
    risk_at_2 = np.minimum(LATE_AT_LEVEL_2, 0.9 / escalated)
    risk_at_1 = (1 - escalated * risk_at_2) / (1 - escalated)
    late = rng.random(len(target)) < (1 - attainment) * np.where(level == 2, risk_at_2, risk_at_1)
    beyond = 1.03 + rng.exponential(0.5, len(target))
    beyond = np.where(rng.random(len(target)) < FOREVER, beyond * rng.uniform(4, 14, len(target)), beyond)
    within = 0.01 + 0.94 * np.where(level == 2, rng.beta(1.8, 2.2, len(target)), rng.beta(0.9, 2.8, len(target)))
    return np.maximum(2, (target * np.where(late, beyond, within)).astype(int))


def response_minutes(target: np.ndarray, resolution: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Minutes to the first response; never later than the resolution."""
    late = rng.random(len(target)) > RESPONSE_IN_TIME
    share = np.where(late, 1.05 + rng.exponential(0.5, len(target)), 0.01 + 0.93 * rng.beta(1.0, 4.0, len(target)))
    return np.minimum(np.maximum(1, (target * share).astype(int)), resolution)


def waiting_minutes(count: int, rng: np.random.Generator) -> np.ndarray:
    """Service minutes that the desk waited for the customer; mostly none."""
    waited = np.clip(rng.lognormal(5.5, 0.9, count), 10, 6_000).astype(int)
    return np.where(rng.random(count) < WAITING, waited, 0)


def acknowledge_minutes(worse: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Service minutes from escalation to the operator's acknowledgement; worse: 1 usual, above slower."""
    return np.maximum(1, (rng.lognormal(3.5, 0.8, len(worse)) * worse).astype(int))
