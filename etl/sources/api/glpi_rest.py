"""GLPI's apirest.php: a session, searches by numbered columns, lists by range."""

import logging
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any

from etl.config import Source
from etl.connections import Glpi
from etl.sources.api.client import Answer, Client, Request
from etl.sources.api.wall import Wall
from etl.sources.api.windows import Axis
from etl.sources.errors import SourceError
from etl.sources.pull import Record

LOGGER = logging.getLogger("asp-etl")
ACCEPTED = frozenset({400, 404, 410})  # answers whose error code tells more than their status
PAST_THE_END = "ERROR_RANGE_EXCEED_TOTAL"
MISSING = ("ERROR_ITEM_NOT_FOUND", "ERROR_RESOURCE_NOT_FOUND_NOR_COMMONDBTM")
PAGE, BATCH, LINES = 200, 50, 500  # rows of a search, items of an answer (its address lists them), lines of a log
TRIES = 5
# Columns of a search as (table, field); {item} is the table of the items.
OPTIONS = {
    "id": ("{item}", "id"),
    "date_mod": ("{item}", "date_mod"),
    "entity": ("glpi_entities", "completename"),
    "category": ("glpi_itilcategories", "completename"),
    "location": ("glpi_locations", "completename"),
    "request_type": ("glpi_requesttypes", "name"),
}
ASSIGNED = "8"  # groups that hold the item: its table and field are those of requesting groups too
NEEDED = ("id", "date_mod")


