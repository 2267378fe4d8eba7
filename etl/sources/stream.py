"""Bytes of an input as UTF-8 text, block by block, so that memory does not grow with the file."""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from etl.sources.errors import UnreadableInput

BLOCK = 8 << 20
_SAVE_AS = 'Save it as UTF-8, or set encoding = "{}" for the source.'
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_MAGIC = {
    b"PK\x03\x04": (
        "is a zip archive or a spreadsheet, not text",
        'Give it its own suffix or set format, e.g. "xlsx".',
    ),
    b"\x1f\x8b": ("is gzipped", "Let its name end in .gz."),
    b"\xd0\xcf\x11\xe0": ("is an old Excel workbook or an encrypted one, not text", 'Set format = "xls".'),
    b"\x89PNG": ("is a picture, not a table", "Export the data itself."),
    b"\xff\xd8\xff": ("is a picture, not a table", "Export the data itself."),
    b"GIF8": ("is a picture, not a table", "Export the data itself."),
    b"%PDF": ("is a PDF, not a table", "Ask for the table itself."),
    b"BZh": ("is compressed with bzip2", "Unpack it, or pack it with gzip."),
    b"\xfd7zXZ": ("is compressed with xz", "Unpack it, or pack it with gzip."),
    b"\x28\xb5\x2f\xfd": ("is compressed with zstd", "Unpack it, or pack it with gzip."),
}


class Guarded(io.RawIOBase):
    """A stream whose failures name the input, and that does not give more bytes than the limit."""

    def __init__(self, stream: BinaryIO | gzip.GzipFile, name: str, limit: int) -> None:
        super().__init__()
        self._stream, self._name, self._left, self._limit = stream, name, limit, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        count = read_some(self._stream, view, self._name)
        self._left -= count
        if self._left < 0:
            raise UnreadableInput(
                self._name,
                f"expands to more than {self._limit:,} bytes, which looks like a damaged file or an attack.",
                "If it is genuine, split it or raise ASP_MAX_EXPANDED_BYTES.",
            )
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


def read_some(stream: BinaryIO | gzip.GzipFile, view: memoryview, name: str) -> int:
    """Bytes read into view; raises UnreadableInput for a stream that breaks off or is damaged."""
    try:
        chunk = stream.read(len(view))
    except EOFError as error:
        raise UnreadableInput(name, "ends in the middle (truncated gzip).", "Transfer it again.") from error
    except gzip.BadGzipFile as error:
        if str(error).startswith("Not a gzipped file"):
            raise UnreadableInput(name, "is not gzipped, whatever its name says.", "Take .gz off its name.") from error
        raise UnreadableInput(name, f"is not a sound gzip file ({error}).", "Transfer it again.") from error
    except zlib.error as error:
        raise UnreadableInput(name, f"is not a sound gzip file ({error}).", "Transfer it again.") from error
    except OSError as error:
        raise UnreadableInput(
            name, f"cannot be read ({error.strerror or error}).", "Check the file and the disk."
        ) from error
    view[: len(chunk)] = chunk
    return len(chunk)


def read_whole(stream: BinaryIO, name: str, limit: int) -> bytes:
    """All bytes of an input that has to be read at once; raises UnreadableInput above the limit."""
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise UnreadableInput(
            name,
            f"is larger than {limit:,} bytes, more than a spreadsheet or JSON document may have.",
            "Deliver it as CSV or JSON Lines, or raise ASP_MAX_WORKBOOK_BYTES.",
        )
    return content


def texts(stream: BinaryIO, name: str, encoding: str) -> Iterator[bytes]:
    """The stream as UTF-8 blocks without byte order mark, lines ending in LF or CR LF.

    Raises UnreadableInput naming the line of the first byte that does not fit the encoding, and for binary content.
    """
    is_utf8 = encoding == "utf-8"
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, first, only_cr = 1, True, False
    while True:
        chunk = stream.read(BLOCK)
        if first:
            _refuse_binary(chunk, name, encoding)
            chunk = chunk.removeprefix(codecs.BOM_UTF8) if is_utf8 else chunk
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            raise _undecodable(error, name, encoding, lines) from error
        if first:
            _refuse_control(text, name)
            only_cr = "\r" in text and "\n" not in text
        data = chunk if is_utf8 else text.removeprefix("\ufeff" if first else "").encode("utf-8", "replace")
        if only_cr:
            data = data.replace(b"\r", b"\n")  # old Macintosh line ends
        first = False
        lines += data.count(b"\n")
        if data:
            yield data
        if not chunk:
            return


def _refuse_binary(start: bytes, name: str, encoding: str) -> None:
    if not start:
        raise UnreadableInput(name, "is empty.", "Export it again, with at least its line of headings.")
    for magic, (problem, advice) in _MAGIC.items():
        if start.startswith(magic):
            raise UnreadableInput(name, f"{problem}.", advice)
    wide = encoding.startswith(("utf-16", "utf-32", "utf_16", "utf_32"))
    if not wide and (start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _every_other_is_nul(start[:1000])):
        raise UnreadableInput(name, "is UTF-16 text.", _SAVE_AS.format("utf-16"))


def _every_other_is_nul(start: bytes) -> bool:
    fewer, more = sorted((start[::2].count(0), start[1::2].count(0)))
    return len(start) > 3 and more > 0.35 * len(start) and fewer < 0.05 * len(start)


def _refuse_control(text: str, name: str) -> None:
    lines = text[:65536].splitlines()
    if sum(_CONTROL.search(line) is not None for line in lines) > 0.5 * len(lines):
        raise UnreadableInput(name, "is binary, not text.", "Check that the right file was exported.")


def _undecodable(error: UnicodeDecodeError, name: str, encoding: str, lines: int) -> UnreadableInput:
    before = error.object[: error.start].decode(encoding, "ignore").count("\n")
    value = error.object[error.start]
    other = "windows-1250" if encoding == "utf-8" else "utf-8"
    advice = _SAVE_AS.format(other) if other == "utf-8" else _SAVE_AS.format('windows-1250" or "iso-8859-2')
    problem = f"byte 0x{value:02X} is not {encoding} ({error.reason})."
    return UnreadableInput(name, problem, advice, lines + before)
