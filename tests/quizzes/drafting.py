"""How the tests of publishing draft and publish."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User

from courses.models import Course, CourseRole, Lesson, Publication
from courses.services.drafts import keep, standing
from quizzes.models import Attempt, Item, ItemRevision
from quizzes.services.authoring import draft_item
from quizzes.services.publishing import Order, changes_of, publish
from tests.make import (
    NOW,
    make_course,
    quiz_file,
)

SOON = NOW + timedelta(minutes=5)


def owned_course(owner: User) -> Course:
    """Return a published course of two lessons and a quiz of two questions, with an owner."""
    made = make_course(lessons=2, sections=2, quizzes=[quiz_file(items=2, kinds=["single", "single"])])
    CourseRole.objects.create(course=made, user=owner, role=CourseRole.Role.OWNER)
    return made


def draft(row: Any, by: User, **values: Any) -> Any:
    """Keep values as a row's draft, as the admin does."""
    fresh = standing(type(row).objects.get(pk=row.pk))
    for name, value in values.items():
        setattr(fresh, name, value)
    keep(fresh, by=by, now=NOW)
    return fresh


def order_of(course: Course, by: User, *keys: str, note: str = "") -> Order:
    """Order what waits, or the changes named, as they are now."""
    return Order(course, by, {each.key: each.seen for each in changes_of(course) if not keys or each.key in keys}, note)


def publish_all(course: Course, by: User, **options: Any) -> Publication:
    return publish(order_of(course, by), now=SOON, **options).publication


def lesson_of(course: Course, key: str = "lesson-1") -> Lesson:
    return course.lessons.get(key=key)


def new_words(item: Item, by: User, **changes: Any) -> ItemRevision:
    """Draft other words for a question."""
    return draft_item(
        item=item, spec=item.revisions.get(is_current=True).spec.model_copy(update=changes), editor=by, now=NOW
    )


def other_key(item: Item, by: User, right: str) -> ItemRevision:
    """Draft another key for a single choice."""
    options = item.revisions.get(is_current=True).spec.options
    return new_words(
        item, by, options={key: each.model_copy(update={"correct": key == right}) for key, each in options.items()}
    )


def everything(course: Course) -> list[Any]:
    """Return every row that publishing may touch."""
    rows = [course.lessons, course.quizzes, course.items, ItemRevision.objects, Publication.objects, Attempt.objects]
    return [list(each.order_by("pk").values()) for each in rows]
