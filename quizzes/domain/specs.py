"""A quiz as its author wrote it."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Literal

from pydantic import Field, StrictBool, model_validator

from quizzes.domain.base import Key, Line, Spec, Text
from quizzes.domain.kinds import AnySpec, ItemSpec


class SourceRecord(Spec):
    """What is known of a source before its words are read."""

    author: Line | None = None
    date: Line | None = None
    place: Line | None = None
    genre: Line | None = None
    audience: Line | None = None


class SourceSet(Spec):
    """A source that several questions of a quiz are asked on."""

    title: Line
    stimulus: Text
    record: SourceRecord = SourceRecord()
    sources: Annotated[tuple[Key, ...], Field(min_length=1)]


class QuizSpec(Spec):
    """A quiz of a lesson or of a unit, with the ungraded checks its lesson places in the text."""

    quiz: Key
    lesson: Key | None = None
    unit: Key | None = None
    title: Line
    intro: Text | None = None
    practice: StrictBool = False
    max_attempts: Annotated[int, Field(ge=1)] | None = None
    pass_percent: Annotated[int, Field(ge=0, le=100)] = 70
    solutions: Literal["on_submission", "never"] = "on_submission"
    sets: dict[Key, SourceSet] = {}
    items: Annotated[tuple[ItemSpec, ...], Field(min_length=1)]
    checks: tuple[ItemSpec, ...] = ()

    @model_validator(mode="after")
    def _belongs_somewhere(self) -> QuizSpec:
        if (self.lesson is None) == (self.unit is None):
            raise ValueError("name either the `lesson` or the `unit` this quiz belongs to")
        return self


def content_hash(spec: Spec) -> str:
    """Return a hash of everything the author wrote; equal content has an equal hash whatever the layout of the file."""
    body = spec.model_dump(mode="json")
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def spec_hash(spec: AnySpec) -> str:
    """Return the hash that tells whether an item needs a new revision."""
    return content_hash(spec)
