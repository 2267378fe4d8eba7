"""The folder of the samples: refuses what is not its own, replaces an earlier run only when the new one is whole."""

import json
import shutil
from pathlib import Path

from data.errors import AspError
from etl.demo.delivery import Delivery

ACCOUNT = "EXPECTED.json"
GENERATOR = "etl.demo"
STAGING = ".unfinished"  # a run that was killed leaves this behind; the next one starts it anew


class ForeignFolder(AspError):
    """The folder holds something that the generator did not write."""


def staging(out: Path) -> Path:
    """An empty place inside the folder, on the same disk, for files that are not all there yet."""
    place = out / STAGING
    if place.exists():
        shutil.rmtree(place)
    return place


def earlier_files(out: Path) -> set[Path]:
    """Files of an earlier run in the folder. Raises ForeignFolder when there is anything else; changes nothing."""
    if out.exists() and not out.is_dir():
        raise ForeignFolder(f"{out} is a file; name a folder with --out.")
    present = {path for path in out.rglob("*") if path.is_file() and (out / STAGING) not in path.parents}
    earlier = _accounted(out)
    if foreign := sorted(present - earlier):
        raise ForeignFolder(
            f"{out} holds {foreign[0].relative_to(out)}, which the sample generator did not write. "
            "Nothing was changed; name an empty folder with --out."
        )
    return earlier & present


def _accounted(out: Path) -> set[Path]:
    """The files that an earlier run says it wrote; none when there is no account of one."""
    try:
        account = json.loads((out / ACCOUNT).read_bytes())
        listed = account["files"] if account["generator"] == GENERATOR else []
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {out / name for name in listed}


def moved(delivery: Delivery, out: Path) -> list[Path]:
    """Moves the finished files to their places, the account last; gives where they are now."""
    places = []
    for path in delivery.files:
        target = out / path.relative_to(delivery.out)
        target.parent.mkdir(parents=True, exist_ok=True)
        places.append(path.replace(target))
    shutil.rmtree(delivery.out)
    return sorted(places)
