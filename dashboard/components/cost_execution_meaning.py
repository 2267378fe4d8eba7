"""What the forecast is and how it is made: words beside the formula of its error."""

from dash import html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import answers
from dashboard.components.tables import definition_list
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.cost.forecast import CODE, DEFINITION, FORMULA, ID, NAME, PROCESS, TARGET
from data.metrics.responsibility import accountable_actor

METHOD = (
    (
        N_("Forecast"),
        N_(
            "For each actor and main appropriation: performance so far, times what past whole years spent after this "
            "month over what they had spent until then (mean of the logarithms). Sums are sums of these."
        ),
    ),
    (
        N_("Where that cannot be"),
        N_(
            "A new series follows its main appropriation; one with nothing spent yet, or with credits, its past rest "
            "of the year in proportion to the appropriation. Without a past whole year there is no forecast: a "
            "straight line is not one."
        ),
    ),
    (
        N_("How sure"),
        N_(
            "The interval holds four years of five. It comes from how far past years lay from the mean of their own "
            "series, pooled over the series of a main appropriation; what all series of a year have in common is taken "
            "apart. With one past year a late or early year cannot be told, so the interval may be too narrow. In "
            "simulated budgets of two to five past years it held in 65 to 97 cases of a hundred."
        ),
    ),
    (
        N_("What it does not know"),
        N_(
            "Commitments and modifications to come do not enter it; they stand beside it. What is already spent is not "
            "lost again, so the interval of a series without credits never lies below it."
        ),
    ),
)


def forecast_meaning(language: str) -> Component:
    """Name, definition, formula, method, target, accountable actor and code."""
    actor = answers().read(("accountable", PROCESS), lambda connection: accountable_actor(connection, PROCESS))
    pairs = {_(name, language): _(text, language) for name, text in METHOD}
    pairs |= {
        _("Formula", language): FORMULA,
        _("Target", language): _("at most {value}", language, value=formats.percent(TARGET, language, 0)),
        _("ITIL process", language): answers().names("process", language).get(PROCESS, PROCESS),
        _("Accountable", language): answers().names("actor", language).get(actor, actor),
        _("Code", language): f"{CODE} · {ID}",
    }
    return html.Section(
        [html.H3(NAME[language]), html.P(DEFINITION[language]), definition_list(pairs)], className="definition"
    )
