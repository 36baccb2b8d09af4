"""Essay: a text of some length, marked by a person with a rubric."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from quizzes.domain.base import Answer, InvalidAnswer, Spec, Whole
from quizzes.domain.rubric import HumanMarked, clean_prose

_LEEWAY = 3
"""How many times the words asked for are still read."""


class Words(Spec):
    """How many words are asked for."""

    min: Annotated[Whole, Field(ge=0, le=2_000)]
    max: Annotated[Whole, Field(ge=10, le=2_000)]

    @model_validator(mode="after")
    def _runs_upward(self) -> Words:
        if self.min > self.max:
            raise ValueError("`min` is more than `max`")
        return self


class EssaySpec(HumanMarked):
    """A question answered at length. An answer is the text as it was typed, outer spaces apart."""

    fewest_sources: ClassVar[int] = 2

    kind: Literal["essay"] = "essay"
    words: Words

    @model_validator(mode="after")
    def _model_can_be_given(self) -> EssaySpec:
        try:
            self.clean(self.model)
        except InvalidAnswer:
            raise ValueError("the model answer is longer than an answer may be") from None
        return self

    def clean(self, raw: Answer) -> Answer:
        """Accept any text that is not far beyond the words asked for."""
        return clean_prose(raw, most_words=_LEEWAY * self.words.max)

    def right_answer(self) -> Answer:
        """Return the model answer."""
        return self.clean(self.model)

    def describe(self, answer: Answer) -> str:
        """Return the text in one line."""
        return " ".join(answer.split())

    def parts(self, order: Sequence[str]) -> dict[str, Any]:
        """Return how many words are asked for, and the criteria."""
        return {"words": self.words.model_dump(), **super().parts(order)}

    def passages(self, answer: Answer) -> list[tuple[str, str]]:
        """Return the text, without a heading."""
        return [("", answer)]
