"""What the page of who is charged what reads, remembered as long as the snapshot holds."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from dashboard import formats
from dashboard.answers import Answer, Ask, answers
from dashboard.components.chips import kept_query, with_query
from dashboard.locale import translate as _
from dashboard.periods import latest, recent
from data.adoption.profile import every_place
from data.cost import charged
from data.cost.plans import plan_named
from data.cost.trace import trace_line, trace_municipality
from data.selection import Selection

PATH = "/cost/allocation"
LINE = "line"
"""Key of the address: source and id of the ledger line that is followed, set apart by a slash."""


def period_only(selection: Selection) -> Selection:
    """The reader's period and run: an allocation is of the whole country, so other filters do not narrow it."""
    return recent(Selection(selection.first, selection.last, as_of=selection.as_of))


ASK = Ask("spent_huf", change=period_only)


@dataclass(frozen=True)
class Shown:
    """The month shown: the newest allocated one of the period; its plan, its run, and the months to choose from."""

    month: date
    plan_version: str
    basis: str
    run: int
    as_of: int | None
    months: tuple[date, ...]

    def under(self, language: str) -> str:
        """`2026. október · felosztási rend: feltetelezes-1 · 6. futás`."""
        return _("{month} · allocation plan: {plan} · run {run}", language, plan=self.plan_version, run=self.run,
                 month=formats.month(self.month, language, whole=True))  # fmt: skip


def months_read(as_of: int | None) -> pd.DataFrame:
    """The months that are allocated, as charged.allocated_months() gives them."""
    return answers().read(("allocated months", as_of), lambda connection: charged.allocated_months(connection, as_of))


def shown_for(answer: Answer) -> Shown | None:
    """None where no month of the period is allocated."""
    asked = answer.selection
    months = months_read(asked.as_of)
    own = (
        months[[asked.first <= month <= asked.last for month in months["month"]]]
        if asked.first and asked.last
        else months
    )
    if own.empty:
        return None
    row = own.iloc[-1]
    version = str(row["plan_version"])
    basis = answers().read(("plan basis", version), lambda connection: _basis(connection, version))
    return Shown(row["month"], version, basis, int(row["loaded_run"]), asked.as_of, tuple(months["month"]))


def flow_of(shown: Shown) -> pd.DataFrame:
    return answers().read(
        ("cost flow", shown.month, shown.as_of),
        lambda connection: charged.flow(connection, shown.month, shown.as_of),
    )


def lines_of(shown: Shown) -> pd.DataFrame:
    return answers().read(
        ("cost lines", shown.month, shown.as_of),
        lambda connection: charged.ledger_lines(connection, shown.month, shown.as_of),
    )


def traced_place(shown: Shown, municipality_id: str) -> pd.DataFrame:
    return answers().read(
        ("cost of place", shown.month, municipality_id, shown.as_of),
        lambda connection: trace_municipality(connection, shown.month, municipality_id, shown.as_of),
    )


def traced_line(source: str, line_id: str, as_of: int | None) -> pd.DataFrame:
    return answers().read(
        ("cost of line", source, line_id, as_of), lambda connection: trace_line(connection, source, line_id, as_of)
    )


def places() -> pd.DataFrame:
    """The register, with county and size band."""
    day = latest(Selection())
    return answers().read(("every place", day), lambda connection: every_place(connection, day))


def chosen_place() -> str | None:
    """The municipality of the address; of several the first."""
    return next((one for one in kept_query().get("municipality", "").split(",") if one), None)


def chosen_line() -> tuple[str, str] | None:
    """Source and id of the ledger line of the address."""
    source, _slash, line_id = kept_query().get(LINE, "").partition("/")
    return (source, line_id) if line_id else None


def line_href(source: str, line_id: str) -> str:
    """This page with a line followed; the rest of the address is kept."""
    return with_query(PATH, kept_query() | {LINE: f"{source}/{line_id}"})


def month_href(month: date) -> str:
    """This page for one month."""
    return with_query(PATH, kept_query() | {"from": f"{month:%Y-%m}", "to": f"{month:%Y-%m}"})


def place_href(municipality_id: str) -> str:
    return with_query(PATH, kept_query() | {"municipality": municipality_id})


def _basis(connection: Connection, version: str) -> str:
    plan = plan_named(connection, version)
    return "" if plan is None else plan.basis
