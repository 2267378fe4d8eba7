"""Links between the pages of service quality."""

import dash
import pytest

from dashboard.callbacks.blocks import fill_block
from dashboard.components.service_tabs import TABS, service_tabs
from dashboard.components.shell import navigation


@pytest.fixture
def asked(app):
    """Asks the links of a page as a callback does that was sent from an address."""

    def ask(path, address, language="hu"):
        with app.server.test_request_context("/", headers={"Referer": f"http://localhost{address}"}):
            tabs = service_tabs(path)
            filled = fill_block({"search": "", "language": language}, tabs.children.id)
        return [item.children for item in filled.children], [item.children for item in tabs.children.children.children]

    return ask


def test_every_page_of_service_quality_has_its_link(asked):
    known = {page["path"] for page in dash.page_registry.values()}
    links, _at_once = asked("/service", "/service")

    assert [link.href for link in links] == [path for path in TABS if path in known]
    assert {"/service", "/service/times", "/service/flow"} <= {link.href for link in links}
    assert {path for path in known if path == "/service" or path.startswith("/service/")} <= set(TABS)


def test_the_current_page_alone_is_marked(asked):
    links, _at_once = asked("/service/flow", "/service/flow")

    marked = [link for link in links if "aria-current" in link.to_plotly_json()["props"]]
    assert [(link.href, link.children) for link in marked] == [("/service/flow", "Bejelentések útja és hátraléka")]
    assert [link.href for link in links if "here" in link.className] == ["/service/flow"]


def test_the_selection_is_kept_and_nothing_else(asked):
    filled, at_once = asked("/service/times", "/service/times?from=2025-02&service=ADO,GAZD&id=7&metric=backlog_count")

    for links in (filled, at_once):
        assert {link.href.partition("?")[2] for link in links} == {"from=2025-02&service=ADO,GAZD"}


def test_a_filter_that_cannot_be_read_does_not_break_the_links(asked):
    links, _at_once = asked("/service", "/service?from=yesterday")

    assert links[0].href == "/service"


@pytest.mark.parametrize(
    ("path", "here"), [("/service/flow", "/service"), ("/service", "/service"), ("/serviced", None), ("/", "/")]
)
def test_the_menu_marks_the_part_that_a_page_belongs_to(app, path, here):
    with app.server.test_request_context("/"):
        entries = [item.children for item in navigation(path, {}, "hu").children]

    assert [entry.href for entry in entries if "here" in entry.className] == ([here] if here else [])
