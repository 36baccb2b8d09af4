"""Typed words: read, and compared after folding what does not matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from quizzes.domain import edition1
from quizzes.domain.base import ONE, Answer, Ruled, Verdict, Whole
from quizzes.domain.cleaning import read_typed, tidied
from quizzes.domain.numerals import NUMBER_WORDS
from quizzes.domain.slips import LONG_WORD, is_within

Folding: TypeAlias = Literal["case", "accents", "hyphens"]
FOLD_ALL: tuple[Folding, ...] = ("case", "accents", "hyphens")
MAX_STARS = 4
_EDGES = " \t\n.,;:!?\"'()[]{}<>…"
_LETTER_POINT = re.compile(r"(?<![^\W_])([^\W\d_])\.(\s*(?=[^\W\d_](?:\.|(?![^\W_]))))?(?=(.?))")
_WITH_SIGN = re.compile(r"LATIN (SMALL|CAPITAL) LETTER ([A-Z]) WITH ")
_PLAIN_LETTERS = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ı": "i", "ð": "d", "Ð": "D", "þ": "th",
    "Þ": "Th", "ŋ": "ng", "Ŋ": "Ng", "ё": "е", "Ё": "Е",
}  # fmt: skip
_ARTICLE = re.compile(r"^(?:the|an?) (?=\S)", re.IGNORECASE)
_LIST = re.compile(r"[,;/|&]|\b(?:or|and)\b", re.IGNORECASE)
_STRESS = {"\u0300", "\u0301"}
_STRESSED = frozenset("аеёиоуыэюяієї")
_STAR = "\ue000"
"""What stands for a star that stands for any letters, once `\\*` has become a star of its own."""


def read_words(raw: Answer, *, rules: int) -> str | None:
    """Return what was typed without its outer spaces, or None for a blank; raise InvalidAnswer in words fit to show."""
    if rules == 1:
        return edition1.read_words(raw)
    return read_typed(raw)


@lru_cache(maxsize=4096)
def fold_text(text: str, folding: tuple[Folding, ...]) -> str:
    """Return the text without the differences that do not matter.

    What is unseen, the shape of apostrophes and quotation marks, points after single letters, outer punctuation, an
    English article at the start and repeated spaces never matter; case, accents and hyphens as `folding` says. Accents
    are marks on Latin and Greek letters, strokes through them, stress on Cyrillic vowels and the points of ё; 김 and й
    stay as they are written.
    """
    text = _LETTER_POINT.sub(_without_point, tidied(text))
    if "hyphens" in folding:
        text = text.replace("-", " ")
    if "accents" in folding:
        text = _without_accents(text)
    if "case" in folding:
        text = text.casefold()
    return _ARTICLE.sub("", " ".join(text.split()).strip(_EDGES))


def unescaped(form: str) -> str:
    """Return an accepted form as it is shown: `\\*` in it is a star."""
    return form.replace(r"\*", "*")


def has_star(form: str) -> bool:
    """Say whether a form has a star that stands for any letters."""
    return "*" in form.replace(r"\*", "")


class Wording(Ruled):
    """How typed words are compared with the forms an author accepts. The kinds `text` and `cloze` are made of it."""

    fold: tuple[Folding, ...] = FOLD_ALL
    typos: Annotated[Whole, Field(ge=0, le=2)] = 1

    def folded(self, text: str) -> str:
        """Return the text without the differences that do not matter here."""
        return edition1.fold_text(text, self.fold) if self.rules == 1 else fold_text(text, self.fold)

    def nearness(self, given: str, form: str) -> int | None:
        """Say how near folded words are to a form; None: they are another answer.

        0 is the form itself, 1 what its stars take in, and more is a form but for slips: one more than there are.
        """
        if self.rules == 1:
            return edition1.nearness(given, self.folded(form), self.typos)
        if not given:
            return None
        if has_star(form):
            return 1 if self._fits(given, form) else None
        form = self.folded(unescaped(form)).replace(", ", " ")
        if form in (orders := _orders(given)):
            return 0
        slips = (self._slips(order.split(), form.split()) for order in orders)
        return min(filter(None, slips), default=None)

    def nearest(self, given: str, forms: Iterable[str]) -> tuple[int, str] | None:
        """Return the form that folded words come nearest to, with how near; the first of those equally near."""
        found = ((near, form) for form in forms if (near := self.nearness(given, form)) is not None)
        return min(found, key=_nearness_first, default=None)

    def spelling(self, near: int, form: str) -> str:
        """Return the right spelling where words are a form but for slips of the pen, else nothing."""
        return unescaped(form) if self.rules > 1 and near > 1 else ""

    def shown(self, form: str) -> str:
        """Return a form as it is shown."""
        return form if self.rules == 1 else unescaped(form)

    def check_forms(self, forms: Sequence[str]) -> None:
        """Refuse forms of which one says nothing, or two are the same, or the first is not one to be shown.

        This is what every edition can tell apart: forms that only the newer folding makes one do no harm.
        """
        check_folded([edition1.fold_text(form, self.fold) for form in forms])
        if has_star(forms[0]):
            raise ValueError("the first form is shown as the right answer: write it without a star")
        for form in filter(has_star, forms):
            stars = form.replace(r"\*", "").count("*")
            if stars > MAX_STARS or len(form.replace("*", "").strip()) < 2:
                raise ValueError(f"“{form}” accepts too much: two letters at least, and {MAX_STARS} stars at most")

    def _fits(self, given: str, form: str) -> bool:
        """Say whether words fit a form with stars.

        No star that was typed is among the letters these stand for, and what comes before the first piece of the form
        is a title or a first name, never a list of other answers.
        """
        pieces = self.folded(unescaped(_wild(form))).split(_STAR)
        if given.count("*") != sum(piece.count("*") for piece in pieces) or not stands_in(given, pieces):
            return False
        return not _LIST.search(given[: given.find(next(filter(None, pieces)))])

    def _slips(self, given: Sequence[str], form: Sequence[str]) -> int | None:
        if not self.typos or len(given) != len(form):
            return None
        slips = [self._slips_of_word(*words) for words in zip(given, form, strict=True)]
        return None if None in slips else 1 + sum(filter(None, slips))

    def _slips_of_word(self, given: str, word: str) -> int | None:
        """Count the slips in one word: long enough, all letters, and not another number in words.

        What differs by nothing but what the author insists on (capitals, accents, hyphens) is no slip.
        """
        if given == word:
            return 0
        if self.fold != FOLD_ALL and fold_text(given, FOLD_ALL) == fold_text(word, FOLD_ALL):
            return None
        letters = word.replace("'", "").replace("-", "")
        if len(letters) < LONG_WORD or not letters.isalpha() or given in NUMBER_WORDS:
            return None
        return next((slips for slips in range(1, self.typos + 1) if is_within(given, word, slips)), None)


def check_folded(folded: Sequence[str]) -> None:
    """Refuse folded forms of which one is empty, or two are the same."""
    if "" in folded:
        raise ValueError("an accepted form is empty once folded")
    if repeated := sorted({form for form in folded if folded.count(form) > 1}):
        raise ValueError(f"these forms are the same once folded: {', '.join(repeated)}")


def stands_in(text: str, pieces: Sequence[str]) -> bool:
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


def _nearness_first(found: tuple[int, str]) -> int:
    return found[0]


def _orders(given: str) -> tuple[str, ...]:
    """Return words without the commas between them, and a name written the other way round: `Austen, Jane`."""
    plain = given.replace(", ", " ")
    last, _comma, first = given.partition(", ")
    return (plain, f"{first} {last}") if first and ", " not in first else (plain,)


def _wild(form: str) -> str:
    return re.sub(r"(?<!\\)\*", _STAR, form)


def _without_point(found: re.Match[str]) -> str:
    """Drop the point after a single letter: U.S.A. and U. S. A. are USA, J.Austen is J. Austen."""
    letter, joins, following = found[1], found[2], found[3]
    if joins is not None or not following.isalnum():
        return letter
    return f"{letter} "


def _without_accents(text: str) -> str:
    """Drop what is written on letters: marks and strokes of Latin and Greek ones, stress of Cyrillic ones."""
    kept: list[str] = []
    for sign in text:
        if sign in _STRESS and kept and kept[-1].casefold() in _STRESSED:
            continue
        kept.append(_plain_letter(sign))
    return "".join(kept)


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    if letter.isascii():
        return letter
    if letter in _PLAIN_LETTERS:
        return _PLAIN_LETTERS[letter]
    decomposed, name = unicodedata.normalize("NFD", letter), unicodedata.name(letter, "")
    is_marked = len(decomposed) > 1 and unicodedata.combining(decomposed[1])
    if is_marked and (name.startswith(("LATIN", "GREEK")) or set(decomposed[1:]) <= _STRESS):
        base = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
        is_stressed = base.casefold() in _STRESSED or name.startswith(("LATIN", "GREEK"))
        return _PLAIN_LETTERS.get(base, base) if is_stressed else letter
    if found := _WITH_SIGN.match(name):
        return found[2].lower() if found[1] == "SMALL" else found[2]
    return letter
