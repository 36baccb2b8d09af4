"""Quizzes and items."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.base import LoadedAdmin, LookOnly, RowForm, TabularInline, draft_courses, staff_of
from courses.models import Course
from quizzes.admin.asking import AsksBeforeShortening
from quizzes.admin.words import WordsHistory
from quizzes.lint.advice import advice_on_quiz
from quizzes.lint.folder import overrides_of
from quizzes.models import Item, ItemRevision, Quiz
from quizzes.services.clock import refresh_quiz

_STEM_LENGTH = 90


def short_stem(stem: str) -> str:
    """Return the first words of a stem."""
    return Truncator(stem).chars(_STEM_LENGTH)


class QuizForm(RowForm):
    """A quiz of a lesson, or of a unit."""

    def check_places(self, course: Course) -> None:
        """Refuse a lesson of another unit as well."""
        super().check_places(course)
        unit, lesson = self.cleaned_data.get("unit"), self.cleaned_data.get("lesson")
        if unit is not None and lesson is not None and lesson.unit_id != unit.pk:
            self.add_error("lesson", _("This lesson is in another unit."))


@admin.register(Quiz)
class QuizAdmin(AsksBeforeShortening, LoadedAdmin):
    """Quizzes and their settings; their questions are items."""

    form = QuizForm
    list_display = [
        "title", "key", "lesson", "unit", "question_count", "is_practice", "pass_percent", "is_retired", "edited_at",
    ]  # fmt: skip
    list_filter = ["course", "unit", "is_practice", "behaviour", "is_retired"]
    list_select_related = ["course", "unit", "lesson"]
    search_fields = ["title", "key", "lesson__title"]
    ordering = ["course", "unit__position", "lesson__position", "key"]
    autocomplete_fields = ["course", "unit", "lesson"]
    fieldsets = [
        (None, {"fields": ["course", "key", "unit", "lesson", "title", "intro", "is_practice", "pass_percent"]}),
        (
            gettext_lazy("When and how often"),
            {
                "fields": [
                    "opens_at", "due_at", "closes_at", "minutes", "overdue", "grace_minutes", "max_attempts",
                    "wait_minutes", "later_wait_minutes", "keep", "credit", "credit_from", "password",
                ]
            },
        ),
        (
            gettext_lazy("How it is sat and marked"),
            {
                "fields": [
                    "behaviour", "penalty", "hint_penalty", "credits", "confidence_rule", "layout", "navigation",
                    "shuffle", "draw",
                ]
            },
        ),
        (gettext_lazy("What is shown when"), {"fields": ["review"]}),
        (None, {"fields": ["is_retired", "edited_at"]}),
    ]  # fmt: skip
    readonly_fields = ["advice"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the questions of each quiz."""
        rows: Any = super().get_queryset(request)
        counted: QuerySet[Any] = rows.with_question_count()
        return counted

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show advice once there is a quiz to be advised on."""
        return [*super().get_fieldsets(request, obj), *([(None, {"fields": ["advice"]})] if obj else [])]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Let a window that moved take effect in attempts that are open; one in a draft does when it is published."""
        was = Quiz.objects.filter(pk=obj.pk).first()
        super().save_model(request, obj, form, change)
        moves = {"closes_at", "minutes", "overdue", "grace_minutes"} & set(form.changed_data)
        if change and moves and not obj.is_drafting:
            who, now = staff_of(request), timezone.now()
            self.refresh(request, lambda shorter: refresh_quiz(obj, now=now, actor=who, shorter=shorter, was=was))

    @admin.display(description=gettext_lazy("questions"), ordering="question_count")
    def question_count(self, quiz: Any) -> int:
        """Return the number of questions that are not retired."""
        return int(quiz.question_count)

    @admin.display(description=gettext_lazy("advice"))
    def advice(self, quiz: Quiz) -> SafeString:
        """Say what the rules of item writing find in the quiz as a whole."""
        found = advice_on_quiz(quiz, overrides_of(quiz.course.key))
        return render_to_string("admin/_advice.html", {"advice": found})


