"""Where the dashboard may listen, and with which key."""

import pytest
from typer.testing import CliRunner

from dashboard import cli
from dashboard.settings import DashboardSettings, UnsafeSettings, check_binding, is_loopback, signing_key


def made(**given: object) -> DashboardSettings:
    return DashboardSettings(_env_file=None, **given)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1", "localhost"])
def test_it_listens_on_this_machine(host):
    check_binding(made(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "asp.example", ""])  # noqa: S104 - refused
def test_it_refuses_any_other_address(host):
    with pytest.raises(UnsafeSettings, match="ASP_ALLOW_PUBLIC"):
        check_binding(made(host=host))
    check_binding(made(host=host, allow_public=True))


def test_the_command_says_so_without_a_traceback(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["asp-dashboard", "serve", "--host", "0.0.0.0"])  # noqa: S104 - refused
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 1
    assert "ASP_ALLOW_PUBLIC" in capsys.readouterr().err


def test_help_is_in_reach():
    assert "serve" in CliRunner().invoke(cli.app, ["--help"]).output


def test_a_key_is_made_for_one_process_here_and_asked_for_otherwise():
    assert signing_key(made()) != signing_key(made())
    assert signing_key(made(secret_key="long and random", workers=4)) == "long and random"  # noqa: S106 - not a secret
    for unsafe in (made(workers=2), made(host="0.0.0.0", allow_public=True)):  # noqa: S104 - refused
        with pytest.raises(UnsafeSettings, match="ASP_SECRET_KEY"):
            signing_key(unsafe)


def test_the_key_is_not_shown():
    assert "hidden" not in repr(made(secret_key="hidden"))  # noqa: S106 - not a secret


@pytest.mark.parametrize(("name", "local"), [("127.0.0.1", True), ("10.0.0.1", False), ("localhost.example", False)])
def test_loopback(name, local):
    assert is_loopback(name) is local
