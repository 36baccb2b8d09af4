"""What every page of the admin that changes something has in common: no edit is lost, and each is in the history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from courses.admin.collisions import asked_in, button_of, hidden_in, passed_on, taken_in
from courses.admin.history import HistoryPages
from courses.admin.keeping import KeptForm
from courses.admin.unsaved import UnsavedTexts
from courses.services.history import (
    LONGEST_NOTE,
    Edit,
    has_history,
    last_act,
    record,
    recorded_in,
    values_of,
    with_recorded,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    ModelAdmin: TypeAlias = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

NOTE = "history_note"
"""The field of a page in which its editor may say why."""


def is_saving(request: HttpRequest) -> bool:
    """Say whether rows are fetched to be changed: they are locked from being compared until they are saved."""
    return request.method == "POST" and connection.in_atomic_block


def locked(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return rows to be changed, with what the history last knew of them, so that both cost one query."""
    known = with_recorded(rows) if has_history(rows.model) else rows
    return known.select_for_update(of=("self",))


class KeepsEdits(UnsavedTexts, HistoryPages, ModelAdmin):
    """A page that changes rows. Its form and those of its inlines are `KeptForm`; a test looks for any that is not."""

    form = KeptForm
    change_form_template = "admin/courses/kept_form.html"

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Fetch a row; one that is to be changed is locked, and fetched whole at once."""
        if not is_saving(request):
            return super().get_object(request, object_id, from_field)
        options = self.model._meta  # noqa: SLF001 (Django's documented accessor)
        field: Any = options.pk if from_field is None else options.get_field(from_field)
        try:
            seen = self.get_queryset(request).filter(**{field.name: field.to_python(object_id)})
            rows = self.model._default_manager.filter(pk__in=seen.order_by().values("pk"))  # noqa: SLF001
            return locked(rows).get()
        except (self.model.DoesNotExist, ValidationError, ValueError, OverflowError):
            return None

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        """Show the form, or what of it collides with the edit of another."""
        kept = [form for form in _changed_in(context) if isinstance(form, KeptForm)]
        if any(form.open_fields for form in kept):
            return self._show_collision(request, context, kept)
        may_save = self.has_add_permission(request) if add else self.has_change_permission(request, obj)
        context["note_name"] = NOTE if may_save and has_history(self.model) else ""
        context["note"] = request.POST.get(NOTE, "")
        context["longest_note"] = LONGEST_NOTE
        self.offer_unsaved(request, context, obj, may_save=may_save)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _show_collision(
        self, request: HttpRequest, context: dict[str, Any], kept: Sequence[KeptForm]
    ) -> TemplateResponse:
        """Show both texts of each field that collides. Nothing is saved before the person has chosen."""
        asked = [each for form in kept for each in asked_in(form)]
        taken = [each for form in kept for each in taken_in(form)]
        subject = self.collided_with(context["adminform"].form)
        act = last_act(subject) if subject is not None and has_history(type(subject)) else None
        shown = {
            **context,
            "opts": self.opts,
            "asked": asked,
            "asked_count": sum(len(each.passages) or 1 for each in asked),
            "taken": taken,
            "act": act,
            "hidden": [hidden_in(form) for form in _forms_in(context)],
            "passed_on": passed_on(request),
            "button": button_of(request),
            "note_name": NOTE,
            "note": request.POST.get(NOTE, ""),
            "longest_note": LONGEST_NOTE,
            "is_asked_again": any(name.endswith("-asked") for name in request.POST),
        }
        return TemplateResponse(request, "admin/courses/collision.html", shown, status=409)

    def collided_with(self, form: Any) -> models.Model | None:
        """Return the row whose history tells who saved meanwhile."""
        return cast("models.Model", form.instance) if form.instance.pk is not None else None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Put what the page changed into the history once it is all saved, as one act."""
        super().save_related(request, form, formsets, change)
        self.remember(request, form, formsets, change=change)

    def remember(self, request: HttpRequest, form: Any, formsets: Any, *, change: bool) -> None:
        """Put what was saved into the history, with the note of its editor, and let go of unsaved text."""
        edits = list(self.edits_of(form, formsets))
        if edits:
            editor = cast("User", request.user)
            record(edits, editor=editor, note=request.POST.get(NOTE, "").strip(), now=timezone.now())
        self.forget_unsaved(request, form.instance if change else None)

    def edits_of(self, form: Any, formsets: Sequence[Any]) -> Iterator[Edit]:
        """Return what was changed: the row of the page, with those of its inlines that were changed too."""
        below = [edit for formset in formsets for each in _saved_in(formset) if (edit := edit_of(each)) is not None]
        own = edit_of(form, is_whole=bool(below))
        if own is not None:
            yield own
        yield from below


def edit_of(form: Any, *, is_whole: bool = False) -> Edit | None:
    """Return what a form changed in its row; nothing where it changed nothing, unless the row is wanted anyway."""
    row = form.instance
    if not has_history(type(row)):
        return None
    edit = Edit(row, form.before, values_of(row, form.cleaned_data), _known(row))
    return edit if is_whole or edit.before != edit.after else None


def _known(row: Any) -> Any:
    return recorded_in(row) if hasattr(row, "recorded") else None


def _saved_in(formset: Any) -> Iterator[KeptForm]:
    """Return the forms of a formset whose rows were saved."""
    saved = [*getattr(formset, "new_objects", ()), *(row for row, _fields in getattr(formset, "changed_objects", ()))]
    for form in formset.forms:
        if isinstance(form, KeptForm) and any(form.instance is row for row in saved):
            yield form


def _forms_in(context: dict[str, Any]) -> Iterator[Any]:
    yield context["adminform"].form
    for each in context["inline_admin_formsets"]:
        yield each.formset.management_form
        yield from each.formset.forms


def _changed_in(context: dict[str, Any]) -> Iterator[Any]:
    """Return the forms in which the person may change something; rows that are only shown post nothing."""
    yield context["adminform"].form
    for each in context["inline_admin_formsets"]:
        yield from each.formset.forms if each.has_change_permission else each.formset.extra_forms


class KeptInline:
    """Rows within the page of another: each is compared and locked by itself."""

    form: Any = KeptForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Fetch the rows; lock them where they are to be changed."""
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]  # a mixin of InlineModelAdmin
        return locked(rows) if is_saving(request) else rows
