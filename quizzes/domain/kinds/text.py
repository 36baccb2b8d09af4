"""Short text: a word or a few, compared after folding what does not matter."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from quizzes.domain.base import ONE, ZERO, Answer, ItemBase, Line, ReviewRow, Share, Spec
from quizzes.domain.described import Asked, Said, StemIs, Typed
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.wording import FOLD_ALL, Wording, has_star, read_words, typed_verdict, unescaped

RULES = {
    (True, False): _("A word or a few. Capitals, accents and hyphens do not matter."),
    (True, True): _("A word or a few. Capitals, accents and hyphens do not matter, nor does a slip in a long word."),
    (False, False): _("A word or a few, spelt with care."),
    (False, True): _("A word or a few, spelt with care; a slip in a long word does not matter."),
}
"""What is said before answering, by whether all folding is on, and whether slips of the pen are forgiven."""

NOT_SURE = "not sure"
"""What a student types who does not know."""


class PartialForm(Spec):
    """Forms that earn a share of their own, or only a comment."""

    accept: Annotated[tuple[Line, ...], Field(min_length=1)]
    share: Share
    feedback: Line


class TextSpec(Wording, ItemBase):
    """A short typed answer. An answer is the text as it was typed, outer spaces apart."""

    new_rules: ClassVar[int] = 2
    stem_is: ClassVar[StemIs] = StemIs.QUESTION
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
        return tuple(self.shown(form) for form in self.accept if not has_star(form))

    def clean(self, raw: Answer) -> Answer:
        """Accept any short text."""
        return read_words(raw, rules=self.rules)

    def mark(self, answer: Answer) -> Decimal:
        """Everything for an accepted form, the stated share for a partial one."""
        return self._judged(answer).share

    def gist(self, answer: Answer) -> str:
        """Return the text without what does not matter."""
        return self.folded(answer)

    def right_answer(self) -> Answer:
        """Return the form the author put first."""
        return self.shown(self.accept[0])

    def guess_share(self) -> Decimal:
        """Nothing: a word is not guessed blindly."""
        return ZERO

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Set what was typed beside the form the author put first."""
        judged = _Judged(ZERO, self.feedback_wrong) if answer is None else self._judged(answer)
        verdict, right = typed_verdict(answer, judged.share), self.shown(self.accept[0])
        return (ReviewRow("", answer or "", right, verdict, judged.feedback, judged.spelling),)

    def describe(self, answer: Answer) -> str:
        """Return the text as typed."""
        return str(answer)

    def marking_rule(self) -> str:
        """Say what does not matter."""
        return RULES[set(self.fold) == set(FOLD_ALL), self.typos > 0]

    def typed_words(self) -> Iterator[Typed]:
        """Yield the one place there is."""
        yield Typed(tuple(map(unescaped, self.accept)), self.fold, ("accept",))

    def asked(self) -> tuple[Asked, ...]:
        """Return the one place there is, to type in."""
        return (Asked(""),)

    def answered(self, answer: Answer) -> Mapping[str, tuple[str, ...]]:
        """Return what was typed."""
        return {"": (answer,)}

    def explanations(self) -> Iterator[Said]:
        """Yield what is said of right, wrong and partial forms."""
        yield Said(self.feedback_right, ("feedback_right",), is_right=True)
        yield Said(self.feedback_wrong, ("feedback_wrong",), is_right=False)
        for at, form in enumerate(self.partial):
            yield Said(form.feedback, ("partial", at, "feedback"), None if form.share else False)

    def wrong_answer(self, rng: random.Random) -> Answer:  # noqa: ARG002
        """Admit not to know."""
        return NOT_SURE

    def _judged(self, answer: str) -> _Judged:
        """Judge words by the form they come nearest to; accepted ones go before partial ones that are as near."""
        given = self.folded(answer)
        whole = _Judged(ONE, self.feedback_right)
        of_form = {form: _Judged(each.share, each.feedback) for each in self.partial for form in each.accept}
        of_form |= dict.fromkeys(self.accept, whole)
        found = self.nearest(given, [*self.accept, *of_form])
        if found is None:
            return _Judged(ZERO, self.feedback_wrong)
        judged = of_form[found[1]]
        return replace(judged, spelling=self.spelling(*found)) if judged is whole else judged


@dataclass(frozen=True)
class _Judged:
    share: Decimal
    feedback: str
    spelling: str = ""
