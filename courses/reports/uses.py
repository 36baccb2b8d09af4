"""Where a course uses what its lists hold: sources, terms, people, events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from courses.models import Course, Lesson, Person, Section, TimelineEvent


@dataclass(frozen=True)
class Use:
    """A lesson that uses an entry, and the first section that does; none where only the whole lesson is named."""

    lesson: Lesson
    section: str = ""

    @property
    def url(self) -> str:
        """Return the address of the place."""
        return f"{self.lesson.get_absolute_url()}#{self.section}" if self.section else self.lesson.get_absolute_url()


def uses_of(course: Course, what: str) -> dict[str, list[Use]]:
    """Return the lessons that use each source, term or person, by key, in one query."""
    found: dict[str, dict[int, Use]] = {}
    for section in _sections(course):
        for key in section.mentions.get(what, ()):
            found.setdefault(key, {}).setdefault(section.lesson_id, Use(section.lesson, section.key))
    return {key: list(uses.values()) for key, uses in found.items()}


def people_uses(course: Course, people: Iterable[Person]) -> dict[str, list[Use]]:
    """Return the lessons that name each person or are named with them; `people` come with their lessons."""
    uses = uses_of(course, "person")
    for person in people:
        named = uses.setdefault(person.key, [])
        known = {use.lesson.pk for use in named}
        named += [Use(lesson) for lesson in person.lessons.all() if lesson.pk not in known]
    return uses


def event_uses(course: Course, events: Sequence[TimelineEvent]) -> dict[str, list[Use]]:
    """Return the lessons of each event, by key: those that rest on the same facts, and its own, in one query."""
    by_fact: dict[str, list[Use]] = {}
    for section in _sections(course):
        for fact in section.facts:
            by_fact.setdefault(fact, []).append(Use(section.lesson, section.key))
    found = {}
    for event in events:
        uses: dict[int, Use] = {}
        for use in (use for fact in event.facts for use in by_fact.get(fact, ())):
            uses.setdefault(use.lesson.pk, use)
        if event.lesson is not None:
            uses.setdefault(event.lesson.pk, Use(event.lesson))
        found[event.key] = list(uses.values())
    return found


def _sections(course: Course) -> QuerySet[Section]:
    """Return the live sections of a course in reading order, without their texts."""
    lessons = Lesson.objects.current().filter(course=course)
    wanted = ["key", "facts", "mentions", "lesson__key", "lesson__number", "lesson__title", "lesson__course__key"]
    return (
        Section.objects.filter(is_retired=False, lesson__in=lessons.values("pk"))
        .select_related("lesson__course")
        .only(*wanted)
        .order_by("lesson__unit__position", "lesson__position", "position")
    )
