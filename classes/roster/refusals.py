"""Why a list could not be read at all. Each says what to do; nothing was changed."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from courses.errors import CourseError


class RosterRefused(CourseError):
    """The list cannot be read."""


class TooLarge(RosterRefused):
    """The file is larger than any class list."""

    message = gettext_noop(
        "The file is %(size)s MB; the most is %(most)s MB. Delete pictures and other sheets, or save it as CSV."
    )


class Empty(RosterRefused):
    """There is nothing in it."""

    message = gettext_noop("There is nothing in the list. Paste one person a line, or choose another file.")


class TooManyLines(RosterRefused):
    """There are more lines than a class has people."""

    message = gettext_noop("The list has more than %(most)s lines. Split it, or delete empty lines at its end.")


class TooManyColumns(RosterRefused):
    """There are more columns than a list of people has."""

    message = gettext_noop("Line %(line)s has more than %(most)s columns. Delete those that are not needed.")


class NotAList(RosterRefused):
    """The file is of a kind that is no list."""

    message = gettext_noop("This is %(kind)s, not a list. Save it as CSV or as an Excel workbook (.xlsx).")


class UnknownLetters(RosterRefused):
    """The encoding cannot be told."""

    message = gettext_noop("The letters of this file cannot be read. Save it as “CSV UTF-8”, or paste the list.")


class OpenQuote(RosterRefused):
    """A quotation mark is never closed, so that all that follows is one cell."""

    message = gettext_noop("A quotation mark that opens in line %(line)s is never closed. Close it or delete it.")


class BrokenWorkbook(RosterRefused):
    """The workbook cannot be opened."""

    message = gettext_noop("The workbook is damaged or was not saved by Excel. Open it, and save it again as .xlsx.")


class UnsafeWorkbook(RosterRefused):
    """The workbook is built to fill the memory of the program that opens it."""

    message = gettext_noop("The workbook unpacks to far more than a list holds, so it was not opened. Save it as CSV.")


class MergedCells(RosterRefused):
    """Cells are merged, and it cannot be told whose they are."""

    message = gettext_noop(
        "Cells are merged: %(cells)s. Choose “Unmerge cells” in Excel, then fill in what is missing."
    )


class RosterChanged(RosterRefused):
    """The class, or the list, is another than in the preview."""

    message = gettext_noop(
        "The class changed while you looked at this list. Nothing was imported. These are the changes now: check them."
    )
