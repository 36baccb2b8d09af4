"""Short text: a word or a few, compared after folding what does not matter."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from quizzes.domain.base import ONE, ZERO, Answer, ItemBase, Line, ReviewRow, Share, Spec
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.wording import FOLD_ALL, Folding, check_forms, fold_text, read_words, typed_verdict


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
    fold: tuple[Folding, ...] = FOLD_ALL
    feedback_right: Line
    feedback_wrong: Line

    @model_validator(mode="after")
    def _forms_are_apart(self) -> TextSpec:
        partial = [form for partial in self.partial for form in partial.accept]
        check_forms([self.folded(form) for form in (*self.accept, *partial)])
        return self

    def key_words(self) -> tuple[str, ...]:
        """Return every accepted form."""
        return self.accept

    def folded(self, text: str) -> str:
        """Return the text without the differences that do not matter here."""
        return fold_text(text, self.fold)

    def clean(self, raw: Answer) -> Answer:
        """Accept any short text."""
        return read_words(raw)

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
        if set(self.fold) == set(FOLD_ALL):
            return _("A word or a few. Capitals, accents and hyphens do not matter.")
        return _("A word or a few, spelt with care.")

    def _partial(self, folded: str) -> PartialForm | None:
        return next((form for form in self.partial if folded in map(self.folded, form.accept)), None)
