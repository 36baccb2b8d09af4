"""Rubrics, and what all questions have in common that a person marks."""

from __future__ import annotations

import random
import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, RootModel, field_validator

from quizzes.domain.base import (
    ZERO,
    Answer,
    InOrder,
    InvalidAnswer,
    ItemBase,
    Line,
    ReviewRow,
    Spec,
    Text,
    Whole,
    too_long,
)
from quizzes.domain.messages import gettext_noop as _

MAX_PROSE = 20_000
"""Characters a long typed answer may have."""
_UNFIT = re.compile(r"[\ud800-\udfff]")  # half a character: no database takes it as text


class RubricLevel(Spec):
    """What work of one level looks like, and what it earns."""

    points: Annotated[Whole, Field(ge=0, le=100)]
    text: Line


class Criterion(Spec):
    """One thing a person looks for, with its levels from the lowest."""

    title: Line
    levels: Annotated[tuple[RubricLevel, ...], Field(min_length=2, max_length=8)]

    @field_validator("levels")
    @classmethod
    def _levels_rise(cls, levels: tuple[RubricLevel, ...]) -> tuple[RubricLevel, ...]:
        points = [level.points for level in levels]
        if points[0] or points != sorted(set(points)):
            raise ValueError("the levels begin with 0 points, and each earns more than the one before")
        return levels

    @property
    def most(self) -> int:
        """Return the points of the highest level."""
        return self.levels[-1].points


class Rubric(RootModel[Annotated[InOrder[Criterion], Field(min_length=1, max_length=8)]]):
    """Criteria by key. A marker chooses a level of each; a level is named by its place, from 0."""

    model_config = ConfigDict(frozen=True)

    def share(self, levels: Mapping[str, int]) -> Decimal:
        """Return the points of the levels chosen out of the most possible; a criterion not yet judged earns nothing.

        Raise ValueError for a criterion or a level that is not in the rubric.
        """
        for key, level in levels.items():
            if key not in self.root or not 0 <= level < len(self.root[key].levels):
                raise ValueError(f"the rubric has no level {level} of “{key}”")
        return Decimal(self.points(levels)) / sum(criterion.most for criterion in self.root.values())

    def points(self, levels: Mapping[str, int]) -> int:
        """Return the points of the levels chosen. Raises KeyError or IndexError for what the rubric does not have."""
        return sum(self.root[key].levels[level].points for key, level in levels.items())

    def fits(self, other: Rubric) -> bool:
        """Say whether levels chosen by another rubric can be read by this one: same criteria, as many levels each."""
        mine, theirs = ({key: len(criterion.levels) for key, criterion in each.root.items()} for each in (self, other))
        return mine == theirs

    def top(self) -> dict[str, int]:
        """Return the highest level of each criterion."""
        return {key: len(criterion.levels) - 1 for key, criterion in self.root.items()}

    def judged(self, levels: Mapping[str, int]) -> list[tuple[Criterion, list[tuple[RubricLevel, bool]]]]:
        """Return each criterion with its levels, and whether a marker chose them."""
        return [
            (criterion, [(level, levels.get(key) == at) for at, level in enumerate(criterion.levels)])
            for key, criterion in self.root.items()
        ]

    def is_complete(self, levels: Mapping[str, int]) -> bool:
        """Say whether every criterion was judged."""
        return set(levels) == set(self.root)


class HumanMarked(ItemBase):
    """A question in free words. It earns nothing until a person has chosen levels of its rubric."""

    is_human_marked: ClassVar[bool] = True
    takes_prose: ClassVar[bool] = True
    fewest_sources: ClassVar[int] = 1
    """How many sources an answer rests on at least, where the question is on sources."""
    is_on_source: ClassVar[bool] = False
    """Whether its stimulus is always a source, which is described with its origin."""

    rubric: Rubric
    model: Text

    def mark(self, answer: Answer) -> Decimal:  # noqa: ARG002
        """Nothing: only a person can tell."""
        return ZERO

    def guess_share(self) -> Decimal:
        """Nothing: words are not guessed blindly."""
        return ZERO

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:  # noqa: ARG002
        """Nothing to set beside a key: the rubric, the marker's words and the model answer say it all."""
        return ()

    def marking_rule(self) -> str:
        """Say who marks, and by what."""
        return _("A person marks this by the criteria shown with it.")

    def parts(self, order: Sequence[str]) -> dict[str, Any]:  # noqa: ARG002
        """Return the criteria and what each earns at most; the levels tell the answer, and come with the result."""
        return {"rubric": [{"title": each.title, "points": each.most} for each in self.rubric.root.values()]}

    def count(self, answer: Answer) -> int:
        """Count the words of a clean answer."""
        return sum(count_words(text) for _heading, text in self.passages(answer))

    def wrong_answer(self, rng: random.Random) -> Answer:  # noqa: ARG002
        """Return the model answer: what an answer in free words is worth only a person can tell."""
        return self.right_answer()

    @abstractmethod
    def passages(self, answer: Answer) -> list[tuple[str, str]]:
        """Return what was written as (heading or nothing, text), for the person who reads or marks it."""


def clean_prose(raw: Answer, *, most_words: int) -> str | None:
    """Return a long typed text in its one normal form, or None for a blank; raise InvalidAnswer if it is unreadable.

    A NUL, which a paste from a PDF may hold and nobody sees, is dropped.
    """
    if raw is None:
        return None
    if not isinstance(raw, str) or _UNFIT.search(raw):
        raise InvalidAnswer(_("Give the answer as text."))
    text = raw.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > MAX_PROSE:
        raise too_long(text, most=MAX_PROSE)
    if (count := count_words(text)) > most_words:
        words = _("This answer has %(count)d words, %(over)d more than can be marked. Shorten it to %(most)d.")
        raise InvalidAnswer(words, count=count, over=count - most_words, most=most_words)
    return text or None


def count_words(text: str) -> int:
    """Count what stands between spaces."""
    return len(text.split())
