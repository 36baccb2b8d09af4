"""What kind of change an edit is: of wording, of structure, or of how answers score. One table decides.

The classes, and that only the last two offer a regrade, are our own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from quizzes.domain.kinds import AnySpec
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named


class ChangeClass(Named):
    """What a change does, the weightiest first."""

    SCORING = "scoring", _("changes scores")
    STRUCTURE = "structure", _("changes structure")
    WORDING = "wording", _("changes wording")


_ANY = "*"
_SCORING: Mapping[str, frozenset[str]] = {
    "quizzes.quiz": frozenset({
        "pass_percent", "keep", "credit", "credit_from", "penalty", "hint_penalty", "credits", "behaviour",
        "confidence_rule",
    }),
    "quizzes.itemrevision": frozenset({
        "accept", "after", "answer", "at", "category", "correct", "fold", "kind", "match", "near", "partial",
        "points", "right", "rubric", "rule", "share", "tolerance", "typos", "unit", "unit_penalty", "unit_typed",
        "units", "value", "weight", "year",
    }),
}  # fmt: skip
_STRUCTURE: Mapping[str, frozenset[str]] = {
    _ANY: frozenset(
        {
            "is_retired", "lane", "lesson", "moved_sections", "position", "quiz", "purpose", "section", "statements",
            "unit",
        }
    ),
    "courses.learningobjective": frozenset({"level"}),
    "quizzes.quiz": frozenset({
        "closes_at", "draw", "due_at", "grace_minutes", "is_practice", "later_wait_minutes", "layout", "max_attempts",
        "minutes", "navigation", "opens_at", "overdue", "password", "review", "shuffle", "wait_minutes",
    }),
    "quizzes.item": frozenset({"objective"}),
    "quizzes.itemrevision": frozenset({
        "anonymous", "choose", "difficulty", "end", "enemies", "level", "map", "max", "min", "objective", "order",
        "set", "shuffle", "start", "style", "words",
    }),
}  # fmt: skip


def class_of_field(model: str, name: str) -> ChangeClass:
    """Return the class of a change of one field of a model (`quizzes.quiz`); of a revision: one field of its words."""
    if name in _SCORING.get(model, ()):
        return ChangeClass.SCORING
    if name in _STRUCTURE.get(model, ()) or name in _STRUCTURE[_ANY]:
        return ChangeClass.STRUCTURE
    return ChangeClass.WORDING


def weightiest(classes: Sequence[ChangeClass]) -> ChangeClass:
    """Return the class of a change that is made of several.

    >>> weightiest([ChangeClass.WORDING, ChangeClass.STRUCTURE]).value
    'structure'
    """
    return min(classes, key=list(ChangeClass).index, default=ChangeClass.WORDING)


@dataclass(frozen=True)
class Difference:
    """One value of a question that changed: its place (`options`, `b`, `text`), and what it was and is."""

    place: tuple[str, ...]
    before: Any
    after: Any
    is_part: bool = False
    """Whether the part of the question it belongs to is only there before, or only after."""
    name: str = ""
    """The field of the question's kind that holds the value."""

    @property
    def change_class(self) -> ChangeClass:
        """Return the class of the change; a part more or less is one of structure."""
        found = class_of_field("quizzes.itemrevision", self.name)
        return weightiest([found, ChangeClass.STRUCTURE]) if self.is_part else found


def differences(before: AnySpec | None, after: AnySpec) -> list[Difference]:
    """Return what differs between two wordings of a question; of a new question everything that is said in it."""
    old = {} if before is None else {place: (name, value) for place, name, value in _leaves(before)}
    new = {place: (name, value) for place, name, value in _leaves(after)}
    found = []
    for place in dict.fromkeys([*new, *old]):
        name, was = old.get(place, ("", None))
        name, now = new.get(place, (name, None))
        if was != now and (was or now):
            found.append(Difference(place, was, now, (place in old) is not (place in new), name))
    return found


def class_of_words(before: AnySpec | None, after: AnySpec) -> ChangeClass:
    """Return the class of new words for a question: scoring where another answer would be right."""
    if before is None:
        return ChangeClass.STRUCTURE
    if is_other_key(before, after):
        return ChangeClass.SCORING
    return weightiest([each.change_class for each in differences(before, after)])


def is_other_key(before: AnySpec, after: AnySpec) -> bool:
    """Say whether another answer earns everything. Options with other names, in the same words, are the same answer."""
    if not (before.is_machine_marked and after.is_machine_marked):
        return before.is_machine_marked is not after.is_machine_marked
    if before.kind != after.kind:
        return True
    old, new = before.right_answer(), after.right_answer()
    return old != new and before.describe(old) != after.describe(new)


def _leaves(value: Any, place: tuple[str, ...] = (), name: str = "") -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """Yield the place of every single value, the field that holds it, and the value."""
    if isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from _leaves(getattr(value, field), (*place, field), field)
    elif isinstance(value, Mapping):
        yield (*place, ""), "order", list(value)
        for key, inner in value.items():
            yield from _leaves(inner, (*place, str(key)), name)
    elif isinstance(value, tuple) and any(isinstance(each, BaseModel) for each in value):
        for at, inner in enumerate(value, start=1):
            yield from _leaves(inner, (*place, str(at)), name)
    else:
        yield place, name, value
