"""What the page of reconciliation says in words. Pure but for the names of actors and rovats."""

from collections import defaultdict

from dashboard import formats, words
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.cost.differences import Difference
from data.cost.reconciliation import Compared, Reconciliation

AMOUNTS = {
    "original_huf": N_("Original appropriation"),
    "appropriated_huf": N_("Modified appropriation"),
    "committed_huf": N_("Commitment"),
    "spent_huf": N_("Performance"),
}
CAUSES = {
    "rounding": N_("Rounding: the report is in thousands of forints"),
    "moved": N_("Other rovat in the report: {other}"),
    "line": N_("A line that only the ledger has: {line} ({month})"),
    "later_run": N_("Lines loaded after the report: {count}"),
    "ledger_only": N_("The report has nothing under this rovat"),
    "report_only": N_("The ledger has nothing under this rovat"),
    "unexplained": N_("No cause found"),
}
MANY = N_("; the last of {count} lines of this amount")


def cause_text(one: Difference, language: str) -> str:
    """Why the two books differ."""
    month = formats.month(one.month, language) if one.month else ""
    said = _(CAUSES[one.cause], language, other=one.other, line=one.line_id, month=month, count=one.matches)
    return said + (_(MANY, language, count=one.matches) if one.cause == "line" and one.matches > 1 else "")


def statement(found: Reconciliation, language: str) -> list[str]:
    """Does it add up? Ledger and allocation; what stays unplaced; the reports."""
    return [_allocated(found, language), *_unplaced(found, language), *_reported(found, language)]


def _allocated(found: Reconciliation, language: str) -> str:
    total = formats.money(found.ledger_huf, language)
    if found.adds_up:
        return _(
            "It adds up: the ledger has {total} of performance, and so have the sums by actor, by application and by "
            "municipality. Allocation residual: {nothing}.",
            language, total=total, nothing=formats.money(0, language),
        )  # fmt: skip
    missing, outdated = found.missing(), found.outdated()
    causes = []
    if len(missing):
        causes.append(_("{count} months are not allocated: {amount}", language, count=len(missing),
                        amount=formats.money(int(missing["ledger_huf"].sum()), language)))  # fmt: skip
    if len(outdated):
        moved = int((outdated["ledger_huf"] - outdated["allocated_ledger_huf"]).sum())
        causes.append(_("the ledger of {count} months changed after it was allocated: {amount}", language,
                        count=len(outdated), amount=formats.money(moved, language)))  # fmt: skip
    why = "; ".join(causes) or _("no cause found", language)
    return _(
        "It does not add up: of the ledger's {total}, {residual} are not in the allocation, because {why}.",
        language, total=total, residual=formats.money(found.residual_huf, language), why=why,
    )  # fmt: skip


def _unplaced(found: Reconciliation, language: str) -> list[str]:
    if not found.unplaced_huf:
        return [_("Nothing is left unplaced.", language)] if found.adds_up else []
    share = formats.percent(found.unplaced_huf / found.ledger_huf if found.ledger_huf else None, language, 2)
    return [
        _(
            "Of this, {amount} ({share}) is unplaced: it is charged to no municipality and named below.",
            language,
            amount=formats.money(found.unplaced_huf, language),
            share=share,
        )
    ]


def _reported(found: Reconciliation, language: str) -> list[str]:
    return [report_text(one, language) for one in found.reports[-1:]]


def report_text(one: Compared, language: str) -> str:
    """Whether the newest report agrees, and why not."""
    until = formats.month(one.last, language, whole=True)
    gaps = [gap for gap in one.found if gap.amount == "spent_huf"]
    if not one.found:
        return _("The treasury's report up to {month} agrees with the ledger to the forint.", language, month=until)
    spending = sum(gap.huf for gap in gaps if gap.account.startswith("K"))
    unexplained = [gap for gap in one.found if gap.cause in ("unexplained", "ledger_only", "report_only")]
    explained = (
        _("every difference is explained", language)
        if not unexplained
        else _("{count} differences are not explained", language, count=len(unexplained))
    )
    return _(
        "Performance of expenditure up to {month}: the ledger less the treasury's report is {amount}; {count} "
        "differences by rovat, {explained}.",
        language, month=until, amount=formats.money(spending, language), count=len(one.found), explained=explained,
    )  # fmt: skip


def account_text(code: str, language: str) -> str:
    """`K337 – Egyéb szolgáltatások`."""
    name = words.label("account", code, language)
    return name if name.startswith(code) else f"{code} – {name}"


def causes_of(one: Compared) -> dict[tuple[str, str], list[Difference]]:
    """Differences by kiemelt előirányzat and amount."""
    found: dict[tuple[str, str], list[Difference]] = defaultdict(list)
    for gap in one.found:
        found[gap.account[:2], gap.amount].append(gap)
    return found
