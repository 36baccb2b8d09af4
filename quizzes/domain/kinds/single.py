"""Single choice: one option is right."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, StrictBool, field_validator

from quizzes.domain.base import (
    ONE,
    ZERO,
    Answer,
    InOrder,
    InvalidAnswer,
    ItemBase,
    Line,
    ReviewRow,
    Spec,
    Told,
    Verdict,
    key_on_paper,
    name_on_paper,
    shuffled,
)
from quizzes.domain.described import Asked, Choice, Option, Said, StemIs, Where, texts_of
from quizzes.domain.messages import gettext_noop as _


class SingleOption(Spec):
    """One choice offered, and why it is right or wrong."""

    text: Line
    correct: StrictBool = False
    feedback: Line

    @property
    def is_right(self) -> bool:
        """Say whether it is right."""
        return self.correct

    def never_wrong(self, *, is_ticked: bool) -> Self:
        """Return the option as a regrade to “always right” treats it: right for every student who chose it."""
        return self.model_copy(update={"correct": is_ticked})


class SingleSpec(ItemBase):
    """A question with exactly one right option. An answer is the key of an option."""

    stem_is: ClassVar[StemIs] = StemIs.QUESTION
    lettered_parts: ClassVar[tuple[str, ...]] = ("options",)
    told_while_trying: ClassVar[Told] = Told.CHOICE

    kind: Literal["single"] = "single"
    options: Annotated[InOrder[SingleOption], Field(min_length=2, max_length=8)]
    shuffle: StrictBool = True

    @field_validator("options")
    @classmethod
    def _one_key(cls, options: dict[str, SingleOption]) -> dict[str, SingleOption]:
        right = sum(option.correct for option in options.values())
        if right != 1:
            raise ValueError(f"{right} options are marked `correct: true`; a single choice has exactly one")
        return options

    def key_words(self) -> tuple[str, ...]:
        """Return the wording of the right option."""
        return (self.options[self.right_answer()].text,)

    def clean(self, raw: Answer) -> Answer:
        """Accept the key of an option."""
        if raw in (None, ""):
            return None
        if not isinstance(raw, str) or raw not in self.options:
            raise InvalidAnswer(_("Choose one of the options offered."))
        return raw

    def mark(self, answer: Answer) -> Decimal:
        """Everything for the right option, nothing for another."""
        return ONE if self.options[answer].correct else ZERO

    def right_answer(self) -> Answer:
        """Return the key of the right option."""
        return next(key for key, option in self.options.items() if option.correct)

    def guess_share(self) -> Decimal:
        """One in as many as there are options."""
        return ONE / len(self.options)

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Judge each option."""
        return tuple(
            ReviewRow(option.text, "", "", option_verdict(key == answer, option.correct), option.feedback)
            for key, option in self.options.items()
        )

    def describe(self, answer: Answer) -> str:
        """Return the wording chosen."""
        return self.options[answer].text

    def marking_rule(self) -> str:
        """Say that one option is right."""
        return _("One option is right.")

    def order(self, rng: random.Random) -> list[str]:
        """Shuffle the options unless their order means something."""
        return shuffled(list(self.options), rng) if self.shuffle else list(self.options)

    def parts(self, order: Sequence[str]) -> dict[str, Any]:
        """Return the wording of each option, in the order and by the names of the paper."""
        return {"options": {name_on_paper(key, order): self.options[key].text for key in order}}

    def from_paper(self, raw: Answer, order: Sequence[str]) -> Answer:
        """Name the option as its author did."""
        return raw if raw in (None, "") else key_on_paper(raw, order)

    def to_paper(self, answer: Answer, order: Sequence[str]) -> Answer:
        """Name the option as the paper does."""
        return None if answer is None else name_on_paper(answer, order)

    def texts(self) -> Iterator[tuple[Where, str]]:
        """Yield the wording of each option."""
        yield from texts_of("options", self.options)

    def option_sets(self) -> Iterator[Choice]:
        """Yield the options."""
        options = tuple(
            Option(option.text, option.correct, option.feedback, ("options", key, "text"))
            for key, option in self.options.items()
        )
        yield Choice(self.stem, options, ("options",), is_shuffled=self.shuffle)

    def asked(self) -> tuple[Asked, ...]:
        """Return the one place there is."""
        right = frozenset(key for key, option in self.options.items() if option.correct)
        return (Asked("", offered={key: option.text for key, option in self.options.items()}, right=right),)

    def answered(self, answer: Answer) -> Mapping[str, tuple[str, ...]]:
        """Return the option chosen."""
        return {"": (answer,)}

    def explanations(self) -> Iterator[Said]:
        """Yield why each option is right or wrong."""
        for key, option in self.options.items():
            yield Said(option.feedback, ("options", key, "feedback"), option.correct)

    def regradable_options(self) -> Mapping[str, str]:
        """Return every option."""
        return {key: option.text for key, option in self.options.items()}

    def wrong_answer(self, rng: random.Random) -> Answer:
        """Choose one of the wrong options."""
        return rng.choice([key for key, option in self.options.items() if not option.correct])


def option_verdict(is_chosen: bool, is_right: bool) -> Verdict:
    """Judge one option of a choice."""
    if is_chosen:
        return Verdict.RIGHT if is_right else Verdict.WRONG
    return Verdict.MISSED if is_right else Verdict.LEFT
