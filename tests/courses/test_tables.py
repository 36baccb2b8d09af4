"""Files for spreadsheets."""

from __future__ import annotations

import pytest

from courses.reports.tables import csv_text


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1", " =1+1", "＝1+1", "\u3000=1"])
def test_a_cell_that_would_run_is_text(cell):
    assert csv_text([[cell]]).removeprefix("\ufeff").lstrip('"').startswith("'")


@pytest.mark.parametrize("cell", ["Ким", "김", "10 = 10", "a-b"])
def test_other_words_stay_as_they_are(cell):
    assert csv_text([[cell]]) == f"\ufeff{cell}\r\n"


def test_numbers_are_no_formulas():
    assert csv_text([[-4, None]]) == "\ufeff-4,\r\n"
