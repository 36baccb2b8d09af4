"""A file or pasted text as a table of short cells, whatever its encoding and separator. Everything is bounded."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from classes.roster.refusals import (
    Empty,
    NotAList,
    OpenQuote,
    TooLarge,
    TooManyColumns,
    TooManyLines,
    UnknownLetters,
)
from courses.later import later

if TYPE_CHECKING:
    from classes.roster import workbook
else:
    workbook = later("classes.roster.workbook")

MOST_BYTES = 2_000_000
MOST_LINES = 5_000
MOST_COLUMNS = 40
SEPARATORS = {"\t": gettext_noop("tabs"), ";": gettext_noop("semicolons"), ",": gettext_noop("commas")}

_KINDS = (
    (b"%PDF", gettext_noop("a PDF")),
    (b"\xd0\xcf\x11\xe0", gettext_noop("an old Excel file, or one with a password")),
    (b"\x89PNG", gettext_noop("a picture")),
    (b"\xff\xd8\xff", gettext_noop("a picture")),
    (b"GIF8", gettext_noop("a picture")),
    (b"{\\rtf", gettext_noop("a text document")),
)
_WEB_PAGE = re.compile(rb"\s*(<!doctype html|<html|<table|<\?xml)", re.IGNORECASE)
# What words look like in each of the older encodings; text in another one gives words that are none.
_OLDER = (
    ("cp949", "CP949", re.compile(r"[A-Za-z'-]*[가-힣]+[A-Za-z'-]*")),
    ("cp1251", "Windows-1251", re.compile(r"[А-ЯЁІЇЄҐЎ]?[а-яёіїєґў]+|[А-ЯЁІЇЄҐЎ]+|№")),
    ("cp1252", "Windows-1252", re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿŠšŽžŒœŸ'’-]+")),
)
_WORD = re.compile(r"[^\s,;\t\"().@\d_/-]+")


@dataclass(frozen=True)
class Line:
    """A line that is not blank, by its number in the file, beginning at 1."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True)
class Table:
    """Lines, and how they were read, in words for the person who gave them."""

    lines: Sequence[Line]
    encoding: str = ""
    separator: str = ""
    notes: Sequence[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return what a draft keeps."""
        lines = [[line.number, list(line.cells)] for line in self.lines]
        return {"lines": lines, "encoding": self.encoding, "separator": self.separator, "notes": list(self.notes)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Table:
        """Return the table that a draft keeps."""
        lines = [Line(number, cells) for number, cells in kept["lines"]]
        return cls(lines, kept["encoding"], kept["separator"], kept["notes"])


def read_file(data: bytes, *, most_columns: int = MOST_COLUMNS) -> Table:
    """Read a file. Raises RosterRefused."""
    if len(data) > MOST_BYTES:
        raise TooLarge(size=f"{len(data) / 1e6:.1f}", most=MOST_BYTES // 1_000_000)
    for start, kind in _KINDS:
        if data.startswith(start):
            raise NotAList(kind=_(kind))
    if data.startswith(b"PK\x03\x04"):
        rows, sheets = workbook.sheet_rows(data)
        notes = [_("Only the first sheet was read: “%(name)s”.") % {"name": sheets[0]}] if len(sheets) > 1 else []
        return Table(_bounded(rows, most_columns), "", _("a workbook"), notes)
    if _WEB_PAGE.match(data):
        raise NotAList(kind=_("a web page"))
    text, encoding = _decoded(data)
    return _of_text(text, encoding, most_columns)


def read_pasted(text: str, *, most_columns: int = MOST_COLUMNS) -> Table:
    """Read what was pasted: tabs from a spreadsheet, or any separator. Raises RosterRefused."""
    if len(text) > MOST_BYTES:
        raise TooLarge(size=f"{len(text) / 1e6:.1f}", most=MOST_BYTES // 1_000_000)
    return _of_text(text, "", most_columns)


def _of_text(text: str, encoding: str, most_columns: int) -> Table:
    if "\x00" in text:
        raise NotAList(kind=_("a file for programs"))
    if not any(letter.isalnum() for letter in text):
        raise Empty
    separator = _separator_of(text)
    lines = _bounded(_parsed(text, separator), most_columns)
    return Table(lines, encoding, _(SEPARATORS.get(separator, "")) if separator else "")


def _decoded(data: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding: by its mark, as UTF-8, or by which one makes words of it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16"), "UTF-16"
    if data.count(0) > len(data) // 5:
        is_little = data[1::2].count(0) > data[::2].count(0)
        return _strictly(data, "utf-16-le" if is_little else "utf-16-be"), "UTF-16"
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    likely: tuple[float, str, str] = (0, "", "")
    for encoding, name, words in _OLDER:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        share = _share_of_words(text, words)
        if share > likely[0]:
            likely = (share, text, name)
    if likely[0] < 0.7:
        raise UnknownLetters
    return likely[1], likely[2]


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise UnknownLetters from None


def _share_of_words(text: str, words: re.Pattern[str]) -> float:
    """Return how many of the letters beyond ASCII stand in what looks like a word."""
    found = [word for word in _WORD.findall(text) if not word.isascii()]
    total = sum(map(len, found))
    return sum(len(word) for word in found if words.fullmatch(word)) / total if total else 0


def _separator_of(text: str) -> str:
    """Return the separator that cuts the most lines into the same number of cells, or "" where none cuts any."""
    best, most = "", 0.0
    sample = "\n".join(text.splitlines()[:200])
    for separator in SEPARATORS:
        sizes = Counter(len(row) for row in csv.reader(StringIO(sample), delimiter=separator) if any(row))
        size, count = max(sizes.items(), key=lambda each: (each[0] > 1, each[1]), default=(1, 0))
        # One more cell is worth less than one more line that agrees.
        worth = (count + size / 100) if size > 1 else 0
        if worth > most:
            best, most = separator, worth
    return best


def _parsed(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines with their numbers; a cell in quotes may run over several. Raises OpenQuote."""
    rows = csv.reader(StringIO(text, newline=""), delimiter=separator or "\t", strict=True)
    start = 1
    try:
        for row in rows:
            yield start, row
            start = rows.line_num + 1
    except csv.Error:
        raise OpenQuote(line=start) from None


def _bounded(rows: Iterator[tuple[int, list[str]]], most_columns: int) -> list[Line]:
    """Keep the lines that are not blank, without the empty cells at their ends."""
    found = []
    for number, row in rows:
        cells = [cell.strip().removeprefix("\ufeff") for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > most_columns:
            raise TooManyColumns(line=number, most=most_columns)
        if cells:
            found.append(Line(number, cells))
        if len(found) > MOST_LINES + 1:  # one may be a heading
            raise TooManyLines(most=f"{MOST_LINES:,}")
    if not found:
        raise Empty
    return found
