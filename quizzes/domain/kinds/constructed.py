"""Constructed response: short answers to prompts on a source, marked by a person with a rubric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from quizzes.domain.base import (
    Answer,
    InOrder,
    InvalidAnswer,
    Line,
    Spec,
    Whole,
    key_on_paper,
    name_on_paper,
    read_each,
)
from quizzes.domain.described import Where, texts_of
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.rubric import HumanMarked, clean_prose

_LEEWAY = 3
_LEAST_ROOM = 300
"""Words every box takes, however few are asked for."""


class WrittenPrompt(Spec):
    """One box to write in."""

    text: Line
    words: Annotated[Whole, Field(ge=5, le=500)]

    @property
    def most_words(self) -> int:
        """Return how many words are still read."""
        return max(_LEEWAY * self.words, _LEAST_ROOM)

    def read(self, raw: Answer) -> str | None:
        """Return what was written, or None for a blank."""
        return clean_prose(raw, most_words=self.most_words)


class ConstructedSpec(HumanMarked):
    """Prompts on a source. An answer maps prompt keys to texts; prompts left open are absent."""

    is_on_source: ClassVar[bool] = True

    kind: Literal["constructed"] = "constructed"
    prompts: Annotated[InOrder[WrittenPrompt], Field(min_length=1, max_length=4)]

    @model_validator(mode="after")
    def _has_a_source_and_a_model(self) -> ConstructedSpec:
        if self.stimulus is None and self.set is None:
            raise ValueError("give the source as `stimulus`, or name the `set` it comes from")
        try:
            self.right_answer()
        except InvalidAnswer:
            raise ValueError("the model answer is longer than a box takes: give each prompt a paragraph") from None
        return self

    def clean(self, raw: Answer) -> Answer:
        """Accept a mapping; empty boxes are left out."""
        if raw in (None, "", {}):
            return None
        if not isinstance(raw, Mapping) or any(key not in self.prompts for key in raw):
            raise InvalidAnswer(_("Write in the boxes offered."))
        return read_each(raw, {key: (prompt.text, prompt.read) for key, prompt in self.prompts.items()})

    def right_answer(self) -> Answer:
        """Return the model answer: a paragraph for each prompt, or all of it for each where they do not match."""
        paragraphs = [part for part in self.model.split("\n\n") if part.strip()]
        if len(paragraphs) != len(self.prompts):
            paragraphs = [self.model] * len(self.prompts)
        return self.clean(dict(zip(self.prompts, paragraphs, strict=True)))

    def describe(self, answer: Answer) -> str:
        """Return the texts in one line."""
        return " / ".join(" ".join(text.split()) for _heading, text in self.passages(answer) if text)

    def texts(self) -> Iterator[tuple[Where, str]]:
        """Yield the prompts."""
        yield from texts_of("prompts", self.prompts)

    def passages(self, answer: Answer) -> list[tuple[str, str]]:
        """Return each prompt with what was written to it."""
        if isinstance(answer, str):  # what is left where it was erased with its person
            return [("", answer)]
        return [(prompt.text, answer.get(key, "")) for key, prompt in self.prompts.items()]

    def parts(self, order: Sequence[str]) -> dict[str, Any]:
        """Return the prompts by their places, and the criteria."""
        prompts = {str(place): prompt.model_dump() for place, prompt in enumerate(self.prompts.values(), start=1)}
        return {"prompts": prompts, **super().parts(order)}

    def from_paper(self, raw: Answer, order: Sequence[str]) -> Answer:  # noqa: ARG002
        """Name the prompts as their author did."""
        prompts = list(self.prompts)
        return {key_on_paper(name, prompts): text for name, text in raw.items()} if isinstance(raw, dict) else raw

    def to_paper(self, answer: Answer, order: Sequence[str]) -> Answer:  # noqa: ARG002
        """Name the prompts as the paper does."""
        prompts = list(self.prompts)
        return None if answer is None else {name_on_paper(key, prompts): text for key, text in answer.items()}

    def is_complete(self, answer: Answer) -> bool:
        """Say whether every box was written in."""
        return answer is not None and len(answer) == len(self.prompts)
