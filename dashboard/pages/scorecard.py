"""Scorecard: does the service work well? At most twelve statements, each with who answers for it."""

from dash import html, register_page
from dash.development.base_component import Component

from dashboard.components import grid, page, section
from dashboard.components.answer_line import answer_line
from dashboard.components.statement import statement
from dashboard.locale import N_
from dashboard.locale import translate as _
from dashboard.periods import every_run

register_page(__name__, path="/", name=N_("Scorecard"), icon="home", order=10)

SERVICE = ("sla_resolution_rate", "first_response_sla_rate", "satisfaction_rate")
ADOPTION = ("live_service_rate", "key_user_coverage_rate", "local_role_filled_rate")
COST = ("execution_rate", "self_financing_rate", "expiring_contract_count")
QUALITY = ("quarantine_rate", "unmatched_municipality_rate", "reconciliation_gap_count")
# Budgets are booked unevenly: by month a share of them says nothing.
LINES = {"expiring_contract_count": "month"}
TARGETS_ARE_PROPOSALS = N_(
    "Targets are starting proposals until the contracts' own are loaded. A change counts as real when chance alone "
    "would make it less than three times in a thousand."
)

ANSWER = answer_line("scorecard-answer", [*SERVICE, *ADOPTION, *COST])
STATEMENTS = {
    "/service": [statement(f"scorecard-{name}", name, href="/service") for name in SERVICE],
    "/adoption": [statement(f"scorecard-{name}", name, href="/adoption") for name in ADOPTION],
    "/cost": [statement(f"scorecard-{name}", name, href="/cost", over=LINES.get(name)) for name in COST],
    "/data-quality": [
        statement(f"scorecard-{name}", name, href="/data-quality", over=None, periods=(every_run, None))
        for name in QUALITY
    ],
}
HEADINGS = {
    "/service": N_("Service quality"),
    "/adoption": N_("Adoption"),
    "/cost": N_("Cost"),
    "/data-quality": N_("Data quality"),
}


def layout(**query: str) -> Component:
    return page(
        N_("Does the service work well?"),
        ANSWER.view(),
        *(section(HEADINGS[path], grid(*(one.view(4) for one in found))) for path, found in STATEMENTS.items()),
        html.P(_(TARGETS_ARE_PROPOSALS), className="page-note"),
    )
