"""Which changes come along with which: what a change points at must be there once it is published."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

from courses.content.needs import rows_needed
from courses.services.drafts import NEW, Change
from quizzes.domain.kinds import AnySpec
from quizzes.models import ItemRevision
from quizzes.services.authoring import place_of

_NAMED_BY_WORDS: Mapping[str, Callable[[AnySpec], Iterable[str]]] = {
    "courses.source": lambda spec: spec.sources,
    "courses.studystatement": lambda spec: spec.statements,
    "courses.figure": lambda spec: (spec.figure,) if spec.figure else (),
    "courses.map": lambda spec: (spec.map_key,) if spec.map_key else (),
    "quizzes.item": lambda spec: spec.enemies,
}


def needs_of(changes: Sequence[Change], sections: Container[tuple[str, str]]) -> dict[str, list[str]]:
    """Return for each change, by key, the other changes without which it would lead nowhere.

    Needed are rows that were never published or come back from being retired, and sections that only the draft of a
    lesson has; `sections` are those that are published, by the keys of lesson and section.
    """
    coming = {name: change.key for change in changes if NEW in change.fields for name in _names(change)}
    bodies = {change.row.key: change.key for change in changes if "body" in change.fields and _is_lesson(change)}
    found = {}
    for change in changes:
        needed = {coming[name] for name in _needed(change) if name in coming}
        needed |= {bodies[place[0]] for place in _places(change) if place not in sections and place[0] in bodies}
        found[change.key] = sorted(needed - {change.key})
    return found


def with_needs(chosen: Iterable[str], needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the changes chosen and all that come along with them.

    >>> with_needs(["words"], {"words": ["question"], "question": ["quiz"], "quiz": [], "lesson": []})
    ['words', 'question', 'quiz']
    """
    found = dict.fromkeys(chosen)
    waiting = list(found)
    while waiting:
        for key in needs.get(waiting.pop(), ()):
            if key not in found:
                found[key] = None
                waiting.append(key)
    return list(found)


def _is_lesson(change: Change) -> bool:
    return bool(change.key.startswith("courses.lesson:"))


def _names(change: Change) -> Iterator[str]:
    label, _colon, _pk = change.key.partition(":")
    yield change.key
    yield f"{label}/{change.row.key}"


def _needed(change: Change) -> Iterator[str]:
    if not isinstance(change.row, ItemRevision):
        yield from rows_needed(change)
        return
    spec = change.row.spec
    yield f"quizzes.item:{change.row.item_id}"
    yield f"courses.learningobjective/{spec.objective}"
    for label, keys in _NAMED_BY_WORDS.items():
        yield from (f"{label}/{key}" for key in keys(spec))
    yield from (f"courses.lesson/{lesson}" for lesson, _section in _places(change))


def _places(change: Change) -> list[tuple[str, str]]:
    """Return the lesson and section that answer a question."""
    return [place_of(change.row.item, change.row.spec)] if isinstance(change.row, ItemRevision) else []
