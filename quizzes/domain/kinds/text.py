"""Short text: a word or a few, compared after folding what does not matter."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from quizzes.domain.base import ONE, ZERO, Answer, ItemBase, Line, ReviewRow, Share, Spec
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.wording import FOLD_ALL, Wording, read_words, typed_verdict

RULES = {
    (True, False): _("A word or a few. Capitals, accents and hyphens do not matter."),
    (True, True): _("A word or a few. Capitals, accents and hyphens do not matter, nor a slip in a long word."),
    (False, False): _("A word or a few, spelt with care."),
    (False, True): _("A word or a few, spelt with care; a slip in a long word does not matter."),
}
"""What is said before answering, by whether all folding is on, and whether slips of the pen are forgiven."""


class PartialForm(Spec):
    """Forms that earn a share of their own, or only a comment."""

    accept: Annotated[tuple[Line, ...], Field(min_length=1)]
    share: Share
    feedback: Line


class TextSpec(Wording, ItemBase):
    """A short typed answer. An answer is the text as it was typed, outer spaces apart."""

    new_rules: ClassVar[int] = 2
    kind: Literal["text"] = "text"
    accept: Annotated[tuple[Line, ...], Field(min_length=1)]
    partial: tuple[PartialForm, ...] = ()
    feedback_right: Line
    feedback_wrong: Line

    @model_validator(mode="after")
    def _forms_are_apart(self) -> TextSpec:
        self.check_forms([*self.accept, *(form for partial in self.partial for form in partial.accept)])
        return self

    def key_words(self) -> tuple[str, ...]:
        """Return every accepted form that stands for itself."""
        return tuple(form for form in self.accept if "*" not in form)

    def clean(self, raw: Answer) -> Answer:
        """Accept any short text."""
        return read_words(raw)

    def mark(self, answer: Answer) -> Decimal:
        """Everything for an accepted form, the stated share for a partial one."""
        return self._judged(answer)[0]

    def gist(self, answer: Answer) -> str:
        """Return the text without what does not matter."""
        return self.folded(answer)

    def right_answer(self) -> Answer:
        """Return the form the author put first."""
        return self.accept[0]

    def guess_share(self) -> Decimal:
        """Nothing: a word is not guessed blindly."""
        return ZERO

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Set what was typed beside the form the author put first."""
        share, feedback = (ZERO, self.feedback_wrong) if answer is None else self._judged(answer)
        return (ReviewRow("", answer or "", self.accept[0], typed_verdict(answer, share), feedback),)

    def describe(self, answer: Answer) -> str:
        """Return the text as typed."""
        return str(answer)

    def marking_rule(self) -> str:
        """Say what does not matter."""
        return RULES[set(self.fold) == set(FOLD_ALL), self.typos > 0]

    def _judged(self, answer: str) -> tuple[Decimal, str]:
        """Return what words earn and what is said to them. What is a form goes before what resembles one."""
        given = self.folded(answer)
        for fits in (self.is_form, self.resembles):
            if any(fits(given, form) for form in self.accept):
                return ONE, self.feedback_right
            for partial in self.partial:
                if any(fits(given, form) for form in partial.accept):
                    return partial.share, partial.feedback
        return ZERO, self.feedback_wrong
