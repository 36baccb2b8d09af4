"""Typed words: read, and compared after folding what does not matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, TypeAlias

from quizzes.domain.base import MAX_TYPED, ONE, Answer, InvalidAnswer, Verdict
from quizzes.domain.messages import gettext_noop as _

Folding: TypeAlias = Literal["case", "accents", "hyphens"]
FOLD_ALL: tuple[Folding, ...] = ("case", "accents", "hyphens")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"'})
_HYPHENS = re.compile(r"[-‐‑‒–—−]")
_UNFIT = re.compile(r"[\x00\ud800-\udfff]")  # what no database takes as text
_EDGES = " \t\n.,;:!?\"'"


def read_words(raw: Answer) -> str | None:
    """Return what was typed without its outer spaces, or None for a blank; raise InvalidAnswer in words fit to show."""
    if raw is None:
        return None
    if not isinstance(raw, str) or _UNFIT.search(raw):
        raise InvalidAnswer(_("Give the answer as text."))
    text = raw.strip()
    if len(text) > MAX_TYPED:
        raise InvalidAnswer(_("This answer is too long; a few words are enough."))
    return text or None


def fold_text(text: str, folding: Sequence[Folding]) -> str:
    """Return the text without the differences that do not matter.

    Quotation marks, outer punctuation and repeated spaces never matter; case, accents and hyphens as `folding` says.
    Accents are the combining marks of Unicode's canonical decomposition, so 김 and й survive as they are written.
    """
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    if "hyphens" in folding:
        text = _HYPHENS.sub(" ", text)
    if "accents" in folding:
        text = _without_accents(text)
    if "case" in folding:
        text = text.casefold()
    return " ".join(text.split()).strip(_EDGES)


def check_forms(folded: Sequence[str]) -> None:
    """Refuse folded forms of which one is empty, or two are the same."""
    if "" in folded:
        raise ValueError("an accepted form is empty once folded")
    if repeated := sorted({form for form in folded if folded.count(form) > 1}):
        raise ValueError(f"these forms are the same once folded: {', '.join(repeated)}")


def typed_verdict(answer: Answer, share: Decimal) -> Verdict:
    """Judge a typed answer: right only when it earns everything."""
    if answer is None:
        return Verdict.MISSED
    return Verdict.RIGHT if share == ONE else Verdict.WRONG


def _without_accents(text: str) -> str:
    """Drop combining marks from Latin and Greek letters; й, ё and Korean are letters of their own and stay."""
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
