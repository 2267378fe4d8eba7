"""sources.toml as a person would have written it: settings that differ from the default, and why."""

import json
import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from data.errors import AspError
from etl.analyst.init.codes import expected
from etl.analyst.init.fitting import fits
from etl.analyst.init.matrix import AMOUNT
from etl.analyst.init.people import is_address, is_name, may_be_quoted
from etl.analyst.init.proposal import Origin, Proposal
from etl.analyst.init.tables import Table
from etl.config import Source
from etl.fields import JOBS, PERSON_FIELDS, Kind, kind_of

EXAMPLES = 3
NOT_QUOTED = frozenset({"person", "buyer", "supplier", "course_name", "assignment_group", "reference", "category"})
ORDER = ("path", "member", "format", "sheet", "header_row", "json_path", "encoding", "delimiter")


class FileThere(AspError):
    """The file to write exists: what a person wrote is never overwritten."""

    def __init__(self, path: Path) -> None:
        told = "Nothing was written; name another file with --out, or take the proposal over by hand."
        super().__init__(f"{path} is there already. {told}")


def written(proposals: Sequence[Proposal], looked_at: str) -> str:
    """The text of sources.toml."""
    about = [
        f"# Proposed by `asp-etl init` for {_safe(looked_at)}. Headings and values were guessed at: read every line.",
        "# What is commented out could not be told. Then: asp-etl check --config THIS_FILE",
        "",
    ]
    text = "\n".join([*about, *(line for one in proposals for line in _source(one))]) + "\n"
    for entry in tomllib.loads(text)["source"]:
        Source.model_validate(entry)  # what is proposed can be loaded
    return text


def proposed_in_words(one: Proposal) -> str:
    """What was recognised, in a line or two."""
    told = f"{one.name}: {one.record}, {len(one.fields)} fields recognised, {len(one.left)} columns left out."
    if one.missing:
        told += f" Required and not found: {', '.join(one.missing)}."
    if one.dates.undecided:
        told += " Day and month cannot be told apart: set dates."
    return told


