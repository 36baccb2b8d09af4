"""What the admin pages of both apps have in common."""

from __future__ import annotations

from abc import abstractmethod
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import ForeignKey, Q, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.commenting import CommentedRows
from courses.admin.deleting import DeletesUnmet
from courses.admin.edits import KeepsEdits
from courses.admin.fields import LinesField
from courses.admin.keeping import KeptForm
from courses.admin.pickers import words_of
from courses.content.check import Known, known_in, mistakes_in_text
from courses.models import Cohort, Course
from courses.models.base import Loaded
from courses.services.drafts import is_drafting, keep, keep_new, standing
from courses.services.kept import renew_edition

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    ModelAdmin: TypeAlias = admin.ModelAdmin[Any]
    ModelForm: TypeAlias = forms.ModelForm[Any]
    TabularInline: TypeAlias = admin.TabularInline[Any, Any]
else:
    ModelAdmin, ModelForm, TabularInline = admin.ModelAdmin, forms.ModelForm, admin.TabularInline


def staff_of(request: HttpRequest) -> User:
    """Return who is working in the admin."""
    return cast("User", request.user)


def is_lookup(request: HttpRequest) -> bool:
    """Say whether a picker of the admin asks, which offers rows to choose from."""
    return request.resolver_match is not None and request.resolver_match.url_name == "autocomplete"


class OwnChoices:
    """Offers, and takes, only those related rows that the person's own admin lists show."""

    admin_site: Any

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Narrow the choices of a field."""
        related = self.admin_site._registry.get(db_field.remote_field.model)  # noqa: SLF001 (no public way to ask)
        if related is not None:
            kwargs["queryset"] = related.get_queryset(request)
        field: ModelChoiceField[Any] | None = super().formfield_for_foreignkey(  # type: ignore[misc]
            db_field, request, **kwargs
        )
        if field is not None and db_field.remote_field.model is get_user_model():
            field.label_from_instance = words_of  # type: ignore[method-assign,assignment]
        return field


class LookOnly:
    """Rows that people look at and nobody writes here: work is never changed by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Refuse."""
        return False


class OwnRows(ModelAdmin):
    """Rows that belong to classes: an instructor gets those of the classes they teach, a superuser all."""

    @abstractmethod
    def own(self, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Keep the rows of the classes the user teaches."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Decide what may be seen where it is fetched."""
        rows = super().get_queryset(request)
        user = staff_of(request)
        return rows if user.is_superuser else self.own(rows, user)


