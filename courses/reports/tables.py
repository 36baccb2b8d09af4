"""Tables as files that spreadsheets open: UTF-8 with a byte order mark, and no cell that runs as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
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


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield CSV as it is written, with a byte order mark, and no cell that runs as a formula."""
    yield BYTE_ORDER_MARK
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([cell(_plain(value)) for value in row])


def _plain(value: object) -> object:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        """Return the text."""
        return text