def save(text: str, path: Path) -> None:
    """Write the file whole or not at all. Raises FileThere when it exists, AspError when it cannot be written."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        os.link(draft, path)
    except FileExistsError as error:
        raise FileThere(path) from error
    except OSError as error:
        raise AspError(f"{path}: cannot be written ({error.strerror}).") from error
    finally:
        draft.unlink(missing_ok=True)


def _source(one: Proposal) -> Iterator[str]:
    yield "[[source]]"
    yield f"name = {_quoted(one.name)}"
    if "system" in one.table.settings:
        yield f"system = {_quoted(one.table.settings['system'])} # its sources share their keys"
    else:
        yield '# system = "…" # when another source delivers rows with the same keys, both name one system'
    yield f"job = {_quoted(JOBS[one.record])}"
    other = f" # or {one.next_best}? --record tells" if one.next_best else ""
    yield f"record = {_quoted(one.record)}{other}"
    yield from _settings(one)
    yield ""
    yield from _table("connect", one.table)
    yield from _table("unpivot", one.table)
    yield "[source.fields]"
    for name in one.missing:
        yield f'# {name} = "…" # required, and no column was recognised: `asp-etl run` needs it'
    for origin in one.fields:
        yield _field(origin, one)
    for origin in one.doubtful:
        yield f"# {_field(origin, one)}; not mapped: rows with other values than {_taken(origin.field)} are set aside"
    yield ""
    yield from _left(one)
    doubtful = {origin.field for origin in one.doubtful}
    for field, codes in one.codes.items():
        lines = _values(field, codes, one.kept_back.get(field, 0))
        yield from (f"# {line.removeprefix('# ')}" if line and field in doubtful else line for line in lines)
    if any(origin.field in PERSON_FIELDS for origin in one.fields):
        yield "[source.person] # replaced by a keyed hash as it is read"
        yield 'fields = ["person"]'
        yield ""


def _settings(one: Proposal) -> Iterator[str]:
    for name in ORDER:
        if name in one.table.settings:
            yield f"{name} = {_toml(one.table.settings[name])}{_note(one.table.notes.get(name))}"
    yield from _numbers(one)
    yield from _dates(one)
    if one.marks:
        yield f"missing = {_toml(one.marks)} # these stand among other values"


def _numbers(one: Proposal) -> Iterator[str]:
    unsure = " # could be the other way round: 1.234 has no other number beside it that would tell"
    if one.numbers.decimal != ".":
        yield f"decimal = {_quoted(one.numbers.decimal)}{unsure if one.numbers.unsure else ''}"
    if one.numbers.thousands:
        yield f"thousands = {_toml(list(one.numbers.thousands))}{unsure if one.numbers.unsure else ''}"


def _dates(one: Proposal) -> Iterator[str]:
    times = any(kind_of(origin.field) is Kind.TIME for origin in one.fields)
    for day, month in one.dates.undecided:
        yield "# Every value can be read with the day first and with the month first, so none is proposed. Decide:"
        yield f"# dates = [{_quoted(day)}] # day first, as Hungarian and British programs write"
        yield f"# dates = [{_quoted(month)}] # month first, as American programs write"
    for form in one.dates.mixed:
        yield f"# Some values fit {_safe(form)} only with day and month the other way round: the rarer are set aside."
    if one.dates.formats and one.dates.formats != ["iso"] and not one.dates.undecided:
        yield f"dates = {_toml(one.dates.formats)}"
    elif one.dates.formats and one.dates.undecided:
        yield f"# With it, these were recognised: {_safe(', '.join(one.dates.formats))}"
    if not times:
        return
    if one.dates.zoned:
        yield "# Times say their zone themselves."
    elif one.dates.skipped:
        yield 'time_zone = "UTC" # some times lie in the hour that the clock skips in Budapest; UTC has every hour'
    else:
        yield 'time_zone = "Europe/Budapest" # an assumption: the times do not say their zone'


def _table(name: str, table: Table) -> Iterator[str]:
    if settings := table.settings.get(name):
        yield f"[source.{name}]{_note(table.notes.get(name))}"
        yield from (f"{key} = {_toml(value)}" for key, value in settings.items())
        for note, text in table.notes.items():
            if note.startswith(f"{name}."):
                yield f'# {note.removeprefix(f"{name}.")} = ["…"]{_note(text)}'
        yield ""


def _field(origin: Origin, one: Proposal) -> str:
    if origin.entry is not None:
        return f"{origin.field} = {_toml(origin.entry)}{_note(origin.note)}"
    assert origin.column is not None, "a field comes from a column or an entry"
    heading: Any = origin.column.heading
    sparse = one.table.settings.get("json_path") is not None or "connect" in one.table.settings
    sparse = (sparse or one.table.name.endswith("jsonl")) and origin.column.filled < 1
    entry = {"column": heading, "optional": True} if sparse else heading
    note = (
        "if the cells are performance" if heading == AMOUNT and "unpivot" in one.table.settings else _examples(origin)
    )
    return f"{origin.field} = {_toml(entry)}{_note(note)}"


def _taken(field: str) -> str:
    return "yes and no" if kind_of(field) is Kind.FLAG else _safe(expected(field))


def _examples(origin: Origin) -> str:
    """The first values of a column, where not one of all its values could say anything about a person."""
    assert origin.column is not None, "only columns have values"
    if origin.field in PERSON_FIELDS:
        return "people: hashed as they are read"
    values = origin.column.values
    if not values:
        return "empty in the rows looked at"
    kind = kind_of(origin.field)
    if kind is Kind.TEXT and (origin.field in NOT_QUOTED or not may_be_quoted(values)):
        return ""
    plain = values if kind is Kind.TEXT else [value for value in values[:100] if fits(origin.field, [value])]
    return f"e.g. {', '.join(list(dict.fromkeys(plain))[:EXAMPLES])}" if plain else ""


def _left(one: Proposal) -> Iterator[str]:
    if not one.left:
        return
    yield "# Not mapped, so never read into the database:"
    for heading, why in one.left:
        shown = f"column {heading}" if isinstance(heading, int) else _safe(_heading(heading))
        yield f"# - {shown}: {why}"
    yield ""


def _heading(heading: str) -> str:
    """A heading, unless it is a person's own: a matrix may have one column per person."""
    return "(a heading that may name a person)" if is_name(heading) or is_address(heading) else heading


def _values(field: str, codes: Mapping[str, str | None], kept_back: int) -> Iterator[str]:
    yield f"[source.values.{field}] # {_safe(expected(field))}"
    for value, code in codes.items():
        if code is None:
            yield f'# {_quoted(value)} = "…"'
        elif field.endswith("priority") and value.isdigit():
            yield f"# {_quoted(value)} = {_quoted(code)} # if 1 is the most urgent"
        else:
            yield f"{_quoted(value)} = {_quoted(code)}"
    if kept_back:
        yield f"# {kept_back} more that may name people"
    yield ""


def _note(text: str | None) -> str:
    return f" # {_safe(text)}" if text else ""


def _safe(text: str) -> str:
    """Text that stays in its comment."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:300]


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_toml(own)}" for name, own in value.items()) + " }"
    return "[" + ", ".join(_toml(own) for own in value) + "]"


def _quoted(text: str) -> str:
    """A basic string of TOML; a pattern without apostrophes as a literal one, which needs no second backslashes."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
