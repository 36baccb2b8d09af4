"""Courses, units, lessons and their objectives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext as _n

from courses.admin.base import (
    ArchivedFilter,
    CourseRows,
    DraftedAdmin,
    LoadedAdmin,
    LookOnly,
    ModelAdmin,
    RowForm,
    draft_courses,
    edited_courses,
    is_lookup,
    staff_of,
)
from courses.admin.deleting import DeletesUnmet
from courses.admin.edits import KeepsEdits
from courses.admin.fields import RuleField
from courses.admin.ownership import OwnedCourse
from courses.admin.withdrawing import AsksBeforeWithdrawing
from courses.content.check import Known, mistakes_in_lesson
from courses.content.standing import sound
from courses.http import Reader
from courses.models import Course, CourseRole, Deed, LearningObjective, Lesson, Section, Unit
from courses.models.completion import rule_of
from courses.models.parts import PARTS
from courses.rendering.lessons import ParsedSection, read_sections
from courses.services.audit import record
from courses.services.content import rerender, rerender_course, rerender_lesson
from courses.services.drafts import apply, changes_of, is_drafting
from courses.services.history import Edit
from courses.services.kept import keeping_nothing
from courses.services.sections import move_sections, pointed_at
from courses.services.showing import AT_ONCE, show_course
from courses.services.staff import make_instructor
from courses.views.kept_pages import lesson_context

_NAMED = 12
"""Questions named in a sentence."""
_LIVE = Q(lessons__is_retired=False)


class CourseForm(RowForm):
    """A course, which is a row of no other."""

    certificate = RuleField()

    def clean_certificate(self) -> Any:
        """Refuse a rule that names a lesson or quiz the course does not have."""
        stored = self.cleaned_data["certificate"]
        if stored is None or self.instance.pk is None:
            return stored
        rule = rule_of(stored)
        named = {"lesson": set(rule.lesson_keys()), "quiz": set(rule.quiz_keys())}
        for model in (part.model for part in PARTS):
            keys = named.get(model._meta.model_name or "", set())  # noqa: SLF001 (Django's documented accessor)
            rows = model._default_manager.filter(course=self.instance, is_retired=False, key__in=keys) if keys else []  # noqa: SLF001
            for key in sorted(keys - {getattr(row, "key", "") for row in rows}):
                words = _("The course has no %(what)s “%(key)s”.")
                self.add_error("certificate", words % {"what": model._meta.verbose_name, "key": key})  # noqa: SLF001
        return stored

    def course(self) -> None:
        """Return nothing: its texts cite nothing, and it points at nothing."""


@admin.register(Course)
class CourseAdmin(AsksBeforeWithdrawing, OwnedCourse, LoadedAdmin):
    """Courses. An instructor who makes one owns it; only its owners publish or retire it, which is done at once."""

    form = CourseForm
    course_path = "pk"
    list_display = ["title", "key", "language", "lesson_count", "is_published", "publishing", "edited_at"]
    list_filter = ["is_published", ArchivedFilter, "language"]
    search_fields = ["title", "subtitle", "key"]
    ordering = ["title"]
    lasting = ("key",)
    fields = [
        "key", "title", "subtitle", "lede", "summary", "about_study", "study_title", "language", "licence", "hours",
        "certificate", "is_published", "archived_at", "edited_at",
    ]  # fmt: skip
    readonly_fields = ["archived_at"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Offer no archived course in a picker."""
        rows = queryset.filter(archived_at=None) if is_lookup(request) else queryset
        return super().get_search_results(request, rows, search_term)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the lessons of each course."""
        rows: QuerySet[Any] = super().get_queryset(request).annotate(lesson_count=Count("lessons", filter=_LIVE))
        return rows

    @admin.display(description=_("lessons"), ordering="lesson_count")
    def lesson_count(self, course: Any) -> int:
        """Return the number of lessons that are not retired."""
        return int(course.lesson_count)

    def edits(self, request: HttpRequest, row: models.Model) -> bool:
        """Say whether the user may change the course."""
        return row.pk in edited_courses(request)

    def deletes(self, request: HttpRequest, row: models.Model) -> bool:
        """Leave deleting a course to its owners."""
        return Course.objects.owned_by(staff_of(request)).filter(pk=row.pk).exists()

    def shows_draft(self, request: HttpRequest, row: models.Model) -> bool:
        """Say whether the user may see what waits in the course."""
        return staff_of(request).is_superuser or row.pk in draft_courses(request)

    @admin.display(description=_("changes"))
    def publishing(self, course: Course) -> SafeString:
        """Lead to where the course's changes are published."""
        return render_to_string("admin/courses/course/_publish.html", {"course": course})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Leave publishing to the owners."""
        fixed = super().get_readonly_fields(request, obj)
        is_owner = obj is None or Course.objects.owned_by(staff_of(request)).filter(pk=obj.pk).exists()
        return fixed if is_owner else (*fixed, "is_published")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Make an instructor who made the course its owner, or they could not go on with it."""
        user = staff_of(request)
        if change:
            chosen = {name: getattr(obj, name) for name in AT_ONCE if name in form.changed_data}
            self.ask_before_withdrawing(request, obj, chosen)
            super().save_model(request, obj, form, change)
            show_course(obj, chosen, before=form.initial, by=user, now=timezone.now())
            return
        super().save_model(request, obj, form, change)
        if not user.is_superuser:
            place = CourseRole.objects.create(course=obj, user=user, role=CourseRole.Role.OWNER)
            record(user, Deed.COURSE_ROLE, place, person=user, course=obj, role=[None, place.role])

    def rerender(self, row: Course) -> None:
        """Render the course's own texts, and with them all the rest."""
        rerender_course(row)


