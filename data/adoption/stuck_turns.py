"""Whose turn it is: who answers for a step that is missing, and who takes it, by the responsibility matrix."""

from collections.abc import Mapping
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from data.matrix import Matrix, read_matrix
from data.metrics.responsibility import accountable_actor

BY_MODEL = {"staffed": "municipality"}
"""Steps that the operating model itself gives to a kind of actor: the four roles are appointed at the municipality
(the matrix has a row for customer relations only, which is the management's: it asks, the municipality decides)."""
COLUMNS = ("missing", "service_id", "accountable", "responsible", "turn")


def turns(connection: Connection, pairs: pd.DataFrame, processes: Mapping[str, str], on: date) -> pd.DataFrame:
    """One row per missing stage and application met in pairs, with actors; columns: COLUMNS.

    accountable: the one with the letter A for the stage's process, the service's own where it has one. responsible:
    those with the letter R, comma separated. turn: who has to take the step: the responsible, or who BY_MODEL names.
    """
    matrix = read_matrix(connection)
    met = pairs[["missing", "service_id"]].drop_duplicates()
    rows = []
    for stage, service in met.itertuples(index=False, name=None):
        owner = accountable_actor(connection, processes[stage], service, on)
        rows.append((stage, service, owner, *_doers(matrix, stage, processes[stage], service, on)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _doers(matrix: Matrix, stage: str, process: str, service: str, on: date) -> tuple[str, str]:
    letters = matrix.cell(process, service, on).letters
    if not letters and (days := matrix.change_days()):  # a day before the matrix begins is read by its newest state
        letters = matrix.cell(process, service, days[-1]).letters
    responsible = ",".join(sorted(actor for actor, held in letters.items() if "R" in held))
    if stage not in BY_MODEL:
        return responsible, responsible
    kinds = matrix.actors["actor_type"] == BY_MODEL[stage]
    return responsible, ",".join(sorted(map(str, matrix.actors.loc[kinds, "actor_id"])))
