"""What the effect of training means and how it is computed: words beside the formula."""

from dash import html
from dash.development.base_component import Component

from dashboard.answers import answers
from dashboard.components.tables import definition_list
from dashboard.locale import N_
from dashboard.locale import translate as _
from data.adoption.training_effect import CODE, DEFINITION, FORMULA, ID, NAME, PROCESS
from data.metrics.responsibility import accountable_actor

METHOD = (
    (
        N_("Training"),
        N_(
            "A key user of the municipality completes a course of the application; in the 120 days before nobody in "
            "the same office has completed one."
        ),
    ),
    (
        N_("Counted"),
        N_(
            "How-to tickets that people opened in the 60 days before and the 60 days after; the day of completion "
            "belongs to neither. Users: the median of enabled users in the months of the two windows."
        ),
    ),
    (
        N_("Compared with"),
        N_(
            "At most five municipalities that use the same application, joined in the same way, are of the same size "
            "and kind of office, and had no training in their office from 120 days before to the end of the window; "
            "the nearest in tickets before, at most a quarter apart."
        ),
    ),
    (
        N_("How sure"),
        N_(
            "The interval is drawn from offices with random weights, so that an office's trainings stand or fall "
            "together; p tells how often labels shuffled inside the matched sets give as much."
        ),
    ),
    (
        N_("What it does not say"),
        N_(
            "Who is trained is not drawn by lot. If trainings follow a wave of questions, these would have fallen "
            "anyway; matching by the tickets before takes off most of that, not all. One interval in twenty "
            "leaves out the truth."
        ),
    ),
)


def effect_meaning(language: str) -> Component:
    """Name, definition, formula, method, target, accountable actor and code."""
    actor = answers().read(("accountable", PROCESS), lambda connection: accountable_actor(connection, PROCESS))
    pairs = {_(name, language): _(text, language) for name, text in METHOD}
    pairs |= {
        _("Formula", language): FORMULA,
        _("Target", language): _("below zero", language),
        _("ITIL process", language): answers().names("process", language).get(PROCESS, PROCESS),
        _("Accountable", language): answers().names("actor", language).get(actor, actor),
        _("Code", language): f"{CODE} · {ID}",
    }
    return html.Section(
        [html.H3(NAME[language]), html.P(DEFINITION[language]), definition_list(pairs)], className="definition"
    )
