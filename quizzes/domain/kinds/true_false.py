"""True or false: a statement to judge."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import StrictBool

from quizzes.domain.base import ONE, ZERO, Answer, InvalidAnswer, ItemBase, Line, ReviewRow, Told
from quizzes.domain.described import Asked, Said, StemIs
from quizzes.domain.kinds.single import option_verdict
from quizzes.domain.messages import gettext_noop as _

WORDS = {True: _("True"), False: _("False")}
_KEYS = {True: "true", False: "false"}


class TrueFalseSpec(ItemBase):
    """A statement that is true or false. An answer is a boolean."""

    stem_is: ClassVar[StemIs] = StemIs.STATEMENT
    lettered_parts: ClassVar[tuple[str, ...]] = ("options",)
    speaks_for_us: ClassVar[bool] = True
    told_while_trying: ClassVar[Told] = Told.CHOICE

    kind: Literal["true_false"] = "true_false"
    answer: StrictBool
    feedback_true: Line
    feedback_false: Line

    def clean(self, raw: Answer) -> Answer:
        """Accept a boolean, or the words `true` and `false`."""
        if raw in (None, ""):
            return None
        if isinstance(raw, bool):
            return raw
        if raw in ("true", "false"):
            return raw == "true"
        raise InvalidAnswer(_("Choose true or false."))

    def mark(self, answer: Answer) -> Decimal:
        """Everything or nothing."""
        return ONE if answer == self.answer else ZERO

    def right_answer(self) -> Answer:
        """Return the truth of the statement."""
        return self.answer

    def guess_share(self) -> Decimal:
        """One in two."""
        return ONE / 2

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Judge both words."""
        return tuple(
            ReviewRow(
                WORDS[value],
                "",
                "",
                option_verdict(answer is value, self.answer is value),
                feedback,
            )
            for value, feedback in ((True, self.feedback_true), (False, self.feedback_false))
        )

    def describe(self, answer: Answer) -> str:
        """Return the wording chosen."""
        return WORDS[answer]

    def marking_rule(self) -> str:
        """Say that the statement is one or the other."""
        return _("True or false.")

    def parts(self, order: Sequence[str]) -> dict[str, Any]:  # noqa: ARG002
        """Return the two words."""
        return {"options": {"true": WORDS[True], "false": WORDS[False]}}

    @property
    def truth(self) -> bool | None:
        """Return whether the statement is true."""
        return self.answer

    def asked(self) -> tuple[Asked, ...]:
        """Return the statement, with both words as options."""
        offered = {_KEYS[value]: words for value, words in WORDS.items()}
        return (Asked("", offered=offered, right=frozenset({_KEYS[self.answer]})),)

    def answered(self, answer: Answer) -> Mapping[str, tuple[str, ...]]:
        """Return the word chosen."""
        return {"": (_KEYS[answer],)}

    def explanations(self) -> Iterator[Said]:
        """Yield what is said of either word."""
        yield Said(self.feedback_true, ("feedback_true",), self.answer)
        yield Said(self.feedback_false, ("feedback_false",), not self.answer)

    def wrong_answer(self, rng: random.Random) -> Answer:  # noqa: ARG002
        """Judge the other way."""
        return not self.answer
