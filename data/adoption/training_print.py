"""The effect of training for the command line: the rows, with what they mean beside them."""

import json
from typing import Any

from sqlalchemy import Connection

from data.adoption.training_effect import CODE, DEFINITION, FORMULA, ID, NAME, PROCESS, training_effect
from data.metrics.responsibility import accountable_actor
from data.selection import Selection


def effect_document(connection: Connection, selection: Selection) -> dict[str, Any]:
    """id, code, name, definition, formula, accountable; on, completions, left_out; rows as training_effect() gives
    them, numbers that are not known null."""
    found = training_effect(connection, selection)
    return {
        "id": ID,
        "code": CODE,
        "name": NAME,
        "definition": DEFINITION,
        "formula": FORMULA,
        "accountable": accountable_actor(connection, PROCESS, None, found.on),
        "on": None if found.on is None else found.on.isoformat(),
        "completions": found.completions,
        "left_out": dict(found.left_out),
        "rows": json.loads(found.frame.to_json(orient="records", double_precision=6)),
    }
