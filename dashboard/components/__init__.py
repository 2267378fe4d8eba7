"""Components of pages: plain functions that return Dash components, and cards that the shell fills.

How a page uses them (a module in `dashboard/pages/`):

    from dash import register_page

    from dashboard.answers import Answer, Ask
    from dashboard.components import block, chart_card, grid, kpi_tile, page
    from dashboard.locale import N_
    from dashboard.look import Look

    register_page(__name__, path="/service-quality", name=N_("Service quality"), icon="pulse", order=20)

    def draw_trend(answers: tuple[Answer, ...], look: Look) -> go.Figure:
        return trend(answers[0].frame, answers[0].metric, look)          # dashboard/figures/trend.py: pure

    TREND = chart_card("service-sla-trend", "sla_resolution_rate", by=["month"], draw=draw_trend,
                       title=N_("Resolved within SLA, by month"))
    ANSWER = block("service-answer", [Ask("sla_resolution_rate"), Ask("sla_resolution_rate", change=before)], show=say)
    TILE = kpi_tile("service-tile-sla", "sla_resolution_rate", href="/service-quality")

    def layout(**query: str) -> Component:
        return page(N_("Is the service good enough?"), ANSWER.view(), grid(TILE.view(3), TREND.view(8)))

Rules
- Cards, blocks and tiles are made once, when the page's module is imported, and shown by `.view(width)` (columns of 12
  on a wide screen) in `layout`. Their id begins with the page's name. Texts given to them are message ids, marked by
  `N_`, or functions of (answers, look) that return text in look.language.
- `register_page(…, filters=False)` leaves the filter bar out where no figure follows it; `nav=False` the menu's entry.
- A page's layout is called once per visit; when only the query changes, the cards ask again by themselves. A layout
  therefore does not depend on the query. The reader's selection reaches `Ask.change` and so each answer.
- `draw(answers, look)` returns a figure; `summary(answers, look)` the sentence that a screen reader hears and that
  names the drawing in an exported SVG; `table(answers, look)` a frame of ready labels and plain numbers for the table
  twin (by default the cuts, value, numerator, denominator and n of the first answer).
- `words.label(cut, member, language)` names members; `formats` writes numbers; `figures.template.service_colours` and
  `signal_colours` give colours; `figures.axes.value_axis`, `month_axis` and `period_axis` write ticks.
- A chart without a card (rare): `figures.graph.graph(id, figure, label, look)`.
- Other readings (runs, quarantine): `answers().read(("runs",), provenance.runs)` inside a block's show or a callback.
- Translations of pages stand in `dashboard/locale/hu/pages.po`, those of the shell in `shell.po` beside it: every `.po`
  of the folder is read. `tests/dashboard/test_locale.py` names each message that lacks its Hungarian.
"""

from dashboard.components.block import Block, block
from dashboard.components.card import Card, chart_card
from dashboard.components.page import grid, page, section
from dashboard.components.tables import data_grid, small_table
from dashboard.components.tile import kpi_tile

__all__ = [
    "Block",
    "Card",
    "block",
    "chart_card",
    "data_grid",
    "grid",
    "kpi_tile",
    "page",
    "section",
    "small_table",
]
