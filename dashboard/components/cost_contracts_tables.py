"""Tables of contracts: the register, promised levels of service, penalties, amendments, buyers. Whole forints."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import formats, words
from dashboard.components.cost_contracts_read import contract_href, merged
from dashboard.components.cost_contracts_words import open_penalties, service_name, state_of, supplier_of
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.tabulate import LINKS, UNITS
from data.cost.contract_levels import by_figure
from data.cost.contracts import Book
from data.metrics.catalogue import metric as metric_of
from data.selection import Selection

WHY = {
    "": "",
    "running": N_("month not over"),
    "not_measured": N_("not measured"),
    "no_rule": N_("no penalty rule"),
    "no_fee": N_("fee not known"),
}


def register_table(book: Book, selection: Selection, language: str) -> pd.DataFrame:
    """Every contract with plain numbers and days (attrs: units, links)."""
    rows = merged(book)
    records = rows.to_dict("records")
    columns: dict[str, Any] = {
        _("Contract", language): [str(row["contract_id"]) for row in records],
        _("Application or component", language): [service_name(row["service_id"], language) for row in records],
        _("Kind of contract", language): [words.label("contract_kind", row["contract_kind"], language)
                                          for row in records],
        _("State of the contract", language): [state_of(row, language) for row in records],
        _("Supplier", language): [supplier_of(row) for row in records],
        _("Actor", language): [words.label("actor", row["actor_id"], language) for row in records],
        _("In force from", language): list(rows["valid_from"]),
        _("Last day in force", language): list(rows["valid_to"]),
        _("Days left", language): rows["days_left"].astype("Int64"),
        _("Renewal started", language): list(rows["renewal_started_on"]),
        in_forints(_("Value", language), language): rows["value_huf"],
        in_forints(_("Original value", language), language): rows["original_huf"],
        _("Value growth", language): rows["growth"],
        in_forints(_("Invoiced", language), language): rows["invoiced_huf"],
        _("Term elapsed", language): rows["elapsed_share"],
        _("Value invoiced", language): rows["invoiced_share"],
        _("Drawdown", language): rows["drawdown"],
        _("SLA items measured", language): rows["measured"].astype("Int64"),
        _("SLA items met", language): rows["met"].astype("Int64"),
        _("SLA attainment", language): rows["attained"],
        in_forints(_("Penalty due from measured attainment", language), language): rows["measured_due_huf"],
        in_forints(_("Penalty due by the register", language), language): rows["penalty_due_huf"],
        in_forints(_("Penalty applied", language), language): rows["penalty_applied_huf"],
    }  # fmt: skip
    frame = pd.DataFrame(columns)
    rates = ("Value growth", "Term elapsed", "Value invoiced", "SLA attainment")
    frame.attrs[UNITS] = {_(name, language): "rate" for name in rates} | {_("Drawdown", language): "ratio"}
    frame.attrs[LINKS] = [contract_href(str(row["contract_id"]), selection) for row in records]
    return frame


def in_forints(heading: str, language: str) -> str:
    """The heading of a column of plain amounts."""
    return f"{heading} ({'Ft' if language == 'hu' else 'HUF'})"


def levels_table(book: Book, selection: Selection, language: str) -> pd.DataFrame:
    """Ready text: of each contract the promised figures of the period, and how many of their months met the target."""
    reached = by_figure(book.levels)
    by_key = {(row["source"], row["contract_id"], row["metric_id"]): row for row in reached.to_dict("records")}
    names = list(dict.fromkeys(reached["metric_id"]))
    rows = [row for row in merged(book).to_dict("records") if not formats.missing(row["promised"])]
    columns: dict[str, list[str]] = {
        _("Contract", language): [
            f"{service_name(row['service_id'], language)} · {row['contract_id']}" for row in rows
        ],
        _("SLA attainment", language): [attained_text(row, language) for row in rows],
    }
    for name in names:
        heading = words.metric_name(metric_of(name), language)
        columns[heading] = [
            figure_text(by_key.get((row["source"], row["contract_id"], name)), language) for row in rows
        ]
    frame = pd.DataFrame(columns)
    frame.attrs[LINKS] = [contract_href(str(row["contract_id"]), selection) for row in rows]
    return frame


def heading_of(row: Mapping[Any, Any], language: str) -> str:
    """`ADÓ · SZ-202605-ADO`."""
    return f"{service_name(row['service_id'], language)} · {row['contract_id']}"


def attained_text(row: Mapping[Any, Any], language: str) -> str:
    """`41,7 % (15 / 36; nem mért: 9)`."""
    if formats.missing(row["attained"]):
        return _("not measured", language)
    counts = " / ".join(formats.number(int(row[name]), language) for name in ("met", "measured"))
    missing = int(row["promised"]) - int(row["measured"])
    left = f"; {_('not measured: {count}', language, count=formats.number(missing, language))}" if missing else ""
    return f"{formats.percent(float(row['attained']), language)} ({counts}{left})"


def figure_text(row: Mapping[Any, Any] | None, language: str) -> str:
    """`74,3 % (90 %) · 1/9`: value, target, months that met it of those measured; what is not promised is a dash."""
    if row is None:
        return "–"
    if formats.missing(row["value"]):
        return _("not measured", language)
    said = formats.value_beside(float(row["value"]), "rate", language, [row["target"]])
    months = "/".join(formats.number(int(row[name]), language) for name in ("met", "measured"))
    return f"{said} ({target_text(row['target'], language)}) · {months}"


def target_text(target: float, language: str) -> str:
    """A target without a decimal that says nothing."""
    return formats.percent(target, language, 0 if round(target * 100, 6).is_integer() else 1)


def penalty_table(book: Book, selection: Selection, language: str) -> pd.DataFrame:
    """Ready text: of each contract with any penalty what is measured, registered and applied, and the difference."""
    rows = merged(book)
    amounts = rows[["measured_due_huf", "penalty_due_huf", "penalty_applied_huf"]].fillna(0)
    rows = rows[(amounts > 0).any(axis=1)]
    kept = rows.to_dict("records")
    still_open = open_penalties(rows)
    columns = {
        _("Contract", language): [heading_of(row, language) for row in kept],
        _("Penalty due from measured attainment", language): [_money(row["measured_due_huf"], language)
                                                              for row in kept],
        _("Penalty due by the register", language): [_money(row["penalty_due_huf"], language) for row in kept],
        _("Difference", language): [_difference(row, language) for row in kept],
        _("Penalty applied", language): [_money(row["penalty_applied_huf"], language) for row in kept],
        _("Due by the register, not applied", language): [_money(one, language) for one in still_open],
    }  # fmt: skip
    frame = pd.DataFrame(columns)
    frame.attrs[LINKS] = [contract_href(str(row["contract_id"]), selection) for row in kept]
    return frame


def months_table(book: Book, key: tuple[str, str], language: str) -> pd.DataFrame:
    """Ready text of one contract: its promised figures month by month, and the penalty that they make due."""
    items = book.levels[(book.levels["source"] == key[0]) & (book.levels["contract_id"] == key[1])]
    due = {
        (row["metric_id"], row["month"]): row
        for row in book.due.to_dict("records") if (row["source"], row["contract_id"]) == key
    }  # fmt: skip
    ordered = items.sort_values(["month", "metric_id"], ascending=[False, True], kind="stable").to_dict("records")
    found = [(row, due.get((row["metric_id"], row["month"]), {})) for row in ordered]
    return pd.DataFrame(
        {
            _("Month", language): [formats.month(row["month"], language) for row, _due in found],
            _("Figure", language): [words.metric_name(metric_of(row["metric_id"]), language) for row, _due in found],
            _("Value", language): [_value(row, language) for row, _due in found],
            _("Target", language): [target_text(row["target"], language) for row, _due in found],
            _("Target met", language): [_met(row["is_met"], language) for row, _due in found],
            _("Fee of the month", language): [_money(one.get("fee_huf"), language) for _row, one in found],
            _("Penalty", language): [_due_text(one, language) for _row, one in found],
        }
    )


def amendments_table(book: Book, language: str, contract_id: str = "") -> pd.DataFrame:
    """Ready text of amendments, the newest on top; of one contract, or of all."""
    rows = book.amendments
    rows = rows[rows["contract_id"] == contract_id] if contract_id else rows
    found = rows.sort_values("amended_on", ascending=False, kind="stable", na_position="last").to_dict("records")
    return pd.DataFrame(
        {
            _("Amended on", language): [formats.day(row["amended_on"], language) for row in found],
            _("Contract", language): [str(row["contract_id"]) for row in found],
            _("Value before", language): [_money(row["previous_huf"], language) for row in found],
            _("Value after", language): [_money(row["value_huf"], language) for row in found],
            _("Last day before", language): [formats.day(row["previous_to"], language) for row in found],
            _("Last day after", language): [formats.day(row["valid_to"], language) for row in found],
        }
    )


def awards_table(frame: pd.DataFrame, cut: str, language: str) -> pd.DataFrame:
    """Awards by year or buyer with plain numbers (attrs: units). frame: as contract_market.summed_by()."""
    heading = _("Year", language) if cut == "year" else _("Contracting authority", language)
    names = [str(one) or _("not told", language) for one in frame[cut]]
    shown = pd.DataFrame(
        {
            heading: names,
            _("Awards", language): frame["awards"],
            in_forints(_("Value awarded", language), language): frame["awarded_huf"],
            _("Awards without a value", language): frame["no_value"],
            _("With one bid only", language): frame["single_bids"],
            in_forints(_("Value with one bid only", language), language): frame["single_huf"],
            _("Single-bid share by value", language): frame["single_share"],
        }
    )
    shown.attrs[UNITS] = {_("Single-bid share by value", language): "rate"}
    return shown


def _money(amount: Any, language: str) -> str:
    return "–" if formats.missing(amount) else formats.money(int(amount), language)


def _difference(row: Mapping[Any, Any], language: str) -> str:
    if formats.missing(row["measured_due_huf"]) or formats.missing(row["penalty_due_huf"]):
        return "–"
    difference = int(row["measured_due_huf"]) - int(row["penalty_due_huf"])
    return ("+" if difference > 0 else "") + formats.money(difference, language)


def _value(row: Mapping[Any, Any], language: str) -> str:
    if not row["denominator"]:
        return _("not measured", language)
    value = row["numerator"] / row["denominator"]
    counts = " / ".join(formats.number(row[name], language) for name in ("numerator", "denominator"))
    return f"{formats.value_beside(value, 'rate', language, [row['target']])} ({counts})"


def _met(is_met: Any, language: str) -> str:
    return "–" if is_met is None else _("yes", language) if is_met else _("no", language)


def _due_text(due: Mapping[Any, Any], language: str) -> str:
    if not due:
        return "–"
    return _(WHY[due["why"]], language) if due["why"] else _money(due["due_huf"], language)