class CourseRows:
    """Rows of courses: seen by the people who work on the course, changed by its owners and editors.

    `course_path` leads from a row to its course, as a lookup does; a field named `course` offers what may be changed.
    """

    course_path = "course"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Decide what may be seen where it is fetched."""
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]  # a mixin of ModelAdmin
        user = staff_of(request)
        if user.is_superuser:
            return rows
        return rows.filter(**{f"{self.course_path}__in": Course.objects.worked_on_by(user).values("pk")})

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave changes to the owners and editors of the row's course."""
        may: bool = super().has_change_permission(request, obj)  # type: ignore[misc]  # a mixin of ModelAdmin
        return may and (obj is None or self.edits(request, obj))

    def edits(self, request: HttpRequest, row: models.Model) -> bool:
        """Say whether the user may change the row's course."""
        return attrgetter(f"{self.course_path.replace('__', '.')}_id")(row) in edited_courses(request)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Offer, and take, only courses that the user may change."""
        field: ModelChoiceField[Any] | None = super().formfield_for_foreignkey(  # type: ignore[misc]
            db_field, request, **kwargs
        )
        if field is not None and db_field.name == "course":
            field.queryset = Course.objects.edited_by(staff_of(request)).in_use()
        return field


def edited_courses(request: HttpRequest) -> frozenset[int]:
    """Return the ids of the courses the user may change, fetched once for each request."""
    found: frozenset[int] | None = getattr(request, "edited_courses", None)
    if found is None:
        found = frozenset(Course.objects.edited_by(staff_of(request)).values_list("pk", flat=True))
        request.edited_courses = found  # type: ignore[attr-defined]  # kept for the length of the request
    return found


def draft_courses(request: HttpRequest) -> frozenset[int]:
    """Return the ids of the courses whose drafts the user may see, fetched once for each request."""
    found: frozenset[int] | None = getattr(request, "draft_courses", None)
    if found is None:
        found = frozenset(Course.objects.worked_on_by(staff_of(request)).values_list("pk", flat=True))
        request.draft_courses = found  # type: ignore[attr-defined]  # kept for the length of the request
    return found


class RowForm(KeptForm):
    """A form of a row of a course: what it points at is of the same course, and what its texts cite is there."""

    cited_texts: tuple[str, ...] = ()

    def course(self) -> Course | None:
        """Return the course of the row: the one it has, else the one chosen."""
        return self.instance.course if self.instance.course_id else self.cleaned_data.get("course")

    def clean(self) -> dict[str, Any] | None:
        """Check what spans fields; each mistake is told beside its field."""
        cleaned = super().clean()
        course = self.course()
        if course is not None:
            self.check_places(course)
            if self.cited_texts:
                self.check_texts(known_in(course))
        return cleaned

    def check_places(self, course: Course) -> None:
        """Refuse a row of another course."""
        for name, value in list(self.cleaned_data.items()):
            rows = value if isinstance(value, QuerySet) else [value]
            if any(isinstance(row, models.Model) and _course_id(row) not in (None, course.pk) for row in rows):
                self.add_error(
                    name, _("This belongs to another course. Choose within “%(course)s”.") % {"course": course}
                )

    def check_texts(self, known: Known) -> None:
        """Refuse references that lead nowhere."""
        for name in self.cited_texts:
            for mistake in mistakes_in_text(self.cleaned_data.get(name) or "", known):
                self.add_error(name, mistake)


def _course_id(row: models.Model) -> int | None:
    if isinstance(row, Course):
        return None
    found: int | None = getattr(row, "course_id", None) or getattr(getattr(row, "lesson", None), "course_id", None)
    return found


class DraftFilter(admin.SimpleListFilter):
    """Keeps rows whose changes wait to be published, or the others."""

    title = gettext_lazy("draft")
    parameter_name = "draft"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        """Offer both."""
        return [("yes", _("Changes wait to be published")), ("no", _("Published as it is"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        """Keep those chosen."""
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(drafted_at__isnull=self.value() == "no")


class DraftedAdmin(KeepsEdits, CourseRows, OwnChoices, ModelAdmin):
    """Content whose edits wait to be published while its course is published. Forms show it as it would stand."""

    form: type[KeptForm] = RowForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out rows that were never published, for people who may not see drafts."""
        rows = super().get_queryset(request)
        if staff_of(request).is_superuser:
            return rows
        seen = Q(**{f"{self.course_path}__in": draft_courses(request)})
        return rows.filter(seen | ~Q(is_retired=True, draft__has_key="is_retired"))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Say at the end what is a draft."""
        return [*super().get_list_display(request), "draft_state"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Offer the drafts by themselves."""
        return [*super().get_list_filter(request), DraftFilter]

    @admin.display(description=gettext_lazy("draft"), ordering="drafted_at")
    def draft_state(self, row: Any) -> str:
        """Return whether changes of the row wait to be published, or all of it does."""
        if row.drafted_at is None:
            return ""
        return _("new") if row.is_new else _("changed")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row as it would stand once published; as it is, for people who may not see drafts."""
        found = super().get_object(request, object_id, from_field)
        return None if found is None else self.as_it_stands(request, found)

    def as_it_stands(self, request: HttpRequest, row: Any) -> Any:
        """Return the row with its draft, for people who may see it."""
        return standing(row) if self.shows_draft(request, row) else row

    def shows_draft(self, request: HttpRequest, row: models.Model) -> bool:
        """Say whether the user may see what waits in the row's course."""
        return staff_of(request).is_superuser or attrgetter(f"{self.course_path}_id")(row) in draft_courses(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save; in a published course keep the edit as a draft, which readers see once it is published."""
        obj.is_drafting = is_drafting(obj)
        if not obj.is_drafting:
            obj.draft, obj.drafted_at, obj.drafted_by = {}, None, None  # what stood in a draft is saved with the rest
            super().save_model(request, obj, form, change)
        elif not change:
            keep_new(obj, by=staff_of(request), now=timezone.now())
            super().save_model(request, obj, form, change)
        elif form.has_changed():
            keep(obj, by=staff_of(request), now=timezone.now(), links=_links_in(form))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save what hangs on the row, and set in motion what a change does; what is a draft does nothing yet."""
        row = form.instance
        if change and row.is_drafting:
            for formset in formsets:
                self.save_formset(request, form, formset, change=change)
            self.remember(request, form, formsets, change=change)
            return
        super().save_related(request, form, formsets, change)
        self.rerender(row)
        renew_edition(row.pk if isinstance(row, Course) else row.course_id)

    def rerender(self, row: Any) -> None:
        """Render what the row is shown as, and what refers to it; nothing, where text has no part in it."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Say that readers do not see the new row yet."""
        self._tell_of_draft(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Say that readers do not see the change yet."""
        self._tell_of_draft(request, obj)
        return super().response_change(request, obj)

    def _tell_of_draft(self, request: HttpRequest, row: Any) -> None:
        if getattr(row, "is_drafting", False) and row.draft:
            self.message_user(request, _("Saved as a draft. Readers see it once it is published."), messages.INFO)


def _links_in(form: Any) -> dict[str, list[int]]:
    """Return the related rows that a form chose, by field."""
    names = {each.name for each in form.instance._meta.many_to_many} & set(form.cleaned_data)  # noqa: SLF001 (documented)
    return {name: [row.pk for row in form.cleaned_data[name]] for name in names}


class LoadedAdmin(CommentedRows, DeletesUnmet, DraftedAdmin):
    """Content that files and people both write: edits are remembered, keys last, and what students met is retired."""

    lasting: tuple[str, ...] = ("course", "key")
    list_per_page = 50
    formfield_overrides = {models.TextField: {"form_class": LinesField}}

    class Media:
        css = {"all": ["css/workshop.css"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Fix what names a row once it is made, and show when it was edited here."""
        own = tuple(super().get_readonly_fields(request, obj))
        return (*own, "edited_at", *(self.lasting if obj else ()))

    def save_model(self, request: HttpRequest, obj: Loaded, form: Any, change: bool) -> None:
        """Remember that a person edited the row, so that a load does not overwrite it. No change is no edit."""
        if form.has_changed():
            obj.edited_at = timezone.now()
        super().save_model(request, obj, form, change)


class ArchivedFilter(admin.SimpleListFilter):
    """Leaves archived rows out, unless they are asked for."""

    title = gettext_lazy("archived")
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        """Offer the two."""
        return [("yes", gettext_lazy("Yes")), ("all", gettext_lazy("All"))]

    def choices(self, changelist: Any) -> Any:
        """Call the first choice, which leaves them out, No."""
        first, *others = super().choices(changelist)
        return [{**first, "display": gettext_lazy("No")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        """Keep those in use, the archived ones, or all."""
        if self.value() == "all":
            return queryset
        return queryset.filter(archived_at__isnull=self.value() != "yes")


class ClassFilter(admin.SimpleListFilter):
    """Keeps the rows of one class among those the person may see."""

    title = gettext_lazy("class")
    parameter_name = "class"
    path = "cohort"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        """List the person's classes."""
        classes = Cohort.objects.taught_by(staff_of(request))
        return [(str(pk), name) for pk, name in classes.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        """Keep the class chosen; one that is not offered changes nothing."""
        chosen = self.value()
        if chosen not in {value for value, _name in self.lookup_choices}:
            return queryset
        return queryset.filter(**{self.path: chosen})


class StudentClassFilter(ClassFilter):
    """Keeps the work of the students of one class."""

    path = "student__enrolments__cohort"
