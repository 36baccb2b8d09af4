"""Tables as files that spreadsheets open: UTF-8 with a byte order mark, and no cell that runs as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

BYTE_ORDER_MARK = "\ufeff"
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula, in ASCII and in full width."""


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV."""
    out = StringIO()
    csv.writer(out).writerows([cell(value) for value in row] for row in rows)
    return BYTE_ORDER_MARK + out.getvalue()


def cell(value: object) -> object:
    """Return a value with an apostrophe before text that would be run; numbers are no text."""
    if not isinstance(value, str):
        return value
    return f"'{value}" if value.lstrip(" \u00a0\u3000").startswith(_FORMULAS) or value.startswith(_FORMULAS) else value
