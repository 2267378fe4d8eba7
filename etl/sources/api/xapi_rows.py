"""Training rows of statements: one per person, activity and registration, of everything that is said of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from etl.sources.pull import Record, moment, zulu

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
LANGUAGES = ("hu", "hu-HU", "en", "en-US", "en-GB")
STARTED = frozenset({"launched", "initialized", "attempted", "experienced", "progressed", "resumed", "answered"})
ENROLLED = frozenset({"registered", "enrolled", "enrolled-in"})
LEFT = frozenset({"unregistered", "unenrolled", "withdrew", "abandoned"})
FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Key:
    """What one row is of. agent: the person, as a statement's actor is asked for; person: what they are known by."""

    person: str | None
    activity: str
    registration: str | None


@dataclass(frozen=True)
class Statement:
    """What is kept of a statement. verb: its last part; at: when it happened; stored: when it arrived there."""

    id: str
    key: Key
    verb: str
    at: datetime
    stored: datetime
    name: str | None
    platform: str | None
    completion: bool | None
    success: bool | None
    scaled: Decimal | None


def person_of(actor: Any) -> str | None:
    """The one identifier of an actor, as text; None for a group without one."""
    if not isinstance(actor, Mapping):
        return None
    account = actor.get("account")
    if isinstance(account, Mapping) and account.get("name"):
        return f"{account.get('homePage', '')}|{account['name']}"
    return next((str(actor[name]) for name in ("mbox", "mbox_sha1sum", "openid") if actor.get(name)), None)


def identified(actor: Mapping[str, Any]) -> dict[str, Any]:
    """The actor by its identifier only, as a query wants it."""
    return {name: actor[name] for name in ("account", "mbox", "mbox_sha1sum", "openid") if actor.get(name)}


def voids(raw: Mapping[str, Any]) -> str | None:
    """The id of the statement that this one voids; None when it does not void any."""
    target = raw.get("object") or {}
    if (raw.get("verb") or {}).get("id") == VOIDED and target.get("objectType") == "StatementRef":
        return str(target.get("id"))
    return None


def read(raw: Mapping[str, Any]) -> Statement | None:
    """What is kept of a statement; None for one that is not about an activity (of a person, of another statement)."""
    target = raw.get("object") or {}
    if target.get("objectType", "Activity") != "Activity" or not target.get("id"):
        return None
    context, result = raw.get("context") or {}, raw.get("result") or {}
    registration = context.get("registration")
    scaled = (result.get("score") or {}).get("scaled")
    stored = moment(str(raw["stored"]))
    return Statement(
        id=str(raw["id"]),
        key=Key(person_of(raw.get("actor")), str(target["id"]), str(registration) if registration else None),
        verb=short(str((raw.get("verb") or {}).get("id"))),
        at=moment(str(raw["timestamp"])) if raw.get("timestamp") else stored,
        stored=stored,
        name=_in_our_language((target.get("definition") or {}).get("name")),
        platform=context.get("platform"),
        completion=result.get("completion"),
        success=result.get("success"),
        scaled=None if scaled is None else Decimal(str(scaled)),
    )


def short(verb: str) -> str:
    """The last part of a verb's address: completed of http://adlnet.gov/expapi/verbs/completed."""
    return verb.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1].lower()


def row(key: Key, statements: Iterable[Statement]) -> Record:
    """The row of all statements with this key, of which there is at least one; times in UTC."""
    told = sorted(statements, key=lambda one: (one.at, one.stored, one.id))
    completed = _first(
        told, lambda one: (one.verb == "completed" or one.completion is True) and one.completion is not False
    )
    passed = _first(told, lambda one: one.verb == "passed" or (one.success is True and one.verb != "failed"))
    failed = _first(told, lambda one: one.verb == "failed" or (one.success is False and one.verb != "passed"))
    left = _last(told, lambda one: one.verb in LEFT)
    done = min((at for at in (completed, passed) if at), default=None)
    scores = [one.scaled for one in told if one.scaled is not None]
    return {
        "actor": key.person,
        "activity": key.activity,
        "registration": key.registration,
        "activity_name": next((one.name for one in reversed(told) if one.name), None),
        "platform": next((one.platform for one in reversed(told) if one.platform), None),
        "first_at": _told(told[0].at),
        "registered_at": _told(_first(told, lambda one: one.verb in ENROLLED)),
        "started_at": _told(_first(told, lambda one: one.verb in STARTED)),
        "completed_at": _told(done),
        "withdrawn_at": None if done else _told(left),
        "result": _result(done, passed, failed, left),
        "attempted": bool(passed or failed),
        "score": max(max(scores), Decimal(0)) * 100 if scores else None,
        "statements": len(told),
    }


def _result(done: Any, passed: Any, failed: Any, left: Any) -> str:
    if passed or (done and not failed):
        return "passed"
    if failed:
        return "failed"
    return "withdrawn" if left else "in_progress"


def _first(told: Sequence[Statement], wanted: Any) -> datetime | None:
    return next((one.at for one in told if wanted(one)), None)


def _last(told: Sequence[Statement], wanted: Any) -> datetime | None:
    return next((one.at for one in reversed(told) if wanted(one)), None)


def _told(at: datetime | None) -> str | None:
    return zulu(at) if at else None


def _in_our_language(names: Any) -> str | None:
    """A text of a language map."""
    if not isinstance(names, Mapping) or not names:
        return None
    return str(next((names[language] for language in LANGUAGES if language in names), next(iter(names.values()))))
