"""What the lines of a GLPI log tell: changes of status and priority, and groups that were added and taken away."""

import re
from collections.abc import Iterable, Sequence

from etl.sources.api.glpi_rest import ASSIGNED, shown
from etl.sources.api.history import Change
from etl.sources.api.wall import Wall
from etl.sources.pull import Record

STATUS, PRIORITY = "12", "3"  # columns of the search that a line is about
UNTOLD = "0"  # older versions do not say which role a group got
UPDATED, ADDED, REMOVED = 0, 15, 16  # linked_action


def changes(lines: Sequence[Record], groups: Iterable[str], wall: Wall) -> list[Change]:
    """The changes of an item, oldest first. groups: those that hold it now, newest last; lines: oldest first.

    Several groups may hold an item; it counts as held by the one that was added last.
    """
    return sorted(
        [*_fields(lines, wall), *_groups([line for line in lines if _is_group(line)], list(groups), wall)],
        key=lambda change: int(change.id),
    )


def plain(name: object) -> str:
    """A group's own name, of its whole name ("Desk > Second level") or of a line ("Second level (12)")."""
    return re.sub(r"\s*\(\d+\)$", "", shown(name) or "").rpartition(">")[2].strip()


def _fields(lines: Iterable[Record], wall: Wall) -> list[Change]:
    found = []
    for line in lines:
        at, option = wall.moment(line.get("date_mod")), str(line.get("id_search_option"))
        if at is None or int(line.get("linked_action") or 0) != UPDATED or option not in (STATUS, PRIORITY):
            continue
        old, new = (str(line.get(name) or "") or None for name in ("old_value", "new_value"))
        found.append(Change(str(line["id"]), at, "status" if option == STATUS else "priority", old, new))
    return found


def _groups(lines: Sequence[Record], now: list[str], wall: Wall) -> list[Change]:
    held = _before(lines, now)
    found = []
    for line in lines:
        old, action, at = _last(held), int(line["linked_action"]), wall.moment(line.get("date_mod"))
        name = plain(line.get("new_value") if action == ADDED else line.get("old_value"))
        held = [*held, name] if action == ADDED else [one for one in held if one != name]
        if at is not None and _last(held) != old:
            found.append(Change(str(line["id"]), at, "group", old, _last(held)))
    return found


def _before(lines: Sequence[Record], now: list[str]) -> list[str]:
    """The groups that held it before the first line: the lines undone, from the last."""
    held = list(now)
    for line in reversed(lines):
        if int(line["linked_action"]) == ADDED:
            held = [one for one in held if one != plain(line.get("new_value"))]
        else:
            held = [plain(line.get("old_value")), *held]
    return held


def _is_group(line: Record) -> bool:
    told = str(line.get("id_search_option")) in (ASSIGNED, UNTOLD)
    return line.get("itemtype_link") == "Group" and told and int(line.get("linked_action") or 0) in (ADDED, REMOVED)


def _last(held: Sequence[str]) -> str | None:
    return held[-1] if held else None
