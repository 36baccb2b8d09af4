"""Which way a language is written."""

from __future__ import annotations

from typing import Literal

from django.conf import settings


def direction_of(language: str) -> Literal["ltr", "rtl"]:
    """Return the direction of a language, by its code with or without a region: an attribute `dir` as it is written.

    >>> direction_of("ar"), direction_of("he-IL"), direction_of("en-GB")
    ('rtl', 'rtl', 'ltr')
    """
    code = language.lower()
    return "rtl" if {code, code.partition("-")[0]} & set(settings.LANGUAGES_BIDI) else "ltr"
