"""Changes of law and the trainings before them: those ahead and the newest at once, earlier ones folded away."""

from dash import html
from dash.development.base_component import Component

from dashboard import formats
from dashboard.answers import Ask
from dashboard.components import states
from dashboard.components.block import Block, block
from dashboard.components.card import Answered
from dashboard.components.freshness import footnote
from dashboard.components.titled import figure_table, titled
from dashboard.components.training_read import laws_of
from dashboard.components.training_tables import law_table
from dashboard.locale import translate as _
from dashboard.look import Look
from dashboard.subtitles import day_of

RECENT_DAYS = 90
"""Changes that have taken effect since then stand with those ahead; the others are folded."""
FEWEST_FOLDED = 4
WORDS = 99


def law_block(id: str, ask: Ask, *, title: str) -> Block:
    """Declare the table of changes of law. title: message id."""

    def show(answered: Answered, look: Look) -> Component:
        language, rows = look.language, laws_of(answered[0].selection)
        heading = _(title, language)
        is_shown = rows["days_left"] >= -RECENT_DAYS
        if (~is_shown).sum() < FEWEST_FOLDED or not is_shown.any():
            is_shown |= True
        inside: list[Component] = [] if len(rows) else [states.empty(language)]
        if len(rows):
            inside.append(figure_table(law_table(rows[is_shown], language), heading, WORDS))
        if not is_shown.all():
            earlier = rows[~is_shown]
            count = formats.number(len(earlier), language)
            said = _("Changes of law that took effect earlier ({count})", language, count=count)
            table = figure_table(law_table(earlier, language), said, WORDS)
            inside.append(html.Details([html.Summary(said), table]))
        return titled(heading, day_of(answered, look), inside, footnote(answered, language))

    return block(id, ask, show=show, height=420, class_name="chart-card")
