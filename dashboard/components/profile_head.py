"""The head of a municipality's profile: who it is, how it joined, which office works for it; and the head on paper."""

from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import formats, words
from dashboard.components.freshness import run_note
from dashboard.components.icons import icon
from dashboard.components.profile_search import joining_text, profile_href
from dashboard.components.profile_words import OFFICES, day_text, legal_text
from dashboard.components.suggest import has_district
from dashboard.components.tables import definition_list
from dashboard.locale import translate as _
from data.adoption.profile import Head
from data.provenance import Freshness
from data.selection import Selection

MOST_MEMBERS = 12


def place_line(head: Head, language: str) -> str:
    """`Heves vármegye · Hevesi járás · község · KSH-kód: 14535`, under the heading."""
    place = head.place
    parts = [_("{county} county", language, county=place["county"]) if place["kind"] == "municipality" else ""]
    parts.append(_("{district} district", language, district=place["district"]) if has_district(place) else "")
    parts += [legal_text(place, language), _("KSH code: {code}", language, code=head.code)]
    return " · ".join(part for part in parts if part)


def head_facts(head: Head, query: Mapping[str, str], language: str) -> Component:
    """Inhabitants, joining, office."""
    place = head.place
    facts: dict[str, Any] = {
        _("Inhabitants", language): _inhabitants(place, language),
        _("Type of joining", language): joining_text(place["joining_type"], language),
    }
    if head.is_joined:
        facts[_("Joined", language)] = day_text(place["joined_on"], language)
        wave = place["wave"]
        facts[_("Joining wave", language)] = "–" if formats.missing(wave) else f"{int(wave)}."
    facts[_("Office", language)] = _office(head, query, language)
    return definition_list(facts)


def _inhabitants(place: Mapping[str, Any], language: str) -> str:
    if formats.missing(place["population"]):
        return _("not counted by itself: its inhabitants are those of its municipalities", language)
    band = words.label("size_band", place["size_band"], language)
    return f"{formats.number(place['population'], language)} ({_('size band: {band}', language, band=band)})"


def _office(head: Head, query: Mapping[str, str], language: str) -> Any:
    own = _(OFFICES.get(str(head.place["office_type"]), OFFICES["own"]), language)
    if head.office.empty:
        return own
    links: list[Any] = []
    for row in head.office.head(MOST_MEMBERS).to_dict("records"):
        name, code = str(row["name"]), str(row["municipality_id"])
        said = _("{name} (seat)", language, name=name) if code == row["office_id"] else name
        links += [", ", html.Strong(said) if code == head.code else dcc.Link(said, href=profile_href(code, query))]
    left = len(head.office) - MOST_MEMBERS
    if left > 0:
        links.append(", " + _("and {count} more members", language, count=formats.number(left, language)))
    note = _(
        "A joint office serves all its members: a key user certified at one of them counts for each.",
        language,
    )
    return [f"{own}: ", *links[1:], html.Span(note, className="office-note")]


def print_head(head: Head, day: Selection, freshness: Freshness, language: str) -> Component:
    """What the printed page begins with: which municipality, as of which day and run, from which source."""
    run = freshness.run_id if day.as_of is None else day.as_of
    said = [
        _("as of {day}", language, day=formats.day(day.last, language)),
        _("run {run}", language, run=run),
        _("source: reporting database of ASP supervision", language),
        run_note(day.as_of, language),
    ]
    return html.Div(
        [html.P(f"{head.place['name']} – {place_line(head, language)}", className="print-name"),
         html.P(" · ".join(one for one in said if one))],
        className="print-head",
    )  # fmt: skip


def print_button(language: str) -> html.Button:
    """Opens the browser's print dialog (assets/municipality.js)."""
    return html.Button(
        [icon("table"), html.Span(_("Print for a visit", language))],
        id="municipality-print",
        type="button",
        className="btn btn-outline-secondary print-button",
    )
