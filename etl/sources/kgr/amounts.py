"""Amounts in the cells of a form."""

import re
from decimal import Decimal
from typing import Any

from etl.config import Source

_SPACES = re.compile(r"\s")  # no-break and narrow ones too
_NOTHING = re.compile(r"^[-–—−.…xX*]*$")
_GROUPED = re.compile(r"^\d{1,3}([.,])\d{3}(?:\1\d{3})+$")
_PLAIN = re.compile(r"^\d+(?:[.,]\d+)?$")
_UNCLEAR = re.compile(r"^[1-9]\d{0,2}[.,]\d{3}$")


def amount(value: Any, source: Source) -> Decimal | None:
    """The amount of a cell; None for an empty, crossed or barred one ("", "-", "X").

    A text may hold spaces, a minus sign of any kind, or brackets around a negative. Raises ValueError saying why it is
    no amount, or that its mark may be a decimal or a thousands mark.
    """
    if isinstance(value, bool):
        raise ValueError("is a flag, not an amount")
    if isinstance(value, int | float):
        return Decimal(int(value)) if value == int(value) else Decimal(repr(value))
    text = _SPACES.sub("", value or "")
    if _NOTHING.match(text):
        return None
    sign = -1 if text.startswith(("-", "−", "–", "(")) or text.endswith(("-", "−", "–")) else 1
    bare = text[1:-1].lstrip("-−–") if text.startswith("(") and text.endswith(")") else text.strip("-−–").lstrip("+")
    return sign * Decimal(_digits(re.sub(r"(?i)(e?ft|forint)\.?$", "", bare), source))


def _digits(text: str, source: Source) -> str:
    for mark in source.thousands:
        if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+(?:{re.escape(source.decimal)}\d+)?", text):
            return text.replace(mark, "").replace(source.decimal, ".")
    declared = source.thousands or source.decimal != "."
    if _GROUPED.match(text) and not declared:
        return re.sub(r"[.,]", "", text)
    if _UNCLEAR.match(text) and not (declared and source.decimal in text):
        raise ValueError('may be a fraction or thousands; set decimal = "," and thousands = ["."], or the other way')
    if _PLAIN.match(text):
        return text.replace(",", ".")
    raise ValueError("is not an amount")
