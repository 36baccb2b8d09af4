"""Reading progress."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from courses.errors import NotWrittenYet
from courses.models import Lesson, LessonCompletion, Section, SectionRead
from courses.services.certificates import look_again, with_certificate

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FOLLOWERS: list[Callable[[int, Collection[int]], None]] = []
"""What else is done, in the same transaction, when a student has read in lessons; called with the ids of both.

Courses know nothing of what classes are assigned: `quizzes/services/standing.py` adds itself here.
"""


def _follow(student: User, lessons: Collection[int]) -> None:
    for follow in FOLLOWERS:
        follow(student.pk, lessons)


@transaction.atomic
def mark_read(*, lesson: Lesson, sections: Sequence[str], student: User, now: datetime) -> bool:
    """Note that a student has read sections of a lesson, by key; return whether the lesson is complete now.

    Keys the lesson does not have are passed over: a page may be older than the lesson. Reading again changes nothing.
    """
    if not lesson.is_written:
        raise NotWrittenYet
    live = {section.key: section for section in Section.objects.current().filter(lesson=lesson)}
    reads = [SectionRead(student=student, section=live[key], read_at=now) for key in sections if key in live]
    SectionRead.objects.bulk_create(reads, ignore_conflicts=True)
    done = SectionRead.objects.filter(student=student, section__in=list(live.values())).count()
    is_complete = done >= len(live)
    if is_complete:
        completion = LessonCompletion(student=student, lesson=lesson, completed_at=now)
        LessonCompletion.objects.bulk_create([completion], ignore_conflicts=True)
        look_again([(student.pk, course) for course in with_certificate([lesson.course_id])], now=now)
    _follow(student, [lesson.pk])
    return is_complete


@transaction.atomic
def adopt_reading(*, guest: User, user: User, now: datetime) -> None:
    """Give a user what was read before signing in; where both have read a section, the user's own row stays.

    A lesson of which each had read a part is complete when the parts make the whole.
    """
    for model, field in ((SectionRead, "section"), (LessonCompletion, "lesson")):
        rows = model._default_manager.filter(student=guest)  # noqa: SLF001 (Django's documented accessor)
        mine = model._default_manager.filter(student=user).values(field)  # noqa: SLF001
        rows.filter(**{f"{field}__in": mine}).delete()
        rows.update(student=user)
    lessons: Any = Lesson.objects.current().written().with_progress(user)
    whole = lessons.filter(is_complete=False, section_count__gt=0, read_count=F("section_count"))
    LessonCompletion.objects.bulk_create(
        [LessonCompletion(student=user, lesson=lesson, completed_at=now) for lesson in whole], ignore_conflicts=True
    )
    read = SectionRead.objects.filter(student=user).values_list("section__lesson", "section__lesson__course")
    look_again([(user.pk, course) for course in with_certificate(course for _lesson, course in read)], now=now)
    _follow(user, {lesson for lesson, _course in read})
