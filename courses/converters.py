"""What may stand in an address."""

from __future__ import annotations

from django.urls.converters import IntConverter

LARGEST = 2_147_483_647
"""The largest whole number that both databases hold in a plain integer column."""


class NumberConverter(IntConverter):
    """A whole number no longer than a row's key may be: a longer one names nothing, so there is no such page."""

    regex = "[0-9]{1,9}"


def whole_number(text: str, *, most: int = LARGEST) -> int | None:
    """Return the whole number that a form or an address says, from 0 to `most`; None when it says none."""
    is_short = len(text) <= len(str(most))
    number = int(text) if is_short and text.isascii() and text.isdigit() else most + 1
    return number if number <= most else None
