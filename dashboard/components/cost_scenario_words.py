"""Words of scenarios: the label that everything of one carries, what a change says, what is wrong with one."""

from collections.abc import Sequence

from dashboard import formats, words
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.cost.plan import Plan
from data.cost.scenario import BadScenario, Change, Contract, Method, Price, Volume

LABEL = N_("Scenario – not actuals")
PRESENT, SCENARIO = N_("Present plan"), N_("Scenario")
KINDS = {
    "price": N_("Price"),
    "volume": N_("Volume"),
    "contract": N_("Contract with an operator"),
    "method": N_("Driver of a step"),
}
DRIVERS = {
    "tickets": N_("Tickets resolved"),
    "users": N_("Enabled users"),
    "municipalities": N_("Municipalities that use it"),
}
METHODS = {**DRIVERS, "even": N_("Even shares"), "fixed": N_("Fixed shares")}
COMPLAINTS = {
    "number": N_("Write a percentage, such as 5 or -2.5."),
    "tenths": N_("Give at least -100 and at most 1,000 per cent, with one decimal at most."),
    "zero": N_("0 % changes nothing. Give another percentage."),
    "forints": N_("Write an amount in whole forints, such as 450,000,000."),
    "whole": N_("This number is too large or below zero."),
    "missing": N_("Choose one."),
    "kind": N_("Choose what changes."),
    "shares": N_("Write shares such as ADO=3, GAZD=1, each application once, at least one above 0."),
    "month": N_("Choose a month."),
    "empty": N_("No month of these twelve has been allocated. Choose another last month."),
    "many": N_("These are too many changes. Make two scenarios of them."),
    "twice": N_("The same thing is changed twice. Remove one of the two."),
    "step": N_("This step leads to municipalities, where fixed shares by application cannot be used."),
    "unfit": N_("In the chosen months there is nothing that one of the changes could change. {said}"),
    "none": N_("Add at least one change."),
    "json": N_("The changes cannot be read. Load the page again."),
}


def complaint_said(error: BadScenario, language: str) -> str:
    """What is wrong, and what to do."""
    said = str(error) if error.code == "unfit" and language != "hu" else ""
    return _(COMPLAINTS[error.code], language, said=said).strip()


def change_said(change: Change, language: str, plan: Plan | None = None) -> str:
    """A change as a sentence names it: `Ár: NISZ, K3: +10 %`."""
    match change:
        case Price():
            of = ", ".join(
                [
                    *(words.label("actor", one, language) for one in change.actors),
                    *(words.label("service", one, language) for one in change.services),
                    *(words.label("account_group", one, language) for one in change.groups),
                ]
            )
            return _(
                "Price of {of}: {more}", language, of=of or _("every line", language), more=_more(change, language)
            )
        case Volume():
            said = _(
                "{driver}, {service}: {more}", language, driver=_(DRIVERS[change.driver], language),
                service=words.label("service", change.service, language), more=_more(change, language),
            )  # fmt: skip
            if change.follows:
                share = formats.percent(change.follows / 1000, language, 0 if change.follows % 10 == 0 else 1)
                said += _("; its K3 lines follow by {share}", language, share=share)
            return said
        case Contract():
            return _(
                "Yearly fee of {actor} for {service}: {fee}", language,
                actor=words.label("actor", change.actor, language),
                service=words.label("service", change.service, language), fee=formats.money(change.fee_huf, language),
            )  # fmt: skip
    assert isinstance(change, Method)
    shares = ", ".join(f"{words.label('service', name, language)} {one}" for name, one in change.shares.items())
    return _(
        "Step “{step}” by: {method}", language, step=step_name(change.step, plan, language),
        method=_(METHODS[change.method], language) + (f" ({shares})" if shares else ""),
    )  # fmt: skip


def step_name(step_id: str, plan: Plan | None, language: str) -> str:
    """A step as the plan calls it; its id where the plan has none such."""
    names = {step.id: step.name for step in plan.steps} if plan else {}
    return names[step_id]["hu" if language == "hu" else "en"] if step_id in names else step_id


def remarks(changes: Sequence[Change], language: str) -> list[str]:
    """What has to be known to read the result rightly."""
    found = []
    volumes = [one for one in changes if isinstance(one, Volume)]
    if any(one.follows == 0 for one in volumes):
        found.append(
            _("Where cost does not follow volume, only the allocation changes: the whole stays as it is.", language)
        )
    if any(one.follows for one in volumes):
        found.append(
            _(
                "Where cost follows volume, the K3 lines booked to the application change by the stated share of the "
                "change in volume; other lines stay.",
                language,
            )
        )
    if any(isinstance(one, Method) for one in changes):
        found.append(_("A driver moves cost between applications; it does not change what an actor bears.", language))
    return found


def _more(change: Price | Volume, language: str) -> str:
    decimals = 0 if change.more % 10 == 0 else 1
    return ("+" if change.more > 0 else "") + formats.percent(change.more / 1000, language, decimals)
