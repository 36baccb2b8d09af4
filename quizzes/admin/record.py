"""What marks rest on, and what became of them: tries, marks by people, regrades, reports, events. All to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from courses.admin.base import LookOnly, OwnRows
from courses.admin.growing import EachClassFilter, GrowingRows
from quizzes.admin.attempts import SavedClassFilter, is_response_taught, is_taught
from quizzes.models import AttemptEvent, HumanMark, QuestionReport, Regrade, Try

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_STUDENT = "attempt__student"


class EventClassFilter(EachClassFilter):
    """Keeps the events of the students of one class."""

    student = "attempt__student"


class OfResponse(LookOnly, GrowingRows, OwnRows):
    """Rows of a response: an instructor sees those of the students of their classes."""

    list_select_related = ["response__attempt__student", "response__attempt__quiz"]
    search_fields = [
        "response__attempt__student__username", "response__attempt__student__last_name",
        "response__revision__item__key",
    ]  # fmt: skip

    def own(self, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Keep the rows of students of the user's classes."""
        return rows.filter(is_response_taught(user))

    @admin.display(description=_("student"))
    def student(self, row: Any) -> str:
        """Return whose it is."""
        return str(row.response.attempt.student)

    @admin.display(description=_("quiz"))
    def quiz(self, row: Any) -> str:
        """Return the quiz."""
        return str(row.response.attempt.quiz)

    @admin.display(description=_("question"))
    def position(self, row: Any) -> int:
        """Return the place of the question on the paper."""
        return int(row.response.position)


@admin.register(Try)
class TryAdmin(OfResponse):
    """Answers that were marked while the attempt was open."""

    list_display = ["student", "quiz", "position", "number", "hints_shown", "tried_at"]
    list_filter = [SavedClassFilter, "response__attempt__quiz"]


@admin.register(HumanMark)
class HumanMarkAdmin(OfResponse):
    """Marks by people."""

    list_display = ["student", "quiz", "position", "share", "marker", "marked_at"]
    list_filter = [SavedClassFilter, "response__attempt__quiz"]
    list_select_related = [*OfResponse.list_select_related, "marker"]


@admin.register(Regrade)
class RegradeAdmin(LookOnly, OwnRows):
    """Regrades. They are made and taken back on the question's own page."""

    list_display = ["revision", "fix", "is_for_all", "never_lower", "touches_human", "actor", "made_at", "undone_at"]
    list_filter = ["revision__item__course", "fix", "is_for_all", "never_lower"]
    list_select_related = ["revision__item", "actor"]
    search_fields = ["revision__item__key", "reason"]
    date_hierarchy = "made_at"

    def own(self, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Keep those that reach the user's classes, or are of courses they edit."""
        return rows.filter(pk__in=Regrade.objects.seen_by(user).values("pk"))


@admin.register(AttemptEvent)
class AttemptEventAdmin(LookOnly, GrowingRows, OwnRows):
    """What happened to attempts and their marks."""

    list_display = ["student", "attempt", "kind", "points_before", "points_after", "actor", "happened_at"]
    list_filter = [EventClassFilter, "kind", "attempt__quiz"]
    list_select_related = ["attempt__student", "attempt__quiz", "actor"]
    search_fields = [f"{_STUDENT}__username", f"{_STUDENT}__last_name", "attempt__quiz__title"]

    def own(self, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Keep the events of students of the user's classes."""
        return rows.filter(is_taught("attempt", user))

    @admin.display(description=_("student"))
    def student(self, row: AttemptEvent) -> str:
        """Return whose attempt it is."""
        return str(row.attempt.student)


@admin.register(QuestionReport)
class QuestionReportAdmin(OfResponse):
    """Reports of questions. They are answered on the page of a class."""

    list_display = ["student", "quiz", "position", "text", "wants_regrade", "state", "reported_at", "answered_by"]
    list_filter = [EachClassFilter, "state", "wants_regrade", "response__attempt__quiz"]
    list_select_related = [*OfResponse.list_select_related, "student", "revision__item", "answered_by"]
    search_fields = [*OfResponse.search_fields, "text"]
