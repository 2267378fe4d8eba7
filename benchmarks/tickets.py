"""Ticket files of the size asked for, and a sources.toml that reads just them."""

import gzip
import re
import shutil
from pathlib import Path

from benchmarks.machine import command, measured


def ticket_sources(folder: Path, rows: int) -> Path:
    """The demo's ticket exports with about `rows` tickets, all in UTF-8 so that the yardstick can read them too.

    Gives the folder; made once and used again.
    """
    target = folder / f"tickets-{rows}"
    if (target / "sources.toml").exists():
        return target
    draft = folder / f"draft-{rows}"
    shutil.rmtree(draft, ignore_errors=True)
    months = "60" if rows >= 1_000_000 else "24"
    measured(
        [command("asp-etl"), "demo", "--out", draft, "--months", months, "--seed", "1", "--tickets", str(rows)], {}
    )
    for path in sorted(draft.glob("tickets/*/bejelentesek_*.csv.gz")):
        _to_utf8(path)
    description = (draft / "sources.toml").read_text(encoding="utf-8")
    kept = [
        part
        for part in re.split(r"(?m)^(?=\[\[source\]\])", description)
        if "bejelentesek" in part or "/*.csv.gz" in part
    ]
    (draft / "sources.toml").write_text("\n".join(kept).replace('encoding = "windows-1250"', ""), encoding="utf-8")
    draft.rename(target)
    return target


def ticket_files(sources: Path) -> list[Path]:
    """The ticket exports, sorted."""
    return sorted(sources.glob("tickets/*/bejelentesek_*.csv.gz"))


def _to_utf8(path: Path) -> None:
    content = gzip.decompress(path.read_bytes())
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        content = content.decode("windows-1250").encode("utf-8")
        path.write_bytes(gzip.compress(content, compresslevel=6, mtime=0))
