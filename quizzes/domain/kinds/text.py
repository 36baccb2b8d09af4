"""Short text: a word or a few, compared after folding what does not matter."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from quizzes.domain.base import (
    MAX_TYPED,
    ONE,
    ZERO,
    Answer,
    InvalidAnswer,
    ItemBase,
    Line,
    ReviewRow,
    Share,
    Spec,
    Verdict,
)
from quizzes.domain.messages import gettext_noop as _

Folding = Literal["case", "accents", "hyphens"]
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"'})
_HYPHENS = re.compile(r"[-‐‑‒–—−]")
_UNFIT = re.compile(r"[\x00\ud800-\udfff]")  # what no database takes as text
_EDGES = " \t\n.,;:!?\"'"


class PartialForm(Spec):
    """Forms that earn a share of their own, or only a comment."""

    accept: Annotated[tuple[Line, ...], Field(min_length=1)]
    share: Share
    feedback: Line


class TextSpec(ItemBase):
    """A short typed answer. An answer is the text as it was typed, outer spaces apart."""

    kind: Literal["text"] = "text"
    accept: Annotated[tuple[Line, ...], Field(min_length=1)]
    partial: tuple[PartialForm, ...] = ()
    fold: tuple[Folding, ...] = ("case", "accents", "hyphens")
    feedback_right: Line
    feedback_wrong: Line

    @model_validator(mode="after")
    def _forms_are_apart(self) -> TextSpec:
        forms = [self.folded(form) for form in self.accept]
        forms += [self.folded(form) for partial in self.partial for form in partial.accept]
        if "" in forms:
            raise ValueError("an accepted form is empty once folded")
        repeated = sorted({form for form in forms if forms.count(form) > 1})
        if repeated:
            raise ValueError(f"these forms are the same once folded: {', '.join(repeated)}")
        return self

    def folded(self, text: str) -> str:
        """Return the text without the differences that do not matter.

        Quotation marks, outer punctuation and repeated spaces never matter; case, accents and hyphens as `fold` says.
        Accents are the combining marks of Unicode's canonical decomposition, so 김 and й survive as they are written.
        """
        text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
        if "hyphens" in self.fold:
            text = _HYPHENS.sub(" ", text)
        if "accents" in self.fold:
            text = _without_accents(text)
        if "case" in self.fold:
            text = text.casefold()
        return " ".join(text.split()).strip(_EDGES)

    def clean(self, raw: Answer) -> Answer:
        """Accept any short text."""
        if raw is None:
            return None
        if not isinstance(raw, str) or _UNFIT.search(raw):
            raise InvalidAnswer(_("Give the answer as text."))
        text = raw.strip()
        if len(text) > MAX_TYPED:
            raise InvalidAnswer(_("This answer is too long; a few words are enough."))
        return text or None

    def mark(self, answer: Answer) -> Decimal:
        """Everything for an accepted form, the stated share for a partial one."""
        folded = self.folded(answer)
        if folded in map(self.folded, self.accept):
            return ONE
        partial = self._partial(folded)
        return partial.share if partial else ZERO

    def right_answer(self) -> Answer:
        """Return the form the author put first."""
        return self.accept[0]

    def guess_share(self) -> Decimal:
        """Nothing: a word is not guessed blindly."""
        return ZERO

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Set what was typed beside the form the author put first."""
        share = self.share_of(answer)
        partial = None if answer is None else self._partial(self.folded(answer))
        feedback = partial.feedback if partial else self.feedback_right if share == ONE else self.feedback_wrong
        return (ReviewRow("", answer or "", self.accept[0], typed_verdict(answer, share), feedback),)

    def describe(self, answer: Answer) -> str:
        """Return the text as typed."""
        return str(answer)

    def marking_rule(self) -> str:
        """Say what does not matter."""
        if set(self.fold) == {"case", "accents", "hyphens"}:
            return _("A word or a few. Capitals, accents and hyphens do not matter.")
        return _("A word or a few, spelt with care.")

    def _partial(self, folded: str) -> PartialForm | None:
        return next((form for form in self.partial if folded in map(self.folded, form.accept)), None)


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
