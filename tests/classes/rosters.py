"""Builders for lists of people: text, workbooks, and what importing them does."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.contrib.auth.models import User
from openpyxl import Workbook

from classes.roster.reading import read_file, read_pasted
from classes.services.difference import Difference
from classes.services.roster import apply_draft, keep_draft, preview_of
from courses.models import Cohort
from tests.make import NOW

HEAD = "Number;Name;Email\n"


def workbook(*rows: Sequence[Any], merged: str = "", sheets: int = 1) -> bytes:
    """Return an Excel workbook."""
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    for at in range(1, sheets):
        book.create_sheet(f"More {at}")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def seen(cohort: Cohort, source: str | bytes, teacher: User, **ticked: bool) -> Any:
    """Return the preview of a list, pasted or in a file."""
    table = read_pasted(source) if isinstance(source, str) else read_file(source)
    draft = keep_draft(cohort=cohort, table=table, name="", actor=teacher, now=NOW)
    for name, value in ticked.items():
        setattr(draft, name, value)
    draft.save()
    return preview_of(draft, reader=teacher)


def imported(cohort: Cohort, source: str | bytes, teacher: User, **ticked: bool) -> Difference:
    """Import a list as its preview shows it."""
    shown = seen(cohort, source, teacher, **ticked)
    return apply_draft(draft=shown.draft, expected=shown.difference.fingerprint, actor=teacher, now=NOW)


def kinds(shown: Any) -> dict[str, int]:
    """Return how many people each kind of change happens to."""
    difference = getattr(shown, "difference", shown)
    return {str(kind): count for kind, count in difference.counts}
