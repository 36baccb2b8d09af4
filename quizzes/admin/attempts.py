"""Attempts, responses and saved answers: to look at. Points are never changed by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.db.models import Case, Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.admin.base import LookOnly, OwnRows, TabularInline
from courses.admin.growing import EachClassFilter, GrowingRows, row_by_row
from quizzes.models import Attempt, ItemResponse, SavedAnswer
from quizzes.reports.history import given_to_staff
from quizzes.reports.scores import so_far

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def _this(path: str) -> dict[str, OuterRef]:
    """Return the condition that a row is that at the end of a path, said twice.

    Said once, PostgreSQL may gather all rows that pass and look each one up among them; a range it has to ask for.
    """
    return {"pk": OuterRef(path), "pk__gte": OuterRef(path)}


def is_taught(path: str, user: User) -> Case:
    """Return whether the attempt at the end of a path is of a class the user teaches, asked of each row of a list."""
    return row_by_row(Exists(Attempt.objects.each_taught_by(user).filter(**_this(path))))


def is_response_taught(user: User) -> Case:
    """Return whether the response of each row is of such an attempt.

    Responses are not joined: SQLite, which knows nothing of the size of an empty table, would begin with all of them.
    """
    responses = ItemResponse.objects.filter(is_taught("attempt", user))
    return row_by_row(Exists(responses.filter(**_this("response"))))


class ResponseInline(LookOnly, TabularInline):
    """The questions of a paper with what was given."""

    model = ItemResponse
    fields = ["position", "revision", "given", "share", "points", "is_flagged", "answered_at"]
    readonly_fields = ["given"]
    show_change_link = True
    ordering = ["position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Fetch the paper with its words."""
        return super().get_queryset(request).select_related("attempt__quiz", "revision__item")

    @admin.display(description=_("given"))
    def given(self, response: ItemResponse) -> str:
        """Return the answer in words."""
        return given_to_staff(response.revision.spec, response.answer)


@admin.register(Attempt)
class AttemptAdmin(LookOnly, GrowingRows, OwnRows):
    """Attempts of students."""

    list_display = ["student", "quiz", "number", "started_at", "submitted_at", "score", "max_score", "percent"]
    list_filter = [EachClassFilter, "quiz__course", ("submitted_at", EmptyFieldListFilter), "quiz"]
    list_select_related = ["student", "quiz"]
    search_fields = ["student__username", "student__first_name", "student__last_name", "quiz__title", "quiz__key"]
    newest_by = "started_at"
    inlines = [ResponseInline]

    def own(self, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Keep the attempts of students of the user's classes."""
        return rows.filter(is_taught("pk", user))

    def view_on_site(self, obj: Attempt) -> str:
        """Return the result, which the instructors of the student's class may see."""
        return reverse("quizzes:result", args=[obj.pk])

    @admin.display(description=_("per cent"))
    def percent(self, attempt: Attempt) -> Decimal | str | None:
        """Return the score in per cent, or what is known of it while a person has yet to mark some."""
        known = so_far(attempt)
        return attempt.percent if known is None else str(known)


class ResponseClassFilter(EachClassFilter):
    """Keeps the responses of the students of one class."""

    student = "attempt__student"


@admin.register(ItemResponse)
class ItemResponseAdmin(LookOnly, GrowingRows, OwnRows):
    """Responses of students, in words: what is stored would tell whose an anonymous answer is."""

    exclude = ["answer"]
    readonly_fields = ["given"]
    list_display = ["student", "quiz", "position", "revision", "given", "share", "points", "is_flagged"]
    list_filter = [ResponseClassFilter, "attempt__quiz", "is_flagged"]
    list_select_related = ["attempt__student", "attempt__quiz", "revision__item"]
    search_fields = ["attempt__student__username", "attempt__student__last_name", "revision__item__key"]

    def own(self, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Keep the responses of students of the user's classes."""
        return rows.filter(is_taught("attempt", user))

    @admin.display(description=_("student"))
    def student(self, response: ItemResponse) -> str:
        """Return whose response it is."""
        return str(response.attempt.student)

    @admin.display(description=_("quiz"))
    def quiz(self, response: ItemResponse) -> str:
        """Return the quiz."""
        return str(response.attempt.quiz)

    @admin.display(description=_("given"))
    def given(self, response: ItemResponse) -> str:
        """Return the answer in words."""
        return given_to_staff(response.revision.spec, response.answer)


class SavedClassFilter(EachClassFilter):
    """Keeps the saved answers of the students of one class."""

    student = "response__attempt__student"


@admin.register(SavedAnswer)
class SavedAnswerAdmin(LookOnly, GrowingRows, OwnRows):
    """Every answer that arrived, in words, with what became of it."""

    exclude = ["answer"]
    readonly_fields = ["given"]
    list_display = ["student", "quiz", "position", "given", "outcome", "saved_at"]
    list_filter = [SavedClassFilter, "outcome", "response__attempt__quiz"]
    list_select_related = ["response__attempt__student", "response__attempt__quiz", "response__revision"]
    search_fields = ["response__attempt__student__username", "response__revision__item__key"]

    def own(self, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Keep the answers of students of the user's classes."""
        return rows.filter(is_response_taught(user))

    @admin.display(description=_("student"))
    def student(self, saved: SavedAnswer) -> str:
        """Return whose answer it is."""
        return str(saved.response.attempt.student)

    @admin.display(description=_("quiz"))
    def quiz(self, saved: SavedAnswer) -> str:
        """Return the quiz."""
        return str(saved.response.attempt.quiz)

    @admin.display(description=_("question"))
    def position(self, saved: SavedAnswer) -> int:
        """Return the place of the question on the paper."""
        return saved.response.position

    @admin.display(description=_("given"))
    def given(self, saved: SavedAnswer) -> str:
        """Return the answer in words."""
        return given_to_staff(saved.response.revision.spec, saved.answer)
