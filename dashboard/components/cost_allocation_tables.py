"""Tables of who is charged what, as rows of labels and forints. Pure but for names."""

import pandas as pd

from dashboard import formats, words
from dashboard.components.cost_reconciliation import node_text
from dashboard.components.reconciliation_words import account_text
from dashboard.figures.marks import NATURAL, ordered
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.tabulate import LINKS
from data.comparison.disclosure import LEAST_PEOPLE
from data.schema import NO_SERVICE, UNKNOWN_SERVICE

METHODS = {
    "direct": N_("direct"),
    "tickets": N_("tickets handled"),
    "users": N_("enabled users"),
    "municipalities": N_("municipalities"),
    "even": N_("even"),
    "fixed": N_("fixed shares"),
    "": N_("unplaced"),
}


def method_text(method: str, language: str) -> str:
    """The vetítési alap in words; an activity's own name as it is."""
    return _(METHODS[method], language) if method in METHODS else method


def booked_text(service_id: str, applications: set[str], language: str) -> str:
    """What the ledger books to, components as one: a reader cannot follow thirteen of them."""
    if service_id in (NO_SERVICE, UNKNOWN_SERVICE) or service_id in applications:
        return node_text(service_id, language)
    return _("platform components", language)


def flow_rows(flow: pd.DataFrame, language: str) -> pd.DataFrame:
    """The flow by name: actor, booked, application, is_placed, amount_huf."""
    applications = set(flow.loc[flow["is_placed"], "application_id"])
    return pd.DataFrame(
        {
            "actor": [words.label("actor", one, language) for one in flow["actor_id"]],
            "booked": [booked_text(one, applications, language) for one in flow["service_id"]],
            "application": [
                words.label("service", one, language) if placed else _("unplaced", language)
                for one, placed in zip(flow["application_id"], flow["is_placed"], strict=True)
            ],
            "is_placed": flow["is_placed"],
            "amount_huf": flow["amount_huf"],
        }
    )


def flow_table(flow: pd.DataFrame, language: str) -> pd.DataFrame:
    """Every way of a month's cost, components by name; the sums of the table are the month's ledger."""
    cuts = ["actor_id", "service_id", "application_id", "is_placed"]
    sums = flow.groupby(cuts, as_index=False)[["amount_huf"]].sum().sort_values("amount_huf", ascending=False)
    return pd.DataFrame(
        {
            _("Actor", language): [words.label("actor", one, language) for one in sums["actor_id"]],
            _("Booked to", language): [node_text(one, language) for one in sums["service_id"]],
            _("Application", language): [
                words.label("service", one, language) if placed else _("unplaced", language)
                for one, placed in zip(sums["application_id"], sums["is_placed"], strict=True)
            ],
            _("Cost (Ft)", language): sums["amount_huf"].to_numpy(),
        }
    )


def matrix(flow: pd.DataFrame, rows: str, language: str) -> pd.DataFrame:
    """Rows (actor_id or account_group) by application, with what is unplaced and the sums of rows and columns."""
    shown = flow.assign(
        account_group=flow["account_id"].str[:2],
        column=flow["application_id"].where(flow["is_placed"], ""),
    )
    wide = shown.pivot_table(index=rows, columns="column", values="amount_huf", aggfunc="sum", fill_value=0)
    order = [*sorted(name for name in wide.columns if name), *([""] if "" in wide.columns else [])]
    wide = wide[order].astype("int64")
    names = [
        account_text(str(one), language) if rows == "account_group" else words.label("actor", one, language)
        for one in wide.index
    ]
    head = _("Account group", language) if rows == "account_group" else _("Actor", language)
    found = pd.DataFrame({head: [*names, _("Together", language)]})
    for name in order:
        said = words.label("service", name, language) if name else _("unplaced", language)
        found[said] = [*wide[name].tolist(), int(wide[name].sum())]
    found[_("Together", language)] = [*wide.sum(axis=1).tolist(), int(wide.to_numpy().sum())]
    return found


