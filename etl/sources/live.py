"""The inputs of a live source: its slices, one after the other, each with where the source stands after it."""

import io
from collections.abc import Iterator, Sequence

from data.errors import AspError
from etl.config import Source
from etl.sources.api import pull
from etl.sources.documents import has
from etl.sources.errors import SourceError
from etl.sources.inputs import Input
from etl.sources.pull import Record, Slice, Span
from etl.sources.shapes import Shape, both, shape_of


def live_inputs(source: Source, span: Span, known: frozenset[str] = frozenset()) -> Iterator[Input]:
    """The slices of a pull as inputs; at least one, so that a pull that brings nothing is on record too.

    known: columns that the source delivered before. Raises SourceError when the source can't be read on; the inputs
    before count.
    """
    shape: Shape = {}
    some = False
    try:
        for part in pull(source, span):
            some = True
            found = both(shape, _mapped(part.records, source) | shape_of(part.records))
            shape = shape if found == shape else found
            yield _input(part, source, known | shape.keys(), shape)
    except AspError as error:
        raise SourceError(source.scrub(str(error))) from error
    except Exception as error:
        # What an adapter did not foresee in an answer is still a fault of this source only. The text of a library's
        # error may quote the answer, and so a person; its type says enough.
        raise SourceError(
            f"source '{source.name}': reading {source.address} stopped with {type(error).__name__}."
            " The answer is not what this kind of source gives; check kind, url and version."
        ) from error
    if not some:
        yield _input(Slice(f"{source.address}: nothing new", []), source, known, shape)


def _mapped(records: Sequence[Record], source: Source) -> Shape:
    """Mapped columns that some record has, however deep they lie: in a list, for example."""
    wanted, found = {str(one) for one in (*source.headings, *source.expect)}, set[str]()
    for record in records:
        found |= {path for path in wanted - found if has(record, path)}
        if found == wanted:
            break
    return {path: {"kinds": [], "always": False} for path in sorted(found)}


def _input(part: Slice, source: Source, known: frozenset[str], shape: Shape) -> Input:
    name = source.scrub(part.address)
    return Input(name, 0, None, "jsonl", {"_file": name}, io.BytesIO, slice=part, known=known, shape=shape)