@admin.register(CourseRole)
class CourseRoleAdmin(KeepsEdits, ModelAdmin):
    """Who works on which course, for administrators. A role opens the admin to the person."""

    list_display = ["user", "course", "role", "given_at"]
    list_filter = ["course", "role"]
    list_select_related = ["user", "course"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "course__title"]
    autocomplete_fields = ["course", "user"]
    fields = ["course", "user", "role"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Let the person into the admin, where courses are worked on, and record it."""
        before = CourseRole.objects.filter(pk=obj.pk).values_list("role", flat=True).first() if change else None
        super().save_model(request, obj, form, change)
        make_instructor(obj.user)
        about = {"person": obj.user_id, "course": obj.course_id, "role": [before, obj.role]}
        record(staff_of(request), Deed.COURSE_ROLE, obj, **about)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Take a role away, and record it."""
        about = {"person": obj.user_id, "course": obj.course_id, "role": obj.role}
        record(staff_of(request), Deed.COURSE_REMOVED, obj, **about)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Take several roles away."""
        for place in queryset:
            self.delete_model(request, place)


@admin.register(Unit)
class UnitAdmin(LoadedAdmin):
    """Units."""

    list_display = ["__str__", "key", "course", "years", "lesson_count", "position", "is_retired", "edited_at"]
    list_filter = ["course", "is_retired", "colour"]
    list_select_related = ["course"]
    search_fields = ["title", "label", "key"]
    ordering = ["course", "position"]
    autocomplete_fields = ["course"]
    fields = [
        "course", "key", "label", "title", "year_from", "year_to", "colour", "summary", "position", "is_retired",
        "edited_at",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the lessons of each unit."""
        rows: QuerySet[Any] = super().get_queryset(request).annotate(lesson_count=Count("lessons", filter=_LIVE))
        return rows

    @admin.display(description=_("lessons"), ordering="lesson_count")
    def lesson_count(self, unit: Any) -> int:
        """Return the number of lessons that are not retired."""
        return int(unit.lesson_count)


class LessonForm(RowForm):
    """A lesson: its text is made of sections, and everything it refers to is there."""

    cited_texts = ("body",)
    moved: Sequence[Edit] = ()
    """What went along with sections that got another key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.moves: dict[str, str] = {}
        self.asked_moves: list[AskedMove] = []

    def clean(self) -> dict[str, Any] | None:
        """Ask what becomes of questions whose section would go."""
        cleaned = super().clean()
        body = self.cleaned_data.get("body")
        if self.instance.pk and "body" in self.changed_data and "body" not in self.errors and not self.is_preview:
            self._check_sections(str(body))
        return cleaned

    def _check_sections(self, body: str) -> None:
        new, old = read_sections(body)[0], read_sections(self.instance.body)[0]
        keys = [section.key for section in new]
        gone = {section.key: section for section in old if section.key not in keys}
        # What waits to be published has a key of its own already; students' pages still know the one before.
        earlier = {to: key for key, to in self.instance.moved_sections.items()}
        asked = {earlier.get(key, key): section for key, section in gone.items()}
        for key, names in pointed_at(self.instance, asked).items() if asked else ():
            to = self.data.get(f"moved-{key}", "")
            self.asked_moves.append(AskedMove(key, names, keys, to or _likely(asked[key], old, new)))
            if to in keys:
                self.moves[key] = to
                continue
            words = _n(
                "The section “%(key)s” answers %(n)d question (%(names)s). Say above where it goes, "
                "or keep the section.",
                "The section “%(key)s” answers %(n)d questions (%(names)s). Say above where they go, "
                "or keep the section.",
                len(names),
            )
            self.add_error("body", words % {"key": key, "n": len(names), "names": _some(names)})

    def check_texts(self, known: Known) -> None:
        """Refuse what cannot be rendered, with the line of each mistake."""
        key = self.instance.key or self.cleaned_data.get("key", "")
        for mistake in mistakes_in_lesson(self.cleaned_data.get("body", ""), key=key, known=known):
            self.add_error("body", mistake)


@dataclass(frozen=True)
class AskedMove:
    """A section that would go though questions point at it, and where they may go."""

    key: str
    names: Sequence[str]
    keys: Sequence[str]
    chosen: str

    @property
    def shown(self) -> str:
        """Return the questions by name, or the first of them."""
        return _some(self.names)


def _some(names: Sequence[str]) -> str:
    """Name things, as long as there are not too many."""
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


def _likely(gone: ParsedSection, old: Sequence[ParsedSection], new: Sequence[ParsedSection]) -> str:
    """Return the key that a section has probably got: of one with its title, or of a new one in its place."""
    known = {section.key for section in old}
    fresh = [section for section in new if section.key not in known]
    titled = [section.key for section in fresh if section.title == gone.title]
    at = [section.key for section in old].index(gone.key)
    placed = [section.key for section in fresh if new.index(section) == at]
    return next(iter([*titled, *placed]), "")


@admin.register(Lesson)
class LessonAdmin(LoadedAdmin):
    """Lessons, with a preview of the text as it stands in the form, by the student's own template."""

    form = LessonForm
    change_form_template = "admin/courses/lesson_form.html"
    list_display = ["__str__", "unit", "course", "minutes", "word_count", "is_retired", "edited_at"]
    list_filter = ["course", "unit", "is_retired"]
    list_select_related = ["course", "unit"]
    search_fields = ["title", "number", "key", "summary"]
    autocomplete_fields = ["course", "unit", "statements"]
    readonly_fields = ["word_count"]
    fieldsets = [
        (None, {"fields": ["course", "unit", "key", "number", "title", "subtitle", "question", "summary"]}),
        (_("Text"), {"fields": ["body", "word_count"]}),
        (_("Place"), {"fields": ["position", "minutes", "statements", "is_retired", "edited_at"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lesson]:
        """Leave the texts out of lists; a page of its own fetches the one it needs."""
        return super().get_queryset(request).defer("body", "notes")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Keep with a draft which of its sections get another key."""
        if form.moves and is_drafting(obj):
            obj.moved_sections = {**obj.moved_sections, **form.moves}
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Let questions go along with sections that got another key, before the lesson is rendered without the old."""
        if form.moves and not form.instance.is_drafting:
            who = staff_of(request)
            form.moved = move_sections(lesson=form.instance, moves=form.moves, editor=who, now=timezone.now())
        super().save_related(request, form, formsets, change)

    def edits_of(self, form: Any, formsets: Sequence[Any]) -> Iterator[Edit]:
        """Return what was changed in the lesson, and in what went along with it."""
        yield from super().edits_of(form, formsets)
        yield from form.moved

    def rerender(self, row: Lesson) -> None:
        """Render the lesson's sections."""
        rerender_lesson(row)

    def get_urls(self) -> list[URLPattern]:
        """Add the previews: of a lesson that is edited, and of one that is new."""
        view = self.admin_site.admin_view(self.preview)
        return [
            path("<int:pk>/preview/", view, name="courses_lesson_preview"),
            path("preview/", view, name="courses_lesson_preview_new"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer the preview before the first save."""
        return super().add_view(request, form_url, {**(extra_context or {}), "can_preview": True})

    def preview(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Show what the form holds as a student would see it, or say what is wrong. Nothing is saved."""
        lesson = self.get_object(request, str(pk)) if pk is not None else None
        if request.method != "POST" or (pk is not None and lesson is None):
            raise Http404
        may = self.has_add_permission(request) if lesson is None else self.has_change_permission(request, lesson)
        if not may:
            raise PermissionDenied
        form: Any = self.get_form(request, lesson, change=lesson is not None)
        form.is_preview = True
        form = form(request.POST, instance=lesson)
        if not form.is_valid():
            context = {**self.admin_site.each_context(request), "title": _("No preview"), "form": form}
            return render(request, "admin/no_preview.html", context, status=422)
        return _shown(request, form)


def _shown(request: HttpRequest, form: Any) -> HttpResponse:
    """Return the lesson page as it would stand with this form saved and all drafts published; none of it stays."""
    with transaction.atomic(), keeping_nothing():
        course = form.instance.course
        changes = sound(course, changes_of(course))  # what leads nowhere cannot be rendered
        apply(changes, now=timezone.now())
        lesson = form.save()
        rerender(lesson.course, [*(change.row for change in changes), lesson])
        lesson.refresh_from_db()
        context = lesson_context(request, lesson, Reader(None, is_guest=True))
        page = render(request, "courses/lesson.html", context)
        transaction.set_rollback(True)
    return page


@admin.register(Section)
class SectionAdmin(LookOnly, CourseRows, ModelAdmin):
    """Sections, as lessons were rendered to them: to look at, and to be chosen as what answers a question."""

    course_path = "lesson__course"

    list_display = ["title", "key", "lesson", "position", "is_retired"]
    list_filter = ["lesson__course", "is_retired"]
    list_select_related = ["lesson"]
    search_fields = ["title", "key", "lesson__title"]
    fields = ["lesson", "key", "title", "position", "facts", "is_retired"]


@admin.register(LearningObjective)
class LearningObjectiveAdmin(DeletesUnmet, DraftedAdmin):
    """Objectives. Editing one is an edit of its lesson, so that a load keeps it."""

    list_display = ["text", "key", "level", "lesson", "is_retired"]
    list_filter = ["course", "level", "is_retired"]
    list_select_related = ["lesson"]
    search_fields = ["text", "key", "lesson__title"]
    autocomplete_fields = ["course", "lesson"]
    fields = ["course", "lesson", "key", "level", "text", "position", "is_retired"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ARG002
        """Fix what names an objective once it is made."""
        return ("course", "lesson", "key") if obj else ()

    def save_model(self, request: HttpRequest, obj: LearningObjective, form: Any, change: bool) -> None:
        """Save, and remember the edit with the lesson."""
        super().save_model(request, obj, form, change)
        if form.has_changed() and not (change and obj.is_drafting):  # type: ignore[attr-defined]  # set above
            Lesson.objects.filter(pk=obj.lesson_id).update(edited_at=timezone.now())
