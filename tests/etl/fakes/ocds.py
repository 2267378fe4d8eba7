"""A publisher of OCDS: pages of release packages, newest last, and a record of each process."""

from dataclasses import dataclass, field
from typing import Any

from tests.etl.fakes.server import Call, Reply

Json = dict[str, Any]
TOKEN = "a publisher's token"  # noqa: S105 - opens the fake only


@dataclass
class Publisher:
    """What it has published, and how it behaves.

    size: releases on a page, the last of which comes first on the next page again; relative: links without a host;
    mode: what /list gives: releases, records, or links (records that only name their releases); broken: numbers of
    pages that fail; gone: pages (as their numbers stand in links) that answer 404; circle: the last page links to the
    first; missing: processes without a record.
    """

    releases: list[Json] = field(default_factory=list)
    size: int = 3
    relative: bool = True
    mode: str = "releases"
    broken: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    circle: bool = False

    def handle(self, call: Call) -> Reply:
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply({"error": "who are you?"}, 401)
        if call.path.startswith("/api/records/"):
            return self._record(call.path.removeprefix("/api/records/"))
        if call.path == "/api/hello":
            return Reply({"hello": "this is another interface"})
        return self._page(call) if call.path == "/api/list" else Reply({"error": "no such page"}, 404)

    def _page(self, call: Call) -> Reply:
        number, since = int(call.args.get("page", "1")), call.args.get("since", "")
        if number in self.broken:
            return Reply({"error": "out of order"}, 500)
        if number in self.gone:
            return Reply({"error": "that page is no more"}, 404)
        listed = self._listed(since)
        step = max(self.size - 1, 1)
        start = (number - 1) * step
        more = start + self.size < len(listed)
        following = number + 1 if more else 1 if self.circle else None
        host = f"http://{call.headers['host']}"
        link = f"{'' if self.relative else host}/api/list?page={following}&since={since}"
        kind = "releases" if self.mode == "releases" else "records"
        body = {kind: listed[start : start + self.size], "links": {"next": link} if following else {}}
        return Reply(body)

    def _listed(self, since: str) -> list[Json]:
        told = sorted((one for one in self.releases if one["date"] >= since), key=lambda one: str(one["date"]))
        if self.mode == "releases":
            return told
        return [self._whole(ocid) for ocid in dict.fromkeys(str(one["ocid"]) for one in told)]

    def _whole(self, ocid: str) -> Json:
        own = [one for one in self.releases if one["ocid"] == ocid]
        links = [{"url": f"https://example.org/{one['id']}", "date": one["date"]} for one in own]
        return {"ocid": ocid, "releases": links if self.mode == "links" else own}

    def _record(self, ocid: str) -> Reply:
        own = [one for one in self.releases if one["ocid"] == ocid]
        if not own or ocid in self.missing:
            return Reply({"error": "no such process"}, 404)
        return Reply({"records": [{"ocid": ocid, "releases": own}]})
