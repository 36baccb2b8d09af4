"""JSON as it comes in: read by Django REST framework, and refused where it is nested out of all reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework import parsers
from rest_framework.exceptions import ParseError

DEEPEST = 20
"""Lists and objects inside one another. An answer needs three; what is far deeper breaks whatever walks through it."""


class JSONParser(parsers.JSONParser):
    """Reads JSON; raises ParseError (400) also for what is nested deeper than `DEEPEST`."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return what the body holds."""
        try:
            given = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError(_too_deep()) from None
        if _is_deeper(given, DEEPEST):
            raise ParseError(_too_deep())
        return given


def _too_deep() -> str:
    return _("Not read: lists and objects are nested more than %(deepest)d deep. Nothing was saved.") % {
        "deepest": DEEPEST
    }


def _is_deeper(value: Any, most: int) -> bool:
    """Say whether lists and objects stand in one another more often than `most`, one level at a time."""
    level = [value]
    for _depth in range(most + 1):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True
