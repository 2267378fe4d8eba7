"""The commands of the log: made, proved, copied."""

import json
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from dashboard import cli
from dashboard.record.database import AppDatabase
from dashboard.record.schema import decision


def run(*arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(cli.app, arguments)
    return found.exit_code, found.output


@pytest.fixture
def url(app_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ASP_APP_URL", app_url)
    return app_url


def test_init_makes_the_folder_and_the_schema_and_may_be_repeated(url):
    for _ in range(2):
        assert run("init") == (0, "The application database is up to date.\n")
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        assert path.stat().st_mode & 0o077 == 0


def test_verify_tells_a_sound_log_and_the_first_broken_row(url, add, enter, database):
    add()
    enter(1, "answer")
    code, said = run("decisions", "verify", "--json")
    found = json.loads(said)
    assert (code, found["sound"], found["rows"]) == (0, True, 2)
    noted = f"2:{found['head']}"
    add()
    assert run("decisions", "verify", "--against", noted)[0] == 0
    assert run("decisions", "verify", "--against", f"3:{found['head']}")[0] == 1
    assert run("decisions", "verify", "--against", f"9:{found['head']}")[0] == 1

    with database._engine.begin() as connection:
        on = "" if connection.dialect.name == "sqlite" else " ON decision"
        name = "decision_no_update" if connection.dialect.name == "sqlite" else "decision_refuse"
        connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
        connection.execute(update(decision).where(decision.c.number == 2).values(text="other"))
    code, said = run("decisions", "verify")
    assert code == 1
    assert "BROKEN at position 3 (decision 2): its content is not what was recorded" in said


def test_a_note_that_cannot_be_read_says_what_to_write(url, database, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["asp-dashboard", "decisions", "verify", "--against", "nonsense"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 1
    assert "POSITION:HASH" in capsys.readouterr().err


def test_the_log_moves_to_another_database(url, tmp_path, monkeypatch, add, enter):
    add()
    enter(1, "comment")
    target = f"sqlite:///{tmp_path}/moved/app.db"
    monkeypatch.setenv("ASP_APP_URL", target)
    code, said = run("decisions", "copy", "--from", url)
    assert (code, said[:42]) == (0, "2 rows copied. Sound: 2 rows. Note: 2:" + said[38:42])
    assert AppDatabase(target).is_writable()
    assert CliRunner().invoke(cli.app, ["decisions", "copy", "--from", url]).exit_code == 1


@pytest.mark.parametrize(
    "wrong",
    ["mysql://x:secret@h/d", "sqlite://", "not a url: secret", "postgresql://x:secret@h/d", "sqlite:///:memory:"],
)
def test_an_address_of_no_use_is_named_without_its_password(wrong, monkeypatch, capsys):
    monkeypatch.setenv("ASP_APP_URL", wrong)
    monkeypatch.setattr("sys.argv", ["asp-dashboard", "init"])
    with pytest.raises(SystemExit):
        cli.main()
    told = capsys.readouterr().err
    assert "ASP_APP_URL" in told
    assert "secret" not in told
