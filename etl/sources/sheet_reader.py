"""A program of its own that lays out one sheet of a workbook, so that a hostile file can only end this process.

usage: python sheet_reader.py MEMORY_BYTES SHEET < workbook
SHEET is empty for the first one, "*" for every one, each after a line {"sheet": name}. Prints JSON lines: {"error":
kind, "message": text}, or the rows from line 1 on as lists of texts, numbers and flags, days and times in ISO 8601.
Imports nothing of the project, to start quickly.
"""

import datetime
import io
import json
import resource
import sys
from typing import Any

import python_calamine as calamine

_CPU_SECONDS = 600


def _main(memory: int, sheet: str) -> None:
    content = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        _print_rows(content, sheet)
    except calamine.PasswordError:
        _print({"error": "password", "message": ""})
    except BrokenPipeError:
        sys.exit(0)
    except MemoryError:
        sys.exit(1)
    except Exception as error:
        _print({"error": "damaged", "message": str(error)})


def _print_rows(content: bytes, sheet: str) -> None:
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    names = book.sheet_names
    if sheet == "*":  # no sheet can have this name
        for name in names:
            _print({"sheet": name})
            _print_sheet(book, name)
        return
    if not names or (sheet and sheet not in names):
        _print({"error": "sheet", "message": json.dumps(names)})
        return
    _print_sheet(book, sheet or names[0])


def _print_sheet(book: calamine.CalamineWorkbook, sheet: str) -> None:
    for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False):
        _print([_plain(value) for value in row])


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value) if isinstance(value, datetime.timedelta) else value


def _print(row: list[Any] | dict[str, str]) -> None:
    sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    _main(int(sys.argv[1]), sys.argv[2])
