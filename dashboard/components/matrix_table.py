"""The matrix on the page: a table with rows by process and columns by service; on a narrow screen a list by process."""

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components.icons import aria, attributes, icon
from dashboard.components.matrix_model import View, held_by, letters_of, metrics_of
from dashboard.components.signal import variation_mark
from dashboard.locale import N_, plural
from dashboard.locale import translate as _
from data.matrix import Cell
from data.metrics.responsibility import EVERY_SERVICE

STAGES = {
    "service_strategy": N_("Service strategy"),
    "service_design": N_("Service design"),
    "service_transition": N_("Service transition"),
    "service_operation": N_("Service operation"),
    "continual_improvement": N_("Continual improvement"),
    "operating_model": N_("Duties of the operating model"),
}
LETTERS = {
    "R": N_("responsible"),
    "A": N_("accountable"),
    "C": N_("consulted"),
    "I": N_("informed"),
}

TOGETHER = ""
"""The service of the cell that stands for all components: it unfolds them."""


def matrix_table(view: View) -> Component:
    """Applications one by one, components together until they are unfolded."""
    spoken = view.look.language
    caption = _("Responsibility matrix: processes by application and component", spoken)
    table = html.Table(
        [html.Caption(caption, className="visually-hidden"), _head(view), *_bodies(view)],
        className="matrix folded",
        id="matrix-table",
    )
    return html.Div(table, className="matrix-scroll", role="region", tabIndex=0, **aria(label=caption))


def matrix_list(view: View) -> Component:
    """A process after the other, each with its services gathered by who is accountable."""
    shown: list[Component] = []
    for stage, processes in _staged(view):
        shown.append(html.H3(_(STAGES.get(stage, stage), view.look.language), className="matrix-stage-name"))
        shown += [_entry(process, view) for process in processes]
    return html.Div(shown, className="matrix-list")


def letter_key(language: str) -> Component:
    """What the letters stand for."""
    return html.P(
        [part for letter, word in LETTERS.items() for part in (_letter(letter), f" {_(word, language)} \u00a0 ")],
        className="matrix-key",
    )


def concern_words(count: int, language: str) -> str:
    """`2 érdemi romlás`."""
    return plural("{count} real deterioration", "{count} real deteriorations", count, language, count=count)


def _head(view: View) -> html.Thead:
    spoken = view.look.language
    count = len(view.components)
    fold = html.Button(
        [
            html.Span(_("Components ({count})", spoken, count=count)),
            html.Span(className="matrix-fold-sign", **aria(hidden="true")),
        ],
        type="button",
        className="matrix-fold",
        **aria(expanded="false", controls="matrix-table"),
    )
    groups = html.Tr(
        [
            html.Th(_("Process", spoken), scope="col", rowSpan=2, className="matrix-corner"),
            html.Th(view.service_name(EVERY_SERVICE), scope="col", rowSpan=2),
            html.Th(_("Applications", spoken), scope="colgroup", colSpan=len(view.applications)),
            # As wide as what it heads: the script that unfolds the components widens it.
            html.Th(fold, scope="colgroup", colSpan=1, **attributes({"data-wide": str(count)})),
        ],
        className="matrix-groups",
    )
    names = [html.Th(view.service_name(one), scope="col") for one in view.applications]
    together = html.Th(_("together", spoken), scope="col", className="matrix-together")
    parts = [html.Th(view.service_name(one), scope="col", className="matrix-part") for one in view.components]
    return html.Thead([groups, html.Tr([*names, together, *parts])])


def _bodies(view: View) -> list[html.Tbody]:
    columns = 3 + len(view.applications) + len(view.components)
    return [
        html.Tbody(
            [
                html.Tr(
                    html.Th(
                        _(STAGES.get(stage, stage), view.look.language), scope="rowgroup", colSpan=columns,
                        className="matrix-stage",
                    )
                ),
                *(_row(process, view) for process in processes),
            ]
        )
        for stage, processes in _staged(view)
    ]  # fmt: skip


def _row(process: str, view: View) -> html.Tr:
    cells: list[Component] = [html.Th(view.process_name(process), scope="row")]
    cells += [html.Td(_cell(process, (service,), view)) for service in (EVERY_SERVICE, *view.applications)]
    cells.append(html.Td(_cell(process, view.components, view), className="matrix-together"))
    cells += [html.Td(_cell(process, (service,), view), className="matrix-part") for service in view.components]
    return html.Tr(cells)