class Rest:
    """The API of one source, in one session."""

    def __init__(self, source: Source, connect: Glpi, client: Client, wall: Wall) -> None:
        self._source, self._item, self._client, self._wall = source, connect.item, client, wall
        self._size = connect.page_size or PAGE
        self._options = self._read_options()

    def by_change(self, deleted: bool = False) -> Axis[Record]:
        """Rows of a search by the second of their last change; deleted: those in the trash instead."""
        return Axis(
            lambda start, stop: self._window(start, stop, deleted), lambda at: self._crowd(at, deleted), self._size
        )

    def items(self, ids: Sequence[int]) -> dict[int, Record]:
        """Items as the database has them, by id; those that are gone meanwhile are left out."""
        found = [one for start in range(0, len(ids), BATCH) for one in self._several(ids[start : start + BATCH]) if one]
        return {int(one["id"]): one for one in found}

    def ids(self) -> Iterator[int]:
        """Ids of all items out of the trash, from the last page to the first: what is deleted meanwhile moves others to
        pages that are still to be read, so some come twice and none is missed."""
        params = {"only_id": "true", "sort": self._options["id"], "order": "ASC", "get_hateoas": "false"}
        rows, total = self._list(self._item, {**params, "range": f"0-{self._size - 1}"})
        size = min(self._size, len(rows) or 1)  # the server may allow less
        for start in range((total - 1) // size * size, -1, -size):
            rows, _ = self._list(self._item, {**params, "range": f"{start}-{start + size - 1}"})
            yield from (int(one["id"]) for one in rows)

    def logs(self, ids: Sequence[int]) -> list[list[Record]]:
        """Lines of the history of each item, oldest first."""
        first = [Request(f"/{self._item}/{one}/Log", _lines(0)) for one in ids]
        found = []
        for one, answer in zip(ids, self._client.each(first), strict=True):
            rows, total = self._rows(answer)
            while len(rows) < total:
                more, total = self._list(f"{self._item}/{one}/Log", _lines(len(rows)))
                if not more:
                    break
                rows += more
            found.append(sorted(rows, key=lambda line: int(line["id"])))
        return found

    def entities(self) -> dict[str, Record]:
        """Entities by their whole name."""
        return {shown(one.get("completename")) or "": one for one in self._all("Entity")}

    def groups(self) -> list[str]:
        """Own names of all groups; none where the login may not list them, which no ticket needs."""
        try:
            return [name for one in self._all("Group") if (name := shown(one.get("name")))]
        except SourceError:
            LOGGER.info("source '%s': groups can't be listed, second_level is not checked", self._source.name)
            return []

    def _all(self, what: str) -> list[Record]:
        rows: list[Record] = []
        total = 1
        while len(rows) < total:
            span = f"{len(rows)}-{len(rows) + self._size - 1}"
            more, total = self._list(what, {"range": span, "get_hateoas": "false", "sort": 2, "order": "ASC"})
            if not more:
                break
            rows += more
        return rows

    def _read_options(self) -> dict[str, str]:
        """Which number each column has. Raises SourceError when those that are needed are missing."""
        told = self._answered(self._client.get(f"/listSearchOptions/{self._item}"))
        table = f"glpi_{self._item.lower()}s"
        places = {}
        for number, option in reversed(list(told.items() if isinstance(told, dict) else [])):
            if isinstance(option, dict):
                places[(option.get("table"), option.get("field"))] = str(number)
        wanted = {name: (place.format(item=table), field) for name, (place, field) in OPTIONS.items()}
        found = {name: places[place] for name, place in wanted.items() if place in places}
        if missing := [name for name in NEEDED if name not in found]:
            raise self._unusable(f"has no search column for {' and '.join(missing)} of {self._item}")
        return {**found, "groups": ASSIGNED}

    def _window(self, start: int, stop: int | None, deleted: bool) -> list[Record] | None:
        rows, total = self._search(start, stop, deleted, 0, "date_mod")
        return rows if total <= len(rows) else None

    def _crowd(self, at: int, deleted: bool) -> list[Record]:
        """All rows of one second, page by page in the order of their ids. They can leave it meanwhile, so a total that
        is not the same all along starts it again."""
        for _ in range(TRIES):
            rows, total = self._search(at, at + 1, deleted, 0, "id")
            seen = {total}
            while len(rows) < total and len(seen) == 1:
                more, now = self._search(at, at + 1, deleted, len(rows), "id")
                seen.add(now if more else -1)
                rows += more
            if len(seen) == 1:
                return rows
        raise self._unusable("changes items so fast that its pages can't be read. Run again later")

    def _search(self, start: int, stop: int | None, deleted: bool, offset: int, order: str) -> tuple[list[Record], int]:
        """Rows of a window from offset on, their columns by our names, and how many rows there are."""
        bounds = [("morethan", start - 1), *([("lessthan", stop)] if stop is not None else [])]
        params: dict[str, Any] = {
            "sort": self._options[order],
            "order": "ASC",
            "range": f"{offset}-{offset + self._size - 1}",
            "is_deleted": int(deleted),
        }
        for number, (kind, place) in enumerate(bounds):
            one = f"criteria[{number}]"
            params |= {f"{one}[link]": "AND", f"{one}[field]": self._options["date_mod"]}
            params |= {f"{one}[searchtype]": kind, f"{one}[value]": self._wall.text(place)}
        params |= {f"forcedisplay[{number}]": one for number, one in enumerate(self._options.values())}
        body = self._answered(self._client.get(f"/search/{self._item}", params))
        if not isinstance(body, dict):
            return [], 0  # past the end
        rows = body.get("data") or []
        rows = list(rows.values()) if isinstance(rows, dict) else rows
        named = [{name: row.get(number) for name, number in self._options.items()} for row in rows]
        return named, int(body.get("totalcount", len(rows)))

    def _several(self, ids: Sequence[int]) -> list[Record]:
        """Items of one answer; when one of them is no longer there the whole answer fails, and each is asked for."""
        params: dict[str, Any] = {"get_hateoas": "false"}
        for number, one in enumerate(ids):
            params |= {f"items[{number}][itemtype]": self._item, f"items[{number}][items_id]": one}
        answer = self._client.get("/getMultipleItems", params)
        if answer.status < 400 and isinstance(answer.json, list):
            return [one for one in answer.json if isinstance(one, dict)]
        singles = self._client.each([Request(f"/{self._item}/{one}", {"get_hateoas": "false"}) for one in ids])
        return [one for one in map(self._answered, singles) if isinstance(one, dict)]

    def _list(self, path: str, params: dict[str, Any]) -> tuple[list[Record], int]:
        return self._rows(self._client.get(f"/{path}", params))

    def _rows(self, answer: Answer) -> tuple[list[Record], int]:
        """Rows of a list, and how many there are by its Content-Range."""
        rows = self._answered(answer)
        rows = rows if isinstance(rows, list) else []
        told = re.search(r"/(\d+)\s*$", answer.headers.get("Content-Range", ""))
        return rows, int(told.group(1)) if told else len(rows)

    def _answered(self, answer: Answer) -> Any:
        """The body of an answer, None for what is past the end or no longer there. Raises SourceError for an error."""
        if answer.status < 400:
            return answer.json
        code = error_code(answer)
        if code == PAST_THE_END or code in MISSING:
            return None
        raise self._unusable(f"answers {answer.status} {code or ''}".rstrip())

    def _unusable(self, what: str) -> SourceError:
        return SourceError(f"source '{self._source.name}': {self._source.address} {what}.")


def error_code(answer: Answer) -> str | None:
    """GLPI's name of an error: the first of the two texts that it answers with."""
    body = answer.json
    return str(body[0]) if isinstance(body, list) and body else None


def shown(value: object) -> str | None:
    """A name as people read it; None for the mark that GLPI shows where there is none."""
    return unescape(str(value or "")).replace("\xa0", " ").strip() or None


def _lines(start: int) -> dict[str, Any]:
    return {"range": f"{start}-{start + LINES - 1}", "order": "ASC", "get_hateoas": "false"}
