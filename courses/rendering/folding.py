"""Text as a search sees it: without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Return the words of a text in small letters without accents, one space between them.

    >>> fold("Rhein–Main, «Поезд»; the write-off’s Été 경수로")
    'rhein main поезд the write off s ete 경수로'
    """
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    # Composed again: Korean syllables came apart as well.
    whole = unicodedata.normalize("NFC", bare).casefold()
    return _NOT_WORD.sub(" ", whole).strip()
