"""What the tag of a language (BCP 47) says: whether it is one, what the language is called, which way it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$"
LONGEST = 35
"""Characters of the longest tag: RFC 5646 asks programs to take so many."""
_PATTERN = re.compile(PATTERN)
# Scripts whose letters the Unicode bidirectional algorithm sets from right to left (classes R and AL), by ISO 15924.
_RIGHT_TO_LEFT = frozenset({"Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"})


def is_language(tag: str) -> bool:
    """Say whether a text is the tag of a language. A code of two letters must be in use; there are many of three.

    >>> [is_language(tag) for tag in ("ko", "zh-Hant-TW", "grc", "jp", "English")]
    [True, True, True, False, False]
    """
    if len(tag) > LONGEST or not _PATTERN.match(tag):
        return False
    code = primary(tag)
    return len(code) == 3 or code in Locale("en").languages


def primary(tag: str) -> str:
    """Return the code of the language alone: zh of zh-Hant-TW."""
    return tag.partition("-")[0].lower()


def region_of(tag: str) -> str:
    """Return the region a tag names: TW of zh-Hant-TW."""
    return next((part.upper() for part in tag.split("-")[1:] if len(part) == 2 and part.isalpha()), "")


@cache
def script_of(tag: str) -> str:
    """Return the script (ISO 15924) that a tag names, or that its language is usually written in; nothing if unknown.

    >>> [script_of(tag) for tag in ("uk", "zh-Hant-TW", "ko", "qqq")]
    ['Cyrl', 'Hant', 'Kore', '']
    """
    script = next((part.title() for part in tag.split("-")[1:] if len(part) == 4 and part.isalpha()), "")
    if script:
        return script
    likely = get_global("likely_subtags")
    known = likely.get(f"{primary(tag)}_{region_of(tag)}") or likely.get(primary(tag)) or ""
    return next((part for part in str(known).split("_") if len(part) == 4), "")


def direction_of(tag: str) -> Literal["ltr", "rtl"]:
    """Return the direction a language is written in, by the script its tag names or by its usual one.

    >>> [direction_of(tag) for tag in ("he", "ar-EG", "ckb", "az", "az-Arab", "uz-AF", "zh-Hant-TW")]
    ['rtl', 'rtl', 'rtl', 'ltr', 'rtl', 'rtl', 'ltr']
    """
    return "rtl" if script_of(tag) in _RIGHT_TO_LEFT else "ltr"


def name_of(tag: str) -> str:
    """Return what a language is called, in the language of the page; the tag itself where that is not known.

    >>> [name_of(tag) for tag in ("ko", "zh-Hant-TW", "grc", "qqq")]
    ['Korean', 'Chinese (Traditional, Taiwan)', 'Ancient Greek', 'qqq']
    """
    return _name(tag, get_language() or "en")


@dataclass(frozen=True)
class Name:
    """What something is called in one language, with all that a page says of it."""

    tag: str
    language: str
    direction: str
    words: str


def names_in(names: Mapping[str, str]) -> list[Name]:
    """Return names by their languages' tags as pages list them, in the order of the tags."""
    return [Name(tag, name_of(tag), direction_of(tag), words) for tag, words in sorted(names.items())]


def marked(words: str, tag: str) -> SafeString:
    """Return words as HTML that says which language they are in and which way they run."""
    return format_html('<span lang="{}" dir="{}">{}</span>', tag, direction_of(tag), words)


@cache
def _name(tag: str, page: str) -> str:
    words = _locale(page) or Locale("en")
    if locale := _locale(tag):
        return locale.get_display_name(words) or tag
    return str(words.languages.get(primary(tag), tag))


def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
