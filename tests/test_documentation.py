"""What the documentation shows can be used as it stands: descriptions of sources load, links lead somewhere."""

import re
from pathlib import Path

import pytest

from etl.config import load_sources
from etl.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"```toml\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")


def shown(page: Path) -> str:
    return str(page.relative_to(ROOT))


def descriptions() -> list[tuple[str, str]]:
    """(where it stands, the text) of every block that describes whole sources."""
    return [
        (f"{shown(page)}, block {number}", block)
        for page in PAGES
        for number, block in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")), start=1)
        if "[[source]]" in block
    ]


def test_there_are_descriptions_to_check() -> None:
    assert len(descriptions()) > 5


@pytest.mark.parametrize(("place", "text"), descriptions(), ids=[place for place, _ in descriptions()])
def test_a_description_in_the_documentation_loads(place: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    settings = Settings(_env_file=None, person_key="a key for tests, long enough")

    assert load_sources(tmp_path / "sources.toml", settings), place


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    lost = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]

    assert lost == []
