"""What the server gives: pages, headers, health, and nothing that leads to another host."""

import gzip
import json
import re
from pathlib import Path

import pytest
from flask import Flask

import dashboard
from dashboard.app import create_app
from dashboard.compressing import add_compression
from dashboard.settings import DashboardSettings
from data.store import open_store

ASSETS = Path(dashboard.__file__).parent / "assets"
ADDRESS = re.compile(r"""(?:https?:)?//[\w-]+\.[\w.-]+""")
NAMESPACES = {"//www.w3.org", "http://www.w3.org"}


@pytest.mark.parametrize(("query", "spoken"), [("", "hu"), ("?lang=en", "en")])
def test_the_first_byte_is_in_the_readers_language(client, query, spoken):
    page = client.get(f"/{query}")
    assert page.status_code == 200
    assert f'<html lang="{spoken}"' in page.text


def test_nothing_is_open_when_workers_are_forked(dashboard_settings, duckdb_store):
    """Neither DuckDB's threads nor PostgreSQL's connections survive a fork."""
    create_app(dashboard_settings, duckdb_store)
    assert duckdb_store._opened is None


def test_the_theme_is_known_before_the_first_paint(client):
    client.set_cookie("asp_theme", "dark")
    assert 'data-bs-theme="dark"' in client.get("/").text


def test_no_address_of_another_host_is_served(client):
    for path in ("/", "/_dash-layout", "/_dash-dependencies"):
        found = set(ADDRESS.findall(client.get(path).text)) - NAMESPACES
        assert not found, f"{path} names {found}"
    for path in ASSETS.iterdir():
        found = set(ADDRESS.findall(path.read_text(encoding="utf-8"))) - NAMESPACES
        assert not found, f"{path.name} names {found}"


def test_every_script_and_style_is_served_from_here(client):
    page = client.get("/").text
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert address.startswith("/"), address
        with client.get(address) as answer:
            assert answer.status_code == 200, address


def test_headers_forbid_other_hosts_and_frames(client):
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_inline_scripts_are_those_the_policy_allows(app, client):
    allowed = client.get("/").headers["Content-Security-Policy"]
    assert all(one in allowed for one in app.csp_hashes())


def test_healthz_is_alive_and_readyz_ready(client, filled_store):
    assert client.get("/healthz").get_json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()["snapshot"]) == (200, filled_store.snapshot_id())


def test_readyz_says_why_not_until_something_is_published(tmp_path, settings, dashboard_settings, duckdb_template):
    store = open_store(f"duckdb:///{tmp_path / 'reporting'}", settings)
    client = create_app(dashboard_settings, store).server.test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "asp-etl run" in answer.get_json()["reason"]
    assert client.get("/_dash-layout").status_code == 200

    (tmp_path / "reporting").mkdir(exist_ok=True)
    for path in duckdb_template.iterdir():
        (tmp_path / "reporting" / path.name).write_bytes(path.read_bytes())
    assert client.get("/readyz").status_code == 200
    store.close()


def test_a_strange_host_name_or_machine_is_refused(client):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 403
    assert client.get("/", environ_overrides={"REMOTE_ADDR": "203.0.113.9"}).status_code == 403
    assert client.get("/", headers={"Host": "[::1]:8050"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "probe.example"}).status_code == 200


def test_strangers_are_let_in_where_a_setting_says_so(filled_store):
    settings = DashboardSettings(_env_file=None, allow_public=True)
    client = create_app(settings, filled_store).server.test_client()
    assert client.get("/", headers={"Host": "asp.example"}).status_code == 200


def test_no_chart_offers_to_send_its_figure_away(app):
    from dashboard.figures.graph import GRAPH_CONFIG, graph

    with app.server.test_request_context("/"):
        config = graph("test-graph").children[1].config
    assert GRAPH_CONFIG["showSendToCloud"] is False
    assert (config["showSendToCloud"], config["displaylogo"], config["locale"]) == (False, False, "hu")


def test_the_mcp_server_is_off(client):
    assert client.get("/_mcp").status_code != 200 or "<html" in client.get("/_mcp").text


def test_an_error_is_told_by_a_code_and_never_by_its_text(app, caplog):
    from dashboard.components import states

    with app.server.test_request_context("/"):
        shown = json.dumps(states.failed(RuntimeError("password=secret"), "en").to_plotly_json(), default=str)
    assert "secret" not in shown
    assert "secret" in caplog.text


def test_an_address_without_a_page_says_so_and_is_not_in_the_menu(app):
    import dash

    page = dash.page_registry["dashboard.pages.not_found_404"]
    with app.server.test_request_context("/"):
        assert "Nincs ilyen oldal" in json.dumps(page["layout"]().to_plotly_json(), default=str, ensure_ascii=False)
    assert page["nav"] is False


def test_long_json_is_compressed_for_those_who_can_read_it_and_is_the_same():
    server = Flask("compressed")
    add_compression(server)
    long = {"rows": ["Őrtilos"] * 5_000}
    server.add_url_rule("/long", endpoint="long", view_func=lambda: long)
    server.add_url_rule("/short", endpoint="short", view_func=lambda: {"rows": []})
    client = server.test_client()

    plain, packed = client.get("/long"), client.get("/long", headers={"Accept-Encoding": "gzip, br"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 10
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in client.get("/short", headers={"Accept-Encoding": "gzip"}).headers
