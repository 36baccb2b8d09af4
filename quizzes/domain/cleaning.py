"""The one cleaner of typed answers: what nobody can see is dropped, and signs that look alike become one.

Words, gaps, numbers, years and units all pass through it, so that an answer pasted from a phone, a PDF or a page in
another language is the answer its author sees.
"""

from __future__ import annotations

import re
import unicodedata

from quizzes.domain.base import MAX_TYPED, Answer, InvalidAnswer, too_long
from quizzes.domain.messages import gettext_noop as _

NOT_TEXT = _("Give the answer as text.")
_SURROGATES = re.compile(r"[\ud800-\udfff]")  # half a character: no database takes it as text
_SELECTORS = frozenset(map(chr, [0x034F, *range(0x180B, 0x180E), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")  # Hangul letters that show nothing


def _table(signs: str, sign: str) -> dict[int, str]:
    return dict.fromkeys(map(ord, signs), sign)


# Before NFKC, which makes of the acute accent a space with a mark on it.
_ALIKE = {
    **_table("’‘‛ʼʻʽʹˈ′‵`´＇՚ꞌꞋ׳᾽᾿‚", "'"),
    **_table("“”„‟«»‹›″‶〝〞〟＂「」『』〈〉《》【】", '"'),
    **_table("-‐‑‒–—―−﹘﹣－⁃˗", "-"),
    **_table("。｡", "."),
    **_table("、", ","),
}


def without_unseen(text: str) -> str:
    """Return the text without format characters, variation selectors and controls; spaces and line ends stay."""
    return "".join(sign for sign in text if not _is_unseen(sign))


def tidied(text: str) -> str:
    """Return the text as it is compared: nothing unseen in it, composed (NFKC), and with one sign for those alike."""
    return unicodedata.normalize("NFKC", without_unseen(text).translate(_ALIKE)).translate(_ALIKE)


def read_typed(raw: Answer) -> str | None:
    """Return what was typed without what is unseen and its outer spaces, or None for a blank.

    Raises InvalidAnswer for what is no text, or is longer than a short answer may be.
    """
    if raw is None:
        return None
    if not isinstance(raw, str) or _SURROGATES.search(raw):
        raise InvalidAnswer(NOT_TEXT)
    text = without_unseen(raw).strip()
    if len(text) > MAX_TYPED:
        raise too_long(text, most=MAX_TYPED)
    return text or None


def _is_unseen(sign: str) -> bool:
    if sign.isascii():
        return not (sign.isprintable() or sign.isspace())
    return unicodedata.category(sign) in ("Cf", "Cc") or sign in _SELECTORS or sign in _FILLERS
