"""How typed answers were read and compared by edition 1 of the marking rules, up to November 2026.

Versions of questions made then are marked by it for good (docs/decisions/0013-rules.md). Nothing here is mended: a mark
that was given must come out again, whatever is done to the paper later.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from quizzes.domain.base import MAX_TYPED, ONE, Answer, InvalidAnswer, too_long
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.slips import LONG_WORD, is_within

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"'})
_HYPHENS = re.compile(r"[-‐‑‒–—−]")
_UNFIT = re.compile(r"[\x00\ud800-\udfff]")
_EDGES = " \t\n.,;:!?\"'"
_THOUSANDS_BY_COMMA = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_THOUSANDS_BY_POINT = re.compile(r"[+-]?[1-9]\d{0,2}((\.\d{3}){2,}|(\.\d{3})+,\d+)")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_FRACTION = re.compile(r"([+-]?)(?:(\d{1,15})\s+)?(\d{1,15})\s*/\s*(\d{1,15})")
_WITH_UNIT = re.compile(r"([-+−\d\s.,/'’_]*(?:[eE][-+]?\d{1,3})?)(.*)", re.DOTALL)
_SPACES = re.compile(r"[\s\u00a0\u202f'’_]")
_NO_NUMBER = _("Give a number, such as 1961 or 10.9.")


def read_words(raw: Answer) -> str | None:
    """Return what was typed without its outer spaces, or None for a blank."""
    if raw is None:
        return None
    if not isinstance(raw, str) or _UNFIT.search(raw):
        raise InvalidAnswer(_("Give the answer as text."))
    text = raw.strip()
    if len(text) > MAX_TYPED:
        raise too_long(text, most=MAX_TYPED)
    return text or None


def fold_text(text: str, folding: Sequence[str]) -> str:
    """Return the text without quotation marks, outer punctuation and repeated spaces, and folded as `folding` says."""
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    if "hyphens" in folding:
        text = _HYPHENS.sub(" ", text)
    if "accents" in folding:
        text = _without_accents(text)
    if "case" in folding:
        text = text.casefold()
    return " ".join(text.split()).strip(_EDGES)


def nearness(given: str, form: str, typos: int) -> int | None:
    """Return 0 for a folded form itself and 1 for what resembles it: by its stars, or but for slips of the pen."""
    if given == form:
        return 0
    resembles = _fits(given, form.split("*")) if "*" in form else _has_slips_only(given.split(), form.split(), typos)
    return 1 if resembles else None


def quantity_of(typed: str, unit: str, units: Mapping[str, Decimal] | None) -> tuple[Decimal, bool]:
    """Return a number in the unit of its answer, and whether its unit is known; `units` where it had to be typed."""
    if units is None:
        return read_number(typed, unit=unit), True
    number, own = split_unit(typed)
    return read_number(number) * units.get(own, ONE), own in units


def read_number(typed: str, *, unit: str = "") -> Decimal:
    """Read a number: a comma before three digits always marks thousands, a point only in numbers of two groups.

    >>> [str(read_number(typed)) for typed in ("1 000,5", "1,000.5", "1.000,5", "1.250", "1,250", "1995 1996")]
    ['1000.5', '1000.5', '1000.5', '1.250', '1250', '19951996']
    """
    text = typed.strip().replace("−", "-")
    for ending in filter(None, (unit, unit.rstrip("s"), "%" if unit in ("per cent", "%") else "")):
        text = text.removesuffix(ending)
    if "/" in text:
        return _fraction(text.strip())
    text = _SPACES.sub("", text)
    if _THOUSANDS_BY_COMMA.fullmatch(text):
        text = text.replace(",", "")
    elif _THOUSANDS_BY_POINT.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    else:
        text = text.replace(",", ".", 1)
    try:
        if not _NUMBER.fullmatch(text):
            raise InvalidOperation
        return Decimal(text)
    except InvalidOperation:
        raise InvalidAnswer(_NO_NUMBER) from None


def split_unit(typed: str) -> tuple[str, str]:
    """Return the number and the unit typed behind it.

    >>> split_unit("1 100 km"), split_unit("2e3"), split_unit("90%")
    (('1 100', 'km'), ('2e3', ''), ('90', '%'))
    """
    found = _WITH_UNIT.fullmatch(typed.strip())
    number, unit = found.groups() if found else (typed, "")
    return number.strip(), " ".join(unit.split())


def _fraction(text: str) -> Decimal:
    found = _FRACTION.fullmatch(text)
    if not found or not int(found[4]) or (found[2] and (found[3][0] == "0" or int(found[3]) >= int(found[4]))):
        raise InvalidAnswer(_NO_NUMBER)
    sign, whole, above, below = found.groups()
    number = Decimal(whole or 0) + Decimal(above) / Decimal(below)
    return -number if sign == "-" else number


def _fits(text: str, pieces: Sequence[str]) -> bool:
    first, *middle, last = pieces
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _has_slips_only(given: Sequence[str], form: Sequence[str], typos: int) -> bool:
    if not typos or len(given) != len(form):
        return False
    return all(_is_slip(*words, typos) for words in zip(given, form, strict=True))


def _is_slip(given: str, word: str, typos: int) -> bool:
    if given == word:
        return True
    return len(word) >= LONG_WORD and word.isalpha() and is_within(given, word, typos)


def _without_accents(text: str) -> str:
    kept = []
    for letter in text:
        decomposed = unicodedata.normalize("NFD", letter)
        is_accented = len(decomposed) > 1 and unicodedata.combining(decomposed[1])
        name = unicodedata.name(letter, "")
        if is_accented and name.startswith(("LATIN", "GREEK")):
            kept.append("".join(mark for mark in decomposed if not unicodedata.combining(mark)))
        else:
            kept.append(letter)
    return "".join(kept)