def _cell(process: str, services: Sequence[str], view: View) -> html.Button:
    """A button that opens what stands behind it; of several services what they have in common."""
    language = view.look.language
    shown = [view.cell(process, one) for one in services]
    concerns = sum(len(view.concerns(process, one)) for one in services)
    dim = bool(view.actors) and not any(letters_of(one, view.actors) for one in shown)
    figures = sum(len(metrics_of(process, one)) for one in services[:1])
    where = view.service_name(services[0]) if len(services) == 1 else _("components together", language)
    name = f"{view.process_name(process)}, {where}: "
    inside: list[Any] = [html.Span(name, className="visually-hidden"), *_lines(shown, view)]
    inside.append(_marks(concerns, figures, view))
    return html.Button(
        inside,
        type="button",
        className=f"matrix-cell{' dim' if dim else ''}{' worse' if concerns else ''}",
        tabIndex=-1,
        **attributes({"data-process": process, "data-service": services[0] if len(services) == 1 else TOGETHER}),
    )


def _lines(cells: Sequence[Cell], view: View) -> list[Component]:
    """A with its actor, R with theirs, how many are consulted and informed; of actors filtered by their letters."""
    if view.actors:
        letters = "".join(one for one in "RACI" if any(one in letters_of(cell, view.actors) for cell in cells))
        said: list[Any] = [_letter(one) for one in letters] or ["–"]
        return [html.Span(said, className="matrix-line own")]
    language = view.look.language
    accountable = list(dict.fromkeys(actor for cell in cells for actor in cell.accountable))
    responsible = list(dict.fromkeys(actor for cell in cells for actor in held_by(cell, "R")))
    lines: list[Component] = []
    if not accountable:
        lines.append(html.Span([icon("alert"), " ", _("nobody is accountable", language)], className="matrix-line gap"))
    together = accountable == responsible
    if accountable:
        letters_shown = [_letter("A"), *([_letter("R")] if together else [])]
        lines.append(html.Span([*letters_shown, " ", _names(accountable, view)], className="matrix-line"))
    if responsible and not together:
        lines.append(html.Span([_letter("R"), " ", _names(responsible, view)], className="matrix-line rest"))
    others = [
        f"{letter}{len({actor for cell in cells for actor in held_by(cell, letter)})}"
        for letter in "CI"
        if any(held_by(cell, letter) for cell in cells)
    ]
    if others:
        lines.append(html.Span(" ".join(others), className="matrix-line rest"))
    return lines


def _marks(concerns: int, figures: int, view: View) -> Component:
    language = view.look.language
    if not figures:
        return html.Span(className="matrix-marks")
    count = plural("{count} figure", "{count} figures", figures, language, count=figures)
    marks: list[Any] = [html.Span(count, className="matrix-figures")]
    if concerns:
        mark = variation_mark("concern", None, "neutral", language, word=False)
        marks.append(html.Span([mark, html.Span(str(concerns))], className="matrix-concern"))
    return html.Span(marks, className="matrix-marks")


def _entry(process: str, view: View) -> html.Details:
    """One process of the list: first who is accountable for how much of it, then a button for each service."""
    services = [EVERY_SERVICE, *view.applications, *view.components]
    concerns = sum(len(view.concerns(process, one)) for one in services)
    whole = view.cell(process, EVERY_SERVICE)
    said = _names(list(whole.accountable), view) or _("nobody is accountable", view.look.language)
    head: list[Any] = [
        html.Span(view.process_name(process), className="matrix-entry-name"),
        html.Span([_letter("A"), " ", said], className="matrix-line rest"),
    ]
    if concerns:
        mark = variation_mark("concern", None, "neutral", view.look.language, word=False)
        head.append(html.Span([mark, str(concerns)], className="matrix-concern"))
    rows = [
        html.Li([html.Span(view.service_name(one), className="matrix-entry-service"), _cell(process, (one,), view)])
        for one in services
    ]
    return html.Details([html.Summary(head), html.Ul(rows)], className="matrix-entry")


def _names(actors: Sequence[str], view: View) -> str:
    """Names with a comma between; long ones may be broken after a slash."""
    return ", ".join(view.actor_name(one).replace("/", "/\u200b") for one in actors)


def _letter(letter: str) -> html.Span:
    return html.Span(letter, className=f"raci raci-{letter.lower()}")


def _staged(view: View) -> list[tuple[str, list[str]]]:
    frame = view.matrix.processes
    stages = dict.fromkeys(str(one) for one in frame["stage"])
    return [(stage, [str(one) for one in frame[frame["stage"] == stage]["process_id"]]) for stage in stages]
