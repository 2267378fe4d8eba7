"""sources.toml of a sample: the packaged description, less the sources that this sample has no files of."""

import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

CONFIG = "sources.toml"


def config_of(folder: Path) -> bytes:
    """The text of sources.toml for the files in the folder: a sample of one or two months has no old system."""
    about, *blocks = _blocks(resources.files("etl.demo").joinpath(CONFIG).read_text("utf-8"))
    return "".join([about, *(block for block in blocks if any(_has_files(folder, block)))]).encode()


def _blocks(template: str) -> list[str]:
    """The text before the first source, then each source with the comment above it."""
    blocks, comment = [""], ""
    for line in template.splitlines(keepends=True):
        if line.startswith("#") and blocks[-1]:
            comment += line
            continue
        if line.startswith("[[source]]"):
            blocks.append(comment)
            comment = ""
        blocks[-1] += comment + line
        comment = ""
    return blocks


def _has_files(out: Path, block: str) -> Iterator[bool]:
    for source in tomllib.loads(block).get("source", []):
        yield from (any(out.glob(pattern)) for pattern in source["path"])
