"""Which entries of a course's lists its questions use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from courses.models import Course, GlossaryTerm, Person, TimelineEvent
from courses.rendering.names import Names, orders_of
from quizzes.models import ItemRevision

# What a question holds besides words: names of other things, and settings.
_NO_WORDS = {"key", "kind", "objective", "level", "section", "sources", "facts", "statements", "figure", "rule"}


def questions_citing(course: Course) -> Counter[str]:
    """Return how many questions rest on each source, by key, in one query."""
    return Counter(key for body in _bodies(course) for key in set(body.get("sources", ())))


def questions_on_events(course: Course, events: Iterable[TimelineEvent]) -> Counter[str]:
    """Return how many questions rest on the same facts as each event, by key, in one query."""
    facts = [set(body.get("facts", ())) for body in _bodies(course)]
    return Counter({event.key: sum(not used.isdisjoint(event.facts) for used in facts) for event in events})


def questions_naming(course: Course, entries: Sequence[GlossaryTerm | Person]) -> Counter[str]:
    """Return how many questions name each term or person in their words, by key, in one query."""
    names = Names({entry.key: _forms(entry) for entry in entries})
    return Counter(key for body in _bodies(course) for key in names.found_in(" . ".join(_words(body))))


def _bodies(course: Course) -> Iterable[dict[str, Any]]:
    revisions = ItemRevision.objects.for_paper().filter(item__course=course, item__quiz__is_retired=False)
    return revisions.values_list("body", flat=True)


def _forms(entry: GlossaryTerm | Person) -> list[str]:
    if isinstance(entry, Person):
        return orders_of(entry.name)
    return [entry.term.partition(" (")[0], *entry.forms]


def _words(part: Any) -> Iterator[str]:
    """Yield every text of a question, from wherever it stands in its body."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        yield from (word for name, inner in part.items() if name not in _NO_WORDS for word in _words(inner))
    elif isinstance(part, list):
        yield from (word for inner in part for word in _words(inner))
