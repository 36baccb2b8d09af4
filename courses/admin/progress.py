"""Who has read what: to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from courses.admin.base import LookOnly, OwnRows
from courses.admin.growing import EachClassFilter, GrowingRows
from courses.models import Enrolment, LessonCompletion, SectionRead

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_PEOPLE = ["student__username", "student__first_name", "student__last_name"]


@admin.register(SectionRead)
class SectionReadAdmin(LookOnly, GrowingRows, OwnRows):
    """Sections read."""

    list_display = ["student", "section", "lesson", "read_at"]
    list_filter = [EachClassFilter, "section__lesson__course"]
    list_select_related = ["student", "section__lesson"]
    search_fields = [*_PEOPLE, "section__title", "section__lesson__title"]

    def own(self, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Keep what students of the user's classes read in the courses of those classes."""
        return rows.filter(_is_taught(user, course="section__lesson__course", moment="read_at"))

    @admin.display(description=_("lesson"))
    def lesson(self, read: SectionRead) -> str:
        """Return the lesson of the section."""
        return str(read.section.lesson)


@admin.register(LessonCompletion)
class LessonCompletionAdmin(LookOnly, GrowingRows, OwnRows):
    """Lessons read to their end."""

    list_display = ["student", "lesson", "completed_at"]
    list_filter = [EachClassFilter, "lesson__course"]
    list_select_related = ["student", "lesson"]
    search_fields = [*_PEOPLE, "lesson__title"]

    def own(self, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Keep what students of the user's classes completed in the courses of those classes."""
        return rows.filter(_is_taught(user, course="lesson__course", moment="completed_at"))


def _is_taught(user: User, *, course: str, moment: str) -> Exists:
    places = Enrolment.objects.students_of(user).showing(OuterRef(moment))
    return Exists(places.filter(user=OuterRef("student"), cohort__course=OuterRef(course)))
