"""docs/metrics.md and docs/data-dictionary.md, written from the catalogue and the schema so that they can't differ."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import ClauseElement, ColumnElement, Table
from sqlalchemy.dialects import postgresql

from data.metrics.catalogue import METRICS, MODULES
from data.metrics.metric import Current, Derived, Metric
from data.metrics.responsibility import EVERY_SERVICE
from data.reference import register
from data.schema import metadata

BETTER = {"higher": "higher", "lower": "lower", "band": "within", "neutral": "not judged"}
KINDS = {
    "ratio": "numerator over denominator of the rows of the period",
    "mean": "numerator over denominator of the rows of the period",
    "count": "number of the rows of the period",
    "sum": "sum over the rows of the period",
    "quantile": "quantile over the rows of the period",
    "stock": "state at the end of a day (the last day, or of each period)",
}
GENERATED = "<!-- Written by `asp-data docs` from the code; edits here are lost. -->\n"


def write_docs(folder: Path) -> list[Path]:
    """Write both files into the folder (made if missing); gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in (("metrics.md", metric_catalogue()), ("data-dictionary.md", data_dictionary())):
        path = folder / name
        path.write_text(content, encoding="utf-8")
        written.append(path)
    return written


def metric_catalogue() -> str:
    """Markdown: for each field a table of its metrics, then each one's definitions, cuts and formula."""
    parts = [
        "# Metric catalogue\n",
        GENERATED,
        f"{len(METRICS)} metrics. A ratio is always a sum over a sum. The period of a figure ends at the last day of "
        "data at the latest. Formulas are given as PostgreSQL; `point` is the day that a state is taken at, and only "
        "the current versions of rows count (or those that the run asked for knew). Targets are proposals until a "
        "contract sets them. The accountable actor is that of the packaged responsibility matrix for services in "
        "general; for some services it names another.\n",
    ]
    owners = _accountable()
    for module in MODULES:
        metrics = [one for one in METRICS.values() if one.field == module.__name__.rpartition(".")[2]]
        title = (module.__doc__ or "").splitlines()[0]
        parts += [f"## {title}\n", _overview(metrics, owners), *(_described(one) for one in metrics)]
    return "\n".join(parts)


def data_dictionary() -> str:
    """Markdown: for each table of the schema its comment, key and columns."""
    parts = ["# Data dictionary\n", GENERATED]
    for table in metadata.tables.values():
        key = table.info.get("primary_key") or [column.name for column in table.primary_key]
        parts += [
            f"## {table.name}\n",
            f"{table.comment}. Key: {', '.join(f'`{name}`' for name in key)}.\n",
            _grid(("column", "type", "null", "meaning"), _columns(table)),
        ]
    return "\n".join(parts)


def _columns(table: Table) -> Iterator[tuple[str, ...]]:
    for column in table.columns:
        yield f"`{column.name}`", _type(column), "yes" if column.nullable else "no", column.comment or ""


def _type(column: ColumnElement[Any]) -> str:
    return str(column.type.compile(dialect=postgresql.dialect())).lower()


def _accountable() -> dict[str, str]:
    """Process -> the actor accountable for it in general, by its Hungarian and English short names."""
    matrix, actors = register.responsibilities(), register.actors()
    rows = matrix[(matrix["service_id"] == EVERY_SERVICE) & (matrix["raci"] == "A") & matrix["valid_to"].isna()]
    names = dict(zip(actors["actor_id"], actors["short_hu"] + " / " + actors["short_en"], strict=True))
    return {process: names[actor] for process, actor in zip(rows["process_id"], rows["actor_id"], strict=True)}


def _overview(metrics: list[Metric], owners: dict[str, str]) -> str:
    heads = ("code", "id", "név", "name", "unit", "better", "target", "process", "accountable")
    rows = (
        (
            one.code, f"[`{one.id}`](#{one.id})", one.name["hu"], one.name["en"], one.unit, BETTER[one.better],
            _target(one), one.process, owners[one.process],
        )
        for one in metrics
    )  # fmt: skip
    return _grid(heads, rows)


def _target(one: Metric) -> str:
    if one.band is not None:
        return f"{one.band[0]:g}–{one.band[1]:g}"
    return "" if one.target is None else f"{one.target:g}"


def _described(one: Metric) -> str:
    facts = [
        f"### {one.id}\n",
        f"**{one.name['hu']}.** {one.definition['hu']}\n",
        f"**{one.name['en']}.** {one.definition['en']}\n",
        f"{KINDS[one.kind].capitalize()}. Cuts: {', '.join(one.cut_by)}.\n",
        "```sql",
        *_formula(one),
        "```\n",
    ]
    return "\n".join(facts)


def _formula(one: Metric) -> Iterator[str]:
    if isinstance(one.fact, Derived):
        said = (one.fact.rows.__doc__ or "").splitlines()[0]
        yield f"-- {one.fact.table.name}: {said}"
        yield f"WITH {one.fact.table.name} AS (\n{_indented(_sql(one.fact.rows(Current(None))))}\n)"
    if one.measured is not None:
        yield f"-- value\npercentile_cont({one.quantile:g}) WITHIN GROUP (ORDER BY {_sql(one.measured)})"
    if one.numerator is not None:
        yield f"-- numerator\n{_sql(one.numerator)}"
    if one.denominator is not None:
        yield f"-- denominator\n{_sql(one.denominator)}"
    yield f"-- rows\nFROM {one.source.name}"
    if one.where is not None:
        where = one.where if isinstance(one.where, ColumnElement) else one.where(Current(None))
        yield f"WHERE {_sql(where)}"
    if one.counted_by is not None:
        yield f"-- counted by\n{_sql(one.counted_by)}"
    if one.starts_on is not None:
        ends = "" if one.ends_on is None else f"\n-- until before\n{_sql(one.ends_on)}"
        yield f"-- holds from\n{_sql(one.starts_on)}{ends}"


def _sql(clause: ClauseElement) -> str:
    compiled = clause.compile(
        dialect=postgresql.dialect(paramstyle="named"),
        compile_kwargs={"literal_binds": True},
    )
    return "\n".join(line.rstrip() for line in str(compiled).splitlines())


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _grid(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"
