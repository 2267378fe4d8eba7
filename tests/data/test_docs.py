from pathlib import Path

import pytest

from data.docs import write_docs
from data.metrics.catalogue import METRICS
from data.schema import metadata

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["metrics.md", "data-dictionary.md"])
def test_the_committed_documents_are_what_the_code_says(tmp_path, name):
    write_docs(tmp_path)

    assert (DOCS / name).read_text(encoding="utf-8") == (tmp_path / name).read_text(encoding="utf-8"), "run `make docs`"


def test_every_metric_and_table_is_described(tmp_path):
    catalogue, dictionary = (path.read_text(encoding="utf-8") for path in write_docs(tmp_path))

    assert all(f"### {name}\n" in catalogue for name in METRICS)
    assert all(one.definition[language] in catalogue for one in METRICS.values() for language in ("hu", "en"))
    assert all(f"## {name}\n" in dictionary for name in metadata.tables)
    assert "%(" not in catalogue
