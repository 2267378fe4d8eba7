from pathlib import Path

import pytest

from data.errors import AspError
from etl.config import ConfigError, Source, load_sources
from etl.settings import Settings

GOOD = """
[[source]]
name = "desk"
job = "tickets"
record = "ticket"
path = "tickets/*.csv"

[source.fields]
ticket_id = "number"
opened_at = { column = "opened" }
"""


@pytest.fixture
def load(tmp_path: Path, etl_settings: Settings):
    def loaded(text: str | bytes) -> list[Source]:
        path = tmp_path / "sources.toml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return load_sources(path, etl_settings)

    return loaded


def test_a_short_description_is_enough(load):
    (source,) = load(GOOD)

    assert (source.name, source.system, source.path) == ("desk", "desk", ("tickets/*.csv",))
    assert source.headings == ("number", "opened")


def test_a_byte_order_mark_before_the_description_does_not_matter(load):
    assert load(b"\xef\xbb\xbf" + GOOD.encode())[0].name == "desk"


@pytest.mark.parametrize(
    ("line", "instead", "words"),
    [
        ('job = "tickets"', 'job = "ticket"', ["desk", "job", "tickets"]),
        ('job = "tickets"', "", ["'job' is missing"]),
        ('record = "ticket"', 'record = "training"', ["belongs to job 'training'"]),
        ('ticket_id = "number"', 'ticket_nr = "number"', ["ticket_nr", "did you mean 'ticket_id'"]),
        ('path = "tickets/*.csv"', "path = []", ["path"]),
        ('name = "desk"', 'name = "desk"\nencodign = "utf-8"', ["encodign", "did you mean 'encoding'"]),
        ('name = "desk"', 'name = "desk"\nencoding = "cp9999"', ["cp9999", "windows-1250"]),
        ('name = "desk"', 'name = "desk"\nencoding = "base64"', ["base64"]),
        ('name = "desk"', 'name = "desk"\ntime_zone = "Budapest"', ["Budapest", "Europe/Budapest"]),
        ('name = "desk"', 'name = "desk"\ndates = ["dd/mm/yyyy"]', ["dd/mm/yyyy", "%d/%m/%Y"]),
        ('name = "desk"', 'name = "desk"\ndates = ["%Q/%Y"]', ["%Q/%Y"]),
        ('name = "desk"', 'name = "desk"\ndecimal = ","\nthousands = [","]', ["both the decimal mark"]),
        ('name = "desk"', 'name = "desk"\ndelimiter = ";;"', ["delimiter"]),
        ('name = "desk"', 'name = "desk"\nheader_row = 0', ["header_row"]),
        ('name = "desk"', 'name = "desk"\nonly = { a = "(" }', ["not a regular expression"]),
        ('{ column = "opened" }', "{ }", ["exactly one of value, column, columns"]),
        ('{ column = "opened" }', '{ column = "opened", value = "x" }', ["exactly one"]),
        ('{ column = "opened" }', '{ column = "opened", pattern = "x" }', ["needs a group"]),
        ('{ column = "opened" }', '{ column = "opened", base = "2013-10-01" }', ["is no date"]),
        ('{ column = "opened" }', '{ colum = "opened" }', ["colum", "did you mean 'column'"]),
        ("[source.fields]", "[source.values.status]\nx = 'y'\n[source.fields]", ["status", "does not map it"]),
        ("[[source]]", "[source", ["not valid TOML"]),
        ("[[source]]", "[[sources]]", ["unknown section 'sources'", "did you mean 'source'"]),
    ],
)
def test_a_mistake_is_named_with_its_place(load, tmp_path, line, instead, words):
    with pytest.raises(ConfigError) as error:
        load(GOOD.replace(line, instead))

    assert str(tmp_path / "sources.toml") in str(error.value)
    for word in words:
        assert word in str(error.value)


def test_two_sources_need_two_names(load):
    with pytest.raises(ConfigError, match="several sources are named 'desk'"):
        load(GOOD + GOOD)


@pytest.mark.parametrize(("content", "words"), [(b"", "holds no source"), (b"\xff\xfe", "UTF-8"), (b"x = 1", "'x'")])
def test_a_file_that_describes_nothing_is_named(load, content, words):
    with pytest.raises(ConfigError, match=words):
        load(content)


def test_a_description_that_is_not_there_is_named(tmp_path, etl_settings):
    with pytest.raises(ConfigError, match="no such file"):
        load_sources(tmp_path / "none.toml", etl_settings)


def test_the_hash_of_a_description_changes_with_its_meaning_and_not_with_the_path(load):
    (source,) = load(GOOD)
    (moved,) = load(GOOD.replace("tickets/*.csv", "other/*.csv"))
    (other,) = load(GOOD.replace('"number"', '"nr"'))

    assert source.description_hash == moved.description_hash != other.description_hash


def test_the_key_is_neither_shown_nor_part_of_the_description(load):
    (source,) = load(
        GOOD.replace("tickets", "contracts").replace('"ticket"', '"role_holder"').split("[source.fields]")[0]
        + '[source.fields]\nholder_key = "id"\nrole = "role"\nperson = "name"\n'
    )

    assert source.key
    assert "a key for tests" not in repr(source) + source.model_dump_json()


def test_a_part_of_a_persons_column_cannot_become_another_field(load):
    with pytest.raises(ConfigError, match="holds a person's key"):
        load(
            '[[source]]\nname = "t"\njob = "training"\nrecord = "training"\npath = "a.csv"\n[source.fields]\n'
            'person = "who"\ncourse_id = "c"\nstarted_on = "s"\nrole = { column = "who", pattern = "\\\\((.*)\\\\)" }\n'
        )


def test_the_key_of_people_is_made_once_and_kept(tmp_path):
    settings = Settings(_env_file=None, person_key_file=tmp_path / "var" / "person.key")

    first = settings.key()

    assert settings.key() == first
    assert len(first) == 64
    assert (tmp_path / "var" / "person.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["person.key"]


@pytest.mark.parametrize("key", ["short", " " * 40])
def test_a_short_key_is_refused(key):
    with pytest.raises(AspError, match="at least 16 characters"):
        Settings(_env_file=None, person_key=key).key()
