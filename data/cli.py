"""asp-data: the reporting database from the command line."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from data.adoption.finding_rows import found_rows
from data.adoption.stuck_rows import steps_of, stuck_rows
from data.adoption.training_print import effect_document
from data.answer_rows import rows_of
from data.boundaries.cli import boundaries_app
from data.cost.cli import allocation_app
from data.cost.cli_forecast import forecast_document, forecast_rows, missing_words
from data.docs import write_docs
from data.errors import AspError, BadSelection, NotPublished, OtherSchema, UnknownCut, UnknownMetric
from data.gap_words import line as gap_line
from data.matrix import gaps, read_matrix
from data.members import check_members
from data.metrics.catalogue import METRICS, metric
from data.metrics.measure import accountable, cut_names, measure, source_rows
from data.metrics.metric import Metric
from data.printing import Format, open_reporting, print_frame, print_json, print_line, reading
from data.reference import register
from data.reference_import import IMPORTABLE, import_table
from data.reference_load import prepare
from data.register_import import import_register
from data.selection import KEYS, Selection
from data.signal_rows import SIGNAL_COLUMNS, TABLE_COLUMNS, signal_rows, table_rows
from data.signals import signals

app = typer.Typer(help="The reporting database: its figures, snapshots and reference data.", no_args_is_help=True)
register_app = typer.Typer(help="The register of municipalities.", no_args_is_help=True)
reference_app = typer.Typer(
    help="Responsibility matrix, targets, service hours, rebased limits, peaks.", no_args_is_help=True
)
app.add_typer(register_app, name="register")
app.add_typer(reference_app, name="reference")
responsibility_app = typer.Typer(help="Who is accountable for what, and what is missing.", no_args_is_help=True)
app.add_typer(responsibility_app, name="responsibility")
app.add_typer(boundaries_app, name="boundaries")
app.add_typer(allocation_app, name="allocation")


@app.command("metric")
def print_metric(
    name: Annotated[str, typer.Argument(help="Metric id (sla_resolution_rate) or code (IN01).")],
    by: Annotated[str, typer.Option(help="Cuts, comma separated: month,service …")] = "",
    first: Annotated[str, typer.Option("--from", help="First month or day: 2025-01 or 2025-01-15.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last month or day, included.")] = "",
    where: Annotated[
        list[str] | None, typer.Option(help="Filter KEY=VALUE[,VALUE]; repeatable. Keys: " + ", ".join(KEYS) + ".")
    ] = None,
    as_of: Annotated[int | None, typer.Option(help="As the database was known after this run.")] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
    rows: Annotated[bool, typer.Option("--rows", help="Print the source rows behind the figure instead.")] = False,
    limit: Annotated[int, typer.Option(help="With --rows: at most so many.")] = 200,
) -> None:
    """A figure: numerator, denominator, n and value per cell.

    Example: asp-data metric sla_resolution_rate --by month,service --from 2025-01 --to 2025-12 --where county=Zala
    """
    asked = metric(name)
    selection = Selection.from_query({**_filters(where or []), "from": first, "to": last, "run": _text(as_of)})
    cuts = cut_names(asked, [part.strip() for part in by.split(",") if part.strip()])
    with reading() as connection:
        check_members(connection, selection)
        if rows:
            print_frame(source_rows(connection, asked, selection, limit), output)
            return
        values = measure(connection, asked, selection, cuts)
    if output is Format.json:
        print_json(rows_of(values, cuts))
    else:
        print_frame(values, output)


@app.command("metrics")
def print_metrics(
    as_json: Annotated[bool, typer.Option("--json", help="The whole catalogue as JSON.")] = False,
) -> None:
    """The metric catalogue."""
    with _owners() as owner_of:
        described: list[dict[str, Any]] = [
            {
                "id": one.id, "code": one.code, "field": one.field, "name": dict(one.name),
                "definition": dict(one.definition), "kind": one.kind, "unit": one.unit, "better": one.better,
                "target": one.target, "band": one.band, "process": one.process, "cut_by": list(one.cut_by),
                "fact": one.main_fact.name, "version": one.version, "accountable": owner_of(one),
            }
            for one in METRICS.values()
        ]  # fmt: skip
    if as_json:
        print_json(described)
        return
    table = Table("code", "id", "név", "name", "unit", "target", "accountable")
    for one in described:
        names, owner = one["name"], one["accountable"]
        target = one["target"] if one["target"] is not None else one["band"] or ""
        table.add_row(
            str(one["code"]), str(one["id"]), names["hu"], names["en"], str(one["unit"]), str(target), owner["short_en"]
        )
    Console().print(table)


@app.command("signals")
def print_signals(
    name: Annotated[
        list[str] | None, typer.Option("--metric", help="Metric id or code; repeatable. All by default.")
    ] = None,
    service: Annotated[list[str] | None, typer.Option(help="Service id; repeatable. The whole by default.")] = None,
    first: Annotated[str, typer.Option("--from", help="First month.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last month, included.")] = "",
    where: Annotated[
        list[str] | None, typer.Option(help="Filter KEY=VALUE[,VALUE]; repeatable. Keys: " + ", ".join(KEYS) + ".")
    ] = None,
    as_of: Annotated[int | None, typer.Option(help="As the database was known after this run.")] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
) -> None:
    """What has really changed: the control chart of every metric at its last whole month, and who answers for it.

    Example: asp-data signals --metric sla_resolution_rate --service ADO --service GAZD --to 2026-07
    """
    chosen = [metric(one) for one in name] if name else None
    selection = Selection.from_query({**_filters(where or []), "from": first, "to": last, "run": _text(as_of)})
    with reading() as connection:
        check_members(connection, selection)
        check_members(connection, Selection(services=tuple(service or ())))
        found = signals(connection, selection, chosen, service or [None])
    rows = signal_rows(found)
    if output is Format.json:
        print_json(rows)
    elif output is Format.table:
        print_frame(pd.DataFrame(table_rows(rows), columns=TABLE_COLUMNS), output)
    else:
        spread = [{**row, "rules": " ".join(row["rules"])} for row in rows]
        print_frame(pd.DataFrame(spread, columns=SIGNAL_COLUMNS), output)


@app.command("stuck")
def print_stuck(
    by: Annotated[str, typer.Option(help="Count pairs by cuts, comma separated: step,actor,county …")] = "",
    where: Annotated[
        list[str] | None,
        typer.Option(help="Filter KEY=VALUE[,VALUE]; repeatable. Keys: step, " + ", ".join(KEYS) + "."),
    ] = None,
    last: Annotated[
        str, typer.Option("--to", help="The day it holds on (of a month its last); newest by default.")
    ] = "",
    as_of: Annotated[int | None, typer.Option(help="As the database was known after this run.")] = None,
    pairs: Annotated[
        bool, typer.Option("--pairs", help="A row per municipality and application, those not called stuck included.")
    ] = False,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
) -> None:
    """The work list: what each municipality or joint office is stuck at, for how long, the next step, whose turn it is.

    Example: asp-data stuck --where county=Zala --where step=trained --format csv
    """
    steps, filters = steps_of(where or [])
    selection = Selection.from_query({**_filters(filters), "to": last, "run": _text(as_of)})
    cuts = [part.strip() for part in by.split(",") if part.strip()]
    with reading() as connection:
        rows = stuck_rows(connection, selection, cuts, steps, pairs=pairs, short=output is Format.table)
    print_frame(rows, output)


@app.command("training-effect")
def print_training_effect(
    first: Annotated[str, typer.Option("--from", help="First month or day of the trainings.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last month or day, included.")] = "",
    where: Annotated[
        list[str] | None, typer.Option(help="Filter KEY=VALUE[,VALUE]; repeatable. Keys: " + ", ".join(KEYS) + ".")
    ] = None,
    as_of: Annotated[int | None, typer.Option(help="As the database was known after this run.")] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
) -> None:
    """How-to tickets after a key user's training, compared with matched municipalities without (TR05).

    Example: asp-data training-effect --where county=Zala --format json
    """
    selection = Selection.from_query({**_filters(where or []), "from": first, "to": last, "run": _text(as_of)})
    with reading() as connection:
        check_members(connection, selection)
        found = effect_document(connection, selection)
    if output is Format.json:
        print_json(found)
    else:
        print_frame(pd.DataFrame(found["rows"]), output)


@app.command("forecast")
def print_forecast(
    last: Annotated[str, typer.Option("--to", help="The month it is made at; the newest by default.")] = "",
    where: Annotated[
        list[str] | None, typer.Option(help="Filter KEY=VALUE[,VALUE]; repeatable. Keys: " + ", ".join(KEYS) + ".")
    ] = None,
    as_of: Annotated[int | None, typer.Option(help="As the database was known after this run.")] = None,
    backtest: Annotated[
        bool, typer.Option("--backtest", help="What would have been forecast for past years instead.")
    ] = False,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
) -> None:
    """Year-end forecast of performance with its interval, and how far past forecasts were off (BU03).

    Example: asp-data forecast --to 2026-10 --where actor=nisz --format csv
    """
    selection = Selection.from_query({**_filters(where or []), "to": last, "run": _text(as_of)})
    with reading() as connection:
        check_members(connection, selection)
        found = forecast_document(connection, selection)
    if output is Format.json:
        print_json(found)
        return
    print_frame(forecast_rows(found, is_backtest=backtest), output)
    if reason := missing_words(found):
        sys.stderr.write(reason + "\n")


@app.command("municipality")
def print_municipality(
    name: Annotated[str, typer.Argument(help="Name (accents or not), how it begins, name and county, or KSH code.")],
    limit: Annotated[int, typer.Option(help="At most so many.")] = 20,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
) -> None:
    """The municipalities that a text may mean, the likeliest first.

    Example: asp-data municipality "komlo heves"
    """
    try:
        with reading() as connection:
            rows = found_rows(connection, name, limit)
    except (NotPublished, OtherSchema):
        rows = found_rows(None, name, limit)
    print_frame(rows, output)


@app.command("init")
def initialise() -> None:
    """Create or migrate the reporting database and load its reference data."""
    with closing(open_reporting()) as store:
        done = prepare(store)
        print_line(f"{store.snapshot_id()}: {'schema and reference data loaded' if done else 'already up to date'}")


@app.command("snapshots")
def print_snapshots(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """The published states that can be rolled back to, newest first."""
    with closing(open_reporting()) as store:
        found = store.snapshots()
    if as_json:
        print_json(
            [
                {"id": one.id, "run": one.run_id, "published_at": f"{one.published_at:%Y-%m-%dT%H:%M:%SZ}",
                 "current": one.is_current}
                for one in found
            ]
        )  # fmt: skip
        return
    for one in found:
        print_line(
            f"{'*' if one.is_current else ' '} {one.id}  run {one.run_id}  {one.published_at:%Y-%m-%d %H:%M:%S} UTC"
        )


@app.command("rollback")
def roll_back(
    to: Annotated[str | None, typer.Argument(help="Snapshot to publish again; the one before by default.")] = None,
) -> None:
    """Publish an earlier snapshot again."""
    with closing(open_reporting()) as store:
        print_line(f"published: {store.rollback(to)}")


@register_app.command("import")
def register_import(
    file: Annotated[Path, typer.Argument(help="Gazetteer of the statistical office (CSV, XLS, XLSX).")],
    valid_from: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day it holds.")] = None,
) -> None:
    """Bring in a newer gazetteer as a new version; earlier versions stay."""
    with closing(open_reporting()) as store:
        prepare(store)
        with store.writing() as session:
            change = import_register(session, file, valid_from.date() if valid_from else date.today())
    print_line(
        f"{file.name}: {change.added} added, {change.changed} changed, "
        f"{change.unchanged} unchanged, {change.ended} ended"
    )


@reference_app.command("import")
def reference_import(
    table: Annotated[str, typer.Argument(help="One of: " + ", ".join(sorted(IMPORTABLE)) + ".")],
    file: Annotated[Path, typer.Argument(help="CSV with the table's columns (`reference export` writes one).")],
) -> None:
    """Replace an assumption (responsibility matrix, targets, hours, rebased limits, peaks) by a file."""
    with closing(open_reporting()) as store:
        prepare(store)
        with store.writing() as session:
            count = import_table(session, table, file)
    print_line(f"{table}: {count} rows from {file.name}")


@reference_app.command("export")
def reference_export(
    table: Annotated[str, typer.Argument(help="One of: " + ", ".join(sorted(IMPORTABLE)) + ".")],
    file: Annotated[Path, typer.Argument(help="CSV to write; must not exist.")],
) -> None:
    """Write a reference table as CSV, to be edited and imported."""
    if table not in IMPORTABLE:
        raise AspError(f"{table!r} can't be exported; choose from {', '.join(sorted(IMPORTABLE))}.")
    if file.exists():
        raise AspError(f"{file} exists and is left as it is. Name another file.")
    with reading() as connection:
        pd.read_sql(IMPORTABLE[table].select(), connection).to_csv(file, index=False)
    print_line(f"{table}: written to {file.name}")


@responsibility_app.command("check")
def responsibility_check() -> None:
    """Gaps of the responsibility matrix over its whole history; ends with 1 where there is one. Notes are no gaps."""
    with reading() as connection:
        found = gaps(read_matrix(connection), list(METRICS.values()))
    for gap in found:
        print_line(gap_line(gap))
    count = sum(not gap.is_note for gap in found)
    print_line(f"{count} gaps, {len(found) - count} notes")
    if count:
        raise typer.Exit(1)


@app.command("docs")
def documents(out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("docs")) -> None:
    """Write the data dictionary and the metric catalogue from the code."""
    for path in write_docs(out):
        print_line(str(path))


@contextmanager
def _owners() -> Iterator[Callable[[Metric], dict[str, str]]]:
    """Who is accountable for a metric: by the loaded matrix, or the packaged one while none can be read."""
    try:
        with reading() as connection:
            yield lambda one: accountable(connection, one)
    except (NotPublished, OtherSchema):
        actors = register.actors().set_index("actor_id", drop=False)
        yield lambda one: _packaged_owner(one, actors)


def _packaged_owner(one: Metric, actors: pd.DataFrame) -> dict[str, str]:
    owner = actors.loc[register.accountable(one.process, "*", date.today())]
    return {key: str(owner[key]) for key in ("actor_id", "actor_type", "name_hu", "name_en", "short_hu", "short_en")}


def _filters(pairs: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        key = key.strip().removesuffix("_id")
        if not equals or key not in KEYS:
            raise BadSelection(f"--where {pair!r}: expected KEY=VALUE with a key of {', '.join(KEYS)}.")
        found[key] = f"{found[key]},{value}" if key in found else value
    return found


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def main() -> None:
    """Entry point: what a person can act on is printed without a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    try:
        app()
    except AspError as error:
        sys.stderr.write(f"error: {error}\n")
        raise SystemExit(2 if isinstance(error, BadSelection | UnknownCut | UnknownMetric) else 1) from None
