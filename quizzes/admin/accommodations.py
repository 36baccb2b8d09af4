"""What is granted: accommodations of students, overrides of one quiz. Either takes effect in open attempts at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import EmptyFieldListFilter
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, ForeignKey, OuterRef, Q, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.base import OwnRows, StudentClassFilter, staff_of
from courses.admin.edits import KeepsEdits
from courses.admin.keeping import KeptForm
from courses.models import Cohort, Course, Deed, Enrolment
from courses.services.audit import record
from quizzes.admin.asking import AsksBeforeShortening
from quizzes.domain.timing import without_effect
from quizzes.models import Accommodation, Quiz, QuizOverride
from quizzes.models.accommodations import grants_of
from quizzes.models.assignments import assignments_at
from quizzes.services.clock import Refreshed, Shorter, refresh_granted

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_STUDENT = ["student__username", "student__first_name", "student__last_name"]


class GrantForm(KeptForm):
    """A grant to a student. `user` is who gives it: an instructor only to students of their own classes."""

    user: ClassVar[Any] = None

    def check_student(self, student: Any, course: Course | None) -> None:
        """Refuse a student whom the user does not teach in the course."""
        if self.user.is_superuser or student is None or course is None:
            return
        if not Enrolment.objects.students_of(self.user).filter(user=student, cohort__course=course).exists():
            self.add_error("student", _("You teach no class of this course that the student is in."))


class AccommodationForm(GrantForm):
    """What a student is granted in every quiz."""

    def clean(self) -> dict[str, Any] | None:
        """Leave what holds in every course to superusers."""
        cleaned = super().clean()
        course = self.cleaned_data.get("course")
        if self.instance.pk is None:
            if course is None and not self.user.is_superuser and "course" not in self.errors:
                self.add_error("course", _("Choose the course. What holds in every course an administrator grants."))
            self.check_student(self.cleaned_data.get("student"), course)
        return cleaned


class OverrideForm(GrantForm):
    """Other settings of one quiz for a person."""

    lifted = forms.MultipleChoiceField(
        label=gettext_lazy("limits lifted"), choices=QuizOverride.Field.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def clean(self) -> dict[str, Any] | None:
        """Check that the student is one the user may give to."""
        cleaned = super().clean()
        quiz, student = self.cleaned_data.get("quiz"), self.cleaned_data.get("student")
        if self.instance.pk is None and quiz is not None:
            self.check_student(student, quiz.course)
        return cleaned


class GrantAdmin(AsksBeforeShortening, KeepsEdits, OwnRows):
    """Grants; what they are about is fixed once they are made, and every change moves deadlines in one transaction."""

    about: tuple[str, ...] = ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form who gives."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.user = staff_of(request)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Fix whom and what a grant is about."""
        return (*super().get_readonly_fields(request, obj), *(self.about if obj else ()))

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        """Let those who see all accounts look students up; others have a list of their own."""
        return [*super().get_autocomplete_fields(request), *(["student"] if staff_of(request).is_superuser else [])]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Offer, and take, the user's own students, classes, courses and quizzes only."""
        user = staff_of(request)
        if not user.is_superuser:
            kwargs["queryset"] = _own_choices(db_field.name, user)
        elif db_field.name == "student":
            kwargs["queryset"] = get_user_model().objects.filter(guest__isnull=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and move the deadlines of open attempts."""
        super().save_model(request, obj, form, change)
        _record(request, Deed.GRANT_CHANGED if change else Deed.GRANTED, obj, fields=form.changed_data)
        self._refresh(request, [obj])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete, and move the deadlines of open attempts."""
        with transaction.atomic():
            _record(request, Deed.GRANT_ENDED, obj)
            super().delete_model(request, obj)
            self._refresh(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete several, all or none."""
        rows = list(queryset)
        with transaction.atomic():
            for row in rows:
                _record(request, Deed.GRANT_ENDED, row)
            super().delete_queryset(request, queryset)
            self._refresh(request, rows)

    def _refresh(self, request: HttpRequest, grants: Sequence[Accommodation | QuizOverride]) -> None:
        def change(shorter: Shorter) -> Refreshed:
            return refresh_granted(grants, now=timezone.now(), actor=staff_of(request), shorter=shorter)

        self.refresh(request, change)


@admin.register(Accommodation)
class AccommodationAdmin(GrantAdmin):
    """What students are granted in every quiz. The reason is shown to its author and to administrators alone."""

    form = AccommodationForm
    about = ("student", "course")
    list_display = [
        "student", "course", "time_factor", "extra_minutes", "extra_days", "extra_attempts", "no_limit", "is_calm",
        "expires_at",
    ]  # fmt: skip
    list_filter = [StudentClassFilter, "course", "no_limit", "is_calm", ("expires_at", EmptyFieldListFilter)]
    list_select_related = ["student", "course"]
    search_fields = _STUDENT
    fields = [
        "student", "course", "time_factor", "extra_minutes", "no_limit", "extra_days", "extra_attempts", "is_calm",
        "expires_at", "reason",
    ]  # fmt: skip

    def own(self, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Keep what holds for students of the user's classes, in those classes' courses."""
        taught = Enrolment.objects.students_of(user).filter(user=OuterRef("student"))
        here = taught.filter(cohort__course=OuterRef("course"))
        return rows.filter(Exists(here) | Q(Exists(taught), course=None))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the reason from everybody but its author and administrators."""
        rows = Accommodation.objects.with_reason_for(staff_of(request))
        is_theirs = obj is None or rows.filter(pk=obj.pk).exists()
        return [name for name in super().get_fields(request, obj) if is_theirs or name != "reason"]

    def save_model(self, request: HttpRequest, obj: Accommodation, form: Any, change: bool) -> None:
        """Note the author, who alone sees the reason."""
        if not change:
            obj.author = staff_of(request)
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave what holds in every course to superusers."""
        return super().has_change_permission(request, obj) and _may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave what holds in every course to superusers."""
        return super().has_delete_permission(request, obj) and _may_change(request, obj)


@admin.register(QuizOverride)
class QuizOverrideAdmin(GrantAdmin):
    """Other settings of one quiz for a student. What a class is asked for is assigned on the class's own pages."""

    form = OverrideForm
    about = ("quiz", "student")
    list_display = ["quiz", "student", "opens_at", "due_at", "closes_at", "minutes", "max_attempts"]
    list_filter = [StudentClassFilter, "quiz__course"]
    list_select_related = ["quiz", "student"]
    search_fields = [*_STUDENT, "quiz__title", "quiz__key"]
    fields = ["quiz", "student", "opens_at", "due_at", "closes_at", "minutes", "max_attempts", "lifted"]

    def own(self, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Keep what holds for the students of the user's classes."""
        taught = Enrolment.objects.students_of(user).filter(user=OuterRef("student"))
        return rows.filter(Exists(taught.filter(cohort__course=OuterRef("quiz__course"))))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and say what of it gives the student no more than they have without it."""
        super().save_model(request, obj, form, change)
        fields = _fields_without_effect(obj)
        if fields:
            words = _("Without it the student has more already, so this changes nothing: %(fields)s.")
            self.message_user(request, words % {"fields": ", ".join(fields)}, messages.WARNING)


def _record(request: HttpRequest, deed: Deed, grant: Accommodation | QuizOverride, **details: Any) -> None:
    """Record a grant, without its reason."""
    about: dict[str, Any] = {}
    if isinstance(grant, QuizOverride):
        about = {"course": grant.quiz.course_id, "quiz": grant.quiz_id}
    else:
        about["course"] = grant.course_id
    record(staff_of(request), deed, grant, person=grant.student_id, **about, **details)


def _fields_without_effect(override: QuizOverride) -> list[str]:
    """Return, in words, the fields of a student's override that give no more than the student has without it."""
    quiz, now = override.quiz, timezone.now()
    grants = grants_of(override.student, course_id=quiz.course_id, now=now)
    window = grants.window_for(quiz, *assignments_at(quiz, override.student))
    return [str(QuizOverride.Field(name).label) for name in without_effect(window, override.value)]


def _may_change(request: HttpRequest, accommodation: Accommodation | None) -> bool:
    holds_everywhere = accommodation is not None and accommodation.course_id is None
    return staff_of(request).is_superuser or not holds_everywhere


def _own_choices(name: str, user: User) -> QuerySet[Any]:
    classes = Cohort.objects.taught_by(user)
    courses = classes.values("course")
    if name == "student":
        students = Enrolment.objects.students_of(user).values("user")
        people = get_user_model().objects.filter(pk__in=students)
        return people.order_by("last_name", "first_name", "username")
    if name == "course":
        return Course.objects.filter(pk__in=courses)
    return Quiz.objects.current().filter(course__in=courses)
