"""asp-data allocation: the plans that cost is shared out by, what they made, and both ways along it."""

import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from sqlalchemy import select

from data.cost.coverage import coverage
from data.cost.ledger import BEGINNING, END
from data.cost.plan import parse_plan
from data.cost.plan_import import import_plan
from data.cost.refreshing import make_anew, refresh
from data.cost.trace import trace_line, trace_municipality
from data.errors import AspError, BadSelection
from data.printing import AsOf, Format, Output, open_reporting, print_frame, print_line, reading
from data.reference_load import prepare, record_reference_run, reference_origin
from data.schema import allocation_plan, cost_month

allocation_app = typer.Typer(help="How cost is shared out, and what came of it.", no_args_is_help=True)
DAYS = ("month", "valid_from", "valid_to")  # columns that are days, told as 2026-05-01


@allocation_app.command("show")
def show(
    version: Annotated[str | None, typer.Option(help="Print this plan's file as it was brought in.")] = None,
    months: Annotated[bool, typer.Option("--months", help="The months of the ledger and their allocation.")] = False,
    as_of: AsOf = None,
    output: Output = Format.table,
) -> None:
    """The plans there are, one plan's text, or the months allocated."""
    with reading() as connection:
        if months:
            _print(coverage(connection, BEGINNING, END, as_of), output)
            return
        rows = connection.execute(select(allocation_plan).order_by(allocation_plan.c.valid_from)).all()
    if version is not None:
        found = [row.content for row in rows if row.version == version]
        if not found:
            known = ", ".join(row.version for row in rows)
            raise AspError(f"There is no plan {version}; there are {known}.")
        sys.stdout.write(found[0])
        return
    plans = [parse_plan(row.content, row.version) for row in rows]
    described = [
        (
            one.version,
            one.valid_from,
            one.valid_to,
            one.window_months,
            " → ".join(step.id for step in one.steps),
            one.basis,
        )
        for one in plans
    ]
    _print(
        pd.DataFrame(described, columns=["version", "valid_from", "valid_to", "window_months", "steps", "basis"]),
        output,
    )


@allocation_app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A plan (TOML); `allocation show --version V` prints an example.")],
) -> None:
    """Add a version of the plan. Months that it is valid in are allocated anew; what was reported stays as-of."""
    with closing(open_reporting()) as store:
        prepare(store)
        with store.writing() as session:
            plan = import_plan(session, file)
            if plan is None:
                raise AspError(f"{file}: this plan stands already, word for word. Nothing was changed.")
    print_line(f"{file.name}: plan {plan.version}, valid from {plan.valid_from}, {len(plan.steps)} steps")


@allocation_app.command("run")
def run_allocation(
    month: Annotated[
        list[str] | None,
        typer.Option(help="Allocate this month anew by the drivers there are now (2026-05); repeatable."),
    ] = None,
) -> None:
    """Allocate the months whose ledger or plan has changed. Publishing does so too, unless ASP_ROLLUPS is false."""
    chosen = [_month(one) for one in month or ()]
    with closing(open_reporting()) as store:
        prepare(store)
        with store.writing() as session:
            started = datetime.now(UTC).replace(tzinfo=None)
            # The plan is said to have been looked at again: figures counted from allocations are then made anew.
            content, origin = reference_origin(session.connection, allocation_plan.name)
            record_reference_run(session, started, [(allocation_plan.name, content, 0)], origin)
            refresh(session.connection)
            if chosen:
                make_anew(session.connection, chosen)
            made = session.connection.scalars(
                select(cost_month.c.month).where(cost_month.c.loaded_run == session.run_id).order_by(cost_month.c.month)
            ).all()
            left = coverage(session.connection, BEGINNING, END)
    print_line(f"{len(made)} months allocated" + (f": {', '.join(f'{day:%Y-%m}' for day in made)}" if made else ""))
    if without := [f"{day:%Y-%m}" for day in left.loc[left["state"] == "without_plan", "month"]]:
        print_line(f"no plan is valid in {', '.join(without)}: their cost stays unallocated")


@allocation_app.command("trace")
def trace(
    month: Annotated[str, typer.Option(help="With --municipality: 2026-05.")] = "",
    municipality: Annotated[str, typer.Option(help="KSH code; 00000 for what could not be shared out.")] = "",
    line: Annotated[str, typer.Option(help="A ledger line: SOURCE:LINE.")] = "",
    as_of: AsOf = None,
    output: Output = Format.table,
) -> None:
    """From a municipality's share back to the ledger lines, or from a ledger line to whom it was charged.

    Example: asp-data allocation trace --month 2026-05 --municipality 12345
    """
    if bool(line) == bool(month and municipality):
        raise BadSelection("Give --month and --municipality, or --line SOURCE:LINE.")
    with reading() as connection:
        if line:
            source, _, line_id = line.partition(":")
            found = trace_line(connection, source, line_id, as_of)
        else:
            found = trace_municipality(connection, _month(month), municipality, as_of)
    if found.empty:
        raise AspError(f"Nothing is allocated of {line or f'{municipality} in {month}'}.")
    _print(found, output)


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError as error:
        raise BadSelection(f"{text!r} is no month; write 2026-05.") from error


def _print(frame: pd.DataFrame, output: Format) -> None:
    told: dict[str, Any] = {name: [_day(one) for one in frame[name]] for name in DAYS if name in frame}
    print_frame(frame.assign(**told), output)


def _day(day: date | None) -> str | None:
    return None if day is None or pd.isna(day) else day.isoformat()
