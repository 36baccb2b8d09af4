"""Typed words: read, and compared after folding what does not matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from quizzes.domain.base import MAX_TYPED, ONE, Answer, InvalidAnswer, Spec, Verdict
from quizzes.domain.messages import gettext_noop as _

Folding: TypeAlias = Literal["case", "accents", "hyphens"]
FOLD_ALL: tuple[Folding, ...] = ("case", "accents", "hyphens")
MAX_STARS = 4
LONG_WORD = 5
"""The letters a word has at least in which a slip of the pen is forgiven."""
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


class Wording(Spec):
    """How typed words are compared with the forms an author accepts. The kinds `text` and `cloze` are made of it."""

    fold: tuple[Folding, ...] = FOLD_ALL
    typos: Annotated[int, Field(ge=0, le=2)] = 0

    def folded(self, text: str) -> str:
        """Return the text without the differences that do not matter here."""
        return fold_text(text, self.fold)

    def is_form(self, given: str, form: str) -> bool:
        """Say whether folded words are a form, differences that do not matter apart."""
        return given == self.folded(form)

    def resembles(self, given: str, form: str) -> bool:
        """Say whether folded words fit a form with stars, or are a form but for slips of the pen."""
        form = self.folded(form)
        return _fits(given, form.split("*")) if "*" in form else self._has_slips_only(given.split(), form.split())

    def is_any(self, text: str, forms: Iterable[str]) -> bool:
        """Say whether words as typed are one of the forms, resemblance included."""
        given = self.folded(text)
        return any(self.is_form(given, form) or self.resembles(given, form) for form in forms)

    def check_forms(self, forms: Sequence[str]) -> None:
        """Refuse forms of which one says nothing, or two are the same, or the first is not one to be shown."""
        check_folded([self.folded(form) for form in forms])
        if "*" in forms[0]:
            raise ValueError("the first form is shown as the right answer: write it without a star")
        for form in forms:
            if "*" in form and (form.count("*") > MAX_STARS or len(form.replace("*", "").strip()) < 2):
                raise ValueError(f"“{form}” accepts too much: two letters at least, and {MAX_STARS} stars at most")

    def _has_slips_only(self, given: Sequence[str], form: Sequence[str]) -> bool:
        if not self.typos or len(given) != len(form):
            return False
        return all(self._is_slip(*words) for words in zip(given, form, strict=True))

    def _is_slip(self, given: str, word: str) -> bool:
        if given == word:
            return True
        if len(word) < LONG_WORD or not word.isalpha():
            return False
        return is_within(given, word, self.typos)


def check_folded(folded: Sequence[str]) -> None:
    """Refuse folded forms of which one is empty, or two are the same."""
    if "" in folded:
        raise ValueError("an accepted form is empty once folded")
    if repeated := sorted({form for form in folded if folded.count(form) > 1}):
        raise ValueError(f"these forms are the same once folded: {', '.join(repeated)}")


def is_within(given: str, word: str, slips: int) -> bool:
    """Say whether one word becomes the other by so many slips: a letter more, less or other, or two neighbours swapped.

    This is the Damerau–Levenshtein distance in which no letter is changed twice. Only a band as wide as the slips
    allow is reckoned, so the cost grows with the length of the word, not with its square.

    >>> is_within("kozirev", "kozyrev", 1), is_within("kozryev", "kozyrev", 1), is_within("kozyr", "kozyrev", 1)
    (True, True, False)
    """
    if abs(len(given) - len(word)) > slips:
        return False
    far = slips + 1
    before: dict[int, int] = {}
    row = {at: at for at in range(min(slips, len(word)) + 1)}
    for at, letter in enumerate(given, start=1):
        new: dict[int, int] = {}
        for to in range(max(0, at - slips), min(len(word), at + slips) + 1):
            change = row.get(to - 1, far) + (to == 0 or letter != word[to - 1])
            costs = [row.get(to, far) + 1, new.get(to - 1, far) + 1, change]
            if at > 1 and to > 1 and letter == word[to - 2] and given[at - 2] == word[to - 1]:
                costs.append(before.get(to - 2, far) + 1)
            new[to] = min(costs)
        before, row = row, new
    return row.get(len(word), far) <= slips


def _fits(text: str, pieces: Sequence[str]) -> bool:
    """Say whether the pieces stand in the text in their order, the first at its start and the last at its end.

    Each piece is looked for once, from where the one before it ended: no pattern makes this slow.
    """
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
