"""A trace on a terminal: from a row's figures down to the file and line that delivered them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from etl.analyst.trace import History, Trace, Version
from etl.printing import OUT, print_table
from etl.quarantine import Quarantined
from etl.status import zulu

NOTHING = "—"
EVENT = ("event_type", "status", "assignment_group", "actor_id", "level")


def print_trace(found: Trace) -> None:
    """Rows with all their versions, then events or services, then what was set aside, then the runs named."""
    for history in found.rows:
        _print_history(history, found)
    events = [history for history in found.more if history.fact == "fact_ticket_event"]
    if events:
        _say(f"events ({len(events)})")
        for history in events:
            _print_event(history)
        _say("")
    for history in found.more:
        if history not in events:
            _print_history(history, found)
    _print_quarantined(found.quarantined, found.key if found.what != "quarantine" else None)
    _print_runs(found.runs)


def say_nothing_found(found: Trace) -> None:
    """That a key is not known, and which ones look like it."""
    what = found.what.replace("_", " ")
    if found.what == "quarantine":
        _say(f"Quarantine has no row {found.key}. See `asp-etl quarantine list --status all`.")
        return
    _say(f"No {what} {found.key!r} is known, in facts or in quarantine.")
    if found.near:
        _say("Keys that look like it: " + ", ".join(f"{near['key']} ({near['system']})" for near in found.near))
    else:
        _say("No key looks like it. `asp-etl status` shows what was loaded.")


def _say(text: str) -> None:
    OUT.print(text, markup=False, highlight=False, soft_wrap=True)


def _print_history(history: History, found: Trace) -> None:
    system, *own = history.key.items()
    shown = " ".join(value for _, value in own)
    last = history.versions[-1]
    since = f"no longer at the source since run {last.until_run}" if history.withdrawn else f"current, run {last.run}"
    _say(f"{history.fact} {shown} · system {system[1]} · {since}")
    for version in history.versions:
        _print_version(version, found)
    _say("")


def _print_version(version: Version, found: Trace) -> None:
    _say(f"version {version.number} · {_run(version.run, found.runs)} · {_ended(version)}")
    _say(f"  from {_place(version)}")
    rows = [
        [f"    {name}", _value(name, after, found) if version.number == 1 else _pair(name, before, after, found)]
        for name, (before, after) in version.changed.items()
    ]
    if rows:
        print_table(["    field", "value" if version.number == 1 else "before -> after"], rows)
    else:
        _say("    the same values as before: it came back")


def _place(version: Version) -> str:
    line = "" if version.line is None else f", line {version.line}"
    read = (
        "" if version.delivered_run == version.run else f" (read by run {version.delivered_run}, set aside until then)"
    )
    return f"source {version.source}, {version.input}{line}{read}"


def _ended(version: Version) -> str:
    if version.ended is None:
        return "current"
    if version.ended == "withdrawn":
        return f"no longer at the source since run {version.until_run}"
    return f"superseded by run {version.until_run}"


def _run(number: int, runs: Mapping[int, Mapping[str, Any]]) -> str:
    run = runs.get(number)
    return f"run {number}" if run is None else f"run {number}, {run['job']}, {zulu(run['finished_at'])}"


def _pair(name: str, before: Any, after: Any, found: Trace) -> str:
    return f"{_value(name, before, found)} -> {_value(name, after, found)}"


def _value(name: str, value: Any, found: Trace) -> str:
    if value is None:
        return NOTHING
    if name == "municipality_id":
        return f"{value} {found.municipalities.get(value, '')}".strip()
    return zulu(value) or NOTHING if isinstance(value, datetime) else str(value)


def _print_event(history: History) -> None:
    """A line per version of an event, and where it came from: of most events there is one."""
    for version in history.versions:
        told = ", ".join(f"{name} {version.values[name]}" for name in EVENT if version.values[name] is not None)
        state = "" if version.ended is None else f" · {_ended(version)}"
        _say(f"  {zulu(version.values['event_at'])}  {told}{state}")
        _say(f"    event {history.key['event_id']} · run {version.run} · {_place(version)}")


def _print_quarantined(rows: Sequence[Quarantined], key: str | None) -> None:
    for row in rows:
        line = "" if row.line is None else f", line {row.line}"
        closed = "" if row.closed_run is None else f" by run {row.closed_run}"
        note = f" ({row.note})" if row.note else ""
        _say(f"quarantine {row.id} · {row.status}{closed}{note} · set aside by run {row.run}")
        _say(f"  from source {row.source}, {row.input}{line}")
        if key is not None and (columns := row.columns_of(key)):
            _say(f"  {key!r} stands in {', '.join(map(repr, columns))}")
        for reason in row.reasons:
            _say(f"  reason: {reason}")
        if key is None and not row.row:
            _say("  no values were kept: the line did not split into its columns")
        elif key is None:
            print_table(["    column", "as delivered"], [[f"    {name}", value] for name, value in row.row.items()])
        _say("")


def _print_runs(runs: Mapping[int, Mapping[str, Any]]) -> None:
    for run in runs.values():
        told = f" · {run['message']}" if run["message"] else ""
        times = f"{zulu(run['started_at'])} to {zulu(run['finished_at'])}"
        _say(f"run {run['run']} · {run['job']} · {run['status']} · {run['mode']} · {times}{told}")
