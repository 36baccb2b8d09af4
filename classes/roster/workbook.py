"""The first sheet of an Excel workbook, read row by row, without trusting what the file says of its own size."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from classes.roster.refusals import BrokenWorkbook, MergedCells, NotAList, RosterRefused, TooManyLines, UnsafeWorkbook

MOST_UNPACKED = 40_000_000
"""Bytes of all parts together. Python's zip files never unpack more of a part than its entry declares."""
MOST_PARTS = 300
MOST_ROWS = 20_000
"""Rows looked at, blank ones included: Excel may count a million below the list."""
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z0-9:]+)\"")
_DAMAGED = (
    BadZipFile, zlib.error, InvalidFileException, KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError,
    SyntaxError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What openpyxl and the parsers below it raise for files that are no whole workbooks, or are unsafe (ValueError)."""


def sheet_rows(data: bytes) -> tuple[Iterator[tuple[int, list[str]]], list[str]]:
    """Return the rows of the first sheet with their numbers, and the names of all sheets.

    A formula comes as its text, beginning with "=". Raises RosterRefused, also while the rows are read.
    """
    try:
        _look_into(data)
        book = load_workbook(BytesIO(data), read_only=True, keep_links=False)
        sheet: Any = book.worksheets[0]
        path = sheet._worksheet_path.lstrip("/")  # noqa: SLF001 (no public way to the part it is read from)
        _check_merged(data, path)
    except _DAMAGED as fault:
        raise _refusal(fault) from None
    sheet.reset_dimensions()
    return _rows(sheet), [str(name) for name in book.sheetnames]


def _look_into(data: bytes) -> None:
    with ZipFile(BytesIO(data)) as parts:
        entries = parts.infolist()
        names = {entry.filename for entry in entries}
        if "xl/workbook.xml" not in names:
            raise NotAList(kind=_("a document of another program"))
        if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise UnsafeWorkbook


def _check_merged(data: bytes, path: str) -> None:
    with ZipFile(BytesIO(data)) as parts:
        cells = [found.decode() for found in _MERGED.findall(parts.read(path))]
    if cells:
        raise MergedCells(cells=", ".join(cells[:5]) + ("…" if len(cells) > 5 else ""))


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    try:
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            if number > MOST_ROWS:
                raise TooManyLines(most=f"{MOST_ROWS:,}")
            yield number, [_text(value) for value in row]
    except _DAMAGED as fault:
        raise _refusal(fault) from None


def _refusal(fault: BaseException) -> RosterRefused:
    """Return what to say of a fault: openpyxl wraps what the parser below it refuses for safety."""
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, DefusedXmlException):
            return UnsafeWorkbook()
        cause = cause.__cause__
    return BrokenWorkbook()


def _text(value: object) -> str:
    """Return a cell as a person reads it: whole numbers without a fraction."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
