"""The rule of a course by which its certificate is earned, as authors write it. No Django."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, model_validator

_Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", max_length=80)]
_Percent = Annotated[int, Field(strict=True, ge=1, le=100)]


class CertificateRule(BaseModel):
    """What a student has done when the certificate is earned: all of it is wanted.

    `lessons_read` are keys of lessons, or all that are written. `lesson_quizzes_passed`: each quiz that belongs to a
    lesson, by its own pass mark. `quizzes_passed` are keys of others; `scores` asks for so many per cent of a quiz.
    `wording` stands on the paper between the name and the title of the course.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    wording: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] | None = None
    lessons_read: Literal["all"] | tuple[_Key, ...] = ()
    lesson_quizzes_passed: StrictBool = False
    quizzes_passed: tuple[_Key, ...] = ()
    scores: dict[_Key, _Percent] = {}

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not (self.lessons_read or self.lesson_quizzes_passed or self.quizzes_passed or self.scores):
            raise ValueError(
                "it asks for nothing; give `lessons_read`, `lesson_quizzes_passed`, `quizzes_passed` or `scores`"
            )
        return self

    def lesson_keys(self) -> Iterator[str]:
        """Yield the lessons that are named."""
        yield from () if self.lessons_read == "all" else self.lessons_read

    def quiz_keys(self) -> Iterator[str]:
        """Yield the quizzes that are named."""
        yield from self.quizzes_passed
        yield from self.scores

    def as_stored(self) -> dict[str, Any]:
        """Return the rule as a row and a file hold it: without what is not asked for."""
        return self.model_dump(mode="json", exclude_defaults=True)


def rule_of(stored: Mapping[str, Any]) -> CertificateRule:
    """Return a stored rule. Raises pydantic's ValidationError for what is none."""
    return CertificateRule.model_validate(stored)