def line_rows(lines: pd.DataFrame, language: str) -> pd.DataFrame:
    """Ledger lines of a month."""
    return pd.DataFrame(
        {
            _("Ledger line", language): lines["line_id"],
            _("Source", language): lines["source"],
            _("Actor", language): [words.label("actor", one, language) for one in lines["actor_id"]],
            _("Booked to", language): [node_text(one, language) for one in lines["service_id"]],
            _("Account", language): [account_text(one, language) for one in lines["account_id"]],
            _("Performance (Ft)", language): lines["amount_huf"],
        }
    )


def place_sums(traced: pd.DataFrame, language: str) -> pd.DataFrame:
    """What a municipality is charged by application, with the sum."""
    sums = traced.groupby("application_id", as_index=False)["share_huf"].sum()
    total = int(sums["share_huf"].sum())
    amounts = [*sums["share_huf"].tolist(), total]
    return pd.DataFrame(
        {
            _("Application", language): [
                *(node_text(one, language) for one in sums["application_id"]), _("Together", language)
            ],
            _("Ledger lines", language): [
                *(int((traced["application_id"] == one).sum()) for one in sums["application_id"]), len(traced)
            ],
            _("Share (Ft)", language): amounts,
            _("Share of the total", language): [
                formats.percent(one / total if total else None, language) for one in amounts
            ],
        }
    )  # fmt: skip


def place_lines(traced: pd.DataFrame, language: str) -> pd.DataFrame:
    """The ledger lines behind a municipality's share, the largest share first. Few users are no weight that is told."""
    rows = traced.sort_values(["share_huf", "line_id"], ascending=[False, True])
    return pd.DataFrame(
        {
            _("Ledger line", language): rows["line_id"],
            _("Actor", language): [words.label("actor", one, language) for one in rows["actor_id"]],
            _("Booked to", language): [node_text(one, language) for one in rows["service_id"]],
            _("Account", language): [account_text(one, language) for one in rows["account_id"]],
            _("Application", language): [node_text(one, language) for one in rows["application_id"]],
            _("Driver", language): [method_text(str(one), language) for one in rows["method"]],
            _("Weight", language): rows["weight"].mask((rows["method"] == "users") & (rows["weight"] < LEAST_PEOPLE)),
            _("Total weight", language): rows["total_weight"],
            _("Of the line (Ft)", language): rows["part_huf"],
            _("Share (Ft)", language): rows["share_huf"],
        }
    )


def cut_rows(sums: pd.DataFrame, cut: str, language: str) -> pd.DataFrame:
    """Whom a line was charged, by county or size band in their usual order, with the sum."""
    order = {one: at for at, one in enumerate(ordered([str(one) for one in sums[cut]], cut, {}))} if len(sums) else {}
    sums = sums.sort_values(cut, key=lambda names: names.map(order)) if cut in NATURAL else sums
    return pd.DataFrame(
        {
            words.cut_name(cut, language): [
                *(words.label(cut, one, language) for one in sums[cut]), _("Together", language)
            ],
            _("Municipalities", language): [*sums["municipalities"].tolist(), int(sums["municipalities"].sum())],
            _("Charged (Ft)", language): [*sums["amount_huf"].tolist(), int(sums["amount_huf"].sum())],
        }
    )  # fmt: skip


def charged_rows(charged: pd.DataFrame, places: pd.DataFrame, language: str) -> pd.DataFrame:
    """Every municipality that a line was charged to, by name: for the file only, and in no order of amounts."""
    names = places.set_index("municipality_id")[["name", "county"]]
    rows = charged.groupby(["municipality_id", "application_id"], as_index=False)["amount_huf"].sum()
    rows = rows.join(names, on="municipality_id").sort_values(["county", "name", "application_id"])
    return pd.DataFrame(
        {
            _("KSH code", language): rows["municipality_id"],
            _("Municipality", language): rows["name"].fillna("–"),
            _("County", language): rows["county"].fillna("–"),
            _("Application", language): [node_text(one, language) for one in rows["application_id"]],
            _("Charged (Ft)", language): rows["amount_huf"],
        }
    )


def linked(frame: pd.DataFrame, links: list[str]) -> pd.DataFrame:
    """The frame with where the first cell of each row leads."""
    frame.attrs[LINKS] = links
    return frame
