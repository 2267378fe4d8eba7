"""asp-data boundaries: official borders in place of the computed cells, and back."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from data.boundaries.importing import Imported, import_boundaries, reset_boundaries
from data.printing import open_reporting, print_line
from data.reference_load import prepare

boundaries_app = typer.Typer(help="The shapes of the map: computed cells, or official borders.", no_args_is_help=True)
MOST_NAMED = 10


@boundaries_app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="GeoJSON or TopoJSON in degrees (WGS84), also gzipped.")],
    layer: Annotated[
        str | None, typer.Option(help="municipality, district or county; found by the codes when left out.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Property with the KSH code, district code or county; found when left out.")
    ] = None,
    attribution: Annotated[
        str | None, typer.Option(help="Whose borders these are and under which licence; shown on the map.")
    ] = None,
) -> None:
    """Replace the computed cells by official borders. Districts and counties are made of municipalities.

    Example: asp-data boundaries import borders.geojson --attribution "© OpenStreetMap contributors, ODbL 1.0"
    """
    with closing(open_reporting()) as store:
        prepare(store)
        with store.writing() as session:
            done = import_boundaries(session, file, layer, key, attribution)
    for line in report(done, file.name, attribution):
        print_line(line)


@boundaries_app.command("reset")
def reset() -> None:
    """Draw the computed cells again."""
    with closing(open_reporting()) as store:
        prepare(store)
        with store.writing() as session:
            count = reset_boundaries(session)
    print_line(f"{count} imported levels removed; the map draws the computed cells")


def report(done: Imported, name: str, attribution: str | None) -> list[str]:
    """What an import did, a line for each thing."""
    counts = ", ".join(f"{count} of level {level}" for level, count in done.shapes.items())
    lines = [f"{name}: {counts}, by property {done.key}"]
    if done.vertices[1] < done.vertices[0]:
        lines.append(f"made small: {done.vertices[0]} vertices became {done.vertices[1]}, neighbours kept together")
    for said, codes in (
        ("without a shape in the file, so not on the map", done.missing),
        ("not in the register, so left out", done.unknown),
        ("crossed themselves and were repaired", done.repaired),
        ("had several areas, which were joined", done.joined),
        ("have their point outside their shape; check their codes", done.outside),
    ):
        if codes:
            lines.append(f"{len(codes)} {said}: {_named(codes, done.names)}")
    if attribution is None:
        lines.append(f"no --attribution was given: the map names the file {name}")
    return lines


def _named(codes: Sequence[str], names: Mapping[str, str]) -> str:
    said = [f"{names[code]} ({code})" if code in names else code for code in codes[:MOST_NAMED]]
    return ", ".join(said) + (" …" if len(codes) > MOST_NAMED else "")
