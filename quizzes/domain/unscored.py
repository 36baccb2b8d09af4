"""What all questions have in common that are asked and never marked."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import Field, StringConstraints, model_validator

from quizzes.domain.base import ZERO, Answer, ItemBase, Key, Level, Number, ReviewRow, Whole
from quizzes.domain.messages import gettext_noop as _


class Unscored(ItemBase):
    """A question without a right answer. It is worth nothing, and counts in no total, pass mark or statistic of marks.

    What only serves marking may be left out: level, difficulty, sources and feedback. Hints have no use.
    """

    is_scored: ClassVar[bool] = False

    level: Level = Level.UNDERSTAND
    difficulty: Annotated[Whole, Field(ge=1, le=3)] = 1
    sources: tuple[Key, ...] = ()
    points: Number = ZERO
    feedback: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000)] = ""

    @model_validator(mode="after")
    def _has_nothing_to_mark(self) -> Self:
        if self.points != 0:
            raise ValueError("this kind is never marked: leave out `points`")
        if self.hints:
            raise ValueError("this kind is never marked, so hints lead nowhere: leave out `hints`")
        return self

    @property
    @abstractmethod
    def offered(self) -> Mapping[str, str]:
        """Return the words of what may be chosen, by key: what a summary counts."""

    @abstractmethod
    def chosen_in(self, answer: Answer) -> Sequence[str]:
        """Return the keys of what a clean answer chooses."""

    @abstractmethod
    def comment_in(self, answer: Answer) -> str:
        """Return what a clean answer says in free words, or nothing."""

    def mark(self, answer: Answer) -> Decimal:  # noqa: ARG002
        """Nothing; it is never asked for."""
        return ZERO

    def right_answer(self) -> Answer:
        """Return None: no answer is right."""
        return None

    def guess_share(self) -> Decimal:
        """Nothing: there is nothing to guess."""
        return ZERO

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:  # noqa: ARG002
        """Nothing: a result shows what was answered, and there is no key to set it beside."""
        return ()

    def marking_rule(self) -> str:
        """Say that it is not marked."""
        return _("Not marked: no answer is right or wrong.")
