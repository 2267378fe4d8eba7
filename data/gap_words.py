"""Gaps of the responsibility matrix as lines of plain text, for the command line and its log."""

from data.matrix import Gap, GapKind

SAID: dict[GapKind, str] = {
    "no_accountable": "nobody is accountable",
    "two_accountable": "more than one actor is accountable",
    "no_responsible": "nobody is responsible",
    "overlap": "the same letter stands twice",
    "unknown_process": "the process of this figure is unknown",
    "unowned_metric": "nobody is accountable for this figure",
    "borrowed_accountable": "no accountable actor of its own; the one for every service answers",
    "accountable_only": "accountable, and responsible for nothing",
    "no_letter": "holds no letter",
}


def line(gap: Gap) -> str:
    """`gap: incident_management, ADO, 2026-03-01 to 2026-03-31: nobody is accountable`."""
    where = [part for part in (gap.metric_id, gap.process_id, gap.service_id, _days(gap)) if part]
    actors = f" ({', '.join(gap.actors)})" if gap.actors else ""
    head = "note" if gap.is_note else "gap"
    return f"{head}: {', '.join(where) + ': ' if where else ''}{SAID[gap.kind]}{actors}"


def _days(gap: Gap) -> str:
    if gap.first is None:
        return ""
    return f"from {gap.first}" if gap.last is None else f"{gap.first} to {gap.last}"
