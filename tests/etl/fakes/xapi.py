"""A learning record store: statements in the order they were stored, voided ones out of sight, links from its root."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tests.etl.fakes.server import Call, Reply

Json = dict[str, Any]
TOKEN = "a token of the record store"  # noqa: S105 - opens the fake only
VERB = "http://adlnet.gov/expapi/verbs/"
HOME = "https://lms.example.hu"
EPOCH = datetime(2026, 10, 1, 8, tzinfo=UTC)


@dataclass
class RecordStore:
    """What was stored, and how it behaves.

    most: statements that a page holds at most, whatever is asked; overlap: of them that the next page repeats; shows:
    voided statements are listed nonetheless; through: until when all is told (everything if None); ended: how many
    calls it refuses the token before it knows it again.
    """

    statements: list[Json] = field(default_factory=list)
    most: int = 3
    overlap: int = 0
    shows: bool = False
    through: datetime | None = None
    ended: int = 0

    def say(self, person: str, verb: str, activity: str = "ADO-1", registration: str | None = "r1", **more: Any) -> str:
        """Store a statement of a person; gives its id. more: at (hours after the first), result, actor, stored."""
        number = len(self.statements)
        happened = EPOCH + timedelta(hours=more.get("at", number))
        statement = {
            "id": f"00000000-0000-4000-8000-{number:012d}",
            "actor": more.get("actor", {"name": "Nem Való", "account": {"homePage": HOME, "name": person}}),
            "verb": {"id": f"{VERB}{verb}", "display": {"en": verb}},
            "object": {"objectType": "Activity", "id": f"{HOME}/{activity}", "definition": {"name": {"hu": activity}}},
            "timestamp": happened.isoformat(),
            "stored": (EPOCH + timedelta(hours=more.get("stored", number))).isoformat().replace("+00:00", "Z"),
            "context": {"platform": "Moodle"} | ({"registration": registration} if registration else {}),
        }
        if "result" in more:
            statement["result"] = more["result"]
        self.statements.append(statement)
        return str(statement["id"])

    def void(self, target: str, at: int | None = None) -> None:
        """Store that a statement does not hold."""
        self.say("admin", "voided", at=len(self.statements) if at is None else at)
        self.statements[-1] |= {"object": {"objectType": "StatementRef", "id": target}, "context": {}}

    @property
    def voided(self) -> set[str]:
        return {one["object"]["id"] for one in self.statements if one["verb"]["id"] == f"{VERB}voided"}

    def handle(self, call: Call) -> Reply:
        if call.headers.get("x-experience-api-version") not in ("1.0.3", "2.0.0"):
            return Reply({"error": "which version?"}, 400)
        if self.ended or call.headers.get("authorization") != f"Bearer {TOKEN}":
            self.ended = max(self.ended - 1, 0)
            return Reply({"error": "who are you?"}, 401)
        if call.path not in ("/lrs/xapi/statements", "/lrs/xapi/more"):
            return Reply(text="nothing here", status=404, headers={"Content-Type": "text/plain"})
        if "voidedStatementId" in call.args:
            return self._voided(call.args["voidedStatementId"])
        return self._listed(call.args)

    def _voided(self, wanted: str) -> Reply:
        found = [one for one in self.statements if one["id"] == wanted and wanted in self.voided]
        return Reply(found[0]) if found else Reply(text="not found", status=404, headers={"Content-Type": "text/plain"})

    def _listed(self, args: dict[str, str]) -> Reply:
        found = sorted((one for one in self.statements if self._asked(one, args)), key=lambda one: str(one["stored"]))
        if args.get("ascending") != "true":
            found.reverse()
        size = min(int(args.get("limit") or self.most), self.most)
        start = int(args.get("from", "0"))
        after = start + size
        following = {**args, "from": str(after - self.overlap)}
        more = f"/lrs/xapi/more?{urlencode(following)}" if after < len(found) else ""
        through = self.through or datetime(2030, 1, 1, tzinfo=UTC)
        headers = {"X-Experience-API-Consistent-Through": through.isoformat()}
        return Reply({"statements": found[start:after], "more": more}, headers=headers)

    def _asked(self, one: Json, args: dict[str, str]) -> bool:
        stored = datetime.fromisoformat(one["stored"])
        agent = json.loads(args["agent"]) if "agent" in args else None
        return (
            (self.shows or one["id"] not in self.voided)
            and ("since" not in args or stored > datetime.fromisoformat(args["since"]))
            and ("until" not in args or stored <= datetime.fromisoformat(args["until"]))
            and ("activity" not in args or one["object"]["id"] == args["activity"])
            and ("registration" not in args or one["context"].get("registration") == args["registration"])
            and (agent is None or all(one["actor"].get(name) == own for name, own in agent.items()))
        )