class RevisionInline(LookOnly, TabularInline):
    """The revisions of an item, newest first."""

    model = ItemRevision
    fields = ["number", "is_current", "is_draft", "stem", "points", "papers", "editor", "created_at", "marks"]
    readonly_fields = ["is_draft", "stem", "papers", "marks"]
    show_change_link = True

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the way to regrading out where it would lead nowhere."""
        names = super().get_fields(request, obj)
        may_regrade = obj is not None and ItemRevision.objects.regraded_by(staff_of(request)).filter(item=obj).exists()
        return names if may_regrade else [name for name in names if name != "marks"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the papers that hold each; leave drafts to the people who may see them."""
        rows: Any = super().get_queryset(request)
        rows = rows.filter(Q(is_draft=False) | Q(item__course__in=draft_courses(request)))
        counted: QuerySet[Any] = rows.with_issued().select_related("item", "editor")
        return counted

    @admin.display(description=gettext_lazy("question"))
    def stem(self, revision: ItemRevision) -> str:
        """Return the first words of the question."""
        return short_stem(revision.spec.stem)

    @admin.display(description=gettext_lazy("papers"))
    def papers(self, revision: Any) -> int:
        """Return how many papers hold the revision."""
        return int(revision.paper_count)

    @admin.display(description=gettext_lazy("marks"))
    def marks(self, revision: Any) -> SafeString | str:
        """Lead to where the marks of papers that hold the revision are put right."""
        if not revision.paper_count:
            return ""
        return render_to_string("admin/_regrade.html", {"revision": revision})


@admin.register(Item)
class ItemAdmin(WordsHistory, LoadedAdmin):
    """Items: where a question stands. Its words, and what they name, are in its revisions."""

    list_display = ["key", "stem", "kind", "quiz", "purpose", "position", "revision_count", "is_retired", "edited_at"]
    list_filter = ["course", "quiz", "purpose", "is_retired"]
    list_select_related = ["quiz"]
    search_fields = ["key", "quiz__title", "quiz__key"]
    ordering = ["quiz", "purpose", "position"]
    autocomplete_fields = ["course", "quiz", "objective", "section"]
    readonly_fields = ["statements", "revise"]
    fields = [
        "course", "quiz", "key", "purpose", "position", "objective", "section", "statements", "revise", "is_retired",
        "edited_at",
    ]  # fmt: skip
    inlines = [RevisionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Fetch with each item the kind and the question of its words (else of their draft), and count revisions."""
        words = ItemRevision.objects.filter(Q(is_current=True) | Q(is_draft=True), item=OuterRef("pk"))
        current = words.order_by("-is_current")
        rows: QuerySet[Any] = super().get_queryset(request).annotate(
            kind=Subquery(current.values("kind")[:1]),
            stem=Subquery(current.values_list(KeyTextTransform("stem", "body"))[:1]),
            revision_count=Count("revisions"),
        )  # fmt: skip
        return rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Leave objective and section to the words once there is an item to have them."""
        fixed = ("quiz", "objective", "section") if obj else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    @admin.display(description=gettext_lazy("question"))
    def stem(self, item: Any) -> str:
        """Return the first words of the question."""
        return short_stem(item.stem or "")

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind(self, item: Any) -> str:
        """Return the kind of the current revision."""
        return item.kind or _("no words yet")

    @admin.display(description=gettext_lazy("revisions"), ordering="revision_count")
    def revision_count(self, item: Any) -> int:
        """Return the number of revisions."""
        return int(item.revision_count)

    @admin.display(description=gettext_lazy("words"))
    def revise(self, item: Item) -> SafeString | str:
        """Lead to where the words are written."""
        if item.pk is None:
            return _("Save the item first, then write its question.")
        address = f"{reverse('admin:quizzes_itemrevision_add')}?item={item.pk}"
        return format_html('<a href="{}">{}</a>', address, _("Write a new revision"))
